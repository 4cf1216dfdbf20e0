import { sql } from 'kysely';
import { pino } from 'pino';
import { beforeAll, describe, expect, test } from 'vitest';
import { testApp } from '../../../../tests/support/app.ts';
import { testDatabase } from '../../../../tests/support/database.ts';
import { makeRecord, makeWorld, type World } from '../../../../tests/support/world.ts';
import { features } from '../../../app.ts';
import { transaction } from '../../../platform/database.ts';
import { checkChain } from '../chain/check.ts';
import { openReadLog } from './log.ts';
import { digestOfDay, eraseReads, listReads, sealReads } from './queries.ts';
import { NOT_SENSITIVE, readKind, SENSITIVE, TAKEN_ALONG } from './rules.ts';

const { db } = await testDatabase();
const { as, services, setNow } = testApp(db);
let world: World;
let record: string;

beforeAll(async () => {
  world = await makeWorld(db);
  record = await makeRecord(db, world.teacher, 'open-class', { level: 'school' });
});

const reads = async (personId: string) => {
  await services.reads.flush();
  return (await listReads(db, { personId }, { before: null, limit: 100 })).map(({ readerName, kind }) => [
    readerName,
    kind,
  ]);
};

describe('reading what is personal', () => {
  test('every route about somebody is noted, or is said to show nothing personal', () => {
    const about = ['person.see', 'record.see', 'application.see', 'reads.see', 'id-number.see'];
    const routes = features
      .flatMap((list) => list.routes)
      .filter(({ method, guard }) => method === 'get' && guard.kind === 'may' && guard.place !== null)
      .filter(({ guard }) => guard.kind === 'may' && about.includes(guard.act))
      .map(({ path }) => path);
    expect(routes.length).toBeGreaterThan(8);
    expect(routes.filter((path) => !(path in SENSITIVE) && !NOT_SENSITIVE.includes(path))).toEqual([]);
    const known = new Set(features.flatMap((list) => list.routes).map(({ path }) => path));
    expect(Object.keys(SENSITIVE).filter((path) => !known.has(path))).toEqual([]);
  });

  test('every file is noted, or is said to hold nothing of others that is not public or their own', () => {
    const figures = [
      '/lab/drafts/:draft/figures.xlsx',
      '/lab/drafts/:draft/policy.pdf',
      '/rounds/:round/screening/figures.pdf',
    ];
    const published = ['named.pdf', 'named.xlsx', 'publicity.pdf'].map(
      (name) => `/rounds/:round/papers/${name}`,
    );
    const uploaded = ['/imports/:job/marked.xlsx', '/records/imports/:job/faults.xlsx'];
    const files = features
      .flatMap((list) => list.routes)
      .filter(({ method, guard }) => method === 'get' && guard.kind === 'may')
      .map(({ path }) => path)
      .filter((path) => /\.(csv|pdf|xlsx|zip)$/.test(path));
    const known = [...figures, ...published, ...uploaded];
    expect(known.filter((path) => !files.includes(path))).toEqual([]);
    expect(
      files.filter((path) => !known.includes(path) && !(path in SENSITIVE) && !TAKEN_ALONG.includes(path)),
    ).toEqual([]);
    const noted = files.filter((path) => TAKEN_ALONG.includes(path));
    const kinds = noted.map((path) =>
      readKind({ method: 'get', path }, { own: false, about: false, asFile: false }),
    );
    expect([noted.length > 3, new Set(kinds)]).toEqual([true, new Set(['export'])]);
  });

  test('is noted with who read what of whom; one’s own is not, and what was refused is not', async () => {
    const [own, office, stranger] = await Promise.all([
      as(world.teacher),
      as(world.schoolOffice),
      as(world.otherTeacher),
    ]);
    await own.get(`/people/${world.teacher}`);
    await own.get(`/records/${record}`);
    await stranger.get(`/people/${world.teacher}`);
    expect(await reads(world.teacher)).toEqual([]);
    await office.get(`/people/${world.teacher}`);
    await office.get(`/records/${record}`);
    expect((await reads(world.teacher)).toSorted()).toEqual([
      ['刘洋', 'person'],
      ['刘洋', 'record'],
    ]);
  });

  test('a list is noted when it is taken along, not when it is looked at', async () => {
    const office = await as(world.countyOffice);
    const taken = async () => {
      await services.reads.flush();
      const rows = await listReads(db, { people: [world.countyOffice] }, { before: null, limit: 10 });
      return rows.map(({ kind }) => kind);
    };
    await office.get('/people');
    expect(await taken()).toEqual([]);
    await (await office.get('/people?format=csv')).text();
    expect(await taken()).toEqual(['export']);
  });

  test('is shown to the one whose it is and to the auditor, to nobody else', async () => {
    const path = `/people/${world.teacher}/readers`;
    const page = await (await (await as(world.teacher)).get(path)).text();
    expect(page).toContain('刘洋');
    expect(page).toContain('青溪县第一小学');
    expect((await (await as(world.auditor)).get(path)).status).toBe(200);
    const all = await (await as(world.auditor)).get('/audit/reads?q=T1001');
    expect(await all.text()).toContain('李华');
    for (const other of [world.schoolOffice, world.administrator, world.colleague]) {
      expect((await (await as(other)).get(path)).status).toBe(403);
      expect((await (await as(other)).get('/audit/reads')).status).toBe(403);
    }
  });
});

