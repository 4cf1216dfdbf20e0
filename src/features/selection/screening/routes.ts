import { clauseAt, sayClause } from '../../../language/explain.ts';
import { answerDone, answerPage, pageProps } from '../../../platform/answer.ts';
import { transaction } from '../../../platform/database.ts';
import { HttpError } from '../../../platform/errors.ts';
import { queryNumber, readRawForm } from '../../../platform/forms.ts';
import { newId } from '../../../platform/ids.ts';
import { type ActorAsk, may, routeList } from '../../../platform/routing.ts';
import { formatDate, formatInstant, inLocale } from '../../../web/words.ts';
import { appendAudit } from '../../audit/queries.ts';
import { rootsFor, standsUnder } from '../../identity/rules.ts';
import { countTold, insertNotices, selectTold } from '../../notices/queries.ts';
import { selectUnitNames } from '../../organisation/facts/queries.ts';
import { judgingProgramme } from '../../programmes/compiled.ts';
import { sayingFormer } from '../../programmes/numbers/former.ts';
import { numberScope } from '../../programmes/numbers/scope.ts';
import { usedNumbers } from '../../programmes/numbers/used.tsx';
import { noteRound } from '../rounds/history.ts';
import { firstDay } from '../rounds/numbers.ts';
import { lockRound, type RoundRow, seenRound } from '../rounds/queries.ts';
import { timeliness } from '../rounds/rules.ts';
import { ScreeningPage, type ScreeningResult, type ShareView } from './page.tsx';
import {
  listEligible,
  type ScreeningRow,
  selectEligibleWithoutApplication,
  selectLatestScreening,
} from './queries.ts';
import { basisOf, goesOn, type Share } from './rules.ts';
import { resumeScreening, startScreening } from './run.ts';

export const screeningRoutes = routeList();

/** The unit whose people are screened: the round's for those over it, their own for the bodies below. */
function reachOf(ask: ActorAsk, round: RoundRow): { readonly unitPath: string; readonly unitName: string } {
  const roots = rootsFor(ask.actor, 'record.import');
  if (roots.some(({ unitPath }) => standsUnder(round.unitPath, unitPath))) return round;
  // Those below are told of a round when it is announced, not before.
  if (round.state === 'draft') throw new HttpError(404, 'error.not-found');
  const below = roots.find(({ unitPath }) => standsUnder(unitPath, round.unitPath));
  if (below === undefined) throw new HttpError(403, 'error.other-place');
  return below;
}

const PAGE = 50;

screeningRoutes.get('/rounds/:round/screening', may('record.import'), async (ask) => {
  const round = await seenRound(ask);
  const reach = reachOf(ask, round);
  const screening = await selectLatestScreening(ask.db, round.id, reach.unitPath);
  return answerPage(
    ask,
    ScreeningPage({
      frame: pageProps(ask),
      round,
      unitName: reach.unitName,
      running: screening?.state === 'running' ? { done: screening.done, total: screening.total } : null,
      failed: screening?.state === 'failed',
      result: screening?.result
        ? await resultOf(ask, round, reach.unitPath, screening, screening.result)
        : null,
      submission: newId(),
    }),
  );
});

screeningRoutes.post('/rounds/:round/screening', may('record.import'), async (ask) => {
  const raw = await readRawForm(ask);
  const round = await seenRound(ask);
  const { unitPath } = reachOf(ask, round);
  const latest = await selectLatestScreening(ask.db, round.id, unitPath);
  const path = `/rounds/${round.id}/screening`;
  if (latest?.state === 'running') return answerDone(ask, path);
  const within = { ...ask.services, db: ask.db };
  if (latest !== null && goesOn(latest, basisOf(round))) await resumeScreening(within, latest.id);
  else
    await startScreening(within, {
      id: raw.submission,
      roundId: round.id,
      unitPath,
      by: ask.actor.personId,
    });
  await ask.db.transaction().execute((tx) =>
    appendAudit(tx, ask.actor, ask.now, {
      action: 'round.screen',
      subjectType: 'round',
      subjectId: round.id,
      roundId: round.id,
      unitPath,
    }),
  );
  return answerDone(ask, path, 'review.screening.started');
});

