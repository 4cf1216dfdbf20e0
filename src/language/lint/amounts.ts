import { compare, type Exact, formatExact, parseExact, sumOf, whole } from '../../shared/decimal.ts';
import { type Programme, tableOf } from '../programme.ts';
import { isCondition, nodesOf } from '../walk.ts';
import { plain } from './ranges.ts';
import type { Warn } from './warn.ts';

/** Numbers that should agree with each other: tables and totals, weights, bands, cuts and ties. */
export function lintAmounts(programme: Programme, warn: Warn): void {
  lintParts(programme, warn);
  lintSharesOfPay(programme, warn);
  lintWeightedSums(programme, warn);
  lintQuota(programme, warn);
  lintWeights(programme, warn);
  lintBands(programme, warn);
}

function lintQuota(programme: Programme, warn: Warn): void {
  const { quota, route, ties } = programme;
  if (!quota) return;
  const table = tableOf(programme);
  if (quota.total !== undefined && table && table.sum !== quota.total) {
    const rest = quota.total - table.sum;
    warn(
      'quota-sum-differs',
      'quota.split.table',
      `分配表合计 ${table.sum}，总数 ${quota.total}，${rest > 0 ? `尚有 ${rest} 个未分配` : `多出 ${-rest} 个`}。`,
      `The table sums to ${table.sum}, the total is ${quota.total}: ${rest > 0 ? `${rest} unallocated` : `${-rest} too many`}.`,
    );
  }
  quota.parts?.forEach((part, i) => {
    const [own, places] = [tableOf(programme, part), plain(part.places)];
    if (own === undefined || places === undefined || own.sum === places) return;
    warn(
      'quota-sum-differs',
      `quota.parts[${i}].split.table`,
      `分配表合计 ${own.sum}，此项名额 ${places}。`,
      `The table sums to ${own.sum}, the part has ${places} places.`,
    );
  });
  quota.shares?.forEach(({ rounding }, i) => {
    if (rounding) return;
    warn(
      'share-without-rounding',
      `quota.shares[${i}]`,
      '比例未说明如何取整。',
      'A percentage of people needs a rounding mode.',
    );
  });
  const cut = quota.total !== undefined || quota.split || quota.limits;
  if (cut && !ties?.keys) {
    warn(
      'cut-without-tie-rule',
      'quota',
      '名额有限，但未说明同分如何取舍（ties）。',
      'Places are limited, but nothing says how ties are settled (ties).',
    );
  }
  const ranked = route?.some(({ ranking }) => ranking === 'ordered' || ranking === 'scored');
  if (cut && route && !ranked) {
    warn(
      'cut-without-tie-rule',
      'route',
      '名额有限，但没有环节排序。',
      'Places are limited, but no stage ranks.',
    );
  }
}

const exact = (text: string): Exact => parseExact(text) ?? whole(0);

function lintWeights({ assessment }: Programme, warn: Warn): void {
  const { composite } = assessment ?? {};
  // Marks without weights are added as they are.
  const weights = composite?.parts.flatMap(({ weight }) => weight ?? []) ?? [];
  if (!composite || weights.length === 0) return;
  sums(weights.map(exact), exact(composite.of ?? '100'), 'assessment.composite.parts', warn);
}

/** Parts of the places that should make up the whole. */
function lintParts({ quota }: Programme, warn: Warn): void {
  const numbers = (quota?.parts ?? []).map(({ places, per }) => (per ? undefined : plain(places)));
  const total = quota?.total ?? plain(quota?.places);
  if (numbers.length === 0 || total === undefined) return;
  const known = numbers.filter((one) => one !== undefined);
  const sum = known.reduce((before, one) => before + one, 0);
  if (known.length < numbers.length || sum === total) return;
  warn(
    'quota-sum-differs',
    'quota.parts',
    `分项名额合计 ${sum}，总数 ${total}。`,
    `The parts sum to ${sum}, the total is ${total}.`,
  );
}

/** Who bears a treatment bears the whole of it. */
function lintSharesOfPay({ treatments }: Programme, warn: Warn): void {
  treatments?.forEach(({ shares }, i) => {
    if (!shares) return;
    const percents = shares.map(({ percent }) => exact(percent));
    sums(percents, exact('100'), `treatments[${i}].shares`, warn);
  });
}

function lintWeightedSums(programme: Programme, warn: Warn): void {
  for (const node of nodesOf(programme)) {
    if (isCondition(node) || node.term.op !== 'weighted') continue;
    const { parts, over = '100' } = node.term.arg;
    const weights = parts.flatMap(({ weight: { term } }) => (term.op === 'number' ? [exact(term.arg)] : []));
    if (weights.length === parts.length) sums(weights, exact(over), `${node.path}.weighted.parts`, warn);
  }
}

function sums(weights: readonly Exact[], asked: Exact, path: string, warn: Warn): void {
  const sum = sumOf(weights);
  if (compare(sum, asked) === 0) return;
  const [is, should] = [formatExact(sum), formatExact(asked)];
  warn(
    'weights-not-100',
    path,
    `权重合计 ${is}，应为 ${should}。`,
    `The weights sum to ${is}, not ${should}.`,
  );
}

function lintBands({ assessment }: Programme, warn: Warn): void {
  const bands = (assessment?.bands ?? []).map((band, i) => ({ ...band, i, low: exact(band.from) }));
  bands.sort((a, b) => compare(a.low, b.low));
  bands.forEach((band, at) => {
    const next = bands[at + 1];
    if (!next) return;
    const [zh, en] = [
      `"${band.names['zh-CN']}"与"${next.names['zh-CN']}"`,
      `"${band.names.en}" and "${next.names.en}"`,
    ];
    const path = `assessment.bands[${next.i}]`;
    const open = band.below !== undefined;
    const end = band.below ?? band.to;
    // Without an end the band reaches to the next; `to` belongs to the band, `below` does not.
    if (end === undefined) return;
    const order = compare(next.low, exact(end));
    if (order < 0 || (order === 0 && !open)) warn('bands-overlap', path, `${zh}重叠。`, `${en} overlap.`);
    const step = band.to !== undefined && !`${end}${next.from}`.includes('.') ? whole(1) : whole(0);
    const gap = compare(next.low, sumOf([exact(end), open ? whole(0) : step])) > 0;
    if (gap) warn('bands-gap', path, `${zh}之间有空档。`, `There is a gap between ${en}.`);
  });
}
