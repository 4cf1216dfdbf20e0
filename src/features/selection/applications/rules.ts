import type { Person, RecordFact } from '../../../language/dossier.ts';
import type { Finding, Findings } from '../../../language/finding.ts';
import type { ProgrammeFile } from '../../../language/grammar/programme.ts';
import type { FormDefinition } from '../../../language/grammar/round.ts';
import { clausesWith, keyOf } from '../review/rules.ts';
import type { ApplicationState, Timeliness } from '../rounds/rules.ts';

/** Applying for a round: the declaration form 申报表 is prefilled, nothing is typed twice, late is late. */

/** What an application holds beyond what the growth file knows already. */
export interface ApplicationForm {
  /** Statements of the declaration form by field id. */
  readonly fields: Readonly<Record<string, string>>;
  /** The page that saved last: it may go on saving without loading again. */
  readonly tab: string | null;
  /** Texts set aside when two tabs wrote at once, newest last: nothing typed is lost. */
  readonly aside: readonly SetAside[];
}
export interface SetAside {
  readonly tab: string;
  readonly at: string;
  readonly fields: Readonly<Record<string, string>>;
}
export const EMPTY_FORM: ApplicationForm = { fields: {}, tab: null, aside: [] };
const KEPT_ASIDE = 10;

export type FormField = NonNullable<FormDefinition['fields']>[number];
export type FormAttachment = NonNullable<FormDefinition['attachments']>[number];

/** The form an applicant fills in; a programme without one asks for a free statement only. */
export interface Declaration {
  readonly names: FormDefinition['names'] | null;
  /** Filled from the person. */
  readonly profile: readonly FormField[];
  /** Lists the records a clause counted. */
  readonly listed: readonly FormField[];
  /** Written by the applicant. */
  readonly written: readonly FormField[];
  readonly attachments: readonly FormAttachment[];
}

export const FIELD_MAX = 2000;
const STATEMENT: FormField = {
  id: 'statement',
  names: { 'zh-CN': '本人申报说明', en: 'Statement of the applicant' },
  max: FIELD_MAX,
};

export function declarationOf(file: Pick<ProgrammeFile, 'forms'>): Declaration {
  const form = Object.values(file.forms ?? {}).find(({ kind }) => kind === 'declaration');
  const fields = form?.fields ?? [];
  const written = fields.filter((field) => field.from === undefined && field.clause === undefined);
  return {
    names: form?.names ?? null,
    profile: fields.filter((field) => field.from !== undefined),
    listed: fields.filter((field) => field.clause !== undefined),
    written: form === undefined ? [STATEMENT] : written,
    attachments: form?.attachments ?? [],
  };
}

/** Only the form's own fields are kept, each no longer than the form allows. */
export function readFields(
  declaration: Declaration,
  typed: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    declaration.written.flatMap(({ id }) => {
      const text = typed[`field.${id}`];
      return text === undefined ? [] : [[id, text]];
    }),
  );
}
export const tooLong = (declaration: Declaration, fields: Readonly<Record<string, string>>): string[] =>
  declaration.written.flatMap(({ id, max }) =>
    [...(fields[id] ?? '')].length > (max ?? FIELD_MAX) ? [id] : [],
  );

export type SaveVerdict =
  | { readonly ok: true; readonly form: ApplicationForm }
  /** Another tab saved meanwhile: its text stays, this one is set aside, both are shown. */
  | { readonly ok: false; readonly reason: 'changed-meanwhile'; readonly form: ApplicationForm }
  | { readonly ok: false; readonly reason: 'not-a-draft' };

export const mayWrite = (state: ApplicationState): boolean => state === 'draft' || state === 'returned';

export function judgeSave(
  kept: { readonly state: ApplicationState; readonly revision: number; readonly form: ApplicationForm },
  fields: Readonly<Record<string, string>>,
  { revision, tab }: { readonly revision: number; readonly tab: string },
  at: Date,
): SaveVerdict {
  if (!mayWrite(kept.state)) return { ok: false, reason: 'not-a-draft' };
  const { form } = kept;
  const same = Object.entries(fields).every(([id, text]) => (form.fields[id] ?? '') === text);
  if (kept.revision === revision || form.tab === tab || same) {
    return { ok: true, form: { ...form, tab, fields: { ...form.fields, ...fields } } };
  }
  const others = form.aside.filter((one) => one.tab !== tab);
  const aside = [...others, { tab, at: at.toISOString(), fields }].slice(-KEPT_ASIDE);
  return { ok: false, reason: 'changed-meanwhile', form: { ...form, aside } };
}

// --- Submitting ---------------------------------------------------------------------------------------

