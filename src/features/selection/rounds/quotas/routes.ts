import { z } from 'zod';
import type { Quota } from '../../../../language/grammar/round.ts';
import { choiceWords } from '../../../../language/grammar/words.ts';
import { tableOf } from '../../../../language/programme.ts';
import { answerDone, answerPage, pageProps } from '../../../../platform/answer.ts';
import { transaction } from '../../../../platform/database.ts';
import { HttpError } from '../../../../platform/errors.ts';
import {
  optional,
  parseForm,
  queryNumber,
  type RawForm,
  readRawForm,
  wholeNumber,
} from '../../../../platform/forms.ts';
import { isId, newId } from '../../../../platform/ids.ts';
import { vocabulary } from '../../../../platform/programmes.ts';
import { type ActorAsk, type FindPlace, may, routeList } from '../../../../platform/routing.ts';
import { readTable } from '../../../../platform/spreadsheet/read-table.ts';
import { enumerate } from '../../../../shared/text.ts';
import type { FormState } from '../../../../web/ui/form.tsx';
import { inLocale } from '../../../../web/words.ts';
import { allows, inStead, partiesOf } from '../../../identity/rules.ts';
import { countTeachersByLevel } from '../../../organisation/units/counts/queries.ts';
import {
  selectOptionalUnit,
  selectUnit,
  selectUnitsUnder,
  type Unit,
} from '../../../organisation/units/queries.ts';
import { UNIT_LEVELS } from '../../../organisation/units/rules.ts';
import { judgingProgramme } from '../../../programmes/compiled.ts';
import { quotaAt } from '../../../programmes/numbers/rules.ts';
import { takeRound } from '../../stake/queries.ts';
import { selectAroundDivision } from '../around/queries.ts';
import { noteRound } from '../history.ts';
import { type RoundRow, roundPlace } from '../queries.ts';
import { dividedAmong, levelBelow, quotaSum } from '../rules.ts';
import { roundId, visibleRound } from '../show.ts';
import { roundFrame } from '../tabs.ts';
import { ApportionPage, QuotasPage, type QuotaView } from './page.tsx';
import { partName } from './parts.ts';
import {
  type Below,
  listQuotas,
  listUnitQuotas,
  type NewQuota,
  type QuotaBasis,
  type QuotaRow,
  replaceQuotas,
} from './queries.ts';
import {
  type ApportionWish,
  allotVerdict,
  isMethod,
  propose,
  type QuotaUnit,
  readQuotaTable,
  type TableLine,
} from './rules.ts';

export const quotaRoutes = routeList();

/** Where the unit stands whose places are divided: `?unit=`, else the organiser; it must be the organiser or below. */
const dividerPlace: FindPlace = async (ask) => {
  const round = await roundPlace(ask);
  const id = ask.c.req.query('unit');
  if (round === null || id === undefined) return round;
  const unit = isId(id) ? await selectOptionalUnit(ask.db, id) : null;
  return unit?.path.startsWith(round.unitPath) ? { unitPath: unit.path } : null;
};

interface Division {
  readonly round: RoundRow;
  readonly unit: Unit;
  readonly below: Below;
  readonly quota: Quota | undefined;
  /** The file's own table, about the units below the organiser. */
  readonly table: readonly { readonly key: string; readonly places: number }[] | null;
}

async function divisionOf(ask: ActorAsk): Promise<Division> {
  const round = await visibleRound(ask);
  const ready = await judgingProgramme(ask.db, round);
  const { programme } = ready;
  const unit = await selectUnit(ask.db, ask.c.req.query('unit') ?? round.unitId);
  const quota = quotaAt(ready, unit.path);
  const isTop = unit.id === round.unitId;
  const below = isTop ? dividedAmong(quota, round) : { path: unit.path, level: levelBelow(unit.level) };
  const table = isTop ? (tableOf(programme)?.rows ?? null) : null;
  return { round, unit, below, quota, table };
}

/** How many teachers there are in each of the units places are divided among. */
async function teachersBelow(ask: ActorAsk, below: Below): Promise<ReadonlyMap<string, number>> {
  const level = UNIT_LEVELS.find((one) => one === below.level);
  if (level === undefined) return new Map();
  const counts = await countTeachersByLevel(ask.db, below.path, level);
  return new Map(counts.map(({ unitId, teachers }) => [unitId, teachers]));
}

