import { parseCivilDate } from '../../../platform/spreadsheet/cell-date.ts';
import type { Cell } from '../../../platform/spreadsheet/types.ts';
import type { CivilDate } from '../../../shared/civil-date.ts';
import { type IdNumber, judgeIdNumber, readIdKind, readIdNumber } from '../id-numbers/rules.ts';
import { beganTooYoung, isStaffNumber, staffNumberOf } from '../people/rules.ts';
import {
  type ColumnMap,
  isName,
  type Problem,
  type ProblemCode,
  type RosterField,
  type RosterValues,
  readEducation,
  readFlag,
  readRank,
  readSex,
  readStage,
} from './rules.ts';

/** Where the row says the person works; found among the units later. */
export interface RowPlace {
  readonly school: string | null;
  readonly schoolCode: string | null;
  readonly county: string | null;
  readonly group: string | null;
}

export interface ReadRow {
  readonly values: RosterValues;
  readonly place: RowPlace;
  readonly problems: readonly Problem[];
  /** Of whom; sealed before anything is kept of it, or forgotten. */
  readonly idNumber: IdNumber | null;
}

export interface ReadOptions {
  readonly columns: ColumnMap;
  readonly dateSystem: '1900' | '1904';
  readonly today: CivilDate;
}

const EMPTY: Cell = { text: '', kind: 'empty' };
const LONGEST = 200;
/** Nobody on a roster was born or taught before it. */
const OLDEST = '1900-01-01';

const ODD = /[\s\u200b-\u200d\ufeff]/;
const tidy = (text: string): string => {
  const plain = ODD.test(text)
    ? text
        .replaceAll(/[\u200b-\u200d\ufeff]/g, '')
        .replaceAll(/\s+/g, ' ')
        .trim()
    : text;
  return plain.normalize('NFC');
};
const narrow = (text: string): string => tidy(text).normalize('NFKC').replaceAll(/\s/g, '');
/** What people write where there is nothing to say. */
const isBlank = (text: string): boolean => text === '' || /^[-—–/\\、.]+$/.test(text);

/** A roster says the same few things thousands of times: what was read is remembered, up to a bound. */
function remembered<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    let value = known.get(text);
    if (value === undefined) {
      value = read(text);
      if (known.size >= 10_000) known.clear();
      known.set(text, value);
    }
    return value;
  };
}
const rankOf = remembered(readRank);
const stageOf = remembered(readStage);
const educationOf = remembered(readEducation);
const dateIn = {
  '1900': remembered((text) => parseCivilDate({ text, kind: 'text' }, '1900')),
  '1904': remembered((text) => parseCivilDate({ text, kind: 'text' }, '1904')),
};

