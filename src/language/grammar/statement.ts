import { strengths } from './selection.ts';
import { choice, id, names, object, oneOrMore, optional, type Read, required, text } from './shape.ts';

/** What every item of a programme may carry: the words and sources of the printed policy, and how it binds. */
export const sourced = { say: optional(names), cite: optional(oneOrMore(text)) } as const;
export const strength = optional(choice(...strengths));

/** A sentence that binds people but not the machine: an aim, a principle, an organisational rule. */
export const statement = object({
  id: optional(id),
  say: required(names),
  cite: optional(oneOrMore(text)),
  strength,
});
export type Statement = Read<typeof statement>;
