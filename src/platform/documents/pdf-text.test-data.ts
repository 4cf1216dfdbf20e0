/**
 * The text of a PDF, in the order it is drawn, as a reader's copy command would give it: each font's own
 * table from glyphs to characters is applied to the strings of each page. Enough for the PDFs we make
 * (deflated streams, two-byte glyph numbers); for tests.
 */
import { inflateSync } from 'node:zlib';

export function pdfText(pdf: Uint8Array): string {
  const source = Buffer.from(pdf).toString('latin1');
  const objects = new Map(
    [...source.matchAll(/(\d+) 0 obj\s([\s\S]*?)endobj/g)].map((match) => [match[1], match[2] ?? '']),
  );
  const stream = (id: string | undefined) => {
    const body = objects.get(id) ?? '';
    const from = /stream\r?\n/.exec(body);
    const length = Number(/\/Length (\d+)/.exec(body)?.[1]);
    if (!from || Number.isNaN(length)) return '';
    const bytes = Buffer.from(body.slice(from.index + from[0].length).slice(0, length), 'latin1');
    return (body.includes('/FlateDecode') ? inflateSync(bytes) : bytes).toString('latin1');
  };
  const pages = [...objects.values()].filter((body) => /\/Type \/Page\b(?!s)/.test(body));
  return pages.map((page) => pageText(page, objects, stream)).join('\n');
}

function pageText(
  page: string,
  objects: ReadonlyMap<string | undefined, string>,
  stream: (id: string | undefined) => string,
): string {
  const inherited = /\/Resources (\d+) 0 R/.exec(page)?.[1];
  const resources = inherited === undefined ? page : (objects.get(inherited) ?? '');
  const block = /\/Font <<([\s\S]*?)>>/.exec(resources)?.[1] ?? '';
  const fonts = new Map(
    [...block.matchAll(/\/(\S+) (\d+) 0 R/g)].map((match) => {
      const table = /\/ToUnicode (\d+) 0 R/.exec(objects.get(match[2]) ?? '')?.[1];
      return [match[1], characters(stream(table))];
    }),
  );
  const content = stream(/\/Contents (\d+) 0 R/.exec(page)?.[1]);
  let font: ReadonlyMap<number, string> | undefined;
  let name = '';
  let pending: Buffer[] = [];
  let text = '';
  for (const token of tokens(content)) {
    if (typeof token !== 'string') pending.push(token);
    else if (token.startsWith('/')) name = token.slice(1);
    else if (token === 'Tf') font = fonts.get(name);
    else if (token === 'ET') text += '\n';
    else if (token === 'Tj' || token === 'TJ') {
      const glyphs = Buffer.concat(pending);
      for (let at = 0; at + 1 < glyphs.length; at += 2)
        text += font?.get(glyphs.readUInt16BE(at)) ?? '\ufffd';
    }
    if (typeof token === 'string' && /^[A-Za-z]/.test(token)) pending = [];
  }
  return text;
}

/** Strings as bytes; names, numbers and operators as text. */
function* tokens(content: string): Generator<string | Buffer> {
  for (let at = 0; at < content.length; ) {
    const char = content[at] ?? '';
    const word = /^[^\s[\]<>()]+/.exec(content.slice(at, at + 64))?.[0];
    if (char === '(') {
      const end = stringEnd(content, at);
      yield literal(content.slice(at + 1, end - 1));
      at = end;
    } else if (char === '<' && content[at + 1] !== '<') {
      const end = content.indexOf('>', at);
      yield Buffer.from(content.slice(at + 1, end), 'hex');
      at = end + 1;
    } else if (word !== undefined) {
      yield word;
      at += word.length;
    } else at += 1;
  }
}

/** Parentheses inside a string are escaped or in pairs. */
function stringEnd(content: string, start: number): number {
  let depth = 0;
  for (let at = start; at < content.length; at += 1) {
    if (content[at] === '\\') at += 1;
    else if (content[at] === '(') depth += 1;
    else if (content[at] === ')') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return content.length;
}

function literal(text: string): Buffer {
  const plain: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };
  const unescaped = text.replace(/\\([0-7]{1,3}|[\s\S])/g, (_, code: string) =>
    /^[0-7]/.test(code) ? String.fromCharCode(Number.parseInt(code, 8)) : (plain[code] ?? code),
  );
  return Buffer.from(unescaped, 'latin1');
}

/** Glyph number to characters, from the lines of a ToUnicode table. */
function characters(table: string): Map<number, string> {
  const map = new Map<number, string>();
  const utf16 = (hex: string) => Buffer.from(hex, 'hex').swap16().toString('utf16le');
  for (const [, block = ''] of table.matchAll(/beginbfchar([\s\S]*?)endbfchar/g)) {
    for (const [, glyph = '', hex = ''] of block.matchAll(/<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>/g)) {
      map.set(Number.parseInt(glyph, 16), utf16(hex));
    }
  }
  for (const [, block = ''] of table.matchAll(/beginbfrange([\s\S]*?)endbfrange/g)) {
    for (const [, first = '', last = '', hex = ''] of block.matchAll(/<(\w+)>\s*<(\w+)>\s*<(\w+)>/g)) {
      const start = utf16(hex).codePointAt(0) ?? 0;
      const from = Number.parseInt(first, 16);
      for (let at = from; at <= Number.parseInt(last, 16); at += 1)
        map.set(at, String.fromCodePoint(start + at - from));
    }
  }
  return map;
}
