/** Rounds, applications and results as JSON, behind the guards of the pages. */
import { z } from '@hono/zod-openapi';
import { answerPage, pageProps } from '../../../platform/answer.ts';
import { HttpError } from '../../../platform/errors.ts';
import { isId } from '../../../platform/ids.ts';
import { anyone, may, type RouteList, routeList, signedIn } from '../../../platform/routing.ts';
import { allows, rootsFor } from '../../identity/rules.ts';
import { programmeOf } from '../../programmes/compiled.ts';
import { namesOfNumbers } from '../../programmes/numbers/former.ts';
import { listNumbers } from '../../programmes/numbers/queries.ts';
import { concerns, misfitOf, parameterOf, setterLevel } from '../../programmes/numbers/rules.ts';
import { numberScope, seenVersion } from '../../programmes/numbers/scope.ts';
import { versionPlace } from '../../programmes/queries.ts';
import { programmeName } from '../../programmes/rules.ts';
import { applicationPlace, selectApplication, selectSnapshot } from '../applications/queries.ts';
import { shownLine, shownPublicity } from '../publicity/public/view.ts';
import { listPublicity, selectOptionalPublicity } from '../publicity/queries.ts';
import { countNamed, listNamed } from '../publicity/result/queries.ts';
import { mustNotBeRecused } from '../review/queries.ts';
import { withRoundNumbers } from '../rounds/numbers.ts';
import { listRoundStages, listRounds, type RoundRow, roundPlace } from '../rounds/queries.ts';
import { listQuotas } from '../rounds/quotas/queries.ts';
import { dividedAmong, phaseOf, quotaSum } from '../rounds/rules.ts';
import { roundScope, visibleRound } from '../rounds/show.ts';
import { documentOf, openApi } from './describe.ts';
import { DocsPage } from './page.tsx';
import { listApplicationsUnder } from './queries.ts';
import { recordsNamed } from './records.ts';

const api = openApi();

const names = z.object({ 'zh-CN': z.string(), en: z.string() });
const instant = z.iso.datetime();
const day = z.iso.date();
const page = z.coerce.number().int().min(1).max(100_000).default(1);
const size = z.coerce.number().int().min(1).max(200).default(50);
const none = z.object({});

const round = z
  .object({
    id: z.uuid(),
    name: z.string(),
    programme: z.object({ id: z.string(), version: z.string(), versionId: z.uuid(), names }),
    unit: z.object({ id: z.uuid(), name: z.string(), level: z.string() }),
    state: z.enum(['draft', 'open', 'publicity', 'decided', 'cancelled']),
    phase: z.enum(['draft', 'waiting', 'taking', 'reviewing', 'publicity', 'decided', 'cancelled']),
    opensAt: instant,
    closesAt: instant,
    asOf: day,
    places: z.number().int().nullable(),
    documentNumber: z.string().nullable(),
    contact: z.string().nullable(),
    decidedAt: instant.nullable(),
  })
  .openapi('Round');

const roundBody = (row: RoundRow, now: Date): z.input<typeof round> => ({
  id: row.id,
  name: row.name,
  programme: {
    id: programmeName(row.programmeId),
    version: row.version,
    versionId: row.versionId,
    names: row.programmeNames,
  },
  unit: { id: row.unitId, name: row.unitName, level: row.unitLevel },
  state: row.state,
  phase: phaseOf(row, now),
  opensAt: row.opensAt.toISOString(),
  closesAt: row.closesAt.toISOString(),
  asOf: row.asOf,
  places: row.places,
  documentNumber: row.documentNumber,
  contact: row.contact,
  decidedAt: row.decidedAt?.toISOString() ?? null,
});

api.get(
  'rounds',
  '/api/v1/rounds',
  signedIn,
  z.object({ list: z.enum(['running', 'coming', 'past', 'draft']).default('running'), page, size }),
  z.object({ items: z.array(round), page: z.number().int(), size: z.number().int(), more: z.boolean() }),
  async (ask, query) => {
    const scope = roundScope(ask);
    const rows = await listRounds(
      ask.db,
      scope,
      query.list,
      ask.now,
      query.size + 1,
      (query.page - 1) * query.size,
    );
    return {
      items: rows.slice(0, query.size).map((row) => roundBody(row, ask.now)),
      page: query.page,
      size: query.size,
      more: rows.length > query.size,
    };
  },
);

