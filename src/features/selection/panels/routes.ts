import { z } from 'zod';
import { answerDone, answerPage, pageProps } from '../../../platform/answer.ts';
import { HttpError } from '../../../platform/errors.ts';
import { civilDate, needed, readForm, readRawForm } from '../../../platform/forms.ts';
import { isId, newId } from '../../../platform/ids.ts';
import { type ActorAsk, may, type RouteList, routeList } from '../../../platform/routing.ts';
import { inLocale } from '../../../web/words.ts';
import { rootsFor, standsUnder } from '../../identity/rules.ts';
import { selectUnits } from '../../organisation/units/queries.ts';
import { routeOf } from '../review/route.ts';
import { type RoundRow, seenRound } from '../rounds/queries.ts';
import { roundFrame } from '../rounds/tabs.ts';
import { cancelPanel, closePanel, completePanel, datePanel, formPanel, openPanel } from './acts.ts';
import { panelPage } from './held/answer.ts';
import { judgingRoutes } from './judging/routes.ts';
import { lookRoutes } from './look/routes.ts';
import { PanelsPage } from './page.tsx';
import { listPanels, panelPlace, selectPanel } from './queries.ts';
import { heldAtLevel, judgedAt, judgedStages } from './rules.ts';
import { giveSeat, takeSeatAway } from './seats/acts.ts';
import { periodText } from './show.ts';

/** Panels of judges: the office's pages. What a judge sees is in `judging/`. */

const officeRoutes = routeList();
const { get, post } = officeRoutes;

// --- The panels of a round ----------------------------------------------------------------------------

/** The units at which the reader may hold a panel in a round: the round's own, or theirs below it. */
async function unitsOf({ db, actor }: ActorAsk, round: RoundRow) {
  const roots = rootsFor(actor, 'panel.form');
  const ids = roots.flatMap(({ unitId, unitPath }) =>
    standsUnder(unitPath, round.unitPath) ? [unitId] : [],
  );
  const over = roots.some(({ unitPath }) => standsUnder(round.unitPath, unitPath));
  return selectUnits(db, [...new Set([...ids, ...(over ? [round.unitId] : [])])]);
}

async function panelsPage(ask: ActorAsk, round: RoundRow, errors: Record<string, string> = {}) {
  const { db, t, locale } = ask;
  const [route, panels, units] = await Promise.all([
    routeOf(db, round),
    listPanels(db, round.id),
    unitsOf(ask, round),
  ]);
  const stages = judgedStages(route.ready.programme.route ?? []);
  const there = new Set(
    panels
      .filter(({ state }) => state !== 'cancelled')
      .map(({ position, unitId }) => `${position} ${unitId}`),
  );
  const choices = stages.flatMap((judged) =>
    units
      .filter(({ id, level }) => heldAtLevel(judged, level) && !there.has(`${judged.position} ${id}`))
      .map(({ id, name }) => ({
        value: `${judged.position} ${id}`,
        label: `${inLocale(judged.stage.names, locale)} · ${name}`,
      })),
  );
  return answerPage(
    ask,
    PanelsPage({
      frame: pageProps(ask),
      round: roundFrame(ask, round, 'panels'),
      panels: panels.map((panel) => {
        const stage = judgedAt(route.ready.programme.route ?? [], panel.position)?.stage;
        return {
          id: panel.id,
          stage: stage === undefined ? panel.stage : inLocale(stage.names, locale),
          unitName: panel.unitName,
          state: panel.state,
          period: periodText(t, locale, panel),
        };
      }),
      choices: round.state === 'open' ? choices : [],
      declared: stages.length > 0,
      submission: newId(),
      state: { values: {}, errors },
    }),
    Object.keys(errors).length > 0 ? 422 : 200,
  );
}

/** A draft is there for those who may open it (the wall of `round`); others get 404. */
get('/rounds/:round/panels', may('panel.form'), async (ask) => panelsPage(ask, await seenRound(ask)));

post('/rounds/:round/panels', may('panel.form'), async (ask) => {
  const raw = await readRawForm(ask);
  const round = await seenRound(ask);
  const [position = '', unitId = ''] = (raw.values.stage ?? '').split(' ');
  const route = await routeOf(ask.db, round);
  const judged = judgedAt(route.ready.programme.route ?? [], Number(position));
  const unit = (await unitsOf(ask, round)).find(({ id }) => id === unitId);
  if (judged === null || unit === undefined || !heldAtLevel(judged, unit.level))
    return panelsPage(ask, round, { stage: ask.t('error.field') });
  const made = await formPanel(ask, {
    id: raw.submission,
    roundId: round.id,
    position: judged.position,
    stage: judged.stage.id,
    unitId,
    unitPath: unit.path,
    by: ask.actor.personId,
    at: ask.now,
  });
  if (!made) return panelsPage(ask, round, { stage: ask.t('panels.new.exists') });
  return answerDone(ask, `/panels/${raw.submission}`, 'panels.done.formed');
});

