import type { Clause } from '../evaluate/clause.ts';
import type { Condition } from '../grammar/condition.ts';
import type { Strength } from '../grammar/selection.ts';
import type { Outcome } from '../outcome.ts';
import { type Bound, floor } from './figure.ts';
import { fill } from './fill.ts';
import { exactly, type Found, found, type Holder, keyShown } from './judge.ts';
import { belongsTo, groupKey, type Participant, type PopulationContext } from './participant.ts';
import type { QuotaRules } from './quota.ts';

/** Which part of the quota each nominee takes a place of. */

export interface PartLine {
  readonly part: { readonly id: string; readonly strength?: Strength | undefined } | undefined;
  readonly group: string | null;
  readonly found: Found;
  readonly places: Bound;
  readonly least: Bound;
}

/** Gives everyone a place of a part they fit. Places no part names are for whoever fits none. */
export function seatParts(
  holders: readonly Holder[],
  rules: QuotaRules,
  only: (rule: { readonly who?: Condition | undefined }) => Clause | undefined,
  context: PopulationContext,
) {
  const lines: (PartLine & { readonly capacity: number })[] = [];
  const at = new Map<string, number>();
  const line = (part: NonNullable<typeof rules.quota.parts>[number], key: string): number => {
    const name = `${part.id} ${key}`;
    const known = at.get(name);
    if (known !== undefined) return known;
    const per = part.per ?? 'round';
    const { places, least } = rules.part(part, rules.inGroup(per, key, context));
    const capacity = places === undefined ? Number.POSITIVE_INFINITY : Math.max(0, floor(places));
    lines.push({ part, group: keyShown(per, key), found: found([]), places, least, capacity });
    at.set(name, lines.length - 1);
    return lines.length - 1;
  };
  const parts = rules.quota.parts ?? [];
  for (const part of parts) for (const key of rules.groups(part.per ?? 'round', context)) line(part, key);

  /** What each fits for certain, what else perhaps. */
  const kinds = new Map<string, { readonly fits: readonly number[]; readonly ids: string[] }>();
  const lost = found([]);
  for (const { participant, run } of holders) {
    const fits: number[] = [];
    let groupless = false;
    const perhaps: { readonly line: number; readonly why: Outcome }[] = [];
    for (const part of parts) {
      const key = groupKey(part.per ?? 'round', participant);
      const title = part.title === undefined ? 'met' : ofTitle(part.title, participant);
      const meant = title === 'met' ? belongsTo(only(part), participant, run) : title;
      if (meant === 'unmet') continue;
      if (key === undefined) groupless = true;
      else if (meant === 'met') fits.push(line(part, key));
      else perhaps.push({ line: line(part, key), why: meant });
    }
    if (fits.length > 0) {
      const kind = fits.join();
      const same = kinds.get(kind) ?? { fits, ids: [] };
      kinds.set(kind, same);
      same.ids.push(participant.id);
    } else if (perhaps.length > 0) {
      for (const { line: index, why } of perhaps) {
        const open = lines[index]?.found;
        if (open && why === 'missing') open.missing += 1;
        else if (open) open.decisions += 1;
      }
    } else if (groupless) lost.missing += 1;
    else lost.ids.push(participant.id);
  }

  const all = [...kinds.values()];
  const seated = fill(
    all.map(({ fits, ids }) => ({ fits, number: ids.length })),
    lines.map(({ capacity }) => capacity),
  );
  const seats = new Map<string, { readonly part: string | null; readonly group: string | null }>();
  all.forEach(({ fits, ids }, kind) => {
    const left = new Map(seated[kind]);
    // Whoever finds no seat is too many in the first part that fits.
    for (const id of ids) {
      const place = fits.find((one) => (left.get(one) ?? 0) > 0) ?? fits[0] ?? 0;
      left.set(place, (left.get(place) ?? 0) - 1);
      const line = lines[place];
      line?.found.ids.push(id);
      seats.set(id, { part: line?.part?.id ?? null, group: line?.group ?? null });
    }
  });
  const free = freePlaces(rules, context, lines);
  const rest: PartLine[] =
    lost.ids.length + lost.missing > 0 || (free ?? 0) > 0
      ? [{ part: undefined, group: null, found: lost, places: exactly(Math.max(0, free ?? 0)), least: null }]
      : [];
  return { seats, lines: [...lines, ...rest] };
}

function ofTitle(title: string, { belongs }: Participant): Outcome {
  if (belongs?.title === undefined) return 'missing';
  return belongs.title === title ? 'met' : 'unmet';
}

/** Places of the whole that no part names. */
function freePlaces(
  rules: QuotaRules,
  context: PopulationContext,
  lines: readonly { readonly capacity: number }[],
): number | undefined {
  const { exact } = rules.places(context);
  return exact && floor(exact) - lines.reduce((sum, { capacity }) => sum + capacity, 0);
}
