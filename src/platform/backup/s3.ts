import { AwsClient } from 'aws4fetch';
import { BackupError } from './format.ts';
import type { Target } from './target.ts';

/**
 * A bucket of any S3-compatible store. The address is AWS_ENDPOINT_URL where it is not Amazon's; names are asked for
 * as paths (`endpoint/bucket/name`), which all of them understand.
 */
export function bucketTarget(place: string, env: Record<string, string | undefined>): Target {
  const match = /^s3:\/\/([^/]+)(?:\/(.*?))?\/?$/.exec(place);
  const bucket = match?.[1];
  if (bucket === undefined) throw new BackupError(`${place}: write s3://bucket or s3://bucket/prefix`);
  const prefix = match?.[2] ? `${match[2]}/` : '';
  const region = env.AWS_REGION ?? 'us-east-1';
  const client = new AwsClient({
    accessKeyId: needed(env, 'AWS_ACCESS_KEY_ID'),
    secretAccessKey: needed(env, 'AWS_SECRET_ACCESS_KEY'),
    ...(env.AWS_SESSION_TOKEN ? { sessionToken: env.AWS_SESSION_TOKEN } : {}),
    region,
    service: 's3',
    retries: 6,
  });
  const base = `${(env.AWS_ENDPOINT_URL ?? `https://s3.${region}.amazonaws.com`).replace(/\/$/, '')}/${bucket}`;
  const urlOf = (name: string) => `${base}/${(prefix + name).split('/').map(encodeURIComponent).join('/')}`;

  const ask = async (what: string, url: string, init: RequestInit, fine: readonly number[]) => {
    let answer: Response;
    try {
      // Where it is stands in the settings; nobody sends a backup on from there.
      answer = await client.fetch(url, { ...init, redirect: 'error' });
    } catch (error) {
      throw new BackupError(`${what}: ${base} does not answer (${(error as Error).message})`, {
        cause: error,
      });
    }
    if (answer.ok || fine.includes(answer.status)) return answer;
    const code = /<Code>([^<]+)</.exec(await answer.text())?.[1] ?? '';
    throw new BackupError(`${what}: ${base} answers ${answer.status} ${code}`.trim());
  };

  async function* pages(query: Record<string, string>): AsyncIterable<string> {
    let token: string | null = null;
    do {
      const search = new URLSearchParams({ 'list-type': '2', ...query });
      if (token !== null) search.set('continuation-token', token);
      const text = await (await ask('list', `${base}?${search}`, {}, [])).text();
      yield text;
      token = inner(text, 'NextContinuationToken')[0] ?? null;
    } while (token !== null);
  }

  return {
    place: `s3://${bucket}/${prefix}`,
    async put(name, bytes) {
      await ask(name, urlOf(name), { method: 'PUT', body: Buffer.from(bytes) }, []);
    },
    async get(name) {
      const answer = await ask(name, urlOf(name), {}, [404]);
      return answer.status === 404 ? null : new Uint8Array(await answer.arrayBuffer());
    },
    async *list(beginning) {
      for await (const page of pages({ prefix: prefix + beginning }))
        for (const entry of inner(page, 'Contents')) {
          const [key = ''] = inner(entry, 'Key');
          yield { name: key.slice(prefix.length), bytes: Number(inner(entry, 'Size')[0] ?? 0) };
        }
    },
    async folders(under = '') {
      const found: string[] = [];
      const start = under === '' ? prefix : `${prefix}${under}/`;
      for await (const page of pages({ prefix: start, delimiter: '/' }))
        for (const entry of inner(page, 'CommonPrefixes'))
          found.push((inner(entry, 'Prefix')[0] ?? '').slice(start.length).replace(/\/$/, ''));
      return found;
    },
    async remove(name) {
      await ask(name, urlOf(name), { method: 'DELETE' }, [404]);
    },
  };
}

function needed(env: Record<string, string | undefined>, name: string): string {
  const value = env[name];
  if (value === undefined || value === '') throw new BackupError(`A backup to s3:// needs ${name}`);
  return value;
}

/** What stands between the tags of a name, with the five characters that XML writes otherwise. */
function inner(xml: string, tag: string): string[] {
  const found = xml.matchAll(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, 'g'));
  return [...found].map((match) =>
    tag === 'Contents' || tag === 'CommonPrefixes' ? (match[1] ?? '') : plainText(match[1] ?? ''),
  );
}

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
const plainText = (text: string) =>
  text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    return ENTITIES[name] ?? whole;
  });
