import type { Amount } from './grammar/amount.ts';
import type { Condition } from './grammar/condition.ts';
import type { ProgrammeFile } from './grammar/programme.ts';
import type { Settled } from './grammar/settled.ts';

/** Walks over conditions and amounts: what stands below one, what a file holds, what one rests on. */

export type Node = Condition | Amount;
type File = Settled<ProgrammeFile>;
export const isCondition = (node: Node): node is Condition => 'rule' in node;
export const opOf = (node: Node): string => (isCondition(node) ? node.rule.op : node.term.op);

/** The parameters a node itself rests on. */
export const parametersOf = (node: Node): readonly string[] => [
  ...(!isCondition(node) && node.term.op === 'parameter' ? [node.term.arg] : []),
  ...(node.given ?? []).map(({ parameter }) => parameter),
];

/** The conditions directly below one. */
export function childrenOf({ rule }: Condition): readonly Condition[] {
  switch (rule.op) {
    case 'all':
    case 'any':
      return rule.arg;
    case 'atLeast':
      return rule.arg.of;
    case 'not':
      return [rule.arg];
    case 'case':
      return [...rule.arg.when.map(({ require }) => require), ...(rule.arg.else ? [rule.arg.else] : [])];
    default:
      return [];
  }
}

/** Conditions and amounts that stand anywhere within a value, outermost first; not what stands below them. */
export function outermost(value: unknown, found: Node[] = []): readonly Node[] {
  if (typeof value !== 'object' || value === null) return found;
  if ('path' in value && ('rule' in value || 'term' in value)) found.push(value as Node);
  else for (const key in value) outermost((value as Readonly<Record<string, unknown>>)[key], found);
  return found;
}

/** The conditions and amounts directly below one, those in its particulars included. */
export const below = (node: Node): readonly Node[] =>
  outermost(isCondition(node) ? node.rule.arg : node.term.arg);

/** A node and all below it, as written: what is only named is not followed. */
export function* walk(node: Node): Generator<Node> {
  yield node;
  for (const child of below(node)) yield* walk(child);
}

/** Every condition and amount of a file, wherever it stands. */
export function* nodesOf(file: File): Generator<Node> {
  for (const node of outermost(file)) yield* walk(node);
}

const conditions = new WeakMap<File, readonly Condition[]>();

/** Every condition of a file; a file is never changed once it is read, so that they are looked for once. */
export function conditionsOf(file: File): readonly Condition[] {
  let found = conditions.get(file);
  if (found === undefined) {
    found = [...nodesOf(file)].filter((node) => isCondition(node));
    conditions.set(file, found);
  }
  return found;
}

/** The name a node calls another by, and the section it is found in. */
export function named(
  node: Node,
): { readonly kind: 'definitions' | 'measures'; readonly name: string } | null {
  if (isCondition(node)) return node.rule.op === 'use' ? { kind: 'definitions', name: node.rule.arg } : null;
  return node.term.op === 'measure' ? { kind: 'measures', name: node.term.arg } : null;
}

/** A node and all it rests on, named definitions and measures followed, each once. */
export function* reach(node: Node, file: File, seen = new Set<string>()): Generator<Node> {
  for (const one of walk(node)) {
    yield one;
    const called = named(one);
    if (!called || seen.has(`${called.kind}.${called.name}`)) continue;
    seen.add(`${called.kind}.${called.name}`);
    const meant = file[called.kind]?.[called.name];
    if (meant) yield* reach(meant, file, seen);
  }
}
