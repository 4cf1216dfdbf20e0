import { type SchoolStage, type Setting, SUBJECT_NAMES } from './city.ts';
import { personName } from './names.ts';
import type { Random } from './random.ts';

/** How many records a teacher has on average. */
export const RECORDS_EACH = 30;

/** One teacher's life as the demo tells it: dates, ranks, titles and the growth file. Civil dates as text. */
export interface Teacher {
  readonly id: string;
  readonly name: string;
  readonly sex: 'female' | 'male';
  readonly birthDate: string;
  readonly teachingSince: string;
  readonly joinedOn: string;
  readonly subject: string;
  readonly ranks: readonly { rank: string; since: string }[];
  readonly education: string;
  readonly frontLine: boolean;
  readonly specialPost: boolean;
  readonly phone: string;
  readonly titles: readonly { title: string; since: string; until: string }[];
  readonly records: readonly GrowthRecord[];
}

export interface GrowthRecord {
  readonly type: string;
  readonly title: string;
  readonly on: string;
  readonly level: string | null;
  readonly grade: string | null;
  readonly authorOrder: number | null;
  readonly event: string | null;
  readonly fields: Readonly<Record<string, string | number | boolean>>;
  /** Days from the day it happened to the day it was entered. */
  readonly enteredAfter: number;
  readonly state: 'confirmed' | 'submitted' | 'returned';
  /** Never without its file. */
  readonly proven?: true;
}