describe('the log of reads', () => {
  test('cannot be changed, and recent days cannot be removed', async () => {
    await expect(sql`UPDATE sensitive_read SET kind = 'person'`.execute(db)).rejects.toThrow('append-only');
    await sql`UPDATE retention_rule SET days = 180 WHERE kind = 'reads'`.execute(db);
    await expect(sql`UPDATE retention_rule SET days = 30 WHERE kind = 'reads'`.execute(db)).rejects.toThrow();
    await expect(eraseReads(db, '2999-01-01')).rejects.toThrow('append-only');
  });

  test('is sealed by the day; what was changed in a sealed day is named by its seal', async () => {
    setNow('2026-11-24T02:00:00Z');
    expect(await sealReads(db, services.clock(), '2026-11-24')).toBe(1);
    expect(await sealReads(db, services.clock(), '2026-11-24')).toBe(0);
    expect((await digestOfDay(db, '2026-11-23')).count).toBe(3);
    expect((await checkChain(db, services.clock())).broken).toBeNull();
    const { seq } = await db
      .selectFrom('audit')
      .select('seq')
      .where('action', '=', 'reads.day-closed')
      .executeTakeFirstOrThrow();
    const undo = new Error('undo');
    for (const harm of [
      sql`UPDATE sensitive_read SET kind = 'evidence' WHERE id = (SELECT min(id::text)::uuid FROM sensitive_read)`,
      sql`DELETE FROM sensitive_read WHERE id = (SELECT min(id::text)::uuid FROM sensitive_read)`,
    ]) {
      await transaction(db, async (tx) => {
        await sql`SET LOCAL session_replication_role = replica`.execute(tx);
        await harm.execute(tx);
        expect((await checkChain(tx, services.clock())).broken).toEqual({ seq, fault: 'reads' });
        throw undo;
      }).catch((error: unknown) => {
        if (error !== undo) throw error;
      });
    }
  });

  test('keeps what it could not write until the database is back', async () => {
    const note = {
      at: new Date('2026-11-24T02:00:00Z'),
      readerId: world.cityOffice,
      onBehalfOf: null,
      kind: 'person',
      personId: world.colleague,
      unitPath: world.group.path,
      subject: '/people/x',
      origin: null,
    } as const;
    const log = openReadLog({ db, log: pino({ level: 'silent' }), clock: services.clock });
    await sql`ALTER TABLE sensitive_read RENAME TO away`.execute(db);
    log.note(note);
    await log.flush();
    await sql`ALTER TABLE away RENAME TO sensitive_read`.execute(db);
    await log.flush();
    expect(await reads(world.colleague)).toEqual([['何平', 'person']]);
  });
});
