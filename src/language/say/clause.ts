import { enumerate } from '../../shared/text.ts';
import type { Amount } from '../grammar/amount.ts';
import type { Condition, RuleOf } from '../grammar/condition.ts';
import { choiceWords } from '../grammar/words.ts';
import type { Locale } from '../problem.ts';
import { attributeType } from '../vocabulary.ts';
import { amountText, readAmount } from './amount.ts';
import { boundWords, readRecords, readRow, sayAsOf } from './records.ts';
import type { Setting } from './setting.ts';
import { pick, roleWord, sayDay, sayTest, sayTitle, sayWindow } from './values.ts';

/** Words for a condition made from the condition itself, so that a clause without `say` still reads well. */

/** One sentence for the node; children of a group are not repeated unless `inline`. */
export function readClause(node: Condition, setting: Setting, inline = false): string {
  const { locale, vocabulary } = setting;
  const { rule } = node;
  switch (rule.op) {
    case 'all':
      return group(
        rule.arg,
        pick(locale, '同时具备下列条件', 'all of the following'),
        'and',
        setting,
        inline,
      );
    case 'any':
      return group(rule.arg, pick(locale, '具备下列条件之一', 'one of the following'), 'or', setting, inline);
    case 'atLeast': {
      const { k, of } = rule.arg;
      return group(
        of,
        pick(locale, `具备下列条件中的至少 ${k} 项`, `at least ${k} of the following`),
        'list',
        setting,
        inline,
      );
    }
    case 'not':
      return readNot(rule.arg, setting);
    case 'person':
      return readPerson(rule.arg, setting);
    case 'known': {
      const name = vocabulary.attributes[rule.arg]?.names[locale] ?? rule.arg;
      return pick(locale, `${name}已登记`, `${name} is documented`);
    }
    case 'count':
    case 'sum':
    case 'max':
      return readRecords(rule.op, rule.arg, setting);
    case 'holds':
      return readHolds(rule.arg, setting, false);
    case 'run':
      return readRun(rule.arg, setting);
    case 'amount':
      return readComparison(rule.arg, setting);
    case 'members':
      return readMembers(rule.arg, setting);
    case 'case':
      return readCase(rule.arg, setting);
    case 'use': {
      const definition = setting.programme.definitions?.[rule.arg];
      return definition ? (definition.say?.[locale] ?? readClause(definition, setting, true)) : rule.arg;
    }
    case 'decide':
      return readDecision(rule.arg, setting, (node.given ?? []).length > 0);
  }
}

/** `open`: the cap is a number that counties or schools may set for their own bodies. */
function readDecision(arg: RuleOf<'decide'>, setting: Setting, open: boolean): string {
  const { locale, programme } = setting;
  const { by, presume, needs, cap } = arg;
  const who =
    (by === undefined ? undefined : programme.bodies?.[by]?.names[locale]) ??
    pick(locale, '主管组织', 'the responsible body');
  const base =
    presume === 'met'
      ? pick(
          locale,
          `由${who}认定，${choiceWords.presumed.met['zh-CN']}`,
          `judged by ${who}; ${choiceWords.presumed.met.en}`,
        )
      : pick(locale, `由${who}认定，并记录理由`, `decided by ${who}, with a reason on record`);
  const kept = (needs ?? []).filter(
    (need) => need !== 'evidence' && (need !== 'reason' || presume === 'met'),
  );
  const record = kept.map((need) => choiceWords.needs[need][locale]);
  const also = record.length === 0 ? '' : pick(locale, '；须有', '; on record: ') + enumerate(locale, record);
  const most = [
    ...(cap?.count === undefined ? [] : [pick(locale, `${cap.count} 人`, String(cap.count))]),
    ...(cap?.percent === undefined ? [] : [`${cap.percent}%`]),
  ];
  const capped =
    most.length === 0
      ? ''
      : pick(
          locale,
          `；认定符合的最多 ${most.join('且 ')}${open ? '，另有设定的从其设定' : ''}`,
          `; it may find at most ${most.join(' and ')} met${open ? ', or as many as is set for it' : ''}`,
        );
  return `${base}${also}${readEvidence(arg, setting)}${capped}`;
}

