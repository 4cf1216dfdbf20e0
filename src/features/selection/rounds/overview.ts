/** What the overview of a round shows this person. */

import type { Stage } from '../../../language/grammar/round.ts';
import type { Programme } from '../../../language/programme.ts';
import { civilDateOf } from '../../../platform/civil-now.ts';
import { calendar } from '../../../platform/programmes.ts';
import type { ActorAsk } from '../../../platform/routing.ts';
import { addDays, daysBetween } from '../../../shared/civil-date.ts';
import type { Step } from '../../../web/ui/progress.tsx';
import type { Task } from '../../../web/ui/task-list.tsx';
import type { TimelineItem } from '../../../web/ui/timeline.tsx';
import { formatDate, formatInstant } from '../../../web/words.ts';
import type { AuditRow } from '../../audit/queries.ts';
import { whoDid } from '../../audit/words.ts';
import { allows, inStead, partiesOf, rootsFor, standsUnder, teaches } from '../../identity/rules.ts';
import { sayingFormer } from '../../programmes/numbers/former.ts';
import { numberScope } from '../../programmes/numbers/scope.ts';
import { usedNumbers } from '../../programmes/numbers/used.tsx';
import { judgedStages } from '../panels/rules.ts';
import { countOpenObjections } from '../publicity/objections/queries.ts';
import { selectOptionalLastDay } from '../publicity/queries.ts';
import { decideVerdict } from '../publicity/rules.ts';
import { countWaiting } from '../review/queue/queries.ts';
import { postsIn, stepsOf as reviewing, sitsIn } from '../review/rules.ts';
import type { Stake } from '../stake/rules.ts';
import { selectAroundRound } from './around/queries.ts';
import { earlyOf } from './early.ts';
import { firstDay, withRoundNumbers } from './numbers.ts';
import type { Overview } from './page.tsx';
import { countByState, type StateCount } from './participants/queries.ts';
import type { Deadlines, OverviewActs } from './phases/page.tsx';
import type { RoundRow, StageRow } from './queries.ts';
import {
  APPLICATION_STATES,
  deadlineRemark,
  dividedAmong,
  type Early,
  phaseOf,
  type QuotaSum,
  quotaSum,
  ROUND_HISTORY,
  type RoundPhase,
  roundFigures,
  type StageFault,
  stageDeadlines,
  stageFaults,
} from './rules.ts';

export async function overviewOf(ask: ActorAsk, round: RoundRow): Promise<Overview> {
  const { actor, db, now } = ask;
  const phase = phaseOf(round, now);
  const ready = await withRoundNumbers(ask, round);
  const { programme, vocabulary } = ready;
  const { stages } = round;
  const place = { unitPath: round.unitPath };
  const inCharge = allows(actor, 'round.open', place) || allows(actor, 'round.decide', place);
  const below = actor.unitPath !== null && standsUnder(actor.unitPath, round.unitPath);
  const mayApply = below && teaches(actor) && round.state !== 'draft';
  const around = await selectAroundRound(
    db,
    round.id,
    dividedAmong(programme.quota, round),
    actor.personId,
    inCharge ? partiesOf(inStead(actor, 'round.decide', place)) : null,
  );
  const { quotas, trail, stake } = around;
  const own = mayApply ? around.own : null;
  const scope = countScope(ask, round);
  const counts =
    scope === null || round.state === 'draft' ? null : await countByState(db, round.id, scope.root);
  const sum = quotaSum(
    round.places,
    quotas.map(({ places }) => places),
  );
  const acts = actsOf(
    ask,
    round,
    stake,
    sum,
    await earlyOf(ask, db, round),
    deadlinesOf(ask, round, programme.route ?? [], stages),
  );
  const split = programme.quota?.split !== undefined;
  return {
    round,
    phase,
    steps: stepsOf(ask, programme.route ?? [], stages, phase, counts),
    countdown: countdownOf(ask, round, phase),
    timeZone: ask.services.config.timeZone,
    own,
    mayApply,
    tasks: await tasksOf(ask, round, programme.route ?? [], stake, phase, sum, split),
    counts:
      counts === null || scope === null
        ? null
        : { scope: scope.name ?? round.unitName, rows: countRows(ask, counts) },
    remarks: acts === null ? [] : remarksOf(ask, round, programme, stages),
    history: trail.flatMap((row) => historyItem(ask, row)),
    acts,
    stake,
    numbers: usedNumbers(
      await sayingFormer(
        db,
        { programme, vocabulary, locale: ask.locale, t: ask.t },
        round.programmeId,
        ready.local.all,
      ),
      ready.local,
      numberScope(ask),
      {
        title: ask.t('numbers.of-round'),
        lead:
          round.state === 'draft'
            ? ask.t('numbers.of-round.draft', { day: formatDate(firstDay(ask, round), ask.locale) })
            : ask.t('numbers.of-round.kept'),
        href: `/programmes/${round.versionId}/numbers`,
      },
    ),
  };
}

