import { asWritten } from './given.ts';
import type { Programme } from './programme.ts';

/**
 * What changed from one version of a programme to another, value by value. Items of lists are told apart by
 * their id, so that a clause moved is not a clause changed.
 */
export interface Change {
  readonly kind: 'added' | 'removed' | 'changed';
  /** Such as `eligibility.all.age.person.age.below`; a part with an id stands under it. */
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

export function diffProgrammes(before: Programme, after: Programme): Change[] {
  const [old, now] = [flat(before), flat(after)];
  const changes: Change[] = [];
  for (const path of new Set([...old.keys(), ...now.keys()])) {
    const [was, is] = [old.get(path) ?? null, now.get(path) ?? null];
    if (was === is) continue;
    changes.push({
      kind: was === null ? 'added' : is === null ? 'removed' : 'changed',
      path,
      before: was,
      after: is,
    });
  }
  return changes;
}

/** Every single value by where it stands. */
function flat(programme: Programme): Map<string, string> {
  const values = new Map<string, string>();
  const visit = (value: unknown, path: string): void => {
    if (Array.isArray(value)) {
      value.forEach((item, i) => {
        visit(item, join(path, nameOf(item) ?? String(i + 1)));
      });
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, child] of Object.entries(written(value as Record<string, unknown>)))
        visit(child, join(path, key));
    } else if (value !== undefined) values.set(path, String(value));
  };
  const { given: _, ...file } = asWritten(programme);
  visit(file, '');
  return values;
}

const join = (path: string, key: string) => (path === '' ? key : `${path}.${key}`);

/** A condition or an amount as it is written: its operator is a key; where it stands is not part of it. */
function written(value: Record<string, unknown>): Record<string, unknown> {
  const node = (value.rule ?? value.term) as { readonly op: string; readonly arg: unknown } | undefined;
  if ('parameter' in value && 'place' in value) {
    const { place: _place, ...given } = value;
    return given;
  }
  if (!node || typeof value.path !== 'string') return value;
  const { path: _path, rule: _rule, term: _term, given: _given, ...notes } = value;
  return { ...notes, [node.op]: node.arg };
}

const nameOf = (item: unknown): string | undefined => {
  const id = typeof item === 'object' && item !== null ? (item as { id?: unknown }).id : undefined;
  return typeof id === 'string' ? id : undefined;
};
