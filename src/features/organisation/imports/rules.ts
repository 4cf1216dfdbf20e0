import type { CivilDate } from '../../../shared/civil-date.ts';
import { judgeMove, type Suspicion, suspect } from '../people/rules.ts';
import type { UnitLevel } from '../units/rules.ts';

/**
 * A roster on its way in. Each row is read into values, finds its unit and its person, and is judged: new,
 * update, unchanged, faulty, or new but suspiciously like somebody who is there already. Blank cells say nothing:
 * they never erase.
 */

export const ROSTER_FIELDS = [
  'name',
  'staffNumber',
  'sex',
  'birthDate',
  'idNumber',
  'idKind',
  'school',
  'schoolCode',
  'county',
  'group',
  'subject',
  'stage',
  'rank',
  'rankSince',
  'education',
  'teachingSince',
  'joinedOn',
  'post',
  'phone',
  'email',
  'frontLine',
  'qualified',
  'specialPost',
] as const;
export type RosterField = (typeof ROSTER_FIELDS)[number];
/** Which column of the sheet (from 0) holds a field. */
export type ColumnMap = Readonly<Partial<Record<RosterField, number>>>;

/** Headers as rosters really have them, without spaces, brackets and stars. The first field that knows one takes it. */
const HEADERS: Readonly<Record<RosterField, readonly string[]>> = {
  name: ['姓名', '教师姓名', '教职工姓名', '名字', 'name', 'fullname', 'teachername'],
  staffNumber: [
    '工号',
    '教师编号',
    '职工号',
    '教职工号',
    '教工号',
    '教师工号',
    '人员编号',
    '教师编码',
    '编号',
    'staffnumber',
    'staffno',
    'employeeid',
    'employeeno',
    'teacherid',
  ],
  sex: ['性别', 'sex', 'gender'],
  birthDate: ['出生年月', '出生日期', '出生年月日', '生日', 'birthdate', 'dateofbirth', 'birthday', 'dob'],
  idNumber: [
    '身份证号',
    '身份证号码',
    '身份证',
    '证件号码',
    '身份证件号',
    '公民身份号码',
    'idnumber',
    'idcard',
  ],
  idKind: ['证件类型', '身份证件类型', '证件种类', '证件名称', 'idkind', 'idtype', 'documenttype'],
  school: [
    '单位',
    '学校',
    '学校名称',
    '单位名称',
    '所在单位',
    '所在学校',
    '工作单位',
    '任教学校',
    '现任教学校',
    'school',
    'schoolname',
    'unit',
    'organisation',
  ],
  schoolCode: ['学校代码', '单位代码', '学校标识码', '机构代码', 'schoolcode', 'unitcode'],
  county: ['区县', '县区', '所属区县', '县市区', '区', '县', '区域', '所在区县', 'county', 'district'],
  group: ['教研组', '教研组名称', '所在教研组', '学科组', 'group', 'teachingresearchgroup'],
  subject: ['学科', '任教学科', '主教学科', '现任教学科', '所教学科', '任教科目', 'subject'],
  stage: ['学段', '任教学段', '现任教学段', 'stage', 'schoolstage'],
  rank: [
    '职称',
    '专业技术职务',
    '现任专业技术职务',
    '现职称',
    '教师职称',
    '专业技术职称',
    'rank',
    'professionalrank',
    'title',
  ],
  rankSince: [
    '职称取得时间',
    '任职时间',
    '取得职称时间',
    '职称聘任时间',
    '聘任时间',
    '职称评定时间',
    '取得资格时间',
    'ranksince',
  ],
  education: ['学历', '最高学历', '文化程度', 'education', 'degree'],
  teachingSince: [
    '任教时间',
    '参加工作时间',
    '从教时间',
    '工作时间',
    '任教年月',
    '参加工作年月',
    '从教年月',
    'teachingsince',
  ],
  joinedOn: ['到校时间', '来校时间', '入校时间', '入职时间', '调入时间', '到岗时间', 'joinedon'],
  post: ['职务', '行政职务', '现任职务', '岗位', 'post', 'position'],
  phone: ['手机', '手机号', '手机号码', '联系电话', '电话', '联系方式', 'phone', 'mobile'],
  email: ['邮箱', '电子邮箱', '电子邮件', 'email', 'e-mail', 'mail'],
  frontLine: ['是否一线', '是否在一线', '一线教师', '是否一线教师', '是否在教学一线', 'frontline'],
  qualified: ['教师资格', '是否具备教师资格', '是否具有教师资格', '是否有教师资格证', 'qualified'],
  specialPost: ['特岗', '是否特岗', '是否特岗教师', '特岗教师', 'specialpost'],
};

