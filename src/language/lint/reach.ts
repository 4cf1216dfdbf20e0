import type { LimitKind } from '../grammar/round.ts';
import type { Programme } from '../programme.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { conditionsOf } from '../walk.ts';
import type { Warn } from './warn.ts';

/** The level whose number a limit of each of these goes by; of all others the level that runs the programme. */
const LEVELS: Readonly<Partial<Record<LimitKind, string>>> = {
  group: 'school',
  school: 'school',
  unit: 'school',
  county: 'county',
  city: 'city',
};

/** Numbers left to levels too low for what they stand at: somebody sets them, and what they meant does not follow. */
export function lintReach(programme: Programme, { scales }: Vocabulary, warn: Warn): void {
  const order = scales.level?.order;
  const rank = (level: string) => order?.get(level) ?? 0;
  /** Unless it says, the level below the one that runs the programme sets it; below a school there is none. */
  const setterOf = (parameter: string): number | undefined => {
    const { setBy } = programme.parameters?.[parameter] ?? {};
    if (setBy !== undefined) return rank(setBy);
    return rank(programme.scope) <= rank('school') ? undefined : rank(programme.scope) - 1;
  };
  lintCaps(programme, (parameter, level) => (setterOf(parameter) ?? rank(level)) < rank(level), warn);
  for (const { at, parameter } of programme.given) {
    const setter = setterOf(parameter);
    if (setter === undefined) continue;
    const [section, key, index] = at;
    if (section === 'quota' && key === 'limits' && typeof index === 'number') {
      const limit = programme.quota?.limits?.[index];
      const level = (limit && LEVELS[limit.per]) ?? programme.scope;
      if (!limit || setter >= rank(level)) continue;
      warn(
        'number-out-of-reach',
        `quota.limits[${index}]`,
        `参数"${parameter}"由更低一级设定，而限制"${limit.id}"跨这些单位计数：最终名单按${level === programme.scope ? '组织评选的单位' : '所计单位'}的数，各单位自定的数只约束它自己的推荐。`,
        `The parameter "${parameter}" is set at a lower level, and the limit "${limit.id}" counts across its units: the final list goes by the number of the unit ${level === programme.scope ? 'that holds the round' : 'it is counted for'}; what the others set binds only what they recommend.`,
      );
    } else if (section === 'route' && setter < rank(programme.scope)) {
      warn(
        'number-out-of-reach',
        `route[${String(key)}]`,
        `参数"${parameter}"由更低一级设定，而此处按组织评选的单位的数执行。`,
        `The parameter "${parameter}" is set at a lower level; what stands here goes by the number of the unit that holds the round.`,
      );
    }
  }
}

/** How many a body may find met goes by the number of its own unit, however its applicants' counties have set it. */
function lintCaps(
  programme: Programme,
  tooLow: (parameter: string, level: string) => boolean,
  warn: Warn,
): void {
  for (const { path, rule, given = [] } of conditionsOf(programme)) {
    const level = rule.op === 'decide' && rule.arg.by ? programme.bodies?.[rule.arg.by]?.level : undefined;
    if (level === undefined) continue;
    for (const { parameter } of given) {
      if (!tooLow(parameter, level)) continue;
      warn(
        'number-out-of-reach',
        `${path}.decide.cap`,
        `参数"${parameter}"由更低一级设定，而此处按作出认定的机构所属单位的数执行。`,
        `The parameter "${parameter}" is set at a lower level; what stands here goes by the number of the unit of the body that decides.`,
      );
    }
  }
}
