import type { Translate, WordKey } from '../../web/words.ts';
import type { AuditAction } from './rules.ts';

/** An act in words: every act that is audited has them. */
export const actionWords = (t: Translate, action: AuditAction): string =>
  t(`audit.did.${action}` satisfies WordKey);
