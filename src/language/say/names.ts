import type { Condition } from '../grammar/condition.ts';
import { choiceWords } from '../grammar/words.ts';
import type { Programme } from '../programme.ts';
import { stepName } from '../vocabulary.ts';
import { conditionsOf } from '../walk.ts';
import { clauseText } from './clause.ts';
import type { Setting } from './setting.ts';
import { pick, sayDuration } from './values.ts';

/** What the things a file refers to by an id are called. */

export const bodyName = (id: string, { programme, locale }: Setting): string =>
  programme.bodies?.[id]?.names[locale] ?? id;

export const titleName = (id: string, { vocabulary, locale }: Setting): string =>
  (vocabulary.titles[id] ?? stepName(vocabulary, vocabulary.titleScale, id))?.[locale] ??
  anyStep(id, { vocabulary, locale }) ??
  id;

export const stageName = (id: string, { programme, locale }: Setting): string =>
  programme.route?.find((stage) => stage.id === id)?.names[locale] ?? id;

const indexes = new WeakMap<Programme, ReadonlyMap<string, Condition>>();

/** A clause by its id, in its words. */
export function clauseName(id: string, setting: Setting): string {
  const { programme } = setting;
  let index = indexes.get(programme);
  if (!index) {
    index = new Map(conditionsOf(programme).map((node) => [node.id ?? node.path, node]));
    indexes.set(programme, index);
  }
  const node = index.get(id);
  return node ? clauseText(node, setting, true) : id;
}

export function treatmentName(id: string, { programme, locale }: Setting): string {
  const found = programme.treatments?.find((one) => one.id === id);
  return found ? (found.names?.[locale] ?? choiceWords.treatments[found.kind][locale]) : id;
}

/**
 * What a word of the file is called: a band of the assessment, a title, a step of a scale, a choice, an event.
 * A word of none of these is shown as it is written.
 */
export function wordOf(id: string, setting: Setting): string {
  const { programme, vocabulary, locale } = setting;
  const band = programme.assessment?.bands?.find((one) => one.id === id)?.names;
  const declared = programme.terms?.events ?? {};
  const event = Object.hasOwn(declared, id)
    ? declared[id]?.names
    : Object.hasOwn(events, id)
      ? events[id]
      : undefined;
  const own = (band ?? vocabulary.titles[id] ?? event)?.[locale];
  return own ?? anyStep(id, setting) ?? id;
}

function anyStep(
  id: string,
  { vocabulary, locale }: Pick<Setting, 'vocabulary' | 'locale'>,
): string | undefined {
  for (const scale of Object.keys(vocabulary.scales)) {
    const found = stepName(vocabulary, scale, id);
    if (found) return found[locale];
  }
  const described = [
    ...Object.values(vocabulary.attributes),
    ...Object.values(vocabulary.records).flatMap(({ fields }) => Object.values(fields ?? {})),
  ];
  for (const { choices } of described) {
    if (choices && Object.hasOwn(choices, id)) return choices[id]?.[locale];
  }
  return undefined;
}

/** Events by the names they usually have. */
const events: Readonly<Record<string, { 'zh-CN': string; en: string }>> = {
  ...choiceWords.when,
  grant: { 'zh-CN': '授予称号', en: 'the title is granted' },
  granted: { 'zh-CN': '授予称号', en: 'the title is granted' },
  'term-start': { 'zh-CN': '任期开始', en: 'start of the term' },
  retired: { 'zh-CN': '退休', en: 'retired' },
  returned: { 'zh-CN': '返岗', en: 'returned' },
  leave: { 'zh-CN': '离岗', en: 'leave' },
  'maternity-leave': { 'zh-CN': '产假', en: 'maternity leave' },
  'sick-leave': { 'zh-CN': '病假', en: 'sick leave' },
  study: { 'zh-CN': '脱产进修', en: 'full-time study' },
  transferred: { 'zh-CN': '调动', en: 'transferred' },
  'left-front-line': { 'zh-CN': '离开教学一线', en: 'left the front line' },
  violation: { 'zh-CN': '违反师德', en: 'breach of professional ethics' },
  fraud: { 'zh-CN': '弄虚作假', en: 'fraud' },
  accident: { 'zh-CN': '责任事故', en: 'accident with responsibility' },
  result: { 'zh-CN': '结果公布', en: 'the result is announced' },
  notice: { 'zh-CN': '通知下发', en: 'the notice' },
  publicity: { 'zh-CN': '公示', en: 'publication' },
};

/** A duration, or days: working ones, calendar ones. */
export function sayLength(
  length: string | number | { readonly working?: number; readonly calendar?: number },
  { locale }: Setting,
): string {
  if (typeof length === 'string') return sayDuration(length, locale);
  if (typeof length === 'number') return pick(locale, `${length} 天`, `${length} days`);
  const { working, calendar } = length;
  return [
    ...(working === undefined ? [] : [pick(locale, `${working} 个工作日`, `${working} working days`)]),
    ...(calendar === undefined ? [] : [pick(locale, `${calendar} 天`, `${calendar} days`)]),
  ].join(pick(locale, '、', ' and '));
}

export type Vote = NonNullable<NonNullable<Programme['bodies']>[string]['vote']>;
/** 到会人数的 66% 及以上同意方为通过 */
export function sayVote({ percent, of = 'present', than = 'at-least' }: Vote, { locale }: Setting): string {
  const among = choiceWords.voteOf[of];
  return than === 'at-least'
    ? pick(
        locale,
        `须经${among['zh-CN']}的 ${percent}% 及以上同意`,
        `carried by at least ${percent}% of ${among.en}`,
      )
    : pick(
        locale,
        `须经${among['zh-CN']}的超过 ${percent}% 同意`,
        `carried by more than ${percent}% of ${among.en}`,
      );
}
