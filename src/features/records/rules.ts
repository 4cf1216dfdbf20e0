import type { Vocabulary } from '../../language/vocabulary.ts';
import { type CivilDate, daysBetween, isCivilDate } from '../../shared/civil-date.ts';

/**
 * The growth file 成长档案: a record is a claim with evidence. Its owner claims and corrects it, the school
 * office confirms or returns it, and both are seen with who, when and why (R-001-1-12, R-002-1-13).
 */

export const RECORD_STATES = ['submitted', 'confirmed', 'returned', 'withdrawn'] as const;
export type RecordState = (typeof RECORD_STATES)[number];

/** What an authority may set otherwise; these are the defaults. */
export interface RecordParameters {
  /** A record entered more days than this after it happened is marked late. */
  readonly lateAfterDays: number;
  /** Two records of a person and type within so many days of each other may be the same achievement. */
  readonly similarWithinDays: number;
}
export const DEFAULT_PARAMETERS: RecordParameters = { lateAfterDays: 180, similarWithinDays: 30 };

// --- What a claim of a type has to say ------------------------------------------------------------

export type FieldKind = 'text' | 'number' | 'date' | 'boolean' | 'choice';

/** One field of a record type, beyond those that every record may have. */
export interface ClaimField {
  readonly name: string;
  readonly kind: FieldKind;
  readonly required: boolean;
  readonly options: readonly string[];
  /** The largest number, or the most characters; null when the type sets none. */
  readonly max: number | null;
}

type Asked = 'required' | 'optional' | 'never';

/** What a claim of one record type asks for. */
export interface ClaimForm {
  readonly type: string;
  /** A value of an attribute is called what it says; anything else has a title of its own. */
  readonly titleAsked: Asked;
  /** Who may enter it: its owner as a claim, or only the unit that keeps it. */
  readonly enteredBy: 'person' | 'unit';
  /** What a value of an attribute is called, choices by their ids; of such types only. */
  readonly valueNames: Readonly<Record<string, string>>;

  /** The levels or grades it may have, lowest first; empty when the type has none. */
  readonly levels: readonly string[];
  readonly levelAsked: Asked;
  readonly grades: readonly string[];
  readonly gradeAsked: Asked;
  readonly authorOrderAsked: Asked;
  readonly eventAsked: Asked;
  readonly certificateAsked: Asked;
  /** The field `number` is the certificate's number. */
  readonly numberIsCertificate: boolean;
  /** Evidence may follow later: a claim without the evidence its type requires is shown as lacking it. */
  readonly evidenceAsked: Asked;
  readonly fields: readonly ClaimField[];
}

/** What the vocabulary says a claim of a type has to tell; null when it knows no such type. */
export function claimForm(vocabulary: Vocabulary, type: string): ClaimForm | null {
  const found = Object.hasOwn(vocabulary.records, type) ? vocabulary.records[type] : undefined;
  if (!found) return null;
  const stepsOf = (scale: string) => vocabulary.scales[scale]?.steps.map((step) => step.id) ?? [];
  const fields = Object.entries(found.fields ?? {}).map(
    ([name, field]): ClaimField => ({
      name,
      kind: field.type,
      required: field.required ?? false,
      options: Object.keys(field.choices ?? {}),
      max: field.max ?? null,
    }),
  );
  const isAttribute = found.attribute !== undefined;
  // A type with a number of its own is not asked for a second one.
  const numbered = fields.some(({ name }) => name === 'number');
  return {
    type,
    titleAsked: isAttribute ? 'never' : 'required',
    enteredBy: found.enteredBy ?? 'person',
    valueNames: Object.fromEntries(
      Object.entries(found.fields?.[found.attribute ?? '']?.choices ?? {}).map(([id, names]) => [
        id,
        names['zh-CN'],
      ]),
    ),
    levels: found.level ? stepsOf('level') : [],
    levelAsked: found.level ?? 'never',
    grades: found.grade ? stepsOf(found.grade.scale) : [],
    gradeAsked: found.grade?.presence ?? 'never',
    authorOrderAsked: found.authorOrder ?? 'never',
    eventAsked: found.event ?? 'never',
    certificateAsked: found.evidence && !numbered && !isAttribute ? 'optional' : 'never',
    // What several people made together has one number for all of them; it says nothing about copying.
    numberIsCertificate: numbered && found.authorOrder === undefined,
    evidenceAsked: found.evidence ?? 'never',
    fields,
  };
}

