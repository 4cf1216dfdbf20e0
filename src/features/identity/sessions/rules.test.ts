import { expect, test } from 'vitest';
import { sessionNeed } from './rules.ts';

test('a session waits for the second factor first, then a password, then what the role needs', () => {
  const session = { how: 'code', awaitsSecond: true, hasSecond: false, mustHaveSecond: true };
  expect(sessionNeed(session)).toBe('second-factor');
  expect(sessionNeed({ ...session, awaitsSecond: false })).toBe('password');
  expect(sessionNeed({ ...session, awaitsSecond: false, how: 'password' })).toBe('enrolment');
  expect(sessionNeed({ ...session, awaitsSecond: false, how: 'password', hasSecond: true })).toBeNull();
});
