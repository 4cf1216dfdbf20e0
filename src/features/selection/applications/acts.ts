import type { Findings } from '../../../language/finding.ts';
import { nextNumber } from '../../../platform/counter.ts';
import { type Db, transaction } from '../../../platform/database.ts';
import { appendAudit } from '../../audit/queries.ts';
import type { Actor } from '../../identity/rules.ts';
import { standsUnder } from '../../identity/rules.ts';
import { insertNotices } from '../../notices/queries.ts';
import { selectEvidence } from '../../records/evidence/queries.ts';
import { type Assessment, assess, snapshotOf } from '../dossier/assess.ts';
import { sideBySide } from '../dossier/side-by-side.ts';
import { giveBackPlaces } from '../review/places.ts';
import { lockReviews, selectDecisionsOf, supersedeReviews } from '../review/queries.ts';
import { listRoundStages, type RoundRow, selectRound, shareRound } from '../rounds/queries.ts';
import { firstReview, routeSteps, selectionPosition, type Timeliness, timeliness } from '../rounds/rules.ts';
import {
  type ApplicationRow,
  insertDraft,
  isPlaced,
  lockApplication,
  selectApplicant,
  selectApplication,
  selectAttachments,
  selectOptionalApplicationOf,
  updateForm,
  updateState,
  updateSubmitted,
} from './queries.ts';
import {
  type ApplicationForm,
  countedIn,
  type Declaration,
  declarationOf,
  findClause,
  judgeSave,
  judgeWithdraw,
  type Obstacle,
  obstacles,
  type WithdrawRefusal,
} from './rules.ts';

export interface When {
  readonly now: Date;
  /** The civil date of `now` where the authority is. */
  readonly today: string;
}

export type DraftVerdict =
  | { readonly ok: true; readonly id: string }
  | { readonly ok: false; readonly obstacle: 'not-open' | 'not-yet' | 'late' | 'not-in-round' | 'no-school' };

/** The application of a person in a round: the one there is, or a new draft; a withdrawn one is taken up again. */
export async function openDraft(
  db: Db,
  roundId: string,
  actor: Actor,
  id: string,
  now: Date,
): Promise<DraftVerdict> {
  return transaction(db, async (tx): Promise<DraftVerdict> => {
    const round = await shareRound(tx, roundId);
    const there = await selectOptionalApplicationOf(tx, roundId, actor.personId);
    if (there !== null && there.state !== 'withdrawn') return { ok: true, id: there.id };
    const timely = timeliness(round, now);
    if (!timely.ok) return { ok: false, obstacle: timely.reason };
    const applicant = await selectApplicant(tx, actor.personId);
    if (!isPlaced(applicant)) return { ok: false, obstacle: 'no-school' };
    if (!standsUnder(applicant.unitPath, round.unitPath)) return { ok: false, obstacle: 'not-in-round' };
    const about = {
      subjectType: 'application',
      personId: actor.personId,
      roundId,
      unitPath: applicant.unitPath,
    };
    if (there !== null) {
      await updateState(tx, there.id, 'draft', null);
      await appendAudit(tx, actor.personId, now, {
        ...about,
        action: 'application.reopen',
        subjectId: there.id,
      });
      return { ok: true, id: there.id };
    }
    if (await insertDraft(tx, id, roundId, applicant, now)) {
      await appendAudit(tx, actor.personId, now, { ...about, action: 'application.draft', subjectId: id });
      return { ok: true, id };
    }
    const other = await selectOptionalApplicationOf(tx, roundId, actor.personId);
    return { ok: true, id: other?.id ?? id };
  });
}

export type SaveResult =
  | { readonly ok: true; readonly at: Date; readonly revision: number }
  | {
      readonly ok: false;
      readonly reason: 'changed-meanwhile';
      readonly kept: ApplicationForm;
      readonly revision: number;
    }
  | { readonly ok: false; readonly reason: 'not-a-draft' };