/** The units places are divided among, with their teachers. */
async function unitsBelow(ask: ActorAsk, below: Below): Promise<QuotaUnit[]> {
  const level = UNIT_LEVELS.find((one) => one === below.level);
  if (level === undefined) return [];
  const [units, teachers] = await Promise.all([
    selectUnitsUnder(ask.db, below.path, level, ask.today),
    teachersBelow(ask, below),
  ]);
  return withTeachers(units, teachers);
}
const withTeachers = (units: readonly Unit[], teachers: ReadonlyMap<string, number>): QuotaUnit[] =>
  units.map(({ id, path, name, code }) => ({ id, path, name, code, teachers: teachers.get(id) ?? 0 }));

/** Places this unit has to divide: the round's for the organiser, else its own quota. */
const placesOf = (round: RoundRow, unit: Unit, own: readonly QuotaRow[]): number | null =>
  unit.id === round.unitId ? round.places : (own.find(({ part }) => part === '')?.places ?? null);

async function viewOf(ask: ActorAsk, division: Division): Promise<QuotaView> {
  const { round, unit, below } = division;
  const finished = round.state !== 'draft' && round.state !== 'open';
  const place = { unitPath: unit.path };
  const inCharge = allows(ask.actor, 'round.open', place);
  const [around, teachers] = await Promise.all([
    selectAroundDivision(
      ask.db,
      { roundId: round.id, unitId: unit.id, today: ask.today },
      below,
      inCharge ? partiesOf(inStead(ask.actor, 'round.open', place)) : null,
    ),
    teachersBelow(ask, below),
  ]);
  const { quotas, own, stake } = around;
  const units = withTeachers(around.units, teachers);
  return {
    roundId: round.id,
    unit: { id: unit.id, name: unit.name, parentId: unit.id === round.unitId ? null : unit.parentId },
    units,
    quotas,
    sum: quotaSum(
      placesOf(round, unit, own),
      quotas.map(({ places }) => places),
    ),
    parts: own
      .filter(({ part }) => part !== '')
      .map((row) => ({ ...row, part: partName(row.part, vocabulary(), ask.locale) })),
    limits: limitsOf(ask, division.quota),
    table:
      division.table === null
        ? null
        : { sum: division.table.reduce((all, { places }) => all + places, 0), rows: division.table.length },
    stake,
    mayChange: !finished && inCharge && stake === null,
    deeper: (unitPath) =>
      (below.level === 'county' || below.level === 'school') && allows(ask.actor, 'round.see', { unitPath }),
  };
}

function limitsOf(ask: ActorAsk, quota: Quota | undefined) {
  return (quota?.limits ?? []).map(({ per, exactly, min, max, strength }) => {
    const name = inLocale(choiceWords.per[per], ask.locale);
    const text =
      exactly !== undefined
        ? ask.t('rounds.quota.limit.exactly', { per: name, n: exactly })
        : min !== undefined && max !== undefined
          ? ask.t('rounds.quota.limit.range', { per: name, min, max })
          : max !== undefined
            ? ask.t('rounds.quota.limit.max', { per: name, n: max })
            : ask.t('rounds.quota.limit.min', { per: name, n: min ?? 0 });
    return { text, soft: strength !== undefined && strength !== 'must' };
  });
}

async function quotasPage(
  ask: ActorAsk,
  division: Division,
  state: FormState = { values: {} },
  submission = newId(),
) {
  const view = await viewOf(ask, division);
  const round = roundFrame(ask, division.round, 'quotas');
  return answerPage(
    ask,
    QuotasPage({ frame: pageProps(ask), round, view, state, submission }),
    state.errors === undefined ? 200 : 422,
  );
}

quotaRoutes.get('/rounds/:round/quotas', may('round.see', dividerPlace), async (ask) => {
  if (ask.actor.assignments.length === 0) throw new HttpError(403, 'error.not-allowed');
  return quotasPage(ask, await divisionOf(ask));
});

