import { type Errand, type Going, Lost, textFile } from '../errands.ts';
import { staff } from './organisation.ts';

/** Programmes, rounds and panels from their beginning to their end. The clock goes on to 3 December. */

const OFFICE = 'school-office';
const LEADER = 'school-leader';

/** Small, with every act of a round in it: an order, a clause a body decides, an attachment, equals for one place. */
const PROGRAMME = `programme: school-lessons
version: 2026-1
names: {zh-CN: 校级教学能手评选, en: Award of a school for lessons}
scope: school
grants: {title: school-backbone}
bodies:
  leading-group: {names: {zh-CN: 领导小组, en: leading group}, level: school}
eligibility:
  all:
    - {id: years, say: {zh-CN: 任教1年以上。, en: One or more years of teaching.}, person: {yearsOfTeaching: {atLeast: 1}}}
    - id: character
      say: {zh-CN: 师德优良。, en: Of excellent morality.}
      decide: {by: leading-group, presume: met, needs: [reason]}
quota: {total: 1}
ties: {keys: [{by: score, prefer: higher}], otherwise: decision}
route:
  - {id: declaration, names: {zh-CN: 个人申报, en: declaration}, actor: applicant, does: declare}
  - {id: school, names: {zh-CN: 教务处推荐, en: recommendation}, actor: school-office, does: recommend, ranking: ordered, mayReturn: true}
  - {id: approval, names: {zh-CN: 领导小组审议, en: approval}, actor: school-leading-group, body: leading-group, does: examine, ranking: none, mayReturn: true}
  - {id: publicity, names: {zh-CN: 公示, en: publicity period}, actor: public, does: publicise, publicity: {days: {working: 5}}}
forms:
  declaration:
    names: {zh-CN: 申报表, en: Declaration form}
    kind: declaration
    fields:
      - {id: subject, names: {zh-CN: 任教学科, en: subject}, from: subject}
      - {id: statement, names: {zh-CN: 教学实绩, en: achievements}, required: true, max: 1500}
    attachments:
      - {id: lesson, names: {zh-CN: 一节课的教案, en: plan of a lesson}}
`;

const linksIn = (page: string, like: RegExp) => new Set([...page.matchAll(like)].map(([, to = '']) => to));

async function draft(go: Going): Promise<void> {
  const lab = await go.link('city-office', '/lab', /^\/lab\/drafts\/[\w-]{36}$/);
  await go.fill('city-office', `${lab}/file`, /\/file$/, { file: null });
  await go.fill('city-office', lab, /\/lab\/drafts\/[\w-]+$/, { act: 'save' });
  const file = await go.forms('city-office', `${lab}/file`, /\/file$/);
  await go.post('city-office', `${lab}/check`, { source: file[0]?.fields.source ?? '' });
  await go.fill('city-office', `${lab}/agreement`, /\/agreement$/, { act: 'ask', note: '请会签' });
  await go.fill('city-colleague', `${lab}/agreement`, /\/agreement$/, { act: 'agree', note: null });
  await go.fill('city-office', `${lab}/agreement`, /\/agreement$/, {
    act: 'publish',
    effective: '2026-11-26',
  });
}

async function numbers(go: Going): Promise<void> {
  const { id } = await go.kept.services.db
    .selectFrom('programme_version')
    .innerJoin('local_number', 'local_number.programme_id', 'programme_version.programme_id')
    .select('programme_version.id')
    .orderBy('programme_version.id')
    .executeTakeFirstOrThrow();
  await go.fill('county-office', `/programmes/${id}/numbers`, /\/numbers\/[\w-]+$/, {
    value: '6',
    from: '2027-03-01',
    reason: '本县教师年轻',
    document: '青教〔2026〕9号',
  });
  await go.see('county-office', `/api/v1/programmes/${id}/numbers`);
}

/** A draft with all it asks for; its address. */
async function apply(go: Going, who: string, round: string): Promise<string> {
  const { location } = await go.fill(who, `${round}/eligibility`, /\/apply$/);
  const own = /^\/applications\/[\w-]+/.exec(location)?.[0] ?? '';
  await go.fill(who, `${own}/statement`, /\/statement$/, { 'field.statement': '教学实绩若干' });
  await go.fill(who, `${own}/attachments`, /\/attachments$/, {
    item: 'lesson',
    evidence: textFile('教案.pdf', 'application/pdf', '%PDF-1.4\n%%EOF'),
  });
  await go.see(who, await go.link(who, `${own}/attachments`, /\/attachments\/[\w-]{36}$/));
  return own;
}