/** The deadlines that may be moved later, under the names of their stages. */
function deadlinesOf(
  ask: ActorAsk,
  round: RoundRow,
  route: readonly Stage[],
  stages: readonly StageRow[],
): Deadlines {
  const day = (instant: Date) => civilDateOf(instant, ask.services.config.timeZone);
  return {
    deadline: day(round.closesAt),
    stages: stageDeadlines(stages).map(({ stage, closesAt }) => ({
      id: stage,
      name: route.find(({ id }) => id === stage)?.names[ask.locale] ?? stage,
      on: day(closesAt),
    })),
  };
}

function actsOf(
  ask: ActorAsk,
  round: RoundRow,
  stake: Stake | null,
  quotas: QuotaSum,
  early: Early | null,
  deadlines: Deadlines,
): OverviewActs | null {
  if (stake !== null || !allows(ask.actor, 'round.open', { unitPath: round.unitPath })) return null;
  const finished = round.state === 'decided' || round.state === 'cancelled';
  return {
    change: round.state === 'draft',
    open: round.state === 'draft',
    extend: round.state === 'open' ? deadlines : null,
    cancel: !finished,
    quotas,
    early,
  };
}

/** Whose applications an official counts: the whole round, or those below the official's own unit. */
function countScope(ask: ActorAsk, round: RoundRow): { root: string | null; name: string | null } | null {
  const roots = rootsFor(ask.actor, 'application.see');
  if (roots.some(({ unitPath }) => standsUnder(round.unitPath, unitPath))) return { root: null, name: null };
  const below = roots.find(({ unitPath }) => standsUnder(unitPath, round.unitPath));
  return below === undefined ? null : { root: below.unitPath, name: below.unitName };
}

function countRows(ask: ActorAsk, counts: readonly StateCount[]) {
  const { submitted, at } = roundFigures(counts);
  return [
    { label: ask.t('rounds.counts.submitted'), value: submitted },
    ...APPLICATION_STATES.map((state) => ({ label: ask.t(`rounds.counts.${state}`), value: at[state] })),
  ].filter(({ value }, index) => value > 0 || index === 0);
}

function stepsOf(
  ask: ActorAsk,
  route: readonly Stage[],
  stages: readonly StageRow[],
  phase: RoundPhase,
  counts: readonly StateCount[] | null,
): Step[] {
  const at = new Map<number, number>();
  for (const { state, position, n } of counts ?? []) {
    if (state === 'in-review' && position !== null) at.set(position, (at.get(position) ?? 0) + n);
  }
  return route.map((stage, index) => {
    const closesAt = stages[index]?.closesAt ?? null;
    const n = at.get(index + 1) ?? 0;
    const detail = [
      n > 0 ? ask.t('rounds.route.count', { n }) : null,
      closesAt === null
        ? null
        : ask.t('rounds.route.closes', {
            date: formatDate(civilDateOf(closesAt, ask.services.config.timeZone), ask.locale),
          }),
    ].filter((part) => part !== null);
    return {
      label: stage.names[ask.locale],
      state: stepState(stage, phase),
      ...(detail.length > 0 ? { detail: detail.join(' · ') } : {}),
    };
  });
}

