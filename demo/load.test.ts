import { describe, expect, test } from 'vitest';
import { PERSONA_KINDS, selectPersonas } from '../src/features/identity/queries.ts';
import { selectLatestRun } from '../src/features/lab/trials/queries.ts';
import { readIdNumber } from '../src/features/organisation/id-numbers/rules.ts';
import { openVault } from '../src/features/organisation/id-numbers/vault.ts';
import type { NumberSet } from '../src/features/programmes/numbers/rules.ts';
import { adoptPublishedTerms } from '../src/features/programmes/terms.ts';
import { judgeEvidence } from '../src/features/records/evidence/rules.ts';
import { testApp } from '../tests/support/app.ts';
import { testDatabase } from '../tests/support/database.ts';
import { loadDemo } from './load.ts';

/* What the city is like depends on its seed and the day; who must be there does not. */
describe.each([
  [100, '2026-11-26T03:00:00Z'],
  [200, '2027-03-02T03:00:00Z'],
  [1000, '2026-07-15T03:00:00Z'],
] as const)('a demo city of %i teachers, loaded at %s', async (teachers, now) => {
  const { db, url } = await testDatabase();
  const { app, services, cookie } = testApp(db, now);
  const said: string[] = [];
  await loadDemo(services, url, { teachers, seed: 'qinglan' }, (line) => said.push(line));

  test('has about as many teachers, and every kind of person on its sign-in page', async () => {
    const { n } = await db
      .selectFrom('person')
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .where('staff_number', 'is not', null)
      .executeTakeFirstOrThrow();
    expect(Math.abs(Number(n) - teachers)).toBeLessThan(15);
    const personas = await selectPersonas(db);
    expect(personas.map(({ kind }) => kind)).toEqual(PERSONA_KINDS);
    expect(new Set(personas.map(({ personId }) => personId)).size).toBe(PERSONA_KINDS.length);
  });

  test('has rounds decided, in publicity and open, and an applicant who has applied', async () => {
    const states = await db.selectFrom('round').select('state').orderBy('opens_at').execute();
    expect(states.map(({ state }) => state)).toEqual([
      'decided',
      'publicity',
      'open',
      'open',
      'open',
      'open',
    ]);
    const applicant = await db
      .selectFrom('demo_persona')
      .innerJoin('application', 'application.person_id', 'demo_persona.person_id')
      .select(['application.state', 'application.round_id as round'])
      .where('kind', '=', 'applicant')
      .executeTakeFirstOrThrow();
    expect(applicant.state).toBe('in-review');
    expect(said.join('\n')).not.toContain('nobody');
  });

  test('keeps the identity numbers of one school, of a region there is not, with right check digits', async () => {
    const rows = await db.selectFrom('id_number').selectAll().execute();
    const vault = openVault(services.config);
    expect(rows.length).toBeGreaterThan(5);
    for (const row of rows) {
      const number = vault?.open(row.id, { sealed: row.sealed, keyId: row.key_id }) ?? '';
      expect(number.startsWith('990101')).toBe(true);
      expect(readIdNumber(number)).not.toBeNull();
    }
  });

  test('has teachers who agreed to be introduced, one who took it back, and data that somebody wants put right', async () => {
    const consents = await db.selectFrom('consent').select('withdrawn_at').execute();
    const profiles = await db.selectFrom('public_profile').select(['name', 'introduction']).execute();
    expect(consents.filter(({ withdrawn_at }) => withdrawn_at !== null)).toHaveLength(1);
    expect(profiles.length).toBe(consents.length - 1);
    expect(profiles.length).toBeGreaterThan(3);
    const seen = await (await app.request('/teachers', { headers: { 'accept-language': 'zh-CN' } })).text();
    expect(profiles.filter(({ introduction }) => !seen.includes(introduction))).toEqual([]);
    const personas = await selectPersonas(db);
    const page = async (kind: string, path: string) =>
      await (
        await app.request(path, {
          headers: {
            cookie: await cookie(personas.find((one) => one.kind === kind)?.personId ?? ''),
            'accept-language': 'zh-CN',
          },
        })
      ).text();
    const office = await page('school-office', '/corrections');
    for (const said of ['首次聘用合同', '以身份证为准']) expect(office).toContain(said);
    expect(office).not.toContain('支教');
    expect(await page('teacher', '/account/data')).toContain('首次聘用合同');
    const states = await db.selectFrom('correction_request').select('state').orderBy('state').execute();
    expect(states.map(({ state }) => state)).toEqual(['accepted', 'open', 'open', 'refused']);
  });

  test('has a panel in the middle of judging, and one of its judges on the sign-in page has all to do', async () => {
    const judge = (await selectPersonas(db)).find(({ kind }) => kind === 'judge');
    const seat = await db
      .selectFrom('panel_seat as seat')
      .innerJoin('panel', 'panel.id', 'seat.panel_id')
      .select(['panel.state', 'seat.sheets', 'seat.done', 'panel.id'])
      .where('seat.person_id', '=', judge?.personId ?? '')
      .executeTakeFirstOrThrow();
    expect([seat.state, seat.done]).toEqual(['judging', 0]);
    expect(seat.sheets).toBeGreaterThan(2);
    const others = await db
      .selectFrom('panel_seat')
      .select(['sheets', 'done'])
      .where('panel_id', '=', seat.id)
      .execute();
    expect(others.length).toBe(5);
    expect(others.some(({ sheets, done }) => done === sheets)).toBe(true);
    const page = await (
      await app.request(`/judging/${seat.id}`, { headers: { cookie: await cookie(judge?.personId ?? '') } })
    ).text();
    expect(page).not.toContain('小学');
  });

  test('has a city’s award whose counties have set a number, kept by its round', async () => {
    const round = await db
      .selectFrom('round')
      .innerJoin('local_number_set as kept', 'kept.digest', 'round.numbers_digest')
      .select(['round.programme_version_id as version', 'kept.content'])
      .executeTakeFirstOrThrow();
    const { numbers } = round.content as unknown as NumberSet;
    expect(numbers.map(({ value }) => value).toSorted()).toEqual(['2', '5']);
    const teacher = (await selectPersonas(db)).find(({ kind }) => kind === 'teacher')?.personId ?? '';
    const headers = { cookie: await cookie(teacher), 'accept-language': 'zh-CN' };
    const page = await (await app.request(`/programmes/${round.version}/numbers`, { headers })).text();
    for (const text of ['青教发〔2026〕3号', '尚未生效']) expect(page).toContain(text);
    expect(page).not.toContain('区教发〔2026〕9号');
  });

  test('has a draft in the policy lab, tried on everyone, begun from a second version of the programme', async () => {
    const draft = await db
      .selectFrom('programme_draft as draft')
      .innerJoin('programme_version as base', 'base.id', 'draft.base_id')
      .select(['draft.id', 'draft.state', 'base.state as published', 'base.programme_id as programme'])
      .executeTakeFirstOrThrow();
    expect([draft.state, draft.published]).toEqual(['writing', 'published']);
    const versions = await db
      .selectFrom('programme_version')
      .select('version')
      .where('programme_id', '=', draft.programme)
      .execute();
    expect(versions).toHaveLength(2);
    const run = await selectLatestRun(db, { draftId: draft.id });
    const { n } = await db
      .selectFrom('employment')
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow();
    expect(run?.state).toBe('done');
    expect(run?.figures?.all.people).toBe(Number(n));
    const { gain = 0, lose = 0 } = run?.figures?.all ?? {};
    if (teachers >= 1000) expect(gain + lose).toBeGreaterThan(0);
  });

  test('has facts that programmes ask for, kept by the school and claimed by the teacher', async () => {
    await adoptPublishedTerms(db);
    const teacher = (await selectPersonas(db)).find(({ kind }) => kind === 'teacher')?.personId ?? '';
    const page = await app.request(`/people/${teacher}/facts`, {
      headers: { cookie: await cookie(teacher), 'accept-language': 'zh-CN' },
    });
    const text = await page.text();
    for (const said of ['完成规定学时', '补录', '二级甲等', '待审核']) expect(text).toContain(said);
  });

  test('has evidence that opens, a few files for all records', async () => {
    const files = await db
      .selectFrom('evidence')
      .select(['id', 'sha256', 'size', 'media_type', 'record_id', 'person_id'])
      .execute();
    expect(files.length).toBeGreaterThan(50);
    const contents = new Map(files.map((file) => [file.sha256, file]));
    expect(contents.size).toBeLessThanOrEqual(20);
    for (const { sha256, size, media_type } of contents.values()) {
      const bytes = (await services.files.get(sha256)) ?? new Uint8Array();
      expect(bytes.length).toBe(size);
      expect(size).toBeLessThan(60_000);
      expect(judgeEvidence(bytes)).toEqual({ ok: true, mediaType: media_type });
    }
    const [first] = files;
    const own = { cookie: await cookie(first?.person_id ?? '') };
    const page = await app.request(`/records/${first?.record_id}`, { headers: own });
    const address = /\/evidence\/[^"?]+/.exec(await page.text())?.[0] ?? '';
    const answer = await app.request(address, { headers: own });
    expect(answer.status).toBe(200);
    expect((await answer.arrayBuffer()).byteLength).toBe(first?.size);
  });

  test('counts the files of each record as they are', async () => {
    const wrong = await db
      .selectFrom('record')
      .select('id')
      .where((where) =>
        where(
          'evidence_count',
          '<>',
          where
            .selectFrom('evidence')
            .select((eb) => eb.fn.countAll<number>().as('n'))
            .whereRef('evidence.record_id', '=', 'record.id'),
        ),
      )
      .execute();
    expect(wrong).toEqual([]);
  });
});
