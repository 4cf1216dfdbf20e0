/**
 * Style sheets and islands by name. Built ones come from `dist/assets/` under names that carry their content
 * and never change; without a build (tests, development) the sources are served as they are.
 */
import { existsSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join, normalize } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { type Context, Hono } from 'hono';
import { type Packing, packingFor } from '../platform/packed.ts';
import { root } from '../platform/root.ts';

const built = join(root, 'dist', 'assets');
const source = join(root, 'src', 'web');
const markFile = 'mark.svg';
const year = 365 * 24 * 3600;

type Manifest = Readonly<Record<string, { readonly file: string }>>;

function readManifest(): Manifest | null {
  if (process.env.VITEST !== undefined) return null;
  const path = join(built, 'manifest.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
}

const manifest = readManifest();

const mark = readFileSync(join(source, 'styles', markFile));

/** Where a browser finds an asset: `styles.css`, `mark.svg`, or `<island>.js` for `islands/<island>.ts`. */
export function assetUrl(name: string): string {
  if (name === markFile) return `/assets/${markFile}`;
  const path = name.endsWith('.css') ? `styles/${name}` : `islands/${name.replace(/\.js$/, '.ts')}`;
  if (!manifest) return `/assets/src/${path}`;
  const entry = manifest[`src/web/${path}`];
  if (!entry) throw new Error(`The build has no asset ${name}`);
  return `/assets/${entry.file}`;
}

type Body = Buffer<ArrayBuffer>;
type Asset = {
  readonly type: string;
  readonly plain: Body;
  readonly packed: Readonly<Record<Packing, Body>>;
};

const typeOf = (path: string) =>
  path.endsWith('.css')
    ? 'text/css; charset=utf-8'
    : path.endsWith('.svg')
      ? 'image/svg+xml'
      : path.endsWith('.js') || path.endsWith('.ts')
        ? 'text/javascript; charset=utf-8'
        : 'application/octet-stream';

const compressed = new Map<string, Asset>();

/** Compressed once, at the first request, and kept: the assets are few and small. */
function asset(path: string, plain: () => Buffer): Asset {
  let found = compressed.get(path);
  if (!found) {
    const content = Buffer.from(plain());
    found = {
      type: typeOf(path),
      plain: content,
      packed: {
        br: Buffer.from(
          brotliCompressSync(content, {
            params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY },
          }),
        ),
        gzip: Buffer.from(gzipSync(content, { level: 9 })),
      },
    };
    compressed.set(path, found);
  }
  return found;
}

function send(c: Context, { type, plain, packed }: Asset, cache: string): Response {
  const packing = packingFor(c.req.header('accept-encoding'));
  c.header('content-type', type);
  c.header('cache-control', cache);
  c.header('vary', 'accept-encoding');
  if (packing === null) return c.body(plain);
  c.header('content-encoding', packing);
  return c.body(packed[packing]);
}

/** A source file as a browser takes it. Style sheets import one another by relative address, as islands do. */
function readSource(path: string): Buffer {
  const content = readFileSync(join(source, path));
  return path.endsWith('.ts') ? Buffer.from(stripTypeScriptTypes(content.toString('utf8'))) : content;
}

export function assetRoutes(): Hono {
  const names = new Set(Object.values(manifest ?? {}).map((entry) => entry.file));
  const app = new Hono();
  app.get(`/assets/${markFile}`, (c) =>
    send(
      c,
      asset(markFile, () => mark),
      `public, max-age=${year}`,
    ),
  );
  if (manifest) {
    app.get('/assets/:file', (c) => {
      const file = c.req.param('file');
      if (!names.has(file)) return c.notFound();
      return send(
        c,
        asset(file, () => readFileSync(join(built, file))),
        `public, max-age=${year}, immutable`,
      );
    });
    return app;
  }
  app.get('/assets/src/:folder{styles|islands}/:path{.+}', (c) => {
    const { folder, path } = c.req.param();
    const name = normalize(`${folder}/${path}`);
    if (!/^(?:styles\/[\w/-]+\.css|islands\/[\w/-]+\.ts)$/.test(name)) return c.notFound();
    if (!existsSync(join(source, name))) return c.notFound();
    const plain = Buffer.from(readSource(name));
    c.header('content-type', typeOf(name));
    c.header('cache-control', 'no-store');
    return c.body(plain);
  });
  return app;
}
