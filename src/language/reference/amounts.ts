import type { AmountOperator } from '../grammar/amount.ts';

/** An example of an amount: the formula, what is known of someone, and what it comes to. Each is run by a test. */
export interface AmountExample {
  readonly amount: string;
  /** Other sections the amount needs. */
  readonly more?: string;
  /** As in a file of cases. */
  readonly facts: string;
  /** Decimal text, or `missing`. */
  readonly gives: string;
}

const marks =
  'terms: {attributes: {marks: {names: {zh-CN: 评委打分, en: marks of the jury}, type: numbers}}}';
const score = 'terms: {attributes: {score: {names: {zh-CN: 笔试成绩, en: written score}, type: number}}}';
const points = `lookups:
  points: {rows: {province: {first: 12, second: 8}, city: {first: 6, second: 4}}}`;

export const amountExamples: Readonly<Record<AmountOperator, AmountExample>> = {
  number: { amount: 'number: 12.5', facts: 'person: {}', gives: '12.5' },
  value: {
    amount: 'value: {of: age, asOf: 12-31}',
    facts: 'person: {birthDate: 1985-06-30}',
    gives: '40',
  },
  elapsed: {
    amount: `elapsed:
  since: {record: certificate, where: {kind: teacher-qualification}, take: earliest}
  in: years`,
    facts: `records:
  - {type: certificate, on: 2015-07-01, fields: {kind: teacher-qualification}}
  - {type: certificate, on: 2021-07-01, fields: {kind: teacher-qualification}}`,
    gives: '9',
  },
  field: {
    amount: 'sum: {record: training, each: {multiply: [{field: hours}, 0.5]}}',
    facts: 'records: [{type: training, on: 2025-03-01, fields: {hours: 25}}]',
    gives: '12.5',
  },
  lookup: {
    amount: `add:
  - sum: {record: paper, each: {lookup: {in: points, by: [level, grade]}}}
  - lookup: {in: years, by: [{value: yearsOfTeaching}, setting]}`,
    more: `${points}
  years:
    bands:
      - {below: 10, is: {rural: 2, urban: 1}}
      - {atLeast: 10, below: 20, is: {rural: 6, urban: 4}}
      - {atLeast: 20, is: {rural: 10, urban: 8}}`,
    facts: `person: {teachingSince: 2005-04-26, setting: rural}
records:
  - {type: paper, on: 2024-05-01, level: province, grade: second, authorOrder: 1}
  - {type: paper, on: 2024-06-01, level: city, grade: first, authorOrder: 1}`,
    gives: '20',
  },
  measure: {
    amount: 'multiply: [{measure: hours}, 2]',
    more: 'measures: {hours: {sum: {record: training, of: hours}}}',
    facts: 'records: [{type: training, on: 2025-03-01, fields: {hours: 20}}]',
    gives: '40',
  },
  parameter: {
    amount: 'parameter: allowance',
    more: 'parameters: {allowance: {names: {zh-CN: 津贴, en: allowance}, value: 300}}',
    facts: 'context: {parameters: {allowance: 350}}',
    gives: '350',
  },
  size: {
    amount: 'round: {of: {multiply: [{size: staff}, 0.05]}, mode: down}',
    more: 'populations: {staff: {names: {zh-CN: 在编教师, en: staff}, of: county}}',
    facts: 'context: {sizes: {staff: 259}}',
    gives: '12',
  },
  places: {
    amount: 'multiply: [{places: quota}, 1.5]',
    facts: 'context: {places: {quota: 8, nominees: 12}}',
    gives: '12',
  },
  served: {
    amount: 'multiply: [1200, {served: share}]',
    facts: 'context: {served: {days: 60, of: 240}}',
    gives: '300',
  },
  count: {
    amount: `count:
  record: paper
  where: {level: {atLeast: city}}
  within: {from: {title: county-backbone, take: latest}}`,
    facts: `titles: [{title: county-backbone, from: 2021-09-01, until: 2024-08-31}]
records:
  - {type: paper, on: 2024-05-01, level: city}
  - {type: paper, on: 2024-06-01, level: school}
  - {type: paper, on: 2019-06-01, level: nation}`,
    gives: '1',
  },
  sum: {
    amount: `sum:
  record: paper
  each: {lookup: {in: points, by: [level, grade]}}
  best: {take: 1, per: year}
  caps: [{max: 15}]`,
    more: points,
    facts: `records:
  - {type: paper, on: 2024-05-01, level: province, grade: first}
  - {type: paper, on: 2024-06-01, level: city, grade: first}
  - {type: paper, on: 2023-06-01, level: city, grade: second}`,
    gives: '15',
  },
  average: {
    amount: 'average: {record: training, of: hours}',
    facts: `records:
  - {type: training, on: 2024-05-01, fields: {hours: 10}}
  - {type: training, on: 2025-01-01, fields: {hours: 25}}`,
    gives: '17.5',
  },
  highest: {
    amount: 'highest: {record: training, of: hours, within: 1y}',
    facts: `records:
  - {type: training, on: 2023-05-01, fields: {hours: 90}}
  - {type: training, on: 2025-01-01, fields: {hours: 25}}`,
    gives: '25',
  },
  lowest: {
    amount: 'lowest: {record: training, of: hours}',
    facts: 'records: []',
    gives: 'missing',
  },
  run: {
    amount: 'run: {record: mentoring, per: school-year, times: 2, ending: any}',
    facts: `records:
  - {type: mentoring, on: 2019-11-01, fields: {apprentice: 丁}}
  - {type: mentoring, on: 2020-11-01, fields: {apprentice: 戊}}
  - {type: mentoring, on: 2019-10-01, fields: {apprentice: 甲}}
  - {type: mentoring, on: 2020-10-01, fields: {apprentice: 乙}}
  - {type: mentoring, on: 2023-10-01, fields: {apprentice: 丙}}`,
    gives: '2',
  },
  marks: {
    amount: 'marks: {of: marks, take: mean, dropHighest: 1, dropLowest: 1}',
    more: marks,
    facts: 'lists: {marks: [70, 92, 88, 85, 99]}',
    gives: '88.333333',
  },
  add: { amount: 'add: [{value: score}, 5]', more: score, facts: 'person: {score: 81.5}', gives: '86.5' },
  subtract: {
    amount: 'subtract: [100, {multiply: [{count: {record: reflection}}, 2]}]',
    facts: 'records: [{type: reflection, on: 2025-03-01, times: 3}]',
    gives: '94',
  },
  multiply: {
    amount: 'multiply: [{value: score}, 0.6]',
    more: score,
    facts: 'person: {score: 90}',
    gives: '54',
  },
  divide: {
    amount: 'divide: {of: {value: score}, by: {count: {record: paper}}}',
    more: score,
    facts: 'person: {score: 90}',
    gives: 'missing',
  },
  greatest: {
    amount: 'greatest: [{value: score}, 60]',
    more: score,
    facts: 'person: {score: 42}',
    gives: '60',
  },
  least: { amount: 'least: [{value: score}, 60]', more: score, facts: 'person: {score: 42}', gives: '42' },
  limit: {
    amount: 'limit: {of: {count: {record: paper}}, min: 1, max: 3}',
    facts: 'records: [{type: paper, on: 2024-05-01, times: 7}]',
    gives: '3',
  },
  round: {
    amount: 'round: {of: {divide: {of: 85, by: 2}}, mode: half-up}',
    facts: 'person: {}',
    gives: '43',
  },
  weighted: {
    amount: `weighted:
  parts:
    - {names: {zh-CN: 笔试, en: written}, weight: 40, of: {value: score}}
    - {names: {zh-CN: 课堂, en: lessons}, weight: 60, of: {marks: {of: marks, take: mean}}}
  missing: refuse`,
    more: `terms:
  attributes:
    score: {names: {zh-CN: 笔试成绩, en: written score}, type: number}
    marks: {names: {zh-CN: 课堂打分, en: marks of lessons}, type: numbers}`,
    facts: `person: {score: 80}
lists: {marks: [90, 95]}`,
    gives: '87.5',
  },
  rate: {
    amount: 'rate: {of: {count: {record: lecture}}, bands: [{above: 0, per: 200}, {above: 2, per: 100}]}',
    facts: 'records: [{type: lecture, on: 2025-03-01, level: school, times: 5}]',
    gives: '700',
  },
  step: {
    amount:
      'step: {of: {value: yearsOfTeaching}, from: [{atLeast: 20, is: 3}, {atLeast: 10, is: 2}], else: 1}',
    facts: 'person: {teachingSince: 2012-09-01}',
    gives: '2',
  },
  choose: {
    amount: `choose:
  when:
    - {if: {person: {setting: rural}}, is: 500}
    - {if: {person: {setting: town}}, is: 400}
  else: 300`,
    facts: 'person: {setting: town}',
    gives: '400',
  },
  howMany: {
    amount: 'howMany: {of: [{person: {frontLine: true}}, {known: rank}, {count: {record: paper}}], are: met}',
    facts: 'person: {frontLine: true, rank: first}',
    gives: '2',
  },
  otherwise: {
    amount: 'otherwise: {of: {value: score}, is: 0}',
    more: score,
    facts: 'person: {}',
    gives: '0',
  },
  members: {
    amount: 'members: {role: apprentice, meets: {person: {qualified: true}}, take: share}',
    facts: `members:
  apprentice: [{person: {qualified: true}, times: 3}, {person: {qualified: false}}]`,
    gives: '0.75',
  },
  peers: {
    amount: 'peers: {of: {value: score}, among: [subject], take: rank}',
    more: score,
    facts: 'person: {score: 90}',
    gives: 'missing',
  },
};

/** What an example leaves unsaid. */
export const amountNotes: Partial<Readonly<Record<AmountOperator, { 'zh-CN': string; en: string }>>> = {
  field: { 'zh-CN': '只能写在 each 之内。', en: 'It stands only within `each`.' },
  lookup: {
    'zh-CN': '差一天满二十年，仍在第二段；教龄未登记则无法计算。',
    en: 'A day is lacking for twenty years: it is the second band. Years nobody documented give nothing to look up.',
  },
  divide: {
    'zh-CN': '此人没有论文，除数为零，故无法计算。',
    en: 'There is no paper to divide by: it cannot be reckoned.',
  },
  lowest: { 'zh-CN': '没有记录就没有最低。', en: 'Without records there is no lowest.' },
  peers: {
    'zh-CN': '名次须与全体一起计算；单独看一人时不可得。评选与试算中由系统定时统计。',
    en: 'Standing is reckoned over all peers; of one person alone it cannot be told. In rounds and trials it is reckoned beforehand.',
  },
};
