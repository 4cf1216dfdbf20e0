import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../../src/app.ts';
import { SESSION_COOKIE } from '../../src/features/identity/ask.ts';
import { insertSession } from '../../src/features/identity/queries.ts';
import { type House, type HouseOptions, openHouse } from '../../src/house.ts';
import { readConfig } from '../../src/platform/config.ts';
import {
  type Authority,
  FIRST_NODE,
  findAuthority,
  openDirectory,
  withDirectory,
} from '../../src/platform/directory.ts';
import { migrate } from '../../src/platform/migrate.ts';
import { openNode } from '../../src/platform/nodes.ts';
import { startEmbedded } from '../../src/platform/postgres/supervisor.ts';
import { testDatabase } from '../support/database.ts';
import { moveWhileWriting } from '../support/moving.ts';
import { makeWorld } from '../support/world.ts';
import { temporaryFolder } from './support/faults.ts';

const at = (name: string, hosts: string[], path: string | null): Authority => ({
  name,
  schema: name,
  hosts,
  path,
  node: FIRST_NODE,
  state: 'serving',
});

test('an authority is found by its host name, else by the first part of the path, else it is the one with neither', () => {
  const known = [at('north', ['north.example.org'], null), at('south', [], 'south'), at('rest', [], null)];
  const found = (host: string, path: string) => {
    const { authority, prefix } = findAuthority(known, host, path) ?? { authority: null, prefix: '' };
    return `${authority?.name}${prefix}`;
  };
  expect(found('North.example.org:8080', '/south/people')).toBe('north');
  expect(found('localhost:8080', '/south/people')).toBe('south/south');
  expect(found('localhost', '/southern')).toBe('rest');
  expect(found('localhost', '/')).toBe('rest');
  expect(findAuthority(known.slice(0, 1), 'localhost', '/')).toBeNull();
});

describe('two authorities in one install', async () => {
  const { url } = await testDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'qinglan-test-house-'));
  const node = openNode(url, { max: 4, ownerMax: 4 });
  const now = new Date('2026-11-23T02:00:00Z');
  let house: House;
  let options: () => HouseOptions;
  let answer: ReturnType<House['serve']>;
  let close: () => Promise<void> = async () => undefined;
  let cookie = '';
  let northTeacher = '';

  beforeAll(async () => {
    await withDirectory(url, async (records) => {
      for (const authority of [at('north', ['north.example.org'], null), at('south', [], 'south')])
        await records.insert(authority);
    });
    for (const schema of ['north', 'south']) await migrate(url, { schema });
    const directory = await openDirectory(url, { onError: () => undefined });
    close = () => directory.close();
    options = () => ({
      config: { ...readConfig({ QINGLAN_DATA: folder }), logLevel: 'silent' },
      directory,
      nodes: new Map([[FIRST_NODE, node]]),
      log: pino({ level: 'silent' }),
      jobsOf: () => ({ ask: async () => undefined, runNow: async () => undefined }),
      clock: () => now,
    });
    house = openHouse(options());
    answer = house.serve((services) => createApp(services));
    const north = await makeWorld(house.of('north').db);
    northTeacher = north.teacher;
    await makeWorld(house.of('south').db);
    cookie = `${SESSION_COOKIE}=${await insertSession(house.of('north').db, north.cityOffice, now, null)}`;
  });
  afterAll(async () => {
    await close();
    await node.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const get = async (address: string) =>
    answer(new Request(address, { headers: { cookie, 'accept-language': 'zh-CN' } }));

  test('each answers at its own address, and no other address answers', async () => {
    expect((await get('http://north.example.org/units')).status).toBe(200);
    expect((await get('http://elsewhere.example.org/south/public')).status).toBe(200);
    const nobody = await get('http://elsewhere.example.org/public');
    expect(nobody.status).toBe(404);
    expect(nobody.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(nobody.headers.get('strict-transport-security')).toBeNull();
    const origin = 'https://rencai.example.edu.cn';
    const none = {
      ...options(),
      config: { ...options().config, origin },
      directory: { ...options().directory, find: () => null },
    };
    const { headers } = await openHouse(none).serve((services) => createApp(services))(new Request(origin));
    expect(headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains');
    expect(await (await get('http://elsewhere.example.org/healthz')).text()).toBe('ok');
  });

  test('a session of one is nobody’s at the other, and a thing of one is not found at the other', async () => {
    const there = await get('http://elsewhere.example.org/south/units');
    expect(there.status).toBe(303);
    expect(there.headers.get('location')).toMatch(/^\/south\/sign-in\?/);
    expect((await get(`http://north.example.org/people/${northTeacher}`)).status).toBe(200);
    expect((await get(`http://elsewhere.example.org/south/people/${northTeacher}`)).status).toBe(303);
  });

  test('under a path every link, form and cookie stays under it', async () => {
    const page = await (await get('http://elsewhere.example.org/south/public?lang=en')).text();
    const addresses = [...page.matchAll(/ (?:href|action|src)="(\/[^"]*)"/g)].map((match) => match[1]);
    expect(addresses.length).toBeGreaterThan(3);
    expect(addresses.filter((address) => address?.startsWith('/south/') !== true)).toEqual([]);
    const kept = await get('http://elsewhere.example.org/south/public?lang=en');
    expect(kept.headers.getSetCookie()[0]).toContain('Path=/south/');
  });

  test('each has a folder of its own for files', () => {
    expect(house.of('north').config.dataDir).not.toBe(house.of('south').config.dataDir);
  });
});

test('an authority moves to another server while it is written to: nothing acknowledged is lost, and the chain holds', async () => {
  const servers = [
    await startEmbedded({ dataDir: temporaryFolder() }),
    await startEmbedded({ dataDir: temporaryFolder() }),
  ] as const;
  try {
    const report = await moveWhileWriting({
      from: servers[0].url,
      to: servers[1].url,
      writers: 3,
      around: 300,
    });
    expect(report.acknowledged).toBeGreaterThan(0);
    // One that failed may yet have been written, had its answer been lost: then there is one more, never one less.
    expect(report.counter).toBe(report.acknowledged);
    expect(report.entries).toBe(report.acknowledged);
    expect(report.failed).toBe(0);
    expect(report.broken).toBeNull();
  } finally {
    for (const server of servers) await server.stop();
  }
});
