import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../platform/root.ts';

const read = (folder: string, ending: RegExp): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name))
    .map((name) => readFileSync(join(root, folder, name), 'utf8'));

/** How strongly a selector speaks, as far as these sheets go: its ids, then its classes, attributes and states. */
const strength = (selector: string): number =>
  100 * (selector.match(/#[a-z]/g) ?? []).length +
  (selector.match(/\.[a-z]|\[|(?<!:):(?!where|is|not|has|:)[a-z]/g) ?? []).length;

test('what is hidden stays hidden, whatever class it has: a button only a script makes work, a fault not yet there', () => {
  const rules = read('src/web/styles', /\.css$/).flatMap((text) =>
    [...text.replaceAll(/\/\*[\s\S]*?\*\//g, '').matchAll(/([^{}]+)\{([^{}]*)\}/g)].map(
      ([, selectors = '', body = '']) => ({ selectors: selectors.split(',').map((one) => one.trim()), body }),
    ),
  );
  const hides = rules.find(
    ({ selectors, body }) => selectors.includes('[hidden][hidden]') && /display: none/.test(body),
  );
  expect(hides).toBeDefined();
  // One class, or one class of one element, is what pages give to things that begin hidden.
  const single = rules
    .filter(({ body }) => /display: (?!none)/.test(body))
    .flatMap(({ selectors }) => selectors)
    .filter((selector) => /^[.\w-]+$/.test(selector));
  expect(single).toContain('.field-error');
  expect(single.filter((selector) => strength(selector) >= strength('[hidden][hidden]'))).toEqual([]);
});

test('every class that a page names has a rule in the style sheet, or is what a script looks for', () => {
  const ruled = new Set(
    [...read('src/web/styles', /\.css$/), ...read('src/web/islands', /\.ts$/)].flatMap((text) =>
      [...text.matchAll(/\.([a-z][\w-]*)/g)].map(([, name]) => name),
    ),
  );
  const named = read('src', /\.tsx$/).flatMap((text) =>
    [...text.matchAll(/\bclass="([^"]+)"/g)].flatMap(([, names = '']) => names.split(' ')),
  );
  expect([...new Set(named)].filter((name) => !ruled.has(name))).toEqual([]);
});
