import { z } from 'zod';
import type { Stage } from '../../../../language/grammar/round.ts';
import { answerDone } from '../../../../platform/answer.ts';
import { endOfDay } from '../../../../platform/civil-now.ts';
import { type Db, transaction } from '../../../../platform/database.ts';
import {
  civilDate,
  needed,
  optional,
  optionalCivilDate,
  type RawForm,
  readForm,
} from '../../../../platform/forms.ts';
import { type ActorAsk, may, routeList } from '../../../../platform/routing.ts';
import { formatDate } from '../../../../web/words.ts';
import { insertNotices } from '../../../notices/queries.ts';
import { listActingUnder } from '../../../organisation/facts/queries.ts';
import { programmeOf } from '../../../programmes/compiled.ts';
import { populationsByClock } from '../../dossier/population/keep.ts';
import { roleAt, stepsOf } from '../../review/rules.ts';
import { takeRound } from '../../stake/queries.ts';
import { earlyOf } from '../early.ts';
import { noteRound } from '../history.ts';
import { keepNumbers } from '../numbers.ts';
import { listParticipants } from '../participants/queries.ts';
import {
  listRoundStages,
  moveStageDates,
  type RoundRow,
  roundPlace,
  selectRound,
  updateRound,
} from '../queries.ts';
import { listQuotas } from '../quotas/queries.ts';
import {
  cancelVerdict,
  dividedAmong,
  extendVerdict,
  type OpenRefusal,
  openVerdict,
  quotaSum,
  type StageDeadline,
  stageDeadlines,
  stageFaults,
} from '../rules.ts';
import { dateValue, overviewPage, roundId } from '../show.ts';

export const phaseRoutes = routeList();
const { post } = phaseRoutes;

/** A round is opened, its deadlines are moved, or it is cancelled. */

const openForm = z.object({ 'quota-reason': optional(500), 'early-reason': optional(500) });

post('/rounds/:round/open', may('round.open', roundPlace), async (ask) => {
  const form = await readForm(ask, openForm);
  if (!form.ok)
    return overviewPage(ask, { values: { ...form.raw.values, act: 'open' }, errors: form.errors });
  const reasons = { quota: form.data['quota-reason'], early: form.data['early-reason'] };
  const verdict = await transaction(ask.db, async (tx) => {
    const round = await takeRound(tx, ask, roundId(ask));
    const { programme } = await programmeOf(tx, round.versionId);
    const quotas = await listQuotas(tx, round.id, dividedAmong(programme.quota, round));
    const sum = quotaSum(
      round.places,
      quotas.map(({ places }) => places),
    );
    const opening = {
      state: round.state,
      closesAt: round.closesAt,
      stages: programme.route?.length ?? 0,
      stageFaults: stageFaults(
        programme.route ?? [],
        stageDeadlines(await listRoundStages(tx, round.id)),
        round.closesAt,
      ),
      versionState: round.versionState,
      effectiveOn: round.effectiveOn,
      opensOn: dateValue(round.opensAt, ask),
      split: programme.quota?.split !== undefined,
      quotas: sum,
      quotaRows: quotas.length,
      early: await earlyOf(ask, tx, round),
    };
    const judged = openVerdict(opening, ask.now, reasons);
    if (!judged.ok) return judged;
    const kept = {
      quota: sum.unallocated > 0 && opening.split ? reasons.quota : null,
      early: opening.early === null ? null : reasons.early,
    };
    await updateRound(tx, round.id, { state: 'open', quotaReason: kept.quota });
    await keepNumbers(ask, tx, round);
    const told = await tellBodies(ask, tx, round, programme.route ?? []);
    const said = [kept.quota, kept.early].filter((reason) => reason !== null);
    await noteRound(ask, tx, round, 'round.opened', {
      after: { quotas: sum, early: opening.early, reasons: kept, told },
      reason: said.length === 0 ? null : said.join(' '),
    });
    return judged;
  });
  if (!verdict.ok) {
    const errors: Record<string, string> = {};
    for (const refusal of verdict.refusals) {
      const field = REASON_FIELDS[refusal.reason] ?? '';
      errors[field] = [errors[field], sayRefusal(ask, refusal)].filter(Boolean).join(' ');
    }
    return overviewPage(ask, { values: { ...form.raw.values, act: 'open' }, errors });
  }
  const { versionId } = await selectRound(ask.db, roundId(ask));
  const { compiled } = await programmeOf(ask.db, versionId);
  // What it asks of many is reckoned before the first teachers look.
  if (compiled.asked.layers > 0) await ask.services.jobs.runNow(populationsByClock.name);
  return answerDone(ask, `/rounds/${roundId(ask)}`, 'rounds.open.done');
});

/** Where the reason that would lift a refusal is typed. */
const REASON_FIELDS: Partial<Record<OpenRefusal['reason'], string>> = {
  'quota-unallocated': 'quota-reason',
  'before-cycle': 'early-reason',
};

