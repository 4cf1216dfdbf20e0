import { compare, parseExact, whole } from '../../shared/decimal.ts';
import { allGiven, type Fault, misfit } from '../given.ts';
import type { Transition } from '../grammar/work.ts';
import type { Programme } from '../programme.ts';
import type { Fail } from './values.ts';

/** The sections about what follows: numbers that contradict each other, acts that lack what they act with. */

const exact = (text: string) => parseExact(text) ?? whole(0);
const less = (a: string, b: string) => compare(exact(a), exact(b)) < 0;

export function checkWork(programme: Programme, fail: Fail): void {
  checkAssessment(programme, fail);
  programme.duties?.forEach(({ per, phases }, i) => {
    const path = `duties[${i}]`;
    if (phases && (per === undefined || per === 'term')) {
      const en = 'Phases need a period of the calendar (`per`).';
      fail('missing-key', path, '分段要求须写明每一期（per）。', en, ['per']);
    }
  });
  programme.term?.life?.forEach((one, i) => {
    checkTransition(one, `term.life[${i}]`, programme, fail);
  });
  programme.treatments?.forEach(({ amount }, i) => {
    if (!amount || amount.yuan || amount.hours) return;
    const path = `treatments[${i}].amount`;
    fail('missing-key', path, '没有写明数额。', 'It names no amount.', ['yuan', 'hours']);
  });
  for (const [name, { value, min, max }] of Object.entries(programme.parameters ?? {})) {
    const low = min !== undefined && (less(value, min) || (max !== undefined && less(max, min)));
    if (!low && (max === undefined || !less(max, value))) continue;
    const path = `parameters.${name}`;
    fail('out-of-range', path, '取值不在上下限之间。', 'The value is not between its least and its most.');
  }
  for (const given of allGiven(programme)) {
    const { value, min, max } = programme.parameters?.[given.parameter] ?? { value: '0' };
    const fault = [value, min, max].flatMap((one) =>
      one === undefined ? [] : (misfit(given, one) ?? []),
    )[0];
    if (fault === undefined) continue;
    const [zh, en] = faultWords(fault);
    const name = given.parameter;
    fail('out-of-range', given.path, `参数"${name}"${zh}`, `The parameter "${name}" ${en}`);
  }
  const { from, until } = programme.versions ?? {};
  if (from !== undefined && until !== undefined && until < from) {
    fail('out-of-range', 'versions.until', '废止日期早于施行日期。', 'It ends before it begins.');
  }
}

function faultWords(fault: Fault): readonly [zh: string, en: string] {
  if (fault.kind === 'not-whole') return ['在此须为整数。', 'must be a whole number here.'];
  return fault.kind === 'too-little'
    ? [`在此不得低于 ${fault.bound}。`, `must not be below ${fault.bound} here.`]
    : [`在此不得超过 ${fault.bound}。`, `must not be over ${fault.bound} here.`];
}

function checkAssessment({ assessment, ledgers }: Programme, fail: Fail): void {
  assessment?.bands?.forEach(({ from, to, below }, i) => {
    const empty = (below !== undefined && !less(from, below)) || (to !== undefined && less(to, from));
    if (!empty) return;
    fail(
      'out-of-range',
      `assessment.bands[${i}]`,
      '等次的上限不高于下限。',
      'The band ends before it begins.',
    );
  });
  for (const [name, { categories }] of Object.entries(ledgers ?? {})) {
    categories.forEach(({ id }, i) => {
      if (categories.findIndex((one) => one.id === id) === i) return;
      const path = `ledgers.${name}.categories[${i}].id`;
      fail('duplicate-id', path, `编号"${id}"重复。`, `The id "${id}" is given twice.`);
    });
  }
}

function checkTransition(one: Transition, path: string, { term }: Programme, fail: Fail): void {
  const { does, title, to, percent, when, run } = one;
  const brought = title ?? term?.states?.find(({ id }) => id === to)?.title;
  if (does.includes('grant') && brought === undefined) {
    fail('missing-key', path, '没有写明授予什么称号。', 'It does not say which title is granted.', ['title']);
  }
  if (does.includes('raise-pay') && percent === undefined) {
    const en = 'It does not say by how many percent.';
    fail('missing-key', path, '没有写明待遇增减百分之几。', en, ['percent']);
  }
  if (does.includes('extend') && one.for === undefined) {
    fail('missing-key', path, '没有写明延长多久。', 'It does not say for how long.', ['for']);
  }
  if (run !== undefined && typeof when === 'object' && when.result === undefined) {
    const en = 'Only results of assessments come in a row.';
    fail('wrong-value', `${path}.run`, '只有考核结果才有连续几次。', en);
  }
}
