import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { root } from '../platform/root.ts';
import { assetRoutes, assetUrl } from './assets.ts';

const app = assetRoutes();

test('a page’s assets are found at the addresses it names', async () => {
  for (const [name, type] of [
    ['styles.css', 'text/css'],
    ['enhance.js', 'text/javascript'],
    ['mark.svg', 'image/svg+xml'],
  ] as const) {
    const response = await app.request(assetUrl(name));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain(type);
  }
});

test('an island reaches the browser without its types', async () => {
  const text = await (await app.request(assetUrl('enhance.js'))).text();
  expect(text).not.toContain('type Draft =');
  expect(() => new Function(text)).not.toThrow();
});

test('nothing outside the style sheets and islands is served', async () => {
  for (const path of [
    '/assets/src/styles/../words.ts',
    '/assets/src/islands/%2e%2e/words.ts',
    '/assets/src/styles/none.css',
  ])
    expect((await app.request(path)).status).toBe(404);
});

test('styles and script of a first visit stay small: 9 KB and 4 KB compressed, before minifying', () => {
  const parts = join(root, 'src/web/styles/parts');
  const css = readdirSync(parts)
    .map((name) => readFileSync(join(parts, name), 'utf8'))
    .join('');
  expect(brotliCompressSync(css).length).toBeLessThan(9 * 1024);
  const script = readFileSync(join(root, 'src/web/islands/enhance.ts'));
  expect(brotliCompressSync(script).length).toBeLessThan(4 * 1024);
});
