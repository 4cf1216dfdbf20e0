import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'vite';
import { describe, expect, test } from 'vitest';
import { root } from '../../../platform/root.ts';
import { BOUNDED } from '../../identity/settings/rules.ts';
import { FIELDS } from './rules.ts';

/* What a timeline shows has words: the keys of every `before` and `after` that is written out where changes are noted. */

interface Node {
  readonly type?: string;
  readonly name?: string;
  readonly key?: Node;
  readonly computed?: boolean;
  readonly value?: unknown;
  readonly properties?: readonly Node[];
}
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

const keysOf = (object: Node): string[] =>
  (object.properties ?? []).flatMap(({ type, key, computed }) =>
    type === 'Property' && computed === false && key?.name !== undefined ? [key.name] : [],
  );

/** Objects written out in an expression: itself, or either side of a choice. */
function literals(value: unknown): Node[] {
  if (!isNode(value)) return [];
  if (value.type === 'ObjectExpression') return [value];
  const choice = value as { readonly consequent?: unknown; readonly alternate?: unknown };
  return value.type === 'ConditionalExpression'
    ? [...literals(choice.consequent), ...literals(choice.alternate)]
    : [];
}

function noted(node: unknown, found: Set<string>): void {
  if (Array.isArray(node)) for (const one of node) noted(one, found);
  if (!isNode(node)) return;
  if (node.type === 'Property' && (node.key?.name === 'before' || node.key?.name === 'after'))
    for (const object of literals(node.value)) for (const key of keysOf(object)) found.add(key);
  for (const child of Object.values(node)) if (typeof child === 'object') noted(child, found);
}

function notedInSources(): string[] {
  const found = new Set<string>();
  for (const name of readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.ts') || name.includes('.test.')) continue;
    const text = readFileSync(join(root, 'src', name), 'utf8');
    if (!/appendAudit|auditCall|noteRound/.test(text)) continue;
    noted(parseSync(name, text).program, found);
  }
  return [...found].toSorted();
}

describe('every field a timeline shows has its word', () => {
  const words = new Set<string>(FIELDS);

  test('where before and after are written out', () => {
    const keys = notedInSources();
    expect(keys).toEqual(expect.arrayContaining(['state', 'closesAt', 'provider', 'sessions']));
    expect(keys.filter((key) => !words.has(key))).toEqual([]);
  });

  test('and each number of the sign-in settings', () => {
    expect(BOUNDED.filter((key) => !words.has(key))).toEqual([]);
  });
});
