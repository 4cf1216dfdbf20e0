import { sql } from 'kysely';
import { selectHead } from '../../src/features/audit/chain/queries.ts';
import { appendAudit } from '../../src/features/audit/queries.ts';
import { type Db, transaction } from '../../src/platform/database.ts';
import { newId } from '../../src/platform/ids.ts';
import { makeRound } from '../support/round.ts';
import { handOver, makeRecord, type World } from '../support/world.ts';

/** Loads, so that it can be tried and printed; short, for each of its values is sent wrong in many ways. */
const SMALL_PROGRAMME = `programme: small
version: 2026-1
names: {zh-CN: 校级选拔, en: Selection at a school}
scope: school
eligibility:
  all:
    - {id: lessons, say: {zh-CN: 公开课两次以上, en: two or more open classes}, count: {record: open-class, within: 5y, min: 2}}
`;

/** One thing for every parameter a route may have: each belongs to the teacher 李华 or stands at their school. */
export type Things = Readonly<Record<string, string>>;

export async function placesOf(db: Db, world: World): Promise<Things> {
  const round = await makeRound(db, 'city', world.city, world.cityOffice);
  const { version } = await db
    .selectFrom('round')
    .select('programme_version_id as version')
    .where('id', '=', round)
    .executeTakeFirstOrThrow();
  const record = await makeRecord(db, world.teacher, 'open-class', { level: 'school', state: 'submitted' });
  const id = {
    evidence: newId(),
    application: newId(),
    attachment: newId(),
    notice: newId(),
    publicity: newId(),
    objection: newId(),
    job: newId(),
    recordsJob: newId(),
    draft: newId(),
    request: newId(),
  };
  await sql`INSERT INTO evidence (id, person_id, record_id, file_name, media_type, size, sha256, uploaded_by)
            VALUES (${id.evidence}, ${world.teacher}, ${record}, '证书.pdf', 'application/pdf', 10, ${'0'.repeat(64)}, ${world.teacher})`.execute(
    db,
  );
  await sql`INSERT INTO application (id, round_id, person_id, unit_path, school_id, group_id, subject, state, position, receipt, submitted_at)
            VALUES (${id.application}, ${round}, ${world.teacher}, ${world.group.path}, ${world.school.id}, ${world.group.id}, '语文', 'returned', 2, 'SB1', now())`.execute(
    db,
  );
  await sql`INSERT INTO notice (id, person_id, kind, detail) VALUES (${id.notice}, ${world.teacher}, 'round-opened', ${JSON.stringify({ round: '评选', deadline: '2026-11-30T15:59:59Z' })})`.execute(
    db,
  );
  const list = {
    round: '评选',
    unit: '教育局',
    programme: { 'zh-CN': '评选', en: 'Selection' },
    documentNumber: null,
    contact: null,
    entries: [],
  };
  await sql`INSERT INTO publicity (id, round_id, posted_at, posted_on, closes_on, working_days, list, applications, digest, posted_by)
            VALUES (${id.publicity}, ${round}, now(), '2026-11-20', '2026-11-27', 5, ${JSON.stringify(list)}, '{}', 'd', ${world.cityOffice})`.execute(
    db,
  );
  await sql`INSERT INTO objection (id, publicity_id, receipt, signed, statement, received_at, state)
            VALUES (${id.objection}, ${id.publicity}, 'YY-1', false, '材料不实', now(), 'received')`.execute(
    db,
  );
  const jobs = [
    [id.job, 'roster'],
    [id.recordsJob, 'records'],
  ] as const;
  for (const [job, kind] of jobs) {
    await sql`INSERT INTO import_job (id, kind, unit_id, unit_path, file_name, file_sha256, state, created_by)
              VALUES (${job}, ${kind}, ${world.school.id}, ${world.school.path}, '名册.xlsx', ${'0'.repeat(64)}, 'uploaded', ${world.schoolOffice})`.execute(
      db,
    );
  }
  await sql`INSERT INTO programme_draft (id, unit_id, unit_path, base_id, source, state, created_by, created_at, changed_by, changed_at)
            VALUES (${id.draft}, ${world.school.id}, ${world.school.path}, ${version}, ${SMALL_PROGRAMME}, 'writing', ${world.schoolOffice}, now(), ${world.schoolOffice}, now())`.execute(
    db,
  );
  await transaction(db, (tx) =>
    appendAudit(tx, world.teacher, new Date(), {
      action: 'record.claim',
      subjectType: 'record',
      subjectId: record,
      personId: world.teacher,
      unitPath: world.group.path,
    }),
  );
  const { seq } = await selectHead(db);
  const delegation = await handOver(db, world.schoolOffice, world.colleague, 'school-office', world.school, {
    during: '[2020-01-01,2020-02-01)',
  });
  await sql`INSERT INTO role_request (id, person_id, role, unit_id, unit_path, starts_on, asked_by, asked_at)
            VALUES (${id.request}, ${world.colleague}, 'auditor', ${world.school.id}, ${world.school.path}, '2026-11-01', ${world.administrator}, now())`.execute(
    db,
  );
  const role = await db
    .selectFrom('role_assignment')
    .select('id')
    .where('person_id', '=', world.groupLeader)
    .executeTakeFirstOrThrow();
  return {
    ...id,
    round,
    version,
    record,
    delegation,
    role: role.id,
    unit: world.school.id,
    person: world.teacher,
    receipt: 'YY-1',
    entry: String(seq),
    size: String(seq),
    // One's own, whoever asks: the guard lets everybody signed in through, and the handler finds only theirs.
    session: newId(),
    passkey: newId(),
    provider: newId(),
    link: newId(),
    code: 'AAAA-BBBB-CCCC',
    name: 'named-list.pdf',
    retention: 'reads',
  };
}
