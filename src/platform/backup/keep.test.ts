import { expect, test } from 'vitest';
import { superseded } from './keep.ts';

const days = (from: string, count: number) =>
  Array.from({ length: count }, (_, n) => ({ at: new Date(Date.parse(from) + n * 86_400_000) }));
const left = (backups: { at: Date }[], keep: { daily: number; weekly: number; monthly: number }) => {
  const going = superseded(backups, keep);
  return backups.filter((one) => !going.includes(one)).map(({ at }) => at.toISOString().slice(0, 10));
};

test('a year of daily backups leaves the last days, weeks and months', () => {
  expect(left(days('2025-11-27T03:15:00Z', 365), { daily: 3, weekly: 3, monthly: 3 })).toEqual([
    '2026-09-30',
    '2026-10-31',
    '2026-11-15',
    '2026-11-22',
    '2026-11-24',
    '2026-11-25',
    '2026-11-26',
  ]);
});

test('of several on one day the last stays', () => {
  const backups = ['01:00', '09:00', '17:00'].map((time) => ({ at: new Date(`2026-11-26T${time}:00Z`) }));
  expect(superseded(backups, { daily: 7, weekly: 4, monthly: 12 })).toEqual([backups[1], backups[0]]);
});

test('the newest stays whatever the rule says, and gaps do not count', () => {
  const backups = [...days('2026-01-05T00:00:00Z', 1), ...days('2026-03-02T00:00:00Z', 1)];
  expect(left(backups, { daily: 0, weekly: 0, monthly: 0 })).toEqual(['2026-03-02']);
  expect(left(backups, { daily: 2, weekly: 0, monthly: 0 })).toEqual(['2026-01-05', '2026-03-02']);
});
