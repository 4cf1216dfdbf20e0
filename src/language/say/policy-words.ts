import type { Names } from '../problem.ts';

/** The fixed words of a printed policy; those of what a file may choose stand with the grammar. */
const n = (zh: string, en: string): Names => ({ 'zh-CN': zh, en });

export const policyWords = {
  headings: {
    principles: n('目标与原则', 'Aims and principles'),
    eligibility: n('对象与条件', 'Who may apply'),
    quota: n('名额', 'Places'),
    route: n('推荐办法与程序', 'Procedure'),
    dates: n('时间安排', 'Dates'),
    forms: n('材料', 'Forms and materials'),
    training: n('培训', 'Training'),
    assessment: n('考核', 'Assessment'),
    duties: n('职责', 'Duties'),
    ledgers: n('学时、学分与经费台账', 'Ledgers'),
    term: n('称号与任期', 'Title and term'),
    treatments: n('待遇', 'Treatment'),
    checks: n('检查', 'Inspections'),
    indicators: n('指标与目标', 'Indicators and targets'),
    registers: n('档案与信息库', 'Files and registers'),
    links: n('与其他方案的关系', 'Links to other programmes'),
    bodies: n('机构', 'Bodies'),
    measures: n('计算办法', 'How amounts are reckoned'),
    definitions: n('条件用语', 'Conditions with a name'),
    terms: n('用语', 'Terms'),
    versions: n('施行', 'In force'),
    contact: n('文件与联系方式', 'Document and contact'),
  },
  /** What stands directly under a city belongs to no county. */
  direct: n(
    '同一市的市直单位合在一起，视同一个县',
    'those directly under one city stand together as one county',
  ),
  training: {
    methods: n('培训形式', 'Methods'),
    phases: n('培训过程', 'Phases'),
    content: n('培训内容', 'Content'),
    organisation: n('组织管理', 'Organisation'),
  },
  composite: n('综合考核由以下部分组成：', 'The composite consists of:'),
  pass: n('同时具备下列各项的，考核合格：', 'All of these make a pass:'),
} as const;
