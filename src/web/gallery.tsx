/** Every component on one page, with words as a city would fill them: for eyes, tests and the guide. */
import { Page } from './layout.tsx';
import { Bar, BarChart } from './ui/bar.tsx';
import { Dialog, DialogLink } from './ui/dialog.tsx';
import {
  CheckboxField,
  DateField,
  FileField,
  NumberField,
  RadioField,
  SelectField,
  TextareaField,
  TextField,
  TickField,
} from './ui/field.tsx';
import { Findings, type FindingView } from './ui/findings.tsx';
import {
  AutosaveStatus,
  Button,
  ButtonLink,
  CopyText,
  ErrorSummary,
  FieldRow,
  Fieldset,
  Form,
  type FormState,
  SubmitBar,
} from './ui/form.tsx';
import { Notice } from './ui/notice.tsx';
import { Progress, Steps } from './ui/progress.tsx';
import { SealBox } from './ui/seal-box.tsx';
import { Card, Cards, Details, EmptyState, Section, Stat, Stats } from './ui/section.tsx';
import { SummaryList } from './ui/summary-list.tsx';
import { type Column, DataTable } from './ui/table.tsx';
import { Tabs } from './ui/tabs.tsx';
import { StatusTag } from './ui/tag.tsx';
import { TaskList } from './ui/task-list.tsx';
import { Timeline } from './ui/timeline.tsx';
import type { Theme, Viewer } from './viewer.ts';
import type { Locale } from './words.ts';

const viewer: Viewer = {
  personId: '0198c0de-0000-7000-8000-000000000001',
  name: '沈青禾',
  unitName: '临江区实验小学',
  locale: 'zh-CN',
  theme: 'system',
  csrf: 'gallery',
  nav: [
    { href: '/', label: '首页', current: false },
    { href: '/records', label: '成长档案', current: false },
    { href: '/rounds', label: '评选', current: true },
    { href: '/review', label: '审核', current: false },
    { href: '/people', label: '教师与单位', current: false },
    { href: '/programmes', label: '方案', current: false },
  ],
  roles: ['语文教研组长', '学校教务处'],
  unreadNotices: 3,
  demo: true,
};

type Applicant = {
  name: string;
  school: string;
  subject: string;
  score: string;
  used: number;
  status: 0 | 1 | 2;
};
const applicants: readonly Applicant[] = [
  { name: '沈青禾', school: '临江区实验小学', subject: '语文', score: '92.40', used: 38, status: 0 },
  { name: '欧阳㛃', school: '云岭县第一中学', subject: '数学', score: '91.75', used: 36, status: 0 },
  { name: '王𠮷安', school: '临江区第三初级中学', subject: '英语', score: '91.75', used: 41, status: 1 },
  { name: '龴小满', school: '青岩县城关镇中心小学', subject: '科学', score: '88.10', used: 20, status: 2 },
];
const statuses = [
  { text: '已推荐', tone: 'success' },
  { text: '待审核', tone: 'warning' },
  { text: '已退回', tone: 'danger' },
] as const;
/** What has no place to break, as a public key has none. */
const longWord = `qinglan+18891c1f+${'AXjEVPWFHjpxWpHMWHMkMi1gc5YRxfNzQpWN6'.repeat(2)}`;
const columns: readonly Column<Applicant>[] = [
  { key: 'name', label: '姓名', sortable: true, rowHeader: true, cell: (row) => <a href="#a">{row.name}</a> },
  { key: 'school', label: '学校', sortable: true, cell: (row) => row.school },
  { key: 'subject', label: '学科', cell: (row) => row.subject },
  { key: 'score', label: '总分', sortable: true, numeric: true, cell: (row) => row.score },
  {
    key: 'quota',
    label: '名额',
    cell: (row) => <Bar label={`${row.school}名额`} value={row.used} max={40} hideLabel />,
  },
  {
    key: 'status',
    label: '状态',
    cell: (row) => <StatusTag tone={statuses[row.status].tone} text={statuses[row.status].text} />,
  },
  { key: 'key', label: '公钥', wrap: 'anywhere', cell: () => longWord },
  { key: 'phone', label: '电话', extra: true, cell: () => '' },
];

const findings: readonly FindingView[] = [
  {
    outcome: 'met',
    text: '近五年年度考核有一年以上“优秀”',
    cite: '第三条第（二）项',
    value: '2 次',
    threshold: '不少于 1 次',
    counted: [
      { title: '2023 学年年度考核：优秀', href: '#r', date: '2024-01-12' },
      { title: '2021 学年年度考核：优秀', href: '#r', date: '2022-01-10' },
    ],
  },
  {
    outcome: 'unmet',
    text: '近五年在校级以上开设公开课或讲座不少于 3 次',
    cite: '第三条第（四）项',
    value: '2 次',
    threshold: '不少于 3 次',
    counted: [
      { title: '《草船借箭》区级公开课', href: '#r', date: '2024-04-18' },
      { title: '习作单元整体教学（校级讲座）', href: '#r', date: '2023-11-02' },
    ],
    notCounted: [
      {
        title: '《慈母情深》校级公开课',
        href: '#r',
        date: '2018-05-20',
        reason: '早于截止日六年，超出五年期限',
      },
      {
        title: '《草船借箭》录像课',
        href: '#r',
        date: '2024-04-18',
        reason: '与“《草船借箭》区级公开课”为同一次活动，只计一次',
      },
    ],
    action: { href: '#r', label: '补充一条记录' },
  },
  {
    outcome: 'missing',
    text: '教科研成果',
    rule: '下列各项符合其一即可',
    children: [
      { outcome: 'unmet', text: '县级以上课题获三等奖以上', value: '无', threshold: '1 项' },
      {
        outcome: 'missing',
        text: '县级以上发表或获奖论文不少于 3 篇',
        value: '2 篇，另有 1 篇待学校确认',
        threshold: '3 篇',
      },
    ],
  },
  {
    outcome: 'decide',
    text: '师德高尚，在当地有较高声望',
    strength: '由学校评审小组认定',
    cite: '第三条第（一）项',
  },
];

