import { type Actor, allows, type Place } from '../../identity/rules.ts';
import { AUDIT_ACTIONS, type AuditAction } from '../rules.ts';

/** What before and after of an entry may speak of, each with its word (`audit.field.*`). */
export const FIELDS = [
  'type',
  'title',
  'happenedOn',
  'level',
  'grade',
  'authorOrder',
  'event',
  'certificate',
  'late',
  'evidence',
  'state',
  'revision',
  'name',
  'staffNumber',
  'sex',
  'birthDate',
  'teachingSince',
  'phone',
  'email',
  'unit',
  'on',
  'how',
  'group',
  'role',
  'from',
  'until',
  'endsOn',
  'rank',
  'subject',
  'stage',
  'codes',
  'format',
  'columns',
  'filter',
  'programme',
  'version',
  'effectiveOn',
  'taken',
  'told',
  'person',
  'relation',
  'joinedOn',
  'rankSince',
  'file',
  'sha256',
  'asOf',
  'rows',
  'files',
  'people',
  'receipt',
  'signed',
  'removed',
  'place',
  'next',
  'to',
  'outcome',
  'clause',
  'clauses',
  'application',
  'quotas',
  'early',
  'reasons',
  'closesAt',
  'stages',
  'step',
  'steps',
  'search',
  'unitPath',
  'unitPaths',
  'totp',
  'passkeys',
  'links',
  'key',
  'confirmed',
  'attachment',
  'post',
  'places',
  'position',
  'fields',
  'day',
  'count',
  'digest',
  'originDays',
  'readDays',
  'item',
  'act',
  'applications',
  'askedBy',
  'attendees',
  'by',
  'closesOn',
  'code',
  'granted',
  'id',
  'leftOut',
  'notSelected',
  'other',
  'provider',
  'records',
  'renew',
  'schedule',
  'secretChanged',
  'sessions',
  'setting',
  'sum',
  'total',
  'sessionHours',
  'idleMinutes',
  'tries',
  'addressTries',
  'accountTries',
  'closedMinutes',
  'codeDays',
  'secondFactorRoles',
  'second',
  'kind',
  'address',
  'clientId',
  'claim',
  'matchStaffNumber',
  'provesSecond',
  'enabled',
  'hasSecret',
  'separated',
  'secondPerson',
  'last',
  'recordsUsed',
  'titlesAsPosted',
  'recordsReset',
  'added',
  'updated',
  'moved',
  'units',
  'suspects',
  'days',
  'retained',
  'idKind',
  'parameter',
  'value',
  'document',
  'kept',
  'unreadable',
  'providers',
  'keys',
  'wrongTries',
  'accountsTried',
  'namesOfNobody',
  'networks',
  'education',
] as const;
export type Field = (typeof FIELDS)[number];

/** What an applicant reads of their own application is what was decided and why, not how bodies worked on it. */
export const NOT_FOR_OWNER: readonly AuditAction[] = ['application.reorder', 'application.recuse'];

/** How offices prepare a round is for those who see the applications of the unit it was done for. */
export const FOR_OFFICES: readonly AuditAction[] = [
  'round.notify',
  'round.screen',
  'round.screening-exported',
];

/** How somebody signs in is nobody's to read who only sees them. */
const ACCOUNT = ['account.', 'sign-in', 'second-factor.', 'passkey.', 'session.'];

/**
 * Of what happened to somebody, what this person reads: of records and applications whoever may see these, of
 * accounts the person themselves and those who keep accounts or audit, of the rest whoever may see the person.
 */
export function actionsAbout(actor: Actor, place: Place): AuditAction[] {
  const own = place.personId === actor.personId;
  const records = allows(actor, 'record.see', place);
  const applications = allows(actor, 'application.see', place);
  const accounts = own || allows(actor, 'person.change', place) || allows(actor, 'audit.see', place);
  return AUDIT_ACTIONS.filter((action) => {
    if (own && NOT_FOR_OWNER.includes(action)) return false;
    if (action.startsWith('record.')) return records;
    if (action.startsWith('application.') || action.startsWith('unfit.')) return applications;
    if (ACCOUNT.some((part) => action.startsWith(part))) return accounts;
    return true;
  });
}

/** A line of what changed: a field before and after; `before` is absent where there was nothing to change. */
export interface ChangeLine {
  readonly field: string;
  readonly before?: unknown;
  readonly after: unknown;
}

type Facts = Readonly<Record<string, unknown>>;
const factsOf = (value: unknown): Facts =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Facts) : {};
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
const empty = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === '' ||
  value === false ||
  same(value, {}) ||
  same(value, []);

/** What changed, field by field; what stayed as it was is left out, and so are fields that say nothing. */
export function changeLines(before: unknown, after: unknown): ChangeLine[] {
  const [was, is] = [spread(factsOf(before)), spread(factsOf(after))];
  const changed = Object.keys(is).flatMap((field): ChangeLine[] => {
    if (field in was)
      return same(was[field], is[field]) ? [] : [{ field, before: was[field], after: is[field] }];
    return empty(is[field]) ? [] : [{ field, after: is[field] }];
  });
  // What is not told of afterwards was taken away only where there is nothing after at all.
  const gone = Object.keys(is).length > 0 ? [] : Object.keys(was).filter((field) => !empty(was[field]));
  return [...changed, ...gone.map((field) => ({ field, before: was[field], after: null }))];
}

/** The further fields of a record's type stand beside its common ones. */
function spread(facts: Facts): Facts {
  const { fields, ...common } = facts;
  return { ...common, ...factsOf(fields) };
}

/** Acts that put right what was said before. */
const CORRECTIONS: readonly AuditAction[] = ['record.change', 'person.corrected'];

/** Marks that an entry bears wherever it is shown: entered long after it happened, or correcting what was said. */
export function marksOf(entry: {
  readonly action: AuditAction;
  readonly after: unknown;
}): ('late' | 'correction')[] {
  const late = factsOf(entry.after).late === true && entry.action.startsWith('record.');
  return [
    ...(late ? ['late' as const] : []),
    ...(CORRECTIONS.includes(entry.action) ? ['correction' as const] : []),
  ];
}
