import type { CivilDate } from '../../shared/civil-date.ts';
import type { Condition, RuleOf } from '../grammar/condition.ts';
import type { Programme } from '../programme.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { reach } from '../walk.ts';
import { daysOf } from './window.ts';

/** What evaluation reads of a dossier. */
export interface Needs {
  readonly recordTypes: readonly string[];
  /** No record on or before this day can count; null when some clause looks back without end. */
  earliest(asOf: CivilDate): CivilDate | null;
  /** The same for one type of record. */
  earliestOf(type: string, asOf: CivilDate): CivilDate | null;
  /** The record types of which a field of their own is read, beyond level, grade, author order and event. */
  readonly fieldTypes: readonly string[];
  /** Ids of stored attributes: the date behind an age, not the age. */
  readonly attributes: readonly string[];
  /** Whether any clause asks for titles. */
  readonly titles: boolean;
  /** Whether counting in one clause can take a record from another. */
  readonly consumes: boolean;
}

export function needsOf(root: Condition, programme: Programme, vocabulary: Vocabulary): Needs {
  const recordTypes = new Set<string>();
  const fieldTypes = new Set<string>();
  const attributes = new Set<string>();
  const windows: { types: readonly string[]; after: (asOf: CivilDate) => CivilDate | null }[] = [];
  let titles = false;
  let consumes = false;
  const read = (attribute: string) => attributes.add(vocabulary.attributes[attribute]?.since ?? attribute);
  for (const { rule } of reach(root, programme)) {
    if (rule.op === 'count' || rule.op === 'sum' || rule.op === 'max') {
      const { record, within, asOf } = rule.arg;
      for (const type of record) recordTypes.add(type);
      if (fieldsRead(rule.arg).some((key) => !COMMON.has(key)))
        for (const type of record) fieldTypes.add(type);
      windows.push({ types: record, after: (day) => daysOf(within, asOf, day).after });
      if (rule.op === 'count' && rule.arg.consume) consumes = true;
    } else if (rule.op === 'person') Object.keys(rule.arg).forEach(read);
    else if (rule.op === 'known') read(rule.arg);
    else if (rule.op === 'case') read(rule.arg.by);
    else if (rule.op === 'holds') titles = true;
  }
  return {
    recordTypes: [...recordTypes],
    fieldTypes: [...fieldTypes],
    attributes: [...attributes],
    titles,
    consumes,
    earliest: (asOf) => earliest(windows, asOf),
    earliestOf: (type, asOf) =>
      earliest(
        windows.filter(({ types }) => types.includes(type)),
        asOf,
      ),
  };
}

const COMMON: ReadonlySet<string> = new Set(['level', 'grade', 'authorOrder', 'event']);

/** What a clause reads of each record it looks at. */
const fieldsRead = (arg: RuleOf<'count'> | RuleOf<'sum'> | RuleOf<'max'>): readonly string[] => [
  ...Object.keys(arg.where ?? {}),
  ...('of' in arg ? [arg.of] : []),
  ...('distinctBy' in arg && arg.distinctBy !== undefined ? [arg.distinctBy] : []),
];

function earliest(
  windows: readonly { after: (asOf: CivilDate) => CivilDate | null }[],
  asOf: CivilDate,
): CivilDate | null {
  let first: CivilDate = asOf;
  for (const { after } of windows) {
    const day = after(asOf);
    if (day === null) return null;
    if (day < first) first = day;
  }
  return first;
}
