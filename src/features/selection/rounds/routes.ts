import { z } from 'zod';
import type { Stage } from '../../../language/grammar/round.ts';
import { answerDone, answerPage, pageProps } from '../../../platform/answer.ts';
import { civilDateOf, endOfDay, startOfDay } from '../../../platform/civil-now.ts';
import { type Db, transaction } from '../../../platform/database.ts';
import { HttpError } from '../../../platform/errors.ts';
import {
  civilDate,
  needed,
  optional,
  optionalCivilDate,
  parseForm,
  queryNumber,
  type RawForm,
  readForm,
  readRawForm,
} from '../../../platform/forms.ts';
import { isId, newId } from '../../../platform/ids.ts';
import { type ActorAsk, may, routeList, signedIn } from '../../../platform/routing.ts';
import type { FormState } from '../../../web/ui/form.tsx';
import { formatDate } from '../../../web/words.ts';
import { answerTimeline } from '../../audit/timeline/answer.ts';
import { allows, allowsSomewhere, rootsFor } from '../../identity/rules.ts';
import { insertNotices } from '../../notices/queries.ts';
import { listActingUnder } from '../../organisation/facts/queries.ts';
import { selectUnits, selectUnitsUnder } from '../../organisation/units/queries.ts';
import { UNIT_LEVELS } from '../../organisation/units/rules.ts';
import { programmeOf, type ReadyProgramme } from '../../programmes/compiled.ts';
import { VERSIONS_LISTED } from '../../programmes/find.tsx';
import { listVersions, selectVersion, type VersionRow } from '../../programmes/queries.ts';
import { pathsAbove } from '../../programmes/rules.ts';
import { populationsByClock } from '../dossier/population/keep.ts';
import { listParticipants } from '../publicity/queries.ts';
import { roleAt, stepsOf } from '../review/rules.ts';
import { takeRound } from '../stake/queries.ts';
import { earlyOf } from './early.ts';
import { noteRound } from './history.ts';
import { overviewOf, sayStageFault } from './overview.ts';
import { ChooseVersionPage, OverviewPage, RoundFormPage, RoundsPage } from './page.tsx';
import {
  insertRound,
  listQuotas,
  listRoundStages,
  listRounds,
  moveStageDates,
  type RoundList,
  type RoundRow,
  type RoundScope,
  roundPlace,
  selectRound,
  updateRound,
  updateStageDates,
} from './queries.ts';
import {
  cancelVerdict,
  dateFaults,
  dividedAmong,
  extendVerdict,
  type OpenRefusal,
  openVerdict,
  quotaSum,
  type StageDeadline,
  stageDeadlines,
  stageFaults,
} from './rules.ts';
import { suggestedContact, suggestedDates, suggestedPlaces, suggestedStageDates } from './start.ts';
import { roundFrame } from './tabs.ts';

export const roundRoutes = routeList();

const PAGE = 20;
export const roundId = (ask: ActorAsk): string => ask.c.req.param('round') ?? '';

/** What of the rounds this person may see. */
export function roundScope(ask: ActorAsk): RoundScope {
  const roots = rootsFor(ask.actor, 'round.see').map(({ unitPath }) => unitPath);
  const own = ask.actor.unitPath === null ? [] : [ask.actor.unitPath];
  return {
    above: [...new Set([...own, ...roots].flatMap(pathsAbove))],
    roots,
    drafts: rootsFor(ask.actor, 'round.open').map(({ unitPath }) => unitPath),
  };
}

/** The round, when this person may see it: a draft is only for those who may open it. */
export async function visibleRound(ask: ActorAsk): Promise<RoundRow> {
  const round = await selectRound(ask.db, roundId(ask));
  if (round.state === 'draft' && !allows(ask.actor, 'round.open', { unitPath: round.unitPath })) {
    throw new HttpError(404, 'error.not-found');
  }
  return round;
}