/** Keep a division, or show the page again with why not. */
async function keep(
  ask: ActorAsk,
  division: Division,
  raw: RawForm,
  quotas: readonly NewQuota[],
  reason: string | null = null,
) {
  const { unit, below } = division;
  const verdict = await transaction(ask.db, async (tx) => {
    const round = await takeRound(tx, ask, division.round.id);
    if (round.state !== 'draft' && round.state !== 'open')
      return { ok: false as const, key: 'rounds.quota.refuse.finished' as const, values: {} };
    const total = placesOf(round, unit, await listUnitQuotas(tx, round.id, unit.id));
    const sum = quotaSum(
      total,
      quotas.map(({ places }) => places),
    );
    const firm = round.state === 'open' || unit.id !== round.unitId;
    if (firm && sum.excess > 0)
      return {
        ok: false as const,
        key: 'rounds.quota.refuse.total-fixed' as const,
        values: { total: total ?? 0 },
      };
    const before = await listQuotas(tx, round.id, below);
    const kept = await replaceQuotas(tx, round.id, below, quotas);
    if (!kept.ok) {
      const name = before.find(({ unitId }) => unitId === kept.unitId)?.unitName ?? '';
      return {
        ok: false as const,
        key: 'rounds.quota.refuse.below-used' as const,
        values: { unit: name, used: kept.used },
      };
    }
    await noteRound(ask, tx, round, 'quota.set', {
      before: Object.fromEntries(before.map(({ unitName, places }) => [unitName, places])),
      after: {
        unit: unit.name,
        sum: sum.sum,
        total,
        quotas: quotas.map(({ unitId, places, basis }) => ({ unitId, places, basis })),
      },
      reason,
    });
    return { ok: true as const };
  });
  if (!verdict.ok)
    return quotasPage(
      ask,
      division,
      { values: raw.values, errors: { '': ask.t(verdict.key, verdict.values) } },
      raw.submission,
    );
  return answerDone(ask, `/rounds/${roundId(ask)}/quotas?unit=${unit.id}`, 'rounds.quota.done');
}

const quotasFrom = (
  units: readonly QuotaUnit[],
  places: ReadonlyMap<string, number>,
  basis: QuotaBasis,
): NewQuota[] =>
  units.flatMap(({ id, path }) => {
    const n = places.get(id);
    return n === undefined ? [] : [{ unitId: id, unitPath: path, places: n, basis }];
  });

quotaRoutes.post('/rounds/:round/quotas', may('round.open', dividerPlace), async (ask) => {
  const raw = await readRawForm(ask);
  const division = await divisionOf(ask);
  const units = await unitsBelow(ask, division.below);
  const places = new Map<string, number>();
  const errors: Record<string, string> = {};
  for (const { id } of units) {
    const text = (raw.values[`places-${id}`] ?? '').trim();
    if (text === '') continue;
    if (/^\d{1,6}$/.test(text)) places.set(id, Number(text));
    else errors[`places-${id}`] = ask.t('rounds.quota.hand.number');
  }
  if (Object.keys(errors).length > 0)
    return quotasPage(ask, division, { values: raw.values, errors }, raw.submission);
  return keep(ask, division, raw, quotasFrom(units, places, { from: 'hand' }));
});

/** Lines of a table as quotas, or the page with each line that is wrong. */
async function keepTable(
  ask: ActorAsk,
  division: Division,
  raw: RawForm,
  lines: readonly TableLine[],
  from: 'table' | 'upload',
) {
  const units = await unitsBelow(ask, division.below);
  const reading = readQuotaTable(lines, units);
  if (reading.faults.length > 0) {
    const said = reading.faults
      .slice(0, 20)
      .map(({ reason, line, key }) => ask.t(`rounds.quota.fault.${reason}`, { line, key }));
    return quotasPage(
      ask,
      division,
      { values: raw.values, errors: { file: enumerate(ask.locale, said) } },
      raw.submission,
    );
  }
  return keep(ask, division, raw, quotasFrom(units, reading.places, { from }));
}

quotaRoutes.post('/rounds/:round/quotas/table', may('round.open', dividerPlace), async (ask) => {
  const raw = await readRawForm(ask);
  const division = await divisionOf(ask);
  if (division.table === null) throw new HttpError(404, 'error.not-found');
  const lines = division.table.map(({ key, places }, index) => ({
    line: index + 2,
    key,
    places: String(places),
  }));
  return keepTable(ask, division, raw, lines, 'table');
});

const UNIT_HEADER = /单位|县|区|学校|教研组|编号|代码|名称|unit|county|school|group|code|name/i;
const PLACES_HEADER = /名额|指标|人数|places|quota/i;

