import { expect, test } from 'vitest';
import { isByAct, saidOf, showsBoth } from './rules.ts';

const came = { site: undefined, user: undefined, dest: undefined, fromOurPage: false };

test('a click on our page or on a portal, and an address that is typed, are acts of the person', () => {
  expect(isByAct({ ...came, site: 'same-origin', dest: 'document' })).toBe(true);
  expect(isByAct({ ...came, site: 'none', user: '?1', dest: 'document' })).toBe(true);
  expect(isByAct({ ...came, site: 'cross-site', user: '?1', dest: 'document' })).toBe(true);
  expect(isByAct({ ...came, site: 'same-site', user: '?1', dest: 'document' })).toBe(true);
});

test('a page elsewhere that loads it by itself is none', () => {
  expect(isByAct({ ...came, site: 'cross-site', dest: 'document' })).toBe(false);
  expect(isByAct({ ...came, site: 'cross-site', dest: 'image' })).toBe(false);
  expect(isByAct({ ...came, site: 'cross-site', user: '?1', dest: 'iframe' })).toBe(false);
  expect(isByAct({ ...came, site: 'same-site', dest: 'empty' })).toBe(false);
});

test('a browser that says nothing of it comes by an act from our page alone', () => {
  expect(isByAct({ ...came, fromOurPage: true })).toBe(true);
  expect(isByAct(came)).toBe(false);
});

test('a provider shows both factors when it is trusted with them and does not say that there was one', () => {
  expect(showsBoth(false, ['pwd', 'otp', 'mfa'])).toBe(false);
  expect(showsBoth(true, null)).toBe(true);
  expect(showsBoth(true, ['mfa'])).toBe(true);
  expect(showsBoth(true, ['pwd', 'otp'])).toBe(true);
  expect(showsBoth(true, ['hwk', 'fpt'])).toBe(true);
  for (const one of [['pwd'], ['pwd', 'pin'], ['otp', 'sms'], ['user'], []])
    expect([one, showsBoth(true, one)]).toEqual([one, false]);
});

test('one factor is one however it is said: as a list, as a word, or as what nobody can read', () => {
  const both = (amr: unknown) => showsBoth(true, saidOf(amr));
  expect([['pwd'], 'pwd', {}, 3].map(both)).toEqual([false, false, false, false]);
  expect([['pwd', 'otp'], 'mfa', undefined, null].map(both)).toEqual([true, true, true, true]);
});
