import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createApp } from '../../src/app.ts';
import { root } from '../../src/platform/root.ts';
import { testApp } from '../support/app.ts';
import { testDatabase } from '../support/database.ts';
import { makeWorld } from '../support/world.ts';

/* What every answer carries, and every cookie, at an address of https. */

const { db } = await testDatabase();
const { services, session } = testApp(db);
const world = await makeWorld(db);
const at = (origin: string | null) => createApp({ ...services, config: { ...services.config, origin } });
const secure = at('https://rencai.example.edu.cn');
const ADDRESSES = [
  '/',
  '/sign-in',
  '/healthz',
  '/readyz',
  '/no-such-page',
  '/api/openapi.json',
  '/api/v1/rounds',
];

describe('every answer', () => {
  test('may not be guessed to be what it is not, nor framed, nor sent to another site as where one comes from', async () => {
    for (const address of ADDRESSES) {
      const { headers } = await secure.request(address);
      expect([address, headers.get('x-content-type-options')]).toEqual([address, 'nosniff']);
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('referrer-policy')).toBe('same-origin');
    }
  });

  test('keeps browsers on https for a year, with all names beneath; on plain http it says nothing of it', async () => {
    for (const address of ADDRESSES) {
      const there = (await secure.request(address)).headers.get('strict-transport-security');
      expect(there).toBe('max-age=31536000; includeSubDomains');
      expect((await at(null).request(address)).headers.get('strict-transport-security')).toBeNull();
    }
  });

  test('is for pages of this site alone: no other is ever allowed to read it', async () => {
    for (const address of ADDRESSES)
      for (const method of ['GET', 'OPTIONS']) {
        const answer = await secure.request(address, {
          method,
          headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
        });
        const allowed = [...answer.headers.keys()].filter((name) => name.startsWith('access-control-'));
        expect([address, method, allowed]).toEqual([address, method, []]);
      }
  });
});

describe('every cookie', () => {
  test('is out of reach of scripts, of forms elsewhere and, at https, of plain http', async () => {
    const answer = await secure.request('/sign-in?lang=en&theme=dark');
    const cookies = answer.headers.getSetCookie();
    expect(cookies).toHaveLength(2);
    for (const cookie of cookies)
      expect(cookie).toMatch(/^__Secure-qinglan_.*HttpOnly; Secure; SameSite=Lax$/);
    const plain = (await at(null).request('/sign-in?lang=en')).headers.getSetCookie();
    expect(plain).toEqual([expect.not.stringContaining('Secure')]);
  });

  test('and one of the same name without the mark of https is nobody’s session there', async () => {
    const { cookie } = await session(world.teacher);
    const seen = async (app: typeof secure, header: string) =>
      (await app.request('/records', { headers: { cookie: header } })).status;
    expect(await seen(at(null), cookie)).toBe(200);
    expect(await seen(secure, cookie)).toBe(303);
    expect(await seen(secure, `__Secure-${cookie}`)).toBe(200);
  });

  test('is set in one place', () => {
    const setting = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name) && !name.includes('.test.'))
      .filter((name) => /\b[sg]etCookie\(|set-cookie/.test(readFileSync(join(root, 'src', name), 'utf8')));
    // And where the path of an authority is put before it.
    expect(setting.toSorted()).toEqual(['platform/cookies.ts', 'platform/prefix.ts']);
  });
});
