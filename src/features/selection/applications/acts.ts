import { type Db, transaction } from '../../../platform/database.ts';
import { appendAudit } from '../../audit/queries.ts';
import type { Actor } from '../../identity/rules.ts';
import { standsUnder } from '../../identity/rules.ts';
import { snapshotOf } from '../dossier/assess.ts';
import { giveBackPlaces } from '../review/places.ts';
import { lockReviews, supersedeReviews } from '../review/queries.ts';
import { shareRound } from '../rounds/queries.ts';
import { timeliness } from '../rounds/rules.ts';
import { type Desk, deskOf } from './desk.ts';
import {
  type ApplicationRow,
  insertDraft,
  isPlaced,
  lockApplication,
  type Seen,
  selectApplicant,
  selectApplication,
  selectOptionalApplicationOf,
  selectSeen,
  submitSeen,
  updateForm,
  updateState,
} from './queries.ts';
import { type ApplicationForm, judgeSave, judgeWithdraw, type WithdrawRefusal } from './rules.ts';

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
      await appendAudit(tx, actor, now, {
        ...about,
        action: 'application.reopen',
        subjectId: there.id,
      });
      return { ok: true, id: there.id };
    }
    if (await insertDraft(tx, id, roundId, applicant, now)) {
      await appendAudit(tx, actor, now, { ...about, action: 'application.draft', subjectId: id });
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

/**
 * Keep a draft. When another tab saved first, its text stays and this one is set aside: neither is lost. Nothing is
 * locked while it is judged; what was changed meanwhile is judged again.
 */
export async function saveDraft(
  db: Db,
  id: string,
  fields: Readonly<Record<string, string>>,
  from: { readonly revision: number; readonly tab: string },
  now: Date,
  first?: ApplicationRow,
): Promise<SaveResult> {
  let kept = first ?? (await selectApplication(db, id));
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const verdict = judgeSave(kept, fields, from, now);
    if (!verdict.ok && verdict.reason === 'not-a-draft') return verdict;
    const changed = verdict.ok
      ? Object.entries(fields).some(([field, text]) => (kept.form.fields[field] ?? '') !== text)
      : true;
    if (!changed || (await updateForm(db, kept, verdict.form, now))) {
      const revision = kept.revision + (changed ? 1 : 0);
      return verdict.ok
        ? { ok: true, at: now, revision }
        : { ok: false, reason: 'changed-meanwhile', kept: kept.form, revision };
    }
    kept = await selectApplication(db, id);
  }
  throw new Error(`application ${id} is changed all the time`);
}

export type SubmitResult =
  | { readonly ok: true; readonly receipt: string; readonly again: boolean }
  | { readonly ok: false; readonly desk: Desk };

/** Whoever is changed meanwhile reads and judges again; so often in a row nobody is. */
const MOST_TRIES = 50;

/**
 * Submit: judged by the server's clock, numbered once, its findings frozen. Sending it twice gives the one
 * receipt; everything that stands in the way comes back at once, and the draft stays as it is. Nothing is locked
 * while it is judged: what was judged holds only if application and round are still as they were seen.
 */
export async function submit(db: Db, id: string, when: When, first?: Seen): Promise<SubmitResult> {
  let seen = first ?? (await selectSeen(db, id));
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const { state, receipt } = seen.application;
    if (state === 'in-review' && receipt !== null) return { ok: true, receipt, again: true };
    const desk = await deskOf(db, seen, when.now);
    const { applicant: place, assessment, position } = desk;
    if (desk.obstacles.length > 0 || !isPlaced(place)) return { ok: false, desk };
    const given = await submitSeen(db, seen, {
      at: when.now,
      position,
      snapshot: snapshotOf(assessment),
      place,
      series: receiptSeries(when.today),
    });
    if (given !== null) return { ok: true, receipt: given, again: false };
    seen = await selectSeen(db, id);
  }
  throw new Error(`application ${id} is changed all the time`);
}

/** Receipt numbers 回执号: the year and a number without gaps. */
const receiptSeries = (today: string) => {
  const year = today.slice(0, 4);
  return { name: `application receipt ${year}`, prefix: `SB${year}-` };
};

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
    await appendAudit(tx, actor, now, {
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
