import { rounding } from './rounding.ts';
import {
  boolean,
  choice,
  decimal,
  id,
  integer,
  list,
  names,
  object,
  oneOrMore,
  optional,
  type Read,
  ref,
  required,
} from './shape.ts';
import { sourced } from './statement.ts';
import { choiceWords as words } from './words.ts';

/** How a panel judges at a stage of the route: what it does not see, who sits, what is marked, how marks are gathered. */
export const judging = object({
  blind: optional(oneOrMore(choice(words.blind)), {
    'zh-CN': '盲评：向评委隐去什么，连同能认出来的（工号、联系方式、教研组、县区）；不写则不隐去',
    en: 'judged blind: what is hidden from the judges, with all that tells it (numbers, how to reach people, group, county); nothing unless given',
  }),
  shows: optional(oneOrMore(ref('attribute')), {
    'zh-CN': '评委可见的个人信息项；不写则都不可见',
    en: 'what the judges see of the roster; nothing of it unless given',
  }),
  judges: optional(
    object({
      least: optional(integer(1, 100), {
        'zh-CN': '每份材料至少几名评委',
        en: 'the fewest who mark a candidate',
      }),
      most: optional(integer(1, 100), {
        'zh-CN': '评委至多几名',
        en: 'the most who sit in the panel',
      }),
    }),
    { 'zh-CN': '评委人数', en: 'how many judges' },
  ),
  criteria: required(
    list(
      object({
        id: required(id, { 'zh-CN': '编号', en: 'name, to refer to it' }),
        names: required(names, { 'zh-CN': '名称', en: 'what is marked' }),
        max: required(decimal(1000), { 'zh-CN': '满分', en: 'its full mark' }),
        step: optional(decimal(1000), {
          'zh-CN': '计分单位，默认 1 分',
          en: 'marks go in steps of this; whole marks unless given',
        }),
        reason: optional(boolean, {
          'zh-CN': '须写理由，默认否',
          en: 'whether a mark needs a reason; it does not unless given',
        }),
      }),
      1,
    ),
    { 'zh-CN': '评分项', en: 'what is marked, item by item' },
  ),
  take: optional(choice(words.marks, 'mean', 'median'), {
    'zh-CN': '各评委总分如何汇总，默认取平均',
    en: 'what is taken of the totals the judges give; their mean unless given',
  }),
  dropHighest: optional(integer(0, 20), {
    'zh-CN': '去掉几个最高分，默认 0',
    en: 'how many of the highest totals are dropped; 0 unless given',
  }),
  dropLowest: optional(integer(0, 20), {
    'zh-CN': '去掉几个最低分，默认 0',
    en: 'how many of the lowest totals are dropped; 0 unless given',
  }),
  rounding: optional(rounding, {
    'zh-CN': '得分取整；不写则保留精确值',
    en: 'how the result is rounded; exact unless given',
  }),
  ...sourced,
});

export type Judging = Read<typeof judging>;
