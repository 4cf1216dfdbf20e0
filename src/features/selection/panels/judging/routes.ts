import type { Judging } from '../../../../language/grammar/judging.ts';
import { answerDone, answerPage, pageProps } from '../../../../platform/answer.ts';
import type { Database } from '../../../../platform/database.ts';
import { HttpError } from '../../../../platform/errors.ts';
import { readRawForm } from '../../../../platform/forms.ts';
import { newId } from '../../../../platform/ids.ts';
import { type ActorAsk, may, routeList, signedIn } from '../../../../platform/routing.ts';
import type { FormState } from '../../../../web/ui/form.tsx';
import { autosaveHeader } from '../../../../web/viewer.ts';
import { formatDate, inLocale } from '../../../../web/words.ts';
import { allows } from '../../../identity/rules.ts';
import { programmeWith } from '../../../programmes/compiled.ts';
import { isShownInline } from '../../../records/evidence/rules.ts';
import { selectRound } from '../../rounds/queries.ts';
import { withoutMakers } from '../materials/clean.ts';
import { fileNameFor } from '../materials/rules.ts';
import { type JudgedStage, judgedAt, markingTime, readMarks, type WrittenMarks } from '../rules.ts';
import { selectPlacesOf } from '../sealed/queries.ts';
import { factsOf, totalText } from '../show.ts';
import { handIn, type Marking, saveMarks, standAside } from './acts.ts';
import { MinePage, SheetPage, SheetsPage, type ShownState } from './page.tsx';
import {
  asJudgeOf,
  type JudgedPanel,
  listMaterials,
  listOwnSeats,
  listSheets,
  type SheetRow,
  seatPlace,
  selectJudgedPanels,
  selectOptionalFile,
  selectSheet,
} from './queries.ts';

/**
 * The judge's pages. An address holds the panel and a code, never an id of a person, an application or a record; what is
 * shown comes from what was copied for judges and from the judge's own sheets.
 */

export const judgingRoutes = routeList();
const { get, post } = judgingRoutes;

/** A panel as this judge asks about it. */
interface Seat {
  readonly db: Database;
  readonly panel: JudgedPanel;
  readonly judged: JudgedStage;
}

async function judgedOf(db: Database, panel: JudgedPanel): Promise<JudgedStage> {
  const { programme } = await programmeWith(db, await selectRound(db, panel.roundId));
  const judged = judgedAt(programme.route ?? [], panel.position);
  if (judged === null) throw new Error(`stage ${panel.position} declares no judging`);
  return judged;
}

/**
 * Throws 404 for a panel that never opened or was given up, 403 for a judge who by now may open an application of it or
 * stands aside for an applicant: the whole panel is closed to them then, so that nothing is said of which.
 */
async function seatOf(ask: ActorAsk): Promise<Seat> {
  const id = ask.c.req.param('panel') ?? '';
  const db = asJudgeOf(ask.db, id);
  const [panel] = await selectJudgedPanels(db, [id]);
  if (panel === undefined || panel.state === 'cancelled') throw new HttpError(404, 'error.not-found');
  const places = await selectPlacesOf(db, id, ask.actor.personId);
  if (places.some((place) => place.related || allows(ask.actor, 'application.see', place)))
    throw new HttpError(403, 'panels.cannot.changed');
  return { db, panel, judged: await judgedOf(db, panel) };
}

const titleOf = (ask: ActorAsk, { panel, judged }: Omit<Seat, 'db'>): string =>
  ask.t('panels.mine.of', { round: panel.roundName, stage: inLocale(judged.stage.names, ask.locale) });

function timeText({ t, locale, today }: ActorAsk, panel: JudgedPanel): string {
  const time = markingTime(panel, today);
  return time === 'now'
    ? t('panels.time.now', { until: panel.closesOn === null ? '' : formatDate(panel.closesOn, locale) })
    : t(`panels.time.${time}`);
}

const viewOf = (ask: ActorAsk, seat: Seat) => ({
  id: seat.panel.id,
  title: titleOf(ask, seat),
  blind: seat.judged.judging.blind !== undefined,
  time: timeText(ask, seat.panel),
});

