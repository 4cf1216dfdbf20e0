import { expect, test } from 'vitest';
import { clause } from '../../tests/support/language.ts';
import { checkLinks } from './links.ts';

const one = (id: string, ...links: string[]) => ({
  file: `${id}.yaml`,
  programme: {
    ...clause('known: rank', links.length > 0 ? `links: [${links.join(', ')}]` : '').programme,
    programme: id,
  },
});
const told = (...files: ReturnType<typeof one>[]) =>
  checkLinks(files).map(({ file, message }) => [file, message.en]);

test('programmes that wait for each other in a ring are told, each ring once', () => {
  const school = one('school', '{to: county, does: requires}');
  const county = one('county', '{to: city, does: follows}');
  expect(told(school, county, one('city'))).toEqual([]);
  expect(told(school, county, one('city', '{to: school, does: requires}'))).toEqual([
    ['school.yaml', 'The programmes wait for each other: school → county → city → school.'],
  ]);
  expect(told(one('a', '{to: a, does: requires}'))).toHaveLength(1);
});

test('a gate is the same link from the other end; counting in and reporting hold nobody up', () => {
  expect(told(one('a', '{to: b, does: gates}'), one('b', '{to: a, does: gates}'))).toHaveLength(1);
  expect(told(one('a', '{to: b, does: requires}'), one('b', '{to: a, does: gates}'))).toHaveLength(0);
  expect(told(one('a', '{to: b, does: counts-in}'), one('b', '{to: a, does: reports-to}'))).toEqual([]);
  expect(told(one('a', '{to: a paper nobody has, does: requires}'))).toEqual([]);
});

test('a ladder of a thousand programmes, each asking for every earlier one, is looked through at once', () => {
  const ids = Array.from({ length: 1000 }, (_, i) => `p${i}`);
  const bare = clause('known: rank').programme;
  const files = ids.map((id, i) => ({
    file: id,
    programme: {
      ...bare,
      programme: id,
      links: ids.slice(Math.max(0, i - 20), i).map((to) => ({ to, does: 'requires' as const })),
    },
  }));
  expect(checkLinks(files)).toEqual([]);
});
