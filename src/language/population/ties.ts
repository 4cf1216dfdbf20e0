import type { AmountShop } from '../evaluate/amount.ts';
import type { Run } from '../evaluate/clause.ts';
import { conditionsOf } from '../walk.ts';
import { comparableFact } from './order.ts';
import type { Participant } from './participant.ts';

/** What separates equals, in the order the policy declares. */
export interface TieKey {
  readonly name: string;
  readonly prefer: 'higher' | 'lower';
  /** Undefined where it is not known: such people come last. */
  value(participant: Participant, run: Run): number | undefined;
}

export function compileTies(shop: AmountShop): readonly TieKey[] {
  const { programme, vocabulary } = shop;
  return (programme.ties?.keys ?? []).flatMap((key): TieKey[] => {
    if ('clause' in key) {
      const node = conditionsOf(programme).find(({ id }) => id === key.clause);
      if (!node) return [];
      // A preference has no say among the conditions; here it is what is asked.
      const met = shop.clause({ ...node, strength: 'must' });
      const value: TieKey['value'] = ({ dossier }, run) => (met.effect(dossier, run) === 'met' ? 1 : 0);
      return [{ name: `clause:${key.clause}`, prefer: 'higher', value }];
    }
    const { by, prefer } = key;
    // The score is what they are ranked by already.
    if (by === 'score') return [];
    const value: TieKey['value'] =
      by === 'recommendation-order'
        ? ({ recommended }) => recommended
        : ({ dossier }) => comparableFact(by, dossier.person, vocabulary);
    return [{ name: by, prefer, value }];
  });
}
