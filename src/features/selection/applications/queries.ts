import { sql } from 'kysely';
import type { Outcome } from '../../../language/outcome.ts';
import { drawNumber } from '../../../platform/counter.ts';
import { type Db, single } from '../../../platform/database.ts';
import { HttpError } from '../../../platform/errors.ts';
import { isId } from '../../../platform/ids.ts';
import { nameOf } from '../../../platform/names.ts';
import { under } from '../../../platform/paths.ts';
import type { Ask, FindPlace } from '../../../platform/routing.ts';
import { type InJson, madeOnce, oneMadeOnce, optionalInstant } from '../../../platform/together.ts';
import { auditCall, KNOWN_LATER } from '../../audit/queries.ts';
import { noticeFrom } from '../../notices/queries.ts';
import type { Snapshot } from '../dossier/assess.ts';
import { type RoundRow, roundOf, roundRows } from '../rounds/queries.ts';
import type { ApplicationState } from '../rounds/rules.ts';
import { type ApplicationForm, EMPTY_FORM } from './rules.ts';

export interface ApplicationRow {
  readonly id: string;
  readonly roundId: string;
  readonly personId: string;
  readonly personName: string;
  readonly unitPath: string;
  readonly schoolId: string;
  readonly schoolName: string;
  readonly groupId: string | null;
  readonly groupName: string | null;
  readonly subject: string | null;
  readonly stage: string | null;
  readonly setting: string | null;
  readonly state: ApplicationState;
  readonly position: number | null;
  readonly form: ApplicationForm;
  readonly receipt: string | null;
  readonly submittedAt: Date | null;
  readonly outcome: Outcome | null;
  readonly savedAt: Date;
  readonly revision: number;
}

const applicationRows = (db: Db) =>
  db
    .selectFrom('application')
    .innerJoin('unit as school', 'school.id', 'application.school_id')
    .leftJoin('unit as team', 'team.id', 'application.group_id')
    .select([
      'application.id',
      'application.round_id as roundId',
      'application.person_id as personId',
      nameOf('application.person_id').as('personName'), // Wherever they are by now.
      'application.unit_path as unitPath',
      'application.school_id as schoolId',
      'school.name as schoolName',
      'application.group_id as groupId',
      'team.name as groupName',
      'application.subject',
      'application.stage',
      'application.setting',
      'application.state',
      'application.position',
      'application.form',
      'application.receipt',
      'application.submitted_at as submittedAt',
      'application.outcome',
      'application.saved_at as savedAt',
      'application.revision',
    ]);

type Selected = Awaited<ReturnType<ReturnType<typeof applicationRows>['executeTakeFirstOrThrow']>>;
const rowOf = (row: InJson<Selected>): ApplicationRow => ({
  ...row,
  form: { ...EMPTY_FORM, ...(row.form as Partial<ApplicationForm>) },
  outcome: row.outcome as Outcome | null,
  submittedAt: optionalInstant(row.submittedAt),
  savedAt: new Date(row.savedAt),
});

export async function selectOptionalApplication(db: Db, id: string): Promise<ApplicationRow | null> {
  const row = await applicationRows(db).where('application.id', '=', id).executeTakeFirst();
  return row ? rowOf(row) : null;
}
/** Throws 404 when there is no such application. */
export async function selectApplication(db: Db, id: string): Promise<ApplicationRow> {
  const row = await selectOptionalApplication(db, id);
  if (row === null) throw new HttpError(404, 'error.not-found');
  return row;
}

/** An application with its round, as both stood at one moment. */
export interface Seen {
  readonly application: ApplicationRow;
  readonly round: RoundRow;
}
const seenById = madeOnce((db, { id }: { readonly id: string }) => ({
  applications: applicationRows(db).where('application.id', '=', id),
  rounds: roundRows(db).where('round.id', '=', (from) =>
    from.selectFrom('application').select('round_id').where('application.id', '=', id),
  ),
}));
export async function selectOptionalSeen(db: Db, id: string): Promise<Seen | null> {
  const { applications, rounds } = await seenById(db, { id });
  const [application, round] = [applications[0], rounds[0]];
  return application === undefined || round === undefined
    ? null
    : { application: rowOf(application), round: roundOf(round) };
}
/** Throws 404 when there is no such application. */
export async function selectSeen(db: Db, id: string): Promise<Seen> {
  const seen = await selectOptionalSeen(db, id);
  if (seen === null) throw new HttpError(404, 'error.not-found');
  return seen;
}

