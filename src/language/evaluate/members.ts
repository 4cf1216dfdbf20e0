import type { Dossier } from '../dossier.ts';
import type { Condition, RuleOf } from '../grammar/condition.ts';
import type { Comparison } from '../grammar/selection.ts';
import type { Outcome } from '../outcome.ts';
import { boundsOf, MILLION } from './bounds.ts';
import { type Clause, type Compiled, type Run, runOfMembers } from './clause.ts';

/** How many of those related to the subject meet a condition: apprentices, members of a studio, staff. */
export function compileMemberTest(
  arg: RuleOf<'members'>,
  shop: { clause(node: Condition): Clause },
): Compiled {
  const { role, meets, every, minPercent, maxPercent, ...numbers } = arg;
  const clause = meets && shop.clause(meets);
  const shares = minPercent !== undefined || maxPercent !== undefined;
  const bounded = Object.keys(numbers).length > 0 || !(every || shares);
  const bounds = boundsOf(numbers);

  const good = (number: number, of: number): boolean =>
    (!bounded || bounds.meets(number * MILLION)) &&
    (!every || number === of) &&
    (minPercent === undefined || number * 100 >= minPercent * of) &&
    (maxPercent === undefined || number * 100 <= maxPercent * of);

  function tally(dossier: Dossier, run: Run) {
    const members = dossier.members?.[role];
    if (members === undefined) return undefined;
    const inside = runOfMembers(run);
    const effects = members.map((member) => clause?.effect(member, inside) ?? 'met');
    const number = (...wanted: string[]) => effects.filter((effect) => wanted.includes(effect)).length;
    const met = number('met', 'none');
    return {
      of: members.length,
      met,
      open: number('missing', 'needs-decision'),
      decisions: number('needs-decision'),
    };
  }

  function outcomeOf(found: ReturnType<typeof tally>): Outcome {
    if (!found) return 'missing';
    const { of, met, open, decisions } = found;
    const possible = Array.from({ length: open + 1 }, (_, more) => good(met + more, of));
    if (possible.every(Boolean)) return 'met';
    if (!possible.some(Boolean)) return 'unmet';
    return decisions === open ? 'needs-decision' : 'missing';
  }

  const threshold: Comparison = {
    ...(bounded ? bounds.threshold : {}),
    ...(minPercent === undefined ? {} : { atLeast: `${minPercent} %` }),
    ...(maxPercent === undefined ? {} : { atMost: `${maxPercent} %` }),
  };
  return {
    outcome: (dossier, run) => outcomeOf(tally(dossier, run)),
    find(dossier, run) {
      const found = tally(dossier, run);
      return {
        outcome: outcomeOf(found),
        value: found?.met ?? null,
        threshold,
        ...(found ? { of: found.of } : {}),
      };
    },
  };
}
