import type { Translate, WordKey } from '../../web/words.ts';
import type { AuditAction } from './rules.ts';

/** An act in words: every act that is audited has them. */
export const actionWords = (t: Translate, action: AuditAction): string =>
  t(`audit.did.${action}` satisfies WordKey);

/** Who did it, and in whose stead: "X for Y". Null when it was nobody who had signed in. */
export function whoDid<Name extends string | null>(
  t: Translate,
  name: Name,
  forName: string | null,
): Name | string {
  return name === null || forName === null ? name : t('audit.in-stead', { who: name, of: forName });
}
