import { z } from 'zod';
import { answerDone, answerPage, pageProps } from '../../../../platform/answer.ts';
import { HttpError } from '../../../../platform/errors.ts';
import { needed, optional, parseForm, readRawForm } from '../../../../platform/forms.ts';
import { isId, newId } from '../../../../platform/ids.ts';
import { type ActorAsk, may, routeList } from '../../../../platform/routing.ts';
import type { FormState } from '../../../../web/ui/form.tsx';
import { allows, partiesOf } from '../../../identity/rules.ts';
import { roundPlace } from '../../rounds/queries.ts';
import { roundId, visibleRound } from '../../rounds/show.ts';
import { roundFrame } from '../../rounds/tabs.ts';
import { selectOptionalStake } from '../../stake/queries.ts';
import { countNamed, listNamed, type NamedFilter } from '../result/queries.ts';
import { investigate, settleObjection } from './acts.ts';
import { ObjectionsPage, type Removable } from './page.tsx';
import { listObjections } from './queries.ts';
import { isSettled } from './rules.ts';

export const objectionRoutes = routeList();
const { get, post } = objectionRoutes;

/** Objections as their office reads, investigates and settles them; the public makes them in `public/`. */

/** So many are offered at once to be taken off the list; of more, those whose name is looked for. */
const OFFERED = 200;

const textOf = (typed: FormState['values'][string] | undefined): string =>
  typeof typed === 'string' ? typed.trim() : '';

/** Those still on the list by the name looked for, and the one who is chosen, whatever their name. */
async function removableOf(ask: ActorAsk, round: string, chosen: string, find: string): Promise<Removable> {
  const filter: NamedFilter = { states: ['listed'], name: find || undefined };
  const found = await listNamed(ask.db, round, filter, { limit: OFFERED, offset: 0 });
  const beside =
    !isId(chosen) || found.some(({ applicationId }) => applicationId === chosen)
      ? []
      : await listNamed(ask.db, round, { states: ['listed'], applications: [chosen] });
  return {
    choices: [...beside, ...found].map(({ applicationId, name, schoolName }) => ({
      value: applicationId,
      label: ask.t('ui.aside', { text: name, more: schoolName }),
    })),
    find,
    offered: found.length,
    total: found.length < OFFERED ? found.length : await countNamed(ask.db, round, filter),
  };
}

async function objectionsPage(ask: ActorAsk, about: string | null = null, state: FormState = { values: {} }) {
  const round = await visibleRound(ask);
  // Who objects and what they say is not for those the list is about.
  const stake = await selectOptionalStake(ask.db, round.id, partiesOf(ask.actor));
  if (stake !== null) throw new HttpError(403, `rounds.stake.${stake}`);
  const mayDecide =
    allows(ask.actor, 'round.decide', { unitPath: round.unitPath }) && round.state === 'publicity';
  const objections = await listObjections(ask.db, round.id);
  const chosen = objections.find(({ id }) => id === about);
  const values = { remove: chosen?.applicationId ?? null, ...state.values };
  const removable =
    mayDecide && chosen !== undefined && !isSettled(chosen.state)
      ? await removableOf(ask, round.id, textOf(values.remove), textOf(state.values.find))
      : null;
  return answerPage(
    ask,
    ObjectionsPage({
      frame: pageProps(ask),
      round: roundFrame(ask, round, 'objections'),
      view: {
        roundId: round.id,
        objections,
        removable,
        mayDecide,
        timeZone: ask.services.config.timeZone,
        about: chosen?.id ?? null,
      },
      state: { ...state, values },
      submission: newId(),
    }),
    state.errors === undefined ? 200 : 422,
  );
}

get('/rounds/:round/objections', may('application.review', roundPlace), (ask) =>
  objectionsPage(ask, ask.c.req.query('about') ?? null),
);

function objectionId(ask: ActorAsk): string {
  const id = ask.c.req.param('objection') ?? '';
  if (!isId(id)) throw new HttpError(404, 'error.not-found');
  return id;
}

post('/rounds/:round/objections/:objection/investigate', may('round.decide', roundPlace), async (ask) => {
  await readRawForm(ask);
  const verdict = await investigate(ask, roundId(ask), objectionId(ask));
  if (!verdict.ok) {
    return objectionsPage(ask, objectionId(ask), {
      values: {},
      errors: { '': ask.t(`publicity.objections.refuse.${verdict.reason}`) },
    });
  }
  return answerDone(ask, `/rounds/${roundId(ask)}/objections`, 'publicity.objections.investigate.done');
});

const settleForm = z.object({
  outcome: z.enum(['uphold', 'dismiss'], 'publicity.objections.outcome.needed'),
  remove: optional(50).refine((id) => id === null || isId(id), 'error.field'),
  investigation: optional(4000),
  answer: needed('publicity.objections.answer.needed', 2000),
});

post('/rounds/:round/objections/:objection/settle', may('round.decide', roundPlace), async (ask) => {
  const raw = await readRawForm(ask);
  if (raw.values.act === 'find') return objectionsPage(ask, objectionId(ask), { values: raw.values });
  const form = parseForm(ask, raw, settleForm);
  if (!form.ok)
    return objectionsPage(ask, objectionId(ask), { values: form.raw.values, errors: form.errors });
  const verdict = await settleObjection(ask, roundId(ask), objectionId(ask), form.data);
  if (!verdict.ok) {
    const errors = { '': ask.t(`publicity.objections.refuse.${verdict.reason}`) };
    return objectionsPage(ask, objectionId(ask), { values: form.raw.values, errors });
  }
  return answerDone(ask, `/rounds/${roundId(ask)}/objections`, 'publicity.objections.done');
});
