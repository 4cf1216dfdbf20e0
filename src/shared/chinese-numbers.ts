/** Numbers as Chinese documents write them: 十二, 三分之一, 百分之五, 两名, ３０. */

const DIGITS = '零一二三四五六七八九';
const values: Readonly<Record<string, number>> = {
  ...Object.fromEntries([...DIGITS].map((digit, i) => [digit, i])),
  〇: 0,
  两: 2,
};
const places: Readonly<Record<string, number>> = { 十: 10, 百: 100, 千: 1000, 万: 10_000, 亿: 100_000_000 };

/** 1 to 99 in Chinese, as sections of a document are numbered. */
export function chineseNumber(n: number): string {
  const [tens, ones] = [Math.floor(n / 10), n % 10];
  const head = tens === 0 ? '' : `${tens === 1 ? '' : DIGITS[tens]}十`;
  return `${head}${ones === 0 && tens > 0 ? '' : DIGITS[ones]}`;
}

/** 二十五 is 25, 一百零三 is 103, 二〇二五 is 2025; undefined for what is not a number. */
export function readChinese(word: string): number | undefined {
  const signs = [...word];
  if (!signs.every((sign) => sign in values || sign in places)) return undefined;
  if (signs.every((sign) => sign in values)) {
    return signs.reduce((number, sign) => number * 10 + (values[sign] ?? 0), 0);
  }
  let [total, section, digit] = [0, 0, 0];
  for (const sign of signs) {
    const place = places[sign];
    if (place === undefined) digit = values[sign] ?? 0;
    else if (place < 10_000) [section, digit] = [section + (digit || 1) * place, 0];
    else [total, section, digit] = [(total + section + digit) * place, 0, 0];
  }
  return total + section + digit;
}