function stepState(stage: Stage, phase: RoundPhase): Step['state'] {
  if (phase === 'decided') return 'done';
  if (phase === 'draft' || phase === 'waiting' || phase === 'cancelled') return 'todo';
  const order =
    stage.does === 'declare' ? 0 : stage.does === 'publicise' ? 2 : stage.does === 'recognise' ? 3 : 1;
  // Bodies review while applications still come in.
  const current: readonly number[] = phase === 'taking' ? [0, 1] : phase === 'reviewing' ? [1] : [2];
  if (current.includes(order)) return 'current';
  return order < Math.min(...current) ? 'done' : 'todo';
}

function countdownOf(ask: ActorAsk, round: RoundRow, phase: RoundPhase): string | null {
  const { timeZone } = ask.services.config;
  if (phase === 'waiting')
    return ask.t('rounds.days-to-open', { n: daysBetween(ask.today, civilDateOf(round.opensAt, timeZone)) });
  if (phase === 'taking')
    return ask.t('rounds.days-left', { n: daysBetween(ask.today, civilDateOf(round.closesAt, timeZone)) });
  return phase === 'reviewing' ? ask.t('rounds.closed') : null;
}

/** Why a body's last day cannot stand, in words. */
export function sayStageFault(ask: ActorAsk, route: readonly Stage[], { before }: StageFault): string {
  if (before === null) return ask.t('rounds.fault.stage-before-applicants');
  const stage = route.find(({ id }) => id === before)?.names[ask.locale] ?? before;
  return ask.t('rounds.fault.stage-before-stage', { stage });
}

function remarksOf(
  ask: ActorAsk,
  round: RoundRow,
  { route = [], ties }: Pick<Programme, 'route' | 'ties'>,
  stages: readonly StageRow[],
): string[] {
  if (round.state !== 'draft' && round.state !== 'open') return [];
  const early = stageFaults(route, stageDeadlines(stages), round.closesAt).map((fault) =>
    ask.t('rounds.remark.stage', {
      stage: route.find(({ id }) => id === fault.stage)?.names[ask.locale] ?? fault.stage,
      date: formatDate(civilDateOf(fault.closesAt, ask.services.config.timeZone), ask.locale),
      why: sayStageFault(ask, route, fault),
    }),
  );
  const remark = remarkOf(ask, round);
  // A score is what a panel of judges gave.
  const scored =
    ties?.keys?.some((key) => 'by' in key && key.by === 'score') === true && judgedStages(route).length === 0;
  return [...(remark === null ? [] : [remark]), ...early, ...(scored ? [ask.t('rounds.remark.score')] : [])];
}

function remarkOf(ask: ActorAsk, round: RoundRow): string | null {
  const day = civilDateOf(round.closesAt, ask.services.config.timeZone);
  const remark = deadlineRemark(calendar('cn'), day);
  if (remark === null) return null;
  if (remark.kind === 'year-not-in-calendar')
    return ask.t('rounds.remark.year', { year: String(remark.year) });
  const date = formatDate(day, ask.locale);
  return remark.because === ''
    ? ask.t('rounds.remark.deadline', { date })
    : ask.t('rounds.remark.deadline.holiday', { date, holiday: remark.because });
}

