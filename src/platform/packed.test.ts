import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { answerHtml, packingFor } from './packed.ts';

describe('packingFor', () => {
  test.each([
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip, deflate', 'gzip'],
    ['br;q=0.1, gzip;q=1', 'br'],
    ['br;q=0, gzip', 'gzip'],
    ['br ; q=0.0, gzip; q=0.000', null],
    ['brotli, xgzip1', null],
    ['identity', null],
    ['', null],
    [undefined, null],
  ])('%s: %s', (accepted, packing) => {
    expect(packingFor(accepted)).toBe(packing);
  });
});

describe('answerHtml', () => {
  const page = `<!doctype html><p>${'青蓝 𠮷 <b>bold</b> '.repeat(200)}</p>`;
  const app = new Hono().get('/:size', (c) =>
    answerHtml(c, c.req.param('size') === 'short' ? '<p>短</p>' : page, 200),
  );
  const ask = (path: string, accepted: string, method = 'GET') =>
    app.request(path, { method, headers: { 'accept-encoding': accepted } });

  test.each([
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ])('packs as the browser takes it: %s', async (packing, unpack) => {
    const answer = await ask('/long', packing);
    expect(answer.headers.get('content-encoding')).toBe(packing);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=UTF-8');
    expect(answer.headers.get('vary')).toBe('Accept-Encoding');
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(bytes.length).toBeLessThan(Buffer.byteLength(page) / 4);
    expect(unpack(bytes).toString('utf8')).toBe(page);
  });

  test('leaves as it is what nobody takes packed, what is short, and what has no body', async () => {
    const plain = await ask('/long', 'deflate');
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(plain.headers.get('vary')).toBe('Accept-Encoding');
    expect(await plain.text()).toBe(page);
    expect((await ask('/short', 'br')).headers.get('content-encoding')).toBeNull();
    expect((await ask('/long', 'br', 'HEAD')).headers.get('content-encoding')).toBeNull();
  });
});
