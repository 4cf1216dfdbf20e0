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

/** What was sent before notices named stages, or what follows, says neither. */
const UNSAID = { stage: 'none', next: 'body' };

/** Of what is called otherwise in either language (`inBoth`), the reader's words. */
const ofReader = (detail: NoticeRow['detail'], locale: Locale): NoticeRow['detail'] =>
  Object.fromEntries(
    Object.entries(detail).flatMap(([name, value]) =>
      name.endsWith(`.${locale}`) ? [[name.slice(0, -locale.length - 1), value]] : [],
    ),
  );

/** A notice as the reader reads it. */
export const sayNotice = (
  t: Translate,
  locale: Locale,
  { kind, detail }: Pick<NoticeRow, 'kind' | 'detail'>,
): string =>
  t(`notices.kind.${kind}`, {
    ...UNSAID,
    ...readable({ ...detail, ...ofReader(detail, locale) }, t, locale),
  });
