/** One of each paper, for tests and for looking at. Persons and numbers are invented. */
import type {
  DeclarationForm,
  HeadPaper,
  NamedList,
  NoticeLetter,
  Paper,
  PaperFinding,
  PublicityNotice,
  RecommendationSummary,
} from './types.ts';

const footer = '青蓝 Qinglan　打印于 2026-05-12 10:30　核验码 7F3K-92QD';

const findings: PaperFinding[] = [
  {
    clause: '三（一）1',
    requirement: '近五年内年度考核至少有一次为优秀',
    outcome: 'met',
    result: '1 次，要求不少于 1 次',
    counted: ['2024 学年年度考核：优秀'],
    notCounted: [{ record: '2019 学年年度考核：优秀', reason: '早于截止日期前五年' }],
  },
  {
    clause: '三（一）2',
    requirement: '近五年内承担校级以上公开课不少于三次，其中县级以上不少于一次',
    outcome: 'unmet',
    result: '2 次，要求不少于 3 次',
    counted: ['2025-04-16 校级公开课《秋天的雨》', '2023-11-02 县级公开课《草船借箭》'],
  },
  {
    clause: '三（一）3',
    requirement: '计算机应用能力合格证书',
    outcome: 'missing',
    result: '未提交证书扫描件',
  },
  { clause: '三（一）5', requirement: '破格推荐', outcome: 'needs-decision' },
];

export const declarationForm: DeclarationForm = {
  kind: 'declaration-form',
  language: 'zh-CN',
  title: '市级骨干教师培养对象申报表',
  subtitle: '2026 年第二批　申报编号 2026-03-0407',
  footer,
  fields: [
    { label: '姓名', value: '李𠮷䶮' },
    { label: '性别', value: '女' },
    { label: '出生日期', value: '1988-09-12' },
    { label: '参加工作', value: '2011-08' },
    { label: '工作单位', value: '白云区第三小学', wide: true },
    { label: '任教学科', value: '语文' },
    { label: '职称', value: '一级教师' },
    { label: '最高学历', value: '大学本科' },
  ],
  tables: [
    {
      title: '近五年公开课',
      columns: [
        { header: '日期', align: 'center' },
        { header: '级别', align: 'center' },
        { header: '课题', share: 2.5 },
        { header: '确认单位', share: 1.5 },
      ],
      rows: [
        ['2025-04-16', '校级', '《秋天的雨》', '白云区第三小学'],
        ['2023-11-02', '县级', '《草船借箭》', '白云区教育局教研室'],
      ],
    },
    {
      title: '论文与课题',
      columns: [{ header: '日期' }, { header: '级别' }, { header: '题目', share: 3 }],
      rows: [],
    },
  ],
  findings,
  statement: '本人承诺以上内容及所附材料真实有效，如有虚假，愿承担相应责任。',
  opinions: [
    { title: '教研组意见', text: '同意推荐。', signer: '王芳', date: '2026年5月6日', seal: false },
    { title: '学校意见', seal: true },
    { title: '区教育局意见', seal: true },
    { title: '市教育局意见', seal: true },
  ],
};

export const recommendationSummary: RecommendationSummary = {
  kind: 'recommendation-summary',
  language: 'zh-CN',
  title: '市级骨干教师培养对象推荐汇总表',
  footer,
  fields: [
    { label: '推荐单位', value: '白云区教育局' },
    { label: '分配名额', value: '8' },
  ],
  table: {
    columns: [
      { header: '序号', share: 0.5, align: 'center' },
      { header: '姓名', align: 'center' },
      { header: '性别', share: 0.5, align: 'center' },
      { header: '单位', share: 2 },
      { header: '学科', align: 'center' },
      { header: '职称', align: 'center' },
      { header: '总分', share: 0.7, align: 'center' },
      { header: '备注', share: 1.5 },
    ],
    rows: ['李𠮷䶮', '陈㛃', '龴建国', '周𬭊', '吴晓明', '郑秀兰', '孙志强', '钱丽华'].map((name, at) => [
      `${at + 1}`,
      name,
      at % 2 ? '男' : '女',
      '白云区第三小学',
      '语文',
      '一级教师',
      (93.5 - at).toFixed(1),
      '',
    ]),
  },
  summary: '应推荐 8 人，实际推荐 8 人。',
  opinions: [
    { title: '学校', seal: true },
    { title: '区教育局', seal: true },
    { title: '市教育局', seal: true },
  ],
};

