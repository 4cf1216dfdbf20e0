import { enumerate } from '../../shared/text.ts';
import { casesFile } from '../cases/shape.ts';
import { type AmountOperator, amountAnnotations, amountDocs, amountOperators } from '../grammar/amount.ts';
import { type Operator, operatorDocs, operators } from '../grammar/condition.ts';
import { programme } from '../grammar/programme.ts';
import { annotations, comparison, test, window } from '../grammar/selection.ts';
import {
  day,
  duration,
  type Field,
  fullDate,
  id,
  monthDay,
  names,
  refWords,
  type ShapeDef,
  wordsOf,
} from '../grammar/shape.ts';
import { vocabulary } from '../grammar/vocabulary.ts';
import type { Locale, Names } from '../problem.ts';
import { amountExamples, amountNotes } from './amounts.ts';
import { conditionExamples } from './conditions.ts';
import { sectionExamples } from './sections.ts';

/**
 * The reference for authors, made from the grammar: every section, operator and key with its meaning and type,
 * each with an example. `npm run reference` writes it to docs/; the tests run the examples.
 */

const n = (zh: string, en: string): Names => ({ 'zh-CN': zh, en });

/** Shapes that are explained once and named everywhere else. */
const named = new Map<ShapeDef, Names>([
  [names, n('中英文', 'both languages')],
  [id, n('编号', 'id')],
  [duration, n('时长', 'duration')],
  [fullDate, n('日期', 'date')],
  [day, n('日期或每年某日', 'date or day of the year')],
  [monthDay, n('每年某日', 'day of the year')],
  [window, n('时间窗口', 'window')],
  [test, n('比较', 'comparison')],
  [comparison, n('比较', 'comparison')],
]);

const plain: Readonly<Record<'text' | 'literal' | 'boolean' | 'object' | 'condition' | 'amount', Names>> = {
  text: n('文字', 'text'),
  literal: n('文字、数或是非', 'text, number or true/false'),
  boolean: n('true 或 false', 'true or false'),
  object: n('映射', 'mapping'),
  condition: n('条件', 'condition'),
  amount: n('数额', 'amount'),
};

const givenNumber = n('参数', 'parameter');
const givenTime = n('时长参数', 'parameter of time');

function typeOf(shape: ShapeDef, locale: Locale): string {
  const say = (zh: string, en: string) => (locale === 'zh-CN' ? zh : en);
  if (shape.kind === 'object' && shape.place)
    return (shape.place.kind === 'duration' ? givenTime : givenNumber)[locale];
  const known = named.get(shape);
  if (known) return known[locale];
  switch (shape.kind) {
    case 'text':
      return shape.like
        ? say(`文字，如 \`${shape.like}\``, `text such as \`${shape.like}\``)
        : plain.text[locale];
    case 'number':
      return shape.integer
        ? say(`整数 ${shape.min}–${shape.max}`, `whole number ${shape.min}–${shape.max}`)
        : say(`数 ${shape.min}–${shape.max}`, `number ${shape.min}–${shape.max}`);
    case 'decimal':
      return say(`十进制数 ${shape.min}–${shape.max}`, `decimal ${shape.min}–${shape.max}`);
    case 'choice':
      return enumerate(
        locale,
        Object.entries(wordsOf(shape)).map(([one, words]) =>
          // Nothing is said where the words are the same.
          words[locale].toLowerCase() === one.replaceAll('-', ' ')
            ? `\`${one}\``
            : say(`\`${one}\` ${words['zh-CN']}`, `\`${one}\` (${words.en})`),
        ),
      );
    case 'ref':
      return say(
        `${refWords[shape.to]['zh-CN']}的编号`,
        `id of ${/^[aeiou]/.test(refWords[shape.to].en) ? 'an' : 'a'} ${refWords[shape.to].en}`,
      );
    case 'list': {
      const of = typeOf(shape.of, locale);
      return shape.orOne
        ? say(`${of}，可列多个`, `${of}, one or several`)
        : say(`列表：${of}`, `list: ${of}`);
    }
    case 'map':
      return say(`按名称：${typeOf(shape.of, locale)}`, `by name: ${typeOf(shape.of, locale)}`);
    case 'either':
      return [...new Set(shape.of.map((one) => typeOf(one, locale)))].join(say('，或', ', or '));
    default:
      return plain[shape.kind][locale];
  }
}

interface Row {
  readonly key: string;
  readonly type: string;
  readonly required: boolean;
  readonly doc: string;
}

