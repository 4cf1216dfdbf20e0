import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../src/platform/root.ts';
import { WALLS } from '../src/platform/walls/tables.ts';

/* docs/security.md: a point that is met names where, and what is named exists; one that is not says why. */

interface Row {
  readonly point: string;
  readonly verdict: string;
  readonly why: string;
}

const rows: Row[] = readFileSync(join(root, 'docs/security.md'), 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, point = '', , verdict = '', why = ''] = line.split('|').map((cell) => cell.trim());
    return /^\d+\.\d+\.\d+/.test(point) ? [{ point, verdict, why }] : [];
  });

/** Files and folders a row names, from the root, `src`, or one of its three parts. */
const PLACES = ['', 'src', 'src/features', 'src/platform', 'src/web', 'docs'];
const named = (why: string): string[] => [
  ...[...why.matchAll(/`([\w.-]+(?:\/[\w.-]+)+|[\w-]+\.(?:tsx?|md|json))`/g)].map(([, name = '']) => name),
  ...[...why.matchAll(/decision (\d{3}) \(([\w-]+)\)/g)].map(
    ([, n, name]) => `docs/decisions/${n}-${name}.md`,
  ),
];
const isThere = (name: string) => PLACES.some((place) => existsSync(join(root, place, name)));

describe('what is said of ASVS', () => {
  test('covers every chapter of levels 1 and 2, with one of four verdicts', () => {
    const chapters = new Set(
      rows.flatMap(({ point }) => [...point.matchAll(/(\d+)\.\d+\.\d+/g)].map(([, c]) => Number(c))),
    );
    expect([...chapters].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 17 }, (_, at) => at + 1));
    expect(rows.filter(({ verdict }) => !['met', 'partly', 'not', '–'].includes(verdict))).toEqual([]);
  });

  test('names only files that exist', () => {
    expect(
      rows.flatMap(({ point, why }) =>
        named(why)
          .filter((name) => !isThere(name))
          .map((name) => `${point}: ${name}`),
      ),
    ).toEqual([]);
  });

  test('names a file where a point is met, and says why where it is not', () => {
    const bare = rows.filter(({ verdict, why }) =>
      verdict === 'met' ? named(why).length === 0 : why.length < 4,
    );
    expect(bare.map(({ point }) => point)).toEqual([]);
  });
});

describe('what is said of data, keys and logs', () => {
  const guide = (lang: string) => readFileSync(join(root, `docs/guide/${lang}/keeping-safe.md`), 'utf8');
  /** The rows of each table, as what stands in them between grave accents. */
  const tables = (lang: string) =>
    guide(lang)
      .split('\n## ')
      .slice(1)
      .map((part) =>
        [...part.matchAll(/^\|(.*)\|$/gm)]
          .slice(2)
          .map(([, cells = '']) => [...cells.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name).toSorted()),
      );

  test('puts every table of the database in one class', () => {
    const [classes = []] = tables('en');
    expect(classes).toHaveLength(5);
    const named = classes.flat().filter((name) => /^[a-z_]+$/.test(name));
    expect(named.toSorted()).toEqual(Object.keys(WALLS).toSorted());
  });

  test('is the same in both languages', () => {
    expect(tables('zh-CN')).toEqual(tables('en'));
  });
});