const shownState = ({ state, marks }: SheetRow): ShownState =>
  state === 'open' && Object.values(marks).some(({ mark }) => mark !== '') ? 'begun' : state;

get('/judging', signedIn, async (ask) => {
  const seats = await listOwnSeats(ask.db, ask.actor.personId);
  const db = seats.reduce((all, { panelId }) => asJudgeOf(all, panelId), ask.db);
  const panels = await selectJudgedPanels(
    db,
    seats.map(({ panelId }) => panelId),
  );
  const shown = seats.flatMap((seat) => {
    const panel = panels.find(({ id }) => id === seat.panelId);
    return panel === undefined || panel.state === 'cancelled' ? [] : [{ seat, panel }];
  });
  return answerPage(
    ask,
    MinePage({
      frame: pageProps(ask),
      panels: await Promise.all(
        shown.map(async ({ seat, panel }) => ({
          id: panel.id,
          title: titleOf(ask, { panel, judged: await judgedOf(db, panel) }),
          unitName: panel.unitName,
          state: panel.state,
          time: timeText(ask, panel),
          sheets: seat.sheets,
          done: seat.done,
        })),
      ),
    }),
  );
});

const guard = may('panel.judge', seatPlace);

get('/judging/:panel', guard, async (ask) => {
  const seat = await seatOf(ask);
  const sheets = await listSheets(seat.db, seat.panel.id, ask.actor.personId);
  return answerPage(
    ask,
    SheetsPage({
      frame: pageProps(ask),
      panel: viewOf(ask, seat),
      facts: factsOf(ask.t, ask.locale, seat.judged, seat.panel),
      sheets: sheets.map((sheet) => ({
        code: sheet.code,
        state: shownState(sheet),
        total: sheet.state === 'aside' ? null : totalText(sheet.marks),
      })),
      open: markingTime(seat.panel, ask.today) === 'now',
    }),
  );
});

const codeOf = (ask: ActorAsk): string => ask.c.req.param('sheet') ?? '';

async function sheetPage(ask: ActorAsk, seat: Seat, form: FormState | null): Promise<Response> {
  const { locale, actor } = ask;
  const { db, panel, judged } = seat;
  const sheets = await listSheets(db, panel.id, actor.personId);
  const sheet = await selectSheet(db, panel.id, actor.personId, codeOf(ask));
  const time = markingTime(panel, ask.today);
  const at = sheets.findIndex(({ code }) => code === sheet.code);
  const materials =
    time === 'now' && sheet.state !== 'aside'
      ? await listMaterials(asJudgeOf(db, sheet.candidate), sheet.candidate)
      : null;
  return answerPage(
    ask,
    SheetPage({
      frame: { ...pageProps(ask), path: `/judging/${panel.id}/${sheet.code}` },
      panel: viewOf(ask, seat),
      code: sheet.code,
      state: shownState(sheet),
      materials:
        materials?.map(({ number, label, content, mediaType }) => ({
          number,
          label: inLocale(label, locale),
          content: content === null ? null : inLocale(content, locale),
          file:
            mediaType === null
              ? null
              : {
                  name: fileNameFor(sheet.code, number, mediaType),
                  href: `/judging/${panel.id}/${sheet.code}/files/${number}`,
                },
        })) ?? null,
      criteria: criteriaOf(ask, judged.judging),
      marks: form ?? { values: valuesOf(sheet.marks) },
      open: time === 'now' && sheet.state === 'open',
      total: totalText(sheet.marks),
      previous: sheets[at - 1]?.code ?? null,
      next: sheets[at + 1]?.code ?? null,
      submission: newId(),
    }),
    form?.errors === undefined ? 200 : 422,
  );
}

const criteriaOf = ({ locale }: ActorAsk, { criteria }: Judging) =>
  criteria.map(({ id, names, max, step = '1', reason = false }) => ({
    id,
    name: inLocale(names, locale),
    max,
    step,
    reason,
  }));

const valuesOf = (marks: WrittenMarks): Record<string, string> =>
  Object.fromEntries(
    Object.entries(marks).flatMap(([id, { mark, reason }]) => [
      [`mark.${id}`, mark],
      [`reason.${id}`, reason],
    ]),
  );

