import { statSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadSecret, readConfig } from '../../src/platform/config.ts';
import { choosePort } from '../../src/platform/port.ts';
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
