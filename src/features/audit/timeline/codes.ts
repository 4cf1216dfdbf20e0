import type { WordKey } from '../../../web/words.ts';
import { ROLES, SINGLE_ACTS } from '../../identity/rules.ts';
import { WHO_MUST_SHOW } from '../../identity/settings/rules.ts';
import { RETENTION_KINDS } from '../retention/rules.ts';

/*
 * Codes of ours that stand in the before and after of entries, by field, each with its words: a page shows no code.
 * What the vocabulary names is said by the vocabulary (`IN_VOCABULARY`), and what people wrote as they wrote it. A field that is written with a code that has no words here does not compile (`Noted`).
 */

interface Coded<Code extends string> {
  readonly codes: readonly Code[];
  readonly word: (code: Code) => WordKey;
}
const coded = <const Code extends string>(
  codes: readonly Code[],
  word: (code: Code) => WordKey,
): Coded<Code> => ({
  codes,
  word,
});
const listed = <const Code extends string>(words: Readonly<Record<Code, WordKey>>): Coded<Code> =>
  coded(Object.keys(words) as Code[], (code) => words[code]);

/** What records, applications, rounds, drafts and people's service may be in. */
const STATES = [
  'submitted',
  'confirmed',
  'returned',
  'withdrawn',
  'draft',
  'in-review',
  'refused',
  'listed',
  'not-selected',
  'removed',
  'granted',
  'open',
  'publicity',
  'decided',
  'cancelled',
  'left',
  'retired',
  'serving',
  'merged',
  'any',
  'held',
  'ended',
  'coming',
] as const;

/** Columns of lists that are exported, by the words at their head. */
const COLUMNS = listed({
  name: 'organisation.person.name',
  number: 'organisation.person.number',
  place: 'organisation.person.unit',
  group: 'organisation.person.group',
  subject: 'organisation.person.subject',
  stage: 'organisation.person.stage',
  rank: 'organisation.person.rank',
  sex: 'organisation.person.sex',
  birthDate: 'organisation.person.birthDate',
  teachingSince: 'organisation.person.teachingSince',
  education: 'organisation.person.education',
  post: 'organisation.person.post',
  phone: 'organisation.person.phone',
  email: 'organisation.person.email',
  frontLine: 'organisation.person.frontLine',
  state: 'organisation.person.state',
  title: 'titles.of',
  from: 'titles.from',
  until: 'titles.until',
  document: 'titles.document',
  certificate: 'titles.number',
});

/** Attributes of people and units that are choices or steps of the vocabulary. */
export const IN_VOCABULARY = ['stage', 'stages', 'setting', 'rank', 'education'] as const;

export const CODES = {
  role: coded(ROLES, (role) => `identity.role.${role}`),
  secondFactorRoles: coded(WHO_MUST_SHOW, (one) =>
    one === 'everybody' ? 'identity.settings.everybody' : `identity.role.${one}`,
  ),
  act: coded(SINGLE_ACTS, (act) => `duties.act.${act}`),
  state: coded(STATES, (state) => `audit.state.${state}`),
  how: listed({
    password: 'audit.value.by-password',
    code: 'audit.value.by-code',
    passkey: 'audit.value.by-passkey',
    provider: 'audit.field.provider',
    start: 'audit.value.first-post',
    follow: 'audit.value.moved',
    correct: 'audit.value.corrected',
  }),
  by: listed({ 'staff-number': 'audit.field.matchStaffNumber', 'own-page': 'audit.value.by-oneself' }),
  kind: listed({ oidc: 'identity.providers.kind.oidc', cas: 'identity.providers.kind.cas' }),
  format: listed({ csv: 'audit.value.csv', xlsx: 'audit.value.xlsx', oneroster: 'audit.value.oneroster' }),
  columns: COLUMNS,
  sex: listed({ female: 'organisation.sex.female', male: 'organisation.sex.male' }),
  // Of a unit; the level of a record is named by the vocabulary.
  level: listed({
    nation: 'organisation.level.nation',
    province: 'organisation.level.province',
    city: 'organisation.level.city',
    county: 'organisation.level.county',
    school: 'organisation.level.school',
    group: 'organisation.level.group',
  }),
  idKind: listed({
    resident: 'organisation.id-number.kind.resident',
    passport: 'organisation.id-number.kind.passport',
    'hk-macau': 'organisation.id-number.kind.hk-macau',
    taiwan: 'organisation.id-number.kind.taiwan',
  }),
  // Of a number of places; otherwise a day.
  from: listed({
    table: 'rounds.quota.basis.table',
    hand: 'rounds.quota.basis.hand',
    upload: 'rounds.quota.basis.upload',
    limit: 'rounds.quota.basis.limit',
    method: 'audit.value.by-method',
    exception: 'audit.value.by-exception',
  }),
  method: listed({
    hamilton: 'rounds.quota.method.hamilton',
    webster: 'rounds.quota.method.webster',
    'huntington-hill': 'rounds.quota.method.huntington-hill',
    dhondt: 'rounds.quota.method.dhondt',
    adams: 'rounds.quota.method.adams',
    dean: 'rounds.quota.method.dean',
  }),
  retained: coded(RETENTION_KINDS, (kind) => `privacy.retention.of.${kind}`),
  outcome: listed({
    met: 'ui.outcome.met',
    unmet: 'ui.outcome.unmet',
    missing: 'ui.outcome.missing',
    'needs-decision': 'ui.outcome.decide',
  }),
  to: listed({ applicant: 'review.act.return.applicant' }),
  clause: listed({ places: 'review.act.refuse.places' }),
  relation: listed({
    spouse: 'review.relation.spouse',
    'lineal-kin': 'review.relation.lineal-kin',
    'collateral-kin': 'review.relation.collateral-kin',
    'in-law': 'review.relation.in-law',
    mentor: 'review.relation.mentor',
    interest: 'review.relation.interest',
    other: 'review.relation.other',
  }),
} as const;
type Codes = typeof CODES;

/** The words of a code in its field; null when it is none of ours. */
export function wordOfCode(field: string, text: string): WordKey | null {
  const found = Object.entries(CODES).find(([name]) => name === field)?.[1] as Coded<string> | undefined;
  return found?.codes.includes(text) ? found.word(text) : null;
}

/** A change as it may be noted: a text of a closed union stands only where its field has words for it. */
export type Noted<Facts> = unknown extends Facts
  ? unknown
  : { [Field in keyof Facts]: Sayable<Field, Facts[Field]> };
type Sayable<Field, Value> = Value extends string
  ? string extends Value
    ? Value
    : Field extends (typeof IN_VOCABULARY)[number]
      ? Value
      : Field extends keyof Codes
        ? Extract<Value, Codes[Field]['codes'][number]>
        : never
  : Value extends readonly (infer One)[]
    ? readonly Sayable<Field, One>[]
    : Value extends Date
      ? Value
      : Value extends object
        ? Noted<Value>
        : Value;
