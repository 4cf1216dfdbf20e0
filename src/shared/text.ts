/** Text as people type it: names to compare, private numbers to show in part. Characters are code points. */

/**
 * A name in the one form in which it is stored and compared: no space inside a Chinese name (李　华 is 李华),
 * one dot for names of other peoples (阿依古丽•买买提 → 阿依古丽·买买提), Latin letters of ordinary width, single spaces
 * elsewhere. Han characters are never exchanged for others: 𠮷 stays 𠮷.
 */
export function tidyName(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[\uff01-\uff5e]/g, (char) => String.fromCharCode(char.charCodeAt(0) - 0xfee0))
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .replace(/\s*[·•・‧∙⋅･]\s*|(?<=\p{Script=Han})\s*\.\s*(?=\p{Script=Han})/gu, '·')
    .replace(/(?<=\p{Script=Han})\s+(?=\p{Script=Han})/gu, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** 李华 → 李*, 欧阳若兰 → 欧***: enough for the person to find themselves. */
export function maskName(name: string): string {
  const [first = '', ...rest] = name;
  return first + '*'.repeat(rest.length);
}

/**
 * An identity, telephone or staff number in part: of eleven and more characters the first three and last four
 * stay (138****5678), of shorter ones the last two, of very short ones nothing.
 */
export function maskNumber(number: string): string {
  const length = number.length;
  const [start, end] = length >= 11 ? [3, 4] : length > 3 ? [0, 2] : [0, 0];
  return number.slice(0, start) + '*'.repeat(length - start - end) + number.slice(length - end);
}

/** 甲、乙、丙 / A, B, C: several named one after another, none left out and nothing said of how they belong together. */
export const enumerate = (locale: 'zh-CN' | 'en', items: readonly string[]): string =>
  items.join(locale === 'en' ? ', ' : '、');

/** The same of what may be a sentence with commas of its own: then the items are set apart by semicolons. */
export const enumerateLong = (locale: 'zh-CN' | 'en', items: readonly string[]): string =>
  items.some((item) => /[,，、]/.test(item))
    ? items.join(locale === 'en' ? '; ' : '；')
    : enumerate(locale, items);
