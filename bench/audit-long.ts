import { Hono } from 'hono';
import { sql } from 'kysely';
import type pg from 'pg';
import { CopyBuffer } from '../demo/copy.ts';
import { createApp } from '../src/app.ts';
import { checkChain } from '../src/features/audit/chain/check.ts';
import { selectHead } from '../src/features/audit/chain/queries.ts';
import { chainHash } from '../src/features/audit/digest.ts';
import { loadSigner } from '../src/features/audit/heads/key.ts';
import { verifierText } from '../src/features/audit/heads/note.ts';
import { checkProof, proveConsistency, proveEntries } from '../src/features/audit/heads/proof.ts';
import { listCheckpoints } from '../src/features/audit/heads/queries.ts';
import { signHead } from '../src/features/audit/heads/sign.ts';
import { appendAudit } from '../src/features/audit/queries.ts';
import { insertReads, sealReads } from '../src/features/audit/reads/queries.ts';
import { type AuditAction, canonical, ENTRY_VERSION, type Entry } from '../src/features/audit/rules.ts';
import { SESSION_COOKIE } from '../src/features/identity/ask.ts';
import { insertSession, selectPersonas } from '../src/features/identity/queries.ts';
import { fillInBulk } from '../src/platform/bulk.ts';
import { openPool, transaction } from '../src/platform/database.ts';
import { newId } from '../src/platform/ids.ts';
import { cpuSeconds } from './cpu.ts';
import { benchCity, line, option, peakMemory, stopwatch, timed } from './lib.ts';

/**
 * The audit and the log of reads when they are long: `npm run bench -- audit --entries 10000000 --teachers 20000`. The
 * entries are made here and laid in by COPY, but by the chain's own rules: each holds the hash of the one before it, and
 * the walk at the end is that of `qinglan audit verify`. With BENCH_DATA the city and its chain are kept and used again.
 */
const ENTRIES = option('entries', 1_000_000);
const READS = option('reads', ENTRIES);
const TIMES = option('times', 200);
const AT_ONCE = 50_000;
const YEARS = 8;

const city = await benchCity(option('teachers', 20_000), true);
const { services } = city;
const { db, works } = services;
const now = new Date();
const begin = now.getTime() - YEARS * 365 * 86_400_000;

/** The same each time. */
let seed = 20_261_126;
function chance(below: number): number {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return seed % below;
}
const one = <T>(from: readonly T[]): T => {
  const found = from[chance(from.length)];
  if (found === undefined) throw new Error('nobody to choose from');
  return found;
};

interface Somebody {
  readonly id: string;
  readonly path: string;
}
const teachers = await db
  .selectFrom('person')
  .select(['id', 'unit_path as path'])
  .where('unit_path', 'is not', null)
  .$castTo<Somebody>()
  .execute();
const offices = new Map(
  (
    await db
      .selectFrom('role_held')
      .select(['person_id as id', 'unit_path as path'])
      .where('role', 'in', ['school-office', 'county-office', 'city-office'])
      .$castTo<Somebody>()
      .execute()
  ).map(({ id, path }) => [path, id]),
);
/** The office over somebody: that of their school, as a rule. */
function officeOf({ path, id }: Somebody): string {
  for (let at = path; at !== ''; at = at.replace(/[^.]+\.$/, '')) {
    const office = offices.get(at);
    if (office !== undefined) return office;
  }
  return id;
}

/** What happens, how often of a hundred, by whom, and with what told. */
const HAPPENS: readonly {
  readonly share: number;
  readonly action: AuditAction;
  readonly type: string;
  readonly office: boolean;
  readonly after: () => unknown;
}[] = [
  { share: 30, action: 'sign-in', type: 'person', office: false, after: () => ({ how: 'password' }) },
  {
    share: 30,
    action: 'record.claim',
    type: 'record',
    office: false,
    after: () => ({ type: 'open-class', title: `第 ${chance(100_000)} 号公开课`, level: 'county' }),
  },
  {
    share: 22,
    action: 'record.confirm',
    type: 'record',
    office: true,
    after: () => ({ state: 'confirmed' }),
  },
  {
    share: 10,
    action: 'application.submit',
    type: 'application',
    office: false,
    after: () => ({ state: 'submitted' }),
  },
  {
    share: 7,
    action: 'application.recommend',
    type: 'application',
    office: true,
    after: () => ({ state: 'recommended', rank: chance(20) }),
  },
  { share: 1, action: 'person.changed', type: 'person', office: true, after: () => ({ subject: '语文' }) },
];
const happening = () => {
  let at = chance(100);
  for (const one of HAPPENS) {
    if (at < one.share) return one;
    at -= one.share;
  }
  throw new Error('the shares are a hundred');
};

