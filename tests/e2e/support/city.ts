import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll } from 'vitest';
import { createApp } from '../../../src/app.ts';
import { openReadLog } from '../../../src/features/audit/reads/log.ts';
import type { PersonaKind } from '../../../src/features/identity/queries.ts';
import { jobKinds, schedules } from '../../../src/jobs.ts';
import { readConfig } from '../../../src/platform/config.ts';
import { folderFiles } from '../../../src/platform/files.ts';
import { directJobs } from '../../../src/platform/jobs/direct.ts';
import type { Services } from '../../../src/platform/services.ts';
import { openSystem } from '../../../src/platform/system.ts';
import { doorsOf, testDatabase, worksOf } from '../../support/database.ts';
import { giveRole, handOver, makePerson, makeWorld, type World } from '../../support/world.ts';

/** A served Qinglan of this test file's own, whose clock stands still until the journey moves it. */
export interface ServedCity {
  readonly origin: string;
  readonly services: Services;
  readonly databaseUrl: string;
  readonly now: () => Date;
  setNow(instant: string): void;
}

export async function serveCity(startAt = '2026-11-23T02:00:00Z'): Promise<ServedCity> {
  const { db, url } = await testDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'qinglan-journey-files-'));
  let now = new Date(startAt);
  const jobs = directJobs(jobKinds, () => services, schedules);
  const log = pino(
    { level: process.env.QINGLAN_TEST_LOG ?? 'error' },
    pino.destination({ dest: 2, sync: true }),
  );
  const services: Services = {
    jobs,
    config: { ...readConfig({ QINGLAN_DATA: folder, QINGLAN_DEMO: '1' }), logLevel: 'error' },
    db,
    doors: doorsOf(db),
    works: worksOf(db),
    files: folderFiles(join(folder, 'files')),
    log,
    reads: openReadLog({ db: worksOf(db).open('reads'), log, clock: () => now }),
    system: openSystem(() => services),
    clock: () => now,
  };
  const server = serve({ fetch: createApp(services).fetch, port: 0, hostname: '127.0.0.1' });
  await new Promise((listening) => server.once('listening', listening));
  afterAll(async () => {
    await new Promise((closed) => server.close(closed));
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    services,
    databaseUrl: url,
    now: () => now,
    setNow(instant) {
      now = new Date(instant);
    },
  };
}

/** The small city of the tests, each kind of person one click away on its sign-in page. */
export async function peopled({ services: { db } }: ServedCity): Promise<World> {
  const world = await makeWorld(db);
  // Both stand at the city, so that the school's lists stay as the journeys know them.
  const security = await makePerson(db, world.city, '罗成', { staffNumber: 'M0004' });
  await giveRole(db, security, 'security-administrator', world.city);
  const deputy = await makePerson(db, world.city, '钱进', { staffNumber: 'M0005' });
  await handOver(db, world.schoolOffice, deputy, 'school-office', world.school);
  const cityColleague = await makePerson(db, world.city, '林主任', { staffNumber: 'M0006' });
  await giveRole(db, cityColleague, 'city-office', world.city);
  const personas: Readonly<Record<PersonaKind, string>> = {
    teacher: world.teacher,
    applicant: world.colleague,
    'group-leader': world.groupLeader,
    'school-office': world.schoolOffice,
    deputy,
    'school-leader': world.schoolLeader,
    'county-office': world.countyOffice,
    'city-office': world.cityOffice,
    'city-colleague': cityColleague,
    judge: world.otherTeacher,
    auditor: world.auditor,
    'security-administrator': security,
    administrator: world.administrator,
  };
  // A person of the demo's list has an account; these sign in by its button only.
  for (const [position, [kind, person]] of Object.entries(personas).entries()) {
    await sql`INSERT INTO account (person_id, sign_in) VALUES (${person}, ${`demo-${kind}`})`.execute(db);
    await sql`INSERT INTO demo_persona (kind, position, person_id) VALUES (${kind}, ${position}, ${person})`.execute(
      db,
    );
  }
  return world;
}
