import { readTable } from '../../../../platform/spreadsheet/read-table.ts';
import { type Cell, Refused, type Sheet } from '../../../../platform/spreadsheet/types.ts';
import { memberText, openZip, type Zip } from '../../../../platform/spreadsheet/zip.ts';
import type { ColumnMap } from '../rules.ts';

/**
 * A OneRoster 1.2 CSV bundle as a source of people: `manifest.csv`, `orgs.csv`, `users.csv`, `roles.csv` and, when
 * there, `demographics.csv`. Classes, courses and results are not ours and are left alone. What OneRoster has no
 * field for travels in `metadata.` columns, as the standard provides.
 */

export const ORG_LEVELS = {
  national: 'nation',
  state: 'province',
  local: 'city',
  district: 'county',
  school: 'school',
  department: 'group',
} as const;

export interface Org {
  readonly sourcedId: string;
  readonly name: string;
  readonly level: (typeof ORG_LEVELS)[keyof typeof ORG_LEVELS];
  readonly identifier: string | null;
  readonly parent: string | null;
  readonly setting: string | null;
  readonly stages: readonly string[];
  readonly subject: string | null;
}

export type BundleFault =
  | { readonly reason: 'not-a-bundle' }
  | { readonly reason: 'wrong-version'; readonly found: string }
  | { readonly reason: 'file-missing'; readonly file: string }
  | { readonly reason: 'file-damaged'; readonly file: string }
  | { readonly reason: 'column-missing'; readonly file: string; readonly column: string }
  | { readonly reason: 'too-large'; readonly limit: number }
  | { readonly reason: 'zip-bomb'; readonly limit: number };

export type Bundle =
  | {
      readonly ok: true;
      readonly orgs: readonly Org[];
      readonly sheet: Sheet;
      readonly columns: ColumnMap;
      readonly orgOf: ReadonlyMap<number, RowOrgs>;
    }
  | ({ readonly ok: false } & BundleFault);

/** Where the person of a row belongs, by sourcedId. */
export interface RowOrgs {
  readonly org: string | null;
  readonly department: string | null;
}

const UNPACKED_AT_MOST = 512 * 1024 * 1024;
const NEEDED = {
  'manifest.csv': ['propertyName', 'value'],
  'orgs.csv': ['sourcedId', 'name', 'type'],
  'users.csv': ['sourcedId', 'givenName', 'familyName'],
  'roles.csv': ['userSourcedId', 'role', 'orgSourcedId'],
} as const;

/** Roles of OneRoster that are staff of ours. */
const STAFF = new Set([
  'teacher',
  'principal',
  'counselor',
  'aide',
  'proctor',
  'districtAdministrator',
  'siteAdministrator',
  'systemAdministrator',
]);

class BundleStopped extends Error {
  readonly fault: BundleFault;
  constructor(fault: BundleFault) {
    super(fault.reason);
    this.fault = fault;
  }
}

type Line = Readonly<Record<string, string>>;

export async function readBundle(bytes: Uint8Array): Promise<Bundle> {
  try {
    return await read(bytes);
  } catch (error) {
    if (error instanceof BundleStopped) return { ok: false, ...error.fault };
    if (error instanceof Refused) {
      const { refusal } = error;
      return refusal.reason === 'zip-bomb' || refusal.reason === 'too-large'
        ? { ok: false, reason: refusal.reason, limit: refusal.limit }
        : { ok: false, reason: 'not-a-bundle' };
    }
    if (error instanceof RangeError) return { ok: false, reason: 'not-a-bundle' };
    throw error;
  }
}

