import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createApp } from '../../src/app.ts';
import { whoCommand } from '../../src/cli/who.ts';
import { insertAccount } from '../../src/features/identity/queries.ts';
import { newId } from '../../src/platform/ids.ts';
import { openLog } from '../../src/platform/log.ts';
import { logMark } from '../../src/platform/refusals.ts';
import type { Services } from '../../src/platform/services.ts';
import { csrfField, submissionField } from '../../src/web/viewer.ts';
import { testApp } from '../support/app.ts';
import { testDatabase } from '../support/database.ts';
import { makeWorld, type World } from '../support/world.ts';

/* Who was refused stands in the log, and names nobody to whoever reads only the log. */

const ADDRESS = '203.0.113.77';
const { db, url } = await testDatabase();
const city = testApp(db);
const lines: string[] = [];
const log = openLog('warn', { write: (line) => void lines.push(line) });
const services: Services = { ...city.services, log };
const app = createApp(services);
const env = { incoming: { socket: { remoteAddress: ADDRESS } } };
let world: World;

beforeAll(async () => {
  world = await makeWorld(db);
});
beforeEach(() => lines.splice(0));
afterEach(() => vi.restoreAllMocks());

const look = async (personId: string | null, path: string) => {
  const cookie = personId === null ? '' : await city.cookie(personId);
  return (await app.request(path, { headers: { cookie } }, env)).status;
};
const send = async (personId: string, change: { readonly csrf?: string; readonly site?: string } = {}) => {
  const { cookie, csrf } = await city.session(personId);
  const body = new URLSearchParams({ [csrfField]: change.csrf ?? csrf ?? '', [submissionField]: newId() });
  const headers = { cookie, 'sec-fetch-site': change.site ?? 'same-origin' };
  return (await app.request('/sign-out', { method: 'POST', body, headers }, env)).status;
};
/** What the log says of refusals, without when and by which process. */
const said = () =>
  lines
    .map((line) => JSON.parse(line))
    .map(({ level, msg, method, route, refused, who, from }) => ({
      level,
      msg,
      did: `${method} ${route}`,
      refused,
      who,
      from,
    }));
const refusal = (did: string, refused: string, personId: string | null) => ({
  level: 40,
  msg: 'refused',
  did,
  refused,
  who: personId === null ? null : logMark(services.config, personId),
  from: logMark(services.config, ADDRESS),
});

describe('the log tells who was refused', () => {
  test('a page of another place, one for others, and a thing that is not there or not theirs', async () => {
    expect(await look(world.teacher, `/people/${world.colleague}`)).toBe(403);
    expect(await look(world.teacher, '/audit')).toBe(403);
    expect(await look(world.cityOffice, `/people/${newId()}`)).toBe(404);
    expect(said()).toEqual([
      refusal('GET /people/:person', expect.stringMatching(/^(other-place|not-allowed)$/), world.teacher),
      refusal('GET /audit', 'not-allowed', world.teacher),
      refusal('GET /people/:person', 'not-found', world.cityOffice),
    ]);
  });

  test('a form with another token, and one that came from elsewhere', async () => {
    expect(await send(world.teacher, { csrf: 'made-up' })).toBe(403);
    expect(await send(world.teacher, { site: 'cross-site' })).toBe(403);
    expect(said()).toEqual([
      refusal('POST /sign-out', 'stale-form', world.teacher),
      refusal('POST /sign-out', 'other-site', world.teacher),
    ]);
  });

  test('somebody who asks too often, signed out', async () => {
    await db.updateTable('sign_in_setting').set({ address_tries: 5 }).execute();
    const ask = async () =>
      (await app.request('/sign-in/passkey/challenge', { method: 'POST', body: new FormData() }, env)).status;
    for (let n = 0; n < 5; n += 1) await ask();
    expect(await ask()).toBe(429);
    expect(said()).toEqual([refusal('POST /sign-in/passkey/challenge', 'identity.challenges.closed', null)]);
  });

  test('and nothing where nobody was: what is right, what is at no address, and what asks one to sign in', async () => {
    expect(await look(world.teacher, '/account')).toBe(200);
    expect(await send(world.teacher)).toBe(303);
    expect(await look(world.teacher, '/no-such-page')).toBe(404);
    expect(await look(null, '/account')).toBe(303);
    expect(lines).toEqual([]);
  });
});

describe('the marks of the log', () => {
  test('are the same for the same person, and hold no id, name, number, address or token', async () => {
    await insertAccount(db, { personId: world.teacher, signIn: 'T1001', passwordHash: null });
    await look(world.teacher, '/audit');
    await look(world.teacher, '/audit');
    const [first, second] = said();
    expect(first).toEqual(second);
    const text = lines.join('');
    for (const secret of [world.teacher, '李华', 'T1001', ADDRESS]) expect(text).not.toContain(secret);
  });

  test('are told apart on this machine, by `qinglan who`', async () => {
    const out: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0);
    const who = (...args: string[]) => whoCommand(args, (work) => work(services, url));
    await look(world.teacher, '/audit');
    const [line] = said();
    await who(String(line?.who));
    expect(out.join('')).toContain(`/people/${world.teacher}`);
    out.length = 0;
    await who(ADDRESS);
    expect(out.join('').trim()).toBe(line?.from);
    await expect(who('made-up-mark-000')).rejects.toThrow('Nobody of this authority');
    await expect(who()).rejects.toThrow('who MARK');
  });
});