/** Keep a draft. When another tab saved first, its text stays and this one is set aside: neither is lost. */
export async function saveDraft(
  db: Db,
  id: string,
  fields: Readonly<Record<string, string>>,
  from: { readonly revision: number; readonly tab: string },
  now: Date,
): Promise<SaveResult> {
  return transaction(db, async (tx): Promise<SaveResult> => {
    const kept = await lockApplication(tx, id);
    const verdict = judgeSave(kept, fields, from, now);
    if (!verdict.ok && verdict.reason === 'not-a-draft') return verdict;
    const changed = verdict.ok
      ? Object.entries(fields).some(([field, text]) => (kept.form.fields[field] ?? '') !== text)
      : true;
    if (changed) await updateForm(tx, id, verdict.form, now);
    const next = kept.revision + (changed ? 1 : 0);
    return verdict.ok
      ? { ok: true, at: now, revision: next }
      : { ok: false, reason: 'changed-meanwhile', kept: kept.form, revision: next };
  });
}

/** Everything the task list and the check page show, and what submitting is judged by. */
export interface Desk {
  readonly round: RoundRow;
  readonly assessment: Assessment;
  readonly declaration: Declaration;
  readonly obstacles: readonly Obstacle[];
  /** Where it goes when it is submitted. */
  readonly position: number;
}

export async function deskOf(db: Db, application: ApplicationRow, now: Date): Promise<Desk> {
  const round = await selectRound(db, application.roundId);
  const [decisions, attachments, applicant] = await sideBySide(db, [
    () => selectDecisionsOf(db, application.id),
    () => selectAttachments(db, application.id),
    () => selectApplicant(db, application.personId),
  ]);
  const assessment = await assess(db, round, application.personId, decisions);
  if (assessment === null) throw new Error(`application ${application.id} has no applicant`);
  const { programme } = assessment.ready;
  const route = programme.route ?? [];
  const declaration = declarationOf(programme);
  const first = firstReview(route) ?? selectionPosition(route);
  // What a body returned goes back to that body, and its own deadline counts.
  const back = application.state === 'returned' ? application.position : null;
  const position = back ?? first;
  const timely =
    back === null ? timeliness(round, now) : backInTime(round, await stageDeadline(db, round.id, back), now);
  const stepStage = routeSteps(route).find((step) => step.position === position)?.stage;
  const proved = await provedItems(db, declaration, assessment);
  return {
    round,
    assessment,
    declaration,
    position,
    obstacles: obstacles({
      state: application.state,
      timeliness: timely,
      inRound: applicant.unitPath !== null && standsUnder(applicant.unitPath, round.unitPath),
      hasSchool: applicant.schoolId !== null,
      needsGroup: stepStage?.actor === 'group',
      hasGroup: applicant.groupId !== null,
      hoped: assessment.hoped,
      person: assessment.dossier.person,
      declaration,
      fields: application.form.fields,
      attached: new Set([...attachments.map(({ item }) => item), ...proved]),
    }),
  };
}

/**
 * Papers the growth file holds already: the clause they prove counts a record the school confirmed, or one
 * that has a file. Nobody uploads the same paper twice.
 */
async function provedItems(
  db: Db,
  declaration: Declaration,
  { findings, hoped }: Assessment,
): Promise<string[]> {
  const countedBy = ({ root }: Findings, clause: string) => {
    const finding = findClause(root, clause);
    return finding === null ? [] : countedIn(finding);
  };
  const items = declaration.attachments.flatMap(({ id, clause }) =>
    clause === undefined ? [] : [{ id, clause }],
  );
  const waiting = items.filter(({ clause }) => countedBy(findings, clause).length === 0);
  const files = await selectEvidence(db, [
    ...new Set(waiting.flatMap(({ clause }) => countedBy(hoped, clause))),
  ]);
  const shown = new Set(files.map(({ recordId }) => recordId));
  return items
    .filter(
      (item) => !waiting.includes(item) || countedBy(hoped, item.clause).some((record) => shown.has(record)),
    )
    .map(({ id }) => id);
}