/** One notice each to the eligible who have not applied (R-001-4-09); nobody is told twice. */
screeningRoutes.post('/rounds/:round/screening/notify', may('record.import'), async (ask) => {
  await readRawForm(ask);
  const round = await seenRound(ask);
  const { unitPath } = reachOf(ask, round);
  const screening = await selectLatestScreening(ask.db, round.id, unitPath);
  const path = `/rounds/${round.id}/screening`;
  if (screening?.state !== 'done' || !timeliness(round, ask.now).ok) return answerDone(ask, path);
  const href = `/rounds/${round.id}/eligibility`;
  await transaction(ask.db, async (tx) => {
    // Two offices at once wait for each other here, so that nobody is told twice.
    await lockRound(tx, round.id);
    const people = await selectEligibleWithoutApplication(tx, screening.id, round.id, unitPath);
    const told = await selectTold(tx, 'round-eligible', href, people);
    const fresh = people.filter((personId) => !told.has(personId));
    const deadline = round.closesAt.toISOString();
    await insertNotices(
      tx,
      ask.now,
      fresh.map((personId) => ({
        personId,
        kind: 'round-eligible',
        detail: { round: round.name, deadline },
        href,
      })),
    );
    await noteRound(ask, tx, { id: round.id, unitPath }, 'round.notify', { after: { told: fresh.length } });
  });
  return answerDone(ask, path, 'review.screening.notified');
});

async function resultOf(
  ask: ActorAsk,
  round: RoundRow,
  unitPath: string,
  screening: ScreeningRow,
  tally: NonNullable<ScreeningRow['result']>,
): Promise<ScreeningResult> {
  const { db, t, locale } = ask;
  const used = tally.numbers === undefined ? round.numbers : tally.numbers;
  const ready = await judgingProgramme(db, { ...round, numbers: used });
  const page = queryNumber(ask.c.req.query('page'), 1, 1, 100_000);
  const subject = ask.c.req.query('subject') || null;
  const setting = ask.c.req.query('setting') || null;
  const unit = Object.keys(tally.units).find((path) => path === ask.c.req.query('unit')) ?? null;
  const [children, told, eligible] = await Promise.all([
    selectUnitNames(db, Object.keys(tally.units)),
    countTold(db, 'round-eligible', `/rounds/${round.id}/eligibility`, unitPath),
    listEligible(
      db,
      screening.id,
      { unitPath: unit ?? unitPath, subject, setting },
      { limit: PAGE + 1, offset: (page - 1) * PAGE },
    ),
  ]);
  const unknown = t('review.screening.unknown');
  const settingNames = ready.vocabulary.attributes.setting?.choices ?? {};
  const settingName = (id: string) => {
    const names = settingNames[id];
    return names === undefined ? id || unknown : inLocale(names, locale);
  };
  const shares = (of: Record<string, Share>, label: (key: string) => string): ShareView[] =>
    Object.entries(of)
      .map(([key, share]) => ({ ...share, label: label(key) }))
      .toSorted((a, b) => b.eligible - a.eligible || b.people - a.people);
  const choices = (keys: readonly string[], label: (key: string) => string) =>
    keys.filter((key) => key !== '').map((value) => ({ value, label: label(value) }));
  const seconds = Math.max(0, (screening.heardAt.getTime() - screening.startedAt.getTime()) / 1000);
  return {
    people: tally.people,
    outcomes: tally.outcomes,
    clauses: tally.clauses.map(({ path, counts }) => {
      const node = clauseAt(ready.programme, path);
      return { ...counts, text: node ? sayClause(node, ready.programme, ready.vocabulary, locale) : path };
    }),
    units: shares(tally.units, (path) => children.get(path) ?? path),
    subjects: shares(tally.subjects, (key) => key || unknown),
    settings: shares(tally.settings, settingName),
    finished: t('review.screening.done', {
      at: formatInstant(screening.heardAt, locale, ask.services.config.timeZone),
      seconds: Math.round(seconds * 10) / 10,
    }),
    numbers: usedNumbers(
      await sayingFormer(
        db,
        { programme: ready.programme, vocabulary: ready.vocabulary, locale, t },
        round.programmeId,
        ready.local.all,
      ),
      ready.local,
      numberScope(ask),
      {
        title: t('numbers.of-screening'),
        lead:
          round.state === 'draft'
            ? t('numbers.of-screening.draft', { day: formatDate(firstDay(ask, round), locale) })
            : t('numbers.of-screening.kept'),
        href: `/programmes/${round.versionId}/numbers`,
      },
    ),
    eligible: eligible.slice(0, PAGE),
    told,
    mayNotify: timeliness(round, ask.now).ok,
    submission: newId(),
    filters: [
      {
        name: 'unit',
        label: t('review.filter.unit'),
        choices: choices(Object.keys(tally.units), (path) => children.get(path) ?? path),
      },
      {
        name: 'subject',
        label: t('review.filter.subject'),
        choices: choices(Object.keys(tally.subjects), (key) => key),
      },
      {
        name: 'setting',
        label: t('review.screening.by.setting'),
        choices: choices(Object.keys(tally.settings), settingName),
      },
    ],
    paging: { page, size: PAGE, total: (page - 1) * PAGE + eligible.length },
  };
}
