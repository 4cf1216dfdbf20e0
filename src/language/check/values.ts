import { isCivilDate } from '../../shared/civil-date.ts';
import { normalise } from '../evaluate/compare.ts';
import type { Test } from '../grammar/selection.ts';
import type { Literal } from '../grammar/shape.ts';
import type { ErrorCode, Names } from '../problem.ts';
import { numberMeant } from '../read/typed.ts';
import { attributeType, type ValueType, type Vocabulary } from '../vocabulary.ts';

/** Whether a comparison makes sense for the kind of value it is asked of. */

export type Fail = (
  code: ErrorCode,
  path: string,
  zh: string,
  en: string,
  known?: readonly string[],
  word?: string,
) => void;

const orderings = ['atLeast', 'moreThan', 'atMost', 'below'] as const;

export function checkTest(
  test: Test,
  type: ValueType,
  path: string,
  fail: Fail,
  years: boolean,
  /** Where a person is at hand whose other attributes it may look at. */
  person?: Vocabulary,
): void {
  const read = normalise(test);
  const written = typeof test === 'object' && !Array.isArray(test);
  if (Object.keys(read).filter((key) => key !== 'asOf').length === 0) {
    fail('missing-key', path, '没有说明如何比较。', 'It says nothing to compare with.', [
      'is',
      'in',
      'not',
      ...orderings,
      'sameAs',
      'notSameAs',
    ]);
  }
  if (read.asOf !== undefined && !years) {
    fail('wrong-comparison', `${path}.asOf`, '只有年限才有基准日。', 'Only years are reckoned as of a day.');
  }
  for (const key of ['sameAs', 'notSameAs'] as const) {
    const attribute = read[key];
    if (attribute !== undefined) checkOther(attribute, type, `${path}.${key}`, fail, years, person);
  }
  for (const key of orderings) {
    const bound = read[key];
    if (bound === undefined) continue;
    const to = `${path}.${key}`;
    if (
      type.kind === 'choice' ||
      type.kind === 'text' ||
      type.kind === 'boolean' ||
      type.kind === 'numbers'
    ) {
      fail('wrong-comparison', to, '此项没有高低之分。', 'This has no order to compare on.', [
        'is',
        'in',
        'not',
      ]);
    } else checkValue(bound, type, to, fail);
  }
  const listed: [string, Literal | readonly Literal[] | undefined][] = [
    ['is', read.is],
    ['in', read.in],
    ['not', read.not],
  ];
  for (const [key, value] of listed) {
    if (value === undefined) continue;
    const base = written ? `${path}.${key}` : path;
    if (Array.isArray(value)) {
      (value as readonly Literal[]).forEach((one, i) => {
        checkValue(one, type, `${base}[${i}]`, fail);
      });
    } else checkValue(value as Literal, type, base, fail);
  }
}

/** What two values are compared on must be one kind: one scale, choices in common, numbers, days, text. */
function checkOther(
  attribute: string,
  type: ValueType,
  path: string,
  fail: Fail,
  years: boolean,
  person: Vocabulary | undefined,
): void {
  const other = person && attributeType(person, attribute);
  const wrong = (zh: string, en: string, known?: readonly string[]) =>
    fail('wrong-comparison', path, zh, en, known);
  if (!other) {
    if (!person) wrong('此处没有可与之比较的个人信息项。', 'There is no person here to compare with.');
    return;
  }
  if (years || person.attributes[attribute]?.type === 'years') {
    wrong('年限不能与另一信息项比较，请用 amount。', 'Years are compared by `amount`.', ['amount']);
    return;
  }
  const alike =
    type.kind === 'scale'
      ? other.kind === 'scale' && other.scale === type.scale
      : type.kind === 'choice'
        ? other.kind === 'choice' && Object.keys(type.choices).some((one) => one in other.choices)
        : other.kind === type.kind || (type.kind === 'number' && other.kind === 'numbers');
  if (alike && type.kind !== 'numbers') return;
  const able = Object.keys(person.attributes).filter((one) => {
    const found = attributeType(person, one);
    return (
      found?.kind === type.kind &&
      (type.kind !== 'scale' || (found.kind === 'scale' && found.scale === type.scale))
    );
  });
  wrong(`与"${attribute}"不是同一类，无法比较。`, `"${attribute}" is of another kind.`, able);
}

function checkValue(value: Literal, type: ValueType, path: string, fail: Fail): void {
  const word = String(value);
  if (type.kind === 'scale') {
    const known = [...type.order.keys()];
    if (known.includes(word)) return;
    const [zh, en] = [`"${word}"不在 ${type.scale} 量表上。`, `"${word}" is not on the scale ${type.scale}.`];
    const named = type.steps?.find(({ names }) => isCalled(names, word))?.id;
    fail('unknown-reference', path, zh, en, known, named ?? word);
  } else if (type.kind === 'choice') {
    const known = Object.keys(type.choices);
    if (known.includes(word)) return;
    const named = known.find((one) => {
      const names = type.choices[one];
      return names && isCalled(names, word);
    });
    fail('wrong-value', path, `没有"${word}"这一选项。`, `"${word}" is not a choice.`, known, named ?? word);
  } else if (!isOfKind(value, type.kind)) {
    const [zh, en] = kinds[type.kind];
    const meant = type.kind === 'number' && typeof value === 'string' ? numberMeant(value) : undefined;
    fail(
      'wrong-type',
      path,
      `应为${zh}，写的是"${word}"。`,
      `Expected ${en}, found "${word}".`,
      meant === undefined ? [en] : [meant, en],
      meant,
    );
  } else if (/^[“‘「].*[”’」]$/.test(word)) {
    // Such marks are letters like any other to YAML, and nobody's subject is called so.
    fail('wrong-value', path, `引号会被当作文字：${word}。`, `These marks are read as text: ${word}.`, [
      `"${word.slice(1, -1)}"`,
    ]);
  }
}

const kinds = {
  number: ['数', 'a number'],
  numbers: ['一组数', 'a list of numbers'],
  boolean: ['是非值', 'true or false'],
  date: ['日期', 'a date such as 2011-04-25'],
  text: ['文字', 'text'],
} as const;

/** Names as people write them: without regard to width, case and brackets. */
const plainly = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\([^)]*\)|\s/g, '');

/** A level may be written without what brackets add: 县级 for 县（区）级. */
const isCalled = (names: Names, word: string): boolean =>
  [names['zh-CN'], names.en].map(plainly).includes(plainly(word));

function isOfKind(value: Literal, kind: keyof typeof kinds): boolean {
  if (kind === 'date') return typeof value === 'string' && isCivilDate(value);
  return kind === 'text' ? typeof value === 'string' : typeof value === kind;
}
