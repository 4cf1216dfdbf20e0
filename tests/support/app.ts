import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hono } from 'hono';
import { afterAll } from 'vitest';
import { createApp } from '../../src/app.ts';
import { openReadLog } from '../../src/features/audit/reads/log.ts';
import { SESSION_COOKIE } from '../../src/features/identity/ask.ts';
import { insertSession, selectOptionalSession } from '../../src/features/identity/queries.ts';
import { jobKinds, schedules } from '../../src/jobs.ts';
import { civilDateOf } from '../../src/platform/civil-now.ts';
import { readConfig } from '../../src/platform/config.ts';
import type { Database } from '../../src/platform/database.ts';
import { folderFiles } from '../../src/platform/files.ts';
import { newId } from '../../src/platform/ids.ts';
import { directJobs } from '../../src/platform/jobs/direct.ts';
import { openLog } from '../../src/platform/log.ts';
import type { Services } from '../../src/platform/services.ts';
import { openSystem } from '../../src/platform/system.ts';
import { csrfField, submissionField } from '../../src/web/viewer.ts';
import { doorsOf, worksOf } from './database.ts';
import { replaying, sendAndReplay } from './replay.ts';

export interface TestApp {
  readonly app: Hono;
  readonly services: Services;
  /** Resolves when the long work that was asked for is done, and what was read is written down. */
  jobsDone(): Promise<void>;
  /** What was logged as an error so far, a line of JSON each; empty when QINGLAN_TEST_LOG prints the log instead. */
  readonly complaints: string[];
  /** Set the server's clock. It stands still until set again. */
  setNow(instant: string): void;
  /** The cookie of a new session of this person. */
  cookie(personId: string): Promise<string>;
  /** A new session: its cookie, and the token its forms carry; null for someone who may not sign in. */
  session(personId: string): Promise<{ readonly cookie: string; readonly csrf: string | null }>;
  /** A browser with this person signed in; null for a signed-out one. */
  as(personId: string | null): Promise<TestBrowser>;
}

export interface TestBrowser {
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  /** Post a form as a page of ours would: with the session's token and a submission id of its own. */
  post(
    path: string,
    fields?: Record<string, string | readonly string[] | File>,
    headers?: Record<string, string>,
  ): Promise<Response>;
}

/** The real application on a test database, with a folder of its own for files and a clock the test sets. */
export function testApp(
  db: Database,
  startAt = '2026-11-23T02:00:00Z',
  settings: Readonly<Record<string, string>> = {},
): TestApp {
  const folder = mkdtempSync(join(tmpdir(), 'qinglan-test-files-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  let now = new Date(startAt);
  const complaints: string[] = [];
  const printed = process.env.QINGLAN_TEST_LOG;
  const sessionOf = async (personId: string) => {
    const token = await insertSession(db, personId, now, null);
    const today = civilDateOf(now, services.config.timeZone);
    const csrf = (await selectOptionalSession(db, token, now, today))?.csrf ?? null;
    return { cookie: `${SESSION_COOKIE}=${token}`, csrf };
  };
  const jobs = directJobs(jobKinds, () => services, schedules);
  const log =
    printed === undefined
      ? openLog('error', { write: (line) => void complaints.push(line) })
      : openLog(readConfig({ QINGLAN_LOG: printed }).logLevel);
  const services: Services = {
    jobs,
    config: { ...readConfig({ QINGLAN_DATA: folder, ...settings }), logLevel: 'silent' },
    db,
    doors: doorsOf(db),
    works: worksOf(db),
    files: folderFiles(join(folder, 'files')),
    log,
    reads: openReadLog({ db: worksOf(db).open('reads'), log, clock: () => now }),
    system: openSystem(() => services),
    clock: () => now,
  };
  const app = createApp(services);
  return {
    app,
    services,
    async jobsDone() {
      await jobs.settled();
      await services.reads.flush();
    },
    setNow(instant) {
      now = new Date(instant);
    },
    complaints,
    cookie: async (personId) => `${SESSION_COOKIE}=${await insertSession(db, personId, now, null)}`,
    session: sessionOf,
    async as(personId) {
      const session = personId === null ? null : await sessionOf(personId);
      const common = { 'accept-language': 'zh-CN', ...(session === null ? {} : { cookie: session.cookie }) };
      return {
        get: async (path, headers = {}) => app.request(path, { headers: { ...common, ...headers } }),
        async post(path, fields = {}, headers = {}) {
          const body = new FormData();
          if (session?.csrf) body.set(csrfField, session.csrf);
          if (!(submissionField in fields)) body.set(submissionField, newId());
          for (const [name, value] of Object.entries(fields)) {
            if (typeof value === 'string' || value instanceof File) body.append(name, value);
            else for (const one of value) body.append(name, one);
          }
          const request = {
            method: 'POST',
            body,
            headers: { ...common, 'sec-fetch-site': 'same-origin', ...headers },
          };
          const send = async () => app.request(path, request);
          if (!replaying) return send();
          const sendAnew = async () => createApp(services).request(path, request);
          return sendAndReplay(db, path, send, sendAnew, () => jobs.settled());
        },
      };
    },
  };
}