/** One thing that keeps an application from being submitted; each is shown with a link to where it is mended. */
export type Obstacle =
  | { readonly kind: 'not-open' | 'not-yet' | 'late' }
  | { readonly kind: 'not-a-draft' }
  | { readonly kind: 'not-in-round' }
  | { readonly kind: 'no-school' }
  | { readonly kind: 'no-group' }
  | { readonly kind: 'clause-unmet'; readonly clause: Finding }
  | { readonly kind: 'evidence-missing'; readonly clause: Finding }
  | { readonly kind: 'profile-missing'; readonly field: FormField }
  | { readonly kind: 'field-missing'; readonly field: FormField }
  | { readonly kind: 'field-too-long'; readonly field: FormField }
  | { readonly kind: 'attachment-missing'; readonly attachment: FormAttachment };

export interface Submission {
  readonly state: ApplicationState;
  readonly timeliness: Timeliness;
  /** The applicant stands under the unit of the round. */
  readonly inRound: boolean;
  readonly hasSchool: boolean;
  /** The first body on the route is a group, and the applicant is in one. */
  readonly needsGroup: boolean;
  readonly hasGroup: boolean;
  /** Findings as if the records still waiting were confirmed: those the bodies can still confirm. */
  readonly hoped: Findings;
  readonly person: Person;
  readonly declaration: Declaration;
  readonly fields: Readonly<Record<string, string>>;
  /** Items of the form with a file, or proved by records the school has confirmed. */
  readonly attached: ReadonlySet<string>;
}

/**
 * All that stands in the way, at once. An unmet clause that binds blocks; missing evidence blocks; what a body
 * may decide, and records that wait for the school's confirmation, do not: the bodies settle those.
 */
export function obstacles(asked: Submission): Obstacle[] {
  const found: Obstacle[] = [];
  if (!mayWrite(asked.state)) return [{ kind: 'not-a-draft' }];
  if (!asked.timeliness.ok) found.push({ kind: asked.timeliness.reason });
  if (!asked.inRound) found.push({ kind: 'not-in-round' });
  if (!asked.hasSchool) found.push({ kind: 'no-school' });
  else if (asked.needsGroup && !asked.hasGroup) found.push({ kind: 'no-group' });
  for (const clause of clausesWith(asked.hoped.root, 'unmet')) found.push({ kind: 'clause-unmet', clause });
  for (const clause of missingClauses(asked.hoped.root)) found.push({ kind: 'evidence-missing', clause });
  for (const field of asked.declaration.profile) {
    const known = asked.person[field.from ?? ''] ?? null;
    if (field.required === true && known === null) found.push({ kind: 'profile-missing', field });
  }
  for (const field of asked.declaration.written) {
    const text = asked.fields[field.id] ?? '';
    if (field.required === true && text.trim() === '') found.push({ kind: 'field-missing', field });
    else if ([...text].length > (field.max ?? FIELD_MAX)) found.push({ kind: 'field-too-long', field });
  }
  for (const attachment of asked.declaration.attachments) {
    if (attachment.required === true && !asked.attached.has(attachment.id)) {
      found.push({ kind: 'attachment-missing', attachment });
    }
  }
  return found;
}

/** Under an unmet whole, a clause that lacks evidence is still named. */
const missingClauses = (root: Finding): Finding[] =>
  root.effect === 'missing'
    ? clausesWith(root, 'missing')
    : root.op === 'all' && root.effect === 'unmet'
      ? root.children.flatMap(missingClauses)
      : [];

/** Every record a finding counted, once. */
export const countedIn = (finding: Finding): string[] => [
  ...new Set([...finding.counted, ...finding.children.flatMap(countedIn)]),
];

/** The clauses that counted records themselves, in the order of the programme. */
export const countingClauses = (finding: Finding): Finding[] => [
  ...(finding.counted.length > 0 ? [finding] : []),
  ...finding.children.flatMap(countingClauses),
];

export function findClause(root: Finding, key: string): Finding | null {
  if (keyOf(root) === key) return root;
  for (const child of root.children) {
    const found = findClause(child, key);
    if (found !== null) return found;
  }
  return null;
}

/** The records of a clause for the form: those counted, then those that wait. */
export function listedRecords(root: Finding, clause: string, records: readonly RecordFact[]): RecordFact[] {
  const finding = findClause(root, clause);
  if (finding === null) return [];
  const counted = new Set(countedIn(finding));
  return records.filter(({ id }) => counted.has(id));
}

export type WithdrawRefusal = 'late' | 'already-decided';
/** Until the deadline an application may be withdrawn, and made anew from what was written. */
export function judgeWithdraw(state: ApplicationState, timely: Timeliness): WithdrawRefusal | null {
  if (state !== 'draft' && state !== 'in-review' && state !== 'returned') return 'already-decided';
  return timely.ok ? null : 'late';
}
