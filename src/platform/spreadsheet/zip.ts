/**
 * Just enough of the ZIP format to open a workbook safely: the directory at the end is read and judged
 * before anything is unpacked, and a member that unpacks to more than it declared stops the read. And just
 * enough to write one, packing outside the event loop while the text is still being made.
 */
import { Readable } from 'node:stream';
import { crc32, createDeflateRaw, createInflateRaw } from 'node:zlib';
import { Refused } from './types.ts';

export type ZipMember = { name: string; method: number; start: number; packed: number; unpacked: number };
export type Zip = { bytes: Uint8Array; members: Map<string, ZipMember> };

const END = 0x06054b50;
const DIRECTORY = 0x02014b50;
const LOCAL = 0x04034b50;
const MOST_MEMBERS = 10_000;
/** XML of real workbooks packs up to about 1:100; only a bomb is both large and denser than this. */
const SUSPECT = { ratio: 250, bytes: 16 * 1024 * 1024 };

/** Opens the directory; refuses what is damaged, encrypted, or would unpack beyond `limit` bytes. */
export function openZip(bytes: Uint8Array, limit: number): Zip {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  if (count > MOST_MEMBERS) throw new Refused({ reason: 'zip-bomb', limit });
  const members = new Map<string, ZipMember>();
  let total = 0;
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== DIRECTORY)
      throw new Refused({ reason: 'damaged' });
    const flags = view.getUint16(at + 8, true);
    const packed = view.getUint32(at + 20, true);
    const unpacked = view.getUint32(at + 24, true);
    const nameLength = view.getUint16(at + 28, true);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    if (flags & 1) throw new Refused({ reason: 'encrypted' });
    total += unpacked;
    if (total > limit || (unpacked > SUSPECT.bytes && unpacked > packed * SUSPECT.ratio)) {
      throw new Refused({ reason: 'zip-bomb', limit });
    }
    const local = view.getUint32(at + 42, true);
    if (local + 30 > bytes.length || view.getUint32(local, true) !== LOCAL)
      throw new Refused({ reason: 'damaged' });
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    members.set(name, { name, method: view.getUint16(at + 10, true), start, packed, unpacked });
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return { bytes, members };
}

/** The end record lies in the last 64 KiB, after which only a comment may follow. */
function findEnd(view: DataView): number {
  for (let at = view.byteLength - 22; at >= Math.max(0, view.byteLength - 65_557); at -= 1) {
    if (view.getUint32(at, true) === END) return at;
  }
  throw new Refused({ reason: 'damaged' });
}

/** The text of a member in pieces; unpacking runs outside the event loop. */
export async function* memberText(zip: Zip, member: ZipMember): AsyncGenerator<string> {
  const packed = zip.bytes.subarray(member.start, member.start + member.packed);
  const decoder = new TextDecoder();
  if (member.method === 0) {
    yield decoder.decode(packed);
    return;
  }
  if (member.method !== 8) throw new Refused({ reason: 'damaged' });
  const inflate = createInflateRaw({ chunkSize: 256 * 1024 });
  inflate.end(packed);
  let size = 0;
  for await (const chunk of inflate) {
    const piece = chunk as Uint8Array;
    size += piece.length;
    if (size > member.unpacked) throw new Refused({ reason: 'zip-bomb', limit: member.unpacked });
    yield decoder.decode(piece, { stream: true });
  }
  yield decoder.decode();
}

export type ZipPart = { name: string; pieces: Iterable<string> };

/** An archive of texts, one member after another. Without dates, so that equal contents give equal bytes. */
export async function packZip(parts: Iterable<ZipPart>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const { name, pieces } of parts) {
    const packed = await deflate(pieces);
    const title = new TextEncoder().encode(name);
    const common = fields(
      [2, 20],
      [2, 0x0800],
      [2, 8],
      [2, 0],
      [2, 0x21],
      [4, packed.crc],
      [4, packed.size],
      [4, packed.unpacked],
      [2, title.length],
      [2, 0],
    );
    const local = [fields([4, LOCAL]), common, title, ...packed.chunks];
    directory.push(
      fields([4, DIRECTORY], [2, 20]),
      common,
      fields([2, 0], [2, 0], [2, 0], [4, 0], [4, offset]),
      title,
    );
    offset += local.reduce((size, chunk) => size + chunk.length, 0);
    chunks.push(...local);
  }
  const size = directory.reduce((sum, chunk) => sum + chunk.length, 0);
  const count = directory.length / 4;
  const end = fields([4, END], [2, 0], [2, 0], [2, count], [2, count], [4, size], [4, offset], [2, 0]);
  return new Uint8Array(Buffer.concat([...chunks, ...directory, end]));
}

async function deflate(pieces: Iterable<string>) {
  let [crc, unpacked, size] = [0, 0, 0];
  const chunks: Uint8Array[] = [];
  const encode = function* () {
    for (const piece of pieces) {
      const bytes = Buffer.from(piece);
      crc = crc32(bytes, crc);
      unpacked += bytes.length;
      yield bytes;
    }
  };
  const source = Readable.from(encode(), { highWaterMark: 2 });
  for await (const chunk of source.compose(createDeflateRaw({ level: 4, chunkSize: 256 * 1024 }))) {
    chunks.push(chunk as Uint8Array);
    size += (chunk as Uint8Array).length;
  }
  return { chunks, crc, unpacked, size };
}

/** Little-endian numbers of 2 or 4 bytes. */
function fields(...numbers: [width: 2 | 4, value: number][]): Uint8Array {
  const bytes = Buffer.alloc(numbers.reduce((sum, [width]) => sum + width, 0));
  let at = 0;
  for (const [width, value] of numbers) at = bytes.writeUIntLE(value, at, width);
  return bytes;
}
