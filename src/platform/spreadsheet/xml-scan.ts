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
      const [ending, markup] = markupEnd(source, start);
      const end = source.indexOf(ending, start + 1);
      if (end < 0) break;
      if (start > at) handler.text(decodeText(source.slice(at, start)));
      at = end + ending.length;
      if (markup === 'data') handler.text(source.slice(start + 9, end));
      else if (markup === 'element') element(source.slice(start + 1, end), handler);
    }
    rest = source.slice(at);
  };
  return { write };
}

function markupEnd(source: string, start: number): [ending: string, markup: 'element' | 'data' | 'skip'] {
  const next = source.charCodeAt(start + 1);
  if (next === 63) return ['?>', 'skip'];
  if (next !== 33) return ['>', 'element'];
  if (source.startsWith('<!DOCTYPE', start)) throw new Refused({ reason: 'damaged' });
  return source.startsWith('<![CDATA[', start) ? [']]>', 'data'] : ['-->', 'skip'];
}

function element(inside: string, handler: XmlHandler): void {
  if (inside.charCodeAt(0) === 47) {
    handler.close(localName(inside.slice(1).trimEnd()));
    return;
  }
  const selfClosing = inside.endsWith('/');
  const body = selfClosing ? inside.slice(0, -1) : inside;
  const space = whitespaceIn(body);
  const name = localName(space < 0 ? body : body.slice(0, space));
  handler.open(name, space < 0 ? '' : body.slice(space));
  if (selfClosing) handler.close(name);
}

/** Where the name ends; a loop, because this runs once for every cell of a workbook. */
function whitespaceIn(text: string): number {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) <= 32) return at;
  return -1;
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

const patterns = new Map<string, RegExp>();

/** An attribute by its name, prefix included where the format prescribes one (`r:id`). */
export function attribute(attributes: string, name: string): string | undefined {
  let pattern = patterns.get(name);
  if (!pattern) {
    pattern = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`);
    patterns.set(name, pattern);
  }
  const match = pattern.exec(attributes);
  const value = match?.[1] ?? match?.[2];
  return value === undefined ? undefined : decodeText(value);
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
