import type { Operator } from '../grammar/condition.ts';
import type { Outcome } from '../outcome.ts';

/** An example of a condition: the clause, what is known of someone, and the verdict. Each is run by a test. */
export interface ConditionExample {
  readonly policy: string;
  /** Other sections the clause needs. */
  readonly more?: string;
  /** As in a file of cases. */
  readonly facts: string;
  readonly gives: Outcome;
}

export const conditionExamples: Readonly<Record<Operator, ConditionExample>> = {
  all: {
    policy: `all:
  - person: {age: {below: 45}}
  - person: {rank: {atLeast: intermediate}}`,
    facts: 'person: {birthDate: 1985-03-04, rank: second}',
    gives: 'unmet',
  },
  any: {
    policy: `any:
  - person: {setting: rural}
  - count: {record: paper, where: {level: {atLeast: county}}, min: 1}`,
    facts: `person: {setting: urban}
records: [{type: paper, on: 2024-05-01, level: city}]`,
    gives: 'met',
  },
  atLeast: {
    policy: `atLeast:
  k: 2
  of:
    - count: {record: paper, within: 3y}
    - count: {record: project, within: 3y}
    - count: {record: work}`,
    facts: 'records: [{type: paper, on: 2024-05-01, level: school}, {type: work, on: 2015-01-01}]',
    gives: 'met',
  },
  not: {
    policy: 'not: {holds: {title: {atLeast: city-backbone}, when: ever}}',
    facts: 'titles: [{title: city-backbone, from: 2015-09-01, until: 2018-08-31}]',
    gives: 'unmet',
  },
  person: {
    policy: 'person: {age: {atMost: 45, asOf: 08-31}}',
    facts: 'person: {birthDate: 1979-09-01}',
    gives: 'met',
  },
  known: {
    policy: 'known: rank',
    facts: 'person: {education: bachelor}',
    gives: 'unmet',
  },
  count: {
    policy: `say: {zh-CN: 近五年举办校级以上公开课或讲座三次以上, en: three or more open classes or lectures in five years}
cite: R-002-3-14
count:
  record: [open-class, lecture]
  where: {level: {atLeast: school}}
  within: 5y
  distinctBy: event
  min: 3`,
    facts: `records:
  - {type: open-class, on: 2024-05-12, level: school, event: spring}
  - {type: lecture, on: 2024-05-12, level: school, event: spring}
  - {type: lecture, on: 2023-11-02, level: county}
  - {type: open-class, on: 2019-03-01, level: city}`,
    gives: 'unmet',
  },
  sum: {
    policy: 'sum: {record: class-observation, where: {place: off-school}, of: hours, min: 5}',
    facts: `records:
  - {type: class-observation, on: 2025-03-01, fields: {place: off-school, hours: 3}}
  - {type: class-observation, on: 2025-03-20, fields: {place: off-school, hours: 2}}
  - {type: class-observation, on: 2025-04-01, fields: {place: in-school, hours: 9}}`,
    gives: 'met',
  },
  max: {
    policy:
      'max: {record: training, of: hours, latest: {take: 2, per: school-year, empty: skipped}, min: 40}',
    facts: `records:
  - {type: training, on: 2021-07-01, fields: {hours: 60}}
  - {type: training, on: 2022-07-01, fields: {hours: 36}}
  - {type: training, on: 2024-12-01, fields: {hours: 24}}`,
    gives: 'unmet',
  },
  holds: {
    policy: 'holds: {title: [teaching-expert, excellent-teacher], level: {atLeast: county}, within: 5y}',
    facts: 'titles: [{title: excellent-teacher, level: city, from: 2021-09-10}]',
    gives: 'met',
  },
  run: {
    policy: `run:
  record: annual-appraisal
  where: {grade: {atLeast: qualified}}
  per: year
  at: year
  bridge: {record: post-held, where: {post: 援藏}}
  min: 3`,
    facts: `records:
  - {type: annual-appraisal, on: 2025-01-10, grade: excellent, fields: {year: 2024}}
  - {type: post-held, on: 2023-01-01, fields: {post: 援藏, until: 2023-12-31}}
  - {type: annual-appraisal, on: 2023-01-10, grade: qualified, fields: {year: 2022}}
  - {type: annual-appraisal, on: 2022-01-10, grade: qualified, fields: {year: 2021}}`,
    gives: 'met',
  },
  amount: {
    policy: `amount:
  of: {sum: {record: training, of: hours, within: 5y}}
  atLeast: 360`,
    facts: 'records: [{type: training, on: 2023-07-01, fields: {hours: 72}, times: 5}]',
    gives: 'met',
  },
  members: {
    policy: `members:
  role: apprentice
  meets: {count: {record: open-class, min: 1}}
  min: 2
  minPercent: 60`,
    facts: `members:
  apprentice:
    - {records: [{type: open-class, on: 2025-03-01, level: school}], times: 2}
    - {records: []}`,
    gives: 'met',
  },
  case: {
    policy: `case:
  by: setting
  when:
    - is: rural
      require: {count: {record: open-class, where: {level: {atLeast: school}}, min: 2}}
  else: {count: {record: open-class, where: {level: {atLeast: county}}, min: 2}}`,
    facts: `person: {setting: rural}
records: [{type: open-class, on: 2025-03-01, level: school, times: 2}]`,
    gives: 'met',
  },
  use: {
    policy: 'use: seasoned',
    more: 'definitions: {seasoned: {person: {yearsOfTeaching: {moreThan: 3}}}}',
    facts: 'person: {teachingSince: 2022-04-24}',
    gives: 'met',
  },
  decide: {
    policy: `say: {zh-CN: 有自己独特的教学方法，影响广泛, en: has a method of their own with wide influence}
decide: {by: jury, needs: [reason, evidence], evidence: [open-class, paper]}`,
    more: 'bodies: {jury: {names: {zh-CN: 评审组, en: the jury}, level: county}}',
    facts: 'records: [{type: paper, on: 2024-05-01, level: city}]',
    gives: 'needs-decision',
  },
};