const plainHeader = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/\([^)]*\)|【[^】]*】|\[[^\]]*\]/g, '')
    .replaceAll(/[\s*＊:：_-]+/g, '');

const fieldOf = new Map(
  ROSTER_FIELDS.flatMap((field) => HEADERS[field].map((header) => [plainHeader(header), field] as const)),
);

/** The field a header means, if it is one that people use. */
export const guessField = (header: string): RosterField | null => fieldOf.get(plainHeader(header)) ?? null;

/** Columns of titles held, such as 骨干教师称号: a roster does not bring them in, an import of records does. */
export const titleColumns = (headers: readonly string[]): number[] =>
  headers.flatMap((header, index) => {
    const plain = plainHeader(header);
    const isTitle =
      /称号|骨干|带头人|名师|新秀|honou?r|title(held|s)/.test(plain) && guessField(header) === null;
    return isTitle ? [index] : [];
  });

/** The first column for each field whose header is known. */
export function guessColumns(headers: readonly string[]): ColumnMap {
  const columns: Partial<Record<RosterField, number>> = {};
  headers.forEach((header, index) => {
    const field = guessField(header);
    if (field !== null) columns[field] ??= index;
  });
  return columns;
}

/** How the same sheet is known again next year: its headers, in order. */
export const headerSignature = (headers: readonly string[]): string => headers.map(plainHeader).join('|');

/** Which of the first rows holds the headers: the one with most known ones. Titles stand above it. Null: none has two. */
export function findHeaderRow(rows: readonly (readonly string[])[]): number | null {
  let best: { index: number; known: number } | null = null;
  rows.forEach((row, index) => {
    const known = Object.keys(guessColumns(row)).length;
    if (known >= 2 && (best === null || known > best.known)) best = { index, known };
  });
  return (best as { index: number } | null)?.index ?? null;
}

export const MAPPING_FAULTS = [
  'name-unmapped',
  'identity-unmapped',
  'unit-unmapped',
  'column-twice',
] as const;
export type MappingFault = (typeof MAPPING_FAULTS)[number];

/** A roster must say who (a name with a staff number, birth date or identity number) and where. */
export function judgeMapping(columns: ColumnMap, unitEmploys: boolean): MappingFault[] {
  const faults: MappingFault[] = [];
  if (columns.name === undefined) faults.push('name-unmapped');
  if (
    columns.staffNumber === undefined &&
    columns.birthDate === undefined &&
    columns.idNumber === undefined
  ) {
    faults.push('identity-unmapped');
  }
  if (columns.school === undefined && columns.schoolCode === undefined && !unitEmploys)
    faults.push('unit-unmapped');
  const used = Object.values(columns);
  if (new Set(used).size < used.length) faults.push('column-twice');
  return faults;
}

// --- Values -------------------------------------------------------------------------------------------