// --- One panel ----------------------------------------------------------------------------------------

const guard = may('panel.form', panelPlace);
const panelId = (ask: ActorAsk): string => ask.c.req.param('panel') ?? '';

get('/panels/:panel', guard, (ask) => panelPage(ask, panelId(ask)));

const dates = z.object({
  from: civilDate('panels.dates.needed'),
  until: civilDate('panels.dates.needed'),
});
post('/panels/:panel/dates', guard, async (ask) => {
  const form = await readForm(ask, dates);
  const id = panelId(ask);
  const { values } = form.raw;
  if (!form.ok) return panelPage(ask, id, { values, errors: form.errors });
  const { from, until } = form.data;
  const refuse = (key: 'order' | 'past' | 'not-now' | 'after-stage') =>
    panelPage(ask, id, { values, errors: { until: ask.t(`panels.dates.${key}`) } });
  if (until < from) return refuse('order');
  if (until < ask.today) return refuse('past');
  const refusal = await datePanel(ask, id, from, until, ask.services.config.timeZone);
  if (refusal !== null) return refuse(refusal);
  return answerDone(ask, `/panels/${id}`, 'panels.done.dated');
});

post('/panels/:panel/complete', guard, async (ask) => {
  await readRawForm(ask);
  await completePanel(ask, panelId(ask));
  return answerDone(ask, `/panels/${panelId(ask)}`, 'panels.done.completed');
});

post('/panels/:panel/seats', guard, async (ask) => {
  const raw = await readRawForm(ask);
  const id = panelId(ask);
  const person = raw.values.person ?? '';
  const refusal = isId(person) ? await giveSeat(ask, id, raw.submission, person) : 'nobody-known';
  if (refusal !== null)
    return panelPage(ask, id, {
      values: raw.values,
      errors: { person: ask.t(`panels.refusal.seat.${refusal}`) },
    });
  return answerDone(ask, `/panels/${id}`, 'panels.done.seat-given');
});

post('/panels/:panel/seats/:seat/end', guard, async (ask) => {
  const raw = await readRawForm(ask);
  const id = panelId(ask);
  const seat = ask.c.req.param('seat') ?? '';
  const why = (raw.values[`why.${seat}`] ?? '').trim().slice(0, 500);
  if (why === '')
    return panelPage(ask, id, {
      values: raw.values,
      errors: { [`why.${seat}`]: ask.t('panels.judges.end.why.needed') },
    });
  if (!isId(seat) || !(await takeSeatAway(ask, id, seat, why))) throw new HttpError(404, 'error.not-found');
  return answerDone(ask, `/panels/${id}`, 'panels.done.seat-ended');
});

post('/panels/:panel/open', guard, async (ask) => {
  const raw = await readRawForm(ask);
  const refusal = await openPanel(ask, panelId(ask));
  if (refusal !== null)
    return panelPage(ask, panelId(ask), {
      values: raw.values,
      errors: { '': ask.t(`panels.refusal.open.${refusal}`) },
    });
  return answerDone(ask, `/panels/${panelId(ask)}`, 'panels.done.opened');
});

post('/panels/:panel/close', guard, async (ask) => {
  const raw = await readRawForm(ask);
  const conclusion = (raw.values.conclusion ?? '').slice(0, 2000);
  const refusal = await closePanel(ask, panelId(ask), conclusion);
  if (refusal !== null)
    return panelPage(ask, panelId(ask), {
      values: raw.values,
      errors: { conclusion: ask.t(`panels.refusal.close.${refusal}`) },
    });
  return answerDone(ask, `/panels/${panelId(ask)}`, 'panels.done.closed');
});

const cancel = z.object({ cancelWhy: needed('panels.judges.end.why.needed', 500) });
post('/panels/:panel/cancel', guard, async (ask) => {
  const form = await readForm(ask, cancel);
  const panel = await selectPanel(ask.db, panelId(ask));
  if (!form.ok) return panelPage(ask, panel.id, { values: form.raw.values, errors: form.errors });
  if (!(await cancelPanel(ask, panel.id, form.data.cancelWhy)))
    throw new HttpError(409, 'panels.refusal.close.not-judging');
  return answerDone(ask, `/panels/${panel.id}`, 'panels.done.cancelled');
});

/** The office's pages, looking through materials, and the judge's own. */
export const panelRoutes: RouteList = {
  ...routeList(),
  routes: [officeRoutes, lookRoutes, judgingRoutes].flatMap(({ routes }) => routes),
};
