import { describe, expect, test } from 'vitest';
import { dossier, policy } from '../../../tests/support/language.ts';
import type { Participant } from './participant.ts';

const asOf = '2025-06-30';

describe('SC26: three to four municipal, three to four district, more than eight of the kindergarten', () => {
  const { compiled } = policy(`
populations:
  city: {names: {zh-CN: 市级骨干, en: municipal}, who: {holds: {title: city-backbone}}}
  district: {names: {zh-CN: 区级骨干, en: district}, who: {holds: {title: county-backbone}}}
  own: {names: {zh-CN: 园级骨干, en: of the kindergarten}, who: {holds: {title: school-backbone}}}
indicators:
  - {id: city, names: {zh-CN: 市级, en: municipal}, of: {size: city}, atLeast: 3, cite: R-001-1-07}
  - {id: city-planned, names: {zh-CN: 市级计划, en: planned}, of: {size: city}, atMost: 4, strength: prefer}
  - {id: district, names: {zh-CN: 区级, en: district}, of: {size: district}, atLeast: 3, cite: R-001-1-08}
  - {id: district-planned, names: {zh-CN: 区级计划, en: planned}, of: {size: district}, atMost: 4, strength: prefer}
  - {id: own, names: {zh-CN: 园级, en: own}, of: {size: own}, moreThan: 8, by: 3y, cite: R-001-1-09}
`);
  const staff = ['city-backbone', 'county-backbone', 'school-backbone'].flatMap((title, tier) =>
    Array.from({ length: [3, 5, 9][tier] ?? 0 }, (_, i): Participant => {
      const id = `${title}${i}`;
      return { id, dossier: dossier([], { id }, [{ title, from: '2024-01-01', until: null }]) };
    }),
  );

  test('municipal 3 in range; district 5 above the plan, which is information; kindergarten 9 met', () => {
    const { sizes } = compiled.populations(staff, { asOf });
    const found = compiled.indicators({ asOf, sizes });
    expect(found.map(({ id, value, reason, effect }) => [id, value, reason, effect])).toEqual([
      ['city', '3', 'reached', 'met'],
      ['city-planned', '3', 'reached', 'none'],
      ['district', '5', 'reached', 'met'],
      ['district-planned', '5', 'too-high', 'none'],
      ['own', '9', 'reached', 'met'],
    ]);
    expect(found[3]?.by).toBe('1');
  });

  test('eight are not more than eight', () => {
    const [, , , , own] = compiled.indicators({ asOf, sizes: { city: 3, district: 3, own: 8 } });
    expect(own).toMatchObject({ reason: 'too-low', outcome: 'unmet', by: '0' });
  });

  test('a size nobody has reported is unknown, never nought', () => {
    const [city] = compiled.indicators({ asOf, sizes: {} });
    expect(city).toMatchObject({ value: null, reason: 'unknown', outcome: 'missing', effect: 'missing' });
  });
});

test('SC37: training funds of 9.4 % against a level of 5 % that may be set locally are met and reported', () => {
  const { compiled } = policy(`
subject: school
terms:
  attributes:
    trainingFunds: {names: {zh-CN: 培训经费, en: training funds}, type: number}
    publicFunds: {names: {zh-CN: 公用经费, en: public funds}, type: number}
parameters:
  required: {names: {zh-CN: 规定比例, en: required share}, value: 5}
indicators:
  - id: training-share
    names: {zh-CN: 培训经费占比, en: share of training funds}
    of: {multiply: [{divide: {of: {value: trainingFunds}, by: {value: publicFunds}}}, 100]}
    moreThan: {parameter: required}
`);
  const unit = (trainingFunds: number | null) => dossier([], { trainingFunds, publicFunds: 1_000_000 });
  expect(compiled.indicators({ asOf, unit: unit(94_000) })).toMatchObject([
    { value: '9.4', bounds: [{ bound: 'moreThan', value: '5' }], reason: 'reached', effect: 'met' },
  ]);
  expect(compiled.indicators({ asOf, unit: unit(50_000) })[0]?.reason).toBe('too-low');
  expect(compiled.indicators({ asOf, unit: unit(null) })[0]?.outcome).toBe('missing');
});

test('SC38: someone transferred in needs a mentor like a new graduate; until then the indicator is missed', () => {
  const { compiled } = policy(`
terms:
  attributes:
    joined:
      names: {zh-CN: 来校方式, en: how they came}
      type: choice
      choices: {graduate: {zh-CN: 新分配, en: new graduate}, transfer: {zh-CN: 调入, en: transferred in}, earlier: {zh-CN: 原有, en: earlier}}
populations:
  newcomers: {names: {zh-CN: 新教师, en: newcomers}, who: {person: {joined: [graduate, transfer]}}}
  unpaired:
    names: {zh-CN: 尚未结对者, en: without a mentor}
    who:
      all:
        - {person: {joined: [graduate, transfer]}}
        - {members: {role: mentor, max: 0}}
indicators:
  - {id: paired, names: {zh-CN: 未结对的新教师, en: newcomers without a mentor}, of: {size: unpaired}, is: 0}
`);
  const mentor = dossier([], { id: 'm' });
  const teacher = (id: string, joined: string, mentors: readonly (typeof mentor)[]): Participant => ({
    id,
    dossier: { ...dossier([], { id, joined }), members: { mentor: mentors } },
  });
  const reported = (staff: readonly Participant[]) => {
    const { sizes } = compiled.populations(staff, { asOf });
    return { sizes, found: compiled.indicators({ asOf, sizes })[0] };
  };
  const graduate = teacher('g', 'graduate', [mentor]);
  const without = reported([graduate, teacher('t', 'transfer', []), teacher('e', 'earlier', [])]);
  expect(without.sizes).toEqual({ newcomers: 2, unpaired: 1 });
  expect(without.found).toMatchObject({ reason: 'too-high', effect: 'unmet' });
  expect(reported([graduate, teacher('t', 'transfer', [mentor])]).found?.effect).toBe('met');
});

test('an indicator without a target is reported', () => {
  const { compiled } = policy(
    'populations: {all: {names: {zh-CN: 全体, en: all}}}\nindicators: [{id: n, names: {zh-CN: 人数, en: number}, of: {size: all}}]\n',
  );
  expect(compiled.indicators({ asOf, sizes: { all: 4 } })[0]).toMatchObject({
    value: '4',
    reason: 'no-target',
    effect: 'met',
  });
});
