import { z } from 'zod';
import { answerDone, answerPage, pageProps, pastEnd } from '../../../platform/answer.ts';
import { type Db, transaction } from '../../../platform/database.ts';
import { HttpError } from '../../../platform/errors.ts';
import {
  civilDate,
  id as idField,
  needed,
  optional,
  queryNumber,
  readForm,
} from '../../../platform/forms.ts';
import { newId } from '../../../platform/ids.ts';
import { wasDone } from '../../../platform/once.ts';
import { type ActorAsk, may, routeList } from '../../../platform/routing.ts';
import type { FormState } from '../../../web/ui/form.tsx';
import { formatDate } from '../../../web/words.ts';
import { rootsFor } from '../../identity/rules.ts';
import { unitPlace } from '../../organisation/places.ts';
import { selectUnit, selectUnits, type Unit } from '../../organisation/units/queries.ts';
import { programmeOf } from '../compiled.ts';
import { listVersionsOf, type VersionRow, versionPlace } from '../queries.ts';
import { AtOnce, type Seen, setNumber, takeBack } from './acts.ts';
import { sayingFormer } from './former.ts';
import { NumbersPage, type OwnUnit } from './page.tsx';
import { listNumbers, type NumberRow } from './queries.ts';
import { inForceOn, maySet, misfitOf, neverHeld, stateOf } from './rules.ts';
import { sayBounds, sayMisfit, sayMisfits, sayNumber, sayParameter, sayRefusal, saySetter } from './say.ts';
import { numberScope, seenVersion } from './scope.ts';

/** Numbers that a programme leaves to the units below it. */
export const numberRoutes = routeList();

const PAGE = 100;

/** The units in whose name the person sets numbers: each for itself, never for those below. */
function ownUnitIds({ actor }: ActorAsk): string[] {
  const held = actor.assignments.filter(
    (one) => rootsFor({ ...actor, assignments: [one] }, 'number.set').length > 0,
  );
  return [...new Set(held.map(({ unitId }) => unitId))];
}

async function seen(ask: ActorAsk): Promise<Seen> {
  const found = await seenVersion(ask);
  const { programme, vocabulary } = found.ready;
  return { ...found, speaking: { programme, vocabulary, locale: ask.locale, t: ask.t } };
}

const misfitOfRow = ({ ready, authority }: Seen, row: NumberRow) =>
  misfitOf(ready, authority, { ...row, since: row.from });
/** It has ended, or will never hold. */
const isOver = (row: NumberRow, today: string): boolean =>
  neverHeld(row) || (row.until !== null && row.until <= today);

/** Why this version cannot use a decision, in words. */
function whyNot(one: Seen, row: NumberRow): string | null {
  const misfit = misfitOfRow(one, row);
  return misfit && sayMisfit(one.speaking, row.parameter, misfit);
}

function ownUnit(
  { version, ready, authority, speaking }: Seen,
  unit: Unit,
  rows: readonly NumberRow[],
): OwnUnit {
  const published = version.state === 'published';
  const parameters = published ? Object.keys(ready.programme.parameters ?? {}) : [];
  return {
    id: unit.id,
    name: unit.name,
    parameters: parameters
      .filter((parameter) => maySet(ready, authority, parameter, unit))
      .map((parameter) => ({
        value: parameter,
        label: `${sayParameter(speaking, parameter)} (${sayBounds(speaking, parameter)})`,
      })),
    decisions: rows
      .filter(({ unitId, until }) => unitId === unit.id && until === null)
      .map((row) => ({
        value: row.id,
        label: speaking.t('numbers.end.decision.line', {
          parameter: sayParameter(speaking, row.parameter),
          value: sayNumber(speaking, row.parameter, row.value),
          from: row.from,
        }),
      })),
  };
}

async function numbersPage(ask: ActorAsk, state: FormState = { values: {} }, unit: string | null = null) {
  const found = await seen(ask);
  const { version, ready, authority } = found;
  const page = queryNumber(ask.c.req.query('page'), 1, 1, 1000);
  const [rows, units] = await Promise.all([
    listNumbers(ask.db, version.programmeId, numberScope(ask), {
      limit: PAGE + 1,
      offset: (page - 1) * PAGE,
    }),
    selectUnits(ask.db, ownUnitIds(ask)),
  ]);
  const past = pastEnd(ask, { page, size: PAGE, shown: rows.length });
  if (past !== null) return past;
  const speaking = await sayingFormer(ask.db, found.speaking, version.programmeId, rows);
  const one = { ...found, speaking };
  const shown = rows.slice(0, PAGE);
  const own = units.filter(({ endsOn }) => endsOn === null).map((of) => ownUnit(one, of, rows));
  return answerPage(
    ask,
    NumbersPage({
      frame: pageProps(ask),
      version: { id: version.id, name: version.names[ask.locale] },
      parameters: Object.entries(ready.programme.parameters ?? {}).map(([parameter, { value }]) => ({
        name: sayParameter(speaking, parameter),
        own: sayNumber(speaking, parameter, value),
        bounds: sayBounds(speaking, parameter),
        setter: saySetter(speaking, parameter, authority),
      })),
      decisions: shown.map((row) => ({
        unit: row.unitName,
        parameter: sayParameter(speaking, row.parameter),
        value: sayNumber(speaking, row.parameter, row.value),
        from: row.from,
        until: row.until,
        document: row.document,
        reason: row.reason,
        by: row.setByName,
        state: stateOf(row, ask.today),
        misfit: whyNot(one, row),
      })),
      misfits: sayMisfits(
        speaking,
        shown
          .filter((row) => !isOver(row, ask.today))
          .map((row) => ({ ...row, misfit: misfitOfRow(one, row) })),
      ),
      other: await otherInForce(ask, version),
      own: own.filter(({ parameters, decisions }) => parameters.length + decisions.length > 0),
      unit,
      today: ask.today,
      page,
      size: PAGE,
      more: rows.length > PAGE,
      state,
      submission: newId(),
    }),
    state.errors === undefined ? 200 : 422,
  );
}

