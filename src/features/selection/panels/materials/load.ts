import type { Judging } from '../../../../language/grammar/judging.ts';
import type { Names } from '../../../../language/problem.ts';
import { recordLine, recordsById } from '../../../../language/say/record-line.ts';
import { sayValue } from '../../../../language/say/values.ts';
import { attributeType } from '../../../../language/vocabulary.ts';
import type { Db } from '../../../../platform/database.ts';
import { passing } from '../../../../platform/doors.ts';
import { selectAncestors } from '../../../organisation/units/queries.ts';
import { selectEvidence } from '../../../records/evidence/queries.ts';
import { type ApplicationRow, selectApplication, selectAttachments } from '../../applications/queries.ts';
import { countedIn, declarationOf, listedRecords } from '../../applications/rules.ts';
import type { Assessment } from '../../dossier/assess.ts';
import { assessApplication, type Route } from '../../review/route.ts';
import { selectContacts } from './queries.ts';
import { type Application, type Material, materialsOf, type Telling } from './rules.ts';

const NAME: Names = { 'zh-CN': '姓名', en: 'Name' };
const UNIT: Names = { 'zh-CN': '单位', en: 'Unit' };
const EVIDENCE: Names = { 'zh-CN': '佐证材料', en: 'Evidence' };

/** All that judges might read of an application, blind or not, before anybody chose. */
export const loadMaterials = (
  db: Db,
  ...of: [route: Route, judging: Judging, panelPath: string, applicationId: string]
): Promise<Material[]> => passing(db, 'applicants', (all) => materialsFor(all, ...of));

async function materialsFor(
  db: Db,
  route: Route,
  judging: Judging,
  panelPath: string,
  applicationId: string,
): Promise<Material[]> {
  const application = await selectApplication(db, applicationId);
  const [assessment, attachments, contacts, units] = await Promise.all([
    assessApplication(db, route.round, application),
    selectAttachments(db, applicationId),
    selectContacts(db, application.personId),
    selectAncestors(db, application.unitPath),
  ]);
  const records = recordsOf(assessment, route);
  const evidence = await selectEvidence(
    db,
    records.map(({ id }) => id),
  );
  const declaration = declarationOf(route.ready.programme);
  const { vocabulary } = route.ready;
  const byId = recordsById(assessment.dossier);
  const file = (
    one: { readonly id: string; readonly sha256: string; readonly mediaType: string },
    record: string | null,
    label: Names,
  ) => ({ id: one.id, record, label, sha256: one.sha256, mediaType: one.mediaType });
  const content: Application = {
    particulars: particularsOf(application, assessment, judging),
    written: declaration.written.map(({ id, names }) => ({
      id,
      label: names,
      text: application.form.fields[id] ?? '',
    })),
    records: records.map((fact) => ({
      fact,
      label: vocabulary.records[fact.type]?.names ?? { 'zh-CN': fact.type, en: fact.type },
      said: {
        'zh-CN': recordLine(fact.id, byId, vocabulary, 'zh-CN').text,
        en: recordLine(fact.id, byId, vocabulary, 'en').text,
      },
    })),
    files: [
      ...evidence.map((one) => file(one, one.recordId, EVIDENCE)),
      ...attachments.map((one) =>
        file(one, null, declaration.attachments.find(({ id }) => id === one.item)?.names ?? EVIDENCE),
      ),
    ],
  };
  const telling: Telling = {
    name: [application.personName, ...contacts],
    // What stands over the panel's own unit is common to all who are judged.
    unit: units.filter(({ path }) => path.length > panelPath.length).map(({ name }) => name),
  };
  return materialsOf(judging, content, telling);
}

/** The records the form lists, or where it lists none, those the programme counted. */
function recordsOf({ hoped, dossier }: Assessment, { ready }: Route) {
  const { listed } = declarationOf(ready.programme);
  const ids = new Set(
    listed.length > 0
      ? listed.flatMap(({ clause = '' }) =>
          listedRecords(hoped.root, clause, dossier.records).map(({ id }) => id),
        )
      : countedIn(hoped.root),
  );
  return dossier.records.filter(({ id }) => ids.has(id));
}

function particularsOf(
  application: ApplicationRow,
  { dossier, ready: { vocabulary } }: Assessment,
  { shows = [] }: Judging,
): Application['particulars'] {
  const plain = (text: string): Names => ({ 'zh-CN': text, en: text });
  return [
    { id: 'name', label: NAME, content: plain(application.personName) },
    { id: 'unit', label: UNIT, content: plain(application.schoolName) },
    ...shows.map((id) => {
      const say = (locale: 'zh-CN' | 'en') =>
        sayValue(dossier.person[id] ?? null, attributeType(vocabulary, id), vocabulary, locale);
      return {
        id,
        label: vocabulary.attributes[id]?.names ?? plain(id),
        content: { 'zh-CN': say('zh-CN'), en: say('en') },
      };
    }),
  ];
}
