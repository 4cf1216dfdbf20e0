/** Reads an uploaded table, trusting its content and not its name. */
import { readCsv } from './csv-reader.ts';
import { defaultLimits, type FoundInstead, type ReadResult, Refused, type TableLimits } from './types.ts';
import { readXlsx } from './xlsx-reader.ts';

/** An .xlsx workbook or a CSV text as text cells, or the reason it cannot be read. Never throws on content. */
export async function readTable(
  bytes: Uint8Array,
  options: {
    limits?: Partial<TableLimits> /** Only to name the one sheet of a CSV. */;
    fileName?: string;
  } = {},
): Promise<ReadResult> {
  const bounds = { ...defaultLimits, ...options.limits };
  if (bytes.length === 0) return { ok: false, reason: 'empty' };
  if (bytes.length > bounds.bytes) return { ok: false, reason: 'too-large', limit: bounds.bytes };
  try {
    const table = await read(bytes, bounds, options.fileName);
    const empty = table.sheets.every(({ rows }) => rows.length === 0);
    return empty ? { ok: false, reason: 'empty' } : table;
  } catch (error) {
    if (error instanceof Refused) return { ok: false, ...error.refusal };
    if (isFaultOfContent(error)) return { ok: false, reason: 'damaged' };
    throw error;
  }
}

function read(bytes: Uint8Array, limits: TableLimits, fileName = '') {
  if (startsWith(bytes, 'PK\x03\x04') || startsWith(bytes, 'PK\x05\x06')) return readXlsx(bytes, limits);
  if (startsWith(bytes, '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1')) throw new Refused(insideCompoundFile(bytes));
  for (const [mark, found] of signatures) {
    if (startsWith(bytes, mark)) throw new Refused({ reason: 'not-a-spreadsheet', found });
  }
  const head = new TextDecoder().decode(bytes.subarray(0, 512)).trimStart().toLowerCase();
  // Many systems export a web page or old XML under the name .xls; programs open it, but it is no table file.
  if (/^<(!doctype|html|\?xml|table|meta)/.test(head)) {
    throw new Refused({ reason: 'not-a-spreadsheet', found: 'web-page' });
  }
  return readCsv(bytes, limits, fileName.replace(/\.[^.]*$/, ''));
}

const signatures: readonly [mark: string, found: FoundInstead][] = [
  ['MZ', 'program'],
  ['\x7fELF', 'program'],
  ['\xca\xfe\xba\xbe', 'program'],
  ['#!', 'program'],
  ['%PDF', 'pdf'],
  ['\x89PNG', 'picture'],
  ['\xff\xd8\xff', 'picture'],
  ['GIF8', 'picture'],
  ['BM', 'picture'],
  ['Rar!', 'archive'],
  ['7z\xbc\xaf', 'archive'],
  ['\x1f\x8b', 'archive'],
];

function startsWith(bytes: Uint8Array, mark: string): boolean {
  // A two-letter mark is also how a text may begin; a program or bitmap has a zero byte soon after.
  if (mark.length === 2 && mark !== '#!' && mark !== '\x1f\x8b' && !bytes.subarray(0, 64).includes(0))
    return false;
  return [...mark].every((char, at) => bytes[at] === char.charCodeAt(0));
}

/** Old Office files and encrypted new ones share a container; its directory names its streams in UTF-16. */
function insideCompoundFile(bytes: Uint8Array) {
  const haystack = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const has = (name: string) => haystack.includes(Buffer.from(name, 'utf16le'));
  if (has('EncryptedPackage')) return { reason: 'encrypted' } as const;
  if (has('Workbook') || has('Book\0')) return { reason: 'legacy-xls' } as const;
  return { reason: 'not-a-spreadsheet', found: has('WordDocument') ? 'word' : 'unknown' } as const;
}

/** zlib's complaints and reads beyond the end of the file: the file's fault, not ours. */
function isFaultOfContent(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return (
    code.startsWith('Z_') ||
    error instanceof RangeError ||
    error instanceof URIError ||
    code === 'ERR_INVALID_URL'
  );
}