const civil = (year: number, month: number, day: number) =>
  `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;

const TOPICS = [
  '单元整体教学',
  '深度学习',
  '作业设计',
  '跨学科主题学习',
  '课堂提问',
  '学习评价',
  '小组合作',
  '大概念教学',
  '阅读教学',
  '实验教学',
  '学习兴趣',
  '分层教学',
  '信息技术融合',
  '核心素养',
  '课堂观察',
];
/** Lessons one shows, by subject. */
const LESSONS: Readonly<Record<string, readonly string[]>> = {
  chinese: ['背影', '荷塘月色', '静夜思', '草船借箭', '岳阳楼记', '故乡'],
  mathematics: ['圆的面积', '分数的初步认识', '二次函数', '平行四边形', '数据的收集与整理', '勾股定理'],
  english: ['自我介绍', 'My Family', 'Festivals', 'Healthy Food', 'Travel Plans'],
  physics: ['浮力', '牛顿第一定律', '电流与电路', '光的折射'],
  chemistry: ['氧气的制取', '酸碱中和反应', '金属的活动性'],
  biology: ['光合作用', '细胞的结构', '食物链'],
  history: ['长征', '辛亥革命', '丝绸之路'],
  geography: ['季风', '长江', '地球的运动'],
  'morality-law': ['宪法与我', '做情绪的主人', '法律保护我们'],
  science: ['影子的秘密', '水的蒸发', '种子发芽'],
  music: ['春天的故事', '茉莉花', '歌唱祖国'],
  art: ['线条的魅力', '剪纸', '水墨画鱼'],
  'physical-education': ['立定跳远', '篮球运球', '快速跑'],
  'information-technology': ['认识算法', '制作多媒体作品', '身边的物联网'],
  preschool: ['垃圾分类', '小蝌蚪找妈妈', '有趣的影子', '春天来了'],
};
const lessonsOf = (subjectCode: string): readonly string[] => LESSONS[subjectCode] ?? ['综合实践'];
const JOURNALS = ['澜江教育', '基础教育研究', '教学与管理', '新课程探索', '学科教学参考'];
const BOOKS = ['给教师的建议', '静悄悄的革命', '民主主义与教育', '陶行知教育文集', '课程与教学的基本原理'];

/** `today` is the day the demo is loaded; nothing in it happens later. */
export function makeTeacher(
  random: Random,
  stage: SchoolStage,
  setting: Setting,
  subjectCode: string,
  today: string,
): Teacher {
  const thisYear = Number(today.slice(0, 4));
  const sex = random.chance(stage === 'kindergarten' ? 0.96 : stage === 'primary' ? 0.74 : 0.58)
    ? 'female'
    : 'male';
  const age = Math.min(59, 22 + Math.floor(37 * random.next() ** 1.15));
  const birthDate = civil(thisYear - age, random.int(1, 12), random.int(1, 28));
  const startAge = random.weighted([
    [22, 5],
    [23, 4],
    [24, 2],
    [25, 2],
    [27, 1],
  ] as const);
  const startYear = Math.min(thisYear - 1, thisYear - age + startAge);
  const teachingSince = civil(startYear, 9, 1);
  const service = thisYear - startYear;
  // One latent trait makes strong files strong throughout, as they are in life.
  const drive = random.next();
  const subject = SUBJECT_NAMES[subjectCode] ?? subjectCode;
  const joinedYear = service > 6 && random.chance(0.35) ? startYear + random.int(2, service - 1) : startYear;
  return {
    id: random.id(Date.UTC(startYear, 8, 1)),
    name: personName(random, sex),
    sex,
    birthDate,
    teachingSince,
    joinedOn: civil(joinedYear, 9, 1),
    subject,
    ranks: ranks(random, startYear, thisYear, drive),
    education: degreeAt(
      startYear - (thisYear - age),
      random.weighted(
        age > 50
          ? ([
              ['secondary', 1],
              ['college', 5],
              ['bachelor', 8],
            ] as const)
          : ([
              ['college', stage === 'kindergarten' ? 5 : 1],
              ['bachelor', 9],
              ['master', stage === 'senior' ? 4 : 1],
              ['doctor', 0.05],
            ] as const),
      ),
    ),
    frontLine: random.chance(0.96),
    specialPost: setting === 'rural' && age < 35 && random.chance(0.2),
    phone: `1${random.pick(['38', '39', '58', '77', '86'])}0000${String(random.int(0, 9999)).padStart(4, '0')}`,
    titles: titles(random, startYear, thisYear, drive),
    records: growthFile(random, {
      startYear,
      thisYear,
      today,
      drive,
      subject,
      lessons: lessonsOf(subjectCode),
    }),
  };
}

/** A degree takes its years: nobody begins to teach at 22 with a doctorate. */
function degreeAt(startAge: number, degree: string): string {
  if (degree === 'doctor' && startAge < 27) return startAge < 25 ? 'bachelor' : 'master';
  return degree === 'master' && startAge < 24 ? 'bachelor' : degree;
}

/** A teacher of ten years and more whose file meets the city's conditions, as those on the stage of the demo do. */
export function makeStrongTeacher(
  random: Random,
  stage: SchoolStage,
  setting: Setting,
  subjectCode: string,
  today: string,
): Teacher {
  const year = Number(today.slice(0, 4));
  let teacher = makeTeacher(random, stage, setting, subjectCode, today);
  while (Number(teacher.teachingSince.slice(0, 4)) > year - 10) {
    teacher = makeTeacher(random, stage, setting, subjectCode, today);
  }
  const add = (
    record: Pick<GrowthRecord, 'type' | 'title' | 'on'> & Partial<GrowthRecord>,
  ): GrowthRecord => ({
    level: null,
    grade: null,
    authorOrder: null,
    event: null,
    fields: {},
    enteredAfter: 20,
    state: 'confirmed',
    proven: true,
    ...record,
  });
  const lessons = lessonsOf(subjectCode);
  return {
    ...teacher,
    frontLine: true,
    titles: teacher.titles.filter(({ title }) => title === 'school-backbone'),
    records: [
      ...teacher.records,
      add({
        type: 'annual-appraisal',
        title: `${year - 3}年度考核（优秀）`,
        on: civil(year - 3, 12, 20),
        grade: 'excellent',
        fields: { year: year - 3 },
      }),
      ...[3, 2, 2].map((ago, n) =>
        add({
          type: 'open-class',
          title: `《${lessons[(n + Number(teacher.birthDate.slice(-2))) % lessons.length]}》${teacher.subject}观摩课`,
          on: civil(year - ago, 4 + 3 * n, 15),
          level: n === 0 ? 'county' : 'school',
          fields: { topic: '观摩', kind: 'demonstration' },
        }),
      ),
      add({
        type: 'project',
        title: `${teacher.subject}${random.pick(TOPICS)}的县级课题研究`,
        on: civil(year - 2, 6, 20),
        level: 'county',
        grade: 'second',
        fields: { role: 'lead', concluded: true },
      }),
      add({
        type: 'certificate',
        title: '全国计算机等级考试二级证书',
        on: civil(year - 8, 10, 12),
        grade: 'intermediate',
        fields: { kind: 'computer-rank' },
      }),
    ],
  };
}

function ranks(random: Random, startYear: number, thisYear: number, drive: number) {
  const steps: { rank: string; since: string }[] = [{ rank: 'none', since: civil(startYear, 9, 1) }];
  let year = startYear + 1;
  for (const [rank, least, most] of [
    ['second', 0, 1],
    ['first', 5, 9],
    ['senior', 6, 13],
    ['full-senior', 9, 25],
  ] as const) {
    year += random.int(least, most) - (drive > 0.8 && rank !== 'second' ? 1 : 0);
    if (year > thisYear - 1 || (rank === 'full-senior' && drive < 0.93)) break;
    steps.push({ rank, since: civil(Math.max(year, startYear + 1), 12, 1) });
  }
  return steps;
}

function titles(random: Random, startYear: number, thisYear: number, drive: number) {
  const held: { title: string; since: string; until: string }[] = [];
  let year = startYear + random.int(4, 9);
  for (const [title, needed] of [
    ['school-backbone', 0.62],
    ['county-backbone', 0.8],
    ['city-backbone', 0.93],
    ['province-backbone', 0.988],
  ] as const) {
    if (drive < needed || year > thisYear - 1) break;
    held.push({ title, since: civil(year, 6, 1), until: civil(year + 3, 6, 1) });
    year += random.int(3, 5);
  }
  return held;
}

interface Life {
  readonly startYear: number;
  readonly thisYear: number;
  readonly today: string;
  readonly drive: number;
  readonly subject: string;
  readonly lessons: readonly string[];
}

/** Ten years of records at most: older ones stand in paper files. */
function growthFile(random: Random, life: Life): GrowthRecord[] {
  const records: GrowthRecord[] = [];
  const { drive, subject, today } = life;
  const level = (bonus = 0) =>
    random.weighted([
      ['school', 8],
      ['county', 3 + 6 * drive],
      ['city', 3 * drive ** 2 + bonus],
      ['province', drive ** 4],
      ['nation', 0.2 * drive ** 6],
    ] as const);
  const grade = () =>
    random.weighted([
      ['third', 4],
      ['second', 3],
      ['first', 1 + drive],
    ] as const);
  const day = (year: number) =>
    civil(
      year,
      random.weighted([
        [3, 3],
        [4, 3],
        [5, 3],
        [6, 1],
        [9, 2],
        [10, 4],
        [11, 4],
        [12, 2],
      ] as const),
      random.int(1, 28),
    );
  const add = (record: Omit<GrowthRecord, 'enteredAfter' | 'state'>) => {
    if (record.on > today) return;
    const recent = record.on.slice(0, 4) === today.slice(0, 4);
    records.push({
      ...record,
      enteredAfter: random.chance(0.08) ? random.int(190, 700) : random.int(1, 60),
      state: recent && random.chance(0.25) ? 'submitted' : random.chance(0.01) ? 'returned' : 'confirmed',
    });
  };
  const plain = { level: null, grade: null, authorOrder: null, event: null };
  for (let year = Math.max(life.startYear + 1, life.thisYear - 9); year <= life.thisYear; year += 1) {
    if (year < life.thisYear) {
      const result = random.chance(0.06 + 0.2 * drive)
        ? 'excellent'
        : random.chance(0.01)
          ? 'basically-qualified'
          : 'qualified';
      add({
        ...plain,
        type: 'annual-appraisal',
        title: `${year}年度考核`,
        on: civil(year, 12, 20),
        grade: result,
        fields: { year },
      });
    }
    for (let n = random.int(0, drive > 0.5 ? 2 : 1); n > 0; n -= 1) {
      const lesson = random.pick(life.lessons);
      add({
        ...plain,
        type: 'open-class',
        title: `《${lesson}》公开课`,
        on: day(year),
        level: level(),
        fields: { topic: lesson, kind: random.pick(['open', 'demonstration', 'research']) },
      });
    }
    if (random.chance(0.1 + 0.2 * drive))
      add({
        ...plain,
        type: 'lecture',
        title: `${random.pick(TOPICS)}专题讲座`,
        on: day(year),
        level: level(),
        fields: {},
      });
    if (random.chance(0.2 + 0.5 * drive)) {
      const outcome = random.weighted([
        ['award', 4],
        ['compiled', 1],
        ['publication', 1 + 2 * drive],
        ['exchange', 1],
      ] as const);
      add({
        type: 'paper',
        title: `${subject}${random.pick(TOPICS)}的实践与思考`,
        on: day(year),
        level: level(0.5),
        grade: outcome === 'award' ? grade() : null,
        authorOrder: random.weighted([
          [1, 6],
          [2, 2],
          [3, 1],
        ] as const),
        event: null,
        fields: { outcome, subjectRelated: true, publisher: random.pick(JOURNALS) },
      });
    }
    if (random.chance(0.05 + 0.2 * drive)) {
      add({
        ...plain,
        type: 'project',
        title: `${subject}教学中${random.pick(TOPICS)}的行动研究`,
        on: day(year),
        level: level(1),
        grade: random.chance(0.4) ? grade() : null,
        fields: {
          role: random.weighted([
            ['member', 5],
            ['lead', 2 * drive + 0.5],
            ['independent', 0.4],
          ] as const),
          concluded: random.chance(0.6),
        },
      });
    }
    if (random.chance(0.1 + 0.3 * drive))
      add({
        ...plain,
        type: 'competition',
        title: `${year}年${subject}优质课评比`,
        on: day(year),
        level: level(0.5),
        grade: grade(),
        fields: { kind: 'lesson' },
      });
    if (random.chance(0.25))
      add({
        ...plain,
        type: 'training',
        title: `${year}年暑期全员培训`,
        on: civil(year, 8, random.int(1, 25)),
        fields: { hours: random.pick([16, 24, 32, 72]) },
      });
    if (random.chance(0.4))
      add({
        ...plain,
        type: 'reflection',
        title: `《${random.pick(life.lessons)}》教学反思`,
        on: day(year),
        fields: {},
      });
    if (random.chance(0.2))
      add({
        ...plain,
        type: 'reading-note',
        title: `《${random.pick(BOOKS)}》读书笔记`,
        on: day(year),
        fields: { book: random.pick(BOOKS) },
      });
    if (random.chance(0.03 + 0.07 * drive)) {
      add({
        ...plain,
        type: 'honour',
        title: `${year}年优秀教师`,
        on: civil(year, 9, 10),
        level: level(0.3),
        fields: {
          kind: random.pick(['excellent-teacher', 'teaching-expert', 'advanced-worker', 'academic-leader']),
        },
      });
    }
    if (life.thisYear - life.startYear > 8 && random.chance(0.1 + 0.2 * drive))
      add({
        ...plain,
        type: 'mentoring',
        title: '青蓝工程带徒',
        on: civil(year, 9, 15),
        fields: { apprentice: personName(random, 'female') },
      });
  }
  if (random.chance(0.55 + 0.3 * drive)) {
    const kind = random.pick(['computer-application', 'computer-rank']);
    add({
      ...plain,
      type: 'certificate',
      title: kind === 'computer-rank' ? '全国计算机等级考试二级证书' : '全国计算机应用技术证书考试中级证书',
      on: day(Math.max(life.startYear, life.thisYear - random.int(1, 12))),
      grade: 'intermediate',
      fields: { kind },
    });
  }
  return records;
}
