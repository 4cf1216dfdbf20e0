import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { constants, createZstdCompress, zstdCompress, zstdDecompress } from 'node:zlib';
import { BackupError, type Part } from './format.ts';
import type { Open, Seal } from './seal.ts';
import type { Target } from './target.ts';

/** Zstd's own usual level, and a checksum of the plain bytes. */
const options = {
  params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 },
};

export const packing = () => createZstdCompress(options);
const packWhole = promisify(zstdCompress);
const unpackWhole = promisify(zstdDecompress);

type Sealing = Pick<Seal, 'ending' | 'close'>;

/** Packs, seals and writes the bytes; how the part lies there. */
export async function writePart(
  target: Target,
  seal: Sealing,
  name: string,
  bytes: Uint8Array,
): Promise<Part> {
  return await writePacked(target, seal, name, await packWhole(bytes, options));
}

/** The same for bytes that are packed already. */
export async function writePacked(
  target: Target,
  seal: Sealing,
  name: string,
  packed: Uint8Array,
): Promise<Part> {
  const sealed = await seal.close(packed);
  const full = `${name}.zst${seal.ending}`;
  await target.put(full, sealed);
  return { name: full, bytes: sealed.length, sha256: sha256Of(sealed) };
}

/** The plain bytes of a part, as large as it was written and with the hash it was written with. */
export async function readPart(target: Target, open: Open, part: Part): Promise<Uint8Array> {
  const sealed = await target.get(part.name);
  if (sealed === null) throw new BackupError(`${part.name} is missing`);
  if (sealed.length !== part.bytes)
    throw new BackupError(`${part.name} has ${sealed.length} bytes instead of ${part.bytes}`);
  if (sha256Of(sealed) !== part.sha256) throw new BackupError(`${part.name} has been changed or is damaged`);
  try {
    return await unpackWhole(await open(sealed));
  } catch (error) {
    throw new BackupError(`${part.name} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Lines, each ended by a line feed; COPY's text format writes a row as one. */
export function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) lines += 1;
  return lines;
}