/** One round of a school: planned, applied for, reviewed, its list made public. */
async function round(go: Going): Promise<void> {
  const uploaded = await go.fill(OFFICE, '/programmes/new', /\/programmes\/new$/, {
    file: textFile('programme.yaml', 'application/yaml', PROGRAMME),
    tables: null,
  });
  await go.fill(OFFICE, uploaded.location, /\/publish$/, { effective: '2026-11-26' });
  const version = uploaded.location.split('/')[2]?.split('?')[0] ?? '';
  const planned = await go.fill(OFFICE, `/rounds/new?version=${version}`, /\/rounds\/new$/, {
    name: '2026年校级教学能手评选',
    opens: '2026-11-26',
    deadline: '2026-11-27',
    'as-of': '2026-11-27',
    places: '1',
  });
  const at = planned.location.split('?')[0] ?? '';
  await go.fill(OFFICE, `${at}/change`, /\/change$/, { contact: '教务处' });
  await go.fill(OFFICE, at, /\/open$/);
  const applied: string[] = [];
  const people = (await staff(go)).slice(-4).map(({ id }) => id);
  for (const id of people) {
    const own = await apply(go, id, at);
    if (applied.length === 0) await go.fill(id, `${own}/attachments`, /\/withdraw$/);
    await go.fill(id, `${own}/check`, /\/submit$/);
    await go.see(id, `${own}/form.pdf`);
    applied.push(own);
  }
  const [one, two, three, four] = applied;
  if (one === undefined || two === undefined || three === undefined || four === undefined)
    throw new Lost('too few applied');
  await go.fill(people[3] ?? '', four, /\/withdraw$/);
  const ids = [one, two].map((path) => path.split('/')[2] ?? '');
  await go.fill(OFFICE, `${at}/queue`, /\/queue\/recommend$/, {
    application: ids,
    move: null,
  });
  await go.fill(OFFICE, `${at}/queue?tab=recommended`, /\/review\/move$/, { move: 'down' });
  await go.fill(OFFICE, `${three}/review`, /\/review\/refuse$/, {
    clause: 'years',
    refuseReason: '未满一年',
  });
  await go.fill(OFFICE, `${two}/review`, /\/review\/take-back$/);
  await go.fill(OFFICE, `${two}/review`, /\/review\/recommend$/);
  const question = { question: 'character', outcome: 'met', 'reason.character': '师德考核优秀' };
  await go.fill(LEADER, `${one}/review`, /\/review\/decide$/, question);
  for (const own of [one, two]) await go.fill(LEADER, `${own}/review`, /\/review\/recommend$/);
  go.at('2026-11-28T03:00:00Z');
  await go.fill(LEADER, `${at}/selection`, /\/selection\/tie$/, {
    taken: ids.slice(0, 1),
    reason: '会议投票',
  });
  // It turns out that one of them began to teach only now.
  await go.fill(OFFICE, `/people/${people[0]}/edit`, /\/edit$/, { teachingSince: '2026-11-20' });
  await go.fill(LEADER, `${at}/selection`, /\/selection\/unfit$/, {
    application: ids[0] ?? '',
    'unfit-reason': '公开课未按时开设',
  });
  await go.fill(LEADER, `${at}/selection`, /\/selection\/post$/, { confirm: '1' });
  await go.see(LEADER, `${at}/papers/publicity.pdf`);
  const id = at.split('/')[2] ?? '';
  for (const part of ['', '/quotas', '/numbers', '/applications'])
    await go.see(LEADER, `/api/v1/rounds/${id}${part}`);
  await go.see(LEADER, '/api/v1/rounds');
  await go.see(LEADER, `/api/v1/applications/${ids[1]}`);
  const notice = await go.link('nobody', '/public', /^\/public\/[\w-]{36}$/);
  await go.fill('nobody', `${notice}/object`, /\/object$/, {
    signed: 'no',
    name: null,
    contact: null,
    statement: '材料不实',
  });
  await go.see('nobody', '/api/v1/public');
  await go.see('nobody', `/api/v1${notice}`);
}

/** More time, places divided, and whoever was not told yet that they may apply. */
async function screening(go: Going): Promise<void> {
  const { id } = await go.kept.services.db
    .selectFrom('round')
    .select('id')
    .where('state', '=', 'open')
    .where('name', 'like', '%市级中小学%')
    .orderBy('opens_at', 'desc')
    .executeTakeFirstOrThrow();
  await go.fill('city-office', `/rounds/${id}`, /\/extend$/, { deadline: '2027-01-10', reason: '雨雪停课' });
  const apportion = await go.link('city-office', `/rounds/${id}/quotas`, /\/quotas\/apportion/);
  await go.fill('city-office', apportion, /\/quotas\/apportion/, { cap: null });
  await go.fill('county-office', `/rounds/${id}/screening`, /\/screening$/);
  await go.kept.jobsDone();
  await go.fill('county-office', `/rounds/${id}/screening`, /\/notify$/);
  for (const file of ['xlsx', 'pdf'])
    await go.see('county-office', `/rounds/${id}/screening/figures.${file}`);
}

