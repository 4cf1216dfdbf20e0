import type { Parameter } from '../../../language/grammar/programme.ts';
import type { Db } from '../../../platform/database.ts';
import { programmeOf } from '../compiled.ts';
import { listVersionsOf } from '../queries.ts';
import { parameterOf } from './rules.ts';
import { called, type Speaking } from './say.ts';

type Said = Readonly<Record<'zh-CN' | 'en', string>>;
/** What some numbers are called in both languages, those this version has no more included. */
export async function namesOfNumbers(
  db: Db,
  { programme }: Pick<Speaking, 'programme'>,
  programmeId: string,
  set: readonly { readonly parameter: string }[],
): Promise<(parameter: string) => Said> {
  const able = await sayingFormer(db, { programme }, programmeId, set);
  return (parameter) => called(able, parameter)?.names ?? { 'zh-CN': parameter, en: parameter };
}

/**
 * Able to say numbers that were set and that this version has no more: by the name and unit they had in the newest
 * version that has them. Nothing is asked where it has them all.
 */
export async function sayingFormer<S extends Pick<Speaking, 'programme' | 'former'>>(
  db: Db,
  speaking: S,
  programmeId: string,
  set: readonly { readonly parameter: string }[],
): Promise<S> {
  const missing = new Set(set.map(({ parameter }) => parameter));
  for (const one of missing) if (parameterOf(speaking.programme, one) !== undefined) missing.delete(one);
  if (missing.size === 0) return speaking;
  const former = new Map<string, Parameter>();
  for (const { id, state } of await listVersionsOf(db, programmeId)) {
    // Nothing is set under a draft.
    if (state === 'draft') continue;
    const { programme } = await programmeOf(db, id);
    for (const one of missing) {
      const found = parameterOf(programme, one);
      if (found === undefined) continue;
      former.set(one, found);
      missing.delete(one);
    }
    if (missing.size === 0) break;
  }
  return { ...speaking, former };
}
