import type { Names } from '../../../language/problem.ts';
import type { Vocabulary } from '../../../language/vocabulary.ts';
import type { CivilDate } from '../../../shared/civil-date.ts';
import type { UnitLevel } from '../../organisation/units/rules.ts';
import {
  type HoldingClaim,
  type HoldingProblem,
  judgeHolding,
  judgeVouching,
  type VouchProblem,
} from '../../titles/rules.ts';
import {
  type Claim,
  type ClaimContext,
  type ClaimForm,
  type ClaimProblem,
  claimForm,
  judgeClaim,
  type TypedClaim,
} from '../rules.ts';

/**
 * A table of records on its way in. Each row finds its person, its type and its values, and is judged like a
 * claim typed by hand. A row whose type is "title" is a title held already.
 */

export const TARGETS = [
  'staffNumber',
  'name',
  'unit',
  'type',
  'title',
  'happenedOn',
  'level',
  'grade',
  'authorOrder',
  'event',
  'certificate',
  'until',
  'document',
] as const;
export type Target = (typeof TARGETS)[number];
/** Which column of the sheet (from 0) holds what. */
export type Columns = Readonly<Partial<Record<Target, number>>>;

/** Headers as such tables really have them. */
const HEADERS: Readonly<Record<Target, readonly string[]>> = {
  staffNumber: ['工号', '教师编号', '职工号', '教职工号', '教工号', '人员编号', 'staff number', 'staff no'],
  name: ['姓名', '教师姓名', '获奖人', '作者', 'name', 'teacher'],
  unit: ['单位', '学校', '所在单位', '所在学校', '工作单位', 'unit', 'school'],
  type: ['类别', '记录类别', '类型', '成果类别', 'type'],
  title: ['名称（题目）', '名称', '题目', '标题', '成果名称', '论文题目', '获奖名称', '称号', 'title'],
  happenedOn: [
    '日期',
    '自何日起',
    '起始日期',
    'since',
    '时间',
    '获奖时间',
    '发表时间',
    '取得时间',
    '授予日期',
    'date',
  ],
  level: ['级别', '获奖级别', 'level'],
  grade: ['等次', '等级', '获奖等次', '奖次', '考核结果', 'grade'],
  authorOrder: ['作者次序', '署名次序', '排名', '位次', 'author order'],
  event: ['所属活动', '活动名称', '活动', 'event'],
  certificate: ['证书编号', '证书号', 'certificate number'],
  until: ['有效期至', '到期日期', 'until', 'valid until'],
  document: ['文号', '授予文号', '发文文号', 'document', 'document number'],
};

const plain = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s*:：_-]+/g, '');
const targetOf = new Map(
  TARGETS.flatMap((target) => HEADERS[target].map((header) => [plain(header), target] as const)),
);

export function guessColumns(headers: readonly string[]): Columns {
  const columns: Partial<Record<Target, number>> = {};
  headers.forEach((header, index) => {
    const target = targetOf.get(plain(header));
    if (target !== undefined) columns[target] ??= index;
  });
  return columns;
}

/** How the same sheet is known again: its headers, in order. */
export const headerSignature = (headers: readonly string[]): string => headers.map(plain).join('|');

/** The row of headers among the first rows: the one with most known ones, at least two; null when there is none. */
export function findHeaderRow(rows: readonly (readonly string[])[]): number | null {
  const known = rows.map((row) => Object.keys(guessColumns(row)).length);
  const most = Math.max(0, ...known);
  return most >= 2 ? known.indexOf(most) : null;
}

export type MappingFault = 'no-person' | 'no-title' | 'no-date' | 'no-type' | 'column-twice';

/**
 * A table must say whose, what, when, and of which type (a column, or one type for all rows). Values of attributes
 * have no titles.
 */
