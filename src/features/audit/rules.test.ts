import { expect, test } from 'vitest';
import { canonical } from './rules.ts';

test('an instant is kept as its text at any depth, so that a moved deadline can be read again', () => {
  const closesAt = new Date('2026-05-08T15:59:59.999Z');
  expect(canonical({ stages: { county: closesAt }, closesAt })).toBe(
    '{"closesAt":"2026-05-08T15:59:59.999Z","stages":{"county":"2026-05-08T15:59:59.999Z"}}',
  );
});
