import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dossier, policy, problemsOf } from '../../../tests/support/language.ts';
import { add, compare, type Exact, whole } from '../../shared/decimal.ts';
import type { Person } from '../dossier.ts';
import type { CompiledProgramme } from '../evaluate.ts';
import { sayFinding } from '../explain.ts';
import { type Answer, type Counted, type Entry, type Facts, NO_FACTS } from './asked.ts';
import type { Participant } from './participant.ts';

const asOf = '2025-06-30';
const on = '2025-07-01';
const teacher = (id: string, school: string, person: Partial<Person> = {}): Participant => ({
  id,
  dossier: dossier([], { id, mark: null, grade: '7', lead: null, ...person }),
  belongs: { school },
});
const terms = `terms:
  attributes:
    mark: {names: {zh-CN: 成绩, en: mark}, type: number}
    grade: {names: {zh-CN: 年级, en: grade}, type: text}
    lead: {names: {zh-CN: 中层, en: middle leader}, type: boolean}
`;

const countedOf = ({ dossier: one, belongs }: Participant): Counted => ({
  dossier: one,
  place: (reach) => (reach === 'unit' ? '' : belongs?.[reach]),
  is: (as) => as === 'staff',
});

/** What a store of entries answers: the groups of everyone, layer by layer, as plainly as can be. */
function factsOf({ asked }: CompiledProgramme, people: readonly Participant[]): Map<string, Facts> {
  const facts = new Map<string, Facts>(people.map(({ id }) => [id, NO_FACTS]));
  for (let layer = 0; layer < asked.layers; layer += 1) {
    const runOf = (id: string) => ({ asOf, ...facts.get(id), spent: undefined });
    const entries = people.flatMap((one) => asked.entries(countedOf(one), runOf(one.id), layer));
    const answer = (question: { asked: number; place: string; key: string; value: Exact | null }): Answer => {
      const same = (one: Entry) => one.asked === question.asked && one.place === question.place;
      const group = entries.filter((one) => same(one) && one.key === question.key);
      const { value } = question;
      const like = (test: (order: number) => boolean) =>
        group.filter((one) => value && one.value && test(compare(one.value, value))).length;
      const people = asked.distinct.includes(question.asked)
        ? new Set(entries.filter((one) => same(one) && one.people === 1).map(({ key }) => key)).size
        : group.reduce((sum, one) => sum + one.people, 0);
      return {
        asked: question.asked,
        people,
        unsure: group.reduce((sum, one) => sum + one.unsure, 0),
        total: group.reduce((sum, one) => add(sum, one.value ?? whole(0)), whole(0)),
        above: like((order) => order > 0),
        equal: like((order) => order === 0),
        on,
      };
    };
    const next = people.map((one) => {
      const questions = asked.questions(countedOf(one), runOf(one.id), layer);
      return [one.id, asked.facts(questions.map(answer), facts.get(one.id) ?? NO_FACTS)] as const;
    });
    for (const [id, more] of next) facts.set(id, more);
  }
  return facts;
}

