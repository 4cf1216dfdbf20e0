import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';

const WAYS: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  gzip: gunzipSync,
  br: brotliDecompressSync,
  deflate: inflateSync,
};

/** The text of an answer by its `content-encoding`, null for none; null when it is packed in a way no answer should be. */
export function unpackedText(bytes: Uint8Array, packing: string | null): string | null {
  const way = packing === null || bytes.length === 0 ? (same: Uint8Array) => same : WAYS[packing];
  return way === undefined ? null : new TextDecoder().decode(way(bytes));
}
