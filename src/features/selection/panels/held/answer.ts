import { gather } from '../../../../language/work/judging.ts';
import { answerPage, pageProps } from '../../../../platform/answer.ts';
import { newId } from '../../../../platform/ids.ts';
import type { ActorAsk } from '../../../../platform/routing.ts';
import { formatExact } from '../../../../shared/decimal.ts';
import { enumerate } from '../../../../shared/text.ts';
import type { FormState } from '../../../../web/ui/form.tsx';
import type { Task } from '../../../../web/ui/task-list.tsx';
import { formatInstant, inLocale } from '../../../../web/words.ts';
import { routeOf } from '../../review/route.ts';
import { selectRound } from '../../rounds/queries.ts';
import { type EntryRow, listEntries } from '../entries/queries.ts';
import { asideOf, judgesOf, type Panel, panelWith } from '../panel.ts';
import { selectPanel } from '../queries.ts';
import { type GivenLine, ResultSection } from '../result/page.tsx';
import { type AsideReason, type Judge, leastJudges, leftToDo } from '../rules.ts';
import { listOpenedSheets, type OpenedSheet } from '../sealed/queries.ts';
import { findJudges, listSeats, type SeatRow, selectJudges } from '../seats/queries.ts';
import { factsOf, totalText } from '../show.ts';
import { PanelPage } from './page.tsx';

const FOUND = 12;

/** The panel's page for its office; with what was refused and what was typed, where something was. */
export async function panelPage(
  ask: ActorAsk,
  id: string,
  form: FormState = { values: {} },
): Promise<Response> {
  const { db, t, locale } = ask;
  const row = await selectPanel(db, id);
  const round = await selectRound(db, row.roundId);
  const found = panelWith(row, await routeOf(db, round));
  const { panel, judged, position } = found;
  const find = (ask.c.req.query('find') ?? '').trim().slice(0, 40);
  const [seats, entries, people] = await Promise.all([
    listSeats(db, id),
    listEntries(db, id, position),
    find === '' ? null : findJudges(db, find, FOUND),
  ]);
  const forming = panel.state === 'forming';
  const asides = forming ? await asidesOf(ask, found, seats, entries) : null;
  return answerPage(
    ask,
    PanelPage({
      frame: { ...pageProps(ask), path: `/panels/${id}` },
      id,
      round,
      title: `${inLocale(judged.stage.names, locale)} · ${panel.unitName}`,
      state: panel.state,
      blind: judged.judging.blind !== undefined,
      tasks: forming ? openingTasks(ask, found, entries, asides?.counts ?? new Map()) : [],
      facts: factsOf(t, locale, judged, panel),
      seats: seats.map((seat) => ({
        id: seat.id,
        name: seat.personName,
        unit: seat.unitName ?? '',
        aside: asides?.said.get(seat.personId) ?? null,
        sheets: seat.sheets,
        done: seat.done,
        ended: seat.endedWhy === null ? null : t('panels.judges.ended', { why: seat.endedWhy }),
      })),
      entries: entries.map((entry) => ({
        id: entry.id,
        applicationId: entry.applicationId,
        name: entry.personName,
        school: entry.schoolName,
        waiting: entry.waiting || panel.state !== 'forming',
        looked: entry.shown?.length ?? null,
        judges: asides?.counts.get(entry.id) ?? null,
      })),
      found:
        people === null
          ? null
          : {
              text: find,
              people: people.map(({ id: personId, name, unitName }) => ({
                id: personId,
                name,
                unit: unitName ?? '',
              })),
            },
      opensOn: panel.opensOn,
      closesOn: panel.closesOn,
      today: ask.today,
      conclusion: panel.conclusion,
      result: panel.state === 'closed' ? resultOf(ask, found, entries, await listOpenedSheets(db, id)) : null,
      submission: newId(),
      form,
    }),
    form.errors === undefined ? 200 : 422,
  );
}

