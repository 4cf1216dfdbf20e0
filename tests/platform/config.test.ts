import { readFileSync, statSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { describeSettings } from '../../scripts/describe-settings.ts';
import { claimedAddress } from '../../src/platform/client.ts';
import { readConfig } from '../../src/platform/config.ts';
import { choosePort } from '../../src/platform/port.ts';
import { root } from '../../src/platform/root.ts';
import { loadSecret } from '../../src/platform/secret.ts';
import { temporaryFolder } from './support/faults.ts';

test('nothing needs to be set', () => {
  expect(readConfig({})).toMatchObject({
    databaseUrl: null,
    schema: 'qinglan',
    host: '127.0.0.1',
    port: 8080,
    portIsFixed: false,
    origin: null,
    demo: false,
  });
});

test('an empty variable is one that is not set', () => {
  expect(readConfig({ DATABASE_URL: '', PORT: '', QINGLAN_DEMO: '' })).toEqual(readConfig({}));
});

test('every setting that cannot be used is named with what it must be', () => {
  const wrong = {
    DATABASE_URL: 'mysql://localhost/x',
    PORT: '70000',
    QINGLAN_ORIGIN: 'qinglan.example.org',
    QINGLAN_DEMO: 'yes please',
    QINGLAN_SCHEMA: 'Robert"; DROP TABLE',
    QINGLAN_SECRET: 'short',
  };
  for (const name of Object.keys(wrong)) expect(() => readConfig(wrong)).toThrow(`${name}: must`);
});

test('a name that is misspelt is named with the one that was meant', () => {
  expect(() => readConfig({ QINGLAN_ORIGN: 'https://x.org', QINGLAN_DATE: '/x' })).toThrow(
    /QINGLAN_ORIGN: .*did you mean QINGLAN_ORIGIN\?[\s\S]*QINGLAN_DATE: .*did you mean QINGLAN_DATA\?/,
  );
  // What an orchestrator makes of a service called qinglan is none of ours; nor is what nobody can have meant.
  const config = readConfig({
    QINGLAN_SERVICE_HOST: '10.0.0.1',
    QINGLAN_PORT_80_TCP: 'x',
    QINGLAN_FAVOURITE: '1',
  });
  expect(config.unknown).toEqual(['QINGLAN_FAVOURITE']);
});

test('docs/settings.md says of every setting what it means, in both languages', () => {
  expect(readFileSync(join(root, 'docs/settings.md'), 'utf8')).toBe(describeSettings());
});

describe('where a request came from', () => {
  const { proxies } = readConfig({ QINGLAN_PROXIES: 'loopback, 10.1.0.0/16' });
  const none = readConfig({}).proxies;

  test('is what the proxies of the settings say, as far back as they are proxies of the settings', () => {
    expect(claimedAddress('127.0.0.1', '6.6.6.6, 203.0.113.9, 10.1.2.3', proxies)).toBe('203.0.113.9');
    expect(claimedAddress('::1', '2001:db8::7', proxies)).toBe('2001:db8::7');
  });

  test('is never what anybody else says', () => {
    expect(claimedAddress('203.0.113.9', '6.6.6.6', proxies)).toBe('203.0.113.9');
    expect(claimedAddress('127.0.0.1', '6.6.6.6', none)).toBe('127.0.0.1');
    expect(claimedAddress('127.0.0.1', 'not an address', proxies)).toBe('127.0.0.1');
    expect(claimedAddress('unknown', '6.6.6.6', proxies)).toBe('unknown');
  });

  test('a setting that is no address and no network is refused', () => {
    for (const text of ['10.1.0.0/33', 'proxy', '::/129', '10.1.0/8'])
      expect(() => readConfig({ QINGLAN_PROXIES: text })).toThrow('QINGLAN_PROXIES: must be');
  });
});

test('the signing key is the setting, else one made once and kept for the owner alone', () => {
  const dataDir = join(temporaryFolder(), 'data');
  expect(loadSecret({ secret: 'x'.repeat(32), dataDir })).toBe('x'.repeat(32));
  const made = loadSecret({ secret: null, dataDir });
  expect(made.length).toBeGreaterThanOrEqual(43);
  expect(loadSecret({ secret: null, dataDir })).toBe(made);
  expect(statSync(join(dataDir, 'secret')).mode & 0o077).toBe(0);
});

test('a busy port is an error when it was asked for, else the next free one is taken', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const asked = { host: '127.0.0.1', port };
  await expect(choosePort({ ...asked, portIsFixed: true })).rejects.toThrow(`PORT: ${port} is used`);
  expect(await choosePort({ ...asked, portIsFixed: false })).toBeGreaterThan(port);
  await new Promise((resolve) => server.close(resolve));
});
