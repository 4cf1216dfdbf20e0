import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { testApp } from '../../../../tests/support/app.ts';
import { testDatabase } from '../../../../tests/support/database.ts';
import { makeRound } from '../../../../tests/support/round.ts';
import { makeRecord, makeWorld, type World } from '../../../../tests/support/world.ts';
import { newId } from '../../../platform/ids.ts';
import { atWork } from '../../../platform/services.ts';
import { listRetention } from '../../audit/retention/queries.ts';
import { RETENTION_KINDS, type RetentionKind } from '../../audit/retention/rules.ts';
import { copyPath } from '../own-data/make.ts';
import { retentionPath } from '../paths.ts';
import { countDue, retention } from './clear.ts';

const { db } = await testDatabase();
const kept = testApp(db);
const { as, services } = kept;
let world: World;

beforeAll(async () => {
  world = await makeWorld(db);
});

const NOW = '2026-11-23T02:00:00Z';
const daysAgo = (days: number) => new Date(Date.parse(NOW) - days * 86_400_000);
const due = async (kind: RetentionKind, days: number): Promise<number> =>
  (await countDue(services, [{ kind, days }])).get(kind) ?? -1;
const clear = () => retention.run(atWork(services, retention.name), new AbortController().signal);
const erased = async () =>
  (
    await db
      .selectFrom('audit')
      .select('after')
      .where('action', '=', 'retention.erased')
      .orderBy('seq')
      .execute()
  ).map(({ after }) => after);

/** A kept file, put so long ago that it may go. */
async function putFile(text: string): Promise<{ sha256: string; path: string }> {
  const sha256 = await services.files.put(Buffer.from(text));
  const path = join(services.config.dataDir, 'files', sha256.slice(0, 2), sha256);
  utimesSync(path, daysAgo(900), daysAgo(900));
  return { sha256, path };
}

const makeEvidence = async (
  recordId: string | null,
  sha256: string,
  at: Date,
  withdrawn: Date | null = null,
) => {
  const id = newId();
  await sql`INSERT INTO evidence (id, person_id, record_id, file_name, media_type, size, sha256, uploaded_by, uploaded_at, withdrawn_at)
            VALUES (${id}, ${world.teacher}, ${recordId}, '证书.pdf', 'application/pdf', 10, ${sha256}, ${world.teacher}, ${at}, ${withdrawn})`.execute(
    db,
  );
  return id;
};

describe('how long what is kept', () => {
  test('is a line for each kind, and traces of access are kept half a year whatever is asked', async () => {
    expect((await listRetention(db)).map(({ kind }) => kind)).toEqual(RETENTION_KINDS);
    await expect(
      sql`UPDATE retention_rule SET days = 179 WHERE kind = 'origins'`.execute(db),
    ).rejects.toThrow('retention_rule_traces_long');
  });

  test('is set on a page by an administrator alone, with the reason, and audited', async () => {
    for (const other of [world.cityOffice, world.auditor, world.teacher]) {
      const visitor = await as(other);
      expect((await visitor.get('/settings/privacy')).status).toBe(403);
      expect((await visitor.post(retentionPath('notices'), { days: '400', revision: '1' })).status).toBe(403);
    }
    const office = await as(world.administrator);
    expect((await office.get('/settings/privacy')).status).toBe(200);
    const done = await office.post(retentionPath('notices'), {
      days: '400',
      reason: '机构档案办法',
      revision: '1',
    });
    expect(done.status).toBe(303);
    const { after, before, reason } = await db
      .selectFrom('audit')
      .select(['before', 'after', 'reason'])
      .where('action', '=', 'retention.set')
      .executeTakeFirstOrThrow();
    expect([before, after, reason]).toEqual([
      { retained: 'notices', days: 730 },
      { retained: 'notices', days: 400 },
      '机构档案办法',
    ]);
    const stale = await office.post(retentionPath('notices'), { days: '500', revision: '1' });
    expect(stale.status).toBe(422);
    expect(await (await (await as(null)).get('/privacy')).text()).toContain('机构档案办法');
  });

  test('is a whole number of days within the bounds of its kind', async () => {
    const office = await as(world.administrator);
    for (const days of ['', '-1', '1.5', 'x', '179', '99999', '9999999999'])
      expect((await office.post(retentionPath('reads'), { days, revision: '1' })).status, days).toBe(422);
    expect((await office.get(retentionPath('no-such'))).status).toBe(404);
  });

  test('can be tried first: it says how many would be erased, and erases and changes nothing', async () => {
    await sql`INSERT INTO notice (id, person_id, kind, detail, created_at, read_at)
              VALUES (${newId()}, ${world.teacher}, 'round-opened', '{}', ${daysAgo(500)}, now())`.execute(
      db,
    );
    const office = await as(world.administrator);
    const page = await office.post(retentionPath('notices'), { days: '450', revision: '2', act: 'preview' });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('按 450 天计，今夜将清除 1 条');
    expect(await due('notices', 450)).toBe(1);
    expect((await listRetention(db)).find(({ kind }) => kind === 'notices')?.days).toBe(400);
  });
});