roundRoutes.get('/rounds', signedIn, async (ask) => {
  const mayOpen = allowsSomewhere(ask.actor, 'round.open');
  const lists: RoundList[] = ['running', 'coming', 'past', ...(mayOpen ? (['draft'] as const) : [])];
  const list = lists.find((one) => one === ask.c.req.query('list')) ?? 'running';
  const page = queryNumber(ask.c.req.query('page'), 1, 1, 10_000);
  const rows = await listRounds(ask.db, roundScope(ask), list, ask.now, PAGE + 1, (page - 1) * PAGE);
  return answerPage(
    ask,
    RoundsPage({
      frame: pageProps(ask),
      list,
      lists,
      rounds: rows.slice(0, PAGE),
      now: ask.now,
      timeZone: ask.services.config.timeZone,
      page,
      size: PAGE,
      more: rows.length > PAGE,
      mayOpen,
    }),
  );
});

/** Published versions of the programmes of the person's units and those above. */
async function openableVersions(
  ask: ActorAsk,
  which: { readonly id: string } | { readonly search: string | null },
): Promise<VersionRow[]> {
  const roots = rootsFor(ask.actor, 'round.open').map(({ unitPath }) => unitPath);
  return listVersions(
    ask.db,
    { above: roots.flatMap(pathsAbove), roots },
    { limit: VERSIONS_LISTED + 1, offset: 0, state: 'published', ...which },
  );
}
/** One of them; undefined when it is none, or no id. */
const openableVersion = async (ask: ActorAsk, id: string | undefined): Promise<VersionRow | undefined> =>
  id !== undefined && isId(id) ? (await openableVersions(ask, { id }))[0] : undefined;
const versionLabel = (ask: ActorAsk, version: { names: Record<'zh-CN' | 'en', string>; version: string }) =>
  ask.t('rounds.programme.version', { name: version.names[ask.locale], version: version.version });

/** The units that may hold a round of this programme and for which the person may open one. */
async function organisers(ask: ActorAsk, version: VersionRow, { programme }: ReadyProgramme) {
  const roots = rootsFor(ask.actor, 'round.open');
  const scope = UNIT_LEVELS.find((level) => level === programme.scope);
  if (scope === undefined) return [];
  const own = await selectUnits(
    ask.db,
    roots.map(({ unitId }) => unitId),
  );
  const below = own.some(({ level }) => level === programme.scope)
    ? []
    : (await Promise.all(own.map(({ path }) => selectUnitsUnder(ask.db, path, scope, ask.today)))).flat();
  return [...own, ...below].filter(
    ({ level, path }) => level === programme.scope && path.startsWith(version.unitPath),
  );
}

const dateValue = (date: Date, ask: ActorAsk) => civilDateOf(date, ask.services.config.timeZone);

async function formPage(
  ask: ActorAsk,
  versionId: string,
  round: RoundRow | null,
  given: FormState,
  submission = newId(),
) {
  const version = await selectVersion(ask.db, versionId);
  const ready = await programmeOf(ask.db, versionId);
  const { programme } = ready;
  const units = round === null ? await organisers(ask, version, ready) : [];
  const stages = (programme.route ?? []).map(({ id, names }) => ({ id, name: names[ask.locale] }));
  return answerPage(
    ask,
    RoundFormPage({
      frame: pageProps(ask),
      round,
      version: { id: versionId, label: versionLabel(ask, version) },
      units: units.map(({ id, name }) => ({ value: id, label: name })),
      stages,
      total: suggestedPlaces(programme),
      state: given,
      submission,
    }),
    given.errors === undefined ? 200 : 422,
  );
}

roundRoutes.get('/rounds/new', may('round.open'), async (ask) => {
  const chosen = await openableVersion(ask, ask.c.req.query('version'));
  if (chosen === undefined) {
    const search = ask.c.req.query('q')?.trim() || null;
    const versions = await openableVersions(ask, { search });
    const choices = versions
      .slice(0, VERSIONS_LISTED)
      .map((version) => ({ value: version.id, label: versionLabel(ask, version) }));
    return answerPage(
      ask,
      ChooseVersionPage({
        frame: pageProps(ask),
        versions: choices,
        search,
        more: versions.length > choices.length,
        state: { values: {} },
      }),
    );
  }
  const { programme } = await programmeOf(ask.db, chosen.id);
  const { opens, deadline } = suggestedDates(programme, ask.today);
  const year = (deadline ?? ask.today).slice(0, 4);
  const stages = suggestedStageDates(programme, opens);
  const name =
    ask.locale === 'zh-CN' ? `${year}年度${chosen.names['zh-CN']}评选` : `${chosen.names.en} ${year}`;
  return formPage(ask, chosen.id, null, {
    values: {
      name,
      document: programme.document?.number ?? '',
      contact: suggestedContact(programme, ask.locale),
      opens,
      deadline: deadline ?? '',
      places: String(suggestedPlaces(programme) ?? ''),
      ...Object.fromEntries(stages.map(({ stage, on }) => [`stage-${stage}`, on])),
    },
  });
});

