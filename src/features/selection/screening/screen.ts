import type { Dossier } from '../../../language/dossier.ts';
import { type CompiledProgramme, compile } from '../../../language/evaluate.ts';
import type { EvaluationContext } from '../../../language/finding.ts';
import { atLeast, count, emptyTally, type Outcome } from '../../../language/outcome.ts';
import type { Db } from '../../../platform/database.ts';
import type { CivilDate } from '../../../shared/civil-date.ts';
import { type PersonAsOf, streamPeopleAsOf } from '../../organisation/facts/queries.ts';
import type { ReadyProgramme } from '../../programmes/compiled.ts';
import { recordNeeds, streamRecordFacts } from '../../records/queries.ts';
import { selectTitles } from '../../titles/queries.ts';
import { addTo, childPath, isEligible, newTally, type Tally } from './rules.ts';

/*
 * A programme over everyone under a unit. People come in the order of their ids, a few thousand at a time, their
 * titles and records beside them; each is judged and forgotten, so that a million pass through a flat amount of
 * memory. The database reads ahead while this thread reckons.
 */

export interface Screening {
  readonly ready: ReadyProgramme;
  readonly asOf: CivilDate;
  /** Everyone serving under this unit. */
  readonly unitPath: string;
}
export interface ScreeningSteps {
  /** Told now and then how many have been judged. */
  readonly progress?: (done: number) => Promise<void>;
  /** Given the eligible, some thousands at a time, in the order of their ids. */
  readonly eligible?: (people: readonly string[]) => Promise<void>;
}

const AT_ONCE = 4000;
const NO_TITLES: Dossier['titles'] = [];

export async function screen(
  db: Db,
  { ready, asOf, unitPath }: Screening,
  steps: ScreeningSteps = {},
): Promise<Tally> {
  const judge = judgeOf(ready);
  const tally = newTally(judge.clauses);
  const { needs } = ready.compiled;
  const waiting: { person: PersonAsOf; titles: Dossier['titles'] }[] = [];
  /** Ids for the records to be read; the people wait in the same order. */
  async function* ids(): AsyncGenerator<string> {
    for await (const people of streamPeopleAsOf(db, unitPath, asOf)) {
      const titles = needs.titles
        ? await selectTitles(
            db,
            people.map(({ person }) => person.id),
          )
        : null;
      for (const person of people)
        waiting.push({ person, titles: titles?.get(person.person.id) ?? NO_TITLES });
      for (const { person } of people) yield person.id;
    }
  }
  let head = 0;
  let eligible: string[] = [];
  const context = { asOf };
  for await (const { personId, records } of streamRecordFacts(db, ids(), recordNeeds(needs, asOf))) {
    const next = waiting[head];
    if (next === undefined || next.person.person.id !== personId)
      throw new Error('people and records came apart');
    head += 1;
    const { person, unitPath: path } = next.person;
    const { outcome, clauses } = judge.judge({ person, titles: next.titles, records }, context);
    const unit = childPath(unitPath, path ?? unitPath);
    addTo(tally, { outcome, clauses, unit, subject: person.subject, setting: person.setting });
    if (isEligible(outcome)) eligible.push(personId);
    if (head < AT_ONCE) continue;
    waiting.splice(0, head);
    head = 0;
    await steps.progress?.(tally.people);
    if (eligible.length < AT_ONCE) continue;
    await steps.eligible?.(eligible);
    eligible = [];
  }
  if (eligible.length > 0) await steps.eligible?.(eligible);
  await steps.progress?.(tally.people);
  return tally;
}

interface Judge {
  readonly clauses: readonly string[];
  judge(dossier: Dossier, context: EvaluationContext): { outcome: Outcome; clauses: readonly Outcome[] };
}

/**
 * Each clause of the outermost "all of these" compiled by itself: its bare outcome counts it, and together they
 * are the whole. Where clauses spend each other's records only the whole tree can tell.
 */
function judgeOf({ programme, vocabulary, compiled }: ReadyProgramme): Judge {
  const { eligibility } = programme;
  const { rule } = eligibility;
  if (rule.op !== 'all' || compiled.needs.consumes || (eligibility.strength ?? 'must') !== 'must') {
    return wholeTree(compiled, eligibility.path);
  }
  const parts = rule.arg.map((clause) => ({
    path: clause.path,
    compiled: compile({ ...programme, eligibility: clause }, vocabulary),
  }));
  return {
    clauses: parts.map(({ path }) => path),
    judge(dossier, context) {
      const whole = emptyTally();
      const clauses = parts.map((part) => part.compiled.outcome(dossier, context));
      for (const outcome of clauses) count(whole, outcome);
      return { outcome: atLeast(parts.length, whole), clauses };
    },
  };
}

function wholeTree(compiled: CompiledProgramme, path: string): Judge {
  return {
    clauses: [path],
    judge(dossier, context) {
      const outcome = compiled.outcome(dossier, context);
      return { outcome, clauses: [outcome] };
    },
  };
}
