import type { CivilDate } from '../../shared/civil-date.ts';
import { nodeWith, valueAt } from '../given.ts';
import type { Amount } from '../grammar/amount.ts';
import type { Condition } from '../grammar/condition.ts';
import type { Test } from '../grammar/selection.ts';
import { type Kept, keptAttributes } from '../own.ts';
import { type Programme, reckoningOf } from '../programme.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { type Node, reach } from '../walk.ts';
import { normalise } from './compare.ts';
import { latestOf } from './latest.ts';
import type { Selection } from './select.ts';
import { attributesOf, daysOf, titleBounds } from './window.ts';

/** What evaluation reads of a dossier. */
export interface Needs {
  readonly recordTypes: readonly string[];
  /** No record on or before this day can count; null when some clause looks back without end. */
  earliest(asOf: CivilDate): CivilDate | null;
  /** The same for one type of record. */
  earliestOf(type: string, asOf: CivilDate): CivilDate | null;
  /** The record types of which a field of their own is read, beyond level, grade, author order and event. */
  readonly fieldTypes: readonly string[];
  /** Ids of stored attributes: the date behind an age, not the age. */
  readonly attributes: readonly string[];
  /** Whether any clause asks for titles. */
  readonly titles: boolean;
  /** Whether counting in one clause can take a record from another. */
  readonly consumes: boolean;
  /** The programme's own attributes, by the type of record they are entered as. */
  readonly kept: ReadonlyMap<string, Kept>;
  /** Of these the ones conditions ask for; the others are for rankings, places and forms. */
  readonly asked: Pick<Needs, 'recordTypes' | 'kept'>;
}

export const needsOf = (root: Condition | Amount, programme: Programme, vocabulary: Vocabulary): Needs =>
  needsOfAll([root], programme, vocabulary);