const stage = z.object({
  position: z.number().int(),
  id: z.string(),
  names,
  actor: z.string(),
  does: z.string(),
  closesAt: instant.nullable(),
});

api.get(
  'round',
  '/api/v1/rounds/:round',
  may('round.see', roundPlace),
  none,
  round.extend({ route: z.array(stage) }),
  async (ask) => {
    const row = await visibleRound(ask);
    const [{ programme }, stages] = await Promise.all([
      programmeOf(ask.db, row.versionId),
      listRoundStages(ask.db, row.id),
    ]);
    const route = (programme.route ?? []).map(({ id, names: said, actor, does }, index) => ({
      position: index + 1,
      id,
      names: said,
      actor,
      does,
      closesAt: stages[index]?.closesAt?.toISOString() ?? null,
    }));
    return { ...roundBody(row, ask.now), route };
  },
);

api.get(
  'quotas',
  '/api/v1/rounds/:round/quotas',
  may('round.see', roundPlace),
  none,
  z.object({
    total: z.number().int().nullable(),
    sum: z.number().int(),
    unallocated: z.number().int(),
    items: z.array(
      z.object({ unitId: z.uuid(), unit: z.string(), places: z.number().int(), used: z.number().int() }),
    ),
  }),
  async (ask) => {
    if (ask.actor.assignments.length === 0) throw new HttpError(403, 'error.not-allowed');
    const row = await visibleRound(ask);
    const { programme } = await programmeOf(ask.db, row.versionId);
    const quotas = await listQuotas(ask.db, row.id, dividedAmong(programme.quota, row));
    const { total, sum, unallocated } = quotaSum(
      row.places,
      quotas.map(({ places }) => places),
    );
    return {
      total,
      sum,
      unallocated,
      items: quotas.map(({ unitId, unitName, places, used }) => ({ unitId, unit: unitName, places, used })),
    };
  },
);

/** A number a unit has set in place of the programme's own. */
const localNumber = z.object({
  parameter: z.string(),
  names,
  unit: z.object({ name: z.string(), level: z.string() }),
  value: z.string(),
  /** What the programme has. */
  instead: z.string().nullable(),
  from: day,
  document: z.string().nullable(),
  /** Why the version cannot use it; null where it does. */
  unused: z.string().nullable(),
});

api.get(
  'roundNumbers',
  '/api/v1/rounds/:round/numbers',
  may('round.see', roundPlace),
  none,
  z.object({ digest: z.string().nullable(), items: z.array(localNumber) }),
  async (ask) => {
    const round = await visibleRound(ask);
    const { programme, local } = await withRoundNumbers(ask, round);
    const scope = numberScope(ask);
    const own = local.all.filter((one) => concerns(scope, one));
    const namesOf = await namesOfNumbers(ask.db, { programme }, round.programmeId, own);
    const items = own.map(({ parameter, value, unitName, unitLevel, since, document, misfit }) => ({
      parameter,
      names: namesOf(parameter),
      unit: { name: unitName, level: unitLevel },
      value,
      instead: parameterOf(programme, parameter)?.value ?? null,
      from: since,
      document,
      unused: misfit?.reason ?? null,
    }));
    return { digest: local.digest, items };
  },
);

