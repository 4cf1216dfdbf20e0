import { appendFileSync } from 'node:fs';
import { sql } from 'kysely';
import { Visitor } from '../../../bench/http.ts';
import { findBrokenLink } from '../../../src/features/audit/chain/verify.ts';
import { insertSession } from '../../../src/features/identity/queries.ts';
import { type Database, openDatabase } from '../../../src/platform/database.ts';
import { newId } from '../../../src/platform/ids.ts';
import { migrate } from '../../../src/platform/migrate.ts';
import { startEmbedded } from '../../../src/platform/postgres/supervisor.ts';
import { submissionField } from '../../../src/web/viewer.ts';
import { query, until } from '../../platform/support/faults.ts';
import { makeEligible, makeRound } from '../../support/round.ts';
import { makePerson, makeWorld, type World } from '../../support/world.ts';

/*
 * People at work on a Qinglan that is killed under them. Every act is written down outside of it: what was sent, and
 * whether it was acknowledged. What was not is sent again, as a person would who saw no answer.
 */

const schema = 'qinglan';
/** Fewer than apply, so that the offices reach the end of the quota. */
const PLACES = 5;

interface Session {
  readonly token: string;
  readonly csrf: string;
}

export interface Cast {
  readonly roundId: string;
  readonly teachers: readonly (Session & { readonly personId: string })[];
  readonly school: Session;
  readonly county: Session;
}

const session = async (db: Database, personId: string): Promise<Session> => {
  const token = await insertSession(db, personId, new Date(), null);
  const { rows } = await sql<{ csrf: string }>`
    SELECT csrf FROM session WHERE person_id = ${personId} ORDER BY created_at DESC LIMIT 1`.execute(db);
  return { token, csrf: rows[0]?.csrf ?? '' };
};

/** A small city in an embedded server with the durability of production, with a round that is open now. */
export async function prepareCast(dataDir: string, teachers: number): Promise<Cast> {
  const server = await startEmbedded({ dataDir });
  try {
    await migrate(server.url, { schema });
    const db = openDatabase(server.url, { schema, max: 4 });
    try {
      return await makeCast(db, teachers);
    } finally {
      await db.destroy();
    }
  } finally {
    await server.stop();
  }
}

async function makeCast(db: Database, teachers: number): Promise<Cast> {
  const world: World = await makeWorld(db);
  const roundId = await makeRound(db, 'city', world.city, world.cityOffice, {
    quotas: [[world.county, PLACES]],
    opensAt: '2020-01-01T00:00:00Z',
    closesAt: '2099-01-01T00:00:00Z',
    asOf: '2026-11-30',
  });
  const people: Cast['teachers'][number][] = [];
  for (let n = 0; n < teachers; n += 1) {
    const personId = await makePerson(db, world.school, `教师${n}`, { group: world.group });
    await makeEligible(db, personId);
    people.push({ personId, ...(await session(db, personId)) });
  }
  return {
    roundId,
    teachers: people,
    school: await session(db, world.schoolOffice),
    county: await session(db, world.countyOffice),
  };
}

/** One write: sent again with the same id until it is acknowledged. */
interface Act {
  readonly who: Session;
  readonly path: string;
  readonly fields: Readonly<Record<string, string>>;
}

export interface Load {
  /** Acts acknowledged so far. */
  acknowledged(): number;
  /** Acts of which nobody knows yet whether they were done. */
  open(): number;
  /** Waits until every worker stands still. */
  stop(): Promise<void>;
}

/** Every title that was acknowledged, and every one ever sent. */
export interface Ledger {
  readonly sent: Set<string>;
  readonly kept: Set<string>;
  readonly submitted: Set<string>;
}

export const emptyLedger = (): Ledger => ({ sent: new Set(), kept: new Set(), submitted: new Set() });

/** Answers that say: done, or cannot be. Anything else (none, 500, 503) leaves it open. */
const isAnswer = (status: number) => status === 303 || (status >= 400 && status < 500);