/** A claim as typed: text by name, blanks allowed. Fields of the type stand under their own names. */
export interface TypedClaim {
  readonly title: string;
  readonly happenedOn: string;
  readonly level: string;
  readonly grade: string;
  readonly authorOrder: string;
  readonly event: string;
  readonly certificate: string;
  readonly fields: Readonly<Record<string, string>>;
}

export type FieldValue = string | number | boolean;

/** A claim that its type admits. */
export interface Claim {
  readonly type: string;
  readonly title: string;
  readonly happenedOn: CivilDate;
  readonly level: string | null;
  readonly grade: string | null;
  readonly authorOrder: number | null;
  readonly event: string | null;
  readonly certificate: string | null;
  readonly fields: Readonly<Record<string, FieldValue>>;
}

/** Whose claim it is and on which day it is made. */
export interface ClaimContext {
  readonly today: CivilDate;
  readonly birthDate: CivilDate | null;
  readonly teachingSince: CivilDate | null;
  readonly parameters: RecordParameters;
}

export type ClaimProblem =
  | 'missing'
  | 'too-long'
  | 'not-a-date'
  | 'in-the-future'
  | 'before-birth'
  | 'not-on-the-scale'
  | 'not-an-option'
  | 'not-a-number'
  | 'too-large'
  | 'not-a-whole-number'
  | 'not-yes-or-no';
/** `field` is `title`, `happenedOn`, `level`, `grade`, `authorOrder`, `event`, `certificate` or `fields.<name>`. */
export interface FieldProblem {
  readonly field: string;
  readonly problem: ClaimProblem;
}
export type ClaimWarning = 'before-teaching';

export type ClaimVerdict =
  | {
      readonly ok: true;
      readonly claim: Claim;
      readonly late: boolean;
      readonly warnings: readonly ClaimWarning[];
    }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

const TITLE_MAX = 200;
const TEXT_MAX = 1000;
/** Control characters have no place in what people read; line breaks and tabs have. */
const CONTROL = /(?![\n\t])\p{Cc}/gu;
const DECIMAL = /^-?\d{1,12}(\.\d{1,6})?$/;
const WHOLE = /^\d{1,9}$/;

