import { clauseAt, sayClause } from '../../language/explain.ts';
import type { Programme } from '../../language/programme.ts';
import type { Vocabulary } from '../../language/vocabulary.ts';
import { formatNumber, inLocale, type Locale, type Translate } from '../../web/words.ts';
import { DIMENSIONS, type Dimension, type Effect, type LabTally, maskSmall, placesAgainst } from './rules.ts';

/** The figures of a trial as a page, a workbook or a paper shows them: named, ordered, small numbers left out. */

export interface EffectView {
  readonly label: string;
  /** Null where a number is too small to be shown. */
  readonly people: number | null;
  readonly before: number | null;
  readonly after: number | null;
  readonly gain: number | null;
  readonly lose: number | null;
}

export interface ClauseView {
  readonly path: string;
  readonly text: string;
  readonly met: number;
  readonly missing: number;
  readonly decide: number;
  readonly unmet: number;
  readonly alone: number;
}

export interface PlacesView {
  readonly label: string;
  readonly places: number;
  readonly eligible: number | null;
  readonly binds: boolean;
}

export interface FiguresView {
  readonly all: Effect;
  readonly outcomes: LabTally['outcomes'];
  /** The clause that alone keeps most out stands first. */
  readonly clauses: readonly ClauseView[];
  readonly groups: readonly { readonly dimension: Dimension; readonly rows: readonly EffectView[] }[];
  readonly places: readonly PlacesView[];
  readonly compared: boolean;
}

export interface Naming {
  readonly programme: Programme;
  readonly vocabulary: Vocabulary;
  readonly locale: Locale;
  readonly t: Translate;
  /** Names of the units below the one tried on, by path, and their keys in quota tables. */
  readonly units: ReadonlyMap<string, string>;
  readonly codes: ReadonlyMap<string, string>;
}

export function viewOf(tally: LabTally, compared: boolean, naming: Naming): FiguresView {
  const { programme, vocabulary, locale } = naming;
  const clauses = tally.clauses.map(({ path, counts, alone }): ClauseView => {
    const node = clauseAt(programme, path);
    return {
      path,
      text: node ? sayClause(node, programme, vocabulary, locale) : path,
      met: counts.met,
      missing: counts.missing,
      decide: counts['needs-decision'],
      unmet: counts.unmet,
      alone,
    };
  });
  return {
    all: tally.all,
    outcomes: tally.outcomes,
    clauses: clauses.toSorted((a, b) => b.alone - a.alone || b.unmet - a.unmet),
    groups: DIMENSIONS.map((dimension) => ({
      dimension,
      rows: rowsOf(dimension, tally.groups[dimension], naming),
    })),
    places: placesOf(tally, naming),
    compared,
  };
}

const COLUMNS = ['people', 'before', 'after', 'gain', 'lose'] as const;

function rowsOf(
  dimension: Dimension,
  groups: Readonly<Record<string, Effect>>,
  naming: Naming,
): EffectView[] {
  const keys = Object.keys(groups).toSorted((a, b) =>
    dimension === 'age'
      ? Number(a || 999) - Number(b || 999)
      : (groups[b]?.people ?? 0) - (groups[a]?.people ?? 0),
  );
  const masked = Object.fromEntries(
    COLUMNS.map((column) => [column, maskSmall(keys.map((key) => groups[key]?.[column] ?? 0))]),
  );
  return keys.map((key, i) => {
    const cell = (column: (typeof COLUMNS)[number]) => masked[column]?.[i] ?? null;
    return {
      label: labelOf(dimension, key, naming),
      people: cell('people'),
      before: cell('before'),
      after: cell('after'),
      gain: cell('gain'),
      lose: cell('lose'),
    };
  });
}

function labelOf(dimension: Dimension, key: string, { vocabulary, locale, t, units }: Naming): string {
  if (key === '') return t('lab.group.unknown');
  if (dimension === 'unit') return units.get(key) ?? key;
  if (dimension === 'subject') return key;
  if (dimension === 'age') return t('lab.group.age', { from: Number(key) });
  const choice = vocabulary.attributes[dimension]?.choices?.[key];
  return choice ? inLocale(choice, locale) : key;
}

/** Places of each unit of the quota table, and of the whole, against those who may have them. */
function placesOf(tally: LabTally, { programme, units, codes, t }: Naming): PlacesView[] {
  const { quota, tables } = programme;
  const rows: PlacesView[] = [];
  if (quota?.total !== undefined) {
    const { places, eligible, binds } = placesAgainst('', quota.total, tally.all.after);
    rows.push({ label: t('lab.places.whole'), places, eligible, binds });
  }
  const table = quota?.split?.by === 'county' ? tables[quota.split.table] : undefined;
  if (!table) return rows;
  const eligibleAt = new Map([...codes].map(([path, code]) => [code, tally.groups.unit[path]?.after ?? 0]));
  const names = new Map([...codes].map(([path, code]) => [code, units.get(path) ?? code]));
  const shown = maskSmall(table.rows.map(({ key }) => eligibleAt.get(key) ?? 0));
  table.rows.forEach(({ key, places }, i) => {
    const { binds } = placesAgainst(key, places, eligibleAt.get(key) ?? 0);
    rows.push({ label: names.get(key) ?? key, places, eligible: shown[i] ?? null, binds });
  });
  return rows;
}

/** A number, or the words for one too small to be shown. */
export const shown = (value: number | null, locale: Locale, t: Translate): string =>
  value === null ? t('lab.small') : formatNumber(value, locale);
