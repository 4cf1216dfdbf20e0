import { normalise } from '../evaluate/compare.ts';
import type { Condition, RuleOf } from '../grammar/condition.ts';
import type { Literal } from '../grammar/shape.ts';
import { attributeType, type ValueType, type Vocabulary } from '../vocabulary.ts';
import { checkRun, checkSelection, checkTitle, checkWindow } from './selection.ts';
import { checkTest, type Fail } from './values.ts';

/** Conditions against the vocabulary: fields of record types, kinds of values, titles, cases covered. */

export function checkCondition({ path, rule }: Condition, vocabulary: Vocabulary, fail: Fail): void {
  const at = `${path}.${rule.op}`;
  if (rule.op === 'person') checkPerson(rule.arg, at, vocabulary, fail);
  else if (rule.op === 'holds') checkHolds(rule.arg, at, vocabulary, fail);
  else if (rule.op === 'case') checkCase(rule.arg, at, vocabulary, fail);
  else if (rule.op === 'count' || rule.op === 'sum' || rule.op === 'max') {
    checkSelection(rule.arg, at, vocabulary, fail, 'of' in rule.arg ? { of: rule.arg.of } : {});
  } else if (rule.op === 'run') checkRun(rule.arg, at, vocabulary, fail);
  else if (rule.op === 'amount') {
    if (Object.keys(rule.arg).length < 2) {
      const bounds = ['is', 'atLeast', 'moreThan', 'atMost', 'below'];
      fail('missing-key', at, '没有说明与什么比较。', 'It says nothing to compare with.', bounds);
    }
  } else if (rule.op === 'atLeast' && rule.arg.k > rule.arg.of.length) {
    const n = rule.arg.of.length;
    fail('out-of-range', `${at}.k`, `只列了 ${n} 项，不可能满足 ${rule.arg.k} 项。`, `Only ${n} are listed.`);
  }
}

function checkPerson(arg: RuleOf<'person'>, at: string, vocabulary: Vocabulary, fail: Fail): void {
  const [first, second] = Object.keys(arg);
  if (second !== undefined) {
    const to = `${at}.${second}`;
    fail(
      'many-operators',
      to,
      '一个条件只查一项，请用 all 组合。',
      'One attribute each; combine them with `all`.',
    );
  }
  if (first === undefined) return;
  const type = attributeType(vocabulary, first);
  if (type)
    checkTest(
      arg[first] ?? true,
      type,
      `${at}.${first}`,
      fail,
      vocabulary.attributes[first]?.type === 'years',
      vocabulary,
    );
  const { sameAs, notSameAs } = normalise(arg[first] ?? true);
  if (sameAs === first || notSameAs === first) {
    fail('wrong-comparison', `${at}.${first}`, '与自身比较。', 'It is compared with itself.');
  }
}

function checkHolds(arg: RuleOf<'holds'>, at: string, vocabulary: Vocabulary, fail: Fail): void {
  checkTitle(arg, at, vocabulary, fail);
  checkWindow(arg.within, `${at}.within`, vocabulary, fail);
}

/** A case must say what holds for everyone: by `else`, or by naming every choice. */
function checkCase(arg: RuleOf<'case'>, at: string, vocabulary: Vocabulary, fail: Fail): void {
  const type = arg.by === undefined ? undefined : attributeType(vocabulary, arg.by);
  const named: Literal[] = [];
  arg.when.forEach(({ is, if: test }, i) => {
    const to = `${at}.when[${i}]`;
    if ((is === undefined) === (test === undefined)) {
      fail('missing-key', to, '每一情形须写 is 或 if 之一。', 'Each case has either `is` or `if`.', [
        'is',
        'if',
      ]);
    }
    if (is !== undefined && arg.by === undefined) {
      fail('missing-key', at, '用 is 分类须写明 by。', 'Cases by value need `by`.', ['by']);
    }
    if (is === undefined || !type) return;
    checkTest(is, type, `${at}.when[${i}].is`, fail, false);
    named.push(...(Array.isArray(is) ? (is as readonly Literal[]) : [is as Literal]));
  });
  if (arg.else || !type) return;
  const every = choicesOf(type);
  const missing = every?.filter((one) => !named.includes(one));
  if (missing && missing.length === 0) return;
  fail(
    'case-not-covered',
    at,
    `分类不全，须用 else 说明其余情形${missing ? `：${missing.join('、')}` : ''}。`,
    `Not every case is covered; say what else holds${missing ? ` for ${missing.join(', ')}` : ''}.`,
    ['else'],
  );
}

function choicesOf(type: ValueType): readonly Literal[] | undefined {
  if (type.kind === 'choice') return Object.keys(type.choices);
  if (type.kind === 'boolean') return [true, false];
  return undefined;
}
