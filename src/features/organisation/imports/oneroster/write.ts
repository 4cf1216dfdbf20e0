import { disarm } from '../../../../platform/spreadsheet/write-table.ts';
import { packZip } from '../../../../platform/spreadsheet/zip.ts';
import { splitName } from '../../people/name-search.ts';
import type { Person } from '../../people/queries.ts';
import type { Unit } from '../../units/queries.ts';
import { ORG_LEVELS, OWN_FIELDS } from './read.ts';

/** The organisation as a OneRoster 1.2 CSV bundle. What comes back in is what went out. */

const ORG_TYPES = Object.fromEntries(Object.entries(ORG_LEVELS).map(([type, level]) => [level, type]));
const ORG_COLUMNS = [
  'sourcedId',
  'status',
  'dateLastModified',
  'name',
  'type',
  'identifier',
  'parentSourcedId',
  'metadata.setting',
  'metadata.stages',
  'metadata.subject',
];
const USER_COLUMNS = [
  'sourcedId',
  'status',
  'dateLastModified',
  'enabledUser',
  'username',
  'userIds',
  'givenName',
  'familyName',
  'middleName',
  'identifier',
  'email',
  'sms',
  'phone',
  'agentSourcedIds',
  'grades',
  'password',
  'userMasterIdentifier',
  'preferredGivenName',
  'preferredMiddleName',
  'preferredFamilyName',
  'primaryOrgSourcedId',
  'pronouns',
  ...OWN_FIELDS.map((name) => `metadata.${name}`),
];
const ROLE_COLUMNS = [
  'sourcedId',
  'status',
  'dateLastModified',
  'userSourcedId',
  'roleType',
  'role',
  'beginDate',
  'endDate',
  'orgSourcedId',
  'userProfileSourcedId',
];
const DEMOGRAPHIC_COLUMNS = [
  'sourcedId',
  'status',
  'dateLastModified',
  'birthDate',
  'sex',
  'americanIndianOrAlaskaNative',
  'asian',
  'blackOrAfricanAmerican',
  'nativeHawaiianOrOtherPacificIslander',
  'white',
  'demographicRaceTwoOrMoreRaces',
  'hispanicOrLatinoEthnicity',
  'countryOfBirthCode',
  'stateOfBirthAbbreviation',
  'cityOfBirth',
  'publicSchoolResidenceStatus',
];
const ALL_FILES = [
  'academicSessions',
  'categories',
  'classes',
  'classResources',
  'courses',
  'courseResources',
  'demographics',
  'enrollments',
  'lineItemLearningObjectiveIds',
  'lineItems',
  'lineItemScoreScales',
  'orgs',
  'resources',
  'resultLearningObjectiveIds',
  'results',
  'resultScoreScales',
  'roles',
  'scoreScales',
  'userProfiles',
  'userResources',
  'users',
];
const OURS = ['demographics', 'orgs', 'roles', 'users'];

export interface Exported {
  readonly units: readonly Unit[];
  /** With the day the rank was granted and the day they joined their unit, where known. */
  readonly people: readonly (Person & {
    readonly rankSince: string | null;
    readonly joinedOn: string | null;
  })[];
}

export async function writeBundle({ units, people }: Exported): Promise<Uint8Array> {
  const inside = new Set(units.map(({ id }) => id));
  const orgs = units.map((unit) => ({
    sourcedId: unit.id,
    name: unit.name,
    type: ORG_TYPES[unit.level] ?? 'school',
    identifier: unit.code,
    parentSourcedId: unit.parentId !== null && inside.has(unit.parentId) ? unit.parentId : null,
    'metadata.setting': unit.setting,
    'metadata.stages': unit.stages.join(','),
    'metadata.subject': unit.subject,
  }));
  const users = people.map((person) => {
    const { family, given } = splitName(person.name);
    return {
      sourcedId: person.id,
      enabledUser: 'true',
      username: person.staffNumber ?? person.id,
      givenName: given,
      familyName: family,
      identifier: person.staffNumber,
      email: person.email,
      phone: person.phone,
      primaryOrgSourcedId: person.unitId,
      ...Object.fromEntries(
        OWN_FIELDS.map((name) => [`metadata.${name}`, person[name] === null ? null : String(person[name])]),
      ),
    };
  });
  const roles = people.flatMap((person) => {
    const role = (roleType: string, org: string | null) =>
      org === null
        ? []
        : [
            {
              sourcedId: `${person.id}.${roleType}`,
              userSourcedId: person.id,
              roleType,
              role: 'teacher',
              beginDate: person.joinedOn,
              orgSourcedId: org,
            },
          ];
    return [...role('primary', person.unitId), ...role('secondary', person.groupId)];
  });
  const demographics = people
    .filter(({ birthDate, sex }) => birthDate !== null || sex !== null)
    .map(({ id, birthDate, sex }) => ({ sourcedId: id, birthDate, sex }));
  const manifest = [
    ['manifest.version', '1.0'],
    ['oneroster.version', '1.2'],
    ...ALL_FILES.map((file) => [`file.${file}`, OURS.includes(file) ? 'bulk' : 'absent']),
    ['source.systemName', 'Qinglan'],
    ['source.systemCode', 'qinglan'],
  ].map(([propertyName, value]) => ({ propertyName, value }));
  return packZip([
    { name: 'manifest.csv', pieces: csv(['propertyName', 'value'], manifest) },
    { name: 'orgs.csv', pieces: csv(ORG_COLUMNS, orgs) },
    { name: 'users.csv', pieces: csv(USER_COLUMNS, users) },
    { name: 'roles.csv', pieces: csv(ROLE_COLUMNS, roles) },
    { name: 'demographics.csv', pieces: csv(DEMOGRAPHIC_COLUMNS, demographics) },
  ]);
}

/** RFC 4180 without a byte order mark, as the standard asks. */
function* csv(
  columns: readonly string[],
  rows: Iterable<Readonly<Record<string, string | null | undefined>>>,
): Generator<string> {
  yield `${columns.join(',')}\r\n`;
  for (const row of rows) yield `${columns.map((column) => field(row[column] ?? '')).join(',')}\r\n`;
}

/** Somebody will open it with a spreadsheet program all the same: what would run there is disarmed as in every export. */
const field = (value: string): string => {
  const text = disarm(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};
