import { type CivilDate, isCivilDate } from '../../../shared/civil-date.ts';
import { subjectTyped } from '../../../shared/subjects.ts';
import { isName, readEducation, readRank, readSex, readStage } from '../../organisation/imports/rules.ts';
import { type FactName, isStaffNumber, staffNumberOf } from '../../organisation/people/rules.ts';

/** What of oneself one cannot change and may ask to have put right. */
export const CORRECTABLE = [
  'name',
  'staffNumber',
  'sex',
  'birthDate',
  'teachingSince',
  'subject',
  'stage',
  'rank',
  'education',
  'post',
  'unit',
  'other',
] as const;
export type Correctable = (typeof CORRECTABLE)[number];

/** Of these the office's yes is the change itself; of the others it says what it did. */
const PERSONAL = ['name', 'staffNumber', 'sex', 'birthDate', 'teachingSince'] as const;
export type PersonalField = (typeof PERSONAL)[number];
export const isPersonal = (field: Correctable): field is PersonalField =>
  PERSONAL.some((one) => one === field);
const FACTS = ['subject', 'stage', 'rank', 'education', 'post'] as const satisfies readonly FactName[];
export const isFact = (field: Correctable): field is (typeof FACTS)[number] =>
  FACTS.some((one) => one === field);
export const isByHand = (field: Correctable): boolean => !isPersonal(field) && !isFact(field);

/** Under which field the audit has it. */
export const auditKey = (field: Correctable): string => (field === 'other' ? 'item' : field);

/** What was typed, as it would be kept; null when it cannot be. */
export function readWanted(field: Correctable, text: string, today: CivilDate): string | null {
  const plain = text.trim();
  if (plain === '') return null;
  switch (field) {
    case 'name':
      return isName(plain) ? plain.normalize('NFC') : null;
    case 'staffNumber': {
      const number = staffNumberOf(plain);
      return isStaffNumber(number) ? number : null;
    }
    case 'sex':
      return readSex(plain);
    case 'birthDate':
    case 'teachingSince':
      return isCivilDate(plain) && plain <= today && plain >= '1900-01-01' ? plain : null;
    case 'stage':
      return readStage(plain);
    case 'rank':
      return readRank(plain);
    case 'education':
      return readEducation(plain);
    case 'subject':
      return plain.length <= 60 ? subjectTyped(plain) : null;
    case 'post':
      return plain.length <= 60 ? plain : null;
    case 'unit':
    case 'other':
      return plain.length <= 300 ? plain : null;
    default:
      return field satisfies never;
  }
}

export type CorrectionState = 'open' | 'accepted' | 'refused' | 'withdrawn';
export type DecisionRefusal = 'not-open' | 'answer-needed' | 'taken' | 'changed-meanwhile';

/** May the office decide so? A no has its reason, and a yes that changes nothing by itself says what was done. */
export function judgeDecision(question: {
  readonly state: CorrectionState;
  readonly field: Correctable;
  readonly accept: boolean;
  readonly answer: string | null;
}): { readonly ok: true } | { readonly ok: false; readonly reason: DecisionRefusal } {
  if (question.state !== 'open') return { ok: false, reason: 'not-open' };
  const needed = !question.accept || isByHand(question.field);
  return needed && question.answer === null ? { ok: false, reason: 'answer-needed' } : { ok: true };
}