describe('every night what is too old is erased, and the audit says how much of what', () => {
  test('notices that were read go, unread ones stay; and a kind that lost nothing has no entry', async () => {
    await sql`INSERT INTO notice (id, person_id, kind, detail, created_at)
              VALUES (${newId()}, ${world.teacher}, 'round-opened', '{}', ${daysAgo(500)})`.execute(db);
    await clear();
    expect(await erased()).toEqual([{ retained: 'notices', days: 400, count: 1 }]);
    await clear();
    expect(await erased()).toHaveLength(1);
    expect(await db.selectFrom('notice').select('id').execute()).toHaveLength(1);
  });

  test('ended sessions and the ids of forms go', async () => {
    await sql`INSERT INTO session (token_hash, person_id, csrf, expires_at) VALUES ('ended', ${world.teacher}, 'x', ${daysAgo(1)})`.execute(
      db,
    );
    await sql`INSERT INTO done_act (id, part, at) VALUES (${newId()}, 1, ${daysAgo(91)}), (${newId()}, 1, ${daysAgo(89)})`.execute(
      db,
    );
    expect([await due('sessions', 0), await due('acts', 90)]).toEqual([1, 1]);
    await clear();
    expect([await due('sessions', 0), await due('acts', 90), await due('acts', 80)]).toEqual([0, 0, 1]);
  });

  test('wrong tries to sign in go with the origins of acts', async () => {
    const at = (days: number) =>
      sql`(${newId()}, ${world.teacher}, '', ${daysAgo(days)}, 'password', 1, ${daysAgo(days)})`;
    await sql`INSERT INTO wrong_try (id, person_id, place, hour, how, times, last_at) VALUES ${at(800)}, ${at(100)}`.execute(
      db,
    );
    expect(await due('origins', 730)).toBe(1);
    await clear();
    expect([await due('origins', 730), await due('origins', 99)]).toEqual([0, 1]);
  });

  test('the file of a returned record goes; its row stays, and so does a file another record names', async () => {
    const [alone, shared] = [await putFile('alone'), await putFile('shared')];
    const old = daysAgo(800);
    const returned = await makeRecord(db, world.teacher, 'paper', { state: 'returned' });
    await sql`UPDATE record SET entered_at = ${old}, decided_at = ${old} WHERE id = ${returned}`.execute(db);
    const confirmed = await makeRecord(db, world.teacher, 'paper');
    const first = await makeEvidence(returned, alone.sha256, old);
    await makeEvidence(returned, shared.sha256, old);
    const counted = await makeEvidence(confirmed, shared.sha256, old);
    expect(await due('evidence', 730)).toBe(2);
    await clear();
    expect([existsSync(alone.path), existsSync(shared.path)]).toEqual([false, true]);
    const rows = await db.selectFrom('evidence').select(['id', 'file_name', 'erased_at']).execute();
    expect(rows.find(({ id }) => id === first)).toMatchObject({ file_name: '' });
    expect(rows.find(({ id }) => id === counted)).toMatchObject({ file_name: '证书.pdf', erased_at: null });
    const own = await as(world.teacher);
    expect((await own.get(`/evidence/${first}`)).status).toBe(404);
    expect((await own.get(`/evidence/${counted}`)).status).toBe(200);
    expect((await own.get(`/records/${returned}`)).status).toBe(200);
  });

  test('when the transaction does not commit, files stay with the rows that came back', async () => {
    const [proof, copy] = [await putFile('not yet'), newId()];
    const evidence = await makeEvidence(null, proof.sha256, daysAgo(800), daysAgo(800));
    await sql`INSERT INTO own_data_copy (id, person_id, state, locale, asked_at)
              VALUES (${copy}, ${world.teacher}, 'done', 'en', ${daysAgo(800)})`.execute(db);
    const zip = copyPath(services.config, copy);
    mkdirSync(dirname(zip), { recursive: true });
    writeFileSync(zip, 'zip');
    // Only at the commit is it known that it fails.
    await sql`CREATE FUNCTION fail_late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no commit'; END $$`.execute(
      db,
    );
    for (const table of ['evidence', 'own_data_copy'] as const) {
      await sql`CREATE CONSTRAINT TRIGGER fails_late AFTER UPDATE OR DELETE ON ${sql.id(table)}
                DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fail_late()`.execute(db);
      await expect(clear()).rejects.toThrow('no commit');
      expect([existsSync(proof.path), existsSync(zip)], table).toEqual([table === 'evidence', true]);
      await sql`DROP TRIGGER fails_late ON ${sql.id(table)}`.execute(db);
      if (table === 'evidence')
        expect(
          await db
            .selectFrom('evidence')
            .select('file_name')
            .where('id', '=', evidence)
            .executeTakeFirstOrThrow(),
        ).toEqual({ file_name: '证书.pdf' });
    }
    await clear();
    expect([existsSync(proof.path), existsSync(zip)]).toEqual([false, false]);
  });

  test('a record that was worked on since is let be', async () => {
    const file = await putFile('worked on');
    const record = await makeRecord(db, world.teacher, 'paper', { state: 'returned' });
    await sql`UPDATE record SET entered_at = ${daysAgo(800)}, decided_at = ${daysAgo(10)} WHERE id = ${record}`.execute(
      db,
    );
    await makeEvidence(record, file.sha256, daysAgo(800));
    expect(await due('evidence', 730)).toBe(0);
  });

  test('what was written in an application never submitted goes once its round is long closed; submitted ones stay', async () => {
    const round = await makeRound(db, 'city', world.city, world.cityOffice);
    await sql`UPDATE round SET opens_at = ${daysAgo(300)}, closes_at = ${daysAgo(200)} WHERE id = ${round}`.execute(
      db,
    );
    const form = { fields: { statement: '我的申报理由' }, tab: null, aside: [] };
    const apply = async (person: string, state: string) => {
      const id = newId();
      await sql`INSERT INTO application (id, round_id, person_id, unit_path, school_id, state, form, receipt, submitted_at)
                VALUES (${id}, ${round}, ${person}, ${world.school.path}, ${world.school.id}, ${state}, ${JSON.stringify(form)},
                        ${state === 'draft' ? null : `SB-${state}`}, ${state === 'draft' ? null : daysAgo(210)})`.execute(
        db,
      );
      return id;
    };
    const draft = await apply(world.teacher, 'draft');
    const withdrawn = await apply(world.colleague, 'withdrawn');
    const refused = await apply(world.groupLeader, 'refused');
    const paper = await putFile('paper');
    await sql`INSERT INTO application_attachment (id, application_id, item, file_name, media_type, size, sha256, uploaded_at)
              VALUES (${newId()}, ${draft}, 'scan', '扫描.pdf', 'application/pdf', 10, ${paper.sha256}, ${daysAgo(250)})`.execute(
      db,
    );
    expect(await due('drafts', 180)).toBe(2);
    expect(await due('drafts', 201)).toBe(0);
    await clear();
    const rows = await db.selectFrom('application').select(['id', 'form']).execute();
    expect(Object.fromEntries(rows.map((row) => [row.id, row.form]))).toEqual({
      [draft]: {},
      [withdrawn]: {},
      [refused]: form,
    });
    expect(existsSync(paper.path)).toBe(false);
    const [owner, leader] = [await as(world.teacher), await as(world.groupLeader)];
    expect((await owner.get(`/applications/${draft}`)).status).toBeLessThan(400);
    expect((await leader.get(`/applications/${refused}`)).status).toBe(200);
  });

  test('rows of imports go, one that was never confirmed is given up, one at work is let be', async () => {
    const job = async (state: string) => {
      const id = newId();
      await sql`INSERT INTO import_job (id, kind, unit_id, unit_path, file_name, file_sha256, state, summary, created_by, created_at)
                VALUES (${id}, 'roster', ${world.school.id}, ${world.school.path}, '名册.xlsx', ${'a'.repeat(64)}, ${state},
                        '{"outline": [{"name": "教师", "hidden": false, "rows": 1, "head": []}]}', ${world.schoolOffice}, ${daysAgo(400)})`.execute(
        db,
      );
      await sql`INSERT INTO import_row (job_id, row_number, verdict, cells) VALUES (${id}, 2, 'new', '{"values": {"name": "李华"}}')`.execute(
        db,
      );
      return id;
    };
    const [uploaded, done, atWork] = [await job('previewed'), await job('done'), await job('confirming')];
    expect(await due('imports', 365)).toBe(2);
    await clear();
    const rows = await db.selectFrom('import_job').select(['id', 'state', 'summary']).execute();
    const of = (id: string) => rows.find((row) => row.id === id);
    expect(of(uploaded)).toMatchObject({ state: 'abandoned', summary: { outline: [] } });
    expect(of(done)?.state).toBe('done');
    expect(await db.selectFrom('import_row').select('job_id').execute()).toEqual([{ job_id: atWork }]);
    expect((await (await as(world.schoolOffice)).get(`/imports/${done}`)).status).toBe(200);
  });

  test('who objected goes, what was objected and answered stays', async () => {
    const { id: round } = await db.selectFrom('round').select('id').executeTakeFirstOrThrow();
    const publicity = newId();
    const list = {
      round: '评选',
      unit: '教育局',
      programme: { 'zh-CN': '评选', en: 'Selection' },
      entries: [],
    };
    await sql`INSERT INTO publicity (id, round_id, posted_at, posted_on, closes_on, working_days, list, applications, digest, posted_by)
              VALUES (${publicity}, ${round}, now(), '2020-11-20', '2020-11-27', 5, ${JSON.stringify(list)}, '{}', 'd', ${world.cityOffice})`.execute(
      db,
    );
    await sql`INSERT INTO objection (id, publicity_id, receipt, signed, name, contact, statement, received_at, state, answer, answered_at)
              VALUES (${newId()}, ${publicity}, 'YY-9', true, '举报人', '13900000000', '材料不实', now(), 'dismissed', '经查属实', ${daysAgo(1100)})`.execute(
      db,
    );
    await clear();
    expect(
      await db.selectFrom('objection').select(['name', 'contact', 'statement', 'answer']).execute(),
    ).toEqual([{ name: '—', contact: '—', statement: '材料不实', answer: '经查属实' }]);
  });
});
