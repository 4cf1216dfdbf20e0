import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/platform/config.ts';
import { examineDatabase } from '../../src/platform/doctor/database.ts';
import type { Finding } from '../../src/platform/doctor/finding.ts';
import { examineHost } from '../../src/platform/doctor/host.ts';
import { wire } from '../../src/platform/doctor/server.ts';
import { testDatabase } from '../support/database.ts';
import { query, temporaryFolder } from './support/faults.ts';

const { url, schema } = await testDatabase();
const folder = temporaryFolder();
const host = (env: Record<string, string>) =>
  examineHost(readConfig({ QINGLAN_DATA: folder, ...env }), process.versions.node);
const said = (findings: readonly Finding[], level: Finding['level']) =>
  findings.filter((one) => one.level === level).map(({ en }) => en);

describe('qinglan doctor', () => {
  test('finds nothing bad in a new install, and says that no backup is made', async () => {
    const findings = [
      ...(await host({})),
      ...(await examineDatabase(readConfig({ QINGLAN_SCHEMA: schema }), url)),
    ];
    // The tests' own server is not durable on purpose.
    const bad = said(findings, 'bad').filter(
      (text) => !/fsync|full_page_writes|synchronous_commit/.test(text),
    );
    expect(bad).toEqual([]);
    expect(said(findings, 'warning')).toContain('No backup is made by itself');
    expect(said(findings, 'good').join()).toMatch(/All \d+ migrations are applied/);
  });

  test('everything that is not well says what to do, in both languages', async () => {
    const findings = await host({
      QINGLAN_DEMO: '1',
      HOST: '0.0.0.0',
      QINGLAN_ORIGIN: 'http://qinglan.example.org',
      QINGLAN_PROCESSES: '64',
      QINGLAN_BACKUP: join(folder, 'nowhere'),
      QINGLAN_UNHEARD_OF: '1',
    });
    const troubles = findings.filter(({ level }) => level !== 'good');
    expect(troubles.length).toBeGreaterThanOrEqual(5);
    for (const { zh, en, advice } of troubles) {
      expect(zh).toMatch(/[\p{Script=Han}]/u);
      expect(en).not.toMatch(/[\p{Script=Han}]/u);
      expect([advice?.zh, advice?.en].every((text) => text !== undefined && text !== '')).toBe(true);
    }
    expect(said(findings, 'bad').join()).toMatch(/demo is open[\s\S]*not encrypted/);
    expect(said(findings, 'warning').join()).toMatch(
      /QINGLAN_UNHEARD_OF[\s\S]*QINGLAN_PROXIES[\s\S]*64 processes/,
    );
  });

  test('a database of another machine is reached encrypted, or that is bad; on this one nothing is said', () => {
    expect(said(wire({ comes: '10.1.2.3', encrypted: false }), 'bad').join()).toContain('is not encrypted');
    expect(said(wire({ comes: '2001:db8::7', encrypted: false }), 'bad')).toHaveLength(1);
    expect(said(wire({ comes: '10.1.2.3', encrypted: true }), 'good')).toHaveLength(1);
    for (const comes of [null, '127.0.0.1', '::1']) expect(wire({ comes, encrypted: false })).toEqual([]);
  });

  test('a secret that others can read is bad', async () => {
    const data = join(folder, 'open');
    mkdirSync(data);
    writeFileSync(join(data, 'secret'), 'x');
    chmodSync(join(data, 'secret'), 0o644);
    expect(said(await host({ QINGLAN_DATA: data }), 'bad')).toEqual([
      `Other users can read ${join(data, 'secret')}`,
    ]);
  });

  test('a database that is ahead, behind, or not there is told apart', async () => {
    const config = readConfig({ QINGLAN_SCHEMA: schema });
    await query(url, `INSERT INTO ${schema}.migration (name, checksum) VALUES ('9999_of_tomorrow.sql', 'x')`);
    expect(said(await examineDatabase(config, url), 'bad').join()).toContain('9999_of_tomorrow.sql');
    await query(
      url,
      `DELETE FROM ${schema}.migration WHERE name IN ('9999_of_tomorrow.sql', '0010_screening_goes_on.sql')`,
    );
    expect(said(await examineDatabase(config, url), 'warning')).toContain('1 migrations are not applied yet');
    const away = await examineDatabase(config, 'postgresql://qinglan@127.0.0.1:1/none');
    expect(away.map(({ level }) => level)).toEqual(['bad']);
  });

  test('people of a demo, whose password anybody knows, are bad where no demo is', async () => {
    const config = readConfig({ QINGLAN_SCHEMA: schema });
    const about = async (open: boolean) =>
      said(await examineDatabase({ ...config, demo: open }, url), 'bad').filter((text) =>
        text.includes('demo city'),
      );
    expect(await about(false)).toEqual([]);
    await query(
      url,
      `SET search_path TO ${schema}, extensions;
      INSERT INTO person (id, name, name_search) VALUES ('0197a1f0-0000-7000-8000-000000000001', '演示', '演示');
      INSERT INTO demo_persona (kind, position, person_id) VALUES ('teacher', 1, '0197a1f0-0000-7000-8000-000000000001')`,
    );
    expect(await about(false)).toHaveLength(1);
    expect(await about(true)).toEqual([]);
  });

  test('a role that can pass the walls is bad', async () => {
    const config = readConfig({ QINGLAN_SCHEMA: schema });
    await query(url, `ALTER ROLE ${schema}_web BYPASSRLS`);
    try {
      expect(said(await examineDatabase(config, url), 'bad').join()).toContain('can pass row-level security');
    } finally {
      await query(url, `ALTER ROLE ${schema}_web NOBYPASSRLS`);
    }
  });
});
