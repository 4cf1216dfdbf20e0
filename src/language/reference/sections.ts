/** An example of each section of a file. Each is loaded by a test, beside a bare programme. */
export const sectionExamples: Readonly<Record<string, string>> = {
  programme: 'programme: city-backbone',
  version: 'version: 2025-1',
  names: 'names: {zh-CN: 市级骨干教师评选, en: Selection of city backbone teachers}',
  scope: 'scope: city',
  subject: 'subject: pair',
  document: `document:
  number: 市教发〔2025〕7号
  issuer: {zh-CN: 市教育局, en: City Education Bureau}
  date: 2025-02-14
  contact: {name: 人事科, phone: 0000-1234567}`,
  versions: `versions:
  from: 2025-09-01
  running: choose
  keepUntil: 2027-08-31
  maps: [{from: 学科组长, to: school-backbone}]`,
  terms: `terms:
  attributes:
    score: {names: {zh-CN: 笔试成绩, en: written score}, type: number, enteredBy: unit}
    mandarin: {names: {zh-CN: 普通话等级证书, en: certificate of Mandarin}, type: boolean, evidence: required}
  records:
    salon:
      names: {zh-CN: 教学沙龙, en: teaching salon}
      level: required
      fields: {minutes: {names: {zh-CN: 分钟, en: minutes}, type: number}}`,
  calendar: 'calendar: cn-school-year',
  reckoning: 'reckoning: {year: 12-01, schoolYear: 08-15, semesters: [02-15, 08-15]}',
  parameters: `parameters:
  top-age: {names: {zh-CN: 年龄上限, en: top age}, value: 45, min: 40, max: 50, setBy: county}
  look-back: {names: {zh-CN: 回看年限, en: years looked back on}, value: 5, min: 3, max: 6, unit: {zh-CN: 年, en: years}}
eligibility:
  all:
    - person: {age: {atMost: {parameter: top-age}}}
    - count: {record: paper, within: {parameter: look-back, in: years}, min: 2}`,
  populations: `populations:
  rural: {names: {zh-CN: 乡村教师, en: rural teachers}, who: {person: {setting: rural}}, of: county}
quota: {places: {round: {of: {multiply: [{size: rural}, 0.05]}, mode: down}}}
ties: {keys: [{by: age, prefer: lower}], otherwise: decision}`,
  lookups: `lookups:
  points: {names: {zh-CN: 论文计分表, en: points of papers}, rows: {province: {first: 12, second: 8}, city: {first: 6, second: 4}}, else: 0}
measures:
  papers: {sum: {record: paper, each: {lookup: {in: points, by: [level, grade]}}}}
eligibility: {amount: {of: {measure: papers}, atLeast: 10}}`,
  measures: `measures:
  hours: {names: {zh-CN: 五年学时, en: hours of five years}, sum: {record: training, of: hours, within: 5y}}
eligibility: {amount: {of: {measure: hours}, atLeast: 360}}`,
  grants: `grants:
  - {title: academic-leader, when: {person: {rank: {atLeast: senior}}}, term: 3y}
  - {title: city-backbone, term: 3y}`,
  principles: `principles:
  - {say: {zh-CN: 公开、公平、公正。, en: 'Open, fair and just.'}, cite: P-01}`,
  bodies: `bodies:
  jury:
    names: {zh-CN: 评审委员会, en: jury}
    level: city
    members: [{names: {zh-CN: 学科专家, en: subject experts}, least: 5, who: {person: {rank: {atLeast: senior}}}}]
    recuse: [relative, same-school]
    vote: {percent: 66.7, of: present}`,
  dates: 'dates: {open: 03-01, deadline: 04-25, asOf: 08-31, every: 3y}',
  definitions: `definitions:
  seasoned: {person: {yearsOfTeaching: {moreThan: 3}}}
eligibility: {all: [{use: seasoned}, {person: {age: {below: 45}}}]}`,
  eligibility: `eligibility:
  all:
    - person: {age: {below: 45}}
    - person: {rank: {atLeast: intermediate}}`,
  quota: `quota:
  total: 40
  limits:
    - {id: per-school, per: school, max: 3}
    - {id: leaders, per: county, most: {round: {of: {multiply: [{places: quota}, 0.1]}, mode: down}}, who: {person: {administrator: true}}}
  shares: [{id: rural, who: {person: {setting: rural}}, minPercent: 60, rounding: up}]
  outside: {person: {specialPost: true}}
  vacancies: true
route:
  - {id: city, names: {zh-CN: 市级评审, en: city review}, actor: city, does: review, ranking: scored, quota: total}
ties: {keys: [{by: score, prefer: higher}], otherwise: decision}`,
  route: `route:
  - {id: declare, names: {zh-CN: 个人申报, en: declaration}, actor: applicant, does: declare, deadline: 04-10}
  - {id: school, names: {zh-CN: 学校推荐, en: school nomination}, actor: school-office, does: recommend, ranking: ordered, mayReturn: true}
  - id: panel
    names: {zh-CN: 专家盲评, en: blind judging}
    actor: city
    does: examine
    judging:
      blind: [name, unit]
      shows: [subject]
      judges: {least: 5, most: 9}
      criteria:
        - {id: teaching, names: {zh-CN: 教学实绩, en: teaching}, max: 60, step: 0.5}
        - {id: research, names: {zh-CN: 教研成果, en: research}, max: 40, reason: true}
      dropHighest: 1
      dropLowest: 1
      rounding: {places: 2, mode: half-up}
  - {id: publish, names: {zh-CN: 公示, en: publication}, actor: public, does: publicise, publicity: {days: {working: 5}}, objections: {days: 5}}`,
  ranking: `ranking:
  by: {sum: {record: open-class, each: 2, caps: [{max: 10}]}}
  within: [stage, subject]
  take: {multiply: [{places: quota}, 2]}
ties: {keys: [{by: age, prefer: lower}], otherwise: decision}`,
  ties: `ties:
  keys:
    - {by: score, prefer: higher}
    - {by: recommendation-order, prefer: lower}
  otherwise: decision`,
  forms: `forms:
  declaration:
    names: {zh-CN: 申报表, en: declaration}
    kind: declaration
    fields:
      - {id: born, names: {zh-CN: 出生年月, en: date of birth}, from: birthDate, required: true}
      - {id: deeds, names: {zh-CN: 主要业绩, en: achievements}, max: 1500}
    attachments: [{id: copies, names: {zh-CN: 证书复印件, en: copies of certificates}, required: true}]`,
  training: `training:
  period: {from: 05-10, to: 11-30}
  hours: 120
  phases:
    - {id: together, names: {zh-CN: 集中培训, en: taught together}, length: 15d, hours: 60, mode: central}
    - {id: practice, names: {zh-CN: 分散实践, en: practice}, length: 6m, about: true, mode: practice}`,
  assessment: `assessment:
  per: year
  composite:
    parts:
      - {id: lessons, names: {zh-CN: 课堂教学, en: lessons}, weight: 60, basis: on-site, floor: 60}
      - {id: research, names: {zh-CN: 教学研究, en: research}, weight: 40, of: {sum: {record: paper, each: 10, caps: [{max: 100}]}}}
    missing: refuse
    passMark: 60
  veto: {person: {frontLine: false}}
  bands:
    - {id: good, names: {zh-CN: 优秀, en: excellent}, from: 90, to: 100, maxPercent: 20}
    - {id: fair, names: {zh-CN: 合格, en: qualified}, from: 60, below: 90}
populations: {all: {names: {zh-CN: 参加考核者, en: those assessed}, of: assessed}}
indicators: [{id: assessed, names: {zh-CN: 参加考核人数, en: number assessed}, of: {size: all}, atLeast: 1}]`,
  duties: `duties:
  - id: classes
    say: {zh-CN: 每学期上一节校级以上公开课。, en: One open class at school level or above each semester.}
    per: semester
    require: {count: {record: open-class, where: {level: {atLeast: school}}, min: 1}}
    checked: {times: 1, per: semester}`,
  ledgers: `ledgers:
  hours:
    names: {zh-CN: 继续教育学时, en: hours of continuing education}
    unit: {zh-CN: 学时, en: hours}
    cycle: 5y
    categories:
      - {id: training, names: {zh-CN: 培训, en: training}, amount: {sum: {record: training, of: hours, caps: [{max: 72, per: year}]}}}
    require: {amount: {of: {sum: {record: training, of: hours, within: 5y}}, atLeast: 360}}`,
  term: `term:
  length: 3y
  lifelong: false
  states:
    - {id: holder, names: {zh-CN: 在任, en: in office}}
    - {id: out, names: {zh-CN: 退出, en: out}, held: false, paid: false, ends: true}
  life:
    - {id: failed, state: holder, when: {result: unqualified}, run: 2, does: cancel, to: out}`,
  treatments: `treatments:
  - id: pay
    kind: allowance
    amount: {yuan: 300, per: month}
    when: {person: {frontLine: true}}
    shares: [{by: {zh-CN: 市, en: the city}, percent: 60}, {by: {zh-CN: 县, en: the county}, percent: 40}]`,
  stacking: `treatments:
  - {id: pay, kind: allowance, amount: {yuan: 300, per: month}}
  - {id: mentor-pay, kind: allowance, amount: {yuan: 200, per: month}}
stacking: [{of: [pay, mentor-pay], keep: highest}]`,
  checks: `checks:
  - {id: papers, what: {zh-CN: 申报材料, en: declarations}, times: 1, per: year, spot: true}`,
  indicators: `populations:
  all: {names: {zh-CN: 专任教师, en: teachers}, of: county}
indicators:
  - {id: number, names: {zh-CN: 教师人数, en: number of teachers}, of: {size: all}, atLeast: 500, by: 2027-12-31}`,
  links: `links:
  - {to: school-backbone, does: requires, effect: {zh-CN: 须先为校级骨干教师, en: school backbone teachers first}}`,
  registers: `registers:
  - {say: {zh-CN: 建立骨干教师信息库。, en: A register of backbone teachers is kept.}}`,
};