export function judgeMapping(columns: Columns, type: string | null, titled = true): MappingFault[] {
  const faults: MappingFault[] = [];
  if (columns.staffNumber === undefined && columns.name === undefined) faults.push('no-person');
  if (columns.title === undefined && titled) faults.push('no-title');
  if (columns.happenedOn === undefined) faults.push('no-date');
  if (columns.type === undefined && type === null) faults.push('no-type');
  const used = Object.values(columns);
  if (new Set(used).size < used.length) faults.push('column-twice');
  return faults;
}

// --- Names as people write them -------------------------------------------------------------------------

/** Ways to write a name: 县（区）级 is also 县级, 区级, 县区级, 县; 一等奖 is also 一等. */
function waysToWrite(name: string): string[] {
  const bracketed = /^(.*?)\(([^)]*)\)(.*)$/.exec(plain(name));
  const whole = bracketed
    ? [
        `${bracketed[1]}${bracketed[3]}`,
        `${bracketed[2]}${bracketed[3]}`,
        `${bracketed[1]}${bracketed[2]}${bracketed[3]}`,
      ]
    : [];
  const all = [plain(name), ...whole];
  return [...all, ...all.map((one) => one.replace(/(级|奖|level|prize)$/, ''))].filter((one) => one !== '');
}

/** The id that a text names, among ids with their names; null when it names none. */
export function findNamed(text: string, named: Iterable<readonly [id: string, names: Names]>): string | null {
  const wanted = plain(text).replace(/\(([^)]*)\)/g, '$1');
  for (const exact of [true, false]) {
    for (const [id, names] of named) {
      const ways = exact
        ? [id, names['zh-CN'], names.en].map((way) => plain(way).replace(/\(([^)]*)\)/g, '$1'))
        : [names['zh-CN'], names.en].flatMap(waysToWrite);
      if (ways.includes(wanted)) return id;
    }
  }
  return null;
}

const stepsOf = (vocabulary: Vocabulary, scale: string): [string, Names][] =>
  vocabulary.scales[scale]?.steps.flatMap((step) =>
    [step.id, ...(step.same ?? [])].map((way): [string, Names] => [way, step.names]),
  ) ?? [];
const canonicalStep = (vocabulary: Vocabulary, scale: string, id: string): string => {
  const place = vocabulary.scales[scale]?.order.get(id);
  return (place === undefined ? undefined : vocabulary.scales[scale]?.steps[place]?.id) ?? id;
};

/** The type of the rows that are titles held already. */
export const TITLE_TYPE = 'title-held';
const TITLE_NAMES: Names = { 'zh-CN': '称号', en: 'title' };

export const findType = (vocabulary: Vocabulary, text: string): string | null =>
  findNamed(text, [
    [TITLE_TYPE, TITLE_NAMES],
    ...Object.entries(vocabulary.records).map(([id, { names }]): [string, Names] => [id, names]),
  ]);

/** For each field of a type, the column whose header is its name in either language. */
export function fieldColumns(
  vocabulary: Vocabulary,
  type: string,
  headers: readonly string[],
): Map<string, number> {
  const found = new Map<string, number>();
  for (const [field, { names }] of Object.entries(vocabulary.records[type]?.fields ?? {})) {
    const ways = [field, names['zh-CN'], names.en].map(plain);
    const at = headers.findIndex((header) => ways.includes(plain(header)));
    if (at >= 0) found.set(field, at);
  }
  return found;
}

const YES = new Set(['是', '有', '√', '✓', 'yes', 'y', 'true', '1']);
const NO = new Set(['否', '无', '×', 'no', 'n', 'false', '0']);

// --- One row ------------------------------------------------------------------------------------------

/** A cell as the row's reader hands it over: a date cell is already a civil date where it could be read. */
export interface ReadCell {
  readonly text: string;
  readonly date: CivilDate | null;
  /** The text names a month ("2026.3") and which day of it is not said. */
  readonly monthOnly?: boolean;
}

