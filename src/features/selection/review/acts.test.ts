import { beforeAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../../../../tests/support/database.ts';
import { makeEligible, makeRound, type RoundMore } from '../../../../tests/support/round.ts';
import {
  makePerson,
  makeRecord,
  makeWorld,
  type TestUnit,
  type World,
} from '../../../../tests/support/world.ts';
import { newId } from '../../../platform/ids.ts';
import { selectTimeline } from '../../audit/queries.ts';
import type { Actor, Role } from '../../identity/rules.ts';
import { openDraft, saveDraft, submit, withdraw } from '../applications/acts.ts';
import { selectApplication } from '../applications/queries.ts';
import { listRecommended } from '../papers/queries.ts';
import { listUnitQuotas, replaceQuotas } from '../rounds/quotas/queries.ts';
import { handBack, recommend, refuse, reorder, takeBack } from './acts.ts';
import { answersIn, listDecisions, listOrder, listReviews, selectDecisionsOf } from './queries.ts';
import { answerClause, recuse } from './questions.ts';
import { type QueueFilter, selectQueue } from './queue/queries.ts';
import type { By, Done } from './turn.ts';

const { db } = await testDatabase();
let world: World;
const NOW = new Date('2026-11-23T02:00:00Z');

beforeAll(async () => {
  world = await makeWorld(db);
});

const actor = (personId: string, role: Role, unit: TestUnit): Actor => ({
  personId,
  name: '',
  unitId: unit.id,
  unitPath: unit.path,
  unitName: '',
  assignments: [{ role, unitId: unit.id, unitPath: unit.path, unitName: '' }],
});
const leader = () => actor(world.groupLeader, 'group-leader', world.group);
const office = () => actor(world.schoolOffice, 'school-office', world.school);
const principal = () => actor(world.schoolLeader, 'school-leader', world.school);
const county = () => actor(world.countyOffice, 'county-office', world.county);
const otherCounty = () => actor(world.otherCountyOffice, 'county-office', world.otherCounty);
/** 王芳 in the stead of somebody. */
const deputyOf = (who: Actor): Actor => ({
  ...actor(world.colleague, 'auditor', world.school),
  assignments: who.assignments.map((held) => ({ ...held, for: { personId: who.personId, name: '' } })),
});
const by = (who: Actor, now = NOW): By => ({ actor: who, now, submission: newId() });
const why = (done: Done) => (done.ok ? 'done' : done.refusal.refusal);

let count = 0;
async function applicant(
  roundId: string,
  prepare: (id: string) => Promise<void> = makeEligibleFor,
  subject = '语文',
) {
  count += 1;
  const personId = await makePerson(db, world.school, `申报人${count}`, { group: world.group, subject });
  await prepare(personId);
  const self: Actor = { ...actor(personId, 'auditor', world.group), assignments: [] };
  const opened = await openDraft(db, roundId, self, newId(), NOW);
  if (!opened.ok) throw new Error(opened.obstacle);
  await saveDraft(db, opened.id, { statement: '教育教学实绩' }, { revision: 1, tab: newId() }, NOW);
  const sent = await submit(db, opened.id, { now: NOW, today: '2026-11-23' });
  if (!sent.ok) throw new Error(JSON.stringify(sent.desk.obstacles.map((one) => one.kind)));
  return { id: opened.id, personId, self };
}
const makeEligibleFor = (id: string) => makeEligible(db, id);
const nothing = async () => {};

const cityRound = (more: RoundMore = {}) =>
  makeRound(db, 'city', world.city, world.cityOffice, { quotas: [[world.county, 3]], ...more });
const schoolRound = (more: RoundMore = {}) => makeRound(db, 'school', world.school, world.schoolLeader, more);
const candidateRound = (more: RoundMore = {}) =>
  makeRound(db, 'candidates', world.school, world.schoolLeader, more);
const SCHOOL = 2;
const COUNTY = 3;

async function atCounty(roundId: string) {
  const one = await applicant(roundId);
  expect(await recommend(db, roundId, SCHOOL, [one.id], null, by(office()))).toEqual({ ok: true });
  return one;
}
const used = async (roundId: string, unit: TestUnit, part = '') =>
  (await listUnitQuotas(db, roundId, unit.id)).find((row) => row.part === part)?.used;

describe('places', () => {
  test('of eight recommendations at the same instant on three places exactly three succeed, and nothing is half done', async () => {
    const roundId = await cityRound();
    const all = await Promise.all(Array.from({ length: 8 }, () => atCounty(roundId)));
    const done = await Promise.all(
      all.map(({ id }) => recommend(db, roundId, COUNTY, [id], null, by(county()))),
    );
    expect(done.map(why).toSorted()).toEqual([...Array(3).fill('done'), ...Array(5).fill('quota-full')]);
    expect(await used(roundId, world.county)).toBe(3);
    expect(await listOrder(db, roundId, COUNTY, world.county.id)).toHaveLength(3);
    const states = await Promise.all(all.map(({ id }) => selectApplication(db, id)));
    expect(states.map(({ position }) => position).toSorted()).toEqual([3, 3, 3, 3, 3, 4, 4, 4]);
  });

  test('several are recommended together, or none when one of them finds no place', async () => {
    const roundId = await cityRound();
    const all = [
      await atCounty(roundId),
      await atCounty(roundId),
      await atCounty(roundId),
      await atCounty(roundId),
    ];
    const ids = all.map(({ id }) => id);
    const refused = await recommend(db, roundId, COUNTY, ids, null, by(county()));
    expect(refused).toMatchObject({
      ok: false,
      refusal: { refusal: 'quota-full', places: 3, several: { wanted: 4, free: 3 } },
    });
    expect(await used(roundId, world.county)).toBe(0);
    expect(await recommend(db, roundId, COUNTY, ids.slice(0, 3), null, by(county()))).toEqual({ ok: true });
    expect(await used(roundId, world.county)).toBe(3);
  });

  test('the same click twice recommends once', async () => {
    const roundId = await cityRound();
    const { id } = await atCounty(roundId);
    const twice = await Promise.all(
      [1, 2].map(() => recommend(db, roundId, COUNTY, [id], null, by(county()))),
    );
    expect(twice).toEqual([{ ok: true }, { ok: true }]);
    expect(await used(roundId, world.county)).toBe(1);
  });

  test('a county without places in the table recommends nobody', async () => {
    const roundId = await cityRound({ quotas: [[world.otherCounty, 5]] });
    const { id } = await atCounty(roundId);
    expect(why(await recommend(db, roundId, COUNTY, [id], null, by(county())))).toBe('no-quota');
  });

  test('withdrawn and applied for again it begins with the first body: nothing of before stands', async () => {
    const roundId = await cityRound();
    const { id, self } = await atCounty(roundId);
    expect(await recommend(db, roundId, COUNTY, [id], null, by(county()))).toEqual({ ok: true });
    expect(await listRecommended(db, roundId, COUNTY, world.county.id)).toHaveLength(1);
    expect(await withdraw(db, id, self, NOW)).toBeNull();
    expect(await listRecommended(db, roundId, COUNTY, world.county.id)).toEqual([]);
    await openDraft(db, roundId, self, newId(), NOW);
    expect((await submit(db, id, { now: NOW, today: '2026-11-23' })).ok).toBe(true);
    expect(await listOrder(db, roundId, SCHOOL, world.school.id)).toEqual([]);
    expect(why(await recommend(db, roundId, COUNTY, [id], null, by(county())))).toBe('not-yet');
  });

  test('places given after a body recommended without any are not touched when that recommendation ends', async () => {
    const roundId = await cityRound();
    const { id, self } = await atCounty(roundId);
    const below = { path: world.school.path, level: 'school' };
    const basis = { from: 'hand' as const };
    await replaceQuotas(db, roundId, below, [
      { unitId: world.school.id, unitPath: world.school.path, places: 1, basis },
    ]);
    const other = await applicant(roundId);
    expect(await recommend(db, roundId, SCHOOL, [other.id], null, by(office()))).toEqual({ ok: true });
    expect(await used(roundId, world.school)).toBe(1);
    expect(await withdraw(db, id, self, NOW)).toBeNull();
    expect(await used(roundId, world.school)).toBe(1);
  });

  test('a recommendation taken back, an application handed back, refused or withdrawn gives its place back', async () => {
    const roundId = await cityRound();
    const [a, b, c] = [await atCounty(roundId), await atCounty(roundId), await atCounty(roundId)];
    for (const { id } of [a, b, c]) await recommend(db, roundId, COUNTY, [id], null, by(county()));
    expect(await takeBack(db, a.id, by(county()))).toEqual({ ok: true });
    const told = await db
      .selectFrom('notice')
      .select('kind')
      .where('href', '=', `/applications/${a.id}`)
      .execute();
    expect(told.map(({ kind }) => kind)).toContain('application-taken-back');
    expect(await used(roundId, world.county)).toBe(2);
    const city = actor(world.cityOffice, 'city-office', world.city);
    expect(await handBack(db, b.id, 'body-before', '请核对课题结题材料', by(city))).toEqual({ ok: true });
    expect(await used(roundId, world.county)).toBe(1);
    expect(await selectApplication(db, b.id)).toMatchObject({ state: 'in-review', position: COUNTY });
    expect(await withdraw(db, c.id, c.self, NOW)).toBeNull();
    expect(await used(roundId, world.county)).toBe(0);
    await recommend(db, roundId, COUNTY, [b.id], null, by(county()));
    expect(await refuse(db, b.id, 'research', '课题未结题', by(city))).toEqual({ ok: true });
    expect(await used(roundId, world.county)).toBe(0);
  });

  test('a body orders those it recommends, and the gap closes when one leaves', async () => {
    const roundId = await cityRound();
    const [a, b, c] = [await atCounty(roundId), await atCounty(roundId), await atCounty(roundId)];
    for (const { id } of [a, b, c]) await recommend(db, roundId, COUNTY, [id], null, by(county()));
    const order = () => listOrder(db, roundId, COUNTY, world.county.id);
    await reorder(db, c.id, 'up', by(county()));
    expect(await order()).toEqual([a.id, c.id, b.id]);
    // Nobody stands before the first: nothing is done, and nothing is said to have been.
    await reorder(db, a.id, 'up', by(county()));
    expect(await order()).toEqual([a.id, c.id, b.id]);
    const said = db.selectFrom('audit').select('subject_id').where('action', '=', 'application.reorder');
    expect(await said.where('subject_id', 'in', [a.id, c.id]).execute()).toEqual([{ subject_id: c.id }]);
    await takeBack(db, a.id, by(county()));
    const places = async (id: string) =>
      (await listReviews(db, id)).find((one) => one.current && one.position === COUNTY)?.place;
    expect([await places(c.id), await places(b.id)]).toEqual([1, 2]);
  });

  test('whoever stands aside for one in the order moves nobody in it, for a neighbour moves that one too', async () => {
    const roundId = await cityRound();
    const [a, b] = [await atCounty(roundId), await atCounty(roundId)];
    for (const { id } of [a, b]) await recommend(db, roundId, COUNTY, [id], null, by(county()));
    await recuse(db, b.id, world.countyOffice, 'spouse', by(county()));
    expect(why(await reorder(db, a.id, 'down', by(county())))).toBe('stake-in-order');
    expect(await listOrder(db, roundId, COUNTY, world.county.id)).toEqual([a.id, b.id]);
  });
});

describe('who may act, and when', () => {
  test('the office of another county is refused, and so is one before its turn or after it', async () => {
    const roundId = await cityRound();
    const { id } = await applicant(roundId);
    expect(why(await recommend(db, roundId, COUNTY, [id], null, by(otherCounty())))).toBe('other-unit');
    const early = await recommend(db, roundId, COUNTY, [id], null, by(county()));
    expect(early).toMatchObject({
      ok: false,
      refusal: { refusal: 'not-yet', waitsFor: { position: SCHOOL } },
    });
    await recommend(db, roundId, SCHOOL, [id], null, by(office()));
    await recommend(db, roundId, COUNTY, [id], null, by(county()));
    expect(why(await refuse(db, id, 'places', '理由', by(office())))).toBe('already-passed');
  });

  test('SC13: the leading group cannot approve a person the teaching office never examined', async () => {
    const roundId = await schoolRound();
    const { id } = await applicant(roundId, nothing);
    await recommend(db, roundId, 2, [id], null, by(leader()));
    const refused = await recommend(db, roundId, 4, [id], null, by(principal()));
    expect(refused).toMatchObject({
      ok: false,
      refusal: { refusal: 'not-yet', waitsFor: { stage: { id: 'office-examination' } } },
    });
    expect(await recommend(db, roundId, 3, [id], null, by(office()))).toEqual({ ok: true });
    expect(await recommend(db, roundId, 4, [id], null, by(principal()))).toEqual({ ok: true });
  });

  test('after the stage’s deadline nothing is decided any more', async () => {
    const roundId = await cityRound({ stages: { 'school-recommendation': '2026-11-24T16:00:00Z' } });
    const { id } = await applicant(roundId);
    const late = new Date('2026-11-24T16:00:01Z');
    expect(why(await recommend(db, roundId, SCHOOL, [id], null, by(office(), late)))).toBe('after-deadline');
    expect(await recommend(db, roundId, SCHOOL, [id], null, by(office()))).toEqual({ ok: true });
    expect(why(await takeBack(db, id, by(office(), late)))).toBe('after-deadline');
  });

  test('a deputy recommends for the body in the stead of its office, and the review names both', async () => {
    const roundId = await cityRound();
    const { id } = await atCounty(roundId);
    expect(await recommend(db, roundId, COUNTY, [id], null, by(deputyOf(county())))).toEqual({ ok: true });
    expect((await listReviews(db, id)).at(-1)).toMatchObject({
      decidedBy: '王芳',
      decidedFor: '孙伟',
      unitName: '青溪县教育局',
    });
    const [entry] = await selectTimeline(db, { subjectId: id });
    expect(entry).toMatchObject({ actorName: '王芳', forName: '孙伟', action: 'application.recommend' });
  });

  test('a recusal follows into the stead: the deputy of one who stands aside does not act either', async () => {
    const roundId = await cityRound();
    const { id } = await atCounty(roundId);
    await recuse(db, id, world.countyOffice, 'spouse', by(county()));
    const refused = await recommend(db, roundId, COUNTY, [id], null, by(deputyOf(county())));
    expect(why(refused)).toBe('principal-aside');
    // Held in one's own right beside it, the post is one's own to act in.
    const both = deputyOf(county());
    const colleague: Actor = { ...both, assignments: [...both.assignments, ...county().assignments] };
    expect(await recommend(db, roundId, COUNTY, [id], null, by(colleague))).toEqual({ ok: true });
    expect((await listReviews(db, id)).at(-1)?.decidedFor).toBeNull();
  });

  test('nobody reviews their own application, and the recused neither act nor see it in their queue', async () => {
    const roundId = await cityRound();
    const { id, personId } = await applicant(roundId);
    const self = actor(personId, 'school-office', world.school);
    expect(why(await recommend(db, roundId, SCHOOL, [id], null, by(self)))).toBe('own-application');
    const queue: QueueFilter = {
      roundId,
      position: SCHOOL,
      unitPath: world.school.path,
      tab: 'waiting',
      outcome: null,
      subject: null,
      under: null,
      readers: [world.schoolOffice],
    };
    const read = (filter = queue) =>
      selectQueue(
        db,
        filter,
        world.school.id,
        { sort: 'submitted', descending: false, ranked: [] },
        { limit: 10, offset: 0 },
      );
    expect((await read()).rows.map((row) => row.id)).toEqual([id]);
    await recuse(db, id, world.schoolOffice, 'spouse', by(office()));
    expect(why(await recommend(db, roundId, SCHOOL, [id], null, by(office())))).toBe('recused');
    expect((await read()).rows).toEqual([]);
    expect((await read()).counts.waiting).toBe(0);
    expect((await read({ ...queue, readers: [world.schoolLeader] })).counts.waiting).toBe(1);
  });

  test('a return needs its reason, a refusal its clause and its reason', async () => {
    const roundId = await cityRound();
    const { id } = await applicant(roundId);
    expect(why(await handBack(db, id, 'applicant', '  ', by(office())))).toBe('no-reason');
    expect(why(await handBack(db, id, 'body-before', '理由', by(office())))).toBe('no-body-before');
    expect(why(await refuse(db, id, 'no-such', '理由', by(office())))).toBe('no-such-clause');
    expect(why(await refuse(db, id, 'computer', '', by(office())))).toBe('no-reason');
    expect(await selectApplication(db, id)).toMatchObject({ state: 'in-review', position: SCHOOL });
  });

  test('every act stands in the audit of the application', async () => {
    const roundId = await cityRound();
    const { id } = await atCounty(roundId);
    await refuse(db, id, 'computer', '证书未见原件', by(county()));
    const entries = await selectTimeline(db, { subjectId: id });
    expect(entries.map(({ action }) => action)).toEqual([
      'application.refuse',
      'application.recommend',
      'application.submit',
      'application.draft',
    ]);
    expect(entries[0]?.reason).toBe('证书未见原件');
  });
});

describe('what a recommendation rests on', () => {
  test('records still to be confirmed hold the school’s recommendation up, not the group’s', async () => {
    const claim = async (id: string) => {
      await makeRecord(db, id, 'project', {
        level: 'city',
        on: '2025-03-01',
        fields: { role: 'lead' },
        state: 'submitted',
      });
      await makeRecord(db, id, 'paper', {
        level: 'county',
        on: '2025-03-01',
        authorOrder: 1,
        fields: { outcome: 'publication' },
      });
      await makeRecord(db, id, 'open-class', { level: 'county', on: '2025-03-01' });
      await makeRecord(db, id, 'honour', {
        level: 'county',
        on: '2024-01-01',
        fields: { kind: 'academic-leader' },
      });
      await makeRecord(db, id, 'work', { on: '2024-05-01', authorOrder: 1, fields: { independent: true } });
    };
    const withoutForm = (source: string) => source.replace(/required: true/g, 'required: false');
    const roundId = await candidateRound({ edit: withoutForm });
    const { id } = await applicant(roundId, claim);
    expect(await recommend(db, roundId, 2, [id], null, by(leader()))).toEqual({ ok: true });
    const refused = await recommend(db, roundId, 3, [id], null, by(principal()));
    expect(refused).toMatchObject({ ok: false, refusal: { refusal: 'evidence-missing' } });
  });

  test('a question the file gives to a body is answered with a reason before the last body approves', async () => {
    let [honour, claimed, openClass] = ['', '', ''];
    const claim = async (id: string) => {
      await makeRecord(db, id, 'project', { level: 'city', on: '2025-03-01', fields: { role: 'member' } });
      await makeRecord(db, id, 'paper', {
        level: 'county',
        on: '2025-03-01',
        authorOrder: 1,
        fields: { outcome: 'publication' },
      });
      openClass = await makeRecord(db, id, 'open-class', { level: 'county', on: '2025-03-01' });
      honour = await makeRecord(db, id, 'honour', {
        level: 'county',
        on: '2024-01-01',
        fields: { kind: 'academic-leader' },
      });
      claimed = await makeRecord(db, id, 'competition', { level: 'county', state: 'submitted' });
    };
    const roundId = await candidateRound();
    const { id } = await applicant(roundId, claim);
    const answer = {
      clause: 'prestige',
      outcome: 'met' as const,
      reason: '多次在全区教研活动中主讲',
      attendees: '校委会7人',
      records: [honour],
    };
    expect(why(await answerClause(db, id, answer, by(leader())))).toBe('other-body');
    expect(await recommend(db, roundId, 2, [id], null, by(leader()))).toEqual({ ok: true });
    expect(why(await recommend(db, roundId, 3, [id], null, by(principal())))).toBe('decision-missing');
    expect(why(await answerClause(db, id, { ...answer, reason: '' }, by(principal())))).toBe('no-reason');
    // Influence and standing are found met only on records of the kinds named that the school has confirmed.
    for (const records of [[], [claimed], [openClass], [newId()]]) {
      expect(why(await answerClause(db, id, { ...answer, records }, by(principal())))).toBe('no-evidence');
    }
    const chosen = { ...answer, records: [honour, claimed] };
    expect(await answerClause(db, id, chosen, by(principal()))).toEqual({ ok: true });
    expect(await listDecisions(db, id)).toMatchObject([{ clause: 'prestige', records: [honour] }]);
    expect((await selectApplication(db, id)).outcome).toBe('met');
    // A later answer replaces it, however the decisions are read; changed back, the application goes on.
    for (const outcome of ['unmet', 'met'] as const) {
      const later = { ...chosen, outcome, records: outcome === 'met' ? [honour] : [] };
      expect(await answerClause(db, id, later, by(principal()))).toEqual({ ok: true });
      expect(answersIn(await listDecisions(db, id))).toEqual({ prestige: outcome });
      expect(await selectDecisionsOf(db, id)).toEqual({ prestige: outcome });
    }
    expect(await recommend(db, roundId, 3, [id], null, by(principal()))).toEqual({ ok: true });
  });
});

describe('SC12: one to three per subject, in principle', () => {
  test('the fourth of a subject needs a decision on record, with who decided and why', async () => {
    const roundId = await schoolRound();
    const all = [];
    for (let i = 0; i < 4; i += 1) all.push(await applicant(roundId, nothing));
    for (const { id } of all) await recommend(db, roundId, 2, [id], null, by(leader()));
    const ids = all.map(({ id }) => id);
    for (const id of ids.slice(0, 3))
      expect(await recommend(db, roundId, 3, [id], null, by(office()))).toEqual({ ok: true });
    const fourth = ids[3] ?? '';
    const attempt = (exception: { reason: string; attendees: string } | null) =>
      recommend(db, roundId, 3, [fourth], exception, by(office()));
    expect(await attempt(null)).toMatchObject({
      ok: false,
      refusal: { refusal: 'quota-full-soft', places: 3 },
    });
    expect(why(await attempt({ reason: '', attendees: '领导小组5人' }))).toBe('exception-needs-reason');
    expect(why(await attempt({ reason: '语文组新教师多', attendees: '' }))).toBe('exception-needs-attendees');
    expect(await attempt({ reason: '语文组新教师多', attendees: '领导小组5人' })).toEqual({ ok: true });
    expect(await listDecisions(db, fourth)).toMatchObject([
      { kind: 'exception', reason: '语文组新教师多', attendees: '领导小组5人' },
    ]);
    // The leading group draws on the same number: those the office passed hold their places already.
    for (const id of ids)
      expect(await recommend(db, roundId, 4, [id], null, by(principal()))).toEqual({ ok: true });
    expect(await used(roundId, world.school, '语文')).toBe(4);
  });

  test('taking the exceptional one back takes its extra place away', async () => {
    const roundId = await schoolRound();
    const all = [];
    for (let i = 0; i < 5; i += 1) all.push(await applicant(roundId, nothing));
    const ids = all.map(({ id }) => id);
    for (const id of ids) await recommend(db, roundId, 2, [id], null, by(leader()));
    for (const id of ids.slice(0, 3)) await recommend(db, roundId, 3, [id], null, by(office()));
    await recommend(db, roundId, 3, [ids[3] ?? ''], { reason: '理由', attendees: '5人' }, by(office()));
    await takeBack(db, ids[3] ?? '', by(office()));
    expect(why(await recommend(db, roundId, 3, [ids[4] ?? ''], null, by(office())))).toBe('quota-full-soft');
  });

  test('a number that binds admits no exception', async () => {
    const roundId = await cityRound({ quotas: [[world.county, 0]] });
    const { id } = await atCounty(roundId);
    const exception = { reason: '理由', attendees: '5人' };
    expect(why(await recommend(db, roundId, COUNTY, [id], exception, by(county())))).toBe(
      'exception-not-allowed',
    );
  });

  test('another subject has places of its own', async () => {
    const roundId = await schoolRound();
    const all = [];
    for (const subject of ['语文', '语文', '语文', '数学'])
      all.push(await applicant(roundId, nothing, subject));
    for (const { id } of all) await recommend(db, roundId, 2, [id], null, by(leader()));
    for (const { id } of all)
      expect(await recommend(db, roundId, 3, [id], null, by(office()))).toEqual({ ok: true });
  });
});

describe('SC20: two from each group, eight for the school', () => {
  test('a group recommends two and no third; the school determines no ninth', async () => {
    const eligible = async (id: string) => {
      await makeRecord(db, id, 'project', { level: 'city', on: '2025-03-01', fields: { role: 'lead' } });
      await makeRecord(db, id, 'paper', {
        level: 'county',
        on: '2025-03-01',
        authorOrder: 1,
        fields: { outcome: 'publication' },
      });
      await makeRecord(db, id, 'open-class', { level: 'county', on: '2025-03-01' });
      await makeRecord(db, id, 'honour', {
        level: 'county',
        on: '2024-01-01',
        fields: { kind: 'academic-leader' },
      });
      await makeRecord(db, id, 'work', { on: '2024-05-01', authorOrder: 1, fields: { independent: true } });
    };
    const roundId = await candidateRound({ places: 1 });
    const [a, b, c] = [
      await applicant(roundId, eligible),
      await applicant(roundId, eligible),
      await applicant(roundId, eligible),
    ];
    expect(await recommend(db, roundId, 2, [a.id, b.id], null, by(leader()))).toEqual({ ok: true });
    expect(await recommend(db, roundId, 2, [c.id], null, by(leader()))).toMatchObject({
      ok: false,
      refusal: { refusal: 'quota-full', places: 2 },
    });
    // One place stands in for eight: the number is the round's.
    expect(await recommend(db, roundId, 3, [a.id], null, by(principal()))).toEqual({ ok: true });
    expect(await recommend(db, roundId, 3, [b.id], null, by(principal()))).toMatchObject({
      ok: false,
      refusal: { refusal: 'quota-full', places: 1 },
    });
  });
});
