import type { Condition, RuleOf, Strength } from '../grammar/condition.ts';
import type { Locale, Names } from '../problem.ts';
import type { Programme } from '../programme.ts';
import { attributeType, recordValueType, type Vocabulary } from '../vocabulary.ts';
import { listed, pick, sayDay, sayTest, sayWindow } from './values.ts';

/** Words for a condition made from the condition itself, so that a clause without `say` still reads well. */
export interface Setting {
  readonly programme: Programme;
  readonly vocabulary: Vocabulary;
  readonly locale: Locale;
}

export const strengthWords: Readonly<Record<Strength, Names>> = {
  must: { 'zh-CN': '必须', en: 'must' },
  should: { 'zh-CN': '原则上', en: 'in principle' },
  prefer: { 'zh-CN': '优先', en: 'preferred' },
  discretion: { 'zh-CN': '酌情', en: 'at discretion' },
};

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
    case 'case':
      return readCase(rule.arg, setting);
    case 'use': {
      const definition = setting.programme.definitions?.[rule.arg];
      return definition ? (definition.say?.[locale] ?? readClause(definition, setting, true)) : rule.arg;
    }
    case 'decide': {
      const by =
        rule.arg.by === undefined ? undefined : setting.programme.bodies?.[rule.arg.by]?.names[locale];
      const who = by ?? pick(locale, '主管组织', 'the responsible body');
      const base =
        rule.arg.presume === 'met'
          ? pick(
              locale,
              `由${who}认定，未作相反认定前视为符合`,
              `judged by ${who}; taken as met unless it decides otherwise`,
            )
          : pick(locale, `由${who}认定，并记录理由`, `decided by ${who}, with a reason on record`);
      return `${base}${readEvidence(rule.arg, setting)}`;
    }
  }
}