/** What a row says of a person, once read. Null is a blank cell. */
export interface RosterValues {
  readonly name: string;
  readonly staffNumber: string | null;
  readonly sex: 'female' | 'male' | null;
  readonly birthDate: CivilDate | null;
  readonly teachingSince: CivilDate | null;
  readonly joinedOn: CivilDate | null;
  readonly phone: string | null;
  readonly email: string | null;
  readonly subject: string | null;
  readonly stage: string | null;
  readonly rank: string | null;
  readonly rankSince: CivilDate | null;
  readonly education: string | null;
  readonly post: string | null;
  readonly frontLine: boolean | null;
  readonly qualified: boolean | null;
  readonly specialPost: boolean | null;
}

export const PROBLEMS = [
  'name-missing',
  'name-odd',
  'identity-missing',
  'number-odd',
  'number-rounded',
  'number-repeated',
  'person-repeated',
  'merged-cell',
  'cell-error',
  'sex-unknown',
  'date-unknown',
  'date-impossible',
  'date-future',
  'date-too-old',
  'teaching-too-young',
  'id-odd',
  'id-kind-unknown',
  'id-repeated',
  'id-of-another',
  'id-disagrees',
  'stage-unknown',
  'rank-unknown',
  'education-unknown',
  'flag-unknown',
  'phone-odd',
  'email-odd',
  'too-long',
  'unit-missing',
  'unit-unknown',
  'unit-ambiguous',
  'group-unknown',
  'person-elsewhere',
  'person-ambiguous',
  'number-of-another',
  'moved-later',
  'own-row',
] as const;
export type ProblemCode = (typeof PROBLEMS)[number];
export interface Problem {
  /** Which field's cell is at fault; null when the row as a whole is. */
  readonly field: RosterField | null;
  readonly code: ProblemCode;
  /** The cell's text. Never an identity number. */
  readonly value: string;
  /** Something the words need: the other row's number, the other person's name. */
  readonly detail?: string;
}

const RANK_WORDS: readonly (readonly [RegExp, string])[] = [
  [/正高/, 'full-senior'],
  [/副高|高级|高教|特级/, 'senior'],
  [/一级|中级|小高|中一/, 'first'],
  [/二级|助理|初级|小一|中二/, 'second'],
  [/三级|员级|小二|小三|中三/, 'third'],
  [/无|未定|未评|见习|暂无|none/i, 'none'],
];
/**
 * The rank a cell means, with the older names of the secondary series (中学高级, 中学一级) and primary series, in
 * which 小学高级 is today's first grade.
 */
export function readRank(text: string): string | null {
  const plain = text.normalize('NFKC').replaceAll(/\s/g, '');
  if (/^(full-senior|senior|first|second|third|none)$/i.test(plain)) return plain.toLowerCase();
  if (/正高/.test(plain)) return 'full-senior';
  if (/^(小学|幼儿园|幼教)高级/.test(plain)) return 'first';
  if (/^(小学|幼儿园|幼教)一级/.test(plain)) return 'second';
  if (/^(小学|幼儿园|幼教)(二|三)级/.test(plain)) return 'third';
  return RANK_WORDS.find(([pattern]) => pattern.test(plain))?.[1] ?? null;
}

export function readStage(text: string): string | null {
  const plain = text.normalize('NFKC').replaceAll(/\s/g, '').toLowerCase();
  if (/^(kindergarten|primary|junior|senior|vocational|special)$/.test(plain)) return plain;
  if (/特殊|特教/.test(plain)) return 'special';
  if (/中职|职业|职高|中专|技工/.test(plain)) return 'vocational';
  if (/幼儿|学前|幼教/.test(plain)) return 'kindergarten';
  if (/小学/.test(plain)) return 'primary';
  if (/初中|初级中学/.test(plain)) return 'junior';
  return /高中|高级中学/.test(plain) ? 'senior' : null;
}

