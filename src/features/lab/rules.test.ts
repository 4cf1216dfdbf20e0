import { describe, expect, test } from 'vitest';
import { type DraftAsked, judgeDraft } from './rules.ts';

describe('a draft', () => {
  const asked = (more: Partial<DraftAsked>): DraftAsked => ({
    state: 'writing',
    sound: true,
    ownDraft: false,
    current: true,
    reason: true,
    ...more,
  });
  test.each([
    ['save', { state: 'asking' }, 'not-writing'],
    ['save', { current: false }, 'changed-meanwhile'],
    ['ask', { sound: false }, 'faulty'],
    ['answer', { state: 'asking', ownDraft: true }, 'own-draft'],
    ['answer', { state: 'asking', reason: false }, 'reason-missing'],
    ['publish', { state: 'asking' }, 'not-agreed'],
    ['publish', { state: 'published' }, 'is-over'],
    ['drop', { reason: false }, 'reason-missing'],
    ['reopen', {}, 'not-asking'],
  ] as const)('%s is refused (%o)', (act, more, reason) => {
    expect(judgeDraft(act, asked(more))).toEqual({ ok: false, reason });
  });
  test('goes from writing over asking and agreement to publication', () => {
    const states = ['writing', 'asking', 'agreed'] as const;
    const acts = ['ask', 'answer', 'publish'] as const;
    expect(acts.map((act, i) => judgeDraft(act, asked({ state: states[i] ?? 'writing' })).ok)).toEqual([
      true,
      true,
      true,
    ]);
  });
});