/** The application with its row held until the transaction ends: two acts on it come one after the other. */
export async function lockApplication(tx: Db, id: string): Promise<ApplicationRow> {
  await tx.selectFrom('application').select('id').where('id', '=', id).forUpdate().executeTakeFirst();
  return selectApplication(tx, id);
}

/** Several held at once, always in the order of their ids, so that two bodies never wait for each other. */
export async function lockApplications(tx: Db, ids: readonly string[]): Promise<ApplicationRow[]> {
  if (ids.length === 0) return [];
  await tx
    .selectFrom('application')
    .select('id')
    .where('id', 'in', [...ids])
    .orderBy('id')
    .forUpdate()
    .execute();
  const rows = await applicationRows(tx)
    .where('application.id', 'in', [...ids])
    .orderBy('application.id')
    .execute();
  return rows.map(rowOf);
}

export async function selectOptionalApplicationOf(
  db: Db,
  roundId: string,
  personId: string,
): Promise<ApplicationRow | null> {
  const row = await applicationRows(db)
    .where('application.round_id', '=', roundId)
    .where('application.person_id', '=', personId)
    .executeTakeFirst();
  return row ? rowOf(row) : null;
}

/** The findings and facts frozen when it was submitted; null for a draft. */
export async function selectSnapshot(db: Db, id: string): Promise<Snapshot | null> {
  const row = await db.selectFrom('application').select('findings').where('id', '=', id).executeTakeFirst();
  return (row?.findings ?? null) as Snapshot | null;
}

/** Only the outcome of `selectSnapshot`; no row for a draft. */
export const submittedOutcome = (id: string) => sql<{ outcome: Outcome }>`
  SELECT findings ->> 'outcome' AS outcome FROM application WHERE id = ${id} AND findings IS NOT NULL`;

/**
 * A guard's place for `/applications/:application…`. What was never submitted is its applicant's alone: it has no
 * place that anyone else could stand over.
 */
export const applicationPlace: FindPlace = async (ask) => {
  const id = ask.c.req.param('application');
  if (id === undefined || !isId(id)) return null;
  const found = await selectOptionalSeen(ask.db, id);
  if (found === null) return null;
  seenByGuard.set(ask.c, found);
  const { submittedAt, unitPath, personId } = found.application;
  return { unitPath: submittedAt === null ? '' : unitPath, personId };
};
const seenByGuard = new WeakMap<Ask['c'], Seen>();

/** What the guard of this request read: the application it lets through, with its round. */
export const seenApplication = (ask: Ask): Promise<Seen> => {
  const seen = seenByGuard.get(ask.c);
  return seen === undefined
    ? selectSeen(ask.db, ask.c.req.param('application') ?? '')
    : Promise.resolve(seen);
};

/** Where the applicant stands now. */
export interface Applicant {
  readonly personId: string;
  readonly name: string;
  readonly unitPath: string | null;
  readonly schoolId: string | null;
  readonly schoolName: string | null;
  readonly schoolPath: string | null;
  readonly groupId: string | null;
  readonly subject: string | null;
  readonly stage: string | null;
  readonly setting: string | null;
}
export const applicantRow = (db: Db, personId: string) =>
  db
    .selectFrom('person')
    .leftJoin('unit', 'unit.id', 'person.unit_id')
    .select([
      'person.id as personId',
      'person.name',
      'person.unit_path as unitPath',
      'person.unit_id as schoolId',
      'unit.name as schoolName',
      'unit.path as schoolPath',
      'person.group_id as groupId',
      'person.subject',
      'person.stage',
      'unit.setting',
    ])
    .where('person.id', '=', personId);
export async function selectApplicant(db: Db, personId: string): Promise<Applicant> {
  const row = await applicantRow(db, personId).executeTakeFirst();
  if (row === undefined) throw new HttpError(404, 'error.not-found');
  return row;
}

const placeOf = (at: Applicant & { unitPath: string; schoolId: string }) => ({
  unit_path: at.unitPath,
  school_id: at.schoolId,
  group_id: at.groupId,
  subject: at.subject,
  stage: at.stage,
  setting: at.setting,
});
export type PlacedApplicant = Applicant & { readonly unitPath: string; readonly schoolId: string };
export const isPlaced = (at: Applicant): at is PlacedApplicant =>
  at.unitPath !== null && at.schoolId !== null;

