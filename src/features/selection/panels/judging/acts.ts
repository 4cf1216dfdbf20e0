import type { Judging } from '../../../../language/grammar/judging.ts';
import type { MarkFault } from '../../../../language/work/judging.ts';
import { type Database, type Db, transaction } from '../../../../platform/database.ts';
import type { ActorAsk } from '../../../../platform/routing.ts';
import { appendAudit } from '../../../audit/queries.ts';
import { type MarkingTime, markingTime, sheetFaults, type WrittenMarks } from '../rules.ts';
import { type JudgedPanel, keepMarks, lockSheet, type SheetRow, settleSheet } from './queries.ts';

/** What a judge does with a sheet: keeps marks as they are written, hands it in once, or stands aside. */

export interface Marking {
  readonly ask: Pick<ActorAsk, 'actor' | 'now' | 'today'>;
  /** As a judge of the panel. */
  readonly db: Database;
  readonly panel: JudgedPanel;
  readonly judging: Judging;
  readonly code: string;
}
export type SheetRefusal = 'settled' | 'not-now';
export type Kept = { readonly ok: true } | { readonly ok: false; readonly refusal: SheetRefusal };

const timeOf = ({ panel, ask }: Marking): MarkingTime => markingTime(panel, ask.today);

async function take(tx: Db, marking: Marking): Promise<SheetRow | SheetRefusal> {
  const { panel, ask, code } = marking;
  const sheet = await lockSheet(tx, panel.id, ask.actor.personId, code);
  if (sheet.state !== 'open') return 'settled';
  return timeOf(marking) === 'now' ? sheet : 'not-now';
}
const idsOf = ({ panel, ask }: Marking, sheet: SheetRow) => ({
  id: sheet.id,
  panelId: panel.id,
  personId: ask.actor.personId,
});

export async function saveMarks(marking: Marking, marks: WrittenMarks): Promise<Kept> {
  return transaction(marking.db, async (tx) => {
    const sheet = await take(tx, marking);
    if (typeof sheet === 'string') return { ok: false, refusal: sheet };
    await keepMarks(tx, idsOf(marking, sheet), marks);
    return { ok: true };
  });
}

export type HandedIn =
  | Kept
  | { readonly ok: false; readonly refusal: 'faults'; readonly faults: Readonly<Record<string, MarkFault>> };
/** The sheet as it was written, whole and within its bounds; with its faults it is kept and not handed in. */
export async function handIn(marking: Marking, marks: WrittenMarks): Promise<HandedIn> {
  return transaction(marking.db, async (tx): Promise<HandedIn> => {
    const sheet = await take(tx, marking);
    if (typeof sheet === 'string') return { ok: false, refusal: sheet };
    await keepMarks(tx, idsOf(marking, sheet), marks);
    const faults = sheetFaults(marking.judging, { ...sheet.marks, ...marks });
    if (Object.keys(faults).length > 0) return { ok: false, refusal: 'faults', faults };
    await settleSheet(tx, sheet.id, { state: 'submitted', why: null, at: marking.ask.now });
    await note(tx, marking, 'panel.handed-in');
    return { ok: true };
  });
}

/** A judge who recognises somebody says so without naming them. */
export async function standAside(marking: Marking, why: string): Promise<Kept> {
  return transaction(marking.db, async (tx) => {
    const sheet = await take(tx, marking);
    if (typeof sheet === 'string') return { ok: false, refusal: sheet };
    await settleSheet(tx, sheet.id, { state: 'aside', why, at: marking.ask.now });
    await note(tx, marking, 'panel.stood-aside');
    return { ok: true };
  });
}

/** On record is that and when, not of which code and not what: the office reads the trail while others still mark. */
const note = (
  tx: Db,
  { panel, ask }: Marking,
  action: 'panel.handed-in' | 'panel.stood-aside',
): Promise<void> =>
  appendAudit(tx, ask.actor, ask.now, {
    action,
    subjectType: 'panel',
    subjectId: panel.id,
    personId: ask.actor.personId,
    roundId: panel.roundId,
    unitPath: panel.unitPath,
  });
