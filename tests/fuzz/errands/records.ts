import { type Errand, type Going, textFile } from '../errands.ts';

/** Growth files: what a unit enters, confirms and imports. */

const OFFICE = 'school-office';

async function decision(go: Going): Promise<void> {
  const record = await go.link(OFFICE, '/verification', /^\/records\/[\w-]{36}$/);
  await go.fill(OFFICE, record, /\/decision$/, { decision: 'confirm' });
}

async function withdrawn(go: Going): Promise<void> {
  await go.fill('teacher', '/records/new?type=open-class', /\/records\/new$/, {
    title: '《落花生》公开课',
    happenedOn: '2026-11-20',
    next: null,
  });
  await go.fill('teacher', await go.link('teacher', '/records', /^\/records\/[\w-]{36}$/), /\/withdraw$/);
}

async function facts(go: Going): Promise<void> {
  const page = `/people/${go.persona('teacher').personId}/facts`;
  const entry = await go.link(OFFICE, page, /\/facts\/entry\?type=/);
  await go.fill(OFFICE, entry, /\/entry$/, { happenedOn: '2026-11-20' });
  await go.fill(OFFICE, page, /\/take-back$/);
}

async function imported(go: Going): Promise<void> {
  const number = await go.kept.services.db
    .selectFrom('person')
    .select(['staff_number as number', 'name'])
    .where('id', '=', go.persona('teacher').personId)
    .executeTakeFirstOrThrow();
  const table = `工号,姓名,类别,名称,日期,级别\n${number.number},${number.name},公开课,《草船借箭》,2025-05-01,校级\nX1,无人,公开课,《匆匆》,2025-05-01,校级\n`;
  for (const act of ['confirm', 'abandon'] as const) {
    const { location } = await go.fill(OFFICE, '/records/imports/new', /\/imports\/new$/, {
      file: textFile('成长记录.csv', 'text/csv', table),
    });
    await go.fill(OFFICE, `${location}/columns`, /\/columns$/, { oneType: null });
    await go.see(OFFICE, `${location}/faults.xlsx`);
    await go.fill(OFFICE, location, new RegExp(`/${act}$`));
  }
  await go.see(OFFICE, await go.link(OFFICE, '/records/imports/new', /\/records\/imports\/template\?type=/));
}

export const recordErrands: Readonly<Record<string, Errand>> = {
  'a record is confirmed': decision,
  'a record is taken back by its owner': withdrawn,
  'what the unit keeps of somebody': facts,
  'a table of records': imported,
};
