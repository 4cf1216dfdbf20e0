import type { Amount } from '../grammar/amount.ts';
import type { Programme } from '../programme.ts';
import { isCondition, type Node, reach, walk } from '../walk.ts';
import { plain } from './ranges.ts';
import type { Warn } from './warn.ts';

/** Numbers of people that come from a share: they need a population, and a way to be rounded. */
export function lintPeople(programme: Programme, warn: Warn): void {
  const { quota, ranking, route } = programme;
  const numbers: readonly (readonly [string, Amount | undefined])[] = [
    ['quota.places', quota?.places],
    ...(quota?.parts ?? []).flatMap(
      ({ places, least }, i) =>
        [
          [`quota.parts[${i}].places`, places],
          [`quota.parts[${i}].least`, least],
        ] as const,
    ),
    ...(quota?.limits ?? []).flatMap(
      ({ least, most }, i) =>
        [
          [`quota.limits[${i}].least`, least],
          [`quota.limits[${i}].most`, most],
        ] as const,
    ),
    ['ranking.take', ranking?.take],
    ...(route ?? []).flatMap(
      ({ take, takeLeast }, i) =>
        [
          [`route[${i}].take`, take],
          [`route[${i}].takeLeast`, takeLeast],
        ] as const,
    ),
  ];
  for (const [path, node] of numbers) {
    if (!node) continue;
    if (breaks(node, programme)) {
      warn(
        'share-without-rounding',
        path,
        '按比例得出的人数未说明如何取整（round）。',
        'A number of people that comes from a share needs a rounding mode (round).',
      );
    }
    const all = [...reach(node, programme)];
    if (all.some(isShare) && !all.some(isPopulation)) {
      warn(
        'percent-without-population',
        path,
        '按比例计算，但没有说明是哪些人的比例（size、places）。',
        'A share, but of nobody: it names no population (size, places).',
      );
    }
  }
  const cut = ranking?.take ?? route?.find(({ take }) => take)?.take;
  if (cut && !programme.quota && !programme.ties?.keys) {
    warn(
      'cut-without-tie-rule',
      ranking?.take ? 'ranking.take' : cut.path,
      '按名次取人，但未说明同分如何取舍（ties）。',
      'People are taken by rank, but nothing says how ties are settled (ties).',
    );
  }
}

/** Whether it may come to a broken number: a share that nothing rounds. */
function breaks(node: Amount, programme: Programme): boolean {
  const { term } = node;
  switch (term.op) {
    case 'round':
      return (term.arg.places ?? 0) > 0;
    case 'number':
      return !Number.isInteger(Number(term.arg));
    case 'divide':
    case 'rate':
    case 'weighted':
    case 'average':
      return true;
    case 'measure': {
      const meant = programme.measures?.[term.arg];
      return meant !== undefined && breaks(meant, programme);
    }
    case 'add':
    case 'subtract':
    case 'multiply':
    case 'greatest':
    case 'least':
      return term.arg.some((one) => breaks(one, programme));
    case 'limit':
      return breaks(term.arg.of, programme);
    case 'otherwise':
      return breaks(term.arg.of, programme) || breaks(term.arg.is, programme);
    case 'step':
      return [...term.arg.from.map(({ is }) => is), ...(term.arg.else ? [term.arg.else] : [])].some((one) =>
        breaks(one, programme),
      );
    case 'choose':
      return [...term.arg.when.map(({ is }) => is), ...(term.arg.else ? [term.arg.else] : [])].some((one) =>
        breaks(one, programme),
      );
    default:
      return false;
  }
}

/** Multiplied by a fraction: a share of something. */
function isShare(node: Node): boolean {
  if (isCondition(node) || node.term.op !== 'multiply') return false;
  return node.term.arg.some((one) => {
    const number = plain(one);
    return number !== undefined && number > 0 && number < 1;
  });
}

const people: readonly string[] = [
  'size',
  'places',
  'members',
  'peers',
  'value',
  'lookup',
  'parameter',
  'count',
];
function isPopulation(node: Node): boolean {
  return [...walk(node)].some((one) => !isCondition(one) && people.includes(one.term.op));
}
