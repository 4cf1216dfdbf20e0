/** Reads comma-separated text in the encodings that offices really produce. */
import { type Cell, type Encoding, Refused, type Row, type Table, type TableLimits } from './types.ts';

export function readCsv(bytes: Uint8Array, limits: TableLimits, name = ''): Table {
  const { text, encoding } = decode(bytes);
  const delimiter = sniffDelimiter(text);
  const rows: Row[] = [];
  let number = 0;
  for (const record of records(text, delimiter)) {
    number += 1;
    const cells = record.map(cellOf);
    while (cells.at(-1)?.kind === 'empty') cells.pop();
    if (cells.length === 0) continue;
    if (cells.length > limits.columns)
      throw new Refused({ reason: 'too-many-columns', limit: limits.columns });
    if (rows.length >= limits.rows) throw new Refused({ reason: 'too-many-rows', limit: limits.rows });
    rows.push({ number, cells });
  }
  return { ok: true, format: 'csv', encoding, delimiter, sheets: [{ name, hidden: false, rows }] };
}

const marks: readonly [bytes: readonly number[], encoding: Encoding][] = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
];

/**
 * A byte order mark decides. Without one: zero bytes mean UTF-16 (every comma and line end has one, on the
 * even or the odd side); else UTF-8 if it is valid, which other encodings practically never are; else
 * GB 18030, which includes GBK and GB 2312.
 */
function decode(bytes: Uint8Array): { text: string; encoding: Encoding } {
  for (const [mark, encoding] of marks) {
    if (mark.every((byte, at) => bytes[at] === byte)) return { text: strict(bytes, encoding), encoding };
  }
  const zeros = [0, 0];
  for (let at = 0; at < Math.min(bytes.length, 65_536); at += 1)
    if (bytes[at] === 0) zeros[at % 2] = 1 + (zeros[at % 2] ?? 0);
  const [even = 0, odd = 0] = zeros;
  if (even + odd > 0) {
    const encoding = odd >= even ? 'utf-16le' : 'utf-16be';
    return { text: strict(bytes, encoding), encoding };
  }
  for (const encoding of ['utf-8', 'gb18030'] as const) {
    try {
      return { text: strict(bytes, encoding), encoding };
    } catch (error) {
      if (!(error instanceof Refused) || encoding === 'gb18030') throw error;
    }
  }
  throw new Refused({ reason: 'bad-encoding' });
}

/** Text proper: no invalid byte and no control character other than tab and line ends. */
function strict(bytes: Uint8Array, encoding: Encoding): string {
  let text: string;
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new Refused({ reason: 'bad-encoding' });
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not occur
  if (/[\0-\x08\x0e-\x1a\x1c-\x1f]/.test(text))
    throw new Refused({ reason: 'not-a-spreadsheet', found: 'unknown' });
  return text;
}

/** The separator that cuts the first records into the same number of fields most often, more fields first. */
function sniffDelimiter(text: string): string {
  const head = text.slice(0, 20_000);
  let best = { delimiter: ',', score: 0 };
  for (const delimiter of [',', '\t', ';', '|', '，']) {
    const widths = [...take(records(head, delimiter), 20)].map((record) => record.length);
    const width = widths[0] ?? 1;
    const score = width < 2 ? 0 : widths.filter((each) => each === width).length * 100 + width;
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
}

function* take<T>(items: Iterable<T>, count: number): Generator<T> {
  let left = count;
  for (const item of items) {
    if (left <= 0) return;
    left -= 1;
    yield item;
  }
}

/** RFC 4180 records: quoted fields may hold the separator, line ends and doubled quotes. */
function* records(text: string, delimiter: string): Generator<string[]> {
  let at = 0;
  let record: string[] = [];
  while (at < text.length) {
    let field: string;
    if (text[at] === '"') {
      [field, at] = quotedField(text, at + 1);
      // Anything between the closing quote and the separator belongs to the field: "a"b is ab.
      const end = fieldEnd(text, at, delimiter);
      field += text.slice(at, end);
      at = end;
    } else {
      const end = fieldEnd(text, at, delimiter);
      field = text.slice(at, end);
      at = end;
    }
    record.push(field);
    if (text[at] === delimiter) {
      at += 1;
      if (at === text.length) record.push('');
      if (at < text.length) continue;
    }
    yield record;
    record = [];
    at += text.startsWith('\r\n', at) ? 2 : 1;
  }
}

function quotedField(text: string, from: number): [field: string, next: number] {
  let field = '';
  let at = from;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return [field + text.slice(at), text.length];
    field += text.slice(at, quote);
    if (text[quote + 1] !== '"') return [field, quote + 1];
    field += '"';
    at = quote + 2;
  }
}

function fieldEnd(text: string, from: number, delimiter: string): number {
  for (let at = from; at < text.length; at += 1) {
    const char = text[at];
    if (char === delimiter || char === '\n' || char === '\r') return at;
  }
  return text.length;
}

/** ="00123" is how people keep leading zeros; a leading ' before = + - @ is how exports disarm formulas. */
function cellOf(field: string): Cell {
  const text =
    /^="([^"]*)"$/.exec(field)?.[1] ?? (/^'[=+\-@\t\r\n＝＋－＠]/.test(field) ? field.slice(1) : field);
  return { text, kind: text.trim() === '' ? 'empty' : 'text' };
}
