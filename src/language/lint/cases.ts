import type { Amount } from '../grammar/amount.ts';
import type { Condition } from '../grammar/condition.ts';
import type { Programme } from '../programme.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { isCondition, nodesOf } from '../walk.ts';
import { covers, gap, isWhole, overlap, plain, type Stretch, stretch, stretchOf } from './ranges.ts';
import type { Warn } from './warn.ts';

/**
 * Lists of cases taken from the top: what an earlier one has taken already is never reached, and bands of years
 * or numbers should neither run into each other nor leave anyone out.
 */
export function lintCases(programme: Programme, vocabulary: Vocabulary, warn: Warn): void {
  const stretched = (node: Condition | undefined) => node && stretchOf(node, vocabulary);
  for (const node of nodesOf(programme)) {
    if (isCondition(node)) {
      if (node.rule.op !== 'case') continue;
      const { when, by, else: otherwise } = node.rule.arg;
      if (by !== undefined) continue;
      const cases = when.map((one, i) => ({
        path: `${node.path}.case.when[${i}]`,
        key: one.if ? written(one.if) : undefined,
        stretch: stretched(one.if),
      }));
      unreached(cases, warn);
      bands(cases, otherwise !== undefined, warn);
    } else if (node.term.op === 'choose') {
      const { when, else: otherwise } = node.term.arg;
      const cases = when.map((one, i) => ({
        path: `${node.path}.choose.when[${i}]`,
        key: written([one.if, one.where]),
        stretch: one.where ? undefined : stretched(one.if),
      }));
      unreached(cases, warn);
      bands(cases, otherwise !== undefined, warn);
    } else if (node.term.op === 'step') {
      unreached(
        node.term.arg.from.map(({ atLeast, moreThan }, i) => ({
          path: `${node.path}.step.from[${i}]`,
          key: undefined,
          stretch: stepOf(plain(atLeast), plain(moreThan), atLeast !== undefined && moreThan !== undefined),
        })),
        warn,
      );
    }
  }
  lintBandsOfTables(programme, vocabulary, warn);
  const { grants = [] } = programme;
  const everyone = grants.findIndex(({ when }) => when === undefined);
  unreached(
    grants.map(({ when }, i) => ({
      path: `grants[${i}]`,
      key: everyone >= 0 && i >= everyone ? 'everyone' : written(when),
      stretch: undefined,
    })),
    warn,
  );
  const last = grants.at(-1);
  if (last?.when !== undefined) {
    warn(
      'title-not-for-all',
      last.when.path,
      '不符合任何一项授予条件的入选者不授予称号；人人都应授予的，请在最后写一项不带 when 的称号。',
      'Whoever is chosen and meets no condition is granted no title. If everybody is to have one, end with a title without `when`.',
    );
  }
  const { definitions, duties, populations, treatments } = programme;
  const stages: readonly (readonly Case[])[] = [
    Object.entries(definitions ?? {}).map(([id, one]) => ({
      path: `definitions.${id}`,
      stretch: stretched(one),
    })),
    (duties ?? []).map(({ who }, i) => ({ path: `duties[${i}].who`, stretch: stretched(who) })),
    Object.entries(populations ?? {}).map(([id, { who }]) => ({
      path: `populations.${id}.who`,
      stretch: stretched(who),
    })),
    (treatments ?? []).map(({ when }, i) => ({ path: `treatments[${i}].when`, stretch: stretched(when) })),
  ];
  for (const list of stages) stagesOf(list, warn);
}

/** Tables of bands: numbers no band has, or two have. Between whole numbers there is nothing to be left out. */
function lintBandsOfTables(programme: Programme, vocabulary: Vocabulary, warn: Warn): void {
  const looked = new Map<string, Amount[]>();
  for (const node of nodesOf(programme)) {
    if (isCondition(node) || node.term.op !== 'lookup') continue;
    const [first] = node.term.arg.by;
    const keys = looked.get(node.term.arg.in) ?? [];
    if (first !== undefined && typeof first !== 'string') looked.set(node.term.arg.in, [...keys, first]);
  }
  for (const [id, table] of Object.entries(programme.lookups ?? {})) {
    const keys = looked.get(id) ?? [];
    const whole = keys.length > 0 && keys.every((key) => isWhole(key, programme, vocabulary));
    const cases = (table.bands ?? []).map(({ is: _, ...bounds }, i) => ({
      path: `lookups.${id}.bands[${i}]`,
      stretch: stretch(id, numbersOf(bounds), whole),
    }));
    unreached(cases, warn);
    bands(cases, table.else !== undefined, warn);
  }
}

