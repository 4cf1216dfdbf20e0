import type { ActorAsk } from '../../../platform/routing.ts';
import { WORKBOOK, writeWorkbook } from '../../../platform/spreadsheet/write-table.ts';
import type { WordKey } from '../../../web/words.ts';
import { usedCells, usedHeads } from '../../programmes/numbers/used.tsx';
import { type FiguresView, shown } from './view.ts';

const AMONG = ['lab.among.size', 'lab.among.groups', 'lab.among.unsure', 'lab.among.on'] as const;

/** The figures of a trial as a workbook: the clauses, then a sheet for each way to group people. */
export async function answerWorkbook(ask: ActorAsk, figures: FiguresView): Promise<Response> {
  const { t, locale } = ask;
  const number = (value: number | null) => (value === null ? shown(null, locale, t) : value);
  const head = (first: string, keys: readonly WordKey[]) =>
    [first, ...keys.map((key) => t(key))].map((header) => ({ header }));
  const effect = ['lab.people', 'lab.before', 'lab.after', 'lab.gain', 'lab.lose'] as const;
  const bytes = await writeWorkbook([
    {
      name: t('lab.clauses'),
      columns: head(t('lab.clause'), ['lab.alone', 'lab.unmet', 'lab.missing', 'lab.decide', 'lab.met']),
      rows: figures.clauses.map((row) => [row.text, row.alone, row.unmet, row.missing, row.decide, row.met]),
    },
    ...(figures.local === null || figures.local.lines.length === 0
      ? []
      : [
          {
            name: t('numbers.of-trial'),
            columns: usedHeads.map((key) => ({ header: t(key) })),
            rows: figures.local.lines.map((line) => usedCells(line, { t, locale })),
          },
        ]),
    ...(figures.among.length === 0
      ? []
      : [
          {
            name: t('lab.among'),
            columns: head(t('lab.among.who'), AMONG),
            rows: figures.among.map(({ who, size, groups, unsure, on }) => [who, size, groups, unsure, on]),
          },
        ]),
    ...figures.groups.map(({ dimension, rows }) => ({
      name: t(`lab.by.${dimension}`),
      columns: head(t(`lab.by.${dimension}`), effect),
      rows: rows.map((row) => [
        row.label,
        number(row.people),
        number(row.before),
        number(row.after),
        number(row.gain),
        number(row.lose),
      ]),
    })),
  ]);
  return ask.c.body(new Uint8Array(bytes), 200, {
    'content-type': WORKBOOK,
    'content-disposition': `attachment; filename="policy-lab-${ask.today}.xlsx"`,
  });
}
