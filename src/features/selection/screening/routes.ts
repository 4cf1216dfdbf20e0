import { answerDone, answerPage, pageProps } from '../../../platform/answer.ts';
import { transaction } from '../../../platform/database.ts';
import { HttpError } from '../../../platform/errors.ts';
import { readRawForm } from '../../../platform/forms.ts';
import { newId } from '../../../platform/ids.ts';
import { type ActorAsk, may, routeList } from '../../../platform/routing.ts';
import { appendAudit } from '../../audit/queries.ts';
import { rootsFor, standsUnder } from '../../identity/rules.ts';
import { insertNotices, selectTold } from '../../notices/queries.ts';
import { noteRound } from '../rounds/history.ts';
import { lockRound, type RoundRow, seenRound } from '../rounds/queries.ts';
import { timeliness } from '../rounds/rules.ts';
import { ScreeningPage } from './page.tsx';
import { answerPaper } from './paper.ts';
import { listEligible, selectEligibleWithoutApplication, selectLatestScreening } from './queries.ts';
import { eligibleAsked, figuresOf, resultOf, type Screened } from './result.ts';
import { basisOf, goesOn } from './rules.ts';
import { resumeScreening, startScreening } from './run.ts';
import { answerWorkbook, MOST_LISTED } from './workbook.ts';

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
        ? await resultOf(ask, { round, unitPath: reach.unitPath, screening, tally: screening.result })
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
  await transaction(ask.db, (tx) =>
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

/** What the last screening found, to take away; nothing where there is none. */
async function lastScreened(ask: ActorAsk): Promise<Screened & { readonly unitName: string }> {
  const round = await seenRound(ask);
  const { unitPath, unitName } = reachOf(ask, round);
  const screening = await selectLatestScreening(ask.db, round.id, unitPath);
  if (!screening?.result) throw new HttpError(404, 'error.not-found');
  return { round, unitPath, unitName, screening, tally: screening.result };
}

/** A workbook names people: the audit says who took it. */
screeningRoutes.get('/rounds/:round/screening/figures.xlsx', may('record.import'), async (ask) => {
  const screened = await lastScreened(ask);
  const { round, unitPath, screening } = screened;
  const filter = eligibleAsked(ask, screened);
  const [figures, eligible] = await Promise.all([
    figuresOf(ask, screened),
    listEligible(ask.db, screening.id, filter, { limit: MOST_LISTED + 1, offset: 0 }),
  ]);
  await transaction(ask.db, (tx) =>
    noteRound(ask, tx, { id: round.id, unitPath }, 'round.screening-exported', {
      after: { format: 'xlsx', filter: { ...filter } },
    }),
  );
  return answerWorkbook(ask, screened, figures, eligible);
});

screeningRoutes.get('/rounds/:round/screening/figures.pdf', may('record.import'), async (ask) => {
  const screened = await lastScreened(ask);
  return answerPaper(ask, screened, await figuresOf(ask, screened));
});
