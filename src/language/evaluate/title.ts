import type { CivilDate } from '../../shared/civil-date.ts';
import type { Dossier, TitleFact } from '../dossier.ts';
import type { DayOfTitle, Test } from '../grammar/selection.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { compileCompare, normalise } from './compare.ts';

/** Which titles are meant, and the day one was granted. */

export function compileGranted(
  { title, level }: Pick<DayOfTitle, 'title' | 'level'>,
  vocabulary: Vocabulary,
): (fact: TitleFact) => boolean {
  const isTitle = compileTitle(title, vocabulary);
  const order = vocabulary.scales.level?.order ?? new Map();
  const isLevel =
    level === undefined ? undefined : compileCompare(level, { kind: 'scale', scale: 'level', order });
  return (fact) => isTitle(fact.title) === true && (isLevel === undefined || isLevel(fact.level) === true);
}

/** The latest or earliest day up to the one reckoned from; undefined where the title was never granted. */
export function compileTitleDay(
  arg: DayOfTitle,
  vocabulary: Vocabulary,
): (dossier: Dossier, to: CivilDate) => CivilDate | undefined {
  const granted = compileGranted(arg, vocabulary);
  return ({ titles }, to) => {
    const days = titles
      .filter((one) => one.from <= to && granted(one))
      .map(({ from }) => from)
      .toSorted();
    return arg.take === 'latest' ? days.at(-1) : days[0];
  };
}

/** Titles with an order are compared on it; other honours only by name. */
function compileTitle(test: Test, vocabulary: Vocabulary): (title: string) => boolean | undefined {
  const order = vocabulary.titleOrder;
  const { is, in: among, ...bounds } = normalise(test);
  const wanted = [...(is === undefined ? [] : [is]), ...(among ?? [])];
  const places = wanted.map((title) => order.get(String(title)) ?? title);
  const compare = compileCompare(bounds, { kind: 'scale', scale: 'title', order });
  const bounded = Object.keys(bounds).length > 0;
  return (title) => {
    if (wanted.length > 0 && !places.includes(order.get(title) ?? title)) return false;
    return !bounded || compare(title);
  };
}
