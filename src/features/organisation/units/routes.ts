import { z } from 'zod';
import { answerDone, answerPage, pageProps } from '../../../platform/answer.ts';
import { transaction } from '../../../platform/database.ts';
import {
  civilDate,
  needed,
  optional,
  parseForm,
  type RawForm,
  readForm,
  readRawForm,
} from '../../../platform/forms.ts';
import { newId } from '../../../platform/ids.ts';
import { vocabulary } from '../../../platform/programmes.ts';
import { type ActorAsk, may, routeList } from '../../../platform/routing.ts';
import type { FormState } from '../../../web/ui/form.tsx';
import { appendAudit } from '../../audit/queries.ts';
import { rootsFor, standsUnder } from '../../identity/rules.ts';
import { subjectField } from '../people/form.ts';
import { seenUnit, unitPlace } from '../places.ts';
import { organisationWords } from '../show.ts';
import { withCounts } from './counts/queries.ts';
import { UnitFormPage } from './form-page.tsx';
import { UnitsPage } from './page.tsx';
import {
  endUnit,
  findUnits,
  insertUnit,
  isCodeTaken,
  selectAncestors,
  selectUnit,
  selectUnits,
  type Unit,
  updateUnit,
} from './queries.ts';
import { childLevels, judgeEndUnit, mayContain, SETTINGS, STAGES, UNIT_LEVELS } from './rules.ts';
import { answerUnit, visible } from './unit.ts';

export const unitRoutes = routeList();
const { get, post } = unitRoutes;

const FOUND = 50;
const base = (ask: ActorAsk) => ({
  frame: pageProps(ask),
  t: ask.t,
  words: organisationWords(vocabulary(), ask.locale, ask.t),
});
const idOf = (ask: ActorAsk): string => ask.c.req.param('unit') ?? '';

get('/units', may('unit.see'), async (ask) => {
  const roots = rootsFor(ask.actor, 'unit.see');
  const own =
    roots.length > 0 ? roots.map(({ unitId }) => unitId) : [ask.actor.unitId].filter((id) => id !== null);
  const search = (ask.c.req.query('q') ?? '').trim().slice(0, 100);
  const units = (await selectUnits(ask.db, own)).toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const paths = units.map(({ path }) => path);
  const found = search === '' ? null : await findUnits(ask.db, paths, search, { limit: FOUND });
  return answerPage(
    ask,
    UnitsPage({
      ...base(ask),
      roots: found === null ? await withCounts(ask.db, units) : [],
      found: found === null ? null : await withCounts(ask.db, found),
      search,
    }),
  );
});

get('/units/:unit', may('unit.see', unitPlace), (ask) => answerUnit(ask));

// --- Adding and changing -------------------------------------------------------------------------------

const unitForm = z.object({
  level: z.enum(UNIT_LEVELS).optional(),
  name: needed('organisation.unit.name.needed', 100),
  code: optional(40),
  setting: z.union([z.enum(SETTINGS), z.literal('')]).optional(),
  subject: subjectField,
});

async function formPage(
  ask: ActorAsk,
  how: 'new' | 'edit',
  state: FormState,
  submission: string,
): Promise<Response> {
  const unit = await seenUnit(ask);
  const above = visible(ask, await selectAncestors(ask.db, unit.path));
  return answerPage(
    ask,
    UnitFormPage({
      ...base(ask),
      title:
        how === 'new'
          ? ask.t('organisation.unit.add.title', { name: unit.name })
          : ask.t('organisation.unit.edit.title', { name: unit.name }),
      action: `/units/${unit.id}/${how}`,
      above,
      levels: how === 'new' ? childLevels(unit.level) : [],
      state,
      submission,
    }),
    state.errors === undefined ? 200 : 422,
  );
}

const kept = (raw: RawForm): FormState['values'] => ({ ...raw.values, stages: raw.all.stages ?? [] });
const chosenStages = (raw: RawForm) => STAGES.filter((stage) => raw.all.stages?.includes(stage));

get('/units/:unit/new', may('unit.change', unitPlace), (ask) =>
  formPage(ask, 'new', { values: {} }, newId()),
);

