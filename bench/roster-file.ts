import { writeFile } from 'node:fs/promises';
import { writeWorkbook } from '../src/platform/spreadsheet/write-table.ts';

/** The workbooks `roster` takes in, made by a process of their own: what that holds is no part of the import's. */
export interface RosterFile {
  readonly path: string;
  readonly schools: readonly { readonly name: string; readonly county: string }[];
  readonly from: number;
  readonly count: number;
  /** Every tenth row has changed. */
  readonly changed: boolean;
}

export const HEADERS = [
  '姓名',
  '工号',
  '性别',
  '出生年月',
  '县区',
  '单位',
  '教研组',
  '任教学科',
  '学段',
  '职称',
  '职称取得时间',
  '学历',
  '参加工作时间',
  '手机',
  '是否一线',
];
const SURNAMES = [...'王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗'];
const GIVEN = [...'伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚'];
const SUBJECTS = ['语文', '数学', '英语', '道德与法治', '科学', '音乐', '体育', '美术'];

const pick = <T>(from: readonly T[], at: number): T | undefined => from[at % from.length];
const two = (number: number) => String(number).padStart(2, '0');

/** A third of those who changed have another rank, a third another telephone, a third another school. */
function teacher(schools: RosterFile['schools'], i: number, changed: boolean): (string | null)[] {
  const third = changed ? Math.floor(i / 10) % 3 : -1;
  const school = pick(schools, third === 2 ? i * 7 + 1 : i * 7);
  const subject = pick(SUBJECTS, i) ?? '';
  const born = 1966 + (i % 24);
  const rank = i % 2 === 0 ? '二级教师' : '一级教师';
  return [
    `${pick(SURNAMES, i)}${pick(GIVEN, Math.floor(i / 20))}${pick(GIVEN, Math.floor(i / 400))}`,
    `N${String(i).padStart(7, '0')}`,
    i % 3 === 0 ? '男' : '女',
    `${born}.${two(1 + (Math.floor(i / 24) % 12))}`,
    school?.county ?? '',
    school?.name ?? '',
    subject,
    subject,
    '小学',
    third === 0 ? '高级教师' : rank,
    third === 0 ? '2025-12-01' : `${2012 + (i % 12)}-12-01`,
    '本科',
    `${born + 22}-09-01`,
    `${third === 1 ? 1380000 : 1390000}${String(i % 10_000).padStart(4, '0')}`,
    '是',
  ];
}

async function make({ path, schools, from, count, changed }: RosterFile): Promise<void> {
  const columns = HEADERS.map((header) => ({ header }));
  const rows = Array.from({ length: count }, (_, at) =>
    teacher(schools, from + at, changed && (from + at) % 10 === 3),
  );
  await writeFile(path, await writeWorkbook([{ name: '花名册', columns, rows }]));
}

if (process.send !== undefined)
  process.once('message', (file) => void make(file as RosterFile).then(() => process.disconnect()));
