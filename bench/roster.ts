import { sql } from 'kysely';
import { advanceImport, insertImport, selectImport } from '../src/features/organisation/imports/queries.ts';
import { guessColumns } from '../src/features/organisation/imports/rules.ts';
import { inspectSource } from '../src/features/organisation/imports/sources.ts';
import { keepUpload } from '../src/features/organisation/imports/uploads.ts';
import { rosterJob } from '../src/features/organisation/imports/work.ts';
import { newId } from '../src/platform/ids.ts';
import { writeWorkbook } from '../src/platform/spreadsheet/write-table.ts';
import { benchCity, option, peakMemory, stopwatch } from './lib.ts';

/**
 * A roster of 100,000 teachers in an .xlsx, as the import pages take it: look at the file, preview, confirm. First all
 * are new, then the same file comes again, then one of which every tenth row has changed; and, with `--later 20000`,
 * so many new ones into the city that is full by then. `npm run bench -- roster --rows 100000`. Goal: ≤ 20 s, ≤ 1 GB.
 */
const count = option('rows', 100_000);
const HEADERS = [
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
const numbers = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);
type Cells = (string | null)[];

const city = await benchCity(option('teachers', 2000), false);
try {
  const { services } = city;
  const { db } = services;
  const schools = await db
    .selectFrom('unit')
    .innerJoin('unit as county', 'county.id', 'unit.parent_id')
    .select(['unit.name', 'county.name as county'])
    .where('unit.level', '=', 'school')
    .where(sql<boolean>`'primary' = ANY(unit.stages)`)
    .orderBy('unit.path')
    .execute();
  const office = await db
    .selectFrom('role_assignment')
    .select(['person_id', 'unit_id', 'unit_path'])
    .where('role', '=', 'city-office')
    .executeTakeFirstOrThrow();
  const later = option('later', 0);

  await importRoster('all new', () => numbers(0, count).map((i) => teacher(i)));
  await importRoster('the same again', () => numbers(0, count).map((i) => teacher(i)));
  await importRoster('every tenth changed', () => numbers(0, count).map((i) => teacher(i, i % 10 === 3)));
  if (later > 0) await importRoster('more new ones', () => numbers(count, later).map((i) => teacher(i)));
  console.log(`most memory held ${peakMemory()} MB`);

  /** A third of those who changed have another rank, a third another telephone, a third another school. */
  function teacher(i: number, changed = false): Cells {
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

  async function importRoster(what: string, rows: () => Cells[]): Promise<void> {
    const columns = HEADERS.map((header) => ({ header }));
    const bytes = await writeWorkbook([{ name: '花名册', columns, rows: rows() }]);
    console.log(`\n${what}: ${(bytes.length / 1e6).toFixed(1)} MB; memory before ${peakMemory()} MB`);
    const all = stopwatch();
    const id = await upload(bytes);
    console.log(`upload looked at: ${all()}`);

    const work = stopwatch();
    const preview = stopwatch();
    const mapping = {
      sheet: '花名册',
      headerRow: 1,
      columns: guessColumns(HEADERS),
      asOf: '2026-09-01',
      createUnits: true,
      by: office.person_id,
    };
    await advanceImport(db, id, ['uploaded'], 'previewing', { mapping, progress: 0, failure: null });
    await rosterJob.run(services, id, new AbortController().signal);
    const previewed = await selectImport(db, id);
    const { preview: seen } = previewed.summary;
    console.log(`preview: ${preview()}`, previewed.state, seen?.counts ?? previewed.failure, seen?.problems);

    const confirm = stopwatch();
    const summary = { ...previewed.summary, confirmed: { suspects: 'add' as const, by: office.person_id } };
    await advanceImport(db, id, ['previewed'], 'confirming', { summary, progress: 0 });
    await rosterJob.run(services, id, new AbortController().signal);
    const done = await selectImport(db, id);
    console.log(`confirm: ${confirm()}`, done.state, done.summary.applied ?? done.failure);
    console.log(`preview and confirm: ${work()}; with the look at the file: ${all()}`);
  }

  async function upload(bytes: Uint8Array): Promise<string> {
    const source = await inspectSource('roster', bytes, '花名册.xlsx');
    if (!source.ok) throw new Error(source.reason);
    const id = newId();
    await keepUpload(services, id, bytes, source.table);
    await insertImport(db, {
      id,
      kind: 'roster',
      unitId: office.unit_id,
      unitPath: office.unit_path,
      fileName: '花名册.xlsx',
      fileSha256: source.sha256,
      createdBy: office.person_id,
      createdAt: new Date(),
      outline: source.outline,
    });
    return id;
  }
} finally {
  await city.close();
}
