import { z } from 'zod';
import type { Stage } from '../../../../language/grammar/round.ts';
import { answerDone, answerPage, pageProps } from '../../../../platform/answer.ts';
import { endOfDay, startOfDay } from '../../../../platform/civil-now.ts';
import { transaction } from '../../../../platform/database.ts';
import { HttpError } from '../../../../platform/errors.ts';
import {
  civilDate,
  needed,
  optional,
  optionalCivilDate,
  parseForm,
  type RawForm,
  readRawForm,
} from '../../../../platform/forms.ts';
import { isId, newId } from '../../../../platform/ids.ts';
import { type ActorAsk, may, routeList } from '../../../../platform/routing.ts';
import type { FormState } from '../../../../web/ui/form.tsx';
import { rootsFor } from '../../../identity/rules.ts';
import { selectUnitsUnder } from '../../../organisation/units/queries.ts';
import { UNIT_LEVELS } from '../../../organisation/units/rules.ts';
import { programmeOf, type ReadyProgramme } from '../../../programmes/compiled.ts';
import { VERSIONS_LISTED } from '../../../programmes/find.tsx';
import { openableVersions } from '../../../programmes/openable.ts';
import { selectVersion, type VersionRow } from '../../../programmes/queries.ts';
import { takeRound } from '../../stake/queries.ts';
import { noteRound } from '../history.ts';
import { keepNumbers } from '../numbers.ts';
import { sayStageFault } from '../overview.ts';
import { listRoundStages, type RoundRow, roundPlace, seenRound, updateRound } from '../queries.ts';
import { dateFaults, stageFaults } from '../rules.ts';
import { dateValue } from '../show.ts';
import { suggestedContact, suggestedDates, suggestedPlaces, suggestedStageDates } from '../start.ts';
import { ChooseVersionPage, RoundFormPage } from './page.tsx';
import { insertRound, updateStageDates } from './queries.ts';

export const planningRoutes = routeList();
const { get, post } = planningRoutes;

/** A round is made from a programme's version and changed while it is a draft. */

/** A version a round may be opened of; undefined when it is none, or no id. */
const openableVersion = async (ask: ActorAsk, id: string | undefined): Promise<VersionRow | undefined> =>
  id !== undefined && isId(id) ? (await openableVersions(ask, { id }, 1))[0] : undefined;
/** With the unit that keeps it: schools have programmes of the same name. */
const versionLabel = (
  ask: ActorAsk,
  version: Pick<VersionRow, 'version' | 'unitName'> & { names: Record<'zh-CN' | 'en', string> },
) =>
  ask.t('ui.aside', {
    text: ask.t('rounds.programme.version', { name: version.names[ask.locale], version: version.version }),
    more: version.unitName,
  });

/** The units that may hold a round of this programme and for which the person may open one. */
async function organisers(ask: ActorAsk, version: VersionRow, { programme }: ReadyProgramme) {
  const roots = rootsFor(ask.actor, 'round.open');
  const scope = UNIT_LEVELS.find((level) => level === programme.scope);
  if (scope === undefined) return [];
  const found = await Promise.all(
    roots.map(({ unitPath }) => selectUnitsUnder(ask.db, unitPath, scope, ask.today)),
  );
  const units = new Map(found.flat().map((unit) => [unit.id, unit]));
  return [...units.values()].filter(({ path }) => path.startsWith(version.unitPath));
}

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

get('/rounds/new', may('round.open'), async (ask) => {
  const chosen = await openableVersion(ask, ask.c.req.query('version'));
  if (chosen === undefined) {
    const search = ask.c.req.query('q')?.trim() || null;
    const versions = await openableVersions(ask, { search }, VERSIONS_LISTED + 1);
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

post('/rounds/new', may('round.open'), async (ask) => {
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
    await keepNumbers(ask, tx, { id: raw.submission, programmeId: version.programmeId, ...form.facts });
    await noteRound(ask, tx, { id: raw.submission, unitPath: unit.path }, 'round.created', {
      after: { name: form.facts.name },
    });
  });
  return answerDone(ask, `/rounds/${raw.submission}`, 'rounds.new.done');
});

get('/rounds/:round/change', may('round.open', roundPlace), async (ask) => {
  const round = await seenRound(ask);
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

post('/rounds/:round/change', may('round.open', roundPlace), async (ask) => {
  const raw = await readRawForm(ask);
  const round = await seenRound(ask);
  const { programme } = await programmeOf(ask.db, round.versionId);
  const form = readRound(ask, raw, programme.route ?? []);
  if (!form.ok)
    return formPage(ask, round.versionId, round, { values: raw.values, errors: form.errors }, raw.submission);
  const changed = await transaction(ask.db, async (tx) => {
    const before = await takeRound(tx, ask, round.id);
    if (before.state !== 'draft') return false;
    await updateRound(tx, round.id, form.facts);
    await keepNumbers(ask, tx, { ...before, ...form.facts });
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
