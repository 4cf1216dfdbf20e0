import { answerPage, pageProps } from '../../../platform/answer.ts';
import { civilDateOf } from '../../../platform/civil-now.ts';
import { HttpError } from '../../../platform/errors.ts';
import { newId } from '../../../platform/ids.ts';
import { pathsOver } from '../../../platform/paths.ts';
import type { ActorAsk } from '../../../platform/routing.ts';
import type { FormState } from '../../../web/ui/form.tsx';
import { allows, rootsFor } from '../../identity/rules.ts';
import { overviewOf } from './overview.ts';
import { OverviewPage } from './page.tsx';
import { type RoundRow, type RoundScope, seenRound } from './queries.ts';
import { roundFrame } from './tabs.ts';

export const roundId = (ask: ActorAsk): string => ask.c.req.param('round') ?? '';

/** What of the rounds this person may see. */
export function roundScope(ask: ActorAsk): RoundScope {
  const roots = rootsFor(ask.actor, 'round.see').map(({ unitPath }) => unitPath);
  const own = ask.actor.unitPath === null ? [] : [ask.actor.unitPath];
  return {
    above: [...new Set([...own, ...roots].flatMap(pathsOver))],
    roots,
    drafts: rootsFor(ask.actor, 'round.open').map(({ unitPath }) => unitPath),
  };
}

/** The round, when this person may see it: a draft is only for those who may open it. */
export async function visibleRound(ask: ActorAsk): Promise<RoundRow> {
  const round = await seenRound(ask);
  if (round.state === 'draft' && !allows(ask.actor, 'round.open', { unitPath: round.unitPath })) {
    throw new HttpError(404, 'error.not-found');
  }
  return round;
}

export async function overviewPage(ask: ActorAsk, state: FormState = { values: {} }) {
  const round = await visibleRound(ask);
  return answerPage(
    ask,
    OverviewPage({
      frame: pageProps(ask),
      round: roundFrame(ask, round, 'overview'),
      overview: await overviewOf(ask, round),
      state,
      submission: newId(),
    }),
    state.errors === undefined ? 200 : 422,
  );
}

/** The civil date of an instant, as a form shows it. */
export const dateValue = (date: Date, ask: ActorAsk) => civilDateOf(date, ask.services.config.timeZone);
