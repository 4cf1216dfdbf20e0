import type { Dossier, RecordFact } from './dossier.ts';
import type { Finding, NotCountedReason, SetNumber } from './finding.ts';
import { valueAt, withValues } from './given.ts';
import type { Condition } from './grammar/condition.ts';
import { choiceWords } from './grammar/words.ts';
import type { Outcome } from './outcome.ts';
import type { Locale } from './problem.ts';
import type { Programme } from './programme.ts';
import { clauseText } from './say/clause.ts';
import { summarise } from './say/finding.ts';
import { type PolicyText, policyText } from './say/policy.ts';
import { type SaidAmount, sayReckoning } from './say/reckoning.ts';
import { notCountedLine, type RecordLine, recordLine, recordsById } from './say/record-line.ts';
import { sayGiven } from './say/values.ts';
import type { Vocabulary } from './vocabulary.ts';
import { conditionsOf } from './walk.ts';

/** Everything a programme and its verdicts say to people, in either language. */

/** The programme as a policy to lay beside the printed document; made once for each programme that is held. */
export function explainProgramme(programme: Programme, vocabulary: Vocabulary, locale: Locale): PolicyText {
  const before = told.get(programme);
  const texts = before?.vocabulary === vocabulary ? before.texts : new Map<Locale, PolicyText>();
  const known = texts.get(locale);
  if (known !== undefined) return known;
  const text = policyText({ programme: withNames(programme, locale), vocabulary, locale });
  texts.set(locale, text);
  told.set(programme, { vocabulary, texts });
  return text;
}
const told = new WeakMap<Programme, { vocabulary: Vocabulary; texts: Map<Locale, PolicyText> }>();

/** A number that a parameter gives is told as the parameter, with its value: the text is read, not reckoned with. */
const withNames = (programme: Programme, locale: Locale): Programme =>
  withValues(programme, (given) => sayGiven(given, { programme, locale }));

/** One clause in words: its own, or made from what it asks. */
export function sayClause(
  node: Condition,
  programme: Programme,
  vocabulary: Vocabulary,
  locale: Locale,
): string {
  return clauseText(node, { programme, vocabulary, locale }, true);
}

export interface SaidFinding {
  readonly clause: string;
  readonly cites: readonly string[];
  readonly outcome: Outcome;
  readonly outcomeText: string;
  readonly summary: string;
  readonly counted: readonly RecordLine[];
  readonly notCounted: readonly (RecordLine & { readonly reason: NotCountedReason })[];
  /** For a comparison of amounts: how each was reckoned, what is compared first. */
  readonly amounts: readonly SaidAmount[];
}

/** One finding in words; with the dossier, its records are named, else shown by their ids. */
export function sayFinding(
  finding: Finding,
  programme: Programme,
  vocabulary: Vocabulary,
  locale: Locale,
  dossier?: Dossier,
): SaidFinding {
  const local = new Map(localIn(finding).map(({ parameter, value }) => [parameter, value]));
  const meant = withLocal(programme, local);
  const setting = { programme: meant, vocabulary, locale, local };
  const node = clauseAt(meant, finding.path);
  const records = recordsById(dossier);
  return {
    clause: node ? clauseText(node, setting) : finding.path,
    cites: node?.cite ?? [],
    outcome: finding.outcome,
    outcomeText: choiceWords.outcomes[finding.outcome][locale],
    summary: summarise(finding, node, setting),
    counted: finding.counted.map((id) => recordLine(id, records, vocabulary, locale)),
    notCounted: finding.notCounted.map((one) => notCountedLine(one, records, vocabulary, locale)),
    amounts: (finding.amounts ?? []).map((one) => sayReckoning(one, setting, records)),
  };
}

/** The numbers set locally that a finding or any below it rests on: a group is told with those its parts are judged by. */
const localIn = ({ local = [], children }: Finding): readonly SetNumber[] => [
  ...children.flatMap(localIn),
  ...local,
];

/** One record in a line: its title, kind, day, level and grade. */
export const sayRecord = (record: RecordFact, vocabulary: Vocabulary, locale: Locale): string =>
  recordLine(record.id, new Map([[record.id, record]]), vocabulary, locale).text;

/**
 * The programme with the numbers a finding rests on in its conditions. Each clause rests on its own, and people of one
 * county on the same: some are kept, so that a page does not make them anew for every clause.
 */
export function withLocal(programme: Programme, local: ReadonlyMap<string, string>): Programme {
  if (local.size === 0) return programme;
  const all = localMade.get(programme) ?? new Map<string, Programme>();
  localMade.set(programme, all);
  const key = JSON.stringify([...local].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const known = all.get(key);
  if (known !== undefined) return known;
  if (all.size >= MOST_LOCAL) all.clear();
  const made = withValues(programme, (given) => {
    const value = local.get(given.parameter) ?? programme.parameters?.[given.parameter]?.value ?? '0';
    return valueAt(given, value);
  });
  all.set(key, made);
  return made;
}
const MOST_LOCAL = 50;
const localMade = new WeakMap<Programme, Map<string, Programme>>();

const indexes = new WeakMap<Programme, ReadonlyMap<string, Condition>>();

/** The clause that stands at a path of the file. */
export function clauseAt(programme: Programme, path: string): Condition | undefined {
  let index = indexes.get(programme);
  if (!index) {
    index = new Map(conditionsOf(programme).map((node) => [node.path, node]));
    indexes.set(programme, index);
  }
  return index.get(path);
}