/** The records a body judges by, and whether it must name some of them. */
function readEvidence({ needs, evidence = [] }: RuleOf<'decide'>, { vocabulary, locale }: Setting): string {
  const named = evidence.map((type) => vocabulary.records[type]?.names[locale] ?? type);
  const kinds = enumerate(locale, named);
  if (needs?.includes('evidence')) {
    const which = kinds && pick(locale, `（${kinds}）`, ` (${kinds})`);
    return pick(
      locale,
      `；认定符合须列出所依据的记录${which}`,
      `; to find it met the records relied on must be named${which}`,
    );
  }
  return kinds && pick(locale, `；参考记录：${kinds}`, `; records to look at: ${kinds}`);
}

/** The printed words where there are any, else the words made from the node. */
export const clauseText = (node: Condition, setting: Setting, inline = false): string =>
  node.say?.[setting.locale] ?? readClause(node, setting, inline);

function group(
  nodes: readonly Condition[],
  intro: string,
  joint: 'and' | 'or' | 'list',
  setting: Setting,
  inline: boolean,
): string {
  const { locale } = setting;
  if (!inline) return `${intro}${pick(locale, '：', ':')}`;
  const words = nodes.map((node) => clauseText(node, setting, true).replace(/[。.]$/, ''));
  if (joint === 'list') return `${intro}${pick(locale, '：', ': ')}${words.join(pick(locale, '；', '; '))}`;
  const glue = joint === 'and' ? pick(locale, '，且', ', and ') : pick(locale, '，或', ', or ');
  return words.join(glue);
}

function readNot(inner: Condition, setting: Setting): string {
  const { locale } = setting;
  if (inner.rule.op === 'holds' && !inner.say) return readHolds(inner.rule.arg, setting, true);
  const words = clauseText(inner, setting, true).replace(/[。.]$/, '');
  return pick(locale, `不得有以下情形：${words}`, `not the case that: ${words}`);
}

function readPerson(arg: RuleOf<'person'>, { vocabulary, locale }: Setting): string {
  const [id, test] = Object.entries(arg)[0] ?? ['', true];
  const attribute = vocabulary.attributes[id];
  const name = attribute?.names[locale] ?? id;
  const type = attributeType(vocabulary, id);
  if (type?.kind === 'boolean' && (test === true || test === false)) {
    return test ? name : pick(locale, `非${name}`, `not: ${name}`);
  }
  const said = sayTest(
    test,
    type,
    vocabulary,
    locale,
    pick(locale, ` ${attribute?.unit?.['zh-CN'] ?? ''}`, ` ${attribute?.unit?.en ?? ''}`).trimEnd(),
  );
  const asOf = typeof test === 'object' && 'asOf' in test && test.asOf ? sayDay(test.asOf, locale) : '';
  const day = asOf && pick(locale, `（截至${asOf}）`, ` (as of ${asOf})`);
  return pick(locale, `${name}：${said}${day}`, `${name}: ${said}${day}`);
}

function readHolds(arg: RuleOf<'holds'>, { vocabulary, locale }: Setting, negated: boolean): string {
  const ever = arg.when === 'ever' || arg.within !== undefined;
  const window = `${sayAsOf(arg.asOf, locale, arg.within !== undefined)}${sayWindow(arg.within, vocabulary, locale)}`;
  const what = sayTitle(arg, vocabulary, locale);
  if (negated) {
    return ever
      ? pick(locale, `${window}未获得过${what}`, `was never granted ${what}${window && ` ${window}`}`)
      : pick(locale, `${window || '现'}未持有${what}`, `does not hold ${what}${window && ` ${window}`}`);
  }
  return ever
    ? pick(locale, `${window}获得过${what}`, `was granted ${what}${window && ` ${window}`}`)
    : pick(locale, `${window || '现'}持有${what}`, `holds ${what}${window && ` ${window}`}`);
}

function readRun(arg: RuleOf<'run'>, setting: Setting): string {
  const { locale } = setting;
  const { names, window, qualities, notes } = readRow(arg, setting);
  const span = choiceWords.calendarSpans[arg.per][locale];
  const bounds = boundWords(arg, locale, pick(locale, ` 个${span}`, ` ${span}s`));
  return pick(
    locale,
    `${window}${qualities}${names}连续${bounds}${notes}`,
    `${names}${qualities} in a row: ${bounds}${window && ` ${window}`}${notes}`,
  );
}

