import { appendAudit } from '../src/features/audit/queries.ts';
import { insertDraft, updateDraftFile } from '../src/features/lab/queries.ts';
import { putRun, runTrial } from '../src/features/lab/trials/run.ts';
import { checkFile, digestOf } from '../src/features/programmes/compiled.ts';
import { insertVersion, publishVersion } from '../src/features/programmes/queries.ts';
import { turn } from '../src/language/edit.ts';
import { civilDateOf } from '../src/platform/civil-now.ts';
import type { Services } from '../src/platform/services.ts';
import { askingForMandarin } from './facts.ts';
import type { Random } from './random.ts';

/*
 * What stands in the policy lab: a second version of the city's programme, published for next year, and a draft of a
 * third in writing that has been tried on everyone. The rounds keep the version they were opened with.
 */

const LESSONS = 'eligibility.all[5].count.min';
const SINCE = 'eligibility.all[5].count.within';
/** In a larger city the draft is there and the trial is left to whoever asks for it. */
const MOST_TRIED = 20_000;
const DAY = 86_400_000;

export async function loadLab(
  services: Services,
  random: Random,
  teachers: number,
  say: (message: string) => void,
): Promise<void> {
  const { db } = services;
  const now = services.clock();
  const ago = (days: number) => new Date(now.getTime() - days * DAY);
  const today = civilDateOf(now, services.config.timeZone);
  const office = await db
    .selectFrom('demo_persona')
    .innerJoin('role_assignment as role', 'role.person_id', 'demo_persona.person_id')
    .select(['demo_persona.person_id as id', 'role.unit_id as unitId', 'role.unit_path as unitPath'])
    .where('demo_persona.kind', '=', 'city-office')
    .executeTakeFirstOrThrow();
  const first = await db
    .selectFrom('programme_version as version')
    .innerJoin('programme', 'programme.id', 'version.programme_id')
    .select(['version.source', 'version.tables'])
    .where('programme.unit_id', '=', office.unitId)
    .executeTakeFirstOrThrow();
  const tables = first.tables as Record<string, string>;
  const year = Number(today.slice(0, 4));

  const second = {
    id: random.id(ago(40).getTime()),
    source: askingForMandarin(named(turned(first.source, LESSONS, '4'), `${year + 1}-1`)),
  };
  const { programme } = sound(second.source, tables);
  await insertVersion(db, {
    ...second,
    programme: programme.programme,
    unitId: office.unitId,
    unitPath: office.unitPath,
    version: programme.version,
    names: programme.names,
    tables,
    digest: digestOf(second.source, tables),
    createdBy: office.id,
    createdAt: ago(40),
  });
  await publishVersion(db, second.id, office.id, ago(38), `${year + 1}-01-01`);

  const draft = { id: random.id(ago(2).getTime()), unitId: office.unitId, unitPath: office.unitPath };
  const note = (action: 'lab.draft-begun' | 'lab.draft-saved', at: Date, after: Record<string, unknown>) =>
    appendAudit(db, office.id, at, {
      action,
      subjectType: 'programme-draft',
      subjectId: draft.id,
      unitPath: draft.unitPath,
      after,
    });
  await insertDraft(db, {
    ...draft,
    baseId: second.id,
    source: second.source,
    tables,
    by: office.id,
    at: ago(2),
  });
  await note('lab.draft-begun', ago(2), { version: programme.version });
  // More lessons, and more years to have given them in: some come in, some drop out.
  const source = turned(turned(named(second.source, `${year + 1}-2`), LESSONS, '5'), SINCE, '7y');
  sound(source, tables);
  await updateDraftFile(db, draft.id, { source, tables }, office.id, ago(1));
  await note('lab.draft-saved', ago(1), { revision: 2 });
  if (teachers > MOST_TRIED) return;
  const trial = random.id(ago(1).getTime());
  await putRun(services, {
    id: trial,
    of: { draftId: draft.id, versionId: null },
    againstId: second.id,
    source,
    tables,
    unitPath: draft.unitPath,
    asOf: today,
    by: office.id,
  });
  const figures = await runTrial(services, trial);
  if (figures === null) throw new Error('demo: the trial in the policy lab failed');
  say(`  a draft in the policy lab, tried on ${figures.all.people} people`);
}

const named = (source: string, version: string): string =>
  source.replace(/^version: .*$/m, `version: ${version}`);

function turned(source: string, path: string, value: string): string {
  const text = turn(source, path, value);
  if (text === null) throw new Error(`demo: nothing to turn at ${path}`);
  return text;
}

function sound(source: string, tables: Readonly<Record<string, string>>) {
  const loaded = checkFile(source, tables);
  if (!loaded.ok) throw new Error(`demo: ${loaded.problems[0]?.message.en}`);
  return loaded;
}
