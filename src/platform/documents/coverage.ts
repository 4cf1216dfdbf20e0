/** Which characters a TrueType font can draw, read from its own `cmap` table. */

export type Coverage = (codePoint: number) => boolean;

/** Ranges of code points from the font's full-repertoire (format 12) or basic (format 4) table. */
export function coverageOf(font: Uint8Array): Coverage {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength);
  const cmap = tableOffset(view, 'cmap');
  const ranges: [first: number, last: number][] = [];
  for (let at = 0; at < view.getUint16(cmap + 2); at += 1) {
    const table = cmap + view.getUint32(cmap + 4 + 8 * at + 4);
    const format = view.getUint16(table);
    if (format === 12) {
      for (let group = 0; group < view.getUint32(table + 12); group += 1) {
        const start = table + 16 + 12 * group;
        ranges.push([view.getUint32(start), view.getUint32(start + 4)]);
      }
    } else if (format === 4) ranges.push(...basicRanges(view, table));
  }
  ranges.sort((a, b) => a[0] - b[0]);
  return (codePoint) => covers(ranges, codePoint);
}

function tableOffset(view: DataView, tag: string): number {
  for (let at = 12; at < 12 + 16 * view.getUint16(4); at += 16) {
    if ([...tag].every((char, index) => view.getUint8(at + index) === char.charCodeAt(0)))
      return view.getUint32(at + 8);
  }
  throw new Error(`The font has no ${tag} table`);
}

function basicRanges(view: DataView, table: number): [number, number][] {
  const doubled = view.getUint16(table + 6);
  const ends = table + 14;
  const starts = ends + doubled + 2;
  const ranges: [number, number][] = [];
  for (let at = 0; at < doubled; at += 2) {
    const [first, last] = [view.getUint16(starts + at), view.getUint16(ends + at)];
    // The last segment, FFFF, only closes the table.
    if (first !== 0xffff) ranges.push([first, last]);
  }
  return ranges;
}

/** Ranges are sorted by their first code point and may overlap only with their like (formats 4 and 12). */
function covers(ranges: readonly [number, number][], codePoint: number): boolean {
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.[0] ?? 0) <= codePoint) low = middle + 1;
    else high = middle;
  }
  for (let at = low - 1; at >= Math.max(0, low - 2); at -= 1)
    if (codePoint <= (ranges[at]?.[1] ?? -1)) return true;
  return false;
}

/** Printed for a character that cannot be: the geta mark, the typesetter's sign for a missing sort. */
export const GETA = '〓';

/**
 * The same data with every character that no font covers replaced by 〓, and those characters, each once, in
 * order of appearance. Line ends, tabs and joiners need no glyph; an absent variation selector leaves the
 * plain character, which is the same character in another shape.
 */
export function replaceUncovered<T>(data: T, fonts: readonly Coverage[]): { data: T; missing: string[] } {
  const missing = new Set<string>();
  const clean = (text: string) =>
    [...text]
      .map((char) => {
        const code = char.codePointAt(0) ?? 0;
        if (isInvisible(code)) return isSelector(code) ? '' : char;
        if (fonts.some((covers) => covers(code))) return char;
        missing.add(char);
        return GETA;
      })
      .join('');
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') return clean(value);
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner)]));
  };
  return { data: walk(data) as T, missing: [...missing] };
}

const isSelector = (code: number) =>
  (code >= 0xfe00 && code <= 0xfe0f) || (code >= 0xe0100 && code <= 0xe01ef);
const isInvisible = (code: number) =>
  code === 0x09 || code === 0x0a || code === 0x0d || (code >= 0x200b && code <= 0x200f) || isSelector(code);
