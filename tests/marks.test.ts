import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { assess, snapshotOf } from '../src/features/selection/dossier/assess.ts';
import { selectRound } from '../src/features/selection/rounds/queries.ts';
import { pdfText } from '../src/platform/documents/pdf-text.test-data.ts';
import { testApp } from './support/app.ts';
import { testDatabase } from './support/database.ts';
import { makeEligible, makeRound } from './support/round.ts';
import { makeRecord, makeWorld, type World } from './support/world.ts';

/* Late entries and corrections are marked as such wherever a record is shown. */

const { db } = await testDatabase();
const { as } = testApp(db);
let world: World;
let record: string;
let round: string;
let application: string;

beforeAll(async () => {
  world = await makeWorld(db);
  await makeEligible(db, world.teacher);
  record = await makeRecord(db, world.teacher, 'open-class', { level: 'school', state: 'submitted' });
  await sql`UPDATE record SET late = true, corrected_at = now()`.execute(db);
  round = await makeRound(db, 'city', world.city, world.cityOffice, { quotas: [[world.county, 2]] });
  const begun = await (await as(world.teacher)).post(`/rounds/${round}/apply`);
  application = /\/applications\/([^/?]+)/.exec(begun.headers.get('location') ?? '')?.[1] ?? '';
});

/** Handed in, with the findings frozen as the form would freeze them. */
async function submit(): Promise<void> {
  const judged = await assess(db, await selectRound(db, round), world.teacher);
  if (judged === null) throw new Error('nobody to judge');
  await sql`UPDATE application SET state = 'in-review', position = 0, submitted_at = now(), receipt = 'R-1',
                   outcome = ${judged.findings.outcome}, findings = ${JSON.stringify(snapshotOf(judged))}
             WHERE id = ${application}`.execute(db);
}

async function read(person: string, path: string): Promise<string> {
  const answer = await (await as(person)).get(path);
  expect(`${path} ${answer.status}`).toBe(`${path} 200`);
  return answer.text();
}

describe('a record that was entered late and corrected says so', () => {
  test('in its owner’s file, however it is listed, and when it is taken along', async () => {
    for (const path of ['/records', '/records?view=type', '/records?view=list', '/records?format=csv']) {
      const page = await read(world.teacher, path);
      expect(`${path} ${page.includes('补录')} ${page.includes('更正')}`).toBe(`${path} true true`);
    }
  });

  test('on its own page, to its owner and to the office that verifies it, and in the office’s queue', async () => {
    for (const [person, path] of [
      [world.teacher, `/records/${record}`],
      [world.schoolOffice, `/records/${record}`],
      [world.schoolOffice, '/verification'],
      [world.schoolOffice, `/people/${world.teacher}/records`],
    ] as const) {
      const page = await read(person, path);
      expect(`${path} ${page.includes('补录')} ${page.includes('更正')}`).toBe(`${path} true true`);
    }
  });

  test('where a clause counts it, in both languages', async () => {
    const path = `/rounds/${round}/eligibility`;
    expect(await read(world.teacher, path)).toContain('补录，更正');
    expect(await read(world.teacher, `${path}?lang=en`)).toContain('late entry, corrected');
    const page = await read(world.teacher, `/applications/${application}/check`);
    expect(`application ${page.includes('补录，更正')}`).toBe('application true');
  });

  test('in what the reviewing bodies see, on paper, and over the interface', async () => {
    await submit();
    for (const reviewer of [world.groupLeader, world.schoolOffice]) {
      const page = await read(reviewer, `/applications/${application}/review`);
      expect(`review ${page.includes('补录，更正')}`).toBe('review true');
    }
    const office = await as(world.schoolOffice);
    const paper = await office.get(`/applications/${application}/form.pdf`);
    const text = pdfText(new Uint8Array(await paper.arrayBuffer())).replaceAll(/\s/g, '');
    expect(text).toContain('补录');
    expect(text).toContain('更正');
    const answer = await office.get(`/api/v1/applications/${application}`);
    const { records, findings } = (await answer.json()) as {
      records: { id: string; late: boolean; corrected: boolean }[];
      findings: object;
    };
    expect(records.length).toBeGreaterThan(0);
    for (const { id, ...marks } of records) {
      expect(marks).toMatchObject({ late: true, corrected: true });
      expect(JSON.stringify(findings)).toContain(id);
    }
  });

  test('beside the record it looks like', async () => {
    const twin = await makeRecord(db, world.teacher, 'open-class', { level: 'school', state: 'submitted' });
    await sql`UPDATE record SET similar_to = ${record}, similar_because = 'same-title' WHERE id = ${twin}`.execute(
      db,
    );
    const page = await read(world.schoolOffice, `/records/${twin}`);
    expect(`similar ${page.includes('补录')} ${page.includes('更正')}`).toBe('similar true true');
  });
});
