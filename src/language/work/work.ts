import type { Dossier } from '../dossier.ts';
import type { Workshop } from '../evaluate.ts';
import type { EvaluationContext } from '../finding.ts';
import type { Outcome } from '../outcome.ts';
import { runOf, verdict } from './common.ts';
import { type CompositeContext, type CompositeReport, compileComposite } from './composite.ts';
import { compileDuties, type DutyReport, type DutySpan } from './duties.ts';
import { compileLedgers, type LedgerReport } from './ledger.ts';
import { compileLife } from './life.ts';
import type { LifeEvent, LifeReport, LifeStart } from './life-words.ts';
import { compilePanels, type PanelReport, type Seat } from './panel.ts';
import { compileTreatments, type TreatmentContext, type TreatmentReport } from './treatments.ts';

/** What follows from a selection, as far as the programme says: marks, duties, the title's life, pay, ledgers. */
export interface Work {
  /** The composite mark with its parts, band and reasons; null when the programme has no assessment. */
  composite(dossier: Dossier, context: CompositeContext): CompositeReport | null;
  /** One duty in every period of a span; null when it asks nothing countable. */
  dutyReport(id: string, dossier: Dossier, span: DutySpan, context: EvaluationContext): DutyReport | null;
  /** What became of a title, up to the day asked. */
  life(
    start: LifeStart,
    events: readonly LifeEvent[],
    dossier: Dossier,
    context: EvaluationContext,
  ): LifeReport;
  treatments(dossier: Dossier, context: TreatmentContext): TreatmentReport;
  /** Null when the programme has no such ledger. */
  ledger(id: string, dossier: Dossier, context: EvaluationContext): LedgerReport | null;
  /** Whether a body may sit as it is; null when the programme has none of that name. */
  panel(body: string, seats: readonly Seat[], context: EvaluationContext): PanelReport | null;
  /** Whether this version of the programme concerns someone (see versions.ts). */
  applies(dossier: Dossier, context: EvaluationContext): Outcome;
}

export function compileWork(shop: Workshop): Work {
  const composite = once(() => compileComposite(shop));
  const duties = once(() => compileDuties(shop));
  const life = once(() => compileLife(shop));
  const treatments = once(() => compileTreatments(shop));
  const ledgers = once(() => compileLedgers(shop));
  const panels = once(() => compilePanels(shop));
  const concern = once(() => {
    const node = shop.programme.versions?.applies;
    return node && shop.clause(node);
  });
  return {
    composite: (...at) => composite()(...at),
    dutyReport: (...at) => duties()(...at),
    life: (...at) => life()(...at),
    treatments: (...at) => treatments()(...at),
    ledger: (...at) => ledgers()(...at),
    panel: (...at) => panels()(...at),
    applies: (dossier, context) => verdict(concern()?.effect(dossier, runOf(context)) ?? 'none'),
  };
}

/** Most who compile a programme ask only who is eligible. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
