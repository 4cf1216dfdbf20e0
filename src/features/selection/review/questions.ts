import type { RecordFact } from '../../../language/dossier.ts';
import type { RuleOf } from '../../../language/grammar/condition.ts';
import type { Programme } from '../../../language/programme.ts';
import { conditionsOf } from '../../../language/walk.ts';
import { type Db, transaction } from '../../../platform/database.ts';
import { appendAudit } from '../../audit/queries.ts';
import { conditionsAt } from '../../programmes/numbers/rules.ts';
import { selectRecordFacts } from '../../records/queries.ts';
import { countApplicants, selectApplication, updateOutcome } from '../applications/queries.ts';
import { insertDecision } from '../decisions/queries.ts';
import { LEVEL_OF_ACTOR } from '../rounds/rules.ts';
import { countMet, insertRecusal } from './queries.ts';
import { assessApplication, type Route } from './route.ts';
import {
  type ClauseAnswer,
  judgeAnswer,
  keyOf,
  mostMet,
  questionsOf,
  type Relation,
  type Step,
} from './rules.ts';
import { aboutOf, allOrNothing, type By, type Done, takeTurn, Undo } from './turn.ts';

/** Questions the file gives to people, and people who stand aside. */

/** Answer a question the file gives to a body, with the reason; the findings follow from then on. */
export async function answerClause(db: Db, id: string, answer: ClauseAnswer, by: By): Promise<Done> {
  return allOrNothing(db, async (tx) => {
    const { route, application, step, post, actor } = await takeTurn(tx, id, by);
    const { findings } = await assessApplication(tx, route.round, application);
    const asked = questionsOf(findings.root).find((finding) => keyOf(finding) === answer.clause);
    const own = conditionsAt(route.ready, post.unitPath);
    const decide = asked === undefined ? undefined : decideOf(own, answer.clause);
    const cap = await capAt(tx, route, post, answer.clause, id);
    const records = (await selectRecordFacts(tx, [application.personId])).get(application.personId) ?? [];
    const question =
      asked === undefined
        ? null
        : {
            needs: decide?.needs ?? [],
            forThisBody: isFor(route, step, decide?.by),
            cap: cap?.most ?? null,
            usedOfCap: cap?.used ?? 0,
            records: new Set(evidenceFor(decide, records).map((record) => record.id)),
          };
    const refusal = judgeAnswer(question, answer);
    if (refusal !== null) throw new Undo({ kind: 'clause', refusal });
    const relied = answer.records.filter((record) => question?.records.has(record));
    const fresh = await insertDecision(tx, {
      id: by.submission,
      roundId: route.round.id,
      applicationId: id,
      unitId: post.unitId,
      kind: 'clause',
      clause: answer.clause,
      outcome: answer.outcome,
      detail: { attendees: answer.attendees, records: relied },
      reason: answer.reason,
      by: actor,
      at: by.now,
    });
    if (!fresh) return;
    const { findings: now } = await assessApplication(tx, route.round, application);
    await updateOutcome(tx, id, now.outcome);
    await appendAudit(tx, actor, by.now, {
      ...aboutOf(application),
      action: 'application.decide-clause',
      after: {
        clause: answer.clause,
        outcome: answer.outcome,
        attendees: answer.attendees,
        records: relied,
      },
      reason: answer.reason,
    });
  });
}

/** The `decide` node of a clause; undefined for a clause that holds in principle or at discretion. */
export function decideOf(programme: Programme, clause: string): RuleOf<'decide'> | undefined {
  for (const node of conditionsOf(programme)) {
    if (keyOf(node) === clause && node.rule.op === 'decide') return node.rule.arg;
  }
  return undefined;
}

/** The confirmed records a body may rely on: of the kinds the file names, else of any kind it asks records for. */
export function evidenceFor(
  decide: RuleOf<'decide'> | undefined,
  records: readonly RecordFact[],
): RecordFact[] {
  const { evidence, needs } = decide ?? {};
  if (evidence === undefined && needs?.includes('evidence') !== true) return [];
  return records.filter(
    ({ type, status }) => status === 'confirmed' && (evidence === undefined || evidence.includes(type)),
  );
}

/** A question the file gives to a body of one level waits for that body, when the route has one. */
export function isFor({ ready, steps }: Route, step: Step, by: string | undefined): boolean {
  const level = by === undefined ? undefined : ready.programme.bodies?.[by]?.level;
  const levels = steps.map(({ stage }) => LEVEL_OF_ACTOR[stage.actor]);
  return (
    level === undefined || !levels.some((one) => one === level) || LEVEL_OF_ACTOR[step.stage.actor] === level
  );
}

/** How many a body may find met by its own number, and how many others it has; null where the file sets no cap. */
export async function capAt(
  db: Db,
  route: Route,
  { unitId, unitPath }: { readonly unitId: string; readonly unitPath: string },
  clause: string,
  exceptApplicationId: string,
): Promise<{ readonly most: number; readonly used: number } | null> {
  const cap = decideOf(conditionsAt(route.ready, unitPath), clause)?.cap;
  if (cap === undefined) return null;
  // Applicants are counted only where a share of them is asked.
  const most = mostMet(
    cap,
    cap.percent === undefined ? 0 : await countApplicants(db, route.round.id, unitPath),
  );
  if (most === null) return null;
  return { most, used: await countMet(db, route.round.id, unitId, clause, exceptApplicationId) };
}

/** Someone stands aside for an applicant: declared by themselves, or by an office for them. */
export async function recuse(
  db: Db,
  id: string,
  personId: string,
  relation: Relation,
  by: By,
): Promise<void> {
  await transaction(db, async (tx) => {
    const application = await selectApplication(tx, id);
    const fresh = await insertRecusal(tx, {
      id: by.submission,
      roundId: application.roundId,
      personId,
      applicantId: application.personId,
      relation,
      declaredBy: by.actor.personId,
      at: by.now,
    });
    if (!fresh) return;
    await appendAudit(tx, by.actor, by.now, {
      ...aboutOf(application),
      action: 'application.recuse',
      after: { person: personId, relation },
    });
  });
}