const roundForm = z.object({
  name: needed('rounds.new.name.needed', 120),
  document: optional(120),
  contact: optional(200),
  opens: civilDate('rounds.new.opens.needed'),
  deadline: civilDate('rounds.new.deadline.needed'),
  'as-of': optionalCivilDate('rounds.new.as-of.needed'),
  places: z
    .string()
    .trim()
    .optional()
    .refine((text) => text === undefined || text === '' || /^\d{1,6}$/.test(text), 'rounds.new.places.needed')
    .transform((text) => (text === undefined || text === '' ? null : Number(text))),
});

/** The fields of a round from a form, or what is wrong with each. */
function readRound(ask: ActorAsk, raw: RawForm, route: readonly Stage[]) {
  const form = parseForm(ask, raw, roundForm);
  const errors: Record<string, string> = form.ok ? {} : { ...form.errors };
  const closes = new Map<string, Date>();
  const { timeZone } = ask.services.config;
  for (const { id } of route) {
    const day = (raw.values[`stage-${id}`] ?? '').trim();
    if (day === '') continue;
    if (civilDate('rounds.new.stages.needed').safeParse(day).success) closes.set(id, endOfDay(day, timeZone));
    else errors[`stage-${id}`] = ask.t('rounds.new.stages.needed');
  }
  if (!form.ok) return { ok: false as const, errors };
  const { opens, deadline, 'as-of': given, ...rest } = form.data;
  const asOf = given ?? deadline;
  for (const fault of dateFaults({ opensOn: opens, deadline, asOf }, ask.today)) {
    errors[fault === 'as-of-after-deadline' ? 'as-of' : 'deadline'] ??= ask.t(`rounds.fault.${fault}`);
  }
  const closesAt = endOfDay(deadline, timeZone);
  const dated = [...closes].map(([stage, day]) => ({ stage, closesAt: day }));
  for (const fault of stageFaults(route, dated, closesAt)) {
    errors[`stage-${fault.stage}`] ??= sayStageFault(ask, route, fault);
  }
  if (Object.keys(errors).length > 0) return { ok: false as const, errors };
  const facts = {
    name: rest.name,
    documentNumber: rest.document,
    contact: rest.contact,
    places: rest.places,
    opensAt: startOfDay(opens, timeZone),
    closesAt,
    asOf,
  };
  return { ok: true as const, facts, closes };
}

roundRoutes.post('/rounds/new', may('round.open'), async (ask) => {
  const raw = await readRawForm(ask);
  const version = await openableVersion(ask, raw.values.version);
  if (version === undefined) throw new HttpError(404, 'error.not-found');
  const ready = await programmeOf(ask.db, version.id);
  const route = ready.programme.route ?? [];
  const units = await organisers(ask, version, ready);
  const unit = units.find(({ id }) => id === raw.values.unit);
  const form = readRound(ask, raw, route);
  if (!form.ok || unit === undefined) {
    const errors = {
      ...(unit === undefined ? { unit: ask.t('rounds.new.unit.needed') } : {}),
      ...(form.ok ? {} : form.errors),
    };
    return formPage(ask, version.id, null, { values: raw.values, errors }, raw.submission);
  }
  await transaction(ask.db, async (tx) => {
    const isNew = await insertRound(tx, {
      id: raw.submission,
      versionId: version.id,
      unitId: unit.id,
      unitPath: unit.path,
      ...form.facts,
      createdBy: ask.actor.personId,
      createdAt: ask.now,
      stages: route.map(({ id, actor }) => ({
        stage: id,
        body: actor,
        closesAt: form.closes.get(id) ?? null,
      })),
    });
    if (!isNew) return;
    await noteRound(ask, tx, { id: raw.submission, unitPath: unit.path }, 'round.created', {
      after: { name: form.facts.name },
    });
  });
  return answerDone(ask, `/rounds/${raw.submission}`, 'rounds.new.done');
});

