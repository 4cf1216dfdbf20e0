import type { Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../../src/app.ts';
import { SESSION_COOKIE } from '../../src/features/identity/ask.ts';
import { insertSession } from '../../src/features/identity/queries.ts';
import { FORMS, openArrivals, UPLOADS } from '../../src/platform/arrival.ts';
import { GATE, openGate } from '../../src/platform/gate.ts';
import { newId } from '../../src/platform/ids.ts';
import { listen } from '../../src/platform/listen.ts';
import { csrfField, submissionField } from '../../src/web/viewer.ts';
import { testApp } from '../support/app.ts';
import { testDatabase } from '../support/database.ts';
import { makePerson, makeWorld } from '../support/world.ts';

/*
 * A server as it stands in front of the world, with people who send half of a form and then nothing. How others fare is
 * read from what was answered while they stood there, and from the counters, not from a clock.
 */

const HALF_SENT = 200;
const { db } = await testDatabase();
const { services } = testApp(db);
const gate = openGate({ ...GATE, atOnce: 2, slow: 3_600_000 }); // A place taken is a place lost.
const forms = openArrivals(FORMS);
const uploads = openArrivals({ ...UPLOADS, longest: 600 });
let server: Server;
let port = 0;
let cookie = '';
let csrf = '';

beforeAll(async () => {
  const { fetch } = createApp(services, { gate });
  const { log } = services;
  server = await listen(fetch, { host: '127.0.0.1', port: 0, origin: null, log, forms, uploads });
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
  const world = await makeWorld(db);
  const teacher = await makePerson(db, world.school, '教师甲', { group: world.group });
  const token = await insertSession(db, teacher, services.clock(), null);
  cookie = `${SESSION_COOKIE}=${token}`;
  const row = await db
    .selectFrom('session')
    .select('csrf')
    .where('person_id', '=', teacher)
    .executeTakeFirst();
  csrf = row?.csrf ?? '';
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

interface Line {
  readonly socket: Socket;
  /** All that was answered so far. */
  readonly heard: () => string;
  /** Resolves with the status of the first answer, or 0 when the line ends without one. */
  readonly status: Promise<number>;
}
function openLine(): Line {
  const socket = connect(port, '127.0.0.1');
  let heard = '';
  const { promise, resolve } = Promise.withResolvers<number>();
  socket.on('data', (chunk) => {
    heard += chunk.toString();
    const found = /^HTTP\/1\.1 (\d+)[\s\S]*?\r\n\r\n/.exec(heard)?.[1];
    if (found !== undefined) resolve(Number(found));
  });
  socket.on('error', () => resolve(0)).on('close', () => resolve(0));
  return { socket, heard: () => heard, status: promise };
}

const claim = (title: string) =>
  new URLSearchParams({
    [csrfField]: csrf,
    [submissionField]: newId(),
    type: 'open-class',
    title,
    happenedOn: '2026-10-12',
    level: 'county',
  }).toString();
const head = (type: string, length: number | null) =>
  `POST /records/new HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncookie: ${cookie}\r\nsec-fetch-site: same-origin\r\ncontent-type: ${type}\r\n${
    length === null ? 'transfer-encoding: chunked' : `content-length: ${length}`
  }\r\n\r\n`;
const FORM = 'application/x-www-form-urlencoded';

const page = async (path: string) => {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { cookie } });
  await answer.text();
  return answer.status;
};
async function send(title: string): Promise<number> {
  const line = openLine();
  const body = claim(title);
  line.socket.write(head(FORM, Buffer.byteLength(body)) + body);
  const status = await line.status;
  line.socket.destroy();
  return status;
}
async function titles(): Promise<string[]> {
  const rows = await db.selectFrom('record').select('title').execute();
  return rows.map(({ title }) => title).toSorted();
}
async function until(holds: () => boolean): Promise<void> {
  for (let n = 0; n < 1000 && !holds(); n += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(holds()).toBe(true);
}

describe('forms of which half was sent', () => {
  test('keep nobody: pages and forms are answered while 200 of them stand there, and each is taken once it is whole', async () => {
    const lines = Array.from({ length: HALF_SENT }, (_, n) => {
      const body = claim(`半份${String(n).padStart(3, '0')}`);
      const half = Math.floor(body.length / 2);
      const line = openLine();
      line.socket.write(head(FORM, body.length) + body.slice(0, half));
      return { ...line, rest: body.slice(half) };
    });
    await until(() => forms.onTheirWay() === HALF_SENT);
    expect([gate.inside(), gate.waiting()]).toEqual([0, 0]);

    const pages = await Promise.all(Array.from({ length: 30 }, () => page('/records')));
    const others: number[] = [];
    for (let n = 0; n < 20; n += 1) others.push(await send(`别人${String(n).padStart(2, '0')}`));
    expect([new Set(pages), new Set(others)]).toEqual([new Set([200]), new Set([303])]);
    // None of them has been answered meanwhile, nor taken a turn.
    expect([forms.onTheirWay(), gate.inside(), lines.filter(({ heard }) => heard() !== '').length]).toEqual([
      HALF_SENT,
      0,
      0,
    ]);

    // Slow, but complete: the first ones, letter by letter.
    const slow = lines.slice(0, 20);
    for (let at = 0; at < Math.max(...slow.map(({ rest }) => rest.length)); at += 9) {
      for (const { socket, rest } of slow) socket.write(rest.slice(at, at + 9));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(new Set(await Promise.all(slow.map(({ status }) => status)))).toEqual(new Set([303]));
    for (const { socket } of lines) socket.destroy();
    await until(() => forms.onTheirWay() === 0);
    expect([forms.held(), gate.inside(), gate.waiting()]).toEqual([0, 0, 0]);
    // What was acknowledged is there, once; of what was broken off there is nothing.
    expect(await titles()).toEqual(
      [
        ...slow.map((_, n) => `半份${String(n).padStart(3, '0')}`),
        ...others.map((_, n) => `别人${String(n).padStart(2, '0')}`),
      ].toSorted(),
    );
  });

  test('keep nobody when it is the first lines that do not come to an end', async () => {
    const lines = Array.from({ length: HALF_SENT }, () => {
      const line = openLine();
      line.socket.write(`POST /records/new HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nx-a: `);
      return line;
    });
    const connections = () =>
      new Promise<number>((resolve, reject) =>
        server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      );
    for (let n = 0; n < 1000 && (await connections()) < HALF_SENT; n += 1)
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await Promise.all(Array.from({ length: 20 }, () => page('/')))).toEqual(Array(20).fill(200));
    expect(await send('首行之外')).toBe(303);
    expect([forms.onTheirWay(), gate.inside(), lines.some(({ heard }) => heard() !== '')]).toEqual([
      0,
      0,
      false,
    ]);
    expect(server.headersTimeout).toBeLessThanOrEqual(20_000);
    for (const { socket } of lines) socket.destroy();
  });

  test('are told that nothing was taken when they do not come to an end, in the language of whoever sends', async () => {
    const line = openLine();
    line.socket.write(head('multipart/form-data; boundary=x', 5_000_000));
    line.socket.write('--x\r\n');
    expect(await line.status).toBe(408);
    await until(() => line.heard().endsWith('</html>'));
    expect(line.heard()).toContain('一点也没有收下');
    expect([uploads.onTheirWay(), uploads.held(), gate.inside()]).toEqual([0, 0, 0]);
    line.socket.destroy();
  });

  test('are held to their size while they come, whether they say it or not', async () => {
    const said = openLine();
    said.socket.write(head(FORM, 2_000_000));
    expect(await said.status).toBe(413);
    const unsaid = openLine();
    unsaid.socket.write(head(FORM, null));
    const piece = `${(50_000).toString(16)}\r\n${'x'.repeat(50_000)}\r\n`;
    for (let n = 0; n < 40 && unsaid.heard() === ''; n += 1) {
      unsaid.socket.write(piece);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await unsaid.status).toBe(413);
    expect([forms.onTheirWay(), forms.held(), gate.inside()]).toEqual([0, 0, 0]);
    for (const { socket } of [said, unsaid]) socket.destroy();
  });

  test('a file is taken whole, in a form of several parts, as one of unknown length', async () => {
    const fields = Object.fromEntries(new URLSearchParams(claim('带证明')));
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    body.set('evidence', new File([`%PDF-1.7\n${'x'.repeat(3_000_000)}`], '证书.pdf'));
    const packed = new Response(body);
    const bytes = Buffer.from(await packed.arrayBuffer());
    const line = openLine();
    line.socket.write(head(packed.headers.get('content-type') ?? '', null));
    for (let at = 0; at < bytes.length; at += 100_000) {
      const piece = bytes.subarray(at, at + 100_000);
      line.socket.write(`${piece.length.toString(16)}\r\n`);
      line.socket.write(piece);
      line.socket.write('\r\n');
    }
    line.socket.write('0\r\n\r\n');
    expect(await line.status).toBe(303);
    expect(await titles()).toContain('带证明');
    await until(() => uploads.held() === 0);
    line.socket.destroy();
  });
});
