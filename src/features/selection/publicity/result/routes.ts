import { answerPage, pageProps, pastEnd } from '../../../../platform/answer.ts';
import { queryNumber } from '../../../../platform/forms.ts';
import { vocabulary } from '../../../../platform/programmes.ts';
import { type ActorAsk, may, routeList } from '../../../../platform/routing.ts';
import { subjectTyped } from '../../../../shared/subjects.ts';
import { allows } from '../../../identity/rules.ts';
import { answerTable } from '../../papers/files.ts';
import { roundPlace } from '../../rounds/queries.ts';
import { visibleRound } from '../../rounds/show.ts';
import { roundFrame } from '../../rounds/tabs.ts';
import { stageNames } from '../show.ts';
import { ResultPage } from './page.tsx';
import { countNamed, listNamed, type NamedFilter, type NamedRow } from './queries.ts';

export const resultRoutes = routeList();
const { get } = resultRoutes;

/** Who was selected, by name, as a page and as a table to take away. */

const PAGE = 100;

get('/rounds/:round/result', may('round.see', roundPlace), async (ask) => {
  const round = await visibleRound(ask);
  const official = allows(ask.actor, 'application.review', { unitPath: round.unitPath });
  const decided = round.state === 'decided';
  const states: NamedFilter['states'] = decided ? ['granted'] : official ? ['listed'] : [];
  // Those taken off the list are a list of their own, for officials.
  const taken = official ? (['removed'] as const) : [];
  const off = official && ask.c.req.query('list') === 'removed';
  const filter: NamedFilter = {
    states: off ? taken : states,
    name: ask.c.req.query('name') || undefined,
    subject: subjectTyped(ask.c.req.query('subject') ?? '') || undefined,
  };
  const format = ask.c.req.query('format');
  if (format === 'xlsx' || format === 'csv') {
    const rows = await listNamed(ask.db, round.id, filter);
    return answerTable(
      ask,
      format,
      `${round.name} ${ask.t(off ? 'publicity.result.removed' : 'publicity.result.title')}`,
      namedTable(ask, rows, official),
    );
  }
  const page = queryNumber(ask.c.req.query('page'), 1, 1, 10_000);
  const beside = { ...filter, states: off ? [] : taken };
  const [total, rows, removed] = await Promise.all([
    countNamed(ask.db, round.id, filter),
    listNamed(ask.db, round.id, filter, { limit: PAGE, offset: (page - 1) * PAGE }),
    countNamed(ask.db, round.id, beside),
  ]);
  const past = pastEnd(ask, { page, size: PAGE, shown: rows.length, total });
  if (past !== null) return past;
  return answerPage(
    ask,
    ResultPage({
      frame: pageProps(ask),
      round: roundFrame(ask, round, 'result'),
      decided,
      off,
      rows,
      removed: {
        rows: removed === 0 ? [] : await listNamed(ask.db, round.id, beside, { limit: PAGE, offset: 0 }),
        total: removed,
      },
      paging: { page, size: PAGE, total },
      total,
      filters: [
        { name: 'name', label: ask.t('publicity.selection.name') },
        { name: 'subject', label: ask.t('publicity.selection.subject') },
      ],
      stageNames: stageNames(vocabulary(), ask.locale),
      official,
    }),
  );
});

/** The named list as a sheet; staff numbers are for officials only. */
export function namedTable(ask: ActorAsk, rows: readonly NamedRow[], official: boolean) {
  const stages = stageNames(vocabulary(), ask.locale);
  const { t } = ask;
  return {
    header: [
      t('publicity.public.number'),
      t('publicity.selection.name'),
      ...(official ? [t('publicity.result.staff-number'), t('publicity.result.sex')] : []),
      t('publicity.selection.county'),
      t('publicity.selection.school'),
      t('publicity.selection.subject'),
      t('publicity.selection.stage'),
    ],
    rows: rows.map((row, index) => [
      index + 1,
      row.name,
      ...(official
        ? [row.staffNumber ?? '', row.sex === null ? '' : t(`publicity.result.sex.${row.sex}`)]
        : []),
      row.countyName ?? '',
      row.schoolName,
      row.subject ?? '',
      row.stage === null ? '' : (stages[row.stage] ?? row.stage),
    ]),
  };
}
