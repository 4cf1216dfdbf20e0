import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AwsV4Signer } from 'aws4fetch';

export const bucketAccount = { accessKeyId: 'AKIDQINGLAN', secretAccessKey: 'not-a-secret' } as const;

export interface Bucket {
  readonly env: Record<string, string>;
  readonly objects: Map<string, Buffer>;
  /** How many of the next requests are answered with 503, as a busy store does. */
  busy(requests: number): void;
  close(): Promise<void>;
}

/** As much of S3 as a backup asks for, in memory: objects, lists in pages of two, and signatures that are looked at. */
export async function openBucket(): Promise<Bucket> {
  const objects = new Map<string, Buffer>();
  let refusing = 0;
  const server = createServer((request, answer) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const send = (status: number, body: string | Buffer = '') => answer.writeHead(status).end(body);
      const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
      if (refusing > 0) {
        refusing -= 1;
        return send(503, '<Error><Code>SlowDown</Code></Error>');
      }
      if (!(await isSigned(url, request.method ?? '', request.headers)))
        return send(403, '<Error><Code>SignatureDoesNotMatch</Code></Error>');
      const key = decodeURIComponent(url.pathname.replace(/^\/bucket\/?/, ''));
      if (key === '') return send(200, list(url.searchParams));
      if (request.method === 'PUT') objects.set(key, Buffer.concat(chunks));
      if (request.method === 'DELETE') objects.delete(key);
      const found = objects.get(key);
      if (request.method !== 'GET') return send(request.method === 'DELETE' ? 204 : 200);
      return found === undefined ? send(404, '<Error><Code>NoSuchKey</Code></Error>') : send(200, found);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  function list(search: URLSearchParams): string {
    const [prefix, delimiter] = [search.get('prefix') ?? '', search.get('delimiter')];
    const after = search.get('continuation-token') ?? '';
    const entries = new Map<string, string>();
    for (const [key, bytes] of [...objects].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (!key.startsWith(prefix)) continue;
      const end = delimiter === null ? -1 : key.indexOf(delimiter, prefix.length);
      if (end < 0)
        entries.set(key, `<Contents><Key>${escaped(key)}</Key><Size>${bytes.length}</Size></Contents>`);
      else {
        const folder = key.slice(0, end + 1);
        entries.set(folder, `<CommonPrefixes><Prefix>${escaped(folder)}</Prefix></CommonPrefixes>`);
      }
    }
    const left = [...entries].filter(([key]) => key > after);
    const page = left.slice(0, 2);
    const next =
      left.length > 2
        ? `<NextContinuationToken>${escaped(page.at(-1)?.[0] ?? '')}</NextContinuationToken>`
        : '';
    return `<ListBucketResult>${page.map(([, xml]) => xml).join('')}${next}</ListBucketResult>`;
  }

  return {
    env: {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: bucketAccount.accessKeyId,
      AWS_SECRET_ACCESS_KEY: bucketAccount.secretAccessKey,
    },
    objects,
    busy(requests) {
      refusing = requests;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** The signature made again from what arrived is the one that was sent. */
async function isSigned(
  url: URL,
  method: string,
  headers: Record<string, string | string[] | undefined>,
): Promise<boolean> {
  const sent = String(headers.authorization ?? '');
  const names = /SignedHeaders=([^,]+)/.exec(sent)?.[1]?.split(';') ?? [];
  const signer = new AwsV4Signer({
    ...bucketAccount,
    url: url.href,
    method,
    region: 'us-east-1',
    service: 's3',
    datetime: String(headers['x-amz-date']),
    headers: Object.fromEntries(
      names
        .filter((name) => name !== 'host' && name !== 'x-amz-date')
        .map((name) => [name, String(headers[name])]),
    ),
  });
  return (await signer.authHeader()) === sent;
}
