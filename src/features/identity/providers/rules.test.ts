import { expect, test } from 'vitest';
import { isByAct } from './rules.ts';

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