/** `journal` is a file outside of the data folder. */
export function startLoad(
  cast: Cast,
  address: () => string,
  ledger: Ledger,
  journal: string,
  workers: number,
): Load {
  let running = true;
  let acknowledged = 0;
  const pending = new Set<Act>();
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  /** Sends until there is an answer: the status, and where it led. Null when the load stops first. */
  async function send(act: Act): Promise<{ status: number; location: string } | null> {
    pending.add(act);
    while (running) {
      try {
        const reply = await new Visitor(address(), act.who).post(act.path, act.fields);
        if (isAnswer(reply.status)) {
          pending.delete(act);
          acknowledged += 1;
          appendFileSync(
            journal,
            `${JSON.stringify({ path: act.path, ...act.fields, status: reply.status })}\n`,
          );
          return { status: reply.status, location: String(reply.headers.location ?? '') };
        }
        if (reply.status !== 503) throw new Error(`${act.path} answered ${reply.status}`);
      } catch (error) {
        if (error instanceof Error && error.message.includes(' answered ')) unexpected.push(error.message);
      }
      await pause(20);
    }
    return null;
  }
  const unexpected: string[] = [];

  async function claimAndConfirm(n: number): Promise<void> {
    const who = cast.teachers[n % cast.teachers.length];
    if (who === undefined) return;
    const title = `公开课 ${newId()}`;
    ledger.sent.add(title);
    const fields = {
      type: 'open-class',
      title,
      happenedOn: '2026-10-12',
      level: 'county',
      [submissionField]: newId(),
    };
    const claimed = await send({ who, path: '/records/new', fields });
    if (claimed === null) return;
    if (claimed.status === 303) ledger.kept.add(title);
    const id = /\/records\/([0-9a-f-]{36})/.exec(claimed.location)?.[1];
    if (id === undefined) return;
    await send({
      who: cast.school,
      path: `/records/${id}/decision`,
      fields: { decision: 'confirm', reason: '', revision: '1', [submissionField]: newId() },
    });
  }

  async function apply(n: number): Promise<void> {
    const who = cast.teachers[n];
    if (who === undefined) return;
    const opened = await send({
      who,
      path: `/rounds/${cast.roundId}/apply`,
      fields: { [submissionField]: newId() },
    });
    const id = /\/applications\/([0-9a-f-]{36})/.exec(opened?.location ?? '')?.[1];
    if (id === undefined) return;
    const statement = { 'field.statement': `教师${n}的教学实绩`, revision: '1', [submissionField]: newId() };
    if ((await send({ who, path: `/applications/${id}/statement`, fields: statement })) === null) return;
    const sent = await send({
      who,
      path: `/applications/${id}/submit`,
      fields: { [submissionField]: newId() },
    });
    if (sent?.status === 303) ledger.submitted.add(id);
    for (const [office, position] of [
      [cast.school, '2'],
      [cast.county, '3'],
    ] as const) {
      const queue = `/rounds/${cast.roundId}/queue`;
      const fields = { application: id, position, back: queue, [submissionField]: newId() };
      if ((await send({ who: office, path: `${queue}/recommend`, fields })) === null) return;
    }
  }

  let next = 0;
  const work = async (): Promise<void> => {
    while (running) {
      const n = next;
      next += 1;
      if (n % 4 === 0 && n / 4 < cast.teachers.length) await apply(n / 4);
      else await claimAndConfirm(n);
    }
  };
  const all = Promise.all(Array.from({ length: workers }, work));
  return {
    acknowledged: () => acknowledged,
    open: () => pending.size,
    async stop() {
      running = false;
      await all;
      if (unexpected.length > 0)
        throw new Error(
          `answers that are neither done, refused nor 503: ${[...new Set(unexpected)].slice(0, 3).join('; ')}`,
        );
    },
  };
}

