import { sql } from 'kysely';
import type { Actor } from '../src/features/identity/rules.ts';
import { datePanel, formPanel, openPanel } from '../src/features/selection/panels/acts.ts';
import { lookThrough } from '../src/features/selection/panels/entries/acts.ts';
import { listEntries } from '../src/features/selection/panels/entries/queries.ts';
import { handIn, saveMarks } from '../src/features/selection/panels/judging/acts.ts';
import { listSheets, selectJudgedPanels } from '../src/features/selection/panels/judging/queries.ts';
import { loadMaterials } from '../src/features/selection/panels/materials/load.ts';
import { selectPanel } from '../src/features/selection/panels/queries.ts';
import { judgedStages, waitingAt } from '../src/features/selection/panels/rules.ts';
import { giveSeat } from '../src/features/selection/panels/seats/acts.ts';
import { routeOf } from '../src/features/selection/review/route.ts';
import { selectRound } from '../src/features/selection/rounds/queries.ts';
import type { Db } from '../src/platform/database.ts';
import type { Acting } from '../src/platform/routing.ts';
import type { Services } from '../src/platform/services.ts';
import type { Random } from './random.ts';
import { type Likely, Maker, neighbourSchool, personaSchool, teachersOf } from './rounds.ts';

/*
 * A county's award whose candidates are judged blind, in the middle of it: some judges have handed in, the one of the
 * sign-in page has not begun.
 */

const JUDGES = 5;
const CANDIDATES_EACH = 4;

/** What a teacher writes of a lesson; their own name and school stand in it, as people write. */
const ofLesson = ({ name, subject }: Likely): string =>
  `我是${name}，任教${subject}。这节课先让学生自己提出问题，再分组讨论，最后用一个生活中的例子检验所学。课后发现后排学生参与较少，下一次把讨论改为两人一组，并提前发放学习单。`;

export async function loadPanel(
  services: Services,
  random: Random,
  say: (message: string) => void,
): Promise<void> {
  const maker = new Maker(services.db, services.config.timeZone, random, services.clock());
  const { db } = maker;
  const school = await personaSchool(db);
  const neighbour = await neighbourSchool(db, school);
  const county = await countyOf(db, school.path);
  const programme = await maker.publish('lessons', county, 'county-office');
  const round = await maker.open(programme, county, 'county-office', {
    opens: -20,
    closes: 5,
    quotas: false,
    name: '青溪县课堂教学新秀评选',
  });
  for (const one of [school, neighbour]) {
    const people = (await teachersOf(db, one)).filter(({ kind }) => kind === null).slice(0, CANDIDATES_EACH);
    await maker.apply(round, people, -6, ofLesson);
  }
  await maker.pass(round, 'school-office', 1, -4);
  const acting = await maker.acting('county-office', county.id, -2);
  const panel = random.id(acting.now.getTime());
  await judge(acting, maker, random, { panel, round, county });
  say('  a panel of judges in the middle of its marking');
}

async function judge(
  acting: Acting,
  maker: Maker,
  random: Random,
  { panel, round, county }: { panel: string; round: string; county: { id: string; path: string } },
): Promise<void> {
  const { db } = maker;
  const route = await routeOf(db, await selectRound(db, round));
  const stages = route.ready.programme.route ?? [];
  const [judged] = judgedStages(stages);
  if (judged === undefined) throw new Error('demo: the programme has no judges');
  await formPanel(acting, {
    id: panel,
    roundId: round,
    position: judged.position,
    stage: judged.stage.id,
    unitId: county.id,
    unitPath: county.path,
    by: acting.actor.personId,
    at: acting.now,
  });
  await datePanel(acting, panel, maker.civil(-2), maker.civil(9), maker.zone);
  const people = await judgesFor(db, county.path);
  for (const { id } of people) await giveSeat(acting, panel, random.id(acting.now.getTime()), id);
  for (const entry of await listEntries(db, panel, waitingAt(stages, judged))) {
    const materials = await loadMaterials(db, route, judged.judging, county.path, entry.applicationId);
    await lookThrough(
      acting,
      panel,
      entry.id,
      materials.map(({ key }) => key),
    );
  }
  const refusal = await openPanel(acting, panel);
  if (refusal !== null) throw new Error(`demo panel: ${refusal} of ${(await selectPanel(db, panel)).id}`);
  const [found] = await selectJudgedPanels(db, [panel]);
  if (found === undefined) throw new Error('demo: no panel');
  const [mine, ...others] = people;
  for (const [index, one] of others.entries()) {
    const sheets = await listSheets(db, panel, one.id);
    for (const [at, { code }] of sheets.entries()) {
      const marks = Object.fromEntries(
        judged.judging.criteria.map(({ id, max }) => [
          id,
          {
            mark: String(Math.round(Number(max) * (0.7 + 0.3 * random.next()) * 2) / 2),
            reason: REASONS[at % REASONS.length] ?? '',
          },
        ]),
      );
      const marking = {
        ask: { actor: actorOf(one), now: maker.day(-1), today: maker.civil(-1) },
        db,
        panel: found,
        judging: judged.judging,
        code,
      };
      // The last is in the middle of it.
      if (index < others.length - 1 || at < 2) await handIn(marking, marks);
      else if (at === 2) await saveMarks(marking, marks);
    }
  }
  if (mine === undefined) throw new Error('demo: no judge');
}

const REASONS = [
  '反思具体，改进可行。',
  '能从学生的表现看问题，但改进措施较笼统。',
  '对讨论环节的分析有说服力。',
  '反思较浅，未触及教学目标。',
];

interface Found {
  readonly id: string;
  readonly name: string;
}
/** The judge of the sign-in page first, then others of other counties, those first who hold no office. */
async function judgesFor(db: Db, countyPath: string): Promise<Found[]> {
  const { rows } = await sql<Found>`
    SELECT p.id, p.name FROM person p LEFT JOIN demo_persona d ON d.person_id = p.id AND d.kind = 'judge'
     WHERE p.staff_number IS NOT NULL AND NOT starts_with(p.unit_path, ${countyPath})
     ORDER BY d.kind IS NULL, EXISTS (SELECT 1 FROM role_assignment a WHERE a.person_id = p.id), md5(p.id::text) LIMIT ${JUDGES}`.execute(
    db,
  );
  return rows;
}

const actorOf = ({ id, name }: Found): Actor => ({
  personId: id,
  name,
  unitId: null,
  unitPath: null,
  unitName: null,
  assignments: [],
});

async function countyOf(db: Db, path: string): Promise<{ id: string; path: string; name: string }> {
  return db
    .selectFrom('unit')
    .select(['id', 'path', 'name'])
    .where('path', '=', `${path.split('.').slice(0, 2).join('.')}.`)
    .executeTakeFirstOrThrow();
}