/** What one row says, and every cell of it that cannot be read. The row's own cells are not touched. */
export function readRosterRow(cells: readonly Cell[], options: ReadOptions): ReadRow {
  const problems: Problem[] = [];
  const cellOf = (field: RosterField): Cell => {
    const index = options.columns[field];
    return index === undefined ? EMPTY : (cells[index] ?? EMPTY);
  };
  const fault = (field: RosterField, code: ProblemCode, detail?: string) =>
    problems.push({
      field,
      code,
      value: field === 'idNumber' ? '' : cellOf(field).text.slice(0, 60),
      ...(detail === undefined ? {} : { detail }),
    });

  const text = (field: RosterField): string | null => {
    const cell = cellOf(field);
    if (cell.kind === 'error') {
      fault(field, 'cell-error');
      return null;
    }
    const value = tidy(cell.text);
    if (isBlank(value)) return null;
    if (value.length <= LONGEST) return value;
    fault(field, 'too-long');
    return null;
  };
  const choice = <T>(field: RosterField, read: (text: string) => T | null, code: ProblemCode): T | null => {
    const value = text(field);
    if (value === null) return null;
    const known = read(value);
    if (known === null) fault(field, code);
    return known;
  };
  const date = (field: RosterField): CivilDate | null => {
    const cell = cellOf(field);
    if (text(field) === null) return null;
    const parsed = dateIn[options.dateSystem](cell.text);
    if (!parsed.ok) {
      fault(field, parsed.reason === 'no-such-day' ? 'date-impossible' : 'date-unknown');
      return null;
    }
    if (parsed.date > options.today) fault(field, 'date-future');
    else if (parsed.date < OLDEST) fault(field, 'date-too-old');
    else return parsed.date;
    return null;
  };
  /** A cell that must be the row's own: a merged range says the same of several people. */
  const own = (field: RosterField): string | null => {
    if (cellOf(field).kind === 'merged') {
      fault(field, 'merged-cell');
      return null;
    }
    return text(field);
  };

  const name = own('name');
  if (name === null && !problems.some(({ field }) => field === 'name')) fault('name', 'name-missing');
  if (name !== null && !isName(name)) fault('name', 'name-odd');
  const staffNumber = readStaffNumber();
  const identity = readIdentity();
  const birthDate = readBirthDate();
  const teachingSince = date('teachingSince');
  if (birthDate !== null && beganTooYoung(birthDate, teachingSince)) {
    fault('teachingSince', 'teaching-too-young', birthDate);
  }
  if (staffNumber === null && birthDate === null && problems.length === 0) {
    problems.push({
      field: options.columns.staffNumber === undefined ? 'birthDate' : 'staffNumber',
      code: 'identity-missing',
      value: '',
    });
  }
  const values: RosterValues = {
    name: name ?? '',
    staffNumber,
    sex: choice('sex', readSex, 'sex-unknown') ?? identity?.sex ?? null,
    birthDate,
    teachingSince,
    joinedOn: date('joinedOn'),
    phone: readPhone(),
    email: readEmail(),
    subject: readSubject(),
    stage: choice('stage', stageOf, 'stage-unknown'),
    rank: choice('rank', rankOf, 'rank-unknown'),
    rankSince: date('rankSince'),
    education: choice('education', educationOf, 'education-unknown'),
    post: text('post'),
    frontLine: choice('frontLine', readFlag, 'flag-unknown'),
    qualified: choice('qualified', readFlag, 'flag-unknown'),
    specialPost: choice('specialPost', readFlag, 'flag-unknown'),
  };
  const place = {
    school: text('school'),
    schoolCode: text('schoolCode'),
    county: text('county'),
    group: text('group'),
  };
  const idNumber = identity === null ? null : { kind: identity.kind, number: identity.number };
  return { values, place, problems, idNumber };

  function readStaffNumber(): string | null {
    const given = own('staffNumber');
    if (given === null) return null;
    if (cellOf('staffNumber').rounded) {
      fault('staffNumber', 'number-rounded');
      return null;
    }
    const number = staffNumberOf(tidy(given));
    if (isStaffNumber(number)) return number;
    fault('staffNumber', 'number-odd');
    return null;
  }

  /** Of a resident's, birth date and sex are read. Without a word of what paper it is, it is a resident's. */
  function readIdentity() {
    const given = text('idNumber');
    const kind = choice('idKind', readIdKind, 'id-kind-unknown') ?? 'resident';
    if (given === null || problems.some(({ field }) => field === 'idKind')) return null;
    const id = judgeIdNumber(kind, given);
    if (id === null) {
      fault('idNumber', 'id-odd');
      return null;
    }
    return { ...id, ...(kind === 'resident' ? readIdNumber(id.number) : null) };
  }

  /** A month alone means its first day, unless the identity number knows the day. */
  function readBirthDate(): CivilDate | null {
    const given = date('birthDate');
    const known = identity?.birthDate;
    if (given === null || known === undefined) return given ?? known ?? null;
    if (given.slice(0, 7) === known.slice(0, 7)) return known;
    fault('birthDate', 'id-disagrees');
    return null;
  }

  function readPhone(): string | null {
    const given = text('phone');
    if (given === null) return null;
    const phone = narrow(given).replace(/^(\+?86)-?(?=1\d{10}$)/, '');
    if (/^[+0-9()-]{5,20}$/.test(phone)) return phone;
    fault('phone', 'phone-odd');
    return null;
  }

  function readEmail(): string | null {
    const given = text('email');
    if (given === null) return null;
    const email = narrow(given);
    if (/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(email)) return email;
    fault('email', 'email-odd');
    return null;
  }

  /** Subjects stay as written, without a stage in front: 小学语文 is 语文. */
  function readSubject(): string | null {
    return text('subject')?.replace(/^(小学|初中|高中|中学)(?=.{2,})/, '') ?? null;
  }
}