api.get(
  'programmeNumbers',
  '/api/v1/programmes/:version/numbers',
  may('programme.see', versionPlace),
  z.object({ page, size }),
  z.object({
    parameters: z.array(
      z.object({
        id: z.string(),
        names,
        value: z.string(),
        min: z.string().nullable(),
        max: z.string().nullable(),
        unit: names.nullable(),
        setBy: z.string().nullable(),
      }),
    ),
    items: z.array(localNumber.extend({ until: day.nullable() })),
    page: z.number().int(),
    size: z.number().int(),
    more: z.boolean(),
  }),
  async (ask, query) => {
    const seen = await seenVersion(ask);
    const { programme } = seen.ready;
    const rows = await listNumbers(ask.db, seen.version.programmeId, numberScope(ask), {
      limit: query.size + 1,
      offset: (query.page - 1) * query.size,
    });
    const namesOf = await namesOfNumbers(ask.db, { programme }, seen.version.programmeId, rows);
    return {
      parameters: Object.entries(programme.parameters ?? {}).map(
        ([id, { names: said, value, min, max, unit }]) => ({
          id,
          names: said,
          value,
          min: min ?? null,
          max: max ?? null,
          unit: unit ?? null,
          setBy: setterLevel(programme, id, seen.authority),
        }),
      ),
      items: rows.slice(0, query.size).map((row) => ({
        parameter: row.parameter,
        names: namesOf(row.parameter),
        unit: { name: row.unitName, level: row.unitLevel },
        value: row.value,
        instead: parameterOf(programme, row.parameter)?.value ?? null,
        from: row.from,
        until: row.until,
        document: row.document,
        unused: misfitOf(seen.ready, seen.authority, { ...row, since: row.from })?.reason ?? null,
      })),
      page: query.page,
      size: query.size,
      more: rows.length > query.size,
    };
  },
);

const application = z
  .object({
    id: z.uuid(),
    person: z.object({ id: z.uuid(), name: z.string() }),
    school: z.object({ id: z.uuid(), name: z.string() }),
    subject: z.string().nullable(),
    stage: z.string().nullable(),
    state: z.string(),
    position: z.number().int().nullable(),
    outcome: z.string().nullable(),
    receipt: z.string().nullable(),
    submittedAt: instant.nullable(),
  })
  .openapi('Application');

api.get(
  'applications',
  '/api/v1/rounds/:round/applications',
  may('round.see', roundPlace),
  z.object({
    state: z
      .enum(['in-review', 'returned', 'refused', 'withdrawn', 'listed', 'not-selected', 'granted', 'removed'])
      .optional(),
    after: z.uuid().optional(),
    size,
  }),
  z.object({ items: z.array(application), next: z.uuid().nullable() }),
  async (ask, { state, after, size: most }) => {
    const row = await visibleRound(ask);
    const of = {
      roots: rootsFor(ask.actor, 'application.see').map(({ unitPath }) => unitPath),
      personId: ask.actor.personId,
      state: state ?? null,
    };
    const rows = await listApplicationsUnder(ask.db, row.id, of, most + 1, after ?? null);
    const items = rows
      .slice(0, most)
      .map(({ personId, name, schoolId, schoolName, submittedAt, ...rest }) => ({
        ...rest,
        person: { id: personId, name },
        school: { id: schoolId, name: schoolName },
        submittedAt: submittedAt?.toISOString() ?? null,
      }));
    return { items, next: rows.length > most ? (items.at(-1)?.id ?? null) : null };
  },
);

const namedRecord = z.object({
  id: z.uuid(),
  type: z.string(),
  title: z.string(),
  on: z.string().nullable(),
  level: z.string().nullable(),
  grade: z.string().nullable(),
  /** Entered long after it happened. */
  late: z.boolean(),
  /** Changed by its owner since it was entered. */
  corrected: z.boolean(),
});

api.get(
  'application',
  '/api/v1/applications/:application',
  may('application.see', applicationPlace),
  none,
  application.extend({
    roundId: z.uuid(),
    form: z.record(z.string(), z.string()),
    /** The tree of findings as it stood at submission; null in a draft. */
    findings: z.unknown(),
    /** Every record the findings name, as it stood at submission; late entries and corrections are marked. */
    records: z.array(namedRecord),
  }),
  async (ask) => {
    const row = await selectApplication(ask.db, ask.c.req.param('application') ?? '');
    await mustNotBeRecused(ask.db, row, ask.actor);
    const snapshot = await selectSnapshot(ask.db, row.id);
    return {
      id: row.id,
      roundId: row.roundId,
      person: { id: row.personId, name: row.personName },
      school: { id: row.schoolId, name: row.schoolName },
      subject: row.subject,
      stage: row.stage,
      state: row.state,
      position: row.position,
      outcome: row.outcome,
      receipt: row.receipt,
      submittedAt: row.submittedAt?.toISOString() ?? null,
      form: { ...row.form.fields },
      findings:
        snapshot === null ? null : { asOf: snapshot.asOf, outcome: snapshot.outcome, root: snapshot.root },
      records: snapshot === null ? [] : recordsNamed(snapshot),
    };
  },
);

