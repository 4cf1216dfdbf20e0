import { expect, test } from 'vitest';
import { judgeDecision } from './rules.ts';

const waiting = { personId: 'teacher', state: 'submitted', revision: 2 } as const;
const confirm = { decision: 'confirm', reason: '', revision: 2 } as const;

test('the office confirms what waits for it', () => {
  expect(judgeDecision(waiting, ['office'], confirm)).toEqual({ ok: true, state: 'confirmed', reason: null });
});

test('nobody confirms or returns a record of their own', () => {
  expect(judgeDecision(waiting, ['teacher'], confirm)).toEqual({ ok: false, refusal: 'own-record' });
});

test('a record is decided once', () => {
  for (const [state, refusal] of [
    ['confirmed', 'already-confirmed'],
    ['returned', 'already-returned'],
    ['withdrawn', 'already-withdrawn'],
  ] as const) {
    expect(judgeDecision({ ...waiting, state }, ['office'], confirm)).toEqual({ ok: false, refusal });
  }
});

test('the office decides what it has seen, not what was changed meanwhile', () => {
  expect(judgeDecision(waiting, ['office'], { ...confirm, revision: 1 })).toEqual({
    ok: false,
    refusal: 'changed-meanwhile',
  });
});

test('returning needs a reason, in at most 500 characters', () => {
  const back = { decision: 'return', revision: 2 } as const;
  expect(judgeDecision(waiting, ['office'], { ...back, reason: ' \n' })).toEqual({
    ok: false,
    refusal: 'reason-missing',
  });
  expect(judgeDecision(waiting, ['office'], { ...back, reason: '缺'.repeat(501) })).toEqual({
    ok: false,
    refusal: 'reason-too-long',
  });
  expect(judgeDecision(waiting, ['office'], { ...back, reason: ' 证书照片看不清 ' })).toEqual({
    ok: true,
    state: 'returned',
    reason: '证书照片看不清',
  });
});
