import type { ActorAsk } from '../../../platform/routing.ts';
import { type SheetToWrite, WORKBOOK, writeWorkbook } from '../../../platform/spreadsheet/write-table.ts';
import { formatNumber, type WordKey } from '../../../web/words.ts';
import { usedCells, usedHeads } from '../../programmes/numbers/used.tsx';
import { answerFile } from '../papers/files.ts';
import type { ScreeningFigures, ShareView } from './page.tsx';
import type { EligibleRow } from './queries.ts';
import type { Screened } from './result.ts';

/** So many people a workbook names. */
export const MOST_LISTED = 100_000;

/** What a screening found as a workbook: what the page shows, with the whole list of the eligible it asks for. */
export async function answerWorkbook(
  ask: ActorAsk,
  { round }: Pick<Screened, 'round'>,
  figures: ScreeningFigures,
  eligible: readonly EligibleRow[],
): Promise<Response> {
  const { t, locale } = ask;
  const heads = (...keys: readonly WordKey[]) => keys.map((key) => ({ header: t(key) }));
  const { outcomes, numbers } = figures;
  const shares = (name: WordKey, rows: readonly ShareView[]): SheetToWrite => ({
    name: t(name),
    columns: heads('review.screening.part', 'review.screening.people', 'review.screening.met'),
    rows: rows.map((row) => [row.label, row.people, row.eligible]),
  });
  const title = `${round.name} ${t('review.screening')}`;
  const bytes = await writeWorkbook(
    [
      {
        name: t('review.screening'),
        titles: [title],
        columns: heads(
          'review.screening.people',
          'review.screening.met',
          'review.screening.decide',
          'review.screening.missing',
          'review.screening.unmet',
        ),
        rows: [[figures.people, outcomes.met, outcomes['needs-decision'], outcomes.missing, outcomes.unmet]],
        closing: [figures.finished],
      },
      {
        name: t('review.screening.clauses'),
        columns: heads(
          'review.screening.clause',
          'review.screening.met',
          'review.screening.missing',
          'review.screening.decide',
          'review.screening.unmet',
        ),
        rows: figures.clauses.map((row) => [
          row.text,
          row.met,
          row.missing,
          row['needs-decision'],
          row.unmet,
        ]),
      },
      ...(numbers === null
        ? []
        : [
            {
              name: numbers.title,
              columns: heads(...usedHeads),
              rows: numbers.lines.map((line) => usedCells(line, { t, locale })),
              closing: [numbers.lead, ...numbers.misfits],
            },
          ]),
      shares('review.screening.by.unit', figures.units),
      shares('review.screening.by.subject', figures.subjects),
      shares('review.screening.by.setting', figures.settings),
      eligibleSheet(ask, eligible),
    ],
    { title },
  );
  return answerFile(ask, bytes, `${title}.xlsx`, WORKBOOK);
}

/** The list; one too long for a sheet says that it ends before all. */
export function eligibleSheet(
  { t, locale }: Pick<ActorAsk, 't' | 'locale'>,
  eligible: readonly EligibleRow[],
  most = MOST_LISTED,
): SheetToWrite {
  const heads = ['review.column.name', 'review.column.school', 'review.column.subject'] as const;
  return {
    name: t('review.screening.list'),
    columns: heads.map((key) => ({ header: t(key) })),
    rows: eligible.slice(0, most).map((row) => [row.name, row.unitName, row.subject]),
    ...(eligible.length > most
      ? { closing: [t('review.screening.list.cut', { n: formatNumber(most, locale) })] }
      : {}),
  };
}