const numbersOf = (bounds: Readonly<Record<string, string | undefined>>) =>
  Object.fromEntries(
    Object.entries(bounds).map(([key, one]) => [key, one === undefined ? undefined : Number(one)]),
  );

interface Case {
  readonly path: string;
  /** The condition as it is written. */
  readonly key?: string | undefined;
  readonly stretch: Stretch | undefined;
}

const written = (value: unknown): string =>
  JSON.stringify(value, (key, one) => (['path', 'cite', 'say', 'id'].includes(key) ? undefined : one)) ?? '';

function stepOf(
  atLeast: number | undefined,
  moreThan: number | undefined,
  both: boolean,
): Stretch | undefined {
  const low = atLeast ?? moreThan;
  if (low === undefined || both) return undefined;
  const high = Number.POSITIVE_INFINITY;
  return { of: 'step', low, high, closedLow: atLeast !== undefined, closedHigh: false, whole: false };
}

function unreached(cases: readonly Case[], warn: Warn): void {
  cases.forEach(({ path, key, stretch }, i) => {
    const taken = cases.slice(0, i).some((earlier) => {
      if (key !== undefined && key === earlier.key) return true;
      return stretch && earlier.stretch && covers(earlier.stretch, stretch);
    });
    if (!taken) return;
    warn(
      'unreachable-clause',
      path,
      '前面的情形已经包括，本情形从不适用；请调整次序。',
      'An earlier case takes all of these: this one is never reached. Put it first.',
    );
  });
}

/** Cases that are bands of one number, in the order of the number. */
function bands(cases: readonly Case[], covered: boolean, warn: Warn): void {
  const found = cases.flatMap(({ path, stretch }) => (stretch ? [{ path, stretch }] : []));
  if (found.length < cases.length || new Set(found.map(({ stretch }) => stretch.of)).size !== 1) return;
  compareNeighbours(found, covered, warn);
}

/** Stages given one by one: those bounded on both sides belong together. */
function stagesOf(list: readonly Case[], warn: Warn): void {
  const groups = new Map<string, { path: string; stretch: Stretch }[]>();
  for (const { path, stretch } of list) {
    if (!stretch || !Number.isFinite(stretch.low) || !Number.isFinite(stretch.high)) continue;
    const group = groups.get(stretch.of) ?? [];
    const same = ({ stretch: one }: { stretch: Stretch }) => covers(one, stretch) && covers(stretch, one);
    if (!group.some(same)) group.push({ path, stretch });
    groups.set(stretch.of, group);
  }
  for (const group of groups.values()) compareNeighbours(group, group.length < 3, warn);
}

function compareNeighbours(
  list: readonly { readonly path: string; readonly stretch: Stretch }[],
  covered: boolean,
  warn: Warn,
): void {
  const sorted = list.toSorted((a, b) => a.stretch.low - b.stretch.low || a.stretch.high - b.stretch.high);
  sorted.forEach((one, i) => {
    const next = sorted[i + 1];
    if (!next) return;
    const [zh, en] = [
      `${said(one.stretch)}与${said(next.stretch)}`,
      `${said(one.stretch)} and ${said(next.stretch)}`,
    ];
    if (overlap(one.stretch, next.stretch)) {
      warn('bands-overlap', next.path, `${zh}两段重叠。`, `The bands ${en} overlap.`);
    } else if (!covered && gap(one.stretch, next.stretch)) {
      warn('bands-gap', next.path, `${zh}两段之间有空档。`, `There is a gap between ${en}.`);
    }
  });
}

const said = ({ low, high }: Stretch): string =>
  `${Number.isFinite(low) ? low : ''}–${Number.isFinite(high) ? high : ''}`;
