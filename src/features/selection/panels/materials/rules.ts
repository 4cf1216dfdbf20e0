import type { RecordFact } from '../../../../language/dossier.ts';
import type { Judging } from '../../../../language/grammar/judging.ts';
import type { Names } from '../../../../language/problem.ts';

/**
 * What of an application judges read, item by item. Of a blind panel's candidates what names them or their unit is left
 * out; in what they wrote themselves those words are struck out, and what is in a file somebody has to look at first.
 */

/** Stands for a word that was struck out. */
export const STRUCK = '▇▇';

export type Material = {
  /** What it is taken from, for the office's choice: `field:…`, `record:…`, `evidence:…`, `attachment:…`. Judges never see it. */
  readonly key: string;
  readonly label: Names;
} & (
  | { readonly kind: 'text'; readonly content: Names }
  | { readonly kind: 'file'; readonly sha256: string; readonly mediaType: string }
);

/** The words that tell who somebody is or where they are. */
export interface Telling {
  /** Name, staff number, how to reach them. */
  readonly name: readonly (string | null)[];
  /** Names of the units over them, up to but without the unit whose panel it is. */
  readonly unit: readonly (string | null)[];
}

const OFFICE_SUFFIX = /(?:教育和体育局|教育体育局|教体局|教育局|教育委员会|教委)$/u;

/** The words to strike out, the longest first: a bureau's place without the bureau, a school without its county. */
export function strikeOut({ blind = [] }: Judging, telling: Telling): string[] {
  const units = telling.unit.flatMap((name) => (name === null ? [] : [name]));
  const places = units.flatMap((name) => {
    const place = name.replace(OFFICE_SUFFIX, '');
    return place === name ? [] : [place];
  });
  const bare = units.flatMap((name) =>
    places.flatMap((place) => (name.startsWith(place) ? [name.slice(place.length)] : [])),
  );
  const words = [
    ...(blind.includes('name') ? telling.name : []),
    ...(blind.includes('unit') ? [...units, ...places, ...bare.filter((name) => !isCommon(name))] : []),
  ];
  const known = words.flatMap((word) => (word === null || [...word.trim()].length < 2 ? [] : [word.trim()]));
  return [...new Set(known)].toSorted((a, b) => b.length - a.length);
}

/** 教育局 alone tells nothing. */
const isCommon = (name: string): boolean => OFFICE_SUFFIX.test(name) || /^(?:中学|小学|幼儿园)$/u.test(name);

/** Numbers and addresses that are somebody's whoever they are: identity numbers, mobile telephones, mail. */
const ANYBODYS = [/(?<!\d)\d{17}[\dXx](?!\d)/g, /(?<!\d)1[3-9]\d{9}(?!\d)/g, /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g];

/** The text with these words struck out, whatever their case, and with spaces between their signs or none. */
export function struck(text: string, words: readonly string[], named = false): string {
  let left = named ? ANYBODYS.reduce((rest, some) => rest.replace(some, STRUCK), text) : text;
  for (const word of words) {
    const signs = [...word].map((sign) => sign.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
    left = left.replace(new RegExp(signs.join('\\s*'), 'giu'), STRUCK);
  }
  return left;
}

export interface Application {
  /** Said of the roster: name and unit, then what the panel is shown of it. */
  readonly particulars: readonly { readonly id: string; readonly label: Names; readonly content: Names }[];
  readonly written: readonly { readonly id: string; readonly label: Names; readonly text: string }[];
  readonly records: readonly {
    readonly fact: Pick<RecordFact, 'id'>;
    readonly label: Names;
    readonly said: Names;
  }[];
  /** Evidence of those records, and what is attached to the application. */
  readonly files: readonly {
    readonly id: string;
    readonly record: string | null;
    readonly label: Names;
    readonly sha256: string;
    readonly mediaType: string;
  }[];
}

/** Every item there is, in the order in which judges read them; a record's files follow it. */
export function materialsOf(judging: Judging, application: Application, telling: Telling): Material[] {
  const words = strikeOut(judging, telling);
  const hidden = new Set<string>(judging.blind ?? []);
  const named = hidden.has('name');
  const both = (names: Names): Names => ({
    'zh-CN': struck(names['zh-CN'], words, named),
    en: struck(names.en, words, named),
  });
  const fileOf = ({ id, record, label, sha256, mediaType }: Application['files'][number]): Material => ({
    key: record === null ? `attachment:${id}` : `evidence:${id}`,
    label: both(label),
    kind: 'file',
    sha256,
    mediaType,
  });
  return [
    ...application.particulars
      .filter(({ id }) => !hidden.has(id))
      .map(({ id, label, content }): Material => ({ key: `person:${id}`, label, kind: 'text', content })),
    ...application.written.flatMap(({ id, label, text }): Material[] =>
      text.trim() === ''
        ? []
        : [{ key: `field:${id}`, label, kind: 'text', content: both({ 'zh-CN': text, en: text }) }],
    ),
    ...application.records.flatMap(({ fact, label, said }): Material[] => [
      { key: `record:${fact.id}`, label, kind: 'text', content: both(said) },
      ...application.files.filter(({ record }) => record === fact.id).map(fileOf),
    ]),
    ...application.files.filter(({ record }) => record === null).map(fileOf),
  ];
}

/** Until somebody has looked: everything, but of a blind panel no file. */
export const shownAtFirst = (judging: Judging, { kind }: Material): boolean =>
  judging.blind === undefined || kind === 'text';

/** What judges get, by what was chosen; what came since it was chosen is not shown. */
export function shownOf(
  judging: Judging,
  materials: readonly Material[],
  chosen: readonly string[] | null,
): Material[] {
  return materials.filter((one) => (chosen === null ? shownAtFirst(judging, one) : chosen.includes(one.key)));
}

const ENDINGS: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/heic': 'heic',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
};
/** A file's name for judges: the code and its number, nothing of its own. */
export const fileNameFor = (code: string, number: number, mediaType: string): string =>
  `${code}-${number}.${ENDINGS[mediaType] ?? 'bin'}`;
