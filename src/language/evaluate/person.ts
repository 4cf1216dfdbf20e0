import { completedYears } from '../../shared/civil-date.ts';
import { type Dossier, type Fact, isDay } from '../dossier.ts';
import type { RuleOf } from '../grammar/condition.ts';
import type { Test } from '../grammar/selection.ts';
import type { Outcome } from '../outcome.ts';
import { entryOn, recordOfAttribute } from '../own.ts';
import { attributeType, type Vocabulary } from '../vocabulary.ts';
import type { Compiled, Detail, Run } from './clause.ts';
import { compileAgainst, compileYears, normalise, resolveDay } from './compare.ts';
import { notConfirmed, type Words } from './select.ts';
import { compileGranted } from './title.ts';
import { compileWindow } from './window.ts';

/** Conditions on the person: an attribute, whether it is documented, a title held. */

export interface AttributeTest {
  holds(dossier: Dossier, run: Run): boolean | undefined;
  value(dossier: Dossier, run: Run): { value: Fact; since?: string };
}

/** A test of one attribute; years are reckoned from the date they run from. */
export function compileAttribute(attribute: string, test: Test, vocabulary: Vocabulary): AttributeTest {
  const { asOf } = normalise(test);
  const found = vocabulary.attributes[attribute];
  if (found?.type === 'years') {
    const since = found.since ?? '';
    const compare = compileYears(test, found.counted ?? 'completed', asOf);
    return {
      holds: ({ person }, run) => compare(person[since], run.asOf),
      value: ({ person }, run) => {
        const from = person[since];
        if (!isDay(from)) return { value: null };
        return { value: completedYears(from, resolveDay(asOf, run.asOf)), since: from };
      },
    };
  }
  const { compare } = compileAgainst(test, attributeType(vocabulary, attribute) ?? { kind: 'text' });
  return {
    holds: (dossier) => compare(dossier.person[attribute], dossier),
    value: ({ person }) => ({ value: person[attribute] ?? null }),
  };
}

export const outcomeOf = (holds: boolean | undefined): Outcome =>
  holds === undefined ? 'missing' : holds ? 'met' : 'unmet';

export function compilePerson(arg: RuleOf<'person'>, vocabulary: Vocabulary): Compiled {
  // The loader lets exactly one attribute through, so that a finding has one value.
  const [attribute, test] = Object.entries(arg)[0] ?? ['', true];
  const compiled = compileAttribute(attribute, test, vocabulary);
  const entries = compileEntries(attribute, vocabulary);
  const { sameAs, notSameAs } = normalise(test);
  const other = sameAs ?? notSameAs;
  return {
    outcome: (dossier, run) => outcomeOf(compiled.holds(dossier, run)),
    find: (dossier, run) => ({
      outcome: outcomeOf(compiled.holds(dossier, run)),
      ...compiled.value(dossier, run),
      threshold: normalise(test),
      ...(other === undefined ? {} : { against: dossier.person[other] ?? null }),
      ...entries?.(dossier, run),
    }),
  };
}

/** Of an attribute that is entered as a record: the entry it was read from, and those that wait. */
function compileEntries(attribute: string, vocabulary: Vocabulary) {
  const type = recordOfAttribute(vocabulary.attributes[attribute]?.since ?? attribute);
  if (vocabulary.records[type] === undefined) return undefined;
  return ({ records }: Dossier, run: Run): Pick<Detail, 'counted' | 'notCounted'> => {
    const unconfirmed = run.countUnconfirmed === true;
    const entry = entryOn(records, type, run.asOf, unconfirmed);
    const waiting = records.filter((one) => one.type === type && one !== entry && one.status !== 'confirmed');
    return {
      counted: entry === undefined ? [] : [entry.id],
      notCounted: waiting.map(notConfirmed),
    };
  };
}

export function compileKnown(attribute: string, vocabulary: Vocabulary): Compiled {
  const since = vocabulary.attributes[attribute]?.since ?? attribute;
  const value = ({ person }: Dossier) => person[since] ?? null;
  const outcome = (dossier: Dossier): Outcome => (value(dossier) === null ? 'unmet' : 'met');
  return { outcome, find: (dossier) => ({ outcome: outcome(dossier), value: value(dossier) }) };
}

export function compileHolds(arg: RuleOf<'holds'>, { vocabulary, reckoning }: Words): Compiled {
  const granted = compileGranted(arg, vocabulary);
  const windowOf = compileWindow(arg.within, arg.asOf, { vocabulary, reckoning });
  const ever = arg.when === 'ever' || arg.within !== undefined;
  /** The title held, null for none; undefined where the days to look at are not documented. */
  const held = (dossier: Dossier, run: Run) => {
    const days = windowOf(dossier, run);
    if (days === undefined) return undefined;
    const found = dossier.titles.find(
      (one) =>
        one.from <= days.to &&
        (ever || one.until === null || one.until >= days.to) &&
        (arg.within === undefined || days.after === null || one.from > days.after) &&
        granted(one),
    );
    return found ?? null;
  };
  const outcome = (found: ReturnType<typeof held>) =>
    outcomeOf(found === undefined ? undefined : found !== null);
  return {
    outcome: (dossier, run) => outcome(held(dossier, run)),
    find: (dossier, run) => {
      const found = held(dossier, run);
      return {
        outcome: outcome(found),
        value: found?.title ?? null,
        ...(found ? { since: found.from } : {}),
        threshold: normalise(arg.title),
      };
    },
  };
}
