import { digestOf } from '../../src/features/programmes/compiled.ts';
import { insertVersion, publishVersion } from '../../src/features/programmes/queries.ts';
import { loadProgramme } from '../../src/language/load.ts';
import type { Db } from '../../src/platform/database.ts';
import { newId } from '../../src/platform/ids.ts';
import { commonVocabulary } from '../../src/platform/programmes.ts';
import type { TestUnit } from './world.ts';

/** A city's policy that leaves the least years of teaching to its counties, and asks of many by them. */
export const YEARS = (version = '2026-1', parameters = YEARS_PARAMETERS) => `programme: city-years
version: ${version}
names: {zh-CN: 市级教学骨干评选, en: City award for teaching}
scope: city
${parameters}
populations:
  experienced:
    names: {zh-CN: 教龄达到要求的教师, en: teachers with the years asked}
    who: {amount: {of: {value: yearsOfTeaching}, atLeast: {parameter: least-years}}}
eligibility:
  all:
    - {id: years, amount: {of: {value: yearsOfTeaching}, atLeast: {parameter: least-years}}}
    - {id: others, amount: {of: {size: experienced}, atLeast: 3}}
    - {id: subject, person: {subject: 语文}}
quota: {limits: [{id: of-school, per: school, max: {parameter: places}}]}
route:
  - {id: declaration, names: {zh-CN: 个人申报, en: declaration}, actor: applicant, does: declare}
  - {id: school, names: {zh-CN: 学校推荐, en: school}, actor: school-office, does: recommend, quota: of-school, ranking: none, mayReturn: true}
  - {id: county, names: {zh-CN: 县级推荐, en: county}, actor: county, does: recommend, ranking: none, mayReturn: true}
  - {id: publicity, names: {zh-CN: 公示, en: publicity}, actor: public, does: publicise, publicity: {days: {working: 5}}}
`;
export const YEARS_PARAMETERS = `parameters:
  least-years: {names: {zh-CN: 最低教龄, en: least years of teaching}, value: 3, min: 1, max: 10, unit: {zh-CN: 年, en: years}, setBy: county}
  places: {names: {zh-CN: 每校名额, en: places for a school}, value: 2, min: 0, max: 5, setBy: county}`;

/** A published version of it, kept by the city; its id. */
export async function makeYears(
  db: Db,
  unit: TestUnit,
  { source = YEARS(), published = true }: { readonly source?: string; readonly published?: boolean } = {},
): Promise<string> {
  const loaded = loadProgramme(source, { vocabulary: commonVocabulary() });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems[0]));
  const { programme } = loaded;
  const at = new Date('2026-09-01T00:00:00Z');
  const { id } = await insertVersion(db, {
    id: newId(),
    programme: programme.programme,
    unitId: unit.id,
    unitPath: unit.path,
    version: programme.version,
    names: programme.names,
    source,
    tables: {},
    digest: digestOf(source, {}),
    createdBy: null,
    createdAt: at,
  });
  if (published) await publishVersion(db, id, null, at, '2026-09-01');
  return id;
}
