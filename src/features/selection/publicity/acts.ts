import type { Grant } from '../../../language/grammar/programme.ts';
import { type Db, transaction } from '../../../platform/database.ts';
import { newId } from '../../../platform/ids.ts';
import { calendar, vocabulary } from '../../../platform/programmes.ts';
import type { Acting } from '../../../platform/routing.ts';
import { addDays, addMonths, addYears, type CivilDate } from '../../../shared/civil-date.ts';
import { insertNotices, type NewNotice } from '../../notices/queries.ts';
import { programmeAt, quotaAt } from '../../programmes/numbers/rules.ts';
import { insertHoldings } from '../../titles/queries.ts';
import { insertDecision } from '../decisions/queries.ts';
import { programmeOfRound } from '../dossier/assess.ts';
import { isLastByResults } from '../panels/rules.ts';
import { noteRound } from '../rounds/history.ts';
import type { Settled } from '../rounds/participants/queries.ts';
import { type RoundRow, updateRound } from '../rounds/queries.ts';
import { publicityStage, selectionPosition } from '../rounds/rules.ts';
import { insertSpent } from '../spent/queries.ts';
import { takeRound } from '../stake/queries.ts';
import {
  countOpenReviews,
  isDecided,
  listCandidates,
  listTieDecisions,
  markListed,
} from './drawing/queries.ts';
import {
  type Drawn,
  draw,
  type TieDecision,
  type TieRefusal,
  tieVerdict,
  withEqualPlaces,
} from './drawing/rules.ts';
import { asPosted, grantingOf, movedSince, titlesOf } from './granting/rules.ts';
import { countOpenObjections } from './objections/queries.ts';
import { publicEntries } from './public/rules.ts';
import { closePublicity, insertPublicity, selectOptionalPublicity } from './queries.ts';
import { clausesMetBy, judgeListed, type Listed, type Titled, type Unfit } from './recheck.ts';
import { listNamed, markRemoved, settleApplications } from './result/queries.ts';
import {
  type ClockVerdict,
  clauseKey,
  type DecideRefusal,
  decideVerdict,
  type PostRefusal,
  postVerdict,
  publicityClock,
  type UnfitOutcome,
  type UnfitRefusal,
  unfitVerdict,
} from './rules.ts';

export interface Selection {
  readonly drawn: Drawn;
  /** What was decided between equals, on which the list rests. */
  readonly decisions: readonly TieDecision[];
  readonly openReviews: number;
  readonly clock: ClockVerdict;
}

const NONE_MET: ReadonlySet<string> = new Set();

/** The list as it stands now. */
export async function drawSelection(db: Db, round: RoundRow, today: CivilDate): Promise<Selection> {
  const ready = await programmeOfRound(db, round);
  const { programme } = ready;
  const { route = [] } = programmeAt(ready, round.unitPath);
  const position = selectionPosition(route);
  const asRecommended = await listCandidates(db, round.id, position);
  const recommended = isLastByResults(route) ? withEqualPlaces(asRecommended) : asRecommended;
  const [decisions, openReviews] = await Promise.all([
    listTieDecisions(db, round.id),
    countOpenReviews(db, round.id, position),
  ]);
  const met = await clausesMetBy(db, round, ready, recommended);
  const candidates = recommended.map((one) => ({ ...one, meets: met.get(one.applicationId) ?? NONE_MET }));
  return {
    decisions,
    drawn: draw(
      candidates,
      round.places,
      programme,
      vocabulary(),
      decisions,
      (path) => quotaAt(ready, path),
      round.unitPath,
    ),
    openReviews,
    clock: publicityClock(publicityStage(route), calendar('cn'), today),
  };
}

export async function decideTie(
  ask: Acting,
  roundId: string,
  id: string,
  taken: readonly string[],
  reason: string | null,
): Promise<{ ok: true } | { ok: false; reason: TieRefusal | 'not-open'; places: number }> {
  return transaction(ask.db, async (tx) => {
    const round = await takeRound(tx, ask, roundId);
    if (round.state !== 'open') return { ok: false, reason: 'not-open', places: 0 };
    const { drawn } = await drawSelection(tx, round, ask.today);
    const verdict = tieVerdict(drawn, taken, reason);
    if (!verdict.ok || reason === null) {
      return { ok: false, reason: verdict.ok ? 'no-reason' : verdict.reason, places: drawn.tie?.places ?? 0 };
    }
    const isNew = await insertDecision(tx, {
      id,
      roundId,
      applicationId: null,
      unitId: round.unitId,
      kind: 'tie',
      outcome: 'ordered',
      detail: { order: verdict.order, taken },
      reason,
      by: ask.actor,
      at: ask.now,
    });
    if (isNew) await noteRound(ask, tx, round, 'tie.decided', { after: { taken }, reason });
    return { ok: true };
  });
}