export interface Owner {
  readonly id: string;
  readonly name: string;
  readonly staffNumber: string | null;
  readonly unitName: string | null;
  readonly unitPath: string;
  readonly birthDate: CivilDate | null;
  readonly teachingSince: CivilDate | null;
}

export type PersonProblem = 'person-missing' | 'person-unknown' | 'person-ambiguous' | 'name-differs';
export type RowProblem =
  | PersonProblem
  | 'type-missing'
  | 'type-unknown'
  | 'repeated'
  | 'month-only'
  | ClaimProblem
  | HoldingProblem
  | VouchProblem;

export interface CellProblem {
  /** A target, or `fields.<name>`. */
  readonly field: string;
  readonly problem: RowProblem;
  readonly value: string;
}

export type ReadRow =
  | { readonly kind: 'record'; readonly owner: Owner; readonly claim: Claim; readonly late: boolean }
  | { readonly kind: 'title'; readonly owner: Owner; readonly holding: HoldingClaim }
  | { readonly kind: 'faulty'; readonly problems: readonly CellProblem[] };

export interface RowContext {
  readonly vocabulary: Vocabulary;
  /** The type of all rows when the table has no column for it. */
  readonly type: string | null;
  /** The cell of a target; blank when the table has no such column. */
  cell(target: Target): ReadCell;
  /** The cell of a field of the row's type. */
  fieldCell(type: string, field: string): ReadCell;
  /** Who the number or the name may mean, within the unit the table is imported for. */
  readonly candidates: readonly Owner[];
  /** Who imports, and the level of the unit they import for: titles need an office that can vouch for them. */
  readonly office: { readonly level: UnitLevel; readonly personId: string };
  readonly claim: Omit<ClaimContext, 'birthDate' | 'teachingSince'>;
}

/** Who the row is about: by staff number, and then the name must agree; else by name, and unit where several have it. */
export function findOwner(context: RowContext): Owner | CellProblem {
  const [number, name, unit] = (['staffNumber', 'name', 'unit'] as const).map((target) =>
    context.cell(target).text.trim(),
  );
  const fault = (field: string, problem: RowProblem, value = ''): CellProblem => ({ field, problem, value });
  if (number) {
    const found = context.candidates.find((one) => one.staffNumber === number.normalize('NFKC'));
    if (!found) return fault('staffNumber', 'person-unknown', number);
    return name && plain(name) !== plain(found.name) ? fault('name', 'name-differs', name) : found;
  }
  if (!name) return fault('name', 'person-missing');
  const named = context.candidates.filter((one) => plain(one.name) === plain(name));
  const placed = unit
    ? named.filter((one) => one.unitName !== null && plain(one.unitName) === plain(unit))
    : named;
  const [one] = placed;
  if (one === undefined) return fault('name', 'person-unknown', name);
  return placed.length > 1 ? fault('name', 'person-ambiguous', name) : one;
}

export function judgeRow(context: RowContext): ReadRow {
  const problems: CellProblem[] = [];
  const owner = findOwner(context);
  if ('problem' in owner) problems.push(owner);
  const typeText = context.cell('type').text.trim();
  const type = typeText === '' ? context.type : findType(context.vocabulary, typeText);
  if (type === null) {
    problems.push({
      field: 'type',
      problem: typeText === '' ? 'type-missing' : 'type-unknown',
      value: typeText,
    });
  }
  if (type === null || 'problem' in owner) {
    return { kind: 'faulty', problems };
  }
  return type === TITLE_TYPE ? judgeTitleRow(context, owner) : judgeRecordRow(context, owner, type);
}

const dateText = ({ text, date }: ReadCell): string => date ?? text.trim();