/** Offices and group leaders of the bodies on the route are told; teachers hear of it when they are eligible. */
async function tellBodies(ask: ActorAsk, tx: Db, round: RoundRow, route: readonly Stage[]): Promise<number> {
  const roles = stepsOf(route, []).flatMap((step) => roleAt(step) ?? []);
  const people = await listActingUnder(tx, round.unitPath, roles, ask.today);
  const others = people.filter((personId) => personId !== ask.actor.personId);
  const detail = { round: round.name, deadline: round.closesAt.toISOString() };
  await insertNotices(
    tx,
    ask.now,
    others.map((personId) => ({ personId, kind: 'round-opened', detail, href: `/rounds/${round.id}` })),
  );
  return others.length;
}

function sayRefusal(ask: ActorAsk, refusal: OpenRefusal): string {
  const { reason, ...values } = refusal;
  const dated = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'string' ? formatDate(value, ask.locale) : value,
  ]);
  return ask.t(`rounds.refuse.${reason}`, Object.fromEntries(dated));
}

const extendForm = z.object({
  deadline: optionalCivilDate('rounds.new.deadline.needed'),
  reason: needed('rounds.reason.needed', 500),
});

/** The new deadlines a form asks for: a day that stays as it is, or is left out, asks for nothing. */
function readExtension(ask: ActorAsk, raw: RawForm, round: RoundRow, stages: readonly StageDeadline[]) {
  const { timeZone } = ask.services.config;
  const errors: Record<string, string> = {};
  const asked = (field: string, now: Date): Date | null => {
    const day = (raw.values[field] ?? '').trim();
    if (day === '' || day === dateValue(now, ask)) return null;
    if (civilDate('rounds.new.stages.needed').safeParse(day).success) return endOfDay(day, timeZone);
    errors[field] = ask.t('rounds.new.stages.needed');
    return null;
  };
  const closesAt = asked('deadline', round.closesAt);
  const moved = new Map<string, Date>();
  for (const stage of stages) {
    const wanted = asked(`stage-${stage.stage}`, stage.closesAt);
    if (wanted !== null) moved.set(stage.stage, wanted);
  }
  return { errors, extension: { closesAt, stages: moved } };
}

post('/rounds/:round/extend', may('round.open', roundPlace), async (ask) => {
  const form = await readForm(ask, extendForm);
  const values = { ...form.raw.values, act: 'extend' };
  if (!form.ok) return overviewPage(ask, { values, errors: form.errors });
  const errors = await transaction(ask.db, async (tx): Promise<Record<string, string> | null> => {
    const round = await takeRound(tx, ask, roundId(ask));
    const stages = stageDeadlines(await listRoundStages(tx, round.id));
    const read = readExtension(ask, form.raw, round, stages);
    if (Object.keys(read.errors).length > 0) return read.errors;
    const judged = extendVerdict(round, stages, read.extension, ask.now);
    if (!judged.ok) {
      const field = judged.stage === null ? 'deadline' : `stage-${judged.stage}`;
      return { [field]: ask.t(`rounds.extend.${judged.reason}`) };
    }
    const { closesAt, stages: moved } = judged;
    await updateRound(tx, round.id, { closesAt });
    await moveStageDates(tx, round.id, moved);
    const { route = [] } = (await programmeOf(tx, round.versionId)).programme;
    const was = stages.filter(({ stage }) => moved.some((one) => one.stage === stage));
    await noteRound(ask, tx, round, 'round.extended', {
      before: { closesAt: round.closesAt.toISOString(), steps: byStage(was, route) },
      after: { closesAt: closesAt.toISOString(), steps: byStage(moved, route) },
      reason: form.data.reason,
    });
    return null;
  });
  if (errors !== null) return overviewPage(ask, { values, errors });
  return answerDone(ask, `/rounds/${roundId(ask)}`, 'rounds.extend.done');
});
const byStage = (deadlines: readonly StageDeadline[], route: readonly Stage[]) =>
  deadlines.map(({ stage, closesAt }) => ({
    step: route.find(({ id }) => id === stage)?.names ?? stage,
    closesAt: closesAt.toISOString(),
  }));

const cancelForm = z.object({ 'cancel-reason': needed('rounds.reason.needed', 500) });

post('/rounds/:round/cancel', may('round.open', roundPlace), async (ask) => {
  const form = await readForm(ask, cancelForm);
  if (!form.ok)
    return overviewPage(ask, { values: { ...form.raw.values, act: 'cancel' }, errors: form.errors });
  const verdict = await transaction(ask.db, async (tx) => {
    const round = await takeRound(tx, ask, roundId(ask));
    const judged = cancelVerdict(round.state);
    if (!judged.ok) return judged;
    const reason = form.data['cancel-reason'];
    await updateRound(tx, round.id, { state: 'cancelled' });
    const told = await listParticipants(tx, round.id);
    const detail = { round: round.name, reason };
    await insertNotices(
      tx,
      ask.now,
      told.map(({ personId, applicationId }) => ({
        personId,
        kind: 'round-cancelled',
        detail,
        href: `/applications/${applicationId}`,
      })),
    );
    await noteRound(ask, tx, round, 'round.cancelled', {
      before: { state: round.state },
      after: { told: told.length },
      reason,
    });
    return judged;
  });
  if (!verdict.ok) {
    return overviewPage(ask, {
      values: { ...form.raw.values, act: 'cancel' },
      errors: { '': ask.t(`rounds.extend.${verdict.reason}`) },
    });
  }
  return answerDone(ask, `/rounds/${roundId(ask)}`, 'rounds.cancel.done');
});
