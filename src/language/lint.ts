import type { Programme } from './load.ts';
import type { Problem } from './problem.ts';
import type { problemMaker } from './read.ts';
import type { Vocabulary } from './vocabulary.ts';

export function lintProgramme(
  programme: Programme,
  _vocabulary: Vocabulary,
  problem: ReturnType<typeof problemMaker>,
): Problem[] {
  const found: Problem[] = [];
  const { quota, tables } = programme;
  const table = quota?.split ? tables[quota.split.table] : undefined;
  if (quota?.total !== undefined && table && table.sum !== quota.total) {
    const rest = quota.total - table.sum;
    found.push(
      problem('quota-sum-differs', 'quota.split.table', {
        'zh-CN': `分配表合计 ${table.sum}，总数 ${quota.total}，${rest > 0 ? `尚有 ${rest} 个未分配` : `多出 ${-rest} 个`}。`,
        en: `The table sums to ${table.sum}, the total is ${quota.total}: ${rest > 0 ? `${rest} unallocated` : `${-rest} too many`}.`,
      }),
    );
  }
  return found;
}
