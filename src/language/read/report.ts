import { isMap, isScalar, isSeq, type LineCounter, type Node } from 'yaml';
import type { RefKind } from '../grammar/shape.ts';
import type { ErrorCode, Hint, Position } from '../problem.ts';

/** What every part of the reader needs: where things stand, and how to say that they are wrong. */

/** The names a reference may point to; undefined when any name will do for now. */
export type Known = (kind: RefKind) => readonly string[] | undefined;

export interface Report {
  readonly fail: (code: ErrorCode, path: string, zh: string, en: string, hint?: Hint) => undefined;
  /** Whether so much is wrong that reading on tells nothing. */
  readonly enough: () => boolean;
  readonly names: Known;
  readonly lines: LineCounter;
  readonly positions: Map<string, Position>;
}

/** Notes where a path stands; the first note, the key's, is kept. */
export function place({ positions, lines }: Report, node: unknown, path: string, again = false): void {
  const range = (node as Node | null)?.range;
  if (!range || (positions.has(path) && !again)) return;
  const { line, col } = lines.linePos(range[0]);
  positions.set(path, { line, column: col });
}

export function wrongType(
  { fail }: Report,
  path: string,
  node: unknown,
  zh: string,
  en: string,
  nearest?: string,
): undefined {
  const found = kindOf(node);
  const expected = `${zh} / ${en}`;
  return fail('wrong-type', path, `此处类型不对，写的是${found.zh}。`, `Wrong type: found ${found.en}.`, {
    expected,
    nearest,
  });
}

export const join = (path: string, key: string) => (path === '' ? key : `${path}.${key}`);
export const clip = (text: string) => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

function kindOf(node: unknown): { zh: string; en: string } {
  if (isMap(node)) return { zh: '映射', en: 'a mapping' };
  if (isSeq(node)) return { zh: '列表', en: 'a list' };
  if (!isScalar(node) || node.value === null) return { zh: '空', en: 'nothing' };
  const word = clip(String(node.value));
  if (typeof node.value === 'number') return { zh: `数 ${word}`, en: `the number ${word}` };
  if (typeof node.value === 'boolean') return { zh: `是非值 ${word}`, en: word };
  return { zh: `文字"${word}"`, en: `the text "${word}"` };
}
