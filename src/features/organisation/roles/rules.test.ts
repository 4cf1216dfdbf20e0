import { describe, expect, test } from 'vitest';
import type { Actor, Role } from '../../identity/rules.ts';
import {
  type DutyRule,
  type HandOver,
  type Holding,
  judgeGrant,
  judgeHandOver,
  judgeRequest,
  switchFaults,
} from './rules.ts';

const TODAY = '2026-11-23';
const own = (role: Role, unitPath: string, more: Partial<Holding> = {}): Holding => ({
  role,
  unitId: unitPath,
  unitPath,
  from: '2020-09-01',
  until: null,
  post: null,
  forId: null,
  ...more,
});
const wish = (more: Partial<HandOver> = {}, to: Partial<HandOver['to']> = {}): HandOver => ({
  role: 'school-office',
  unitId: '1.2.3.',
  act: null,
  from: '2026-12-01',
  until: '2027-01-01',
  to: { personId: 'deputy', state: 'serving', unitPath: '1.2.3.4.', roles: [], ...to },
  ...more,
});
const office = own('school-office', '1.2.3.');
const refusal = (
  holdings: readonly Holding[],
  wished: HandOver,
  me: Pick<Actor, 'personId' | 'dutiesApart'> = { personId: 'me' },
) => {
  const verdict = judgeHandOver(me, holdings, wished, TODAY);
  return verdict.ok ? null : verdict.reason;
};

describe('a role handed over for a period', () => {
  test('is one’s own at that unit, whole or one act of it', () => {
    expect(refusal([office], wish())).toBeNull();
    expect(refusal([office], wish({ act: 'record.confirm' }))).toBeNull();
    expect(refusal([office], wish({ act: 'round.decide' }))).toBe('not-this-act');
    expect(refusal([office], wish({ unitId: '1.2.9.' }))).toBe('not-yours');
    expect(refusal([], wish())).toBe('not-yours');
  });

  test('is never handed on: what is held in another’s stead is not one’s own', () => {
    expect(refusal([own('school-office', '1.2.3.', { forId: 'principal' })], wish())).toBe('not-yours');
  });

  test('is a body’s role: nobody deputises for an auditor or an administrator', () => {
    expect(refusal([own('auditor', '1.2.3.')], wish({ role: 'auditor' }))).toBe('not-this-role');
    expect(refusal([own('mentor', '1.2.3.')], wish({ role: 'mentor' }))).toBe('not-this-role');
  });

  test('never lasts longer than one holds it oneself', () => {
    const leaving = own('school-office', '1.2.3.', { until: '2026-12-15' });
    expect(refusal([leaving], wish())).toBe('longer-than-own');
    expect(refusal([leaving], wish({ until: '2026-12-15' }))).toBeNull();
    expect(refusal([own('school-office', '1.2.3.', { from: '2026-12-05' })], wish())).toBe('longer-than-own');
  });

  test('begins today or later and ends after it begins', () => {
    expect(refusal([office], wish({ from: '2026-11-22' }))).toBe('in-the-past');
    expect(refusal([office], wish({ from: TODAY }))).toBeNull();
    expect(refusal([office], wish({ until: '2026-12-01' }))).toBe('ends-first');
  });

  test('goes to somebody serving at the unit, above or below it, and not to oneself', () => {
    expect(refusal([office], wish({}, { unitPath: '1.2.' }))).toBeNull();
    expect(refusal([office], wish({}, { unitPath: '1.2.9.' }))).toBe('elsewhere');
    expect(refusal([office], wish({}, { unitPath: null }))).toBe('elsewhere');
    expect(refusal([office], wish({}, { personId: 'me' }))).toBe('to-oneself');
    expect(refusal([office], wish({}, { state: 'retired' }))).toBe('not-serving');
  });

  test('of a group goes to anybody of its school', () => {
    const group = own('group-leader', '1.2.3.4.');
    const to = (unitPath: string) => wish({ role: 'group-leader', unitId: '1.2.3.4.' }, { unitPath });
    expect(refusal([group], to('1.2.3.5.'))).toBeNull();
    expect(refusal([group], to('1.2.9.5.'))).toBe('elsewhere');
  });

  test('goes to none of the three where duties are separated', () => {
    const keeper = wish({}, { roles: ['auditor'] });
    expect(refusal([office], keeper)).toBeNull();
    expect(refusal([office], keeper, { personId: 'me', dutiesApart: true })).toBe('keeper');
  });
});

