import { isCivilDate } from '../../shared/civil-date.ts';
import { formatDate, formatInstant, type Locale, type Translate } from '../../web/words.ts';
import { ROLES, SINGLE_ACTS } from '../identity/rules.ts';
import type { NoticeRow } from './queries.ts';

/** Instants, dates, roles and acts are kept as such and read in the reader's own language. */
const readable = (detail: NoticeRow['detail'], t: Translate, locale: Locale): NoticeRow['detail'] =>
  Object.fromEntries(
    Object.entries(detail).map(([name, value]) => {
      if (typeof value !== 'string') return [name, value];
      if (name === 'deadline') return [name, formatInstant(new Date(value), locale)];
      const role = name === 'role' ? ROLES.find((one) => one === value) : undefined;
      if (role !== undefined) return [name, t(`identity.role.${role}`)];
      const act = name === 'act' ? SINGLE_ACTS.find((one) => one === value) : undefined;
      if (act !== undefined) return [name, t(`duties.act.${act}`)];
      return [name, isCivilDate(value) ? formatDate(value, locale) : value];
    }),
  );

/** Of the stage the reader's words; what was sent before notices named stages, or what follows, says neither. */
const staged = (detail: NoticeRow['detail'], locale: Locale): NoticeRow['detail'] => ({
  stage: detail[`stage.${locale}`] ?? 'none',
  next: detail.next ?? 'body',
});

/** A notice as the reader reads it. */
export const sayNotice = (
  t: Translate,
  locale: Locale,
  { kind, detail }: Pick<NoticeRow, 'kind' | 'detail'>,
): string => t(`notices.kind.${kind}`, { ...staged(detail, locale), ...readable(detail, t, locale) });
