import type { Translate } from '../../web/words.ts';
import type { Assignment } from './rules.ts';

/** A role in words: which, where, and in whose stead. */
export const roleText = (t: Translate, held: Assignment): string => {
  const role = `${t(`identity.role.${held.role}`)} · ${held.unitName}`;
  return held.for ? t('identity.role-in-stead', { role, of: held.for.name }) : role;
};