async function inBulk(
  tables: readonly string[],
  fill: (client: pg.PoolClient) => Promise<void>,
): Promise<void> {
  const pool = openPool(city.url, { schema: services.config.schema, max: 1 });
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await fillInBulk(
      (text, values) => client.query(text, [...values]),
      tables,
      { references: false },
      () => fill(client),
    );
    await client.query('COMMIT');
    for (const table of tables) await client.query(`VACUUM (ANALYZE) ${table}`);
  } finally {
    client.release();
    await pool.end();
  }
}

async function fillChain(): Promise<void> {
  const head = await selectHead(db);
  if (head.seq >= ENTRIES) return;
  const done = stopwatch();
  await inBulk(['audit'], async (client) => {
    const rows = new CopyBuffer('audit', [
      'seq',
      'version',
      'at',
      'actor_id',
      'on_behalf_of',
      'action',
      'subject_type',
      'subject_id',
      'person_id',
      'round_id',
      'unit_path',
      'before',
      'after',
      'reason',
      'origin_digest',
      'previous_hash',
      'hash',
    ]);
    let { seq, hash } = head;
    while (seq < ENTRIES) {
      seq += 1;
      const who = one(teachers);
      const { action, type, office, after } = happening();
      const entry: Entry = {
        version: ENTRY_VERSION,
        seq,
        at: new Date(begin + Math.floor((seq / ENTRIES) * (now.getTime() - begin))).toISOString(),
        actorId: office ? officeOf(who) : who.id,
        onBehalfOf: null,
        action,
        subjectType: type,
        subjectId: type === 'person' ? who.id : newId(),
        personId: who.id,
        roundId: null,
        unitPath: action === 'sign-in' ? null : who.path,
        before: null,
        after: after(),
        reason: null,
        origin: null,
      };
      const previous = hash;
      hash = chainHash(previous, entry);
      rows.add(
        seq,
        entry.version,
        entry.at,
        entry.actorId,
        null,
        action,
        type,
        entry.subjectId,
        entry.personId,
        null,
        entry.unitPath,
        null,
        canonical(entry.after),
        null,
        null,
        previous,
        hash,
      );
      if (rows.size >= AT_ONCE) await rows.flush(client);
    }
    await rows.flush(client);
    await client.query('UPDATE audit_head SET seq = $1, hash = $2', [seq, hash]);
  });
  console.log(`chain of ${ENTRIES} entries laid in: ${done()}`);
}

async function fillReads(): Promise<void> {
  const { rows: there } = await sql<{ n: number }>`SELECT count(*)::int AS n FROM sensitive_read`.execute(db);
  const before = there[0]?.n ?? 0;
  if (before >= READS) return;
  const done = stopwatch();
  await inBulk(['sensitive_read'], async (client) => {
    const rows = new CopyBuffer('sensitive_read', [
      'id',
      'day',
      'at',
      'reader_id',
      'on_behalf_of',
      'kind',
      'person_id',
      'unit_path',
      'subject',
      'origin',
    ]);
    const [from, days] = [now.getTime() - 730 * 86_400_000, 729];
    for (let made = before; made < READS; made += 1) {
      const who = one(teachers);
      const at = new Date(from + Math.floor((made / READS) * days * 86_400_000)).toISOString();
      rows.add(
        newId(),
        at.slice(0, 10),
        at,
        officeOf(who),
        null,
        'growth-file',
        who.id,
        who.path,
        `/people/${who.id}/records`,
        '10.0.0.7',
      );
      if (rows.size >= AT_ONCE) await rows.flush(client);
    }
    await rows.flush(client);
  });
  console.log(`log of ${READS} reads laid in: ${done()}`);
}

