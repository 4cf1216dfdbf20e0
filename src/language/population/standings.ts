import { divide, type Exact, ratio, sumOf, whole } from '../../shared/decimal.ts';
import type { Dossier } from '../dossier.ts';
import { type AmountShop, compileAmount } from '../evaluate/amount.ts';
import type { Run } from '../evaluate/clause.ts';
import { compileAttribute } from '../evaluate/person.ts';
import type { Standing } from '../finding.ts';
import type { Amount, TermOf } from '../grammar/amount.ts';
import { isCondition, nodesOf, reach } from '../walk.ts';
import { compareWeighed, type Weighed, weigh } from './order.ts';
import { joinKey, type Participant, type PopulationContext, placeOf, runOf } from './participant.ts';

/** Standings of each person, by the path of the amount that asks for them. */
export type Standings = ReadonlyMap<string, Readonly<Record<string, Standing>>>;

/**
 * Where each stands among their peers, for every `peers` amount of the programme. Whoever's amount is not known, or of
 * whom it is not known whose peer they are, is not ranked and counts in nobody's mean.
 */
export function compileStandings(shop: AmountShop) {
  const asked = inOrder(shop).map(({ path, arg }) => ({
    path,
    peers: compilePeers(arg, shop),
    reach: arg.in ?? 'unit',
    order: arg.order ?? 'higher',
  }));
  return (people: readonly Participant[], context: PopulationContext): Standings => {
    const found = people.map((): Record<string, Standing> => ({}));
    for (const { path, peers, reach, order } of asked) {
      const groups = new Map<string, { readonly at: number; readonly value: Weighed }[]>();
      people.forEach((participant, at) => {
        const known = found[at] ?? {};
        const place = placeOf(reach, participant);
        const run = runOf(participant, context);
        const own = peers(participant.dossier, { ...run, standing: { ...run.standing, ...known } });
        if (place === undefined || !own) return;
        const key = joinKey([place, own.key]);
        const group = groups.get(key);
        const entry = { at, value: weigh(own.value) };
        if (group) group.push(entry);
        else groups.set(key, [entry]);
      });
      for (const group of groups.values()) {
        standingsOf(group, order, (at, standing) => {
          const own = found[at];
          if (own) own[path] = standing;
        });
      }
    }
    return new Map(people.map(({ id }, at) => [id, found[at] ?? {}]));
  };
}

/** The same people with where they stand, for conditions that ask it. */
export const placed = (people: readonly Participant[], standings: Standings): readonly Participant[] =>
  people.map((participant) => {
    const standing = standings.get(participant.id);
    return standing ? { ...participant, own: { ...participant.own, standing } } : participant;
  });

/** What asks for a standing, those first that others are reckoned from. */
function inOrder({ programme }: AmountShop): { readonly path: string; readonly arg: TermOf<'peers'> }[] {
  const sorted = new Map<string, { readonly path: string; readonly arg: TermOf<'peers'> }>();
  const visit = (node: Amount) => {
    if (node.term.op !== 'peers' || sorted.has(node.path)) return;
    for (const below of reach(node.term.arg.of, programme)) if (!isCondition(below)) visit(below);
    sorted.set(node.path, { path: node.path, arg: node.term.arg });
  };
  for (const node of nodesOf(programme)) if (!isCondition(node)) visit(node);
  return [...sorted.values()];
}

/** Whose peer somebody is, and the amount they are compared by; undefined where one of them is not known. */
export type Peers = (
  dossier: Dossier,
  run: Run,
) => { readonly key: string; readonly value: Exact } | undefined;

export function compilePeers({ of, among = [] }: TermOf<'peers'>, shop: AmountShop): Peers {
  const amount = compileAmount(of, shop);
  const attributes = among.map((attribute) => compileAttribute(attribute, true, shop.vocabulary));
  return (dossier, run) => {
    const same: string[] = [];
    for (const attribute of attributes) {
      const { value } = attribute.value(dossier, run);
      if (value === null) return undefined;
      same.push(String(value));
    }
    const value = amount.value(dossier, run);
    return value && { key: joinKey(same), value };
  };
}

/** Equals share a rank from either end, and one standing. */
function standingsOf(
  group: { readonly at: number; readonly value: Weighed }[],
  order: 'higher' | 'lower',
  give: (at: number, standing: Standing) => void,
): void {
  const sign = order === 'higher' ? -1 : 1;
  group.sort((a, b) => sign * compareWeighed(a.value, b.value));
  const mean = divide(total(group.map(({ value }) => value.exact)), whole(group.length));
  const size = group.length;
  for (let from = 0; from < size; ) {
    const first = group[from];
    let to = from + 1;
    for (
      let next = group[to];
      first && next && compareWeighed(first.value, next.value) === 0;
      next = group[to]
    )
      to += 1;
    const standing: Standing = { rank: from + 1, fromLast: size - to + 1, size, mean };
    for (const { at } of group.slice(from, to)) give(at, standing);
    from = to;
  }
}

/** A sum of many fractions: those of one denominator are added as whole numbers. */
function total(values: readonly Exact[]): Exact {
  const sums = new Map<bigint, bigint>();
  for (const { n, d } of values) sums.set(d, (sums.get(d) ?? 0n) + n);
  return sumOf([...sums].map(([d, n]) => ratio(n, d)));
}
