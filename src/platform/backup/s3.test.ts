import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { bucketTarget } from './s3.ts';

const asked: string[] = [];
const server = createServer((request, response) => {
  asked.push(request.url ?? '');
  if (request.url?.startsWith('/elsewhere') === true) response.end('taken');
  else response.writeHead(307, { location: '/elsewhere' }).end();
});
await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
afterAll(() => server.close());

test('a bucket that sends a backup on to another place gets none', async () => {
  const target = bucketTarget('s3://backups/city', {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_ACCESS_KEY_ID: 'key',
    AWS_SECRET_ACCESS_KEY: 'secret',
  });
  await expect(target.put('2026/rows', Buffer.from('rows'))).rejects.toThrow('does not answer');
  await expect(target.get('2026/rows')).rejects.toThrow('does not answer');
  expect(asked).toEqual(['/backups/city/2026/rows', '/backups/city/2026/rows']);
});
