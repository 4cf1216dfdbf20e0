import { type CivilDate, isCivilDate } from '../../../shared/civil-date.ts';

/**
 * Numbers of identity papers. A resident identity number (GB 11643, also on the residence permits of Hong Kong, Macau
 * and Taiwan residents) has a check digit, a birth date and a sex in it; of the others only the form is known.
 */
export const ID_KINDS = ['resident', 'passport', 'hk-macau', 'taiwan'] as const;
export type IdKind = (typeof ID_KINDS)[number];
export const isIdKind = (text: string): text is IdKind => ID_KINDS.some((kind) => kind === text);

/** A number as it is compared and kept: narrow, without spaces, in capitals. */
export interface IdNumber {
  readonly kind: IdKind;
  readonly number: string;
}

const plainNumber = (text: string): string => text.normalize('NFKC').replaceAll(/[\s-]/g, '').toUpperCase();

const FORMS: Readonly<Record<Exclude<IdKind, 'resident'>, RegExp>> = {
  passport: /^(?=.*\d)[A-Z0-9]{6,12}$/,
  // 港澳居民来往内地通行证: H or M, eight digits, and on the older ones how often it was made again.
  'hk-macau': /^[HM]\d{8}(\d{2})?$/,
  // 台湾居民来往大陆通行证: eight digits, or ten on the older ones.
  taiwan: /^\d{8}(\d{2})?$/,
};

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/** The check character of the first 17 digits. */
export const checkDigit = (digits: string): string =>
  '10X98765432'[WEIGHTS.reduce((total, weight, index) => total + weight * Number(digits[index]), 0) % 11] ??
  '';

/** Birth date and sex of a resident identity number; null when its check digit is wrong or there is no such day. */
export function readIdNumber(text: string): { birthDate: CivilDate; sex: 'female' | 'male' } | null {
  const plain = plainNumber(text);
  if (!/^\d{17}[\dX]$/.test(plain) || checkDigit(plain) !== plain[17]) return null;
  const birthDate = `${plain.slice(6, 10)}-${plain.slice(10, 12)}-${plain.slice(12, 14)}`;
  if (!isCivilDate(birthDate)) return null;
  return { birthDate, sex: Number(plain[16]) % 2 === 1 ? 'male' : 'female' };
}

/** The number, if it can be one of this kind. */
export function judgeIdNumber(kind: IdKind, text: string): IdNumber | null {
  const number = plainNumber(text);
  const right = kind === 'resident' ? readIdNumber(number) !== null : FORMS[kind].test(number);
  return right ? { kind, number } : null;
}

/** What people call the papers in rosters. */
export function readIdKind(text: string): IdKind | null {
  const plain = text.normalize('NFKC').replaceAll(/\s/g, '').toLowerCase();
  if (isIdKind(plain)) return plain;
  if (/护照|passport/.test(plain)) return 'passport';
  if (/居住证|身份证|居留|resident|identitycard/.test(plain)) return 'resident';
  if (/台/.test(plain) || /taiwan/.test(plain)) return 'taiwan';
  return /港|澳|回乡证|hongkong|macau/.test(plain) ? 'hk-macau' : null;
}