/** What several conditions and amounts read together. */
export function needsOfAll(
  roots: readonly (Condition | Amount)[],
  programme: Programme,
  vocabulary: Vocabulary,
): Needs {
  const reckoning = reckoningOf(programme);
  const recordTypes = new Set<string>();
  const fieldTypes = new Set<string>();
  const attributes = new Set<string>();
  const windows: { types: readonly string[]; after: (asOf: CivilDate) => CivilDate | null }[] = [];
  let titles = false;
  let consumes = false;
  const read = (attribute: string) => attributes.add(vocabulary.attributes[attribute]?.since ?? attribute);
  const select = (arg: Selection, keys: readonly string[], endless: boolean) => {
    const { record, within, asOf, where, latest, distinctBy } = arg;
    const { where: among = {}, at } = latestOf(latest) ?? {};
    const all = [
      ...keys,
      ...Object.keys({ ...where, ...among }),
      ...(distinctBy === undefined ? [] : [distinctBy]),
      ...(at === undefined ? [] : [at]),
    ];
    for (const type of record) {
      recordTypes.add(type);
      if (all.some((key) => !COMMON.has(key))) fieldTypes.add(type);
    }
    attributesOf(within).forEach(read);
    if (titleBounds(within)) titles = true;
    for (const test of [...Object.values(where ?? {}), ...Object.values(among)]) othersOf(test).forEach(read);
    const after = (day: CivilDate) => (endless ? null : daysOf(within, asOf, day, reckoning).after);
    windows.push({ types: record, after });
  };
  for (const one of reachOf(roots, programme)) {
    const [node, endless] = widest(one, programme);
    if ('rule' in node) {
      const { rule } = node;
      if (rule.op === 'count' || rule.op === 'sum' || rule.op === 'max') {
        select(rule.arg, 'of' in rule.arg ? [rule.arg.of] : [], endless);
        if (rule.op === 'count' && rule.arg.consume) consumes = true;
      } else if (rule.op === 'run') {
        const { at, until, bridge } = rule.arg;
        select(rule.arg, [...(at ? [at] : []), ...(until ? [until] : [])], endless);
        if (bridge) select(bridge, ['until'], endless);
      } else if (rule.op === 'person') {
        for (const [attribute, test] of Object.entries(rule.arg))
          [attribute, ...othersOf(test)].forEach(read);
      } else if (rule.op === 'known') read(rule.arg);
      else if (rule.op === 'case' && rule.arg.by !== undefined) read(rule.arg.by);
      else if (rule.op === 'holds') {
        titles = true;
        attributesOf(rule.arg.within).forEach(read);
      }
    } else {
      const { term } = node;
      switch (term.op) {
        case 'value':
          read(typeof term.arg === 'string' ? term.arg : term.arg.of);
          break;
        case 'elapsed':
          for (const end of [term.arg.since, term.arg.until ?? 'asOf']) {
            if (typeof end === 'string') {
              if (vocabulary.attributes[end]) read(end);
            } else if ('title' in end) titles = true;
            else if ('record' in end) select(end, end.field === undefined ? [] : [end.field], endless);
          }
          break;
        case 'marks':
          read(term.arg.of);
          break;
        case 'lookup':
          for (const key of term.arg.by) if (typeof key === 'string' && vocabulary.attributes[key]) read(key);
          break;
        case 'count':
          select(term.arg, [], endless);
          break;
        case 'sum':
        case 'average':
        case 'highest':
        case 'lowest':
          // What a record is worth may hang on any of its fields.
          select(term.arg, term.arg.each || term.arg.best || term.arg.of ? ['*'] : [], endless);
          break;
        case 'run':
          select(term.arg, ['*'], endless);
          if (term.arg.bridge) select(term.arg.bridge, ['*'], endless);
          break;
        default:
      }
    }
  }
  // Ranking, places and forms ask for them as well as clauses.
  const kept = keptAttributes(vocabulary);
  const askedKept = new Map([...kept].filter(([, { attribute }]) => attributes.has(attribute)));
  const asked = { recordTypes: [...new Set([...recordTypes, ...askedKept.keys()])], kept: askedKept };
  for (const type of kept.keys()) {
    recordTypes.add(type);
    fieldTypes.add(type);
    windows.push({ types: [type], after: () => null });
  }
  return {
    kept,
    asked,
    recordTypes: [...recordTypes],
    fieldTypes: [...fieldTypes],
    attributes: [...attributes],
    titles,
    consumes,
    earliest: (asOf) => earliest(windows, asOf),
    earliestOf: (type, asOf) =>
      earliest(
        windows.filter(({ types }) => types.includes(type)),
        asOf,
      ),
  };
}

/**
 * A node with the longest windows that its parameters may give: records are fetched once for people of whom different
 * numbers hold. Without a greatest value a window may be of any length.
 */
function widest(node: Node, { parameters = {} }: Programme): readonly [node: Node, endless: boolean] {
  const windows = (node.given ?? []).filter(({ at }) => at.includes('within'));
  if (windows.length === 0) return [node, false];
  const most = ({ parameter }: { readonly parameter: string }) => parameters[parameter]?.max;
  const wide = nodeWith(node, (given) =>
    valueAt(given, most(given) ?? parameters[given.parameter]?.value ?? '0'),
  );
  return [wide, windows.some((given) => most(given) === undefined)];
}

/** The other attributes a test looks at. */
function othersOf(test: Test): string[] {
  const { sameAs, notSameAs } = normalise(test);
  return [sameAs, notSameAs].filter((one) => one !== undefined);
}

function* reachOf(roots: readonly (Condition | Amount)[], programme: Programme) {
  for (const root of roots) yield* reach(root, programme);
}

const COMMON: ReadonlySet<string> = new Set(['on', 'level', 'grade', 'authorOrder', 'event']);

function earliest(
  windows: readonly { after: (asOf: CivilDate) => CivilDate | null }[],
  asOf: CivilDate,
): CivilDate | null {
  let first: CivilDate = asOf;
  for (const { after } of windows) {
    const day = after(asOf);
    if (day === null) return null;
    if (day < first) first = day;
  }
  return first;
}