get('/judging/:panel/:sheet', guard, async (ask) => sheetPage(ask, await seatOf(ask), null));

async function markingOf(ask: ActorAsk): Promise<{ seat: Seat; marking: Marking }> {
  const seat = await seatOf(ask);
  const { db, panel, judged } = seat;
  return { seat, marking: { ask, db, panel, judging: judged.judging, code: codeOf(ask) } };
}
const here = (ask: ActorAsk): string => `/judging/${ask.c.req.param('panel')}/${codeOf(ask)}`;

post('/judging/:panel/:sheet', guard, async (ask) => {
  const { marking } = await markingOf(ask);
  const raw = await readRawForm(ask);
  const autosave = ask.c.req.header(autosaveHeader) !== undefined;
  const kept = await saveMarks(marking, readMarks(marking.judging, raw.values));
  if (!kept.ok) {
    if (autosave) return ask.c.text(ask.t(`panels.cannot.${kept.refusal}`), 409);
    throw new HttpError(409, `panels.cannot.${kept.refusal}`);
  }
  if (autosave) return ask.c.body(null, 204, { 'x-saved-at': ask.now.toISOString() });
  return answerDone(ask, here(ask), 'panels.done.saved');
});

post('/judging/:panel/:sheet/hand-in', guard, async (ask) => {
  const { seat, marking } = await markingOf(ask);
  const raw = await readRawForm(ask);
  const marks = readMarks(marking.judging, raw.values);
  const done = await handIn(marking, marks);
  if (done.ok) return answerDone(ask, `/judging/${seat.panel.id}`, 'panels.done.handed-in');
  if (done.refusal !== 'faults') throw new HttpError(409, `panels.cannot.${done.refusal}`);
  const errors = Object.fromEntries(
    criteriaOf(ask, marking.judging).flatMap(({ id, name, max, step }) => {
      const fault = done.faults[id];
      return fault === undefined
        ? []
        : [
            [
              `${fault === 'reason-missing' ? 'reason' : 'mark'}.${id}`,
              ask.t(`panels.fault.${fault}`, { name, max, step }),
            ],
          ];
    }),
  );
  return sheetPage(ask, seat, { values: raw.values, errors });
});

const WHY_MAX = 500;
post('/judging/:panel/:sheet/aside', guard, async (ask) => {
  const { seat, marking } = await markingOf(ask);
  const raw = await readRawForm(ask);
  const why = (raw.values.why ?? '').trim().slice(0, WHY_MAX);
  if (why === '')
    return sheetPage(ask, seat, {
      values: raw.values,
      errors: { why: ask.t('panels.sheet.aside.why.needed') },
    });
  const done = await standAside(marking, why);
  if (!done.ok) throw new HttpError(409, `panels.cannot.${done.refusal}`);
  return answerDone(ask, `/judging/${seat.panel.id}`, 'panels.done.stood-aside');
});

/**
 * The file under its code and number, without what it says of its makers. Nothing about it is as it is elsewhere: no
 * name, no date, no mark by which a cache would know it again.
 */
get('/judging/:panel/:sheet/files/:number', guard, async (ask) => {
  const { db, panel } = await seatOf(ask);
  const sheet = await selectSheet(db, panel.id, ask.actor.personId, codeOf(ask));
  const number = Number(ask.c.req.param('number'));
  const may = markingTime(panel, ask.today) === 'now' && sheet.state !== 'aside' && Number.isInteger(number);
  const file = may ? await selectOptionalFile(asJudgeOf(db, sheet.candidate), sheet.candidate, number) : null;
  const bytes = file && (await ask.services.files.get(file.sha256));
  if (!file || !bytes) throw new HttpError(404, 'error.not-found');
  const manner = isShownInline(file.mediaType) ? 'inline' : 'attachment';
  return new Response(Uint8Array.from(withoutMakers(bytes, file.mediaType)), {
    headers: {
      'content-type': file.mediaType,
      'content-disposition': `${manner}; filename="${fileNameFor(sheet.code, number, file.mediaType)}"`,
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store, no-transform',
    },
  });
});
