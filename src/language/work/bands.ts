import { compare, type Exact } from '../../shared/decimal.ts';
import type { Dossier } from '../dossier.ts';
import type { Clause, Run } from '../evaluate/clause.ts';
import type { Band } from '../grammar/work.ts';
import { exact } from './common.ts';

/**
 * The band of a result: the highest whose bounds and further requirements fit. A veto drops to the lowest
 * band; whoever fails for another reason gets no band that is a pass.
 */
export interface BandChoice {
  readonly id: string | null;
  readonly fails: boolean;
  /** Better bands whose further requirement is not settled. */
  readonly open: readonly string[];
}

interface CompiledBand extends Band {
  readonly clause: Clause | undefined;
}

export function bandFor(bands: readonly CompiledBand[], pass: Exact | undefined) {
  const sorted = bands.toSorted((a, b) => compare(exact(b.from), exact(a.from)));
  const lowest = sorted.at(-1);
  const fails = (band: CompiledBand) =>
    band.fails ?? (pass !== undefined && compare(exact(band.from), pass) < 0);
  const within = ({ from, to, below }: Band, total: Exact) =>
    compare(total, exact(from)) >= 0 &&
    (below === undefined || compare(total, exact(below)) < 0) &&
    (to === undefined || compare(total, exact(to)) <= 0);
  const chosen = (band: CompiledBand | undefined, open: readonly string[] = []): BandChoice => ({
    id: band?.id ?? null,
    fails: band?.fails === true,
    open,
  });

  return (
    total: Exact | undefined,
    { vetoed, failed }: { readonly vetoed: boolean; readonly failed: boolean },
    dossier: Dossier,
    run: Run,
  ): BandChoice => {
    if (vetoed) return chosen(lowest && fails(lowest) ? lowest : undefined);
    if (total === undefined) return chosen(undefined);
    const open: string[] = [];
    const possible = failed ? sorted.filter(fails) : sorted;
    for (const band of possible) {
      if (!within(band, total)) continue;
      const effect = band.clause?.effect(dossier, run) ?? 'met';
      if (effect === 'met' || effect === 'none') return chosen(band, open);
      if (effect !== 'unmet') open.push(band.id);
    }
    // A total above every band that is not a pass: a floor beats it.
    return chosen(failed && open.length === 0 ? possible[0] : undefined, open);
  };
}