/** The version in force today where that is not the one whose page is open. */
async function otherInForce(ask: ActorAsk, version: VersionRow) {
  if (version.state === 'draft') return null;
  const force = inForceOn(await listVersionsOf(ask.db, version.programmeId), ask.today);
  return force === null || force.id === version.id
    ? null
    : { version: force.version, href: `/programmes/${force.id}/numbers` };
}

numberRoutes.get('/programmes/:version/numbers', may('programme.see', versionPlace), (ask) =>
  numbersPage(ask),
);

/** The unit of the address, when the person acts for that very unit. */
async function actingFor(ask: ActorAsk): Promise<Unit> {
  const unit = await selectUnit(ask.db, ask.c.req.param('unit') ?? '');
  if (!ownUnitIds(ask).includes(unit.id)) throw new HttpError(403, 'error.other-place');
  return unit;
}

const setForm = z.object({
  parameter: needed('numbers.set.parameter.needed', 100),
  value: needed('numbers.set.value.needed', 40),
  from: civilDate('numbers.set.from.needed'),
  document: optional(200),
  reason: needed('numbers.set.reason.needed', 500),
});

numberRoutes.post('/programmes/:version/numbers/:unit', may('number.set', unitPlace), async (ask) => {
  const unit = await actingFor(ask);
  const one = await seen(ask);
  const form = await readForm(ask, setForm);
  const refuse = (errors: Readonly<Record<string, string>>) =>
    numbersPage(ask, { values: form.raw.values, errors }, unit.id);
  if (!form.ok) return refuse(form.errors);
  const { parameter, value: text, from, document, reason } = form.data;
  if (one.version.state !== 'published') return refuse({ '': ask.t('numbers.refused.not-published') });
  // Several versions may be published: a number is held to the one in force on its first day.
  const force = inForceOn(await listVersionsOf(ask.db, one.version.programmeId), from);
  const other = force !== null && force.id !== one.version.id ? force : null;
  const by = other === null ? one : await asVersion(ask, one, other);
  const set = (tx: Db) =>
    setNumber(tx, ask, by, { unit, parameter, text, from, document, reason, id: form.raw.submission });
  try {
    const verdict = await transaction(ask.db, set);
    if (verdict !== null && !(await wasDone(ask.db, form.raw.submission)))
      return refuse({
        [verdict.field]: byVersion(ask, other, sayRefusal(by.speaking, parameter, verdict)),
      });
  } catch (error) {
    if (!(error instanceof AtOnce)) throw error;
    // Of a double click the other may have been the first.
    if (!(await wasDone(ask.db, form.raw.submission)))
      return refuse({ '': ask.t('numbers.refused.at-once') });
  }
  return answerDone(ask, `/programmes/${one.version.id}/numbers`, 'numbers.set.done');
});

/** The same programme by another of its versions. */
async function asVersion(ask: ActorAsk, one: Seen, { id }: VersionRow): Promise<Seen> {
  const ready = await programmeOf(ask.db, id);
  const { programme, vocabulary } = ready;
  return { ...one, ready, speaking: { ...one.speaking, programme, vocabulary } };
}
/** Why a number is refused, and by which version where that is not the one whose page is open. */
const byVersion = ({ t, locale }: ActorAsk, other: VersionRow | null, why: string): string =>
  other === null
    ? why
    : t('numbers.refused.by-version', {
        version: other.version,
        day: other.effectiveOn === null ? '—' : formatDate(other.effectiveOn, locale),
        why,
      });

const endForm = z.object({
  decision: idField('numbers.end.decision.needed'),
  'end-reason': needed('numbers.end.reason.needed', 500),
});

numberRoutes.post('/programmes/:version/numbers/:unit/end', may('number.set', unitPlace), async (ask) => {
  const unit = await actingFor(ask);
  const one = await seen(ask);
  const form = await readForm(ask, endForm);
  const refuse = (errors: Readonly<Record<string, string>>) =>
    numbersPage(ask, { values: { decision: '', ...form.raw.values }, errors }, unit.id);
  if (!form.ok) return refuse(form.errors);
  const { decision, 'end-reason': reason } = form.data;
  const ended = await transaction(ask.db, (tx) => takeBack(tx, ask, one, { unit, decision, reason }));
  if (!ended && !(await wasDone(ask.db, form.raw.submission)))
    return refuse({ decision: ask.t('numbers.end.over') });
  return answerDone(ask, `/programmes/${one.version.id}/numbers`, 'numbers.end.done');
});
