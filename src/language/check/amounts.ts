import type { Amount } from '../grammar/amount.ts';
import type { Programme } from '../programme.ts';
import { recordValueType, type Vocabulary } from '../vocabulary.ts';
import { below, isCondition, type Node, nodesOf } from '../walk.ts';
import { checkLookup, checkTables } from './lookups.ts';
import {
  checkDateField,
  checkDay,
  checkGroups,
  checkRun,
  checkSelection,
  checkTitle,
  hasKey,
} from './selection.ts';
import { checkTest, type Fail } from './values.ts';

/**
 * Amounts against the vocabulary. What looks at one record (`field`, a lookup or a case by its keys) stands
 * only where a record is at hand, within `each`.
 */
export function checkAmounts(programme: Programme, vocabulary: Vocabulary, fail: Fail): void {
  checkTables(programme, fail);
  const within = new Map<Node, readonly string[]>();
  for (const node of nodesOf(programme)) {
    if (isCondition(node)) continue;
    checkAmount(node, within.get(node), programme, vocabulary, fail);
    const { term } = node;
    const records = 'each' in Object(term.arg) && 'record' in Object(term.arg) ? worthOf(term) : null;
    if (records) spread(records.each, records.types, within);
  }
}

function worthOf(term: Amount['term']): { each: Amount; types: readonly string[] } | null {
  if (term.op !== 'sum' && term.op !== 'average' && term.op !== 'highest' && term.op !== 'lowest')
    return null;
  return term.arg.each ? { each: term.arg.each, types: term.arg.record } : null;
}

/** The record at hand is at hand in all arithmetic below; a count or a condition below looks at others. */
function spread(node: Amount, types: readonly string[], within: Map<Node, readonly string[]>): void {
  within.set(node, types);
  if (worthOf(node.term)) return;
  for (const child of below(node)) if (!isCondition(child)) spread(child, types, within);
}

function checkAmount(
  { path, term }: Amount,
  records: readonly string[] | undefined,
  programme: Programme,
  vocabulary: Vocabulary,
  fail: Fail,
): void {
  const at = `${path}.${term.op}`;
  /** The types of the record at hand; none, and reported, where there is no record. */
  const atHand = (to: string): readonly string[] => {
    if (!records) {
      const [zh, en] = [
        '此处没有可取的记录，只能写在 each 之内。',
        'There is no record at hand: it stands only within `each`.',
      ];
      fail('wrong-value', to, zh, en);
    }
    return records ?? [];
  };
  switch (term.op) {
    case 'value': {
      const attribute = typeof term.arg === 'string' ? term.arg : term.arg.of;
      const type = vocabulary.attributes[attribute]?.type;
      if (type === 'number' || type === 'years' || type === 'boolean') return;
      fail('wrong-comparison', at, `"${attribute}"不是数。`, `"${attribute}" is not a number.`);
      return;
    }
    case 'marks': {
      if (vocabulary.attributes[term.arg.of]?.type === 'numbers') return;
      fail(
        'wrong-comparison',
        `${at}.of`,
        `"${term.arg.of}"不是一组数。`,
        `"${term.arg.of}" is not a list of numbers.`,
      );
      return;
    }
    case 'elapsed':
      for (const key of ['since', 'until'] as const) {
        const end = term.arg[key];
        if (end === undefined || end === 'asOf') continue;
        const to = `${at}.${key}`;
        if (end === 'on') atHand(to);
        else if (typeof end === 'string') checkDay(end, to, vocabulary, fail);
        else if ('title' in end) checkTitle(end, to, vocabulary, fail);
        else if ('record' in end) {
          checkSelection(end, to, vocabulary, fail);
          if (end.field !== undefined) checkDateField(end.record, end.field, `${to}.field`, vocabulary, fail);
        } else checkDateField(atHand(to), end.field, `${to}.field`, vocabulary, fail);
      }
      return;
    case 'field':
      for (const record of atHand(at)) {
        if (!hasKey(record, term.arg, at, vocabulary, fail)) continue;
        if (recordValueType(vocabulary, record, term.arg)?.kind === 'number') continue;
        fail('wrong-comparison', at, `"${term.arg}"不是数，不能计算。`, `"${term.arg}" is not a number.`);
      }
      return;
    case 'lookup':
      checkLookup(term.arg, at, records, programme, vocabulary, fail);
      return;
    case 'count':
      checkSelection(term.arg, at, vocabulary, fail);
      return;
    case 'sum':
    case 'average':
    case 'highest':
    case 'lowest': {
      const { of, each, best, record } = term.arg;
      checkSelection(term.arg, at, vocabulary, fail, { of });
      if (of !== undefined && each) {
        fail('many-operators', `${at}.each`, 'of 与 each 只写其一。', 'Either `of` or `each`.');
      }
      checkGroups(record, best?.per, `${at}.best.per`, vocabulary, fail);
      const caps = 'caps' in term.arg ? (term.arg.caps ?? []) : [];
      caps.forEach(({ per }, i) => {
        checkGroups(record, per, `${at}.caps[${i}].per`, vocabulary, fail);
      });
      return;
    }
    case 'run':
      checkRun(term.arg, at, vocabulary, fail);
      return;
    case 'choose':
      term.arg.when.forEach((one, i) => {
        const to = `${at}.when[${i}]`;
        if (!one.if && !one.where) {
          fail('missing-key', to, '每一情形须写 if 或 where。', 'Each case has `if` or `where`.', [
            'if',
            'where',
          ]);
        }
        if (!one.where) return;
        const own = atHand(`${to}.where`);
        for (const [key, test] of Object.entries(one.where)) {
          const types = own.map((record) => recordValueType(vocabulary, record, key));
          const type = types.find((found) => found !== undefined);
          if (type) checkTest(test, type, `${to}.where.${key}`, fail, false, vocabulary);
          else for (const record of own) hasKey(record, key, `${to}.where.${key}`, vocabulary, fail);
        }
      });
      return;
    case 'step':
      term.arg.from.forEach(({ atLeast, moreThan }, i) => {
        if (atLeast || moreThan) return;
        fail('missing-key', `${at}.from[${i}]`, '须写 atLeast 或 moreThan。', 'A step has a bound.', [
          'atLeast',
          'moreThan',
        ]);
      });
      return;
    default:
  }
}