/** The panel of the demo is called off and another formed; three judges mark all of its candidates. */
async function panel(go: Going): Promise<void> {
  const { db } = go.kept.services;
  const { id, roundId } = await db
    .selectFrom('panel')
    .select(['id', 'round_id as roundId'])
    .where('state', '=', 'judging')
    .executeTakeFirstOrThrow();
  const seats = await db
    .selectFrom('panel_seat')
    .select('person_id as who')
    .where('panel_id', '=', id)
    .execute();
  const judges = seats.map(({ who }) => who).filter((who) => who !== go.persona('judge').personId);
  await go.fill('county-office', `/panels/${id}`, /\/cancel$/, { cancelWhy: '评委须重新抽取' });
  const { location } = await go.fill('county-office', `/rounds/${roundId}/panels`, /\/panels$/);
  const at = location.split('?')[0] ?? '';
  await go.fill('county-office', at, /\/dates$/, { from: '2026-11-28', until: '2026-12-05' });
  await go.fill('county-office', at, /\/complete$/);
  const [spare = '', ...seated] = judges;
  for (const person of [spare, ...seated]) await go.post('county-office', `${at}/seats`, { person });
  const [end] = await go.forms('county-office', at, /\/seats\/[\w-]+\/end$/);
  const why = Object.keys(end?.fields ?? {})[0] ?? '';
  await go.fill('county-office', at, /\/seats\/[\w-]+\/end$/, { [why]: '本人请辞' });
  const page = await go.see('county-office', at);
  for (const entry of linksIn(page, /href="(\/panels\/[\w-]+\/entries\/[\w-]+)"/g)) {
    const [form] = await go.forms('county-office', entry, /\/entries\/[\w-]+$/);
    const shown = [form?.fields.shown ?? '', ...(form?.others.shown ?? [])];
    await go.fill('county-office', entry, /\/entries\/[\w-]+$/, { shown });
  }
  await go.fill('county-office', at, /\/open$/);
  const now = await db
    .selectFrom('panel_seat')
    .select('person_id as who')
    .where('panel_id', '=', at.split('/')[2] ?? '')
    .where('ended_at', 'is', null)
    .execute();
  const judging = at.replace('/panels/', '/judging/');
  const [first] = now;
  if (first === undefined) throw new Lost('no judge has a seat');
  const sheet = await go.link(first.who, judging, /^\/judging\/[\w-]+\/[\w-]+$/);
  await go.see(first.who, '/judging');
  for (const one of linksIn(await go.see(first.who, judging), /href="(\/judging\/[\w-]+\/[\w-]+)"/g))
    for (const file of linksIn(
      await go.see(first.who, one),
      /href="(\/judging\/[\w-]+\/[\w-]+\/files\/\d+)"/g,
    ))
      await go.see(first.who, file);
  await go.fill(first.who, sheet, /\/judging\/[\w-]+\/[\w-]+$/, { 'reason.reflection': '待看完再写' });
  await go.fill(first.who, sheet, /\/aside$/, { why: '看出是本人的学员' });
  for (const { who } of now)
    for (const sheet of linksIn(await go.see(who, judging), /href="(\/judging\/[\w-]+\/[\w-]+)"/g))
      if ((await go.forms(who, sheet, /\/hand-in$/)).length > 0)
        await go.fill(who, sheet, /\/hand-in$/, { 'reason.reflection': '反思具体' });
  await go.fill('county-office', at, /\/close$/, { conclusion: '评审组一致同意' });
}

/** A school's list that was public has an objection to it; that is settled, and the round decided. */
async function decided(go: Going): Promise<void> {
  const { db } = go.kept.services;
  const open = await db
    .selectFrom('objection')
    .innerJoin('publicity', 'publicity.id', 'objection.publicity_id')
    .innerJoin('round', 'round.id', 'publicity.round_id')
    .select(['objection.id as about', 'objection.receipt', 'round.id', 'round.unit_id as unitId'])
    .where('objection.state', '=', 'received')
    .orderBy('objection.received_at')
    .executeTakeFirstOrThrow();
  const { who } = await db
    .selectFrom('role_assignment')
    .select('person_id as who')
    .where('unit_id', '=', open.unitId)
    .where('role', '=', LEADER)
    .executeTakeFirstOrThrow();
  const at = `/rounds/${open.id}`;
  go.at('2026-12-03T03:00:00Z');
  await go.fill(who, `${at}/objections`, /\/investigate$/);
  await go.fill(who, `${at}/objections?about=${open.about}`, /\/settle$/, {
    outcome: 'dismiss',
    investigation: '查阅原始材料',
    answer: '经查材料属实',
  });
  await go.see('nobody', `/public/objections/${open.receipt}`);
  await go.fill(who, `${at}/selection`, /\/decide$/);
  for (const page of ['/result', '/papers/named.pdf', '/papers/named.xlsx']) await go.see(who, at + page);
  await go.see(who, `/api/v1${at}/result`);
}

export const selectionErrands: Readonly<Record<string, Errand>> = {
  'a draft is agreed to and published': draft,
  'a number a programme leaves to counties': numbers,
  'a round goes on, and whoever may apply is told': screening,
  'one round of a school': round,
  'a panel from its beginning to its end': panel,
  'a round is decided': decided,
};
