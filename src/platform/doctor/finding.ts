/*
 * `qinglan doctor`: looks at everything an install rests on and says of each what was found and what to do. It changes
 * nothing.
 */

/** `bad` keeps Qinglan from working or its records from being safe; `warning` will sooner or later. */
export type Level = 'good' | 'warning' | 'bad';
export interface Finding {
  readonly level: Level;
  readonly zh: string;
  readonly en: string;
  /** What to do about it. */
  readonly advice?: { readonly zh: string; readonly en: string };
}

export const good = (zh: string, en: string): Finding => ({ level: 'good', zh, en });
const wrong =
  (level: 'warning' | 'bad') =>
  (found: { zh: string; en: string }, advice: { zh: string; en: string }): Finding => ({
    level,
    ...found,
    advice,
  });
export const warning = wrong('warning');
export const bad = wrong('bad');
