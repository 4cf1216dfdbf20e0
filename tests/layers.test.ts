import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from '../src/platform/root.ts';
import { OWNERS_WORK } from '../src/platform/walls/owners.ts';

const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !/\.(test|generated)\./.test(name))
  .map((name) => `src/${name.replaceAll('\\', '/')}`);

const textOf = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));

/** What a file imports of ours, as paths from the root; words and templates left out. */
function imports(file: string, withTypes = true): string[] {
  const text = textOf.get(file) ?? '';
  return [...text.matchAll(/^(?:import|export)\s+(type\s)?[^'"]*?from\s+'(\.[^']+)'/gms)]
    .filter((match) => withTypes || match[1] === undefined)
    .map((match) => relative(root, resolve(root, dirname(file), match[2] ?? '')))
    .filter((path) => /\.tsx?$/.test(path));
}

const isPure = (file: string) =>
  /^src\/(language|methods|shared)\//.test(file) || /^src\/features\/.*rules\.ts$/.test(file);

/** Lower features know nothing of those above; reports and home read everything. */
const ORDER = [
  'identity',
  'audit',
  'notices',
  'organisation',
  'titles',
  'records',
  'programmes',
  'selection',
  'lab',
  'privacy',
  'duplicates',
  'administration',
  'home',
] as const;
const featureOf = (file: string): string | null => /^src\/features\/([^/]+)\//.exec(file)?.[1] ?? null;
/** Anybody may note a change, tell a person, or ask who somebody is. */
const SHARED_PARTS = [
  /^src\/features\/audit\/(queries|rules)\.ts$/,
  /^src\/features\/notices\/(queries|rules)\.ts$/,
  /^src\/features\/identity\/rules\.ts$/,
];

describe('the house keeps its walls', () => {
  test('what jobs do reaches no page: benchmarks and threads run the sources, and Node reads no JSX', () => {
    const reached = new Map<string, string>([['src/jobs.ts', '']]);
    for (const file of reached.keys())
      for (const path of imports(file, false)) if (!reached.has(path)) reached.set(path, file);
    expect([...reached].filter(([path]) => path.endsWith('.tsx'))).toEqual([]);
  });

  test('a pure file imports only pure files, and the YAML reader of the language', () => {
    const wrong = files.filter(isPure).flatMap((file) => [
      ...imports(file)
        .filter((path) => !isPure(path))
        .map((path) => `${file} imports ${path}`),
      ...[...(textOf.get(file) ?? '').matchAll(/from\s+'([^.'][^']*)'/g)]
        .map((match) => match[1] ?? '')
        .filter((name) => !(name === 'yaml' && file.startsWith('src/language/')))
        .map((name) => `${file} imports the package ${name}`),
    ]);
    expect(wrong).toEqual([]);
  });

  test('a pure file reads no clock and no chance', () => {
    const wrong = files
      .filter(isPure)
      .filter((file) => /\bDate\.now\(|new Date\(\)|Math\.random\(/.test(textOf.get(file) ?? ''));
    expect(wrong).toEqual([]);
  });

  test('a page imports no queries: what it shows is handed to it', () => {
    const wrong = files
      .filter((file) => /\/page\.tsx$/.test(file) || file.startsWith('src/web/'))
      .flatMap((file) =>
        imports(file, false)
          .filter((path) => path.endsWith('/queries.ts'))
          .map((path) => `${file} imports ${path}`),
      );
    expect(wrong).toEqual([]);
  });

  test('every feature stands in the order, and a lower one imports none above it', () => {
    const wrong = files.flatMap((file) => {
      const feature = featureOf(file);
      if (feature === null) return [];
      const rank = ORDER.indexOf(feature as (typeof ORDER)[number]);
      if (rank < 0) return [`${file}: the feature ${feature} has no place in the order`];
      return imports(file)
        .filter((path) => {
          const other = featureOf(path);
          return (
            other !== null &&
            other !== feature &&
            !SHARED_PARTS.some((part) => part.test(path)) &&
            ORDER.indexOf(other as (typeof ORDER)[number]) > rank
          );
        })
        .map((path) => `${file} imports ${path}`);
    });
    expect(wrong).toEqual([]);
  });

  test('the platform and the web kit know features only by their rules and, for routing and words, by name', () => {
    const wrong = files
      .filter((file) => /^src\/(platform|web|shared)\//.test(file))
      .flatMap((file) =>
        imports(file)
          .filter((path) => path.startsWith('src/features/') && !path.endsWith('/rules.ts'))
          .map((path) => `${file} imports ${path}`),
      );
    expect(wrong).toEqual([]);
  });

  test('no two files import each other, directly or in a ring', () => {
    const state = new Map<string, 'open' | 'done'>();
    const rings: string[] = [];
    const visit = (file: string, trail: readonly string[]): void => {
      if (state.get(file) === 'done') return;
      if (state.get(file) === 'open') {
        rings.push([...trail.slice(trail.indexOf(file)), file].join(' → '));
        return;
      }
      state.set(file, 'open');
      for (const next of imports(file, false)) if (textOf.has(next)) visit(next, [...trail, file]);
      state.set(file, 'done');
    };
    for (const file of files) visit(file, []);
    expect(rings).toEqual([]);
  });

  test('only a queries file names tables, and SQL never names a schema', () => {
    const wrong = files
      .filter((file) => file.startsWith('src/features/') && !/\/queries\.ts$/.test(file))
      .filter((file) =>
        /\.(selectFrom|insertInto|updateTable|deleteFrom)\(|\bsql(?:<[^`]*>)?`/.test(textOf.get(file) ?? ''),
      );
    expect(wrong).toEqual([]);
    expect(
      files.filter((file) => /\b(FROM|JOIN|INTO|UPDATE)\s+(public|qinglan)\./.test(textOf.get(file) ?? '')),
    ).toEqual([]);
  });

  test('the content type of a workbook is written in one place', () => {
    const type = "openxmlformats-officedocument.spreadsheetml.sheet'";
    expect(files.filter((file) => (textOf.get(file) ?? '').includes(type))).toEqual([
      'src/platform/spreadsheet/write-table.ts',
    ]);
  });

  test('what answers a request asks through its own door: only jobs use the database without walls', () => {
    const wrong = files
      .filter((file) => /\/(routes|api|ask)\.tsx?$/.test(file) && file.startsWith('src/features/'))
      .filter((file) => /services\.db\b/.test(textOf.get(file) ?? ''));
    expect(wrong).toEqual([]);
    // All services together have the owner's way in: a request hands them on only to what is said here.
    const handed = files
      .filter((file) => /(routes|api|ask)\.tsx?$/.test(file) && file.startsWith('src/features/'))
      .flatMap((file) =>
        [...(textOf.get(file) ?? '').matchAll(/(\w+)\(\s*ask\.services\s*[,)]/g)].map(([, to]) => to ?? ''),
      );
    expect([...new Set(handed)].toSorted()).toEqual([
      'countDue', // How much is due to be erased, for whoever sets the periods and may see none of it.
      'countIdNumbers',
      'dropUpload', // Files.
      'keepUpload',
      'proveEntry', // Hashes.
      'readUpload',
    ]);
  });

  test('whoever uses the database as its owner is named, with the reason', () => {
    const owners = files.filter((file) => {
      const text = textOf.get(file) ?? '';
      // Of the services of a work or a request `db` is within walls, and `owner` is not.
      const within = /\bservices: (AtWork|Within)\b/.test(text);
      const ways = [
        /\bdb\b[^}()]*\}(: (Pick<)?Services\b| = services\(\))/,
        /\bservices\.owner\b|\bowner\b[^}()]*\}: AtWork\b|\bowner: services\.db\b/,
        /\bopenDatabase\(|\bopenOwner\(|new pg\.Client\(/,
        ...(within ? [] : [/services\.db\b/]),
      ];
      return ways.some((way) => way.test(text));
    });
    expect(owners.toSorted()).toEqual(Object.keys(OWNERS_WORK).toSorted());
  });
});