/** A new draft; a person has one application in a round, so asking twice makes one. False when it was there. */
export async function insertDraft(
  tx: Db,
  id: string,
  roundId: string,
  at: PlacedApplicant,
  now: Date,
): Promise<boolean> {
  const kept = await tx
    .insertInto('application')
    .values({ id, round_id: roundId, person_id: at.personId, ...placeOf(at), state: 'draft', saved_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return kept !== undefined;
}

/** Keep what was written on the revision it was judged by; false when it was changed meanwhile. */
export async function updateForm(
  tx: Db,
  { id, revision }: Pick<ApplicationRow, 'id' | 'revision'>,
  form: ApplicationForm,
  at: Date,
): Promise<boolean> {
  const rows = await formUpdate(tx, { id, revision, form: JSON.stringify(form), at });
  return rows.length === 1;
}
interface FormUpdate {
  readonly id: string;
  readonly revision: number;
  readonly form: string;
  readonly at: Date;
}
const formUpdate = oneMadeOnce((db: Db, { id, revision, form, at }: FormUpdate) =>
  db
    .updateTable('application')
    .set({ form, saved_at: at, revision: sql`revision + 1` })
    .where('id', '=', id)
    .where('revision', '=', revision)
    .returning('id'),
);

export interface Submission {
  readonly at: Date;
  readonly position: number;
  readonly snapshot: Snapshot;
  readonly place: PlacedApplicant;
  /** The series its number comes from, and what stands before the number. */
  readonly series: { readonly name: string; readonly prefix: string };
}
/**
 * Submit what was judged: number it, note it, tell the applicant and append to the audit, all in this one
 * statement, so that others wait for the number and for the chain's head only as long as it takes. It holds only
 * while application and round are as they were seen; null when either was changed meanwhile, and then nothing is
 * done and no number spent.
 */
export async function submitSeen(
  tx: Db,
  { application, round }: Seen,
  { at, position, snapshot, place, series }: Submission,
): Promise<string | null> {
  const { id, personId } = application;
  const receipt = sql<string>`numbered.receipt`;
  const held = sql`held`;
  const number =
    application.receipt === null
      ? sql`drawn AS (${drawNumber(series.name, held)}),
            numbered AS (SELECT ${series.prefix} || lpad(value::text, greatest(6, length(value::text)), '0') AS receipt
                           FROM drawn)`
      : sql`numbered AS (SELECT ${application.receipt}::text AS receipt FROM held)`;
  const notice = noticeFrom(
    at,
    { personId, kind: 'application-received', href: `/applications/${id}` },
    sql`jsonb_build_object('round', ${round.name}::text, 'receipt', ${receipt})`,
    sql`numbered`,
  );
  const audit = auditCall(
    personId,
    at,
    {
      action: application.state === 'returned' ? 'application.resubmit' : 'application.submit',
      subjectType: 'application',
      subjectId: id,
      personId,
      roundId: round.id,
      unitPath: place.unitPath,
      after: { receipt: KNOWN_LATER, outcome: snapshot.outcome, position },
    },
    receipt,
  );
  const { rows } = await single(tx, () =>
    sql<{ receipt: string }>`
    WITH open AS MATERIALIZED (
           SELECT id FROM round WHERE id = ${round.id} AND state = ${round.state} AND revision = ${round.revision} FOR SHARE),
         held AS MATERIALIZED (
           SELECT application.id FROM application JOIN open ON open.id = application.round_id
            WHERE application.id = ${id} AND application.state = ${application.state}
              AND application.revision = ${application.revision}
              FOR UPDATE OF application),
         ${number},
         submitted AS (
           UPDATE application
              SET unit_path = ${place.unitPath}, school_id = ${place.schoolId}, group_id = ${place.groupId},
                  subject = ${place.subject}, stage = ${place.stage}, setting = ${place.setting},
                  state = 'in-review', position = ${position}, receipt = numbered.receipt, submitted_at = ${at},
                  outcome = ${snapshot.outcome}, findings = ${JSON.stringify(snapshot)}, revision = revision + 1
             FROM numbered WHERE application.id = ${id}),
         told AS (${notice})
    SELECT receipt, ${audit} FROM numbered`.execute(tx),
  );
  return rows[0]?.receipt ?? null;
}

/** Move an application along its route. */
export async function updateState(
  tx: Db,
  id: string,
  state: ApplicationState,
  position: number | null,
): Promise<void> {
  await tx
    .updateTable('application')
    .set({ state, position, revision: sql`revision + 1` })
    .where('id', '=', id)
    .execute();
}

/** The outcome as it stands now, shown in lists: records are confirmed and questions answered on the way. */
export async function updateOutcome(tx: Db, id: string, outcome: Outcome): Promise<void> {
  await tx.updateTable('application').set({ outcome }).where('id', '=', id).execute();
}

export interface MyApplication {
  readonly id: string;
  readonly roundId: string;
  readonly roundName: string;
  readonly state: ApplicationState;
  readonly receipt: string | null;
  readonly closesAt: Date;
}
/** A person's applications, newest round first. */
export async function listApplicationsOf(db: Db, personId: string): Promise<MyApplication[]> {
  return db
    .selectFrom('application')
    .innerJoin('round', 'round.id', 'application.round_id')
    .select([
      'application.id',
      'round.id as roundId',
      'round.name as roundName',
      'application.state',
      'application.receipt',
      'round.closes_at as closesAt',
    ])
    .where('application.person_id', '=', personId)
    .orderBy('round.opens_at', 'desc')
    .limit(100)
    .execute();
}

// --- Attachments --------------------------------------------------------------------------------------

export interface AttachmentRow {
  readonly id: string;
  readonly item: string;
  readonly fileName: string;
  readonly mediaType: string;
  readonly size: number;
  readonly sha256: string;
  readonly uploadedAt: Date;
}
export interface NewAttachment extends AttachmentRow {
  readonly applicationId: string;
}
export async function insertAttachments(tx: Db, files: readonly NewAttachment[]): Promise<void> {
  if (files.length === 0) return;
  await tx
    .insertInto('application_attachment')
    .values(
      files.map((file) => ({
        id: file.id,
        application_id: file.applicationId,
        item: file.item,
        file_name: file.fileName,
        media_type: file.mediaType,
        size: file.size,
        sha256: file.sha256,
        uploaded_at: file.uploadedAt,
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
export const attachmentRows = (db: Db, applicationId: string) =>
  db
    .selectFrom('application_attachment')
    .select([
      'id',
      'item',
      'file_name as fileName',
      'media_type as mediaType',
      'size',
      'sha256',
      'uploaded_at as uploadedAt',
    ])
    .where('application_id', '=', applicationId)
    .where('withdrawn_at', 'is', null)
    .orderBy('uploaded_at')
    .orderBy('id');
/** A row of `attachmentRows` that came in JSON. */
export const attachmentOf = (row: InJson<AttachmentRow>): AttachmentRow => ({
  ...row,
  uploadedAt: new Date(row.uploadedAt),
});
export const selectAttachments = (db: Db, applicationId: string): Promise<AttachmentRow[]> =>
  attachmentRows(db, applicationId).execute();
/** The file stays, and its entry says when it was taken out. */
export async function withdrawAttachment(
  tx: Db,
  applicationId: string,
  id: string,
  at: Date,
): Promise<boolean> {
  const result = await tx
    .updateTable('application_attachment')
    .set({ withdrawn_at: at })
    .where('id', '=', id)
    .where('application_id', '=', applicationId)
    .where('withdrawn_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** How many applied under a unit, drafts and withdrawn ones apart: the base of a percentage. */
export async function countApplicants(db: Db, roundId: string, unitPath: string): Promise<number> {
  const row = await db
    .selectFrom('application')
    .select(sql<number>`count(*)::int`.as('n'))
    .where('round_id', '=', roundId)
    .where('state', 'not in', ['draft', 'withdrawn'])
    .where(under('unit_path', [unitPath]))
    .executeTakeFirstOrThrow();
  return row.n;
}

export interface PlacesAbove {
  readonly unitName: string;
  readonly part: string;
  readonly places: number;
}
interface OwnKeys {
  readonly roundId: string;
  readonly personId: string;
  readonly paths: readonly string[];
}
const ownInRound = madeOnce((db: Db, { roundId, personId, paths }: OwnKeys) => ({
  applications: applicationRows(db)
    .where('application.round_id', '=', roundId)
    .where('application.person_id', '=', personId),
  places: sql<PlacesAbove>`
    SELECT unit.name AS "unitName", quota.part, quota.places
      FROM round_quota quota JOIN unit ON unit.id = quota.unit_id
     WHERE quota.round_id = ${roundId} AND quota.unit_path = ANY(${paths}::text[])
     ORDER BY quota.unit_path, quota.part`,
}));
/** A person's application in a round, and the places given to these units above them, whole and by subject. */
export async function selectOwnInRound(
  db: Db,
  keys: OwnKeys,
): Promise<{ application: ApplicationRow | null; places: readonly PlacesAbove[] }> {
  const { applications, places } = await ownInRound(db, keys);
  return { application: applications[0] === undefined ? null : rowOf(applications[0]), places };
}
