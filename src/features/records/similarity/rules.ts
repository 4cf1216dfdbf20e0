import { addDays, type CivilDate, daysBetween } from '../../../shared/civil-date.ts';
import type { RecordParameters } from '../rules.ts';

export const SIMILARITIES = ['same-certificate', 'same-file', 'same-event', 'same-title'] as const;
export type Similarity = (typeof SIMILARITIES)[number];

export interface Comparable {
  readonly id: string;
  readonly personId: string;
  readonly type: string;
  readonly title: string;
  readonly happenedOn: CivilDate | null;
  readonly event: string | null;
  readonly certificate: string | null;
  readonly evidence: readonly string[];
}

/** Days around a date within which another record may be the same achievement. */
export const similarSpan = (
  date: CivilDate,
  parameters: RecordParameters,
): readonly [CivilDate, CivilDate] => [
  addDays(date, -parameters.similarWithinDays),
  addDays(date, parameters.similarWithinDays),
];

/**
 * Which of the others is most likely the same achievement, and why; null when none is. It is a hint for the
 * office, never a refusal: a teacher may well give two lessons in a month. Between two people only what
 * belongs to one (a certificate's number, a scanned file) says so: colleagues share events by right.
 */
export function findSimilar(
  record: Comparable,
  others: readonly Comparable[],
  parameters: RecordParameters,
): { readonly id: string; readonly because: Similarity } | null {
  for (const because of SIMILARITIES) {
    const found = others.find(
      (other) => other.id !== record.id && isSame[because](record, other, parameters),
    );
    if (found) return { id: found.id, because };
  }
  return null;
}

const isSame: Record<Similarity, (a: Comparable, b: Comparable, parameters: RecordParameters) => boolean> = {
  'same-certificate': (a, b) =>
    a.certificate !== null && b.certificate !== null && plain(a.certificate) === plain(b.certificate),
  'same-file': (a, b) => a.evidence.some((file) => b.evidence.includes(file)),
  'same-event': (a, b) =>
    a.personId === b.personId &&
    a.type === b.type &&
    a.event !== null &&
    b.event !== null &&
    plain(a.event) === plain(b.event),
  'same-title': (a, b, { similarWithinDays }) =>
    a.personId === b.personId &&
    a.type === b.type &&
    a.happenedOn !== null &&
    b.happenedOn !== null &&
    Math.abs(daysBetween(a.happenedOn, b.happenedOn)) <= similarWithinDays &&
    likeness(a.title, b.title) >= SIMILAR_TITLE,
};

/** Titles that share this part of their neighbouring pairs of characters (Dice's coefficient) look alike. */
const SIMILAR_TITLE = 0.6;

/** Text as it is compared: width, case, spaces, quotes and punctuation do not matter. */
const plain = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\p{P}\p{S}]+/gu, '');

/** From 0 (nothing in common) to 1 (the same letters in the same order). */
export function likeness(a: string, b: string): number {
  const [one, other] = [plain(a), plain(b)];
  if (one === other) return 1;
  const [mine, theirs] = [pairsOf(one), pairsOf(other)];
  if (mine.length === 0 || theirs.length === 0) return 0;
  const left = new Map<string, number>();
  for (const pair of theirs) left.set(pair, (left.get(pair) ?? 0) + 1);
  let shared = 0;
  for (const pair of mine) {
    const count = left.get(pair) ?? 0;
    if (count > 0) {
      shared += 1;
      left.set(pair, count - 1);
    }
  }
  return (2 * shared) / (mine.length + theirs.length);
}

function pairsOf(text: string): string[] {
  const letters = [...text];
  return letters.slice(1).map((letter, index) => `${letters[index]}${letter}`);
}
