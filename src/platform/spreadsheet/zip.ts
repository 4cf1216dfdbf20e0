/**
 * Just enough of the ZIP format to open a workbook safely: the directory at the end is read and judged
 * before anything is unpacked, and a member that unpacks to more than it declared stops the read.
 */
import { createInflateRaw } from 'node:zlib';
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