export interface Posting {
  readonly id: string;
  /** The office no longer waits for reviews that are still open. */
  readonly confirmed: boolean;
  /** The last day given by hand where the calendar does not know the year. */
  readonly closesOn: CivilDate | null;
  readonly reason: string | null;
}
export type PostAnswer =
  | { readonly ok: true; readonly id: string }
  | { readonly ok: false; readonly reasons: readonly PostRefusal[] }
  | { readonly ok: false; readonly earliest: CivilDate };

/** Freeze the list and make it public. */
export async function postPublicity(ask: Acting, roundId: string, posting: Posting): Promise<PostAnswer> {
  return transaction(ask.db, async (tx): Promise<PostAnswer> => {
    const round = await takeRound(tx, ask, roundId);
    const earlier = await selectOptionalPublicity(tx, { roundId });
    if (earlier !== null) return { ok: true, id: earlier.id };
    const { drawn, openReviews, clock } = await drawSelection(tx, round, ask.today);
    const { unfit, titled } = await judgeListed(tx, round, drawn.selected);
    const verdict = postVerdict(round, posting.confirmed ? 0 : openReviews, drawn, unfit.length, ask.now);
    if (!verdict.ok) return verdict;
    const ready = await programmeOfRound(tx, round);
    const { programme, vocabulary: words } = ready;
    const given = publicityStage(programmeAt(ready, round.unitPath).route ?? [])?.publicity?.days ?? {
      working: 5,
    };
    const days = typeof given === 'number' ? given : (given.working ?? given.calendar ?? 5);
    // Five working days are never fewer than five days: a last day given by hand is held to that.
    const earliest = addDays(ask.today, days);
    const closesOn = clock.ok ? clock.closesOn : posting.closesOn;
    if (closesOn === null || (!clock.ok && closesOn < earliest)) return { ok: false, earliest };
    const entries = publicEntries(drawn.selected, titlesOf(programme, words, titled));
    await markListed(
      tx,
      roundId,
      entries.map(({ applicationId }) => applicationId),
    );
    const digest = await insertPublicity(tx, {
      id: posting.id,
      roundId,
      postedAt: ask.now,
      postedOn: ask.today,
      closesOn,
      workingDays: days,
      list: {
        round: round.name,
        unit: round.unitName,
        programme: round.programmeNames,
        documentNumber: round.documentNumber,
        contact: round.contact,
        entries: entries.map(({ entry }) => entry),
      },
      applications: entries.map(({ applicationId }) => applicationId),
      granting: grantingOf(drawn.selected, titled),
      postedBy: ask.actor.personId,
    });
    await updateRound(tx, roundId, { state: 'publicity' });
    await noteRound(ask, tx, round, 'publicity.posted', {
      after: {
        digest,
        closesOn,
        people: entries.length,
        applications: entries.map(({ applicationId }) => applicationId),
      },
      reason: clock.ok ? null : posting.reason,
    });
    return { ok: true, id: posting.id };
  });
}

/**
 * Of those who would be listed (`selected`, when the list is drawn already), or are: who no longer meets the
 * conditions, and the title each would be granted.
 */
export async function judgedIn(
  db: Db,
  round: RoundRow,
  today: CivilDate,
  selected?: Drawn['selected'],
): Promise<{ readonly unfit: Unfit[]; readonly titled: Titled; readonly listed: readonly Listed[] }> {
  if (round.state !== 'open' && round.state !== 'publicity')
    return { unfit: [], titled: new Map(), listed: [] };
  const listed: readonly Listed[] =
    round.state === 'publicity'
      ? await listNamed(db, round.id, { states: ['listed'] })
      : (selected ?? (await drawSelection(db, round, today)).drawn.selected);
  return { ...(await judgeListed(db, round, listed)), listed };
}

export interface UnfitDecision {
  readonly id: string;
  readonly applicationId: string;
  readonly outcome: UnfitOutcome;
  readonly reason: string;
}
/** Keep somebody who no longer meets the conditions, or take them off the list; either with its reason on record. */
export async function decideUnfit(
  ask: Acting,
  roundId: string,
  { id, applicationId, outcome, reason }: UnfitDecision,
): Promise<{ ok: true } | { ok: false; reason: UnfitRefusal }> {
  return transaction(ask.db, async (tx) => {
    const round = await takeRound(tx, ask, roundId);
    if (await isDecided(tx, id)) return { ok: true };
    const all = await judgedIn(tx, round, ask.today);
    const unfit = all.unfit.find((one) => one.applicationId === applicationId) ?? null;
    const verdict = unfitVerdict(round.state, unfit !== null, outcome);
    if (!verdict.ok) return verdict;
    if (unfit === null) return { ok: false, reason: 'not-unfit' };
    const clauses = unfit.clauses.map(clauseKey);
    await insertDecision(tx, {
      id,
      roundId,
      applicationId,
      unitId: round.unitId,
      kind: 'clause',
      clause: clauses[0] ?? null,
      outcome,
      detail: { clauses },
      reason,
      by: ask.actor,
      at: ask.now,
    });
    if (outcome === 'removed') {
      await markRemoved(tx, roundId, applicationId);
      await tell(tx, ask.now, unfit, 'removed-from-list', { round: round.name, reason });
    }
    await noteRound(ask, tx, round, `unfit.${outcome}`, {
      after: { application: applicationId, clauses },
      reason,
    });
    return { ok: true };
  });
}

