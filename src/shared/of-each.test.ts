import { expect, it } from 'vitest';
import { OfEach } from './of-each.ts';

it('is one for each, the same until it is forgotten', () => {
  const each = new OfEach<string[]>(() => []);
  const [one, other] = [{}, {}];
  each.of(one).push('kept');
  expect([each.of(one), each.of(other)]).toEqual([['kept'], []]);
  each.forget(one);
  expect(each.of(one)).toEqual([]);
});
