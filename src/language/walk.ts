import type { Condition } from './grammar/condition.ts';
import type { ProgrammeFile } from './grammar/programme.ts';

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

/** A condition and all below it, as written: named definitions are not followed. */
export function* walk(node: Condition): Generator<Condition> {
  yield node;
  for (const child of childrenOf(node)) yield* walk(child);
}

/** Every condition of a file, wherever it stands. */
export function* conditionsOf(file: ProgrammeFile): Generator<Condition> {
  yield* walk(file.eligibility);
  for (const definition of Object.values(file.definitions ?? {})) yield* walk(definition);
  for (const share of file.quota?.shares ?? []) yield* walk(share.who);
  for (const duty of file.duties ?? []) if (duty.require) yield* walk(duty.require);
}

/** A condition and all it rests on, named definitions followed, each once. */
export function* reach(node: Condition, file: ProgrammeFile, seen = new Set<string>()): Generator<Condition> {
  for (const one of walk(node)) {
    yield one;
    if (one.rule.op !== 'use' || seen.has(one.rule.arg)) continue;
    seen.add(one.rule.arg);
    const definition = file.definitions?.[one.rule.arg];
    if (definition) yield* reach(definition, file, seen);
  }
}