/** What is wrong with the rows, in words; empty when all is well. Nothing may be at work. */
export async function faultsIn(url: string, ledger: Ledger): Promise<string[]> {
  // A database that was killed a moment ago comes back by itself.
  await until(
    () =>
      query(url, 'SELECT 1').then(
        () => true,
        () => false,
      ),
    60_000,
  );
  const db = openDatabase(url, { schema, max: 2 });
  try {
    const wrong: string[] = [];
    const { rows: records } = await sql<{ title: string; n: number }>`
      SELECT title, count(*)::integer AS n FROM record WHERE title LIKE '公开课 %' GROUP BY title`.execute(
      db,
    );
    const found = new Map(records.map(({ title, n }) => [title, n]));
    for (const title of ledger.kept) if (!found.has(title)) wrong.push(`acknowledged and lost: ${title}`);
    for (const [title, n] of found) {
      if (n !== 1) wrong.push(`${n} times: ${title}`);
      if (!ledger.sent.has(title)) wrong.push(`nobody sent ${title}`);
    }
    const submitted = await sql<{ id: string }>`SELECT id FROM application WHERE receipt IS NOT NULL`.execute(
      db,
    );
    const received = new Set(submitted.rows.map(({ id }) => id));
    for (const id of ledger.submitted) if (!received.has(id)) wrong.push(`submitted and lost: ${id}`);
    for (const [what, statement] of Object.entries(WHOLE)) {
      const { rows } = await statement.execute(db);
      if (rows.length > 0) wrong.push(`${what}: ${JSON.stringify(rows.slice(0, 2))}`);
    }
    const broken = await findBrokenLink(db);
    if (broken !== null) wrong.push(`the audit chain is broken at ${broken}`);
    return wrong;
  } finally {
    await db.destroy();
  }
}

/** A decision is whole: what changed, its entry, its notice and the place it took are there together or not at all. */
const WHOLE = {
  'a record without its one entry': sql`
    SELECT r.id FROM record r WHERE r.title LIKE '公开课 %'
       AND (SELECT count(*) FROM audit a WHERE a.subject_id = r.id AND a.action = 'record.claim') <> 1`,
  'an entry without its record': sql`
    SELECT a.seq FROM audit a WHERE a.action = 'record.claim' AND NOT EXISTS (SELECT 1 FROM record r WHERE r.id = a.subject_id)`,
  'a confirmation that is not whole': sql`
    SELECT r.id FROM record r WHERE r.title LIKE '公开课 %'
       AND ((SELECT count(*) FROM audit a WHERE a.subject_id = r.id AND a.action = 'record.confirm') <> (r.state = 'confirmed')::integer
         OR (SELECT count(*) FROM notice n WHERE n.kind = 'record-confirmed' AND n.href = '/records/' || r.id) <> (r.state = 'confirmed')::integer)`,
  'an application that is not whole': sql`
    SELECT p.id FROM application p
     WHERE (SELECT count(*) FROM audit a WHERE a.subject_id = p.id AND a.action = 'application.submit') <> (p.receipt IS NOT NULL)::integer
        OR (SELECT count(*) FROM notice n WHERE n.person_id = p.person_id AND n.kind = 'application-received') <> (p.receipt IS NOT NULL)::integer
        OR (SELECT count(*) FROM audit a WHERE a.subject_id = p.id AND a.action = 'application.draft') <> 1`,
  'a recommendation without its entry': sql`
    SELECT v.application_id FROM review v WHERE v.decision = 'recommend'
     GROUP BY v.application_id
    HAVING count(*) <> (SELECT count(*) FROM audit a WHERE a.subject_id = v.application_id AND a.action = 'application.recommend')`,
  'places that do not agree': sql`
    SELECT q.used, q.places FROM round_quota q
     WHERE q.used <> (SELECT count(*) FROM review v WHERE v.round_id = q.round_id AND v.took_place AND v.superseded_at IS NULL)`,
  'numbers with a gap': sql`
    SELECT name, value FROM counter
     WHERE value <> (SELECT count(*) FROM application WHERE receipt IS NOT NULL)`,
} as const;