export function readEducation(text: string): string | null {
  const plain = text.normalize('NFKC').replaceAll(/\s/g, '').toLowerCase();
  if (/^(secondary|college|bachelor|master|doctor)$/.test(plain)) return plain;
  if (/博士/.test(plain)) return 'doctor';
  if (/硕士|研究生/.test(plain)) return 'master';
  if (/本科|学士/.test(plain)) return 'bachelor';
  if (/专科|大专|高职/.test(plain)) return 'college';
  return /中专|中师|高中|中等|职高|初中|技校/.test(plain) ? 'secondary' : null;
}

export function readSex(text: string): 'female' | 'male' | null {
  const plain = text.normalize('NFKC').trim().toLowerCase();
  if (/^(女|女性|f|female|2)$/.test(plain)) return 'female';
  return /^(男|男性|m|male|1)$/.test(plain) ? 'male' : null;
}

export function readFlag(text: string): boolean | null {
  const plain = text.normalize('NFKC').trim().toLowerCase();
  if (/^(是|有|对|√|✓|y|yes|true|1|在|具备)$/.test(plain)) return true;
  return /^(否|无|没有|不是|×|✗|x|n|no|false|0|不在|不具备)$/.test(plain) ? false : null;
}

/** A name of 1 to 50 characters, Han of any plane or letters, with the points and spaces names have. */
export const isName = (text: string): boolean =>
  /^[\p{L}\p{M}·•.'’ -]{1,50}$/u.test(text) && /\p{L}/u.test(text);

export const VERDICTS = ['new', 'update', 'unchanged', 'suspect', 'faulty'] as const;
export type Verdict = (typeof VERDICTS)[number];

/**
 * Whether a roster fills a city rather than adds to one: more people come in than are there, and so many that to
 * make the tables' indexes again is less work than to keep them up row by row.
 */
export const isFirstRoster = (added: number, there: number): boolean => added >= 1000 && added > there;

// --- Judgement ----------------------------------------------------------------------------------------

/** Somebody who is there already and may be the row's person. */
export interface KnownPerson extends Omit<RosterValues, 'joinedOn'> {
  readonly id: string;
  readonly state: 'serving' | 'left' | 'retired' | 'merged';
  readonly unitId: string | null;
  readonly groupId: string | null;
  readonly unitPath: string | null;
  readonly employedSince: CivilDate | null;
  readonly employedAt: string | null;
  /** By what their identity number is found, where one is kept. */
  readonly idBlind: string | null;
}

export interface RowQuestion {
  readonly values: RosterValues;
  readonly unit: { readonly id: string; readonly level: UnitLevel; readonly endsOn: CivilDate | null };
  readonly groupId: string | null;
  /** By what the row's identity number would be found, once for each key; empty where none is kept. */
  readonly idBlinds: readonly string[];
  /** Everybody whose number, name and birth date, or name and unit are like the row's. */
  readonly known: readonly KnownPerson[];
  /** What stands below this path is the importer's to change. */
  readonly rootPath: string;
  /** The day the roster describes; moves and changes hold from it. */
  readonly asOf: CivilDate;
  readonly today: CivilDate;
  /** Who brings the roster in: what is kept of them is for somebody else to change. */
  readonly by: string;
}

export type Change = Exclude<keyof RosterValues, 'joinedOn'> | 'unit' | 'group' | 'state' | 'idNumber';

export type RowVerdict =
  | { readonly verdict: 'new' }
  | { readonly verdict: 'suspect'; readonly suspects: readonly { personId: string; reason: Suspicion }[] }
  | { readonly verdict: 'unchanged'; readonly personId: string }
  | {
      readonly verdict: 'update';
      readonly personId: string;
      readonly changes: readonly Change[];
      readonly how: 'stay' | 'start' | 'follow' | 'correct';
    }
  | { readonly verdict: 'faulty'; readonly problem: Problem };

const COMPARED = [
  'name',
  'sex',
  'birthDate',
  'teachingSince',
  'phone',
  'email',
  'subject',
  'stage',
  'rank',
  'rankSince',
  'education',
  'post',
  'frontLine',
  'qualified',
  'specialPost',
  'staffNumber',
] as const satisfies readonly Change[];

/** What a good row means for the people who are there already. */
export function judgeRow(question: RowQuestion): RowVerdict {
  const { values, unit, groupId, known } = question;
  const faulty = (
    field: RosterField | null,
    code: ProblemCode,
    value: string,
    detail?: string,
  ): RowVerdict => ({
    verdict: 'faulty',
    problem: { field, code, value, ...(detail === undefined ? {} : { detail }) },
  });
  const living = known.filter(({ state }) => state !== 'merged');
  const identified = living.find(({ idBlind }) => idBlind !== null && question.idBlinds.includes(idBlind));
  const found = findPerson(values, living, identified, question);
  if (found === 'ambiguous') return faulty('name', 'person-ambiguous', values.name);
  if (identified !== undefined && found?.id !== identified.id)
    return faulty('idNumber', 'id-of-another', '', identified.name);
  if (found === null) {
    const like = { ...values, unitId: unit.id };
    const suspects = living.flatMap((person) => {
      const reason = suspect(like, person);
      return reason === null ? [] : [{ personId: person.id, reason }];
    });
    return suspects.length > 0 ? { verdict: 'suspect', suspects: suspects.slice(0, 5) } : { verdict: 'new' };
  }
  const standsHere = found.unitPath?.startsWith(question.rootPath) === true;
  if (!standsHere && found.state === 'serving' && found.unitPath !== null) {
    return faulty('name', 'person-elsewhere', values.name);
  }
  if (isAnother(values, found))
    return faulty('staffNumber', 'number-of-another', values.staffNumber ?? '', found.name);
  const changes: Change[] = COMPARED.filter(
    (field) => values[field] !== null && values[field] !== found[field],
  );
  if (groupId !== null && groupId !== found.groupId) changes.push('group');
  if (question.idBlinds.length > 0 && identified === undefined) changes.push('idNumber');
  if (found.state !== 'serving') changes.push('state');
  let how: 'stay' | 'start' | 'follow' | 'correct' = 'stay';
  if (found.employedAt !== unit.id) {
    const move = judgeMove({
      state: found.state,
      current: found.employedAt === null ? null : { unitId: found.employedAt, from: found.employedSince },
      to: { unitId: unit.id, level: unit.level, endsOn: unit.endsOn },
      on: values.joinedOn ?? question.asOf,
      today: question.today,
    });
    if (!move.ok) return faulty('school', 'moved-later', '', found.employedSince ?? '');
    changes.push('unit');
    how = move.how;
  }
  if (changes.length > 0 && found.id === question.by) return faulty('name', 'own-row', values.name);
  return changes.length > 0
    ? { verdict: 'update', personId: found.id, changes, how }
    : { verdict: 'unchanged', personId: found.id };
}

/** By staff number; without one, by identity number where these are kept; else by name and birth date. */
function findPerson(
  values: RosterValues,
  known: readonly KnownPerson[],
  identified: KnownPerson | undefined,
  question: RowQuestion,
): KnownPerson | 'ambiguous' | null {
  if (values.staffNumber !== null) {
    const numbered = known.find(({ staffNumber }) => staffNumber === values.staffNumber);
    if (numbered) return numbered;
  }
  if (identified !== undefined) return identified;
  const here = known.filter(
    ({ name, unitPath, staffNumber }) =>
      name === values.name &&
      unitPath?.startsWith(question.rootPath) === true &&
      (values.staffNumber === null || staffNumber === null),
  );
  const same = here.filter(({ birthDate }) => values.birthDate !== null && birthDate === values.birthDate);
  if (same.length > 1) return 'ambiguous';
  return same[0] ?? null;
}

/** The staff number is this person's, yet name and birth date say it is somebody else. */
const isAnother = (values: RosterValues, found: KnownPerson): boolean =>
  values.name !== found.name && (values.birthDate === null || values.birthDate !== found.birthDate);