function judgeTitleRow(context: RowContext, owner: Owner): ReadRow {
  const { vocabulary } = context;
  const text = context.cell('title').text.trim();
  const typed = {
    title: text === '' ? '' : (findNamed(text, Object.entries(vocabulary.titles)) ?? text),
    from: dateText(context.cell('happenedOn')),
    until: dateText(context.cell('until')),
    document: context.cell('document').text.trim(),
  };
  const verdict = judgeHolding(typed, Object.keys(vocabulary.titles), context.claim.today);
  if (verdict.ok) {
    const { holding } = verdict;
    const problem = judgeVouching({ title: holding.title, personId: owner.id }, context.office);
    if (problem !== null) return { kind: 'faulty', problems: [{ field: 'title', problem, value: text }] };
    return { kind: 'title', owner, holding };
  }
  return {
    kind: 'faulty',
    problems: verdict.problems.map(({ field, problem }) => {
      const target = field === 'from' ? 'happenedOn' : field;
      return { field: target, problem: cellProblem(problem, context.cell(target)), value: typed[field] };
    }),
  };
}

function judgeRecordRow(context: RowContext, owner: Owner, type: string): ReadRow {
  const form = claimForm(context.vocabulary, type);
  if (form === null)
    return { kind: 'faulty', problems: [{ field: 'type', problem: 'type-unknown', value: type }] };
  const typed = typedRow(context, form);
  const verdict = judgeClaim(form, typed, {
    ...context.claim,
    birthDate: owner.birthDate,
    teachingSince: owner.teachingSince,
  });
  if (verdict.ok) return { kind: 'record', owner, claim: verdict.claim, late: verdict.late };
  const cellOf = (field: string): ReadCell =>
    field.startsWith('fields.') ? context.fieldCell(type, field.slice(7)) : context.cell(field as Target);
  return {
    kind: 'faulty',
    problems: verdict.problems.map(({ field, problem }) => {
      const cell = cellOf(field);
      return { field, problem: cellProblem(problem, cell), value: cell.text };
    }),
  };
}

/** A month is no day, and neither its first nor its last is meant: say what is missing rather than "not a date". */
const cellProblem = (problem: RowProblem, cell: ReadCell): RowProblem =>
  problem === 'not-a-date' && cell.monthOnly === true ? 'month-only' : problem;

/** The row's cells as a form would have sent them: names become ids, ✓ becomes yes. */
function typedRow(context: RowContext, form: ClaimForm): TypedClaim {
  const { vocabulary } = context;
  const text = (target: Target) => context.cell(target).text.trim();
  const step = (target: 'level' | 'grade', scale: string | undefined) => {
    const given = text(target);
    if (given === '' || scale === undefined) return given;
    const found = findNamed(given, stepsOf(vocabulary, scale));
    return found === null ? given : canonicalStep(vocabulary, scale, found);
  };
  const fields = form.fields.map(({ name, kind }): [string, string] => {
    const cell = context.fieldCell(form.type, name);
    const given = cell.text.trim();
    if (given === '') return [name, ''];
    if (kind === 'date') return [name, dateText(cell)];
    if (kind === 'boolean')
      return [name, YES.has(plain(given)) ? 'yes' : NO.has(plain(given)) ? 'no' : given];
    const choices = vocabulary.records[form.type]?.fields?.[name]?.choices;
    return [name, choices ? (findNamed(given, Object.entries(choices)) ?? given) : given];
  });
  return {
    title: text('title'),
    happenedOn: dateText(context.cell('happenedOn')),
    level: step('level', 'level'),
    grade: step('grade', vocabulary.records[form.type]?.grade?.scale),
    authorOrder: text('authorOrder')
      .replace(/^第|位$|名$/g, '')
      .trim(),
    event: text('event'),
    certificate: text('certificate'),
    fields: Object.fromEntries(fields),
  };
}

/** What makes two rows, or a row and a record, the same claim: whose, of which type, when, and called what. */
export const sameKey = (personId: string, type: string, date: CivilDate | null, title: string): string =>
  [personId, type, date ?? '', plain(title).replace(/[\p{P}\p{S}]+/gu, '')].join(' ');