describe('what conditions on one person ask of many', () => {
  test('nothing, where no condition speaks of others', () => {
    const { compiled } = policy('eligibility: {person: {age: {below: 50}}}\n');
    expect(compiled.asked).toMatchObject({ layers: 0, reaches: [], parts: [], basis: '' });
  });

  test('a share of colleagues in other sections of the file is not asked', () => {
    const { compiled } = policy(
      'populations: {staff: {names: {zh-CN: 教师, en: staff}}}\nquota: {places: {size: staff}}\neligibility: {person: {sex: female}}\n',
    );
    expect(compiled.asked.layers).toBe(0);
  });

  test('what a population asks of its people is read, and comes in an order that can be reckoned', () => {
    const { compiled } = policy(`${terms}measures:
  place: {peers: {of: {value: mark}, among: [grade], in: county, take: rank}}
populations:
  best: {names: {zh-CN: 前三, en: best}, of: school, who: {amount: {of: {measure: place}, atMost: 3}}}
  able: {names: {zh-CN: 骨干, en: able}, of: applicants, who: {count: {record: paper, within: 3y, min: 1}}}
eligibility: {all: [{amount: {of: {size: best}, atLeast: 1}}, {amount: {of: {size: able}, atLeast: 1}}]}
`);
    const { asked } = compiled;
    expect(asked.layers).toBe(2);
    expect([...asked.reaches].sort()).toEqual(['county', 'school', 'unit']);
    expect(asked.parts).toEqual(['applicants']);
    expect(asked.needs.recordTypes).toContain('paper');
    expect([...asked.needs.attributes].sort()).toEqual(['grade', 'mark']);
  });

  test('populations that count each other are refused', () => {
    const problems = problemsOf(`programme: t
version: 2025-1
names: {zh-CN: 试, en: t}
scope: city
populations:
  a: {names: {zh-CN: 甲, en: a}, who: {amount: {of: {size: b}, atLeast: 1}}}
  b: {names: {zh-CN: 乙, en: b}, who: {amount: {of: {size: a}, atLeast: 1}}}
eligibility: {amount: {of: {size: a}, atLeast: 1}}
`);
    expect(problems).toMatchObject([{ code: 'cycle' }]);
    expect(problems[0]?.message.en).toBe('The populations form a ring: a → b → a.');
  });

  test('the basis is the same for the same questions, and another for others', () => {
    const basis = (front: number, who: string) =>
      policy(`${terms}measures: {place: {peers: {of: {value: mark}, among: [grade], take: percentile}}}
definitions: {young: ${who}}
populations: {young: {names: {zh-CN: 青年, en: young}, who: {use: young}}}
eligibility: {all: [{amount: {of: {measure: place}, atMost: ${front}}}, {amount: {of: {size: young}, atLeast: 2}}]}
`).compiled.asked.basis;
    const young = '{person: {age: {below: 35}}}';
    expect(basis(33, young)).toBe(basis(50, young));
    expect(basis(33, young)).not.toBe(basis(33, '{person: {age: {below: 40}}}'));
  });
});

describe('reckoned group by group, it is what is reckoned over all people at once', () => {
  const { compiled } = policy(`${terms}measures:
  place: {peers: {of: {value: mark}, among: [grade], in: school, order: lower, take: rank}}
  gain: {peers: {of: {subtract: [{value: mark}, {peers: {of: {value: mark}, take: mean}}]}, take: percentile}}
populations:
  leaders: {names: {zh-CN: 中层, en: leaders}, who: {person: {lead: true}}}
  grades: {names: {zh-CN: 年级, en: grades}, distinct: [grade], who: {not: {person: {lead: false}}}}
eligibility:
  all:
    - {amount: {of: {measure: place}, atMost: 3}}
    - {amount: {of: {measure: gain}, atMost: 50}}
    - {amount: {of: {size: leaders}, atLeast: 1}}
    - {amount: {of: {size: grades}, atLeast: 2}}
`);
  const anyone = fc.record({
    school: fc.constantFrom('a', 'b'),
    mark: fc.option(fc.integer({ min: 0, max: 6 }).map((n) => n / 2)),
    grade: fc.option(fc.constantFrom('7', '8'), { freq: 5 }),
    lead: fc.option(fc.boolean(), { freq: 9 }),
  });

  test('standings by path, sizes where they are certain', () => {
    fc.assert(
      fc.property(fc.array(anyone, { minLength: 1, maxLength: 24 }), (all) => {
        const people = all.map(({ school, ...person }, i) => teacher(`t${i}`, school, person));
        const standings = compiled.standings(people, { asOf });
        const { sizes, unsure } = compiled.populations(people, { asOf });
        for (const [id, facts] of factsOf(compiled, people)) {
          const dated = Object.entries(standings.get(id) ?? {}).map(([path, one]) => [path, { ...one, on }]);
          expect(facts.standing ?? {}).toEqual(Object.fromEntries(dated));
          expect(facts.sizes).toEqual(sizes);
          for (const name of ['leaders', 'grades'])
            expect(facts.counted?.[name]).toEqual({ unsure: unsure[name]?.length ?? 0, on });
        }
      }),
    );
  });
});

