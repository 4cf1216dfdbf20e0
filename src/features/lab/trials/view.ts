import { clauseAt, sayClause } from '../../../language/explain.ts';
import { isFew } from '../../../language/finding.ts';
import { type Programme, tableOf } from '../../../language/programme.ts';
import { namedOfMany } from '../../../language/say/reckoning.ts';
import type { Vocabulary } from '../../../language/vocabulary.ts';
import { own } from '../../../shared/own.ts';
import { formatDate, formatNumber, inLocale, type Locale, type Translate } from '../../../web/words.ts';
import type { UsedNumbers } from '../../programmes/numbers/used.tsx';
import {
  type ComparedWith,
  DIMENSIONS,
  type Dimension,
  type Effect,
  type LabFigures,
  type LabTally,
  type MaskedEffect,
  maskEffects,
  placesBind,
  type SaidSize,
  sizesBeside,
} from './rules.ts';

/** The figures of a trial as a page, a workbook or a paper shows them: named, ordered, small numbers left out. */

/** Null where a number is too small to be shown. */
export interface EffectView extends MaskedEffect {
  readonly label: string;
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
  readonly binds: boolean | null;
}

export interface FiguresView {
  readonly all: Effect;
  readonly outcomes: LabTally['outcomes'];
  /** The clause that alone keeps most out stands first. */
  readonly clauses: readonly ClauseView[];
  readonly groups: readonly { readonly dimension: Dimension; readonly rows: readonly EffectView[] }[];
  readonly places: readonly PlacesView[];
  readonly compared: boolean;
  readonly among: readonly AmongView[];
  /** The numbers set locally it was tried with; null where there are none. */
  readonly local: UsedNumbers | null;
}

/** Those a condition compared people with, in words. */
export interface AmongView {
  readonly who: string;
  readonly size: string;
  readonly groups: string;
  readonly unsure: string;
  /** The day they were counted; empty where nobody was. */
  readonly on: string;
}

export interface Naming {
  readonly programme: Programme;
  readonly vocabulary: Vocabulary;
  readonly locale: Locale;
  readonly t: Translate;
  /** The unit it was tried on. */
  readonly unitPath: string;
  /** The version compared with, where there is one. */
  readonly against: Pick<Naming, 'programme' | 'vocabulary'> | null;
  /** Names of the units below the one tried on, by path, and their keys in quota tables. */
  readonly units: ReadonlyMap<string, string>;
  readonly codes: ReadonlyMap<string, string>;
  readonly local: UsedNumbers | null;
}

export function viewOf(tally: LabFigures, compared: boolean, naming: Naming): FiguresView {
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
      rows: rowsOf(dimension, tally.groups[dimension], compared, naming),
    })),
    places: placesOf(tally, compared, naming),
    compared,
    local: naming.local,
    among: (tally.comparedWith ?? []).flatMap((one) => amongOf(one, tally, compared, naming)),
  };
}

function amongOf(one: ComparedWith, tally: LabTally, compared: boolean, naming: Naming): AmongView[] {
  const { locale, t, against, unitPath } = naming;
  const { name, before, values, counted } = one;
  const words = before ? against : naming;
  if (words === null) return [];
  const named = namedOfMany(name, { ...words, locale });
  const who = before ? t('lab.among.before', { who: named }) : named;
  if (counted === null) return [{ who, size: t('lab.among.nobody'), groups: '', unsure: '', on: '' }];
  const { people, groups, on, unsure } = counted;
  const said = sizesBeside(one, tally, { compared, unitPath });
  const size = (number: SaidSize) =>
    typeof number === 'number'
      ? t('lab.among.people', { people: number })
      : t(number === 'few' ? 'lab.among.few' : 'lab.small');
  return [
    {
      who,
      size: values ? sizeOfValues(people, groups, t) : size(said.people),
      groups: groups > 1 ? formatNumber(groups, locale) : '',
      unsure: unsure === 0 ? '' : size(said.unsure),
      on: formatDate(on, locale),
    },
  ];
}

/** Of values that are counted at several places there is no sum. */
function sizeOfValues(values: number, places: number, t: Translate): string {
  if (places > 1) return t('lab.among.apart');
  return isFew(values) ? t('lab.among.few-values') : t('lab.among.values', { values });
}

/** Keys of groups in the order shown, each with its numbers. */
function maskedOf(
  dimension: Dimension,
  groups: Readonly<Record<string, Effect>>,
  compared: boolean,
): ReadonlyMap<string, MaskedEffect> {
  const sorted = Object.entries(groups).toSorted(([a, one], [b, other]) =>
    dimension === 'age' ? Number(a || 999) - Number(b || 999) : other.people - one.people,
  );
  const masked = maskEffects(
    sorted.map(([, effect]) => effect),
    compared,
  );
  return new Map(sorted.flatMap(([key], i) => (masked[i] ? [[key, masked[i]] as const] : [])));
}

const rowsOf = (
  dimension: Dimension,
  groups: Readonly<Record<string, Effect>>,
  compared: boolean,
  naming: Naming,
): EffectView[] =>
  [...maskedOf(dimension, groups, compared)].map(([key, effect]) => ({
    label: labelOf(dimension, key, naming),
    ...effect,
  }));

function labelOf(dimension: Dimension, key: string, { vocabulary, locale, t, units }: Naming): string {
  if (key === '') return t('lab.group.unknown');
  if (dimension === 'unit') return units.get(key) ?? key;
  if (dimension === 'subject') return key;
  if (dimension === 'age') return t('lab.group.age', { from: Number(key) });
  const choice = own(vocabulary.attributes[dimension]?.choices ?? {}, key);
  return choice ? inLocale(choice, locale) : key;
}

/** Places of each unit of the quota table, and of the whole, against those who may have them, as the units show them. */
function placesOf(tally: LabTally, compared: boolean, { programme, units, codes, t }: Naming): PlacesView[] {
  const { quota } = programme;
  const row = (label: string, places: number, eligible: number | null): PlacesView => ({
    label,
    places,
    eligible,
    binds: placesBind(places, eligible),
  });
  const whole = quota?.total === undefined ? [] : [row(t('lab.places.whole'), quota.total, tally.all.after)];
  const by = quota?.split?.by;
  const table = by === 'county' || by === 'city' ? tableOf(programme) : undefined;
  if (!table) return whole;
  const shown = maskedOf('unit', tally.groups.unit, compared);
  const paths = new Map([...codes].map(([path, code]) => [code, path]));
  const parts = table.rows.map(({ key, places }) => {
    const path = paths.get(key) ?? '';
    const effect = shown.get(path);
    return row(units.get(path) ?? key, places, effect === undefined ? 0 : effect.after);
  });
  return [...whole, ...parts];
}

/** A number, or the words for one too small to be shown. */
export const shown = (value: number | null, locale: Locale, t: Translate): string =>
  value === null ? t('lab.small') : formatNumber(value, locale);
