import { describe, expect, test } from 'vitest';
import { mark, seal, unseal } from './seal.ts';

const here = { secret: 'a secret of thirty-two characters', dataDir: '/nowhere' };
const elsewhere = { ...here, secret: 'another of thirty-two characters' };

describe('what is sealed', () => {
  test('opens for its install, purpose and owner only', () => {
    const sealed = seal(here, 'totp', 'li-hua', '青蓝');
    expect(unseal(here, 'totp', 'li-hua', sealed)).toBe('青蓝');
    expect(unseal(here, 'totp', 'wang-fang', sealed)).toBeNull();
    expect(unseal(here, 'provider', 'li-hua', sealed)).toBeNull();
    expect(unseal(elsewhere, 'totp', 'li-hua', sealed)).toBeNull();
  });

  test('is never the same twice, and a changed sign closes it', () => {
    const sealed = seal(here, 'totp', 'li-hua', '青蓝');
    expect(seal(here, 'totp', 'li-hua', '青蓝')).not.toBe(sealed);
    const parts = sealed.split('.');
    for (const at of [1, 2, 3]) {
      const bytes = Buffer.from(parts[at] ?? '', 'base64url');
      bytes[0] = (bytes[0] ?? 0) ^ 1;
      const changed = parts.with(at, bytes.toString('base64url')).join('.');
      expect(unseal(here, 'totp', 'li-hua', changed)).toBeNull();
    }
    expect(unseal(here, 'totp', 'li-hua', `${sealed}AAAA`)).toBeNull();
    expect(unseal(here, 'totp', 'li-hua', 'v1')).toBeNull();
  });

  test('a mark is the same here and another elsewhere', () => {
    expect(mark(here, 'device', 'a')).toBe(mark(here, 'device', 'a'));
    expect(mark(elsewhere, 'device', 'a')).not.toBe(mark(here, 'device', 'a'));
    expect(mark(here, 'other', 'a')).not.toBe(mark(here, 'device', 'a'));
  });
});
