/** COPY's text format, read back (PostgreSQL's documentation of COPY, "Text Format"). */
export function* copyRows(bytes: Uint8Array): Iterable<(string | null)[]> {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf(10, from);
    if (end < 0) return;
    yield text.toString('utf8', from, end).split('\t').map(cell);
    from = end + 1;
  }
}

const ESCAPES: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

function cell(text: string): string | null {
  if (text === '\\N') return null;
  if (!text.includes('\\')) return text;
  return text.replace(/\\(.)/g, (_, sign: string) => ESCAPES[sign] ?? sign);
}
