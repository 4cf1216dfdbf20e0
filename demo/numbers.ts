import { appendAudit } from '../src/features/audit/queries.ts';
import { insertNumber } from '../src/features/programmes/numbers/queries.ts';
import { programmeKey } from '../src/features/programmes/rules.ts';
import type { Services } from '../src/platform/services.ts';
import type { Names } from '../src/web/words.ts';
import type { Random } from './random.ts';
import { Maker, type Unit } from './rounds.ts';

/*
 * A city's award whose least years of teaching each county may set: two have, one of them anew since, and the round keeps
 * what held when it was opened. What one of them has set for next year stands beside it.
 */

const PARAMETER = 'least-years';

interface Setting {
  readonly value: string;
  /** Days from now. */
  readonly set: number;
  readonly from: number;
  readonly document: string;
  readonly reason: string;
}
/** By the county's code. */
const SETTINGS: Readonly<Record<string, readonly Setting[]>> = {
  d06: [
    {
      value: '5',
      set: -62,
      from: -60,
      document: '青教发〔2026〕3号',
      reason: '本县教师教龄普遍较长，教坛新秀须经过一轮完整的循环教学。',
    },
    {
      value: '4',
      set: -1,
      from: 45,
      document: '青教发〔2026〕11号',
      reason: '新教师增多，放宽一年。',
    },
  ],
  d02: [
    {
      value: '4',
      set: -300,
      from: -290,
      document: '区教发〔2025〕20号',
      reason: '与区级新秀的年限一致。',
    },
    {
      value: '2',
      set: -50,
      from: -40,
      document: '区教发〔2026〕9号',
      reason: '新建学校多，青年教师是主体。',
    },
  ],
};

export async function loadNumbers(
  services: Services,
  random: Random,
  say: (message: string) => void,
): Promise<void> {
  const maker = new Maker(services.db, services.config.timeZone, random, services.clock());
  const { db } = maker;
  const unit = (code: string) =>
    db.selectFrom('unit').select(['id', 'path', 'name']).where('code', '=', code).executeTakeFirst();
  const city = await db
    .selectFrom('unit')
    .select(['id', 'path', 'name'])
    .where('level', '=', 'city')
    .executeTakeFirstOrThrow();
  const published = await maker.publish('young', city, 'city-office');
  const { names } = published.file.parameters?.[PARAMETER] ?? published.file;
  const about = { programmeId: programmeKey(city.id, published.file.programme), names };
  let counties = 0;
  for (const [code, settings] of Object.entries(SETTINGS)) {
    const county = await unit(code);
    if (county === undefined) continue;
    counties += 1;
    for (const setting of settings) await set(maker, random, about, county, setting);
  }
  const year = maker.civil(30).slice(0, 4);
  await maker.open(published, city, 'city-office', {
    opens: -3,
    closes: 30,
    quotas: false,
    name: `${year}年市级教坛新秀评选`,
  });
  say(`  ${counties} counties have set a number of the city’s award, its round open`);
}

async function set(
  maker: Maker,
  random: Random,
  { programmeId, names }: { readonly programmeId: string; readonly names: Names },
  county: Unit,
  { value, set: day, from, document, reason }: Setting,
): Promise<void> {
  const { db, actor, now } = await maker.acting('county-office', county.id, day);
  const id = random.id(now.getTime());
  const first = maker.civil(from);
  await insertNumber(db, {
    id,
    programmeId,
    unitId: county.id,
    unitPath: county.path,
    parameter: PARAMETER,
    value,
    from: first,
    document,
    reason,
    by: actor.personId,
    at: now,
  });
  await appendAudit(db, actor, now, {
    action: 'number.set',
    subjectType: 'local-number',
    subjectId: id,
    unitPath: county.path,
    after: {
      parameter: names,
      value,
      on: first,
      unit: county.name,
      document,
    },
    reason,
  });
}
