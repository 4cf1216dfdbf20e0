import { choice, id, names, object, oneOrMore, optional, type Read, required, text } from './shape.ts';
import { choiceWords as words } from './words.ts';

/** What every item of a programme may carry: the words and sources of the printed policy, and how it binds. */
export const sourced = {
  say: optional(names, { 'zh-CN': '印发文件中的文字', en: 'the words of the printed policy' }),
  cite: optional(oneOrMore(text), { 'zh-CN': '依据', en: 'sources' }),
} as const;
export const strength = optional(choice(words.strengths), {
  'zh-CN': '必须（默认）、原则上、优先、酌情',
  en: 'must (default), should, prefer, discretion',
});

/** A sentence that binds people but not the machine: an aim, a principle, an organisational rule. */
export const statement = object({
  id: optional(id, { 'zh-CN': '编号', en: 'name, to refer to it' }),
  say: required(names, { 'zh-CN': '印发文件中的文字', en: 'the words of the printed policy' }),
  cite: optional(oneOrMore(text), { 'zh-CN': '依据', en: 'sources' }),
  strength,
});
export type Statement = Read<typeof statement>;