async function overviewPage(ask: ActorAsk, state: FormState = { values: {} }) {
  const round = await visibleRound(ask);
  return answerPage(
    ask,
    OverviewPage({
      frame: pageProps(ask),
      round: roundFrame(ask, round, 'overview'),
      overview: await overviewOf(ask, round),
      state,
      submission: newId(),
    }),
    state.errors === undefined ? 200 : 422,
  );
}

roundRoutes.get('/rounds/:round', may('round.see', roundPlace), (ask) => overviewPage(ask));

/** Everything that was done with the round, and of its applications what the reader may see. */
roundRoutes.get('/rounds/:round/timeline', may('round.see', roundPlace), async (ask) => {
  const round = await selectRound(ask.db, roundId(ask));
  const roots = rootsFor(ask.actor, 'application.see').map(({ unitPath }) => unitPath);
  return answerTimeline(
    ask,
    { roundId: round.id, readerId: ask.actor.personId, roots },
    {
      title: ask.t('audit.timeline.of-round', { name: round.name }),
      back: { href: `/rounds/${round.id}`, label: round.name },
    },
  );
});

roundRoutes.get('/rounds/:round/change', may('round.open', roundPlace), async (ask) => {
  const round = await selectRound(ask.db, roundId(ask));
  const stages = await listRoundStages(ask.db, round.id);
  return formPage(ask, round.versionId, round, {
    values: {
      name: round.name,
      document: round.documentNumber,
      contact: round.contact,
      opens: dateValue(round.opensAt, ask),
      deadline: dateValue(round.closesAt, ask),
      'as-of': round.asOf,
      places: round.places === null ? '' : String(round.places),
      ...Object.fromEntries(
        stages.map(({ stage, closesAt }) => [
          `stage-${stage}`,
          closesAt === null ? '' : dateValue(closesAt, ask),
        ]),
      ),
    },
  });
});

roundRoutes.post('/rounds/:round/change', may('round.open', roundPlace), async (ask) => {
  const raw = await readRawForm(ask);
  const round = await selectRound(ask.db, roundId(ask));
  const { programme } = await programmeOf(ask.db, round.versionId);
  const form = readRound(ask, raw, programme.route ?? []);
  if (!form.ok)
    return formPage(ask, round.versionId, round, { values: raw.values, errors: form.errors }, raw.submission);
  const changed = await transaction(ask.db, async (tx) => {
    const before = await takeRound(tx, ask, round.id);
    if (before.state !== 'draft') return false;
    await updateRound(tx, round.id, form.facts);
    await updateStageDates(tx, round.id, form.closes);
    await noteRound(ask, tx, round, 'round.changed', { before: factsOf(before), after: form.facts });
    return true;
  });
  if (!changed) {
    return formPage(
      ask,
      round.versionId,
      round,
      { values: raw.values, errors: { '': ask.t('rounds.change.not-draft') } },
      raw.submission,
    );
  }
  return answerDone(ask, `/rounds/${round.id}`, 'rounds.change.done');
});
const factsOf = ({ name, documentNumber, contact, places, opensAt, closesAt, asOf }: RoundRow) => ({
  name,
  documentNumber,
  contact,
  places,
  opensAt,
  closesAt,
  asOf,
});

const openForm = z.object({ 'quota-reason': optional(500), 'early-reason': optional(500) });

