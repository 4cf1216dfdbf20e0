import { describe, expect, test } from 'vitest';
import { dossier, policy } from '../../../tests/support/language.ts';
import type { Person } from '../dossier.ts';
import type { Participant } from './participant.ts';

const asOf = '2025-06-30';
const terms = `
terms:
  attributes:
    mark: {names: {zh-CN: 得分, en: mark}, type: number}
populations:
  staff: {names: {zh-CN: 教职工, en: staff}}
`;
const teacher = (id: string, mark: number | null, person: Partial<Person> = {}): Participant => ({
  id,
  dossier: dossier([], { id, mark, ...person }),
});
const ranked = (n: number, prefix = 't'): Participant[] =>
  Array.from({ length: n }, (_, i) => teacher(`${prefix}${i + 1}`, 100 - i));

describe('CN23: ranked by score, the first 30 % of staff are taken, holders of bureau titles beside them', () => {
  const { compiled } = policy(`${terms}
quota:
  places: {multiply: [{size: staff}, 0.3]}
  outside: {holds: {title: {atLeast: city-backbone}}}
ranking: {by: {value: mark}}
ties: {otherwise: decision}
`);
  const titled = Array.from({ length: 8 }, (_, i): Participant => {
    const { dossier: own } = teacher(`b${i}`, 50);
    return {
      id: `b${i}`,
      dossier: { ...own, titles: [{ title: 'city-backbone', from: '2024-01-01', until: null }] },
    };
  });

  test('of a staff of 90, 27 by score and eight outside the quota make 35', () => {
    const { groups, notRanked } = compiled.rank([...titled, ...ranked(40)], { asOf, sizes: { staff: 90 } });
    expect(groups[0]?.places?.whole).toBe(27);
    expect(groups[0]?.chosen).toEqual(ranked(27).map(({ id }) => id));
    expect(groups[0]?.notChosen).toHaveLength(13);
    expect(notRanked.filter(({ reason }) => reason === 'outside-quota')).toHaveLength(8);
  });

  test('a staff of 91 gives 27.3 places, which nothing says how to round: nobody is cut', () => {
    const [group] = compiled.rank(ranked(40), { asOf, sizes: { staff: 91 } }).groups;
    expect(group).toMatchObject({ chosen: [], open: { reason: 'not-whole' }, places: { value: '27.3' } });
  });

  test('without the size of the staff the order is shown and nobody is chosen', () => {
    const [group] = compiled.rank(ranked(3), { asOf }).groups;
    expect(group?.order.map(({ id, rank, value }) => [id, rank, value])).toEqual([
      ['t1', 1, '100'],
      ['t2', 2, '99'],
      ['t3', 3, '98'],
    ]);
    expect(group).toMatchObject({ chosen: [], open: { reason: 'size-unknown' } });
  });

  test('whoever has no mark is not ranked, and it is said why', () => {
    const { notRanked } = compiled.rank([teacher('x', null)], { asOf, sizes: { staff: 90 } });
    expect(notRanked).toEqual([{ id: 'x', reason: 'amount-unknown' }]);
  });
});

describe('SC20: ten recommended, eight determined; the tie rule decides, else people', () => {
  const programme = (ties: string) =>
    policy(`${terms}\nquota: {total: 8}\nranking: {by: {value: mark}}\n${ties}\n`).compiled;
  const ten = [
    ...ranked(7),
    teacher('x', 93, { teachingSince: '2010-09-01' }),
    teacher('y', 93),
    teacher('z', 1),
  ];

  test('the eighth and ninth with equal marks wait for a decision; nobody is cut silently', () => {
    const [group] = programme('ties: {otherwise: decision}').rank(ten, { asOf }).groups;
    expect(group?.chosen).toHaveLength(7);
    expect(group?.open).toEqual({ reason: 'tie', ids: ['x', 'y'], places: 1 });
    expect(group?.notChosen).toEqual([{ id: 'z', reason: 'places-taken' }]);
    expect(group?.vacant).toBe(0);
  });

  test('a declared key decides: longer service first', () => {
    const compiled = programme(
      'ties: {keys: [{by: score, prefer: higher}, {by: yearsOfTeaching, prefer: higher}], otherwise: decision}',
    );
    const [group] = compiled.rank(ten, { asOf }).groups;
    expect(group?.chosen).toContain('y');
    expect(group?.open).toBeNull();
    expect(group?.order.find(({ id }) => id === 'x')).toMatchObject({ separatedBy: 'yearsOfTeaching' });
  });

  test('the order of the recommending body may decide', () => {
    const compiled = programme(
      'ties: {keys: [{by: recommendation-order, prefer: lower}], otherwise: decision}',
    );
    const places = new Map([
      ['x', 2],
      ['y', 1],
    ]);
    const list = ten.map((one) => ({ ...one, recommended: places.get(one.id) ?? 9 }));
    expect(compiled.rank(list, { asOf }).groups[0]?.chosen).toContain('y');
  });

  test('a clause that is preferred may decide: rural teachers first', () => {
    const compiled = policy(`${terms}
eligibility: {all: [{id: rural, strength: prefer, person: {setting: rural}}]}
quota: {total: 8}
ranking: {by: {value: mark}}
ties: {keys: [{clause: rural}], otherwise: decision}
`).compiled;
    const urban = (one: Participant): Participant => ({
      ...one,
      dossier: dossier([], { ...one.dossier.person, setting: one.id === 'y' ? 'rural' : 'urban' }),
    });
    const [group] = compiled.rank(ten.map(urban), { asOf }).groups;
    expect(group?.chosen).toContain('y');
    expect(group?.order.find(({ id }) => id === 'x')?.separatedBy).toBe('clause:rural');
  });

  test('a recorded decision settles it', () => {
    const [group] = programme('ties: {otherwise: decision}').rank(ten, { asOf, orders: [['x', 'y']] }).groups;
    expect(group?.chosen).toContain('x');
    expect(group?.notChosen.map(({ id }) => id)).toEqual(['y', 'z']);
  });

  test('equals enlarge the list, or leave the place empty, where the policy says so', () => {
    expect(programme('ties: {otherwise: enlarge}').rank(ten, { asOf }).groups[0]?.chosen).toHaveLength(9);
    const [group] = programme('ties: {otherwise: vacant}').rank(ten, { asOf }).groups;
    expect(group).toMatchObject({ vacant: 1, open: null });
    expect(group?.notChosen).toContainEqual({ id: 'x', reason: 'tie-left-vacant' });
  });

  test('with seven there is one place nobody takes', () => {
    expect(programme('').rank(ranked(7), { asOf }).groups[0]).toMatchObject({ vacant: 1, open: null });
  });
});

