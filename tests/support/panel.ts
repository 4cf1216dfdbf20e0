import { insertEvidence } from '../../src/features/records/evidence/queries.ts';
import type { Db } from '../../src/platform/database.ts';
import type { FileStore } from '../../src/platform/files.ts';
import { newId } from '../../src/platform/ids.ts';
import type { TestApp, TestBrowser } from './app.ts';
import { makeEligible, makeRound, type RoundMore } from './round.ts';
import { makePerson, makeRecord, type TestUnit, type World } from './world.ts';

/* A round of the city whose county stage is judged blind, applicants who wait there, and judges from elsewhere. */

export const JUDGING = `    judging:
      blind: [name, unit]
      shows: [subject]
      judges: {least: 3, most: 5}
      criteria:
        - {id: teaching, names: {zh-CN: 教学实绩, en: teaching}, max: 60, step: 0.5}
        - {id: research, names: {zh-CN: 教研成果, en: research}, max: 40, reason: true}
      dropHighest: 1
      dropLowest: 1
      rounding: {places: 2, mode: half-up}
`;
const COUNTY_STAGE = '    body: county-personnel\n    does: recommend\n';

export function judgedRound(
  db: Db,
  world: World,
  { judging = JUDGING, ...more }: RoundMore & { readonly judging?: string } = {},
): Promise<string> {
  return makeRound(db, 'city', world.city, world.cityOffice, {
    quotas: [[world.county, 9]],
    ...more,
    edit: (source) => withJudging(source, judging),
  });
}

/** The city's programme with its county stage judged. */
export function withJudging(source: string, judging = JUDGING): string {
  if (!source.includes(COUNTY_STAGE)) throw new Error('the programme has no such stage');
  return source.replace(COUNTY_STAGE, `${COUNTY_STAGE}${judging}`);
}

/** A PDF as scanners make it, with a name in it that nobody has struck out. */
export const scan = (text: string): Uint8Array => new TextEncoder().encode(`%PDF-1.4\n% ${text}\n%%EOF\n`);

export interface Applied {
  readonly person: string;
  readonly application: string;
  readonly name: string;
}
/** Somebody of the school has applied and been recommended by the school: the county has the application now. */
export async function appliedTo(
  { app, files, db }: { readonly app: TestApp; readonly files: FileStore; readonly db: Db },
  world: World,
  round: string,
  name: string,
  { at = world.school, group = world.group }: { at?: TestUnit; group?: TestUnit | null } = {},
): Promise<Applied> {
  const staffNumber = `TP${newId().slice(-8).toUpperCase()}`;
  const person = await makePerson(db, at, name, { group, staffNumber });
  await db
    .updateTable('person')
    .set({ phone: `138${staffNumber.length}0001234` })
    .where('id', '=', person)
    .execute();
  await makeEligible(db, person);
  const record = await makeRecord(db, person, 'open-class', {
    level: 'county',
    on: '2025-09-10',
    title: `${name}在青溪县第一小学的《观潮》公开课`,
  });
  const bytes = scan(`${name} 的证书`);
  await insertEvidence(db, [
    {
      id: newId(),
      personId: person,
      recordId: record,
      fileName: `${name}-青溪县第一小学-证书.pdf`,
      mediaType: 'application/pdf',
      size: bytes.length,
      sha256: await files.put(bytes),
      uploadedBy: person,
      at: new Date('2026-11-02T01:00:00Z'),
    },
  ]);
  const browser = await app.as(person);
  const path = (await browser.post(`/rounds/${round}/apply`)).headers.get('location') ?? '';
  await browser.post(`${path}/statement`, {
    'field.statement': `我是${name}（${staffNumber}），在青溪县第一小学语文教研组任教，带动本组教师共同提高。`,
    revision: '1',
  });
  const sent = await browser.post(`${path}/submit`);
  if (sent.status !== 303) throw new Error(`${name} could not apply: ${sent.status}`);
  const application = path.split('/')[2] ?? '';
  await db.updateTable('application').set({ position: 3 }).where('id', '=', application).execute();
  return { person, application, name };
}

/** Teachers of schools of another county, who see nothing of this one. */
export async function makeJudges(db: Db, world: World, n: number): Promise<string[]> {
  const judges: string[] = [];
  for (let i = 0; i < n; i += 1)
    judges.push(
      await makePerson(db, world.otherSchool, `评委${'甲乙丙丁戊己庚'[i]}`, {
        staffNumber: `J${newId().slice(-8)}`,
      }),
    );
  return judges;
}

/** The office forms a panel with these judges for November; its id. */
export async function formedPanel(
  office: TestBrowser,
  round: string,
  unit: TestUnit,
  judges: readonly string[],
): Promise<string> {
  const made = await office.post(`/rounds/${round}/panels`, { stage: `3 ${unit.id}` });
  const path = made.headers.get('location')?.split('?')[0] ?? '';
  if (made.status !== 303) throw new Error(`no panel: ${made.status} ${await made.text()}`);
  await office.post(`${path}/dates`, { from: '2026-11-20', until: '2026-11-28' });
  for (const person of judges) {
    const given = await office.post(`${path}/seats`, { person });
    if (given.status !== 303) throw new Error(`no seat: ${given.status}`);
  }
  return path.split('/')[2] ?? '';
}

/** Everything is let through for each candidate as it stands at first, files of a blind panel held back. */
export async function lookedThrough(
  office: TestBrowser,
  db: Db,
  panel: string,
  files = false,
): Promise<void> {
  const entries = await db.selectFrom('panel_entry').select('id').where('panel_id', '=', panel).execute();
  for (const { id } of entries) {
    const page = await (await office.get(`/panels/${panel}/entries/${id}`)).text();
    const boxes = [...page.matchAll(/<input type="checkbox" name="shown" value="([^"]+)"( checked)?/g)];
    const shown = boxes.flatMap(([, value = '', checked]) => (files || checked !== undefined ? [value] : []));
    const done = await office.post(`/panels/${panel}/entries/${id}`, { shown });
    if (done.status !== 303) throw new Error(`not looked through: ${done.status}`);
  }
}

export const codesOf = async (browser: TestBrowser, panel: string): Promise<string[]> => {
  const page = await (await browser.get(`/judging/${panel}`)).text();
  return [...page.matchAll(new RegExp(`<th[^>]*><a href="/judging/${panel}/([A-Z0-9-]+)"`, 'g'))].map(
    ([, code = '']) => code,
  );
};