roundRoutes.post('/rounds/:round/open', may('round.open', roundPlace), async (ask) => {
  const form = await readForm(ask, openForm);
  if (!form.ok)
    return overviewPage(ask, { values: { ...form.raw.values, act: 'open' }, errors: form.errors });
  const reasons = { quota: form.data['quota-reason'], early: form.data['early-reason'] };
  const verdict = await transaction(ask.db, async (tx) => {
    const round = await takeRound(tx, ask, roundId(ask));
    const { programme } = await programmeOf(tx, round.versionId);
    const quotas = await listQuotas(tx, round.id, dividedAmong(programme.quota, round));
    const sum = quotaSum(
      round.places,
      quotas.map(({ places }) => places),
    );
    const opening = {
      state: round.state,
      closesAt: round.closesAt,
      stages: programme.route?.length ?? 0,
      stageFaults: stageFaults(
        programme.route ?? [],
        stageDeadlines(await listRoundStages(tx, round.id)),
        round.closesAt,
      ),
      versionState: round.versionState,
      effectiveOn: round.effectiveOn,
      opensOn: dateValue(round.opensAt, ask),
      split: programme.quota?.split !== undefined,
      quotas: sum,
      quotaRows: quotas.length,
      early: await earlyOf(ask, tx, round),
    };
    const judged = openVerdict(opening, ask.now, reasons);
    if (!judged.ok) return judged;
    const kept = {
      quota: sum.unallocated > 0 && opening.split ? reasons.quota : null,
      early: opening.early === null ? null : reasons.early,
    };
    await updateRound(tx, round.id, { state: 'open', quotaReason: kept.quota });
    const told = await tellBodies(ask, tx, round, programme.route ?? []);
    const said = [kept.quota, kept.early].filter((reason) => reason !== null);
    await noteRound(ask, tx, round, 'round.opened', {
      after: { quotas: sum, early: opening.early, reasons: kept, told },
      reason: said.length === 0 ? null : said.join(' '),
    });
    return judged;
  });
  if (!verdict.ok) {
    const errors: Record<string, string> = {};
    for (const refusal of verdict.refusals) {
      const field = REASON_FIELDS[refusal.reason] ?? '';
      errors[field] = [errors[field], sayRefusal(ask, refusal)].filter(Boolean).join(' ');
    }
    return overviewPage(ask, { values: { ...form.raw.values, act: 'open' }, errors });
  }
  const { versionId } = await selectRound(ask.db, roundId(ask));
  const { compiled } = await programmeOf(ask.db, versionId);
  // What it asks of many is reckoned before the first teachers look.
  if (compiled.asked.layers > 0) await ask.services.jobs.runNow(populationsByClock.name);
  return answerDone(ask, `/rounds/${roundId(ask)}`, 'rounds.open.done');
});

/** Where the reason that would lift a refusal is typed. */
const REASON_FIELDS: Partial<Record<OpenRefusal['reason'], string>> = {
  'quota-unallocated': 'quota-reason',
  'before-cycle': 'early-reason',
};

/** Offices and group leaders of the bodies on the route are told; teachers hear of it when they are eligible. */
async function tellBodies(ask: ActorAsk, tx: Db, round: RoundRow, route: readonly Stage[]): Promise<number> {
  const roles = stepsOf(route, []).flatMap((step) => roleAt(step) ?? []);
  const people = await listActingUnder(tx, round.unitPath, roles, ask.today);
  const others = people.filter((personId) => personId !== ask.actor.personId);
  const detail = { round: round.name, deadline: round.closesAt.toISOString() };
  await insertNotices(
    tx,
    ask.now,
    others.map((personId) => ({ personId, kind: 'round-opened', detail, href: `/rounds/${round.id}` })),
  );
  return others.length;
}

function sayRefusal(ask: ActorAsk, refusal: OpenRefusal): string {
  const { reason, ...values } = refusal;
  const dated = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'string' ? formatDate(value, ask.locale) : value,
  ]);
  return ask.t(`rounds.refuse.${reason}`, Object.fromEntries(dated));
}

const extendForm = z.object({
  deadline: optionalCivilDate('rounds.new.deadline.needed'),
  reason: needed('rounds.reason.needed', 500),
});

