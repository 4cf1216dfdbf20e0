import { createHash } from 'node:crypto';
import type { HonoRequest } from 'hono';
import { z } from 'zod';
import { type CivilDate, isCivilDate } from '../shared/civil-date.ts';
import { csrfField, submissionField } from '../web/viewer.ts';
import type { WordKey } from '../web/words.ts';
import { HttpError } from './errors.ts';
import { isId, newId } from './ids.ts';
import { nameAct } from './once.ts';
import type { Ask } from './routing.ts';

const NUL = '\u0000';

/** A form as it arrived: text by field name, files apart. A field sent several times keeps its values. */
export interface RawForm {
  readonly values: Readonly<Record<string, string>>;
  readonly all: Readonly<Record<string, readonly string[]>>;
  readonly files: Readonly<Record<string, readonly File[]>>;
  /**
   * The id of what this form makes: a double click or a replay is one act. It comes from the id the page gave and
   * from all that was sent, by whom and where: the same page filled in otherwise after going back is another act,
   * and nobody can name the row of someone else.
   */
  readonly submission: string;
}

export type FieldErrors = Readonly<Record<string, string>>;

export type Parsed<T> =
  | { readonly ok: true; readonly data: T; readonly raw: RawForm }
  | { readonly ok: false; readonly errors: FieldErrors; readonly raw: RawForm };

/** The places of a province's schools, part by part, are some thousands; a form of 1 MB would hold half a million. */
export const MOST_FIELDS = 20_000;

/**
 * Read a form post. Throws 413 for more fields than `MOST_FIELDS`, 403 when it does not carry the session's token, 400
 * when it is no form, 422 for a NUL character, which no text may hold (PostgreSQL refuses it).
 */
export async function readRawForm(ask: Ask): Promise<RawForm> {
  const fields = await fieldsOf(ask.c.req).catch(() => {
    throw new HttpError(400, 'error.not-a-form');
  });
  // Without a prototype: a field may be called "constructor".
  const values: Record<string, string> = Object.create(null);
  const all: Record<string, string[]> = Object.create(null);
  const files: Record<string, File[]> = Object.create(null);
  let count = 0;
  for (const [name, one] of fields) {
    count += 1;
    if (count > MOST_FIELDS) throw new HttpError(413, 'error.too-many-fields');
    if ((typeof one === 'string' ? one : one.name).includes(NUL)) throw new HttpError(422, 'error.nul');
    if (typeof one === 'string') {
      const text = one.replaceAll('\r\n', '\n');
      values[name] = text;
      add(all, name, text);
    } else if (one.size > 0 || one.name !== '') {
      add(files, name, one);
    }
  }
  if (ask.csrf !== null && values[csrfField] !== ask.csrf) throw new HttpError(403, 'error.stale-form');
  const submission = await actId(ask, all, files);
  nameAct(submission);
  return { values, all, files, submission };
}

/** A field may come many times: each time costs the same. */
function add<T>(to: Record<string, T[]>, name: string, one: T): void {
  const there = to[name];
  if (there === undefined) to[name] = [one];
  else there.push(one);
}

/** Every field as it was sent; rejects what is no form. Most forms have no files, and need nothing but to be taken apart. */
async function fieldsOf(request: HonoRequest): Promise<Iterable<[string, string | File]>> {
  const type = request.header('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type === 'application/x-www-form-urlencoded') return new URLSearchParams(await request.text());
  const body = await request.parseBody({ all: true });
  return Object.entries(body).flatMap(([name, given]) =>
    [given].flat().map((one): [string, string | File] => [name, one]),
  );
}

/** A UUIDv8 with the time of the page's id before a digest of what was sent. */
async function actId(ask: Ask, all: RawForm['all'], files: RawForm['files']): Promise<string> {
  const page = all[submissionField]?.[0] ?? '';
  if (!isId(page)) return newId();
  const { [csrfField]: _, ...texts } = all;
  const hash = createHash('sha256');
  hash.update(JSON.stringify([ask.actor?.personId ?? null, ask.c.req.path, Object.entries(texts).sort()]));
  for (const [field, list] of Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (const file of list) {
      hash.update(JSON.stringify([field, file.name, file.size]));
      hash.update(new Uint8Array(await file.arrayBuffer()));
    }
  }
  const digest = hash.digest('hex');
  return `${page.slice(0, 13)}-8${digest.slice(0, 3)}-8${digest.slice(3, 6)}-${digest.slice(6, 18)}`;
}

/**
 * Read and check a form. Messages in the schema are word keys; a failed field's message is translated and
 * the raw values come back with it, so that nothing a person typed is lost.
 */
export async function readForm<S extends z.ZodType>(ask: Ask, schema: S): Promise<Parsed<z.output<S>>> {
  const raw = await readRawForm(ask);
  return parseForm(ask, raw, schema);
}

export function parseForm<S extends z.ZodType>(ask: Ask, raw: RawForm, schema: S): Parsed<z.output<S>> {
  const result = schema.safeParse(raw.values);
  if (result.success) return { ok: true, data: result.data, raw };
  const errors: Record<string, string> = {};
  for (const issue of result.error.issues) {
    const field = String(issue.path[0] ?? '');
    errors[field] ??= ask.t(isWordKey(issue.message) ? issue.message : 'error.field');
  }
  return { ok: false, errors, raw };
}

const isWordKey = (message: string): message is WordKey => /^[a-z]+\.[a-z0-9.-]+$/.test(message);

/** Text that must be there, trimmed. */
export const needed = (message: WordKey, max = 2000) =>
  z.string(message).trim().min(1, message).max(max, 'error.too-long');
/** Text that must be there, exactly as it was typed: blanks are signs of a password like others. */
export const verbatim = (message: WordKey, max: number) =>
  z.string(message).min(1, message).max(max, 'error.too-long');
/** Text that may be left out: null when empty. */
export const optional = (max = 2000) =>
  z
    .string()
    .trim()
    .max(max, 'error.too-long')
    .optional()
    .transform((text) => (text === undefined || text === '' ? null : text));
/** A civil date, `YYYY-MM-DD`. */
export const civilDate = (message: WordKey) => z.string(message).trim().refine(isCivilDate, message);
export const optionalCivilDate = (message: WordKey) =>
  z
    .string()
    .trim()
    .optional()
    .refine((text) => text === undefined || text === '' || isCivilDate(text), message)
    .transform((text) => (text === undefined || text === '' ? null : text));
export const id = (message: WordKey) => z.string(message).refine(isId, message);
export const wholeNumber = (message: WordKey, min = 0, max = 1_000_000_000) =>
  z
    .string(message)
    .trim()
    .regex(/^\d{1,10}$/, message)
    .transform(Number)
    .refine((n) => n >= min && n <= max, message);

/** The revision a form was made from; what is no number a column could hold is one that never was. */
export const shownRevision = z.coerce.number().int().min(0).max(2_147_483_647).catch(0);

/** A day from the address, which a filter asks for: null when it asks for none, with words for what is no day. */
export function queryDay(
  ask: Ask,
  name: string,
): { readonly day: CivilDate | null; readonly error?: string } {
  const text = (ask.c.req.query(name) ?? '').trim();
  if (text === '') return { day: null };
  if (isCivilDate(text)) return { day: text };
  return { day: null, error: ask.t('ui.table.no-such-day', { text: text.slice(0, 40) }) };
}

/** A number from a query string within bounds, or the fallback. */
export const queryNumber = (text: string | undefined, fallback: number, min: number, max: number): number => {
  const n = Number(text);
  return text !== undefined && Number.isInteger(n) && n >= min && n <= max ? n : fallback;
};
