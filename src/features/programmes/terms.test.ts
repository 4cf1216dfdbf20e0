import { expect, test } from 'vitest';
import { testApp } from '../../../tests/support/app.ts';
import { testDatabase } from '../../../tests/support/database.ts';
import { makeRound } from '../../../tests/support/round.ts';
import { makeRecord, makeWorld } from '../../../tests/support/world.ts';
import { assess } from '../selection/dossier/assess.ts';
import { selectRound } from '../selection/rounds/queries.ts';
import { adoptPublishedTerms } from './terms.ts';

const { db } = await testDatabase();

test('a record of a kind only one published programme knows can be entered, and counts for it', async () => {
  const world = await makeWorld(db);
  const kept = testApp(db);
  const teacher = await kept.as(world.teacher);
  expect(await (await teacher.get('/records/new')).text()).not.toContain('乡村支教');
  const kind = `    rural-support:
      names: {zh-CN: 乡村支教, en: rural support}
      unit: {zh-CN: 次, en: times}
      fields: {years: {names: {zh-CN: 满年数, en: full years}, type: number, required: true}}
`;
  const clause = '    - {id: support, sum: {record: rural-support, of: years, min: 1}}\n';
  const roundId = await makeRound(db, 'city', world.city, world.cityOffice, {
    edit: (source) =>
      source
        .replace(/(\nterms:\n[\s\S]*?\n {2}records:\n)/, `$1${kind}`)
        .replace(/(\neligibility:[\s\S]*?\n {2}all:\n)/, `$1${clause}`),
  });
  await adoptPublishedTerms(db);
  expect(await (await teacher.get('/records/new')).text()).toContain('乡村支教');
  expect(await (await teacher.get('/records/new?type=rural-support')).text()).toContain('满年数');
  await makeRecord(db, world.teacher, 'rural-support', { on: '2024-09-01', fields: { years: 2 } });
  const found = await assess(db, await selectRound(db, roundId), world.teacher);
  const support = found?.findings.root.children.find(({ id }) => id === 'support');
  expect(support).toMatchObject({ outcome: 'met', value: 2 });
  expect(await (await teacher.get('/records')).text()).toContain('乡村支教');
  // Retired, it leaves rounds and records behind that still speak of it.
  await db.updateTable('programme_version').set({ state: 'retired' }).execute();
  await adoptPublishedTerms(db);
  expect(await (await teacher.get('/records/new')).text()).toContain('乡村支教');
});
