import type { ActorAsk } from '../../../platform/routing.ts';
import { type Act, type Actor, allows, rootsFor, standsUnder } from '../../identity/rules.ts';
import type { RoundFrame } from '../frame.ts';
import { sitsIn } from '../review/rules.ts';
import type { RoundRow } from './queries.ts';

/** Some unit the person acts for in this way stands at, over or below the round's unit. */
export const concerns = (actor: Actor, act: Act, unitPath: string): boolean =>
  rootsFor(actor, act).some(
    (held) => standsUnder(unitPath, held.unitPath) || standsUnder(held.unitPath, unitPath),
  );

export type RoundTab =
  | 'overview'
  | 'quotas'
  | 'queue'
  | 'selection'
  | 'objections'
  | 'result'
  | 'papers'
  | 'panels';

export function roundFrame(ask: ActorAsk, round: RoundRow, current: RoundTab): RoundFrame {
  const { actor } = ask;
  const place = { unitPath: round.unitPath };
  const decides = allows(actor, 'round.decide', place) || allows(actor, 'round.open', place);
  const official = concerns(actor, 'round.see', round.unitPath);
  const running = round.state !== 'draft' && round.state !== 'cancelled';
  const shown: [RoundTab, boolean][] = [
    ['overview', true],
    ['quotas', official],
    ['queue', running && sitsIn(actor, round.bodies, round.unitPath)],
    ['panels', running && concerns(actor, 'panel.form', round.unitPath)],
    ['selection', running && decides],
    ['objections', decides && (round.state === 'publicity' || round.state === 'decided')],
    ['result', round.state === 'decided' || (round.state === 'publicity' && decides)],
    ['papers', running && concerns(actor, 'application.review', round.unitPath)],
  ];
  return {
    id: round.id,
    name: round.name,
    tabs: shown
      .filter(([, shows]) => shows)
      .map(([tab]) => ({
        href: tab === 'overview' ? `/rounds/${round.id}` : `/rounds/${round.id}/${tab}`,
        label: ask.t(`rounds.tab.${tab}`),
        current: tab === current,
      })),
  };
}
