import {
  boolean,
  choice,
  id,
  integer,
  like,
  list,
  map,
  names,
  object,
  optional,
  type Read,
  ref,
  required,
  text,
} from './shape.ts';
import { choiceWords as words } from './words.ts';

/** The vocabulary file: ordered scales, what is known of a person, titles, and the types of record. */

export const scale = object({
  names: required(names, { 'zh-CN': '名称', en: 'what it is called' }),
  steps: required(
    list(
      object({
        id: required(id, { 'zh-CN': '编号', en: 'id of the step' }),
        names: required(names, { 'zh-CN': '名称', en: 'what it is called' }),
        same: optional(list(id, 1), { 'zh-CN': '同一位置的其他编号', en: 'other ids of the same place' }),
      }),
      1,
    ),
    { 'zh-CN': '由低到高', en: 'lowest first; `same` lists other ids of the same place' },
  ),
});

const attributeFields = {
  names: required(names, { 'zh-CN': '名称', en: 'what it is called' }),
  type: required(choice(words.types), {
    'zh-CN': '类型',
    en: 'its type',
  }),
  scale: optional(ref('scale'), { 'zh-CN': '哪一量表', en: 'the scale, for type scale' }),
  choices: optional(map(names), { 'zh-CN': '选项', en: 'the choices, for type choice' }),
  since: optional(text, { 'zh-CN': '自哪个日期项起算', en: 'the date attribute the years run from' }),
  counted: optional(choice(words.countedYears), {
    'zh-CN': '年限如何计；继续累计的，三年零一天即超过三年',
    en: 'how the years are counted; where they run on, three years and a day is more than three',
  }),
  unit: optional(names, { 'zh-CN': '单位', en: 'its unit' }),
} as const;
export const attribute = object(attributeFields);

export const field = object({
  names: required(names, { 'zh-CN': '名称', en: 'what it is called' }),
  type: required(choice(words.types, 'text', 'number', 'date', 'boolean', 'choice'), {
    'zh-CN': '类型',
    en: 'its type',
  }),
  required: optional(boolean, {
    'zh-CN': '是否必填，默认否',
    en: 'whether it must be filled in; it need not unless given',
  }),
  choices: optional(map(names), { 'zh-CN': '选项', en: 'the choices, for type choice' }),
  max: optional(integer(1, 1_000_000_000), {
    'zh-CN': '最大值，或最多字数',
    en: 'the greatest number, or most characters',
  }),
});

const presence = choice(words.presence);
/** An attribute that a programme brings: nobody knows it until somebody enters it. */
export const ownAttribute = object({
  ...attributeFields,
  enteredBy: optional(choice(words.enteredBy), {
    'zh-CN': '由谁登记，默认由本人申报、学校确认',
    en: 'who enters it; the person claims it and the school confirms it unless given',
  }),
  evidence: optional(presence, {
    'zh-CN': '登记时是否须附证明，默认选附',
    en: 'whether evidence is asked with it; optional unless given',
  }),
});
export const recordType = object({
  names: required(names, { 'zh-CN': '名称', en: 'what it is called' }),
  unit: optional(names, { 'zh-CN': '量词', en: 'word for one of them' }),
  level: optional(presence, { 'zh-CN': '是否登记级别', en: 'whether a level is asked' }),
  grade: optional(
    object({
      scale: required(ref('scale'), { 'zh-CN': '等次所用量表', en: 'the scale of its grades' }),
      presence: required(presence, { 'zh-CN': '是否必填', en: 'whether it must be filled in' }),
    }),
    { 'zh-CN': '等次', en: 'its grade' },
  ),
  authorOrder: optional(presence, {
    'zh-CN': '是否登记作者次序',
    en: 'whether the order of authors is asked',
  }),
  event: optional(presence, { 'zh-CN': '是否登记活动', en: 'whether the event is asked' }),
  evidence: optional(presence, { 'zh-CN': '是否须附证明', en: 'whether evidence is asked' }),
  fields: optional(map(field), { 'zh-CN': '其他字段', en: 'further fields' }),
});

export const vocabulary = object({
  vocabulary: required(id, { 'zh-CN': '词汇编号', en: 'id of the vocabulary' }),
  version: required(like(/^[0-9A-Za-z][0-9A-Za-z.-]{0,39}$/, '2025-1'), {
    'zh-CN': '版本',
    en: 'the version',
  }),
  scales: required(map(scale), { 'zh-CN': '量表', en: 'ordered scales' }),
  attributes: required(map(attribute), { 'zh-CN': '个人信息项', en: 'what is known of a person' }),
  titles: required(
    object({
      scale: required(ref('scale'), { 'zh-CN': '有高低之分的称号', en: 'the titles that have an order' }),
      others: optional(
        map(object({ names: required(names, { 'zh-CN': '名称', en: 'what it is called' }) })),
        { 'zh-CN': '其他称号', en: 'titles that have no order' },
      ),
      ladder: optional(list(id, 1), {
        'zh-CN': '教师成长的称号阶梯，由低到高',
        en: 'the titles of a career, one step after another',
      }),
    }),
    { 'zh-CN': '称号', en: 'titles' },
  ),
  records: required(map(recordType), { 'zh-CN': '记录类型', en: 'types of record' }),
});
export type VocabularyFile = Read<typeof vocabulary>;
export type Attribute = Read<typeof attribute>;
export type RecordType = Read<typeof recordType> & {
  /** The attribute of a programme whose value such a record is, and who enters it. */
  readonly attribute?: string;
  readonly enteredBy?: 'person' | 'unit';
};
export type Scale = Read<typeof scale>;