const giver = (role: Role, dutiesApart = false): Actor => ({
  personId: 'giver',
  name: '授权人',
  unitId: null,
  unitPath: null,
  unitName: null,
  assignments: [{ role, unitId: 'city', unitPath: '1.', unitName: '' }],
  dutiesApart,
});
const OFF: DutyRule = { separated: false, secondPerson: false };
const APART: DutyRule = { separated: true, secondPerson: false };
const TWO: DutyRule = { separated: true, secondPerson: true };
const city = { level: 'city', path: '1.', ended: false } as const;

describe('the three that keep the system', () => {
  const grant = (
    actor: Actor,
    rule: DutyRule,
    role: Role,
    keeps: Parameters<typeof judgeGrant>[2]['keeps'] = [],
  ) => {
    const verdict = judgeGrant(actor, rule, { role, personId: 'other', unit: city, keeps });
    return verdict.ok ? (verdict.asks ? 'asks' : 'gives') : verdict.reason;
  };

  test('in a small place one administrator gives them all, even to one person', () => {
    expect(grant(giver('administrator'), OFF, 'auditor', ['administrator'])).toBe('gives');
  });

  test('separated, one person holds one of them, and the security administrator gives them', () => {
    const security = giver('security-administrator', true);
    expect(grant(security, APART, 'auditor', ['administrator'])).toBe('duties-apart');
    expect(grant(security, APART, 'auditor', ['auditor'])).toBe('gives');
    expect(grant(security, APART, 'school-office')).toBe('wrong-level');
    expect(grant(giver('administrator', true), APART, 'auditor')).toBe('not-yours-to-give');
  });

  test('given by two, a grant asks; other roles are given at once', () => {
    expect(grant(giver('security-administrator', true), TWO, 'administrator')).toBe('asks');
    expect(grant(giver('security-administrator', true), TWO, 'city-office')).toBe('gives');
  });

  test('nobody gives themselves anything, and no deputy gives anything', () => {
    const verdict = judgeGrant(giver('administrator'), OFF, {
      role: 'city-office',
      personId: 'giver',
      unit: city,
      keeps: [],
    });
    expect(verdict).toEqual({ ok: false, reason: 'to-oneself' });
    const principal = { personId: 'p', name: '委托人' };
    const deputy: Actor = {
      ...giver('city-office'),
      assignments: [{ role: 'city-office', unitId: 'city', unitPath: '1.', unitName: '', for: principal }],
    };
    expect(grant(deputy, OFF, 'city-office')).toBe('not-yours-to-give');
  });

  const request = {
    role: 'auditor',
    personId: 'other',
    askedBy: 'asker',
    decided: false,
    unit: city,
    keeps: [],
  } as const;
  const answer = (more: object, actor = giver('security-administrator', true)) => {
    const verdict = judgeRequest(actor, TWO, { ...request, ...more });
    return verdict.ok ? null : verdict.reason;
  };
  test('the second person is neither whoever asked nor whom it is for, and may give the role themselves', () => {
    expect(answer({})).toBeNull();
    expect(answer({ askedBy: 'giver' })).toBe('asked-it');
    expect(answer({ personId: 'giver' })).toBe('to-oneself');
    expect(answer({ decided: true })).toBe('decided');
    expect(answer({}, giver('administrator', true))).toBe('not-yours-to-give');
    expect(answer({ keeps: ['administrator'] })).toBe('duties-apart');
  });

  test('the switch refuses while somebody holds two or one of the three is nobody’s', () => {
    const held = (personId: string, role: 'auditor' | 'security-administrator' | 'administrator') => ({
      personId,
      name: personId,
      role,
    });
    const three = [held('a', 'auditor'), held('s', 'security-administrator'), held('m', 'administrator')];
    const all = new Set(three.map(({ role }) => role));
    expect(switchFaults(APART, three, all)).toEqual([]);
    expect(switchFaults(OFF, [held('m', 'administrator')], new Set(['administrator']))).toEqual([]);
    expect(switchFaults(APART, [...three, held('m', 'auditor')], all)).toEqual([
      { reason: 'holds-two', name: 'm', roles: ['administrator', 'auditor'] },
    ]);
    expect(switchFaults(APART, three.slice(1), new Set(['security-administrator', 'administrator']))).toEqual(
      [{ reason: 'nobody-holds', role: 'auditor' }],
    );
    expect(switchFaults(TWO, three, all)).toEqual([{ reason: 'one-giver' }]);
    expect(switchFaults(TWO, [...three, held('t', 'security-administrator')], all)).toEqual([]);
  });
});
