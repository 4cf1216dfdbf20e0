import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IntlMessageFormat } from 'intl-messageformat';
import { describe, expect, test } from 'vitest';
import { KNOWN_WORK } from '../src/features/administration/page.tsx';
import { jobKinds, schedules } from '../src/jobs.ts';
import { root } from '../src/platform/root.ts';
import { catalogues, type Locale, locales, type WordKey, words } from '../src/web/words.ts';

type Messages = Readonly<Record<string, string>>;
const features = Object.entries(catalogues).map(([feature, catalogue]) => ({
  feature,
  of: (locale: Locale): Messages => catalogue[locale],
}));

const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).map((name) =>
  name.replaceAll('\\', '/'),
);

const read = (name: string) => readFileSync(join(root, 'src', name), 'utf8');
const folders = files
  .filter((name) => name.endsWith('words/zh-CN.json'))
  .map((name) => name.replace('/zh-CN.json', ''));

/** The names of the arguments a message takes; throws when it cannot be parsed. */
function argumentsOf(message: string, locale: Locale): string[] {
  const names = new Set<string>();
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) for (const one of node) visit(one);
    if (typeof node !== 'object' || node === null) return;
    // Kinds 0 and 7 are literal text and the # of a plural; every other named one is an argument.
    if ('type' in node && 'value' in node && node.type !== 0 && node.type !== 7)
      names.add(String(node.value));
    if ('options' in node && typeof node.options === 'object') visit(Object.values(node.options ?? {}));
    if ('value' in node) visit(node.value);
  };
  visit(new IntlMessageFormat(message, locale, undefined, { ignoreTag: true }).getAst());
  return [...names].sort();
}

describe('every text a person sees is in both languages', () => {
  test('every kind of work in the background has words on the page of the system', () => {
    const names = [...jobKinds, ...schedules].map(({ name }) => name);
    expect(names.filter((name) => !KNOWN_WORK.some((known) => known === name))).toEqual([]);
  });

  test('several names are put one after another in the manner of the language, by `enumerate` alone', () => {
    const joined = files.filter(
      (name) =>
        /^(web|features|platform)\/.*\.tsx?$/.test(name) && /join\([^)]*'、'|\$\{[^}]*、/.test(read(name)),
    );
    expect(joined).toEqual([]);
  });

  test('each folder of words is known to the translator, or read whole by the file beside it', () => {
    const known = read('web/words.ts');
    const unknown = folders.filter((folder) => {
      const [, parent = '', last = ''] = /^(.*?)([^/]+)\/words$/.exec(folder) ?? [];
      const address = folder === 'web/words' ? './words/en.json' : `../${folder}/en.json`;
      const beside = files.filter((name) => name.startsWith(`${parent}${last}/`) && name.endsWith('.ts'));
      return (
        !known.includes(`'${address}'`) && !beside.some((name) => read(name).includes("'./words/en.json'"))
      );
    });
    expect(unknown).toEqual([]);
  });

  test('both languages of every folder have the same keys', () => {
    const wrong = folders.flatMap((folder) => {
      const keys = (locale: Locale) => Object.keys(JSON.parse(read(`${folder}/${locale}.json`)));
      const [zh, en] = [keys('zh-CN'), keys('en')];
      return [
        ...zh.filter((key) => !en.includes(key)).map((key) => `${folder}: ${key} is missing in en`),
        ...en.filter((key) => !zh.includes(key)).map((key) => `${folder}: ${key} is missing in zh-CN`),
      ];
    });
    expect(wrong).toEqual([]);
  });

  test('no message is empty, and each can be parsed', () => {
    const wrong = features.flatMap(({ feature, of }) =>
      locales.flatMap((locale) =>
        Object.entries(of(locale)).flatMap(([key, message]) => {
          if (message.trim() === '') return [`${feature}.${key} in ${locale} is empty`];
          try {
            argumentsOf(message, locale);
            return [];
          } catch (error) {
            return [`${feature}.${key} in ${locale}: ${error instanceof Error ? error.message : error}`];
          }
        }),
      ),
    );
    expect(wrong).toEqual([]);
  });

  test('a message takes the same arguments in both languages', () => {
    const wrong = features.flatMap(({ feature, of }) =>
      Object.entries(of('zh-CN')).flatMap(([key, message]) => {
        const translated = of('en')[key];
        if (translated === undefined) return [];
        const [zh, en] = [argumentsOf(message, 'zh-CN').join(), argumentsOf(translated, 'en').join()];
        return zh === en ? [] : [`${feature}.${key}: zh-CN takes {${zh}}, en takes {${en}}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  test('every key is used: written whole, or built from a prefix that stands in the source', () => {
    const source = files
      .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name))
      .map(read)
      .join('\n');
    const written = new Set([...source.matchAll(/['"`]([a-z]+\.[\w.-]+)['"`]/gi)].map((match) => match[1]));
    // `ui.outcome.${outcome}` uses all under ui.outcome.; a prefix of the feature alone would use everything.
    const prefixes = [...source.matchAll(/`([a-z]+\.[\w.-]+[.-])\$\{/gi)].map((match) => match[1] ?? '');
    const unused = features.flatMap(({ feature, of }) =>
      Object.keys(of('zh-CN'))
        .map((key) => `${feature}.${key}`)
        .filter((key) => !written.has(key) && !prefixes.some((prefix) => key.startsWith(prefix))),
    );
    expect(unused).toEqual([]);
  });

  test('Chinese is written with full-width marks, English without Chinese ones', () => {
    const half = /[\p{Script=Han}][,;?!()]|[,;?!()][\p{Script=Han}]|[\p{Script=Han}]:(?!\/\/)/u;
    const wrong = folders.flatMap((folder) =>
      locales.flatMap((locale) =>
        Object.entries(JSON.parse(read(`${folder}/${locale}.json`)) as Messages)
          .filter(([, message]) => {
            // Arguments and their plural forms are not text that is read as it stands.
            const text = message.replaceAll(/\{[^{}]*\}/g, 'x').replaceAll(/\{[^{}]*\}/g, 'x');
            return locale === 'en' ? /[，。；：？！（）]/.test(text) : half.test(text);
          })
          .map(([key]) => `${folder}/${locale}: ${key}`),
      ),
    );
    expect(wrong).toEqual([]);
  });
});

test('every message says what the library of messages makes of it', () => {
  let said = 0;
  for (const { feature, of } of features)
    for (const locale of locales)
      for (const [key, message] of Object.entries(of(locale))) {
        const names = argumentsOf(message, locale);
        if (!/^(?:[^{}']|\{\w+\})*$/.test(message) || names.length === 0) continue;
        const values = Object.fromEntries(
          names.map((name, at) => [name, at % 2 === 0 ? `{${name}} <b>` : at]),
        );
        const library = new IntlMessageFormat(message, locale, undefined, { ignoreTag: true });
        expect(words(locale)(`${feature}.${key}` as WordKey, values)).toBe(String(library.format(values)));
        expect(() => words(locale)(`${feature}.${key}` as WordKey, {})).toThrow(names[0]);
        said += 1;
      }
  expect(said).toBeGreaterThan(500);
});