const named = z.object({
  name: z.string(),
  county: z.string().nullable(),
  school: z.string(),
  subject: z.string().nullable(),
  stage: z.string().nullable(),
  /** For officials only. */
  staffNumber: z.string().nullable().optional(),
});

api.get(
  'result',
  '/api/v1/rounds/:round/result',
  may('round.see', roundPlace),
  z.object({ page, size }),
  z.object({
    decidedAt: instant,
    total: z.number().int(),
    page: z.number().int(),
    size: z.number().int(),
    items: z.array(named),
  }),
  async (ask, query) => {
    const row = await visibleRound(ask);
    if (row.state !== 'decided' || row.decidedAt === null) throw new HttpError(404, 'error.not-found');
    const official = allows(ask.actor, 'application.review', { unitPath: row.unitPath });
    const filter = { states: ['granted'] as const };
    const rows = await listNamed(ask.db, row.id, filter, {
      limit: query.size,
      offset: (query.page - 1) * query.size,
    });
    return {
      decidedAt: row.decidedAt.toISOString(),
      total: await countNamed(ask.db, row.id, filter),
      page: query.page,
      size: query.size,
      items: rows.map(({ name, countyName, schoolName, subject, stage: taught, staffNumber }) => ({
        name,
        county: countyName,
        school: schoolName,
        subject,
        stage: taught,
        ...(official ? { staffNumber } : {}),
      })),
    };
  },
);

const line = z
  .object({
    id: z.uuid(),
    round: z.string(),
    unit: z.string(),
    postedOn: day,
    closesOn: day,
    people: z.number().int(),
  })
  .openapi('Notice');

api.get(
  'notices',
  '/api/v1/public',
  anyone,
  z.object({ past: z.enum(['0', '1']).default('0'), page, size }),
  z.object({ items: z.array(line), page: z.number().int(), size: z.number().int(), more: z.boolean() }),
  async (ask, query) => {
    const rows = await listPublicity(ask.db, query.past === '0', {
      today: ask.today,
      limit: query.size + 1,
      offset: (query.page - 1) * query.size,
    });
    const items = rows
      .slice(0, query.size)
      .map(shownLine)
      .map(({ id, roundName, unitName, postedOn, closesOn, entries }) => ({
        id,
        round: roundName,
        unit: unitName,
        postedOn,
        closesOn,
        people: entries,
      }));
    return { items, page: query.page, size: query.size, more: rows.length > query.size };
  },
);

api.get(
  'notice',
  '/api/v1/public/:publicity',
  anyone,
  none,
  z.object({
    id: z.uuid(),
    postedOn: day,
    closesOn: day,
    digest: z.string(),
    list: z.object({
      round: z.string(),
      unit: z.string(),
      programme: names,
      documentNumber: z.string().nullable(),
      contact: z.string().nullable(),
      entries: z.array(
        named.omit({ staffNumber: true }).extend({
          number: z.number().int(),
          title: z.union([names, z.enum(['none', 'unclear'])]).nullable(),
        }),
      ),
    }),
  }),
  async (ask) => {
    const id = ask.c.req.param('publicity') ?? '';
    const publicity = isId(id) ? await selectOptionalPublicity(ask.db, { id }) : null;
    if (publicity === null) throw new HttpError(404, 'error.not-found');
    const { postedOn, closesOn, digest, list } = shownPublicity(publicity);
    return { id, postedOn, closesOn, digest, list: { ...list, entries: [...list.entries] } };
  },
);

const docs = routeList();
docs.get('/api/openapi.json', anyone, (ask) => ask.c.json(documentOf(api.calls, ask.locale)));
docs.get('/api/docs', anyone, (ask) =>
  answerPage(ask, DocsPage({ frame: pageProps(ask), document: documentOf(api.calls, ask.locale) })),
);

export const apiRoutes: RouteList = api.routes;
export const apiDocsRoutes: RouteList = docs;
