import { divide, parseExact, whole } from '../../shared/decimal.ts';
import type { Programme } from '../programme.ts';
import type { Fail } from './values.ts';

const exact = (text: string) => parseExact(text) ?? whole(0);

/** What a panel marks must be possible to mark, and something must be left of the marks. */
export function checkJudging({ route }: Programme, fail: Fail): void {
  route?.forEach(({ judging }, i) => {
    if (!judging) return;
    const path = `route[${i}].judging`;
    const { judges: { least, most } = {}, dropHighest = 0, dropLowest = 0 } = judging;
    if (least !== undefined && most !== undefined && most < least) {
      fail(
        'out-of-range',
        `${path}.judges`,
        '评委的上限低于下限。',
        'The most judges are fewer than the least.',
      );
    }
    if (least !== undefined && dropHighest + dropLowest >= least) {
      fail(
        'out-of-range',
        path,
        `去掉 ${dropHighest + dropLowest} 个分数后，${least} 名评委的评分一个不剩。`,
        `With ${dropHighest + dropLowest} totals dropped, nothing is left of the ${least} that are given.`,
      );
    }
    judging.criteria.forEach(({ max, step }, j) => {
      const by = exact(step ?? '1');
      const at = `${path}.criteria[${j}]`;
      if (by.n > 0n && exact(max).n > 0n && divide(exact(max), by).d === 1n) return;
      fail(
        'out-of-range',
        at,
        '满分和计分单位须大于零，且满分须为计分单位的整数倍。',
        'The full mark and the step must be more than nought, and the full mark a multiple of the step.',
      );
    });
  });
}