/** The records a body judges by, and whether it must name some of them. */
function readEvidence(
  { needs, evidence = [] }: { needs?: readonly string[]; evidence?: readonly string[] },
  { vocabulary, locale }: Setting,
): string {
  const named = evidence.map((type) => vocabulary.records[type]?.names[locale] ?? type);
  const kinds = named.join(pick(locale, '、', ', '));
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

/** Names of record types as a choice, with the measure word they share. */
export function recordWords(types: readonly string[], vocabulary: Vocabulary, locale: Locale) {
  const names = listed(
    locale,
    types.map((type) => vocabulary.records[type]?.names[locale] ?? type),
    'or',
  );
  const shared = new Set(types.map((type) => vocabulary.records[type]?.unit?.[locale]));
  const [unit] = shared.size === 1 ? shared : [pick(locale, '项', 'records')];
  return { names, unit: unit ?? pick(locale, '项', 'records') };
}

type Aggregate = RuleOf<'count'> | RuleOf<'sum'> | RuleOf<'max'>;

function readRecords(op: 'count' | 'sum' | 'max', arg: Aggregate, { vocabulary, locale }: Setting): string {
  const { names, unit } = recordWords(arg.record, vocabulary, locale);
  const first = arg.record[0] ?? '';
  const qualities = Object.entries(arg.where ?? {}).map(([key, test]) => {
    const type = recordValueType(vocabulary, first, key);
    const said = sayTest(test, type, vocabulary, locale);
    if (key === 'level' || key === 'grade' || type?.kind === 'choice') return said;
    if (test === true) return fieldName(first, key, vocabulary, locale);
    return `${fieldName(first, key, vocabulary, locale)}${pick(locale, '：', ': ')}${said}`;
  });
  const window = sayWindow(arg.within, locale);
  const once =
    'distinctBy' in arg && arg.distinctBy
      ? pick(locale, '（同一活动只计一次）', ' (the same event counts once)')
      : '';
  const amount = boundWords(arg, locale, op === 'count' ? pick(locale, ` ${unit}`, '') : '');
  if (op === 'count') {
    return pick(
      locale,
      `${window}${qualities.join('、')}${qualities.length > 0 ? '的' : ''}${names}${amount}${once}`,
      `${names}${qualities.length > 0 ? ` (${qualities.join('; ')})` : ''}: ${amount}${window && ` ${window}`}${once}`,
    );
  }
  const field = 'of' in arg ? fieldName(first, arg.of, vocabulary, locale) : '';
  const how = op === 'sum' ? pick(locale, '合计', 'in total') : pick(locale, '最高', 'at best');
  return pick(
    locale,
    `${window}${qualities.join('、')}${qualities.length > 0 ? '的' : ''}${names}${field}${how}${amount}`,
    `${field} of ${names}${qualities.length > 0 ? ` (${qualities.join('; ')})` : ''} ${how} ${amount}${window && ` ${window}`}`,
  );
}

export function fieldName(type: string, key: string, vocabulary: Vocabulary, locale: Locale): string {
  const own: Readonly<Record<string, Names>> = {
    level: { 'zh-CN': '级别', en: 'level' },
    grade: { 'zh-CN': '等次', en: 'grade' },
    authorOrder: { 'zh-CN': '作者次序', en: 'author order' },
    event: { 'zh-CN': '活动', en: 'event' },
    on: { 'zh-CN': '日期', en: 'date' },
  };
  return vocabulary.records[type]?.fields?.[key]?.names[locale] ?? own[key]?.[locale] ?? key;
}

/** 不少于 3 节 / at least 3 classes */
export function boundWords(
  { min, max, moreThan, below }: Pick<Aggregate, 'min' | 'max' | 'moreThan' | 'below'>,
  locale: Locale,
  unit: string,
): string {
  const parts: string[] = [];
  const bare = min === undefined && max === undefined && moreThan === undefined && below === undefined;
  const least = bare ? 1 : min;
  if (least !== undefined) parts.push(pick(locale, `不少于 ${least}${unit}`, `at least ${least}${unit}`));
  if (moreThan !== undefined)
    parts.push(pick(locale, `超过 ${moreThan}${unit}`, `more than ${moreThan}${unit}`));
  if (max !== undefined) parts.push(pick(locale, `不超过 ${max}${unit}`, `at most ${max}${unit}`));
  if (below !== undefined) parts.push(pick(locale, `少于 ${below}${unit}`, `fewer than ${below}${unit}`));
  return parts.join(pick(locale, '且', ' and '));
}

function readHolds(arg: RuleOf<'holds'>, { vocabulary, locale }: Setting, negated: boolean): string {
  const { titleScale, titleOrder } = vocabulary;
  const ordered = { kind: 'scale', scale: titleScale, order: titleOrder } as const;
  const title = sayTest(arg.title, ordered, vocabulary, locale);
  const level =
    arg.level === undefined
      ? ''
      : sayTest(arg.level, { kind: 'scale', scale: 'level', order: new Map() }, vocabulary, locale);
  const window = sayWindow(arg.within, locale);
  const ever = arg.when === 'ever' || window !== '';
  const what = pick(locale, `${level}${title}称号`, `the title ${title}${level && ` (${level})`}`);
  if (negated) {
    return ever
      ? pick(locale, `${window}未获得过${what}`, `was never granted ${what}${window && ` ${window}`}`)
      : pick(locale, `现未持有${what}`, `does not hold ${what}`);
  }
  return ever
    ? pick(locale, `${window}获得过${what}`, `was granted ${what}${window && ` ${window}`}`)
    : pick(locale, `现持有${what}`, `holds ${what}`);
}

function readCase(arg: RuleOf<'case'>, setting: Setting): string {
  const { vocabulary, locale } = setting;
  const type = attributeType(vocabulary, arg.by);
  const branches = arg.when.map(({ is, require }) => {
    const who = sayTest(is, type, vocabulary, locale);
    return `${who}${pick(locale, '：', ': ')}${clauseText(require, setting, true).replace(/[。.]$/, '')}`;
  });
  if (arg.else) {
    branches.push(
      `${pick(locale, '其余：', 'others: ')}${clauseText(arg.else, setting, true).replace(/[。.]$/, '')}`,
    );
  }
  const name = vocabulary.attributes[arg.by]?.names[locale] ?? arg.by;
  return pick(locale, `按${name}分类——${branches.join('；')}`, `by ${name} — ${branches.join('; ')}`);
}