const faulty: FormState = {
  values: {
    topic: '',
    date: '2031-02-30',
    level: 'county',
    hours: '-1',
    subjects: ['chinese'],
    role: 'lead',
    reflection: '课堂上学生提出了三个我没有预料到的问题。',
  },
  errors: { topic: '请填写课题名称', hours: '学时应在 0.5 到 8 之间', agree: '请先确认内容属实' },
};
const levels = [
  { value: 'school', label: '校级' },
  { value: 'county', label: '区县级' },
  { value: 'city', label: '市级' },
];

/** `/gallery` in development. */
export function GalleryPage(props: { locale: Locale; theme: Theme; path: string }) {
  return (
    <Page
      viewer={{ ...viewer, locale: props.locale, theme: props.theme }}
      locale={props.locale}
      title="市级中小学学科骨干教师评选"
      path={props.path}
      breadcrumbs={[
        { href: '/', label: '首页' },
        { href: '/rounds', label: '评选' },
      ]}
      lead="2026 年度 · 名额 406 人 · 申报截止 2026 年 4 月 30 日 17:00"
      actions={
        <>
          <ButtonLink href="#policy">查看方案</ButtonLink>
          <DialogLink opens="withdraw" kind="danger">
            撤回申报
          </DialogLink>
        </>
      }
      flash={{ kind: 'success', text: '申报已提交，受理号 2026-0417。' }}
    >
      <Steps
        steps={[
          { label: '个人申报', state: 'done', detail: '3 月 1 日—4 月 30 日' },
          { label: '学校推荐', state: 'current', detail: '5 月 8 日前' },
          { label: '区县推荐', state: 'todo', detail: '5 月 20 日前' },
          { label: '市级评审', state: 'todo' },
          { label: '公示', state: 'todo', detail: '5 个工作日' },
        ]}
      />
      <Tabs
        label="本轮评选"
        tabs={[
          { href: '#t1', label: '资格条件', current: true },
          { href: '#t2', label: '申报材料', current: false, count: 6 },
          { href: '#t3', label: '审核意见', current: false },
        ]}
      />
      <Stats>
        <Stat label="申报" value={1284} href="#s" />
        <Stat label="已推荐" value={398} note="余 8 个名额" />
        <Stat label="缺少证据" value={76} />
        <Stat label="未上报学校" value={5} />
      </Stats>
      <Section title="我是否符合条件">
        <Findings verdict={{ outcome: 'unmet', text: '目前尚不符合申报条件' }} findings={findings} />
        <Findings verdict={{ outcome: 'met', text: '符合申报条件' }} findings={[]} />
        <Findings verdict={{ outcome: 'missing', text: '缺少证据，暂不能判断' }} findings={[]} />
      </Section>
      <Section title="申报人" actions={<ButtonLink href="#n">导入名单</ButtonLink>}>
        <DataTable
          caption="临江区申报人"
          path={props.path}
          columns={columns}
          rows={applicants}
          sort={{ by: 'score', descending: true }}
          filters={[
            { name: 'q', label: '姓名或工号' },
            { name: 'level', label: '级别', choices: levels },
          ]}
          paging={{ page: 1, size: 4, total: 1284 }}
          chooseColumns
          chosen={null}
          exports={['csv', 'xlsx']}
          rowClass={(row) => (row.status === 1 ? 'row-cut' : null)}
        />
        <pre class="signed">{longWord}</pre>
        <DataTable caption="异议" path={props.path} columns={columns} rows={[]} />
      </Section>
      <GalleryDecisions />
      <GalleryForm />
      <Dialog id="withdraw" title="撤回申报？">
        <p>撤回后，截止前可以重新提交；已填写的内容会保留。</p>
        <Form action="#withdraw">
          <TextareaField name="reason" label="撤回原因" rows={2} />
          <SubmitBar submit="撤回" danger cancel="#main" />
        </Form>
      </Dialog>
    </Page>
  );
}