/** The keys of a shape, those of mappings within it below them. */
function rowsOf(shape: ShapeDef, at: string, locale: Locale): Row[] {
  if (named.has(shape) && shape !== comparison && shape !== window) return [];
  switch (shape.kind) {
    case 'object':
      return shape.place ? [] : fieldRows(shape.fields, at, locale);
    case 'list':
      return rowsOf(shape.of, at, locale);
    case 'map':
      return rowsOf(shape.of, at === '' ? at : `${at}*.`, locale);
    case 'either':
      return shape.of.flatMap((one) => rowsOf(one, at, locale));
    default:
      return [];
  }
}

function fieldRows(fields: Readonly<Record<string, Field>>, at: string, locale: Locale): Row[] {
  return Object.entries(fields).flatMap(([key, { shape, required, doc }]) => [
    { key: `${at}${key}`, type: typeOf(shape, locale), required, doc: doc[locale] },
    ...(shape === window ? [] : rowsOf(shape, `${at}${key}.`, locale)),
  ]);
}

function table(rows: readonly Row[], locale: Locale): string {
  if (rows.length === 0) return '';
  const say = (zh: string, en: string) => (locale === 'zh-CN' ? zh : en);
  const head = say('| 键 | 类型 | 必填 | 含义 |', '| key | type | required | meaning |');
  const cell = (text: string) => text.replaceAll('|', '\\|');
  const lines = rows.map(
    ({ key, type, required, doc }) =>
      `| \`${key}\` | ${cell(type)} | ${required ? say('是', 'yes') : ''} | ${cell(doc)} |`,
  );
  return [head, '| --- | --- | --- | --- |', ...lines].join('\n');
}

const yaml = (text: string) => `\`\`\`yaml\n${text}\n\`\`\``;
/** Indented below a key. */
const under = (key: string, text: string) => `${key}:\n${text.replace(/^/gm, '  ')}`;

