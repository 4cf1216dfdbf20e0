import { choice, id, names, object, oneOrMore, optional, type Read, required, text } from './shape.ts';
import { choiceWords as words } from './words.ts';

/** What every item of a programme may carry: the words and sources of the printed policy, and how it binds. */
export const sourced = {
  say: optional(names, { 'zh-CN': '印发文件中的文字', en: 'the words of the printed policy' }),
  cite: optional(oneOrMore(text), { 'zh-CN': '依据', en: 'sources' }),
} as const;
export const strength = optional(choice(words.strengths), {
  'zh-CN': '约束程度，默认为必须',
  en: 'how strongly it binds; must unless given',
});

/** A sentence that binds people but not the machine: an aim, a principle, an organisational rule. */
export const statement = object({
  id: optional(id, { 'zh-CN': '编号', en: 'name, to refer to it' }),
  say: required(names, { 'zh-CN': '印发文件中的文字', en: 'the words of the printed policy' }),
  cite: optional(oneOrMore(text), { 'zh-CN': '依据', en: 'sources' }),
  strength,
});
export type Statement = Read<typeof statement>;