const GalleryDecisions = () => (
  <>
    <Section title="申报材料">
      <TaskList
        count
        tasks={[
          { title: '基本信息', href: '#k', status: { text: '已完成', tone: 'success' }, done: true },
          {
            title: '教学业绩',
            href: '#k',
            hint: '已从成长档案带入 12 条记录',
            status: { text: '填写中', tone: 'info' },
          },
          { title: '工作总结', href: '#k', status: { text: '未开始' } },
          { title: '检查并提交', hint: '完成以上各项后可以提交', status: { text: '暂不能开始' } },
        ]}
      />
      <SummaryList
        rows={[
          { label: '姓名', value: '沈青禾' },
          { label: '任教学科', value: '小学语文', change: '#c' },
          { label: '申报类别', value: '市级学科骨干教师', change: '#c' },
          { label: '核验码', value: <CopyText text="QL-2026-0417-8C2F" /> },
        ]}
      />
    </Section>
    <Section title="进展">
      <Timeline
        items={[
          {
            when: '2026年4月21日 09:12',
            datetime: '2026-04-21T01:12Z',
            title: '学校退回：请补充公开课证明',
            by: '教务处 周明',
            tone: 'warning',
            detail: '《草船借箭》区级公开课缺少盖章的活动通知。',
          },
          { when: '2026年4月18日 20:40', title: '提交申报', by: '沈青禾', tone: 'info' },
          { when: '2026年4月2日 15:03', title: '学校确认 6 条成长记录', by: '教务处 周明', tone: 'success' },
          { when: '2026年3月1日 08:00', title: '申报开始' },
        ]}
      />
      <Progress label="正在筛查全市教师" value={62000} max={100000} />
      <BarChart
        caption="各区县推荐人数"
        items={[
          { label: '临江区', value: 71 },
          { label: '云岭县', value: 44 },
          { label: '青岩县', value: 29 },
        ]}
      />
      <Bar label="临江区名额" value={43} max={40} />
    </Section>
    <Section title="其他评选">
      <Cards>
        <Card
          title="市级学科带头人（2026）"
          href="#card"
          tag={<StatusTag tone="info" text="申报中" />}
          meta="5 月 31 日截止"
        >
          <Bar label="已申报" value={212} max={300} />
        </Card>
        <Card
          title="校级青蓝工程师徒结对"
          href="#card"
          tag={<StatusTag text="未开始" />}
          meta="9 月 1 日开始"
        />
        <Card
          title="2025 年度名单"
          tag={<StatusTag tone="success" text="已公布" />}
          footer={<a href="#pdf">下载名单</a>}
        />
      </Cards>
      <EmptyState title="还没有师徒结对" action={<ButtonLink href="#new">发起结对</ButtonLink>}>
        <p>结对后，目标、任务和每次指导都会记在这里。</p>
      </EmptyState>
      <Notice>
        <p>公示期为 5 个工作日，自 6 月 3 日起。</p>
      </Notice>
      <Notice kind="warning">
        <p>距截止还有 2 天。</p>
      </Notice>
      <Notice kind="error" title="未能导入">
        <p>第 17 行工号重复。</p>
      </Notice>
      <Details summary="名额如何分配">
        <p>按各区县在编教师人数，用最大余额法分配，每县不少于 10 人。</p>
      </Details>
      <p class="actions">
        {(['neutral', 'info', 'success', 'warning', 'danger'] as const).map((tone, index) => (
          <StatusTag tone={tone} text={['草稿', '审核中', '已通过', '待补充', '未通过'][index] ?? ''} />
        ))}
      </p>
      <SealBox title="学校推荐意见" opinion="同意推荐。" />
    </Section>
  </>
);

const GalleryForm = () => (
  <Section title="登记公开课">
    <ErrorSummary state={faulty} />
    <Form
      action="/gallery"
      submission="0198c0de-0000-7000-8000-000000000002"
      autosave="/gallery/autosave"
      files
      guard
    >
      <TextField name="topic" label="课题" hint="与活动通知上的名称一致" state={faulty} width="full" />
      <FieldRow>
        <DateField name="date" label="日期" state={faulty} />
        <SelectField name="level" label="级别" choices={levels} state={faulty} />
        <NumberField name="hours" label="学时" state={faulty} step={0.5} unit="学时" />
      </FieldRow>
      <RadioField
        name="role"
        label="承担的角色"
        state={faulty}
        choices={[
          { value: 'lead', label: '执教' },
          { value: 'report', label: '主评', hint: '课后作主要评议发言' },
        ]}
      />
      <CheckboxField
        name="subjects"
        label="面向学科"
        state={faulty}
        optional
        inline
        choices={[
          { value: 'chinese', label: '语文' },
          { value: 'maths', label: '数学' },
          { value: 'english', label: '英语' },
        ]}
      />
      <TextareaField name="reflection" label="教学反思" state={faulty} maxlength={800} optional />
      <FileField name="evidence" label="证明材料" accept=".pdf, .jpg, .png" size="10 MB" multiple />
      <Fieldset legend="确认">
        <TickField name="agree" label="以上内容属实" state={faulty} />
      </Fieldset>
      <AutosaveStatus savedAt="20:41" />
      <SubmitBar submit="保存并继续" cancel="#cancel">
        <Button kind="secondary" name="draft" value="1" novalidate>
          存为草稿
        </Button>
      </SubmitBar>
    </Form>
  </Section>
);
