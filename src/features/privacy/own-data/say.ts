import { enumerate } from '../../../shared/text.ts';
import { inLocale, type Names } from '../../../web/words.ts';
import { READ_KINDS, type ReadKind } from '../../audit/reads/rules.ts';
import type { AuditAction } from '../../audit/rules.ts';
import { type Saying, sayField, sayText, sayValue } from '../../audit/timeline/say.ts';
import { actionWords } from '../../audit/words.ts';
import type { NoticeKind } from '../../notices/rules.ts';
import { sayNotice } from '../../notices/say.ts';
import { CORRECTABLE, type CorrectionState } from '../corrections/rules.ts';
import type { OwnRow } from './queries.ts';
import type { OwnKind } from './rules.ts';

/*
 * The cells of the tables of one's own copy, as a person reads them: a code of ours by its words, an id of the
 * vocabulary or of a programme's form by its name. The JSON beside them keeps what the database has.
 */

export interface OwnSaying extends Saying {
  /** What the programme of a round, by the round's name, calls the fields and papers of its form. */
  readonly forms: ReadonlyMap<string, ReadonlyMap<string, Names>>;
}

type Say = (saying: OwnSaying, value: unknown, row: OwnRow) => string;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const typeOf = (row: OwnRow): string | null => text(row.type) || null;
const ofForm = ({ forms, locale }: OwnSaying, row: OwnRow, id: string): string => {
  const names = forms.get(text(row.round))?.get(id);
  return names === undefined ? id : inLocale(names, locale);
};
const titled = ({ vocabulary, locale }: OwnSaying, id: string): string => {
  const names = vocabulary.titles[id];
  return names === undefined ? id : inLocale(names, locale);
};
/** By the words of a code in its field (audit/timeline/codes.ts). */
const coded =
  (field: string): Say =>
  (saying, value, row) =>
    sayText(saying, typeOf(row), field, text(value));
const changed: Say = (saying, value) => sayValue(saying, null, '', value);

/** How each column with codes in it is said; any other stands as it was written. */
const SAY: Readonly<Partial<Record<OwnKind, Readonly<Record<string, Say>>>>> = {
  person: {
    sex: coded('sex'),
    subject: coded('subject'),
    stage: coded('stage'),
    rank: coded('rank'),
    education: coded('education'),
    state: coded('state'),
  },
  employment: {
    kind: ({ t }, value) =>
      value === 'main' || value === 'secondment' ? t(`privacy.own.employment.${value}`) : text(value),
  },
  person_fact: {
    attribute: (saying, value) => sayField(saying, null, text(value)),
    value: (saying, value, row) => sayText(saying, null, text(row.attribute), text(value)),
  },
  role_assignment: { role: coded('role') },
  title_holding: { title: (saying, value) => titled(saying, text(value)) },
  record: {
    type: coded('type'),
    level: coded('level'),
    grade: coded('grade'),
    state: coded('state'),
    fields: (saying, value, row) => sayValue(saying, typeOf(row), '', value),
  },
  application: {
    state: coded('state'),
    outcome: coded('outcome'),
    form(saying, value, row) {
      const { fields = {} } = value as { readonly fields?: Readonly<Record<string, string>> };
      return Object.entries(fields)
        .map(([id, said]) => `${ofForm(saying, row, id)}：${said}`)
        .join('\n');
    },
    // Clause by clause it is on the application's own page, and whole in the JSON.
    findings: (saying, value) =>
      sayText(saying, null, 'outcome', text((value as { outcome?: unknown }).outcome)),
  },
  application_attachment: { item: (saying, value, row) => ofForm(saying, row, text(value)) },
  review: {
    decision: ({ t }, value) =>
      value === 'recommend' || value === 'return' || value === 'refuse'
        ? t(`review.review.${value}`)
        : text(value),
  },
  notice: {
    detail: ({ t, locale }, value, row) =>
      sayNotice(t, locale, {
        kind: row.kind as NoticeKind,
        detail: value as Record<string, string | number>,
      }),
  },
  account: {
    locale: ({ t }, value) =>
      value === 'zh-CN' || value === 'en' ? t(`privacy.own.locale.${value}`) : text(value),
    theme: ({ t }, value) =>
      value === 'system' || value === 'light' || value === 'dark' ? t(`ui.theme.${value}`) : text(value),
  },
  session: { how: coded('how') },
  wrong_try: {
    tried: ({ t }, value) =>
      value === 'password' || value === 'second' ? t(`identity.account.wrong.how.${value}`) : text(value),
  },
  correction_request: {
    field({ t }, value) {
      const field = CORRECTABLE.find((one) => one === value);
      return field === undefined ? text(value) : t(`privacy.correction.field.${field}`);
    },
    was: (saying, value, row) => sayText(saying, null, text(row.field), text(value)),
    wanted: (saying, value, row) => sayText(saying, null, text(row.field), text(value)),
    state: ({ t }, value) => t(`privacy.correction.state.${value as CorrectionState}`),
  },
  consent: {
    purpose: ({ t }, value) => (value === 'public-profile' ? t('privacy.consent.profile') : text(value)),
  },
  public_profile: {
    subject: coded('subject'),
    titles: (saying, value) =>
      enumerate(
        saying.locale,
        (value as readonly string[]).map((id) => titled(saying, id)),
      ),
  },
  audit: {
    action: ({ t }, value) => actionWords(t, value as AuditAction),
    before: changed,
    after: changed,
  },
  sensitive_read: {
    kind({ t }, value) {
      const kind: ReadKind | undefined = READ_KINDS.find((one) => one === value);
      return kind === undefined ? text(value) : t(`audit.reads.kind.${kind}`);
    },
  },
};

/** Columns that the words of another say already. */
const SAID_ELSEWHERE: Readonly<Partial<Record<OwnKind, readonly string[]>>> = { notice: ['kind'] };

/** The columns of a table, in the order of the data. */
export const columnsOf = (kind: OwnKind, rows: readonly OwnRow[]): string[] =>
  Object.keys(rows[0] ?? {}).filter((column) => SAID_ELSEWHERE[kind]?.includes(column) !== true);

export function sayCell(saying: OwnSaying, kind: OwnKind, column: string, row: OwnRow): string {
  const value = row[column];
  if (value === null || value === undefined) return '';
  const say = SAY[kind]?.[column];
  if (say !== undefined) return say(saying, value, row);
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'boolean') return saying.t(value ? 'audit.value.yes' : 'audit.value.no');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