/** Is this claim one its record type admits? Every field at fault is named, not only the first. */
export function judgeClaim(form: ClaimForm, typed: TypedClaim, context: ClaimContext): ClaimVerdict {
  const problems: FieldProblem[] = [];
  const blame = (field: string, problem: ClaimProblem): null => {
    problems.push({ field, problem });
    return null;
  };
  const textOf = (field: string, raw: string, asked: Asked, max = TEXT_MAX): string | null => {
    const text = raw.replace(CONTROL, '').trim();
    if (asked === 'never') return null;
    if (text === '') return asked === 'required' ? blame(field, 'missing') : null;
    return [...text].length > max ? blame(field, 'too-long') : text;
  };
  const onScale = (field: string, raw: string, asked: Asked, scale: readonly string[]): string | null => {
    const text = textOf(field, raw, asked);
    return text === null || scale.includes(text) ? text : blame(field, 'not-on-the-scale');
  };
  const dateOf = (field: string, raw: string, asked: Asked): CivilDate | null => {
    const text = textOf(field, raw, asked);
    if (text === null) return null;
    return isCivilDate(text) ? text : blame(field, 'not-a-date');
  };
  const happened = (): CivilDate | null => {
    const date = dateOf('happenedOn', typed.happenedOn, 'required');
    if (date === null) return null;
    if (date > context.today) return blame('happenedOn', 'in-the-future');
    if (context.birthDate !== null && date < context.birthDate) return blame('happenedOn', 'before-birth');
    return date;
  };
  const authorOrder = (): number | null => {
    const text = textOf('authorOrder', typed.authorOrder, form.authorOrderAsked);
    if (text === null) return null;
    return WHOLE.test(text) && Number(text) > 0 ? Number(text) : blame('authorOrder', 'not-a-whole-number');
  };
  const readField = (field: ClaimField): FieldValue | null => {
    const name = `fields.${field.name}`;
    const asked = field.required ? 'required' : 'optional';
    const raw = typed.fields[field.name] ?? '';
    if (field.kind === 'date') return dateOf(name, raw, asked);
    const text = textOf(name, raw, asked, field.kind === 'text' ? (field.max ?? TEXT_MAX) : TEXT_MAX);
    if (text === null) return null;
    switch (field.kind) {
      case 'text':
        return text;
      case 'choice':
        return field.options.includes(text) ? text : blame(name, 'not-an-option');
      case 'number':
        if (!DECIMAL.test(text)) return blame(name, 'not-a-number');
        return field.max !== null && Number(text) > field.max ? blame(name, 'too-large') : Number(text);
      case 'boolean':
        return text === 'yes' ? true : text === 'no' ? false : blame(name, 'not-yes-or-no');
    }
  };

  const titled = form.titleAsked === 'required' ? textOf('title', typed.title, 'required', TITLE_MAX) : null;
  const happenedOn = happened();
  const level = onScale('level', typed.level, form.levelAsked, form.levels);
  const grade = onScale('grade', typed.grade, form.gradeAsked, form.grades);
  const order = authorOrder();
  const event = textOf('event', typed.event, form.eventAsked, TITLE_MAX);
  const fields: Record<string, FieldValue> = {};
  for (const field of form.fields) {
    const value = readField(field);
    if (value !== null) fields[field.name] = value;
  }
  const title = form.titleAsked === 'required' ? titled : calledAs(form, fields);
  const number = form.numberIsCertificate ? String(fields.number ?? '') : typed.certificate;
  const numberAsked = form.numberIsCertificate ? 'optional' : form.certificateAsked;
  const certificate = textOf('certificate', number, numberAsked, TITLE_MAX);
  if (problems.length > 0 || title === null || happenedOn === null) return { ok: false, problems };
  return {
    ok: true,
    claim: {
      type: form.type,
      title,
      happenedOn,
      level,
      grade,
      authorOrder: order,
      event,
      certificate,
      fields,
    },
    late: isLate(happenedOn, context.today, context.parameters),
    warnings: context.teachingSince !== null && happenedOn < context.teachingSince ? ['before-teaching'] : [],
  };
}

/** The titles of records that only say yes or no; they are shown with the name of their type. */
export const YES = '是';
export const NO = '否';

/** A value as a title, in the language the file is kept in. */
function calledAs({ valueNames }: ClaimForm, fields: Claim['fields']): string | null {
  const [value] = Object.values(fields);
  if (value === undefined) return null;
  if (typeof value === 'boolean') return value ? YES : NO;
  return [...(valueNames[String(value)] ?? String(value))].slice(0, TITLE_MAX).join('');
}

/** Entered long after it happened: still welcome, but the mark is shown wherever the record is shown. */
export const isLate = (happenedOn: CivilDate, enteredOn: CivilDate, parameters: RecordParameters): boolean =>
  daysBetween(happenedOn, enteredOn) > parameters.lateAfterDays;

// --- What its owner may do with a record ---------------------------------------------------------------

export interface RecordStanding {
  readonly personId: string;
  readonly state: RecordState;
  readonly revision: number;
}

export type OwnerAct = 'change' | 'withdraw';
export type OwnerRefusal = 'not-owner' | 'already-withdrawn' | 'changed-meanwhile';
export type OwnerVerdict =
  | { readonly ok: true; readonly state: RecordState }
  | { readonly ok: false; readonly refusal: OwnerRefusal };

/**
 * May this person change or withdraw the record? A change of any state is a new claim: it waits for the
 * office again, even if it was confirmed, and the audit keeps what it said before.
 */
export function judgeOwnerAct(
  record: RecordStanding,
  personId: string,
  asked: { readonly act: OwnerAct; readonly revision: number },
): OwnerVerdict {
  if (record.personId !== personId) return { ok: false, refusal: 'not-owner' };
  if (record.state === 'withdrawn') return { ok: false, refusal: 'already-withdrawn' };
  if (record.revision !== asked.revision) return { ok: false, refusal: 'changed-meanwhile' };
  return { ok: true, state: asked.act === 'withdraw' ? 'withdrawn' : 'submitted' };
}