/** What the office has yet to do before judging opens, each with the way there. */
function openingTasks(
  { t }: ActorAsk,
  { panel, judged: { judging } }: Panel,
  entries: readonly EntryRow[],
  judges: ReadonlyMap<string, number>,
): Task[] {
  const candidates = entries
    .filter(({ waiting }) => waiting)
    .map((entry) => ({ looked: entry.shown !== null, judges: judges.get(entry.id) ?? 0 }));
  const left = leftToDo(judging, candidates);
  const task = (title: string, href: string, rest: number | null, hint?: string): Task => ({
    title,
    href,
    ...(hint === undefined ? {} : { hint }),
    done: rest === 0,
    status:
      rest === 0
        ? { text: t('panels.todo.done'), tone: 'success' }
        : {
            text: rest === null ? t('panels.todo.not-yet') : t('panels.todo.left', { count: rest }),
            tone: 'warning',
          },
  });
  const before = [
    task(t('panels.todo.dates'), '#dates', panel.closesOn === null ? null : 0),
    task(
      t('panels.todo.judges'),
      '#judges',
      left.judges,
      t('panels.todo.judges.hint', { least: leastJudges(judging) }),
    ),
    ...(left.look === null ? [] : [task(t('panels.todo.look'), '#candidates', left.look)]),
  ];
  const ready = before.every(({ done }) => done);
  return [
    ...before,
    {
      title: t('panels.todo.open'),
      href: '#open',
      status:
        candidates.length === 0
          ? { text: t('panels.todo.nobody'), tone: 'warning' }
          : { text: t(ready ? 'panels.todo.ready' : 'panels.todo.wait'), tone: ready ? 'info' : 'neutral' },
    },
  ];
}

/** Of each judge, for how many they stand aside and why; of each candidate, how many may mark them. */
async function asidesOf(
  { db, t, locale, today }: ActorAsk,
  found: Panel,
  seats: readonly SeatRow[],
  entries: readonly EntryRow[],
) {
  const sitting = seats.filter(({ endedAt }) => endedAt === null).map(({ personId }) => personId);
  const [judges, { why }] = await Promise.all([selectJudges(db, sitting, today), asideOf(db, found)]);
  const waiting = entries.filter((entry) => entry.waiting);
  const said = (judge: Judge): string | null => {
    const reasons = new Map<AsideReason, number>();
    for (const entry of waiting) {
      const reason = why(judge, entry);
      if (reason !== null) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
    if (reasons.size === 0) return null;
    const count = [...reasons.values()].reduce((sum, n) => sum + n, 0);
    const words = [...reasons.keys()].map((reason) => t(`panels.aside.${reason}`));
    return t('panels.judges.aside.count', { count, why: enumerate(locale, words) });
  };
  return {
    said: new Map([...judges].map(([personId, judge]) => [personId, said(judge)])),
    counts: judgesOf(waiting, [...judges.values()], why),
  };
}

function resultOf(
  ask: ActorAsk,
  { panel, judged: { judging } }: Panel,
  entries: readonly EntryRow[],
  sheets: readonly OpenedSheet[],
) {
  const { t, locale, services } = ask;
  const lines = entries
    .flatMap((entry) =>
      entry.code === null
        ? []
        : [
            {
              applicationId: entry.applicationId,
              name: entry.personName,
              school: entry.schoolName,
              code: entry.code,
              result: entry.result,
              place: entry.place,
              markedBy: entry.markedBy ?? 0,
            },
          ],
    )
    .toSorted((a, b) => (a.place ?? Infinity) - (b.place ?? Infinity) || (a.code < b.code ? -1 : 1));
  return ResultSection({
    frame: pageProps(ask),
    by: panel.closedBy ?? '',
    at: panel.closedAt === null ? '' : formatInstant(panel.closedAt, locale, services.config.timeZone),
    conclusion: panel.conclusion ?? '',
    lines,
    criteria: judging.criteria.map(({ names }) => inLocale(names, locale)),
    given: lines.flatMap(({ code }) => givenOf(ask, code, judging, sheets)),
  });

  function givenOf(
    { t: say }: ActorAsk,
    code: string,
    plan: typeof judging,
    all: readonly OpenedSheet[],
  ): GivenLine[] {
    const own = all.filter((sheet) => sheet.code === code);
    const counted = own.filter(({ state, counts }) => state === 'submitted' && counts);
    const { totals } = gather(
      plan,
      counted.map(({ id, marks }) => ({
        judge: id,
        marks: Object.fromEntries(Object.entries(marks).map(([key, { mark }]) => [key, mark])),
      })),
    );
    return own.map((sheet) => {
      const found = totals.find(({ judge }) => judge === sheet.id);
      return {
        code,
        judge: sheet.judge,
        marks: plan.criteria.map(({ id }) => {
          const { mark = '', reason = '' } = sheet.marks[id] ?? {};
          return reason === '' ? mark : say('panels.result.with-reason', { mark, reason });
        }),
        total:
          sheet.state === 'aside'
            ? t('panels.result.aside', { why: sheet.why ?? '' })
            : found !== undefined
              ? formatExact(found.total)
              : sheet.state === 'submitted'
                ? t('panels.result.not-counted', { total: totalText(sheet.marks) ?? '' })
                : t('panels.result.not-handed-in'),
        dropped: found?.dropped ?? null,
      };
    });
  }
}