describe('CN30: ranked within each subject, one chief of each, left vacant where nobody meets the standard', () => {
  const { compiled } = policy(`${terms}
ranking:
  by: {value: mark}
  within: subject
  who: {amount: {of: {value: mark}, atLeast: 90}}
  take: {round: {of: {multiply: [{size: staff}, 0.08]}, mode: half-up}}
ties: {otherwise: decision}
`);
  const staff = [
    ...Array.from({ length: 19 }, (_, i) => teacher(`m${i}`, 95 - i, { subject: '数学' })),
    ...Array.from({ length: 12 }, (_, i) => teacher(`c${i}`, 70 - i, { subject: '语文' })),
    ...Array.from({ length: 13 }, (_, i) => teacher(`e${i}`, 90 - i, { subject: '英语' })),
  ];

  test('of 19 in a group two are taken, by the size of their own group', () => {
    const { groups: sizes } = compiled.populations(staff, { asOf });
    const { groups, notRanked } = compiled.rank(staff, { asOf, groups: sizes });
    expect(groups.map(({ group, chosen, vacant }) => [group[0], chosen, vacant])).toEqual([
      ['数学', ['m0', 'm1'], 0],
      ['英语', ['e0'], 0],
    ]);
    expect(notRanked.find(({ id }) => id === 'c0')).toEqual({ id: 'c0', reason: 'not-eligible' });
  });

  test('someone of no known subject is not ranked', () => {
    const { notRanked } = compiled.rank([teacher('x', 99, { subject: null })], { asOf });
    expect(notRanked).toEqual([{ id: 'x', reason: 'group-unknown' }]);
  });
});

describe('CN30: a stage sends on 18 to 25 % of the group', () => {
  const { compiled } = policy(`${terms}
ranking: {by: {value: mark}}
ties: {otherwise: decision}
route:
  - id: group
    names: {zh-CN: 教研组推荐, en: groups}
    actor: group
    does: recommend
    takeLeast: {multiply: [{size: staff}, 0.18]}
    take: {multiply: [{size: staff}, 0.25]}
`);

  test('of 19 four go on, and four is also the least', () => {
    const [group] = compiled.rank(ranked(19), { asOf, stage: 'group', sizes: { staff: 19 } }).groups;
    expect(group).toMatchObject({ chosen: ['t1', 't2', 't3', 't4'], least: 4, vacant: 0 });
  });

  test('of three nobody can, for no whole number lies within the range', () => {
    const [group] = compiled.rank(ranked(3), { asOf, stage: 'group', sizes: { staff: 3 } }).groups;
    expect(group).toMatchObject({ chosen: [], open: { reason: 'no-whole-number' } });
  });
});

test('half of those ranked are taken where the policy says so', () => {
  const { compiled } = policy(`${terms}
ranking: {by: {value: mark}, take: {round: {of: {multiply: [{places: nominees}, 0.5]}, mode: down}}}
ties: {otherwise: decision}
`);
  const five = [...ranked(5), teacher('none', null)];
  expect(compiled.rank(five, { asOf }).groups[0]).toMatchObject({
    places: { whole: 2 },
    chosen: ['t1', 't2'],
  });
});

test('where no number binds whoever meets the standard is taken', () => {
  const { compiled } = policy(`${terms}
eligibility: {amount: {of: {value: mark}, atLeast: 99}}
quota: {unlimited: true}
ranking: {by: {value: mark}}
`);
  const { groups, notRanked } = compiled.rank(ranked(4), { asOf });
  expect(groups[0]).toMatchObject({ places: null, chosen: ['t1', 't2'], vacant: 0 });
  expect(notRanked).toHaveLength(2);
});

test('limits of the quota bind while choosing: at most two of a subject, and the next of another moves up', () => {
  const { compiled } = policy(`${terms}
quota:
  total: 3
  limits: [{id: per-subject, per: subject, max: 2}]
ranking: {by: {value: mark}}
ties: {otherwise: decision}
`);
  const list = [...ranked(4), teacher('l', 50, { subject: '语文' })];
  const [group] = compiled.rank(list, { asOf }).groups;
  expect(group?.chosen).toEqual(['t1', 't2', 'l']);
  expect(group?.notChosen[0]).toEqual({ id: 't3', reason: 'limit-full', limit: 'per-subject' });
});
