import { beforeAll, expect, test } from 'vitest';
import { testDatabase } from '../../../../../tests/support/database.ts';
import { clause } from '../../../../../tests/support/language.ts';
import { makeRound } from '../../../../../tests/support/round.ts';
import { makePerson, makeUnit } from '../../../../../tests/support/world.ts';
import { newId } from '../../../../platform/ids.ts';
import { NO_LOCAL } from '../../../programmes/numbers/rules.ts';
import { keepShown, standBeside } from './shown.ts';

/* How somebody stands is said from beside a page only where that is what the page says, and of whom. */

const { db } = await testDatabase();
const { compiled } = clause('  {person: {subject: 数学}}');
const id = newId();
const round = { id: '', versionId: newId(), unitPath: '1.', asOf: '2026-11-23', numbers: null };
let personId: string;
let merged: string;

const page = (position: number): Parameters<typeof standBeside>[2] => [
  {
    roundId: round.id,
    position,
    unitPath: '1.',
    tab: 'waiting',
    outcome: null,
    subject: null,
    under: null,
    readers: [],
  },
  { sort: 'submitted', descending: false, ranked: [] },
  { limit: 50, offset: 0 },
];
const beside = (position = 1) =>
  standBeside(db, { ready: { compiled, local: NO_LOCAL }, round }, page(position));

beforeAll(async () => {
  const city = await makeUnit(db, null, 'city', '青溪市');
  const school = await makeUnit(db, city, 'school', '第一小学');
  personId = await makePerson(db, school, '李华', { subject: '数学' });
  merged = await makePerson(db, school, '李华', { subject: '语文' });
  round.id = await makeRound(db, 'city', city, personId);
});

test('nobody of a page that was not looked at, and of one that was those who were on it', async () => {
  expect((await beside())({ id, personId, outcome: 'met' })).toBeUndefined();
  keepShown(db, page(1), [{ id, personId }]);
  const stands = await beside();
  expect(stands({ id, personId, outcome: 'met' })).toEqual({ outcome: 'met', clauses: 1, met: 1 });
  expect(stands({ id: newId(), personId, outcome: 'met' })).toBeUndefined();
  expect((await beside(2))({ id, personId, outcome: 'met' })).toBeUndefined();
});

test('not who has another outcome by what the page says, which may be the younger', async () => {
  keepShown(db, page(1), [{ id, personId }]);
  const stands = await beside();
  expect(stands({ id, personId, outcome: 'unmet' })).toBeUndefined();
  expect(stands({ id, personId, outcome: null })).toBeUndefined();
});

test('not whoever had the application before, being found to be the same person', async () => {
  keepShown(db, page(1), [{ id, personId: merged }]);
  expect((await beside())({ id, personId, outcome: 'unmet' })).toBeUndefined();
});
