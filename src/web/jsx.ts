/**
 * What JSX becomes: the HTML of a page as one string. The types are those of hono/jsx, so a page reads as any page
 * of Hono does; this runtime only leaves out what a page that is whole before it is sent never needs (promises,
 * streaming, hoisting to the head), and so takes little more than half the time. Components run when the page is written, outer
 * before inner: what `PageContext` holds is there for those within it.
 */
import type { JSX } from 'hono/jsx/jsx-runtime';

export type { JSX };

type Props = Readonly<Record<string, unknown>>;
type Component = (props: Props) => unknown;

class Element {
  readonly tag: string | Component;
  readonly props: Props;
  constructor(tag: string | Component, props: Props) {
    this.tag = tag;
    this.props = props;
  }
  toString(): string {
    return written(this);
  }
}

/** One element; `key` tells nothing to a string. */
export const jsx = (tag: string | Component, props: Props): JSX.Element =>
  new Element(tag, props) as unknown as JSX.Element;
export const jsxs = jsx;
/** As the builds of tests ask for it. */
export const jsxDEV = jsx;

export const Fragment = ({ children }: Props): unknown => children;

/** A value for the components within; `use` is its nearest one, or the usual. */
export function createContext<T>(usual: T) {
  let present = usual;
  const Provider = ({ value, children }: { readonly value: T; readonly children?: unknown }): unknown => {
    const before = present;
    present = value;
    try {
      return new Html(written(children));
    } finally {
      present = before;
    }
  };
  return {
    Provider: Provider as (props: { value: T; children?: unknown }) => JSX.Element,
    use: () => present,
  };
}

/** HTML that stands as it is. */
class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** The page being written. Writing never waits, so there is only one at a time. */
let html = '';

function written(child: unknown): string {
  const outer = html;
  html = '';
  try {
    write(child);
    return html;
  } finally {
    html = outer;
  }
}

function write(child: unknown): void {
  if (typeof child === 'string') html += escaped(child);
  else if (typeof child === 'number') html += child;
  else if (child === null || child === undefined || typeof child === 'boolean') return;
  else if (child instanceof Element) writeElement(child);
  else if (Array.isArray(child)) for (const one of child) write(one);
  else if (child instanceof Html) html += child.text;
  else throw new Error('A page is a <Page> element without asynchronous parts');
}

function writeElement({ tag, props }: Element): void {
  if (typeof tag === 'function') {
    write(tag(props));
    return;
  }
  html += `<${tag}`;
  for (const name in props) if (name !== 'children') writeAttribute(name, props[name]);
  if (VOID.has(tag)) {
    html += '/>';
    return;
  }
  html += '>';
  write(props.children);
  html += `</${tag}>`;
}

function writeAttribute(name: string, value: unknown): void {
  if (value === null || value === undefined) return;
  if (typeof value === 'string') html += ` ${name}="${escaped(value)}"`;
  else if (typeof value === 'number') html += ` ${name}="${value}"`;
  else if (typeof value !== 'boolean') throw new Error(`The attribute ${name} is no text`);
  else if (!BOOLEAN.has(name)) html += ` ${name}="${value}"`;
  else if (value) html += ` ${name}=""`;
}

const VOID: ReadonlySet<string> = new Set(
  'area base br col embed hr img input link meta source track wbr'.split(' '),
);
/** Attributes that say yes by being there; any other says true or false. */
const BOOLEAN: ReadonlySet<string> = new Set(
  'async autofocus checked controls default defer disabled download formnovalidate hidden inert ismap loop multiple muted nomodule novalidate open readonly required reversed selected'.split(
    ' ',
  ),
);

const SPECIAL = /[&<>"']/;
const SPECIALS = /[&<>"']/g;
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string =>
  SPECIAL.test(text) ? text.replace(SPECIALS, (sign) => ENTITIES[sign] ?? '') : text;