quotaRoutes.post('/rounds/:round/quotas/upload', may('round.open', dividerPlace), async (ask) => {
  const raw = await readRawForm(ask);
  const division = await divisionOf(ask);
  const refuse = (file: string) =>
    quotasPage(ask, division, { values: raw.values, errors: { file } }, raw.submission);
  const [file] = raw.files.file ?? [];
  if (file === undefined || file.size === 0) return refuse(ask.t('rounds.quota.upload.needed'));
  const table = await readTable(new Uint8Array(await file.arrayBuffer()), {
    fileName: file.name,
    limits: { bytes: 2_000_000, rows: 20_000 },
  });
  if (!table.ok)
    return refuse(
      ask.t('rounds.quota.upload.unreadable', { why: ask.t(`rounds.quota.upload.why.${table.reason}`) }),
    );
  const [heading, ...rows] = table.sheets.find((sheet) => !sheet.hidden && sheet.rows.length > 0)?.rows ?? [];
  const headers = heading?.cells.map(({ text }) => text.trim()) ?? [];
  const at = headers.findIndex((text) => PLACES_HEADER.test(text));
  const name = headers.findIndex((text, index) => index !== at && UNIT_HEADER.test(text));
  if (at < 0 || name < 0) return refuse(ask.t('rounds.quota.upload.columns'));
  const lines = rows
    .map((row) => ({
      line: row.number,
      key: row.cells[name]?.text.trim() ?? '',
      places: row.cells[at]?.text.trim() ?? '',
    }))
    .filter(({ key }) => key !== '' && !/^(合计|总计|total)$/i.test(key));
  return keepTable(ask, division, raw, lines, 'upload');
});

/** What the address or the form asks to be apportioned. */
function wishOf(
  given: (name: string) => string | undefined,
  total: number,
  lot: readonly string[] = [],
): ApportionWish {
  const method = given('method') ?? '';
  const cap = given('cap');
  return {
    total: queryNumber(given('total'), total, 0, 1_000_000),
    method: isMethod(method) ? method : 'webster',
    floor: queryNumber(given('floor'), 0, 0, 100_000),
    cap: cap === undefined || cap === '' ? null : queryNumber(cap, 0, 0, 1_000_000),
    lot,
  };
}

async function apportionPage(
  ask: ActorAsk,
  division: Division,
  wish: ApportionWish,
  state: FormState = { values: {} },
  submission = newId(),
) {
  const view = await viewOf(ask, division);
  const proposal = view.units.length > 0 && wish.total > 0 ? propose(view.units, wish) : null;
  const round = roundFrame(ask, division.round, 'quotas');
  const page = ApportionPage({ frame: pageProps(ask), round, view, state, submission, wish, proposal });
  return answerPage(ask, page, state.errors === undefined ? 200 : 422);
}

quotaRoutes.get('/rounds/:round/quotas/apportion', may('round.open', dividerPlace), async (ask) => {
  const division = await divisionOf(ask);
  const { round, unit } = division;
  const total = placesOf(round, unit, await listUnitQuotas(ask.db, round.id, unit.id)) ?? 0;
  return apportionPage(
    ask,
    division,
    wishOf((name) => ask.c.req.query(name), total),
  );
});

const adoptForm = z.object({
  total: wholeNumber('rounds.quota.hand.number'),
  reason: optional(500),
  lot: optional(4000),
});

quotaRoutes.post('/rounds/:round/quotas/apportion', may('round.open', dividerPlace), async (ask) => {
  const raw = await readRawForm(ask);
  const division = await divisionOf(ask);
  const units = await unitsBelow(ask, division.below);
  const names = (raw.values.lot ?? '').split('\n').map((line) => line.trim());
  const lot = names.flatMap(
    (name) => units.find((unit) => unit.name === name || unit.code === name)?.id ?? [],
  );
  const wish = wishOf((name) => raw.values[name], 0, [...new Set(lot)]);
  const form = parseForm(ask, raw, adoptForm);
  if (!form.ok)
    return apportionPage(ask, division, wish, { values: raw.values, errors: form.errors }, raw.submission);
  const { chosen } = propose(units, wish);
  const verdict = allotVerdict(chosen, form.data.reason);
  if (!verdict.ok) {
    const field =
      verdict.reason === 'tie-open' ? 'lot' : verdict.reason === 'lot-without-reason' ? 'reason' : '';
    const errors = { [field]: ask.t(`rounds.quota.apportion.refuse.${verdict.reason}`) };
    return apportionPage(ask, division, wish, { values: raw.values, errors }, raw.submission);
  }
  const quotas = units.map(
    (unit, index): NewQuota => ({
      unitId: unit.id,
      unitPath: unit.path,
      places: chosen.seats[index] ?? 0,
      basis: {
        from: 'method',
        method: wish.method,
        weight: unit.teachers,
        exact: chosen.quotas[index] ?? '0',
      },
    }),
  );
  return keep(ask, division, raw, quotas, chosen.ties.length > 0 ? form.data.reason : null);
});
