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

/** The vocabulary file: ordered scales, what is known of a person, titles, and the types of record. */

export const scale = object({
  names: required(names),
  steps: required(
    list(object({ id: required(id), names: required(names), same: optional(list(id, 1)) }), 1),
    { 'zh-CN': '由低到高', en: 'lowest first; `same` lists other ids of the same place' },
  ),
});

export const attribute = object({
  names: required(names),
  type: required(choice('text', 'number', 'numbers', 'date', 'boolean', 'choice', 'scale', 'years'), {
    'zh-CN': 'numbers 为一组评分',
    en: 'numbers: a list of marks',
  }),
  scale: optional(ref('scale')),
  choices: optional(map(names)),
  since: optional(text, { 'zh-CN': '自哪个日期项起算', en: 'the date attribute the years run from' }),
  counted: optional(choice('completed', 'elapsed'), {
    'zh-CN': '周岁，或满年后继续累计',
    en: 'completed: whole years as ages are counted; elapsed: three years and a day is more than three',
  }),
  unit: optional(names),
});

export const field = object({
  names: required(names),
  type: required(choice('text', 'number', 'date', 'boolean', 'choice')),
  required: optional(boolean),
  choices: optional(map(names)),
  max: optional(integer(1, 1_000_000_000)),
});

const presence = choice('required', 'optional');
export const recordType = object({
  names: required(names),
  unit: optional(names, { 'zh-CN': '量词', en: 'word for one of them' }),
  level: optional(presence),
  grade: optional(object({ scale: required(ref('scale')), presence: required(presence) })),
  authorOrder: optional(presence),
  event: optional(presence),
  evidence: optional(presence),
  fields: optional(map(field)),
});

export const vocabulary = object({
  vocabulary: required(id),
  version: required(like(/^[0-9A-Za-z][0-9A-Za-z.-]{0,39}$/, '2025-1')),
  scales: required(map(scale)),
  attributes: required(map(attribute)),
  titles: required(
    object({
      scale: required(ref('scale'), { 'zh-CN': '有高低之分的称号', en: 'the titles that have an order' }),
      others: optional(map(object({ names: required(names) }))),
    }),
  ),
  records: required(map(recordType)),
});
export type VocabularyFile = Read<typeof vocabulary>;
export type Attribute = Read<typeof attribute>;
export type RecordType = Read<typeof recordType>;
export type Scale = Read<typeof scale>;