async function tasksOf(
  ask: ActorAsk,
  round: RoundRow,
  route: readonly Stage[],
  stake: Stake | null,
  phase: RoundPhase,
  sum: QuotaSum,
  split: boolean,
): Promise<Task[]> {
  const { actor, t } = ask;
  const place = { unitPath: round.unitPath };
  const opens = stake === null && allows(actor, 'round.open', place);
  const decides = stake === null && allows(actor, 'round.decide', place);
  const ready = { text: t('rounds.status.ready'), tone: 'info' } as const;
  const tasks: Task[] = [];
  if (opens && phase === 'draft' && split) {
    const complete = sum.total !== null && sum.sum === sum.total;
    tasks.push({
      title: t('rounds.task.quotas'),
      href: `/rounds/${round.id}/quotas`,
      hint: t('rounds.task.quotas.hint', { sum: sum.sum, total: sum.total ?? '—' }),
      status: complete
        ? { text: t('rounds.status.done'), tone: 'success' }
        : { text: t('rounds.status.todo'), tone: 'warning' },
      done: complete,
    });
  }
  if (opens && phase === 'draft') tasks.push({ title: t('rounds.task.open'), href: '#acts', status: ready });
  if ((phase === 'taking' || phase === 'reviewing') && sitsIn(actor, round.bodies, round.unitPath)) {
    const bodies = postsIn(actor, reviewing(route, round.stages), round.unitPath);
    const { n, first } = await countWaiting(ask.db, round.id, actor, bodies);
    if (first !== undefined)
      tasks.push({
        title: t('rounds.task.queue'),
        href: `/rounds/${round.id}/queue?body=${first.step.position}.${first.post.unitId}`,
        status: { text: t('review.queue.waiting', { n }), tone: 'info' },
      });
  }
  if ((opens || decides) && phase === 'reviewing') {
    tasks.push({ title: t('rounds.task.selection'), href: `/rounds/${round.id}/selection`, status: ready });
  }
  if ((opens || decides) && phase === 'publicity') {
    const [open, closesOn] = await Promise.all([
      countOpenObjections(ask.db, round.id),
      selectOptionalLastDay(ask.db, round.id),
    ]);
    if (open > 0) {
      tasks.push({
        title: t('rounds.task.objections'),
        href: `/rounds/${round.id}/objections`,
        status: { text: String(open), tone: 'warning' },
      });
    }
    if (decides) tasks.push(decideTask(ask, round, closesOn, open));
  }
  return tasks;
}

/** Deciding the round, as far as the calendar and the objections allow it; whom the list holds its page judges. */
function decideTask(ask: ActorAsk, round: RoundRow, closesOn: string | null, open: number): Task {
  const { t, locale, today } = ask;
  const verdict = decideVerdict(round, closesOn === null ? null : { closesOn }, open, 0, 0, today);
  const task = { title: t('rounds.task.decide'), href: `/rounds/${round.id}/selection` };
  if (verdict.ok) return { ...task, status: { text: t('rounds.status.ready'), tone: 'info' } };
  const running = closesOn !== null && verdict.reasons.includes('period-running');
  const date = closesOn === null ? '' : formatDate(closesOn, locale);
  return {
    ...task,
    hint: verdict.reasons
      .map((reason) => t(`publicity.decide.refuse.${reason}`, { date, n: open, who: '' }))
      .join(locale === 'en' ? ' ' : ''),
    status: {
      text: running
        ? t('rounds.status.from', { date: formatDate(addDays(closesOn, 1), locale) })
        : t('rounds.status.not-yet'),
    },
  };
}

function historyItem(ask: ActorAsk, row: AuditRow): TimelineItem[] {
  const action = ROUND_HISTORY.find((one) => one === row.action);
  if (action === undefined) return [];
  const item = {
    when: formatInstant(row.at, ask.locale, ask.services.config.timeZone),
    datetime: row.at.toISOString(),
    title: ask.t(`rounds.history.${action}`),
    by: whoDid(ask.t, row.actorName, row.forName) ?? ask.t('rounds.history.actor.system'),
    ...(row.reason === null ? {} : { detail: row.reason }),
  };
  return [item];
}