export function renderReference(locale: Locale): string {
  const say = (zh: string, en: string) => (locale === 'zh-CN' ? zh : en);
  const blocks: string[] = [
    say('# 方案语言参考', '# Reference of the programme language'),
    say(
      '本页由 `npm run reference` 按语法定义生成，请勿手改。每个例子都由测试执行。入门见 [language.md](language.md)。 [English](language-reference.en.md)',
      'This page is made from the grammar by `npm run reference`; do not edit it. Every example is run by a test. Begin with [language.md](language.md). [中文](language-reference.zh-CN.md)',
    ),
    say('## 值的写法', '## How values are written'),
    values(locale),
    table(rowsOf(comparison, '', locale), locale),
    say('时间窗口除时长外，还有两种写法：', 'A window is a duration, or one of two mappings:'),
    table(rowsOf(window, '', locale), locale),
    say('## 文件的各部分', '## Sections of a file'),
    ...sections(locale),
    say('## 条件', '## Conditions'),
    say(
      '一个条件只有一个运算词，另可带下列各键。结果为：符合、不符合、材料待补、待认定。',
      'A condition has exactly one operator, and may carry these keys. It comes to met, unmet, missing, or needs-decision.',
    ),
    table(fieldRows(annotations, '', locale), locale),
    ...Object.keys(operators).flatMap((op) => conditionBlocks(op as Operator, locale)),
    say('## 数额', '## Amounts'),
    say(
      '数额是一个数，或只有一个运算词的映射，另可带下列各键。算得精确；所需的事实未登记时无法计算（missing），不按零计。',
      'An amount is a plain number, or a mapping with exactly one operator; it may carry these keys. It is reckoned exactly; where something it needs is not documented it is missing, never nought.',
    ),
    table(fieldRows(amountAnnotations, '', locale), locale),
    ...Object.keys(amountOperators).flatMap((op) => amountBlocks(op as AmountOperator, locale)),
    say('## 词汇文件', '## The vocabulary file'),
    say(
      '`programmes/vocabulary.yaml` 写明各方案可用的量表、个人信息项、称号和记录类型。',
      '`programmes/vocabulary.yaml` says what programmes may speak of: scales, attributes, titles, types of record.',
    ),
    table(rowsOf(vocabulary, '', locale), locale),
    say('## 算例文件', '## Files of cases'),
    say(
      '方案旁的 `cases.yaml` 列出若干人的事实和应得的结果，由 `qinglan programme evaluate` 核对。',
      '`cases.yaml` beside a programme lists people as facts and what the policy should say of them; `qinglan programme evaluate` compares.',
    ),
    table(rowsOf(casesFile, '', locale), locale),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function values(locale: Locale): string {
  const rows: readonly (readonly [ShapeDef, Names])[] = [
    [
      names,
      n(
        '`{zh-CN: 骨干教师, en: backbone teacher}`，两种语言都须写',
        '`{zh-CN: 骨干教师, en: backbone teacher}`, both required',
      ),
    ],
    [id, n('小写字母、数字和连字符，如 `open-classes`', 'small letters, digits and hyphens: `open-classes`')],
    [
      duration,
      n('`5y` 五年、`6m` 六个月、`30d` 三十天', '`5y` five years, `6m` six months, `30d` thirty days'),
    ],
    [fullDate, n('`2011-04-25`', '`2011-04-25`')],
    [
      monthDay,
      n(
        '`09-01`，每年都有，由一次评选定其年份',
        '`09-01`: it comes back every year; a round gives it its year',
      ),
    ],
    [
      window,
      n(
        '`5y`：此前五年之内，含当日',
        '`5y`: after the same day five years before, up to and including the day itself',
      ),
    ],
    [
      test,
      n(
        '单个值为“等于”，列表为“其中之一”，或写下列各键',
        'a bare value means *is*, a list *one of*; or a mapping with these keys',
      ),
    ],
  ];
  const given: readonly (readonly [Names, Names])[] = [
    [
      givenNumber,
      n(
        '`{parameter: top-age}` 代替一个数：由 `parameters` 中的这一项给出，可由地方设定',
        '`{parameter: top-age}` instead of a number: an entry of `parameters` gives it, which may be set locally',
      ),
    ],
    [
      givenTime,
      n(
        '`{parameter: look-back, in: years}` 代替一段时长：参数给出多少，`in` 写明以年 `years`、月 `months` 还是天 `days` 计',
        '`{parameter: look-back, in: years}` instead of a duration: so many `years`, `months` or `days` as the parameter gives',
      ),
    ],
  ];
  const said = rows.map(([shape, doc]) => [typeOf(shape, locale), doc] as const);
  return [...said, ...given.map(([type, doc]) => [type[locale], doc] as const)]
    .map(([type, doc]) => `- **${type}**${locale === 'zh-CN' ? '：' : ': '}${doc[locale]}`)
    .join('\n');
}

function sections(locale: Locale): string[] {
  if (programme.kind !== 'object') return [];
  return Object.entries(programme.fields).flatMap(([key, { shape, required, doc }]) => {
    const say = (zh: string, en: string) => (locale === 'zh-CN' ? zh : en);
    const must = required ? say('必填。', 'Required.') : '';
    const example = sectionExamples[key];
    return [
      `### \`${key}\` ${doc[locale]}`,
      `${say('类型', 'Type')}${say('：', ': ')}${typeOf(shape, locale)}${say('。', '.')} ${must}`.trim(),
      table(rowsOf(shape, '', locale), locale),
      ...(example === undefined ? [] : [yaml(example)]),
    ];
  });
}

function conditionBlocks(op: Operator, locale: Locale): string[] {
  const { policy, more, facts, gives } = conditionExamples[op];
  const shape: ShapeDef = operators[op];
  return [
    `### \`${op}\` ${operatorDocs[op][locale]}`,
    operand(shape, locale),
    table(rowsOf(shape, '', locale), locale),
    yaml([...(more ? [more] : []), under('eligibility', policy)].join('\n')),
    locale === 'zh-CN' ? '对下列事实（基准日 2025-04-25）：' : 'Of these facts (reckoned from 2025-04-25):',
    yaml(`${facts}\nexpect: {eligible: ${gives}}`),
  ];
}

function amountBlocks(op: AmountOperator, locale: Locale): string[] {
  const { amount, more, facts, gives } = amountExamples[op];
  const shape: ShapeDef = amountOperators[op];
  const note = amountNotes[op]?.[locale];
  return [
    `### \`${op}\` ${amountDocs[op][locale]}`,
    operand(shape, locale),
    table(rowsOf(shape, '', locale), locale),
    yaml(exampleMeasure(amount, more)),
    locale === 'zh-CN' ? '对下列事实（基准日 2025-04-25）：' : 'Of these facts (reckoned from 2025-04-25):',
    yaml(`${facts}\nexpect: {measures: {example: ${gives}}}`),
    ...(note ? [note] : []),
  ];
}

/** The amount as the measure `example`, beside the measures it uses. */
export function exampleMeasure(amount: string, more = ''): string {
  const own = under('  example', amount.replace(/^/gm, '  '));
  return more.startsWith('measures: {')
    ? `${more.replace(/^measures: \{(.*)\}$/s, 'measures:\n  $1')}\n${own}`
    : [...(more ? [more] : []), `measures:\n${own}`].join('\n');
}

const operand = (shape: ShapeDef, locale: Locale): string =>
  shape.kind === 'object' ? '' : `${locale === 'zh-CN' ? '写作：' : 'Takes: '}${typeOf(shape, locale)}`;