async function read(bytes: Uint8Array): Promise<Bundle> {
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) throw new BundleStopped({ reason: 'not-a-bundle' });
  const zip = openZip(bytes, UNPACKED_AT_MOST);
  const manifest = new Map(
    (await lines(zip, 'manifest.csv')).map((line) => [line.propertyName ?? '', line.value ?? '']),
  );
  const version = manifest.get('oneroster.version') ?? '';
  if (version !== '1.2' && version !== '1.1')
    throw new BundleStopped({ reason: 'wrong-version', found: version });
  const [orgLines, users, roles, demographics] = [
    await lines(zip, 'orgs.csv'),
    await lines(zip, 'users.csv'),
    await lines(zip, 'roles.csv'),
    memberNamed(zip, 'demographics.csv') ? await lines(zip, 'demographics.csv') : [],
  ];
  const orgs = orgLines.filter(isActive).flatMap((line): Org[] => {
    const level = ORG_LEVELS[line.type as keyof typeof ORG_LEVELS];
    if (level === undefined) return [];
    return [
      {
        sourcedId: line.sourcedId ?? '',
        name: line.name ?? '',
        level,
        identifier: line.identifier || null,
        parent: line.parentSourcedId || null,
        setting: line['metadata.setting'] || null,
        stages: (line['metadata.stages'] ?? '').split(',').filter((stage) => stage !== ''),
        subject: line['metadata.subject'] || null,
      },
    ];
  });
  const departments = new Set(
    orgs.filter(({ level }) => level === 'group').map(({ sourcedId }) => sourcedId),
  );
  const held = Map.groupBy(
    roles.filter((role) => isActive(role) && STAFF.has(role.role ?? '')),
    (role) => role.userSourcedId ?? '',
  );
  const personal = new Map(demographics.filter(isActive).map((line) => [line.sourcedId ?? '', line]));
  const sheet: Sheet = { name: 'users', hidden: false, rows: [{ number: 1, cells: HEADERS.map(cell) }] };
  const orgOf = new Map<number, RowOrgs>();
  users.forEach((user, at) => {
    const mine = held.get(user.sourcedId ?? '');
    if (!isActive(user) || !mine) return;
    const places = mine.filter((role) => !departments.has(role.orgSourcedId ?? ''));
    const main = places.find((role) => role.roleType === 'primary') ?? places[0];
    const number = at + 2;
    orgOf.set(number, {
      org: main?.orgSourcedId ?? user.primaryOrgSourcedId ?? null,
      department: mine.find((role) => departments.has(role.orgSourcedId ?? ''))?.orgSourcedId ?? null,
    });
    sheet.rows.push({ number, cells: rowOf(user, personal.get(user.sourcedId ?? ''), main).map(cell) });
  });
  return { ok: true, orgs, sheet, columns: COLUMNS, orgOf };
}

const isActive = (line: Line): boolean => line.status !== 'tobedeleted' && line.enabledUser !== 'false';
const cell = (text: string): Cell => ({ text, kind: text === '' ? 'empty' : 'text' });

/** What we keep of a teacher and OneRoster does not know: columns `metadata.<name>` of its users, read and written. */
export const OWN_FIELDS = [
  'subject',
  'stage',
  'rank',
  'rankSince',
  'education',
  'teachingSince',
  'post',
  'frontLine',
  'qualified',
  'specialPost',
] as const;
const FIELDS = [
  'name',
  'staffNumber',
  'sex',
  'birthDate',
  'phone',
  'email',
  'joinedOn',
  ...OWN_FIELDS,
] as const;
const HEADERS = FIELDS.map((field) => field as string);
const COLUMNS: ColumnMap = Object.fromEntries(FIELDS.map((field, index) => [field, index]));

function rowOf(user: Line, personal: Line | undefined, role: Line | undefined): string[] {
  const own = (name: string) => user[`metadata.${name}`] ?? '';
  const given = [user.givenName, user.middleName].filter(Boolean).join(' ');
  const isHan = /\p{Script=Han}/u.test(`${user.familyName}${given}`);
  return [
    isHan ? `${user.familyName ?? ''}${given}` : `${given} ${user.familyName ?? ''}`,
    user.identifier || user.username || user.sourcedId || '',
    personal?.sex ?? '',
    personal?.birthDate ?? '',
    user.sms || user.phone || '',
    user.email ?? '',
    role?.beginDate ?? '',
    ...OWN_FIELDS.map(own),
  ];
}

const memberNamed = (zip: Zip, name: string) =>
  [...zip.members.values()].find((member) => member.name === name || member.name.endsWith(`/${name}`));

async function lines(zip: Zip, file: string): Promise<Line[]> {
  const member = memberNamed(zip, file);
  if (!member) throw new BundleStopped({ reason: 'file-missing', file });
  let text = '';
  for await (const piece of memberText(zip, member)) text += piece;
  const table = await readTable(new TextEncoder().encode(text), {
    fileName: file,
    limits: { bytes: UNPACKED_AT_MOST },
  });
  if (!table.ok) {
    if (table.reason === 'empty') return [];
    throw new BundleStopped({ reason: 'file-damaged', file });
  }
  const [head, ...body] = table.sheets[0]?.rows ?? [];
  const headers = head?.cells.map(({ text: header }) => header.trim()) ?? [];
  for (const column of (NEEDED as Record<string, readonly string[]>)[file] ?? []) {
    if (!headers.includes(column)) throw new BundleStopped({ reason: 'column-missing', file, column });
  }
  return body.map((row) =>
    Object.fromEntries(headers.map((header, index) => [header, row.cells[index]?.text.trim() ?? ''])),
  );
}