/** The new deadlines a form asks for: a day that stays as it is, or is left out, asks for nothing. */
function readExtension(ask: ActorAsk, raw: RawForm, round: RoundRow, stages: readonly StageDeadline[]) {
  const { timeZone } = ask.services.config;
  const errors: Record<string, string> = {};
  const asked = (field: string, now: Date): Date | null => {
    const day = (raw.values[field] ?? '').trim();
    if (day === '' || day === dateValue(now, ask)) return null;
    if (civilDate('rounds.new.stages.needed').safeParse(day).success) return endOfDay(day, timeZone);
    errors[field] = ask.t('rounds.new.stages.needed');
    return null;
  };
  const closesAt = asked('deadline', round.closesAt);
  const moved = new Map<string, Date>();
  for (const stage of stages) {
    const wanted = asked(`stage-${stage.stage}`, stage.closesAt);
    if (wanted !== null) moved.set(stage.stage, wanted);
  }
  return { errors, extension: { closesAt, stages: moved } };
}

roundRoutes.post('/rounds/:round/extend', may('round.open', roundPlace), async (ask) => {
  const form = await readForm(ask, extendForm);
  const values = { ...form.raw.values, act: 'extend' };
  if (!form.ok) return overviewPage(ask, { values, errors: form.errors });
  const errors = await transaction(ask.db, async (tx): Promise<Record<string, string> | null> => {
    const round = await takeRound(tx, ask, roundId(ask));
    const stages = stageDeadlines(await listRoundStages(tx, round.id));
    const read = readExtension(ask, form.raw, round, stages);
    if (Object.keys(read.errors).length > 0) return read.errors;
    const judged = extendVerdict(round, stages, read.extension, ask.now);
    if (!judged.ok) {
      const field = judged.stage === null ? 'deadline' : `stage-${judged.stage}`;
      return { [field]: ask.t(`rounds.extend.${judged.reason}`) };
    }
    const { closesAt, stages: moved } = judged;
    await updateRound(tx, round.id, { closesAt });
    await moveStageDates(tx, round.id, moved);
    const { route = [] } = (await programmeOf(tx, round.versionId)).programme;
    const was = stages.filter(({ stage }) => moved.some((one) => one.stage === stage));
    await noteRound(ask, tx, round, 'round.extended', {
      before: { closesAt: round.closesAt.toISOString(), steps: byStage(was, route) },
      after: { closesAt: closesAt.toISOString(), steps: byStage(moved, route) },
      reason: form.data.reason,
    });
    return null;
  });
  if (errors !== null) return overviewPage(ask, { values, errors });
  return answerDone(ask, `/rounds/${roundId(ask)}`, 'rounds.extend.done');
});
const byStage = (deadlines: readonly StageDeadline[], route: readonly Stage[]) =>
  deadlines.map(({ stage, closesAt }) => ({
    step: route.find(({ id }) => id === stage)?.names ?? stage,
    closesAt: closesAt.toISOString(),
  }));

const cancelForm = z.object({ 'cancel-reason': needed('rounds.reason.needed', 500) });

roundRoutes.post('/rounds/:round/cancel', may('round.open', roundPlace), async (ask) => {
  const form = await readForm(ask, cancelForm);
  if (!form.ok)
    return overviewPage(ask, { values: { ...form.raw.values, act: 'cancel' }, errors: form.errors });
  const verdict = await transaction(ask.db, async (tx) => {
    const round = await takeRound(tx, ask, roundId(ask));
    const judged = cancelVerdict(round.state);
    if (!judged.ok) return judged;
    const reason = form.data['cancel-reason'];
    await updateRound(tx, round.id, { state: 'cancelled' });
    const told = await listParticipants(tx, round.id);
    const detail = { round: round.name, reason };
    await insertNotices(
      tx,
      ask.now,
      told.map(({ personId, applicationId }) => ({
        personId,
        kind: 'round-cancelled',
        detail,
        href: `/applications/${applicationId}`,
      })),
    );
    await noteRound(ask, tx, round, 'round.cancelled', {
      before: { state: round.state },
      after: { told: told.length },
      reason,
    });
    return judged;
  });
  if (!verdict.ok) {
    return overviewPage(ask, {
      values: { ...form.raw.values, act: 'cancel' },
      errors: { '': ask.t(`rounds.extend.${verdict.reason}`) },
    });
  }
  return answerDone(ask, `/rounds/${roundId(ask)}`, 'rounds.cancel.done');
});
