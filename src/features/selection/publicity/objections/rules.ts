import type { CivilDate } from '../../../../shared/civil-date.ts';

/** Whether an objection is taken, and how it fares. */

export type ObjectRefusal = 'period-over' | 'not-in-publicity';
/** Objections are taken to the end of the last day, by the server's clock. */
export function objectVerdict(
  publicity: { readonly closesOn: CivilDate; readonly closedAt: Date | null },
  roundState: string,
  today: CivilDate,
): { readonly ok: true } | { readonly ok: false; readonly reason: ObjectRefusal } {
  if (roundState !== 'publicity' || publicity.closedAt !== null)
    return { ok: false, reason: 'not-in-publicity' };
  return today <= publicity.closesOn ? { ok: true } : { ok: false, reason: 'period-over' };
}

export type ObjectionState = 'received' | 'investigating' | 'upheld' | 'dismissed';
export const OBJECTION_STATES: readonly ObjectionState[] = [
  'received',
  'investigating',
  'upheld',
  'dismissed',
];
export const isSettled = (state: ObjectionState): boolean => state === 'upheld' || state === 'dismissed';
export type ObjectionAct = 'investigate' | 'uphold' | 'dismiss';
export function objectionVerdict(
  state: ObjectionState,
  act: ObjectionAct,
):
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: 'already-settled' | 'already-investigating' } {
  if (isSettled(state)) return { ok: false, reason: 'already-settled' };
  if (act === 'investigate' && state === 'investigating')
    return { ok: false, reason: 'already-investigating' };
  return { ok: true };
}

/*
 * The receipt of an objection: whoever holds it reads how the objection fares and its answer, so it is the only key an
 * anonymous objector has, and nobody may guess one. It is copied by hand, so it stands in groups of letters that nobody
 * mistakes for another, and is known again however it is typed.
 */

/** 32 letters, without I, L, O and U (Crockford's). */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const GROUP = 4;
/** Bytes at random that a receipt is made of; each gives five bits, so that there are 140 (ASVS 11.5.1 asks for 128). */
export const RECEIPT_BYTES = 28;
/** How those made before had it. */
const EARLIER = 10;

const inGroups = (letters: string): string => (letters.match(new RegExp(`.{${GROUP}}`, 'g')) ?? []).join('-');

/** A new receipt of this year, `YY2026-` and seven groups of four. */
export const receiptFrom = (year: string, random: Uint8Array): string =>
  `YY${year}-${inGroups([...random].map((byte) => LETTERS[byte % LETTERS.length]).join(''))}`;

/** A receipt as it is kept, from what somebody typed: in any case, with or without signs between; null when it is none. */
export function readReceipt(typed: string): string | null {
  const plain = typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\p{Dash_Punctuation}]/gu, '')
    .replace(/[IL]/g, '1')
    .replace(/O/g, '0');
  const [, year, letters = ''] = /^YY(\d{4})([0-9A-Z]+)$/.exec(plain) ?? [];
  if (year === undefined) return null;
  if (letters.length === EARLIER) return `YY${year}-${letters}`;
  return letters.length === RECEIPT_BYTES ? `YY${year}-${inGroups(letters)}` : null;
}
