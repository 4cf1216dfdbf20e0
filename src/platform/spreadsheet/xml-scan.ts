/**
 * A forward scanner for the XML inside workbooks. It hands out elements without their namespace prefix and
 * knows no entities but the five of XML and character numbers, so there is nothing to expand. A document
 * type declaration, which no workbook has, is refused.
 */
import { Refused } from './types.ts';

export type XmlHandler = {
  /** `attributes` is the raw text after the name; see `attribute`. */
  open: (name: string, attributes: string) => void;
  text: (text: string) => void;
  close: (name: string) => void;
};

export function scanXml(handler: XmlHandler): { write: (piece: string) => void } {
  let rest = '';
  const write = (piece: string) => {
    const source = rest + piece;
    let at = 0;
    for (;;) {
      const start = source.indexOf('<', at);
      if (start < 0) break;
      const next = source.charCodeAt(start + 1);
      const special = next === QUESTION || next === EXCLAMATION ? specialMarkup(source, start) : null;
      const ending = special?.ending ?? '>';
      const end = source.indexOf(ending, start + 1);
      if (end < 0) break;
      if (start > at) handler.text(decodeText(source.slice(at, start)));
      at = end + ending.length;
      if (special === null) element(source, start + 1, end, handler);
      else if (special.data) handler.text(source.slice(start + 9, end));
    }
    rest = source.slice(at);
  };
  return { write };
}

const QUESTION = 63;
const EXCLAMATION = 33;

/** Markup that is no element: where it ends, and whether it holds text. */
function specialMarkup(source: string, start: number): { readonly ending: string; readonly data: boolean } {
  if (source.charCodeAt(start + 1) === QUESTION) return { ending: '?>', data: false };
  if (source.startsWith('<!DOCTYPE', start)) throw new Refused({ reason: 'damaged' });
  return source.startsWith('<![CDATA[', start)
    ? { ending: ']]>', data: true }
    : { ending: '-->', data: false };
}

/** One element between `<` and `>`; loops and slices, because this runs several times for every cell of a workbook. */
function element(source: string, start: number, end: number, handler: XmlHandler): void {
  if (source.charCodeAt(start) === SLASH) {
    handler.close(localName(source, start + 1, end));
    return;
  }
  const selfClosing = source.charCodeAt(end - 1) === SLASH;
  const last = selfClosing ? end - 1 : end;
  let space = start;
  while (space < last && source.charCodeAt(space) > BLANK) space += 1;
  const name = localName(source, start, space);
  handler.open(name, source.slice(space, last));
  if (selfClosing) handler.close(name);
}

const SLASH = 47;
const COLON = 58;
const EQUALS = 61;
const QUOTE = 34;
const APOSTROPHE = 39;
/** This and everything below is white space. */
const BLANK = 32;

/** The name from `start` on, without its prefix and the white space before `end`. */
function localName(source: string, start: number, end: number): string {
  let from = start;
  let to = start;
  for (; to < end; to += 1) {
    const code = source.charCodeAt(to);
    if (code <= BLANK) break;
    if (code === COLON && from === start) from = to + 1;
  }
  // Names of one letter are most of a sheet; V8 keeps those, so that nothing is made.
  return to - from === 1 ? source.charAt(from) : source.slice(from, to);
}

/** An attribute by its name, prefix included where the format prescribes one. */
export function attribute(attributes: string, name: string): string | undefined {
  for (let at = attributes.indexOf(name, 1); at > 0; at = attributes.indexOf(name, at + 1)) {
    if (attributes.charCodeAt(at - 1) > BLANK) continue;
    let next = past(attributes, at + name.length);
    if (attributes.charCodeAt(next) !== EQUALS) continue;
    next = past(attributes, next + 1);
    const quote = attributes.charCodeAt(next);
    if (quote !== QUOTE && quote !== APOSTROPHE) continue;
    const end = attributes.indexOf(quote === QUOTE ? '"' : "'", next + 1);
    if (end > 0) return decodeText(attributes.slice(next + 1, end));
  }
  return undefined;
}

/** An attribute by its name, whatever its prefix is (`r:id`). */
export function prefixedAttribute(attributes: string, name: string): string | undefined {
  const names = [...attributes.matchAll(/\s(\w+:\w+)\s*=/g)].map(([, whole = '']) => whole);
  const whole = names.find((one) => one.endsWith(`:${name}`));
  return whole === undefined ? undefined : attribute(attributes, whole);
}

function past(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) <= BLANK) at += 1;
  return at;
}

const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decodeText(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(\d+)|#x([0-9a-fA-F]+)|(\w+));/g, (whole, decimal, hex, name) => {
    if (name !== undefined) return named[name] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
  });
}