const backInTime = (round: RoundRow, closesAt: Date | null, now: Date): Timeliness => {
  if (round.state !== 'open') return { ok: false, reason: 'not-open' };
  return closesAt === null || now <= closesAt ? { ok: true } : { ok: false, reason: 'late' };
};

async function stageDeadline(db: Db, roundId: string, position: number): Promise<Date | null> {
  const stages = await listRoundStages(db, roundId);
  return stages.find((stage) => stage.position === position)?.closesAt ?? null;
}

export type SubmitResult =
  | { readonly ok: true; readonly receipt: string; readonly again: boolean }
  | { readonly ok: false; readonly desk: Desk };

/**
 * Submit: judged by the server's clock, numbered once, its findings frozen. Sending it twice gives the one
 * receipt; everything that stands in the way comes back at once, and the draft stays as it is.
 */
export async function submit(db: Db, id: string, { now, today }: When): Promise<SubmitResult> {
  return transaction(db, async (tx): Promise<SubmitResult> => {
    const { roundId } = await selectApplication(tx, id);
    await shareRound(tx, roundId);
    const seen = await lockApplication(tx, id);
    if (seen.state === 'in-review' && seen.receipt !== null)
      return { ok: true, receipt: seen.receipt, again: true };
    const desk = await deskOf(tx, seen, now);
    const place = await selectApplicant(tx, seen.personId);
    if (desk.obstacles.length > 0 || !isPlaced(place)) return { ok: false, desk };
    const receipt = seen.receipt ?? (await newReceipt(tx, today));
    const snapshot = snapshotOf(desk.assessment);
    await updateSubmitted(tx, id, { receipt, at: now, position: desk.position, snapshot, place });
    await insertNotices(tx, now, [
      {
        personId: seen.personId,
        kind: 'application-received',
        detail: { round: desk.round.name, receipt },
        href: `/applications/${id}`,
      },
    ]);
    await appendAudit(tx, seen.personId, now, {
      action: seen.state === 'returned' ? 'application.resubmit' : 'application.submit',
      subjectType: 'application',
      subjectId: id,
      personId: seen.personId,
      roundId: seen.roundId,
      unitPath: place.unitPath,
      after: { receipt, outcome: snapshot.outcome, position: desk.position },
    });
    return { ok: true, receipt, again: false };
  });
}

/** A receipt number 回执号: the year and a number without gaps. */
async function newReceipt(tx: Db, today: string): Promise<string> {
  const year = today.slice(0, 4);
  return `SB${year}-${String(await nextNumber(tx, `application receipt ${year}`)).padStart(6, '0')}`;
}

/** Withdraw before the deadline: places the bodies had given are free again. Null when done. */
export async function withdraw(db: Db, id: string, actor: Actor, now: Date): Promise<WithdrawRefusal | null> {
  return transaction(db, async (tx) => {
    const { roundId } = await selectApplication(tx, id);
    await lockReviews(tx, roundId);
    const round = await shareRound(tx, roundId);
    const application = await lockApplication(tx, id);
    if (application.state === 'withdrawn') return null;
    const refusal = judgeWithdraw(application.state, timeliness(round, now));
    if (refusal !== null) return refusal;
    await giveBackPlaces(tx, round, application);
    // Applied for again, it begins with the first body: no recommendation of before may stand.
    await supersedeReviews(tx, id, now);
    await updateState(tx, id, 'withdrawn', null);
    await appendAudit(tx, actor.personId, now, {
      action: 'application.withdraw',
      subjectType: 'application',
      subjectId: id,
      personId: application.personId,
      roundId,
      unitPath: application.unitPath,
      before: { state: application.state, position: application.position },
    });
    return null;
  });
}