/** Milliseconds of processor time a run, ours and the database's. */
async function worked(name: string, n: number, run: (index: number) => Promise<unknown>): Promise<void> {
  const cpu = cpuSeconds();
  const figures = await timed(n, run);
  const each = ((cpuSeconds() - cpu) * 1000) / (n + Math.ceil(n / 10));
  console.log(`${line(name, figures)}  ${each.toFixed(2)} ms of processor time`);
}

try {
  await fillChain();
  await fillReads();

  if (option('head', 1) === 1) {
    const grown = stopwatch();
    const signed = await signHead(db, [loadSigner(services.config)], new Date());
    console.log(`head over ${signed.size} entries signed, its tree grown before: ${grown()}`);
  }

  // --- Writing ---------------------------------------------------------------------------------------------
  const act = (index: number) => {
    const who = teachers[index % teachers.length] ?? one(teachers);
    return transaction(db, (tx) =>
      appendAudit(tx, who.id, new Date(), {
        action: 'record.confirm',
        subjectType: 'record',
        subjectId: newId(),
        personId: who.id,
        unitPath: who.path,
        after: { state: 'confirmed' },
      }),
    );
  };
  await worked('append_audit, a transaction each', TIMES * 5, act);
  const readers = works.open('reads');
  await worked('log of reads: 100 in one statement', TIMES, () =>
    insertReads(
      readers,
      now.toISOString().slice(0, 10),
      Array.from({ length: 100 }, () => {
        const who = one(teachers);
        return {
          at: new Date(),
          readerId: officeOf(who),
          onBehalfOf: null,
          kind: 'growth-file' as const,
          personId: who.id,
          unitPath: who.path,
          subject: `/people/${who.id}/records`,
          origin: '10.0.0.7',
        };
      }),
    ),
  );

  // --- Proofs ----------------------------------------------------------------------------------------------
  const day = works.open('audit-day');
  const signer = loadSigner(services.config);
  await worked('head signed, one entry after another', Math.ceil(TIMES / 4), async (index) => {
    await act(index);
    await signHead(day, [signer], new Date());
  });
  const [head] = await listCheckpoints(day, 1);
  const oldest = (await listCheckpoints(day, 1000)).at(-1);
  if (head === undefined || oldest === undefined) throw new Error('no head was signed');
  const proof = works.open('proof');
  await worked('inclusion proof', TIMES, async () => {
    const file = await proveEntries(proof, head, verifierText(signer), [1 + chance(head.size)]);
    if (!checkProof(file, []).ok) throw new Error('a proof that proves nothing');
  });
  await worked('consistency proof, oldest head to newest', TIMES, async () => {
    const file = await proveConsistency(proof, oldest, head, verifierText(signer));
    if (!checkProof(file, []).ok) throw new Error('a proof that proves nothing');
  });

  // --- Pages -----------------------------------------------------------------------------------------------
  const app = new Hono().route('/', createApp(services));
  const personas = await selectPersonas(db);
  const pagesOf = async (kind: string) => {
    const found = personas.find((persona) => persona.kind === kind);
    if (found === undefined) throw new Error(`the city has no ${kind}`);
    const cookie = `${SESSION_COOKIE}=${await insertSession(db, found.personId, new Date(), null)}`;
    return async (path: string) => {
      const answer = await app.request(path, { headers: { cookie } });
      await answer.text();
      if (answer.status !== 200) throw new Error(`${path} as ${kind}: ${answer.status}`);
    };
  };
  const nameOf = async (id: string) =>
    (
      await db
        .selectFrom('person')
        .select('staff_number as number')
        .where('id', '=', id)
        .executeTakeFirstOrThrow()
    ).number ?? '';
  const sample = await Promise.all(Array.from({ length: 40 }, async () => await nameOf(one(teachers).id)));
  const busy = await Promise.all([...offices.values()].slice(0, 20).map(nameOf));
  const units = await db
    .selectFrom('unit')
    .select(['name', 'code', 'level'])
    .where('level', 'in', ['county', 'school'])
    .execute();
  const codes = (level: string) =>
    units.filter((unit) => unit.level === level).map(({ code, name }) => code ?? name);
  const dayAgo = (days: number) => new Date(now.getTime() - days * 86_400_000).toISOString().slice(0, 10);
  const spread = () => dayAgo(1 + chance(YEARS * 364));
  const queries: readonly (readonly [string, () => string])[] = [
    ['all, newest first', () => '/audit'],
    ['a page in the middle', () => `/audit?after=${1 + chance(ENTRIES)}`],
    ['one entry', () => `/audit?entry=${1 + chance(ENTRIES)}`],
    ['a person', () => `/audit?q=${one(sample)}`],
    ['an office with thousands of acts', () => `/audit?q=${one(busy)}`],
    ['a frequent act', () => '/audit?action=record.claim'],
    ['a rare act', () => '/audit?action=audit.key-made'],
    ['an act that never was', () => '/audit?action=person.merged'],
    ['a school', () => `/audit?unit=${encodeURIComponent(one(codes('school')))}`],
    ['a county', () => `/audit?unit=${encodeURIComponent(one(codes('county')))}`],
    [
      'a day',
      () => {
        const on = spread();
        return `/audit?from=${on}&to=${on}`;
      },
    ],
    ['up to a day', () => `/audit?to=${spread()}`],
    ['a person, an act', () => `/audit?q=${one(sample)}&action=record.confirm`],
    [
      'a person, a day',
      () => {
        const on = spread();
        return `/audit?q=${one(sample)}&from=${on}&to=${on}`;
      },
    ],
    [
      'a school, a rare act',
      () => `/audit?unit=${encodeURIComponent(one(codes('school')))}&action=person.changed`,
    ],
    [
      'a school, an act that never was',
      () => `/audit?unit=${encodeURIComponent(one(codes('school')))}&action=person.merged`,
    ],
    [
      'a school, a day',
      () => {
        const on = spread();
        return `/audit?unit=${encodeURIComponent(one(codes('school')))}&from=${on}&to=${on}`;
      },
    ],
    ['an office, an act', () => `/audit?q=${one(busy)}&action=record.confirm`],
    ['an office, a rare act', () => `/audit?q=${one(busy)}&action=person.merged`],
  ];
  for (const kind of ['auditor', 'city-office']) {
    const open = await pagesOf(kind);
    for (const [name, path] of queries)
      await worked(`audit as ${kind}: ${name}`, Math.ceil(TIMES / 4), () => open(path()));
  }
  const auditor = await pagesOf('auditor');
  await worked('heads', Math.ceil(TIMES / 4), () => auditor('/audit/heads'));
  await worked('proof of an entry, asked for', Math.ceil(TIMES / 4), () =>
    auditor(`/audit/entries/${1 + chance(head.size)}/proof.json`),
  );
  const office = await pagesOf('city-office');
  await worked('timeline of a person', Math.ceil(TIMES / 4), () =>
    office(`/people/${one(teachers).id}/timeline`),
  );
  await worked('reads: all', Math.ceil(TIMES / 4), () => auditor('/audit/reads'));
  await worked('reads: a person', Math.ceil(TIMES / 4), () => auditor(`/audit/reads?q=${one(sample)}`));
  await worked('reads: an office with thousands', Math.ceil(TIMES / 4), () =>
    auditor(`/audit/reads?q=${one(busy)}`),
  );
  await worked('who read of a person', Math.ceil(TIMES / 4), () =>
    auditor(`/people/${one(teachers).id}/readers`),
  );

  // --- By night --------------------------------------------------------------------------------------------
  if (option('seal', 1) === 1) {
    const sealed = stopwatch();
    const days = await sealReads(day, new Date(), dayAgo(0));
    console.log(`${days} days of reads sealed: ${sealed()}`);
  }
  if (option('verify', 1) === 1) {
    const rest = peakMemory();
    const walked = stopwatch();
    const began = performance.now();
    const { entries, broken } = await checkChain(day, new Date());
    const rate = entries / ((performance.now() - began) / 1000);
    console.log(
      `audit verify of ${entries} entries: ${walked()}, ${Math.round(rate)} a second, broken: ${JSON.stringify(broken)}`,
    );
    console.log(`most memory ${peakMemory()} MB, ${rest} MB before the walk`);
  }
} finally {
  await city.close();
}
