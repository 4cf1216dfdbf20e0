/**
 * Proposals for a quota tree: from a table, by hand, or apportioned from teacher numbers. Units a table does
 * not name, names no unit has and sums that differ are all returned to be shown.
 */
import {
  type ApportionMethod,
  type Apportionment,
  apportionMethods,
  compareMethods,
  type MethodComparison,
} from '../../../../methods/apportion/apportion.ts';

export interface QuotaUnit {
  readonly id: string;
  readonly path: string;
  readonly name: string;
  readonly code: string | null;
  readonly teachers: number;
}

export interface TableLine {
  /** The line of the file, 1-based. */
  readonly line: number;
  readonly key: string;
  readonly places: string;
}
export type TableFault = {
  readonly line: number;
  readonly key: string;
  readonly reason: 'unknown-unit' | 'not-a-number' | 'twice' | 'ambiguous';
};
export interface TableReading {
  readonly places: ReadonlyMap<string, number>;
  readonly faults: readonly TableFault[];
  /** Units below the parent that the table does not mention. */
  readonly unnamed: readonly QuotaUnit[];
}

const WHOLE = /^\d{1,6}$/;
/** Lines of code (or name) and places against the units there are. */
export function readQuotaTable(lines: readonly TableLine[], units: readonly QuotaUnit[]): TableReading {
  const places = new Map<string, number>();
  const faults: TableFault[] = [];
  for (const { line, key, places: text } of lines) {
    const name = key.trim();
    const byCode = units.filter(({ code }) => code !== null && code === name);
    const found = byCode.length > 0 ? byCode : units.filter((unit) => unit.name === name);
    const [unit] = found;
    if (unit === undefined) faults.push({ line, key: name, reason: 'unknown-unit' });
    else if (found.length > 1) faults.push({ line, key: name, reason: 'ambiguous' });
    else if (!WHOLE.test(text.trim())) faults.push({ line, key: name, reason: 'not-a-number' });
    else if (places.has(unit.id)) faults.push({ line, key: name, reason: 'twice' });
    else places.set(unit.id, Number(text.trim()));
  }
  return { places, faults, unnamed: units.filter(({ id }) => !places.has(id)) };
}

export interface ApportionWish {
  readonly total: number;
  readonly method: ApportionMethod;
  /** At least and at most so many places for every unit. */
  readonly floor: number;
  readonly cap: number | null;
  /** Unit ids in the order a recorded lot drew them; empty when none was drawn. */
  readonly lot: readonly string[];
}

export const isMethod = (text: string): text is ApportionMethod =>
  apportionMethods.some((method) => method === text);

export interface Proposal {
  readonly comparison: MethodComparison;
  readonly chosen: Apportionment;
}
/** All methods side by side for the same wish; units stand in the order given. */
export function propose(units: readonly QuotaUnit[], wish: ApportionWish): Proposal {
  const index = new Map(units.map(({ id }, at) => [id, at]));
  const input = {
    total: wish.total,
    weights: units.map(({ teachers }) => teachers),
    min: units.map(() => wish.floor),
    max: units.map(() => wish.cap ?? undefined),
    tieOrder: wish.lot.flatMap((id) => index.get(id) ?? []),
  };
  const comparison = compareMethods(input);
  const row = comparison.rows.find(({ result }) => result.method === wish.method);
  if (row === undefined) throw new Error(`no method ${wish.method}`);
  return { comparison, chosen: row.result };
}

export type AllotRefusal =
  | { readonly reason: 'infeasible' }
  | { readonly reason: 'tie-open'; readonly candidates: readonly number[]; readonly places: number }
  | { readonly reason: 'lot-without-reason' };
/** May a proposal become the quotas? An open tie needs a lot drawn in public, with its reason on record. */
export function allotVerdict(
  chosen: Apportionment,
  reason: string | null,
): { readonly ok: true } | ({ readonly ok: false } & AllotRefusal) {
  if (chosen.infeasible) return { ok: false, reason: 'infeasible' };
  const open = chosen.ties.find(({ settledFor }) => settledFor === undefined);
  if (open !== undefined)
    return { ok: false, reason: 'tie-open', candidates: open.candidates, places: open.places };
  if (chosen.ties.length > 0 && reason === null) return { ok: false, reason: 'lot-without-reason' };
  return { ok: true };
}
