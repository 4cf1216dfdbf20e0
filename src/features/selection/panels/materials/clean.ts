import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';

/**
 * The same picture or document without what its file says of whoever made it: names, places and programs in the data
 * beside the picture (EXIF, XMP, text chunks), author and company of a Word file. What is to be seen in it stays. A PDF and
 * a HEIC picture are handed on as they are; the guide says so.
 */
export function withoutMakers(bytes: Uint8Array, mediaType: string): Uint8Array {
  switch (mediaType) {
    case 'image/jpeg':
      return cleanJpeg(bytes);
    case 'image/png':
      return cleanPng(bytes);
    case 'application/vnd.openxmlformats-officedocument.wordprocessingml.document':
      return cleanWord(bytes);
    default:
      return bytes;
  }
}

const joined = (parts: readonly Uint8Array[]): Uint8Array => {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};

/** Segments up to the first scan, without APP1 to APP13 and APP15 and comments; which way is up is said again. */
function cleanJpeg(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept: Uint8Array[] = [bytes.subarray(0, 2)];
  let way: number | null = null;
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xda) break;
    const end = at + 2 + view.getUint16(at + 2);
    if (end > bytes.length) break;
    const segment = bytes.subarray(at, end);
    const ofMaker = (marker >= 0xe1 && marker <= 0xef && marker !== 0xee) || marker === 0xfe;
    // APP14 says how colours are stored, and an ICC profile in APP2 which they are.
    const profile = marker === 0xe2 && strFromU8(segment.subarray(4, 15), true) === 'ICC_PROFILE';
    if (marker === 0xe1) way ??= orientationIn(segment);
    if (!ofMaker || profile) kept.push(segment);
    at = end;
  }
  if (way !== null && way > 1) kept.splice(1, 0, orientation(way));
  return joined([...kept, bytes.subarray(at)]);
}

const EXIF = 'Exif\0\0';
/** The tag 0x0112 of an EXIF segment; null when it has none. */
function orientationIn(segment: Uint8Array): number | null {
  if (segment.length < 20 || strFromU8(segment.subarray(4, 10), true) !== EXIF) return null;
  const tiff = new DataView(segment.buffer, segment.byteOffset + 10, segment.length - 10);
  const little = tiff.getUint16(0) === 0x4949;
  const first = tiff.getUint32(4, little);
  if (first + 2 > tiff.byteLength) return null;
  const entries = tiff.getUint16(first, little);
  for (let i = 0; i < entries; i += 1) {
    const at = first + 2 + i * 12;
    if (at + 12 > tiff.byteLength) return null;
    if (tiff.getUint16(at, little) !== 0x0112) continue;
    const way = tiff.getUint16(at + 8, little);
    return way >= 1 && way <= 8 ? way : null;
  }
  return null;
}

/** An EXIF segment that says which way is up and nothing else. */
const orientation = (way: number): Uint8Array =>
  joined([
    Uint8Array.of(0xff, 0xe1, 0x00, 0x22),
    strToU8(EXIF, true),
    Uint8Array.of(
      0x4d,
      0x4d,
      0x00,
      0x2a,
      0,
      0,
      0,
      8,
      0,
      1,
      0x01,
      0x12,
      0,
      3,
      0,
      0,
      0,
      1,
      0,
      way,
      0,
      0,
      0,
      0,
      0,
      0,
    ),
  ]);

/** Chunks that are no part of the picture. */
const PNG_NOTES = ['tEXt', 'iTXt', 'zTXt', 'eXIf', 'tIME'];
function cleanPng(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept: Uint8Array[] = [bytes.subarray(0, 8)];
  let at = 8;
  while (at + 12 <= bytes.length) {
    const end = at + 12 + view.getUint32(at);
    if (end > bytes.length) break;
    const kind = strFromU8(bytes.subarray(at + 4, at + 8), true);
    if (!PNG_NOTES.includes(kind)) kept.push(bytes.subarray(at, end));
    at = end;
    if (kind === 'IEND') break; // What follows the end is no picture.
  }
  return joined(kept);
}

/** The parts that say who wrote it and where, emptied; a file that is no archive after all is handed on. */
function cleanWord(bytes: Uint8Array): Uint8Array {
  let parts: Record<string, Uint8Array>;
  try {
    parts = unzipSync(bytes);
  } catch {
    return bytes;
  }
  const empty: Readonly<Record<string, string>> = {
    'docProps/core.xml':
      '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>',
    'docProps/app.xml':
      '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>',
    'docProps/custom.xml':
      '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>',
  };
  for (const [name, text] of Object.entries(empty)) if (name in parts) parts[name] = strToU8(text);
  // Who wrote a comment or a change stands beside it.
  for (const name of Object.keys(parts)) {
    if (!/^word\/.*\.xml$/.test(name)) continue;
    const part = parts[name] ?? new Uint8Array();
    parts[name] = strToU8(strFromU8(part).replaceAll(/ w:(?:author|initials)="[^"]*"/g, ' w:author=""'));
  }
  return zipSync(parts, { mtime: '1980-01-01' });
}