/** Tells the applicant, when there is one. */
export async function tell(
  tx: Db,
  at: Date,
  to: Settled | null,
  kind: NewNotice['kind'],
  detail: NewNotice['detail'],
): Promise<void> {
  if (to === null) return;
  await insertNotices(tx, at, [
    { personId: to.personId, kind, detail, href: `/applications/${to.applicationId}` },
  ]);
}

export type DecideAnswer =
  | { readonly ok: true; readonly granted: number }
  | {
      readonly ok: false;
      readonly reasons: readonly DecideRefusal[];
      readonly closesOn: CivilDate | null;
      readonly open: number;
      /** Of whom it is open which title they are granted, and the grant on whose condition that hangs. */
      readonly unclear: readonly Unclear[];
    };
export interface Unclear {
  readonly who: Pick<Listed, 'name' | 'schoolName'>;
  readonly grant: Grant;
}

/** Of those on the list, whose title is open by what each is to be granted. */
export const unclearAmong = (listed: readonly Listed[], titles: Titled): Unclear[] =>
  listed.flatMap((who): Unclear[] => {
    const grant = titles.get(who.personId) ?? 'none';
    return grant !== 'none' && 'unclear' in grant ? [{ who, grant: grant.unclear }] : [];
  });

/** Close the publicity period, grant the titles and tell every applicant. */
export async function decideRound(ask: Acting, roundId: string): Promise<DecideAnswer> {
  return transaction(ask.db, async (tx): Promise<DecideAnswer> => {
    const round = await takeRound(tx, ask, roundId);
    const publicity = await selectOptionalPublicity(tx, { roundId });
    const open = await countOpenObjections(tx, roundId);
    const listed = await listNamed(tx, roundId, { states: ['listed'] });
    const { unfit, spent, titled } = await judgeListed(tx, round, listed);
    const granting = publicity?.granting ?? {};
    const titles = asPosted(listed, granting, titled);
    const unclear = unclearAmong(listed, titles);
    const verdict = decideVerdict(round, publicity, open, unfit.length, unclear.length, ask.today);
    if (!verdict.ok || publicity === null) {
      return {
        ok: false,
        reasons: verdict.ok ? ['not-in-publicity'] : verdict.reasons,
        closesOn: publicity?.closesOn ?? null,
        open,
        unclear,
      };
    }
    const { granted, notSelected } = await settleApplications(tx, roundId);
    const used = await insertSpent(tx, spent);
    const moved = movedSince(listed, granting, titled).length;
    const holdings = granted.flatMap(({ personId }) => {
      const grant = titles.get(personId) ?? 'none';
      if (grant === 'none' || 'unclear' in grant) return [];
      return [
        {
          id: newId(),
          personId,
          title: grant.title,
          from: ask.today,
          until: grant.term === undefined ? null : lastDay(ask.today, grant.term),
          roundId,
          grantedBy: round.unitId,
          document: round.documentNumber,
        },
      ];
    });
    const numbers = new Map<string, string>();
    const owner = new Map(holdings.map(({ id, personId }) => [id, personId]));
    for (const { id, number } of await insertHoldings(tx, holdings)) {
      numbers.set(owner.get(id) ?? '', number ?? '');
    }
    await closePublicity(tx, publicity.id, ask.now);
    await updateRound(tx, roundId, { state: 'decided', decidedAt: ask.now });
    await insertNotices(tx, ask.now, [
      ...granted.map(({ applicationId, personId }) => ({
        personId,
        ...(numbers.has(personId)
          ? {
              kind: 'title-granted' as const,
              detail: { round: round.name, number: numbers.get(personId) || '—' },
            }
          : { kind: 'chosen-without-title' as const, detail: { round: round.name } }),
        href: `/applications/${applicationId}`,
      })),
      ...notSelected.map(({ applicationId, personId }) => ({
        personId,
        kind: 'not-selected' as const,
        detail: { round: round.name },
        href: `/applications/${applicationId}`,
      })),
    ]);
    await noteRound(ask, tx, round, 'round.decided', {
      after: {
        granted: granted.length,
        notSelected: notSelected.length,
        digest: publicity.digest,
        ...(used > 0 ? { recordsUsed: used } : {}),
        ...(moved > 0 ? { titlesAsPosted: moved } : {}),
      },
    });
    return { ok: true, granted: granted.length };
  });
}

/** The last day of a term that begins on `from`: three years from 1 May end on 30 April. */
export function lastDay(from: CivilDate, length: string): CivilDate {
  const n = Number(length.slice(0, -1));
  const unit = length.slice(-1);
  const after = unit === 'y' ? addYears(from, n) : unit === 'm' ? addMonths(from, n) : addDays(from, n);
  return addDays(after, -1);
}
