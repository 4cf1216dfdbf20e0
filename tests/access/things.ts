import { sql } from 'kysely';
import { selectHead } from '../../src/features/audit/chain/queries.ts';
import { appendAudit } from '../../src/features/audit/queries.ts';
import { type Db, transaction } from '../../src/platform/database.ts';
import { newId } from '../../src/platform/ids.ts';
import { withJudging } from '../support/panel.ts';
import { makeRound } from '../support/round.ts';
import { handOver, makePerson, makeRecord, type World } from '../support/world.ts';

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
  const round = await makeRound(db, 'city', world.city, world.cityOffice, {
    edit: (source) => withJudging(source),
  });
  const { version } = await db
    .selectFrom('round')
    .select('programme_version_id as version')
    .where('id', '=', round)
    .executeTakeFirstOrThrow();
  const record = await makeRecord(db, world.teacher, 'open-class', {
    title: '《背影》公开课',
    level: 'school',
    state: 'submitted',
  });
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
    correction: newId(),
    panel: newId(),
    seat: newId(),
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
  const entries = await makePanel(db, world, round, id);
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
  await sql`INSERT INTO correction_request (id, person_id, field, wanted, because, state, asked_at)
            VALUES (${id.correction}, ${world.teacher}, 'birthDate', '1988-05-02', '以身份证为准', 'open', now())`.execute(
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
    candidate: entries,
    sheet: 'BC-DF',
    number: '1',
    size: String(seq),
    // One's own, whoever asks: the guard lets everybody signed in through, and the handler finds only theirs.
    session: newId(),
    passkey: newId(),
    provider: newId(),
    link: newId(),
    code: 'AAAA-BBBB-CCCC',
    name: 'named-list.pdf',
    retention: 'reads',
    copy: newId(),
  };
}

/** A panel of the county that judges the teacher, with one judge from another county; the id of its one candidate. */
async function makePanel(
  db: Db,
  world: World,
  round: string,
  id: { readonly panel: string; readonly seat: string; readonly application: string },
): Promise<string> {
  const judge = await makePerson(db, world.otherSchool, '秦评', { staffNumber: 'J0001' });
  const [entry, candidate, sheet] = [newId(), newId(), newId()];
  const statements = [
    sql`INSERT INTO panel (id, round_id, position, stage, unit_id, unit_path, state, opens_on, closes_on, created_by, created_at, opened_at)
        VALUES (${id.panel}, ${round}, 3, 'county-recommendation', ${world.county.id}, ${world.county.path}, 'judging', '2026-11-20', '2026-11-28', ${world.countyOffice}, now(), now())`,
    sql`INSERT INTO panel_seat (id, panel_id, person_id, given_by, given_at) VALUES (${id.seat}, ${id.panel}, ${judge}, ${world.countyOffice}, now())`,
    sql`INSERT INTO panel_entry (id, panel_id, application_id, position, unit_id) VALUES (${entry}, ${id.panel}, ${id.application}, 3, ${world.county.id})`,
    sql`INSERT INTO panel_code (candidate, panel_id, code, entry_id) VALUES (${candidate}, ${id.panel}, 'BC-DF', ${entry})`,
    sql`INSERT INTO panel_material (candidate, number, panel_id, label, sha256, media_type)
        VALUES (${candidate}, 1, ${id.panel}, ${JSON.stringify({ 'zh-CN': '佐证材料', en: 'Evidence' })}, ${'0'.repeat(64)}, 'application/pdf')`,
    sql`INSERT INTO panel_sheet (id, panel_id, seat_id, person_id, candidate, code)
        VALUES (${sheet}, ${id.panel}, ${id.seat}, ${judge}, ${candidate}, 'BC-DF')`,
    sql`INSERT INTO panel_mark (sheet_id, criterion, panel_id, person_id, mark) VALUES (${sheet}, 'teaching', ${id.panel}, ${judge}, '50')`,
  ];
  for (const statement of statements) await statement.execute(db);
  return entry;
}
