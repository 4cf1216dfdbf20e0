import { entryOn, keptAttributes } from '../../../language/own.ts';
import type { Vocabulary } from '../../../language/vocabulary.ts';
import type { CivilDate } from '../../../shared/civil-date.ts';
import type { RecordState } from '../rules.ts';

/**
 * Facts a published programme asks for that the register of people does not hold. Each is a kind of record: claimed
 * by the person, or entered by the unit that keeps it, as the programme's terms say.
 */

export const factTypes = (vocabulary: Vocabulary): string[] => [...keptAttributes(vocabulary).keys()];

interface Entry {
  readonly type: string;
  readonly happenedOn: CivilDate | null;
  readonly state: RecordState;
}

/** The entry that holds today; undefined when none does. */
export function presentEntry<E extends Entry>(
  entries: readonly E[],
  type: string,
  today: CivilDate,
): E | undefined {
  const asked = entries.flatMap((entry) =>
    entry.state === 'withdrawn'
      ? []
      : [{ type: entry.type, on: entry.happenedOn, status: entry.state, entry }],
  );
  return entryOn(asked, type, today)?.entry;
}

/** The entry that a new one of the same day corrects. */
export const correctedBy = <E extends Entry>(
  entries: readonly E[],
  type: string,
  on: CivilDate,
): E | undefined => entries.findLast((entry) => entry.type === type && entry.happenedOn === on);