post('/units/:unit/new', may('unit.change', unitPlace), async (ask) => {
  const raw = await readRawForm(ask);
  const form = parseForm(ask, raw, unitForm);
  const refuse = (errors: Readonly<Record<string, string>>) =>
    formPage(ask, 'new', { values: kept(raw), errors }, raw.submission);
  if (!form.ok) return refuse(form.errors);
  const parent = await selectUnit(ask.db, idOf(ask));
  const { level, name, code, setting, subject } = form.data;
  if (level === undefined || !mayContain(parent.level, level) || parent.endsOn !== null) {
    return refuse({ level: ask.t('organisation.unit.level.wrong') });
  }
  if (code !== null && (await isCodeTaken(ask.db, code, raw.submission)))
    return refuse({ code: ask.t('organisation.unit.code.taken') });
  const unit = {
    id: raw.submission,
    parentId: parent.id,
    level,
    name,
    code,
    stages: chosenStages(raw),
    setting: setting || null,
    subject,
  };
  await transaction(ask.db, async (tx) => {
    const added = await insertUnit(tx, unit);
    await appendAudit(tx, ask.actor, ask.now, {
      action: 'unit.added',
      subjectType: 'unit',
      subjectId: added.id,
      unitPath: added.path,
      after: unit,
    });
  });
  return answerDone(ask, `/units/${raw.submission}`, 'organisation.done.unit-added');
});

get('/units/:unit/edit', may('unit.change', unitPlace), async (ask) => {
  const { name, code, stages, setting, subject } = await selectUnit(ask.db, idOf(ask));
  return formPage(ask, 'edit', { values: { name, code, stages, setting, subject } }, newId());
});

/** Town or country decides about the people of a school in a round: not for one of them to say. */
const isOwnSchool = ({ actor }: ActorAsk, { level, path }: Unit): boolean =>
  level === 'school' && actor.unitPath !== null && standsUnder(actor.unitPath, path);

post('/units/:unit/edit', may('unit.change', unitPlace), async (ask) => {
  const raw = await readRawForm(ask);
  const form = parseForm(ask, raw, unitForm);
  const refuse = (errors: Readonly<Record<string, string>>) =>
    formPage(ask, 'edit', { values: kept(raw), errors }, raw.submission);
  if (!form.ok) return refuse(form.errors);
  const before = await selectUnit(ask.db, idOf(ask));
  const { name, code, setting, subject } = form.data;
  if (code !== null && (await isCodeTaken(ask.db, code, before.id)))
    return refuse({ code: ask.t('organisation.unit.code.taken') });
  const after = { name, code, stages: chosenStages(raw), setting: setting || null, subject };
  if (after.setting !== before.setting && isOwnSchool(ask, before))
    return refuse({ setting: ask.t('organisation.unit.setting.own') });
  await transaction(ask.db, async (tx) => {
    await updateUnit(tx, before.id, after);
    await appendAudit(tx, ask.actor, ask.now, {
      action: 'unit.changed',
      subjectType: 'unit',
      subjectId: before.id,
      unitPath: before.path,
      before: {
        name: before.name,
        code: before.code,
        stages: before.stages,
        setting: before.setting,
        subject: before.subject,
      },
      after,
    });
  });
  return answerDone(ask, `/units/${before.id}`, 'organisation.done.unit-changed');
});

const endForm = z.object({ on: civilDate('organisation.date.needed') });

post('/units/:unit/end', may('unit.change', unitPlace), async (ask) => {
  const form = await readForm(ask, endForm);
  if (!form.ok) return answerUnit(ask, { values: form.raw.values, errors: form.errors });
  const refusal = await transaction(ask.db, async (tx) => {
    const unit = await selectUnit(tx, idOf(ask));
    const [counted] = await withCounts(tx, [unit]);
    const verdict = judgeEndUnit(
      { ...unit, children: counted?.children ?? 0, people: counted?.people ?? 0 },
      form.data.on,
      ask.today,
    );
    if (!verdict.ok) return verdict.reason;
    await endUnit(tx, unit.id, form.data.on);
    await appendAudit(tx, ask.actor, ask.now, {
      action: 'unit.ended',
      subjectType: 'unit',
      subjectId: unit.id,
      unitPath: unit.path,
      after: { endsOn: form.data.on },
    });
    return null;
  });
  if (refusal !== null)
    return answerUnit(ask, {
      values: form.raw.values,
      errors: { on: ask.t(`organisation.unit.end.refused.${refusal}`) },
    });
  return answerDone(ask, `/units/${idOf(ask)}`, 'organisation.done.unit-ended');
});