describe('a number reckoned over real people', () => {
  const { compiled, programme, vocabulary } = policy(`${terms}measures:
  place: {names: {zh-CN: 名次, en: place}, peers: {of: {value: mark}, among: [grade], in: school, take: rank}}
populations:
  leaders: {names: {zh-CN: 中层干部, en: middle leaders}, of: school, who: {person: {lead: true}}}
eligibility:
  all:
    - {amount: {of: {measure: place}, atMost: 3}}
    - {amount: {of: {size: leaders}, atMost: 9}}
`);
  const people = (number: number, leads: boolean | null = true) =>
    Array.from({ length: number }, (_, i) => teacher(`t${i}`, 'a', { mark: i, lead: leads }));
  const said = (all: readonly Participant[], locale: 'zh-CN' | 'en', who = all[0]) => {
    const facts = factsOf(compiled, all).get(who?.id ?? '');
    const { root } = compiled.evaluate(who?.dossier ?? dossier([]), { asOf, ...facts });
    return root.children.map((finding) => {
      const { summary, amounts } = sayFinding(
        finding,
        programme,
        vocabulary,
        locale,
        who?.dossier ?? dossier([]),
      );
      return [summary, ...amounts.flatMap(({ notes }) => notes)];
    });
  };

  test('is told with whom it was reckoned over, how many they are and when, in both languages', () => {
    expect(said(people(12), 'zh-CN')).toEqual([
      ['不符合：名次：12，要求不超过 3。', '本校同年级者：12 人，2025-07-01 统计'],
      ['不符合：中层干部人数：12，要求不超过 9。', '中层干部：12 人，2025-07-01 统计'],
    ]);
    expect(said(people(12), 'en')).toEqual([
      [
        'Not met: place: 12, asked: at most 3.',
        'those of the same grade in the school: 12 people, reckoned on 2025-07-01',
      ],
      [
        'Not met: number of middle leaders: 12, asked: at most 9.',
        'middle leaders: 12 people, reckoned on 2025-07-01',
      ],
    ]);
  });

  test('is not shown where they are few: the verdict stands', () => {
    expect(said(people(4), 'zh-CN')).toEqual([
      ['不符合：名次：不足 5 人，不显示数值，要求不超过 3。', '本校同年级者：不足 5 人，2025-07-01 统计'],
      ['符合：中层干部人数：不足 5 人，不显示数值，要求不超过 9。', '中层干部：不足 5 人，2025-07-01 统计'],
    ]);
    const few = people(4);
    const facts = factsOf(compiled, few).get('t0');
    const { root } = compiled.evaluate(few[0]?.dossier ?? dossier([]), { asOf, ...facts });
    expect(root.children.map(({ value }) => value)).toEqual([null, null]);
    expect(JSON.stringify(root)).not.toContain('"4"');
  });

  test('nobody is a number that may be told', () => {
    expect(said(people(6, false), 'zh-CN')[1]).toEqual([
      '符合：中层干部人数：0，要求不超过 9。',
      '中层干部：0 人，2025-07-01 统计',
    ]);
  });

  test('is missing where it is not known of somebody whether they count, and where nothing was reckoned', () => {
    expect(said(people(6, null), 'en')[1]?.[1]).toBe(
      'middle leaders: of 6 it is not documented whether they count, so that there is no number, reckoned on 2025-07-01',
    );
    const [place] = said(people(6), 'zh-CN', teacher('new', 'a', { mark: null }));
    expect(place).toContain('本校同年级者：尚未统计，或本人不在统计之内');
  });
});