/** Words for an amount; conditions within it are read as conditions are. */
export const sayAmount = (node: Amount, setting: Setting): string =>
  amountText(node, { ...setting, clause: (one) => clauseText(one, setting, true) });

/** The formula itself, whatever the amount is called. */
export const readFormula = (node: Amount, setting: Setting): string =>
  readAmount(node, { ...setting, clause: (one) => clauseText(one, setting, true) });

const comparisons = [
  ['is', '等于', 'exactly'],
  ['atLeast', '不低于', 'at least'],
  ['moreThan', '超过', 'more than'],
  ['atMost', '不超过', 'at most'],
  ['below', '低于', 'under'],
] as const;

/** 不低于 60 / at least 60 */
export function amountBounds(arg: Omit<RuleOf<'amount'>, 'of'>, setting: Setting): string {
  const { locale } = setting;
  return comparisons
    .flatMap(([key, zh, en]) => {
      const bound = arg[key];
      return bound
        ? [pick(locale, `${zh} ${sayAmount(bound, setting)}`, `${en} ${sayAmount(bound, setting)}`)]
        : [];
    })
    .join(pick(locale, '且', ' and '));
}

function readComparison(arg: RuleOf<'amount'>, setting: Setting): string {
  const of = sayAmount(arg.of, setting);
  const bounds = amountBounds(arg, setting);
  return pick(setting.locale, `${of}${bounds}`, `${of}: ${bounds}`);
}

function readMembers(arg: RuleOf<'members'>, setting: Setting): string {
  const { locale } = setting;
  const { role, meets } = arg;
  const who = meets ? clauseText(meets, setting, true).replace(/[。.]$/, '') : '';
  const asked = membersAsked(arg, locale);
  return pick(
    locale,
    `${roleWord(role, setting)}中${who && `符合“${who}”的`}${asked}`,
    `${roleWord(role, setting)}${who && ` who meet "${who}"`}: ${asked}`,
  );
}

/** How many of them, in words. */
export function membersAsked(arg: RuleOf<'members'>, locale: Locale): string {
  const { role: _, meets: __, every, minPercent, maxPercent, ...numbers } = arg;
  return [
    ...(every ? [pick(locale, '每一名', 'every one')] : []),
    ...(minPercent === undefined ? [] : [pick(locale, `不低于 ${minPercent}%`, `at least ${minPercent}%`)]),
    ...(maxPercent === undefined ? [] : [pick(locale, `不超过 ${maxPercent}%`, `at most ${maxPercent}%`)]),
    ...(Object.keys(numbers).length > 0 || !(every || minPercent !== undefined || maxPercent !== undefined)
      ? [boundWords(numbers, locale, pick(locale, ' 名', ''))]
      : []),
  ].join(pick(locale, '且', ' and '));
}

function readCase(arg: RuleOf<'case'>, setting: Setting): string {
  const { vocabulary, locale } = setting;
  const type = arg.by === undefined ? undefined : attributeType(vocabulary, arg.by);
  const branches = arg.when.map(({ is, if: test, require }) => {
    const who = [
      ...(is === undefined ? [] : [sayTest(is, type, vocabulary, locale)]),
      ...(test ? [clauseText(test, setting, true).replace(/[。.]$/, '')] : []),
    ].join(pick(locale, '且', ' and '));
    return `${who}${pick(locale, '：', ': ')}${clauseText(require, setting, true).replace(/[。.]$/, '')}`;
  });
  if (arg.else) {
    branches.push(
      `${pick(locale, '其余：', 'others: ')}${clauseText(arg.else, setting, true).replace(/[。.]$/, '')}`,
    );
  }
  if (arg.by === undefined) return branches.join(pick(locale, '；', '; '));
  const name = vocabulary.attributes[arg.by]?.names[locale] ?? arg.by;
  return pick(locale, `按${name}分类——${branches.join('；')}`, `by ${name} — ${branches.join('; ')}`);
}