export const publicityNotice: PublicityNotice = {
  kind: 'publicity-notice',
  language: 'zh-CN',
  title: '关于市级骨干教师培养对象拟定人选的公示',
  paragraphs: [
    '根据《关于选拔市级骨干教师培养对象的通知》，经个人申报、学校推荐、区教育局审核和市级评审，拟定下列人员为市级骨干教师培养对象，现予公示。',
    '公示期内，任何单位和个人如有异议，可以书面、电话或网络形式反映，并请提供具体线索。',
  ],
  table: recommendationSummary.table,
  period: { from: '2026年5月6日', to: '2026年5月12日', days: '5个工作日' },
  contacts: [
    { label: '电话', value: '020-00000000' },
    { label: '地址', value: '市教育局教师工作处' },
  ],
  issuer: '某市教育局',
  date: '2026年5月6日',
};

export const namedList: NamedList = {
  kind: 'named-list',
  language: 'zh-CN',
  title: '市级骨干教师培养对象名单',
  subtitle: '（共 406 人）',
  paragraphs: ['经公示无异议，确定下列人员为市级骨干教师培养对象。'],
  groups: ['白云区', '番禺区'].map((title) => ({
    title,
    count: '12人',
    names: [
      '李𠮷䶮',
      '陈㛃',
      '龴建国',
      '周𬭊',
      '吴晓明',
      '欧阳若兰',
      '孙志强',
      '钱丽华',
      '阿依古丽·买买提',
      '何静',
      '罗勇',
      '梁燕',
    ],
  })),
  issuer: '某市教育局',
  date: '2026年5月14日',
};

export const noticeLetter: NoticeLetter = {
  kind: 'notice-letter',
  language: 'en',
  title: 'Result of your application',
  subtitle: 'Municipal backbone teachers, second round of 2026',
  to: 'Dear Ms Li',
  paragraphs: [
    'The city review has completed. Your application was not recommended, for the clauses marked "Not met" below.',
    'Your growth file keeps every record; nothing needs to be entered again for a later round.',
  ],
  findings: [
    {
      clause: '3.1.2',
      requirement: 'At least three open classes at school level or above in the past five years',
      outcome: 'unmet',
      result: '2 of 3',
      counted: ['2025-04-16 open class, school level', '2023-11-02 open class, county level'],
      notCounted: [
        { record: '2019-03-05 open class, county level', reason: 'six years before the deadline' },
      ],
    },
  ],
  remedy: 'You may ask for a review until 20 May 2026, in writing or on your application page.',
  issuer: 'Municipal Education Bureau',
  date: '14 May 2026',
};

export const signedHead: HeadPaper = {
  kind: 'signed-head',
  language: 'zh-CN',
  title: '第 48,210 条时的签名链首',
  short: { label: '短码', value: '48210-MGAC-2AQT-ST7H-WYCJ-H4R6-WX1D-D40S-7ZPY-NPQ3' },
  note: [
    'rencai.example.edu.cn/qinglan',
    '48210',
    'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=',
    '',
    '— rencai.example.edu.cn/qinglan Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=',
  ],
  picture:
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 2"><path d="M0 0h1v1H0zM1 1h1v1H1z"/></svg>',
  pictureLabel: '签名文字全文',
  fields: [{ label: '签名时间', value: '2026年5月14日 01:00' }],
  paragraphs: ['请妥善保存本页。'],
  opinions: [{ title: '签收存档', seal: true }],
};

export const samples: Paper[] = [
  signedHead,
  declarationForm,
  recommendationSummary,
  publicityNotice,
  namedList,
  noticeLetter,
];
