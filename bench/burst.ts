import { sql } from 'kysely';
import { walkChain } from '../src/features/audit/chain/verify.ts';
import { insertSession } from '../src/features/identity/queries.ts';
import { openDraft } from '../src/features/selection/applications/acts.ts';
import { screen } from '../src/features/selection/screening/screen.ts';
import { newId } from '../src/platform/ids.ts';
import { autosaveHeader, submissionField } from '../src/web/viewer.ts';
import { cpuSeconds, ownSeconds } from './cpu.ts';
import { serve, Visitor } from './http.ts';
import { benchCity, benchFolder, cityRound, figures, line, option } from './lib.ts';

/**
 * The last hour, in a minute: 2,000 teachers with open drafts come at random times within 60 s, see their
 * application, have their statement kept as they type, check it, submit and look at the receipt; every tenth clicks
 * twice. Over HTTP against the
 * built server with the durability of production: `npm run bench -- burst --teachers 60000`. Goal: none lost
 * or doubled, p99 ≤ 1 s.
 */
const applicants = option('applicants', 2000);
const seconds = option('seconds', 60);
/** Come before the others and are not counted: a server in its last hour has been asked before. */
const warmers = option('warm', 100);
const folder = benchFolder();

interface Applicant {
  readonly personId: string;
  readonly application: string;
  readonly token: string;
  readonly csrf: string;
}

const { roundId, people: everybody } = await prepare();
const [early, people] = [everybody.slice(0, warmers), everybody.slice(warmers)];
const server = await serve(folder.path, 18_081);
try {
  const times = {
    page: [] as number[],
    save: [] as number[],
    check: [] as number[],
    submit: [] as number[],
    receipt: [] as number[],
  };
  const failures: string[] = [];
  for (const [index, person] of early.entries()) await visit(person, index % 10 === 0);
  for (const list of Object.values(times)) list.length = 0;
  const [cpu, own, before] = [cpuSeconds(server.pid), ownSeconds(server.pid), await server.counts()];
  const began = performance.now();
  await Promise.all(
    people.map(async (person, index) => {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * seconds * 1000));
      await visit(person, index % 10 === 0);
    }),
  );
  const took = (performance.now() - began) / 1000;
  for (const [name, list] of Object.entries(times)) console.log(line(name, figures(list)));
  console.log(line('all', figures(Object.values(times).flat())));
  const after = await server.counts();
  const each = (total: number, digits: number) => (total / people.length).toFixed(digits);
  const [whole, ours] = [cpuSeconds(server.pid) - cpu, ownSeconds(server.pid) - own].map((s) => s * 1000);
  console.log(
    `${people.length} applicants in ${took.toFixed(1)} s; each ${each(whole ?? 0, 1)} ms of processor time (${each(ours ?? 0, 1)} ours), ${each(after.statements - before.statements, 1)} statements, ${each(after.rows - before.rows, 1)} rows; failures ${failures.length}`,
    failures.slice(0, 5),
  );

  async function visit({ application, token, csrf }: Applicant, twice: boolean): Promise<void> {
    const visitor = new Visitor(server.address, { token, csrf });
    const path = `/applications/${application}`;
    const step = async (
      name: keyof typeof times,
      expected: number,
      act: () => ReturnType<Visitor['get']>,
    ) => {
      const start = performance.now();
      const { status } = await act();
      times[name].push(performance.now() - start);
      if (status !== expected) failures.push(`${name}: ${status}`);
    };
    const statement = `从教以来一直在教学一线。${application}`;
    await step('page', 200, () => visitor.get(path));
    await step('save', 204, () =>
      visitor.post(
        `${path}/statement`,
        { [submissionField]: newId(), 'field.statement': statement, revision: '1' },
        { [autosaveHeader]: '1' },
      ),
    );
    await step('check', 200, () => visitor.get(`${path}/check`));
    const submission = newId();
    const click = () =>
      step('submit', 303, () => visitor.post(`${path}/submit`, { [submissionField]: submission }));
    await Promise.all(twice ? [click(), click()] : [click()]);
    await step('receipt', 200, () => visitor.get(`${path}/receipt`));
  }
} finally {
  await server.stop();
}
await verify();
folder.remove();

/** Eligible people without an application get a draft and a session. */
async function prepare(): Promise<{ roundId: string; people: Applicant[] }> {
  const city = await benchCity(option('teachers', 60_000), true, folder.path);
  try {
    const { db } = city.services;
    const round = await cityRound(db);
    const { eligible } = await screen(db, {
      versionId: round.versionId,
      numbers: round.numbers,
      asOf: round.asOf,
      unitPath: round.unitPath,
      among: null,
    });
    const people: Applicant[] = [];
    const now = new Date();
    for (const personId of eligible) {
      if (people.length === applicants + warmers) break;
      const person = await db
        .selectFrom('person')
        .leftJoin('application', (join) =>
          join.onRef('application.person_id', '=', 'person.id').on('application.round_id', '=', round.id),
        )
        .select([
          'person.id as personId',
          'person.name',
          'person.unit_id as unitId',
          'person.unit_path as unitPath',
        ])
        .where('person.id', '=', personId)
        .where('person.group_id', 'is not', null)
        .where('application.id', 'is', null)
        .executeTakeFirst();
      if (person === undefined) continue;
      const opened = await openDraft(
        db,
        round.id,
        { ...person, unitName: null, assignments: [] },
        newId(),
        now,
      );
      if (!opened.ok) throw new Error(`no draft: ${opened.obstacle}`);
      const token = await insertSession(db, personId, now, null);
      const { csrf } = await db
        .selectFrom('session')
        .select('csrf')
        .where('person_id', '=', personId)
        .executeTakeFirstOrThrow();
      people.push({ personId, application: opened.id, token, csrf });
    }
    if (people.length < applicants + warmers)
      throw new Error(`only ${people.length} eligible people; take --teachers larger`);
    return { roundId: round.id, people };
  } finally {
    await city.close();
  }
}

/** Each has arrived once: one application, one receipt, one entry in the audit, one notice, its own words. */
async function verify(): Promise<void> {
  const city = await benchCity(1, false, folder.path);
  try {
    const { db } = city.services;
    const ids = everybody.map(({ application }) => application);
    const { rows } = await sql<Record<string, number>>`
      SELECT count(*)::int AS applications,
             count(*) FILTER (WHERE state = 'in-review')::int AS submitted,
             count(DISTINCT receipt)::int AS receipts,
             count(*) FILTER (WHERE form->'fields'->>'statement' LIKE '%' || id)::int AS "own words",
             (SELECT count(*) FROM audit WHERE action = 'application.submit' AND subject_id = ANY(${ids}::uuid[]))::int AS "audit entries",
             (SELECT count(*) FROM notice WHERE kind = 'application-received' AND person_id = ANY(${everybody.map(({ personId }) => personId)}::uuid[]))::int AS notices,
             (SELECT count(*) FROM application WHERE round_id = ${roundId} AND receipt IS NOT NULL)::int - (SELECT count(DISTINCT receipt) FROM application WHERE round_id = ${roundId})::int AS doubled
        FROM application WHERE id = ANY(${ids}::uuid[])`.execute(db);
    console.log('afterwards', rows[0], 'broken link of the audit:', (await walkChain(db)).broken);
  } finally {
    await city.close();
  }
}
