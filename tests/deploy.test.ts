import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { settings } from '../src/platform/config.ts';
import { root } from '../src/platform/root.ts';

/*
 * The examples in deploy/ fit the program: they are looked at by the tools they are for where those are installed
 * (systemd-analyze, nginx), and here for what tools cannot know.
 */

const read = (name: string) => readFileSync(join(root, 'deploy', name), 'utf8');
const has = (command: string) => spawnSync(command, ['--version']).error === undefined;
const MEGABYTES_OF_UPLOAD = 64;

describe('the examples in deploy/', () => {
  test('name only settings there are', () => {
    const known = new Set(Object.keys(settings.shape));
    for (const name of ['qinglan.service', 'Containerfile', 'compose.yaml', 'nginx.conf', 'Caddyfile']) {
      const named = [...read(name).matchAll(/\bQINGLAN_[A-Z_]+/g)].map(([found]) => found);
      expect(
        named.filter((one) => !known.has(one)),
        name,
      ).toEqual([]);
    }
  });

  test('no real install has the demo in it', () => {
    expect(read('qinglan.service')).toContain('QINGLAN_DEMO=0');
    expect(read('Containerfile')).toContain('QINGLAN_DEMO=0');
  });

  test('proxies let the largest upload through, pass Host on and believe no client', () => {
    const nginx = read('nginx.conf');
    expect(Number(/client_max_body_size (\d+)m/.exec(nginx)?.[1])).toBeGreaterThan(MEGABYTES_OF_UPLOAD);
    expect(nginx).toContain('proxy_set_header Host $host;');
    expect(nginx).toContain('proxy_set_header X-Forwarded-For $remote_addr;');
    expect(nginx).not.toMatch(/proxy_next_upstream[^;]*non_idempotent/);
    expect(Number(/max_size (\d+)MB/.exec(read('Caddyfile'))?.[1])).toBeGreaterThan(MEGABYTES_OF_UPLOAD);
  });

  test('on plain http proxies lead pages on and refuse the API, whose programs would not notice', () => {
    const [, plain = ''] = /listen 80;([\s\S]*?)\n}\n/.exec(read('nginx.conf')) ?? [];
    const [, api = '', refused = ''] = /location ~ (\S+) \{\s*return (\d+);/.exec(plain) ?? [];
    expect(refused).toBe('403');
    for (const path of ['/api/v1/rounds', '/north/api/openapi.json']) expect(path).toMatch(new RegExp(api));
    for (const path of ['/', '/rounds', '/north/rounds', '/apiary'])
      expect(path).not.toMatch(new RegExp(api));
    expect(plain).toMatch(/location \/ \{\s*return 301 https:/);
    const [, caddy = ''] = /^http:\/\/[\w.]+ \{([\s\S]*?)^\}/m.exec(read('Caddyfile')) ?? [];
    expect(caddy).toMatch(/@api path \/api\/\* \/\*\/api\/\*\s+handle @api \{\s*respond 403/);
  });

  test('whoever stops it waits longer than it takes to answer what is under way', () => {
    const seconds = (text: string, pattern: RegExp) => Number(pattern.exec(text)?.[1]);
    expect(seconds(read('qinglan.service'), /TimeoutStopSec=(\d+)/)).toBeGreaterThanOrEqual(45);
    expect(seconds(read('compose.yaml'), /stop_grace_period: (\d+)s/)).toBeGreaterThanOrEqual(45);
  });

  test('compose.yaml has two apps on one database', () => {
    const { services } = parse(read('compose.yaml'), { merge: true }) as {
      services: Record<string, { depends_on?: object; ports?: string[]; image?: string }>;
    };
    const apps = Object.values(services).filter(({ depends_on }) => depends_on !== undefined);
    expect(apps).toHaveLength(2);
    expect(new Set(apps.flatMap(({ ports }) => ports ?? [])).size).toBe(2);
    expect(services.postgres?.image).toMatch(/postgres:1[5-9]$/);
  });

  test.runIf(has('systemd-analyze'))('systemd reads the unit, and finds it well shut in', () => {
    const folder = mkdtempSync(join(tmpdir(), 'qinglan-unit-'));
    try {
      const file = join(folder, 'qinglan.service');
      // What the unit starts is not installed here.
      writeFileSync(
        file,
        read('qinglan.service').replaceAll('/opt/qinglan/node_modules/.bin/node', process.execPath),
      );
      const { stderr, stdout } = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' });
      expect(`${stdout}${stderr}`.split('\n').filter((line) => line.includes('qinglan.service'))).toEqual([]);
      const looked = spawnSync('systemd-analyze', ['security', '--offline=true', '--threshold=20', file], {
        encoding: 'utf8',
      });
      if (!/unrecognized|unknown/i.test(looked.stderr))
        expect(looked.status, looked.stdout.slice(-200)).toBe(0);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  const nginx = process.env.NGINX ?? '/usr/sbin/nginx';
  test.runIf(existsSync(nginx))('nginx reads its example', () => {
    const folder = mkdtempSync(join(tmpdir(), 'qinglan-nginx-'));
    try {
      const key = join(folder, 'key.pem');
      const chain = join(folder, 'chain.pem');
      const made = spawnSync('openssl', [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-keyout',
        key,
        '-out',
        chain,
        '-subj',
        '/CN=qinglan.example.edu.cn',
        '-days',
        '1',
      ]);
      if (made.status !== 0) return;
      const site = read('nginx.conf')
        .replace('/etc/ssl/qinglan/fullchain.pem', chain)
        .replace('/etc/ssl/qinglan/privkey.pem', key);
      const whole = `pid ${folder}/pid; error_log ${folder}/error.log; events {} http { access_log off; ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(' ')}\n${site}\n}`;
      writeFileSync(join(folder, 'nginx.conf'), whole);
      const tried = spawnSync(nginx, ['-t', '-p', folder, '-c', join(folder, 'nginx.conf')], {
        encoding: 'utf8',
      });
      expect(tried.stderr).toContain('test is successful');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
