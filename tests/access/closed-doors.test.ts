import { beforeAll, describe, expect, test } from 'vitest';
import { insertRecusal } from '../../src/features/selection/review/queries.ts';
import { updateRound } from '../../src/features/selection/rounds/queries.ts';
import { newId } from '../../src/platform/ids.ts';
import { testApp } from '../support/app.ts';
import { testDatabase } from '../support/database.ts';
import { makeEligible, makeRound } from '../support/round.ts';
import { makeWorld, type World } from '../support/world.ts';

/* Doors that a role opens and something else closes: an unfinished draft, a recusal, a round not yet announced. */

const { db } = await testDatabase();
const { as } = testApp(db);
let world: World;
let round: string;

beforeAll(async () => {
  world = await makeWorld(db);
  round = await makeRound(db, 'city', world.city, world.cityOffice, { quotas: [[world.county, 2]] });
});

const APPLICATION = (id: string) => [
  `/applications/${id}`,
  `/applications/${id}/review`,
  `/applications/${id}/form.pdf`,
  `/api/v1/applications/${id}`,
];

async function begin(person: string): Promise<string> {
  const answer = await (await as(person)).post(`/rounds/${round}/apply`);
  return /\/applications\/([^/?]+)/.exec(answer.headers.get('location') ?? '')?.[1] ?? '';
}

async function submitted(person: string): Promise<string> {
  await makeEligible(db, person);
  const id = await begin(person);
  await db
    .updateTable('application')
    .set({ state: 'in-review', position: 2, receipt: newId(), submitted_at: new Date() })
    .where('id', '=', id)
    .execute();
  return id;
}

describe('what is not anyone else’s to read', () => {
  test('an application that was never submitted is read by its applicant only', async () => {
    const id = await begin(world.colleague);
    expect((await (await as(world.colleague)).get(`/applications/${id}`)).status).toBe(200);
    for (const official of [world.schoolOffice, world.countyOffice, world.cityOffice, world.auditor]) {
      for (const address of APPLICATION(id)) {
        expect(`${address} ${(await (await as(official)).get(address)).status}`).toBe(`${address} 403`);
      }
    }
  });

  test('who stands aside reads nothing of the application, not as a paper and not through the interface', async () => {
    const id = await submitted(world.teacher);
    const office = await as(world.countyOffice);
    const listed = async () =>
      (await (await office.get(`/api/v1/rounds/${round}/applications`)).text()).includes(id);
    expect((await office.get(`/api/v1/applications/${id}`)).status).toBe(200);
    expect(await listed()).toBe(true);
    await insertRecusal(db, {
      id: newId(),
      roundId: round,
      personId: world.countyOffice,
      applicantId: world.teacher,
      relation: 'spouse',
      declaredBy: world.countyOffice,
      at: new Date(),
    });
    for (const address of APPLICATION(id).slice(1)) {
      expect(`${address} ${(await office.get(address)).status}`).toBe(`${address} 403`);
    }
    expect(await listed()).toBe(false);
  });

  test('a round that was not announced is there only for those who may open it', async () => {
    const draft = await makeRound(db, 'city', world.city, world.cityOffice);
    await updateRound(db, draft, { state: 'draft' });
    const addresses = [
      `/rounds/${draft}`,
      `/rounds/${draft}/eligibility`,
      `/rounds/${draft}/queue`,
      `/rounds/${draft}/screening`,
      `/rounds/${draft}/screening/figures.xlsx`,
      `/rounds/${draft}/screening/figures.pdf`,
      `/rounds/${draft}/quotas`,
      `/rounds/${draft}/result`,
      `/api/v1/rounds/${draft}`,
      `/api/v1/rounds/${draft}/applications`,
    ];
    const office = await as(world.cityOffice);
    expect((await office.get(`/rounds/${draft}`)).status).toBe(200);
    for (const person of [world.teacher, world.schoolOffice, world.countyOffice]) {
      const browser = await as(person);
      for (const address of addresses) {
        expect([403, 404], address).toContain((await browser.get(address)).status);
      }
      const rounds = await (await browser.get('/api/v1/rounds?list=draft')).text();
      expect(rounds).not.toContain(draft);
    }
  });
});
