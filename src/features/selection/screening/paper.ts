import { renderPdf } from '../../../platform/documents/render-pdf.ts';
import type { ActorAsk } from '../../../platform/routing.ts';
import { formatDate, formatInstant, formatNumber, subjectName, type WordKey } from '../../../web/words.ts';
import { usedCells, usedHeads } from '../../programmes/numbers/used.tsx';
import { answerFile } from '../papers/files.ts';
import type { ScreeningFigures, ShareView } from './page.tsx';
import type { Screened } from './result.ts';

/** The figures of a screening on paper, on the sheet of a policy's text. Whom it found is in the workbook. */
export async function answerPaper(
  ask: ActorAsk,
  { round, unitName }: Pick<Screened, 'round'> & { readonly unitName: string },
  figures: ScreeningFigures,
): Promise<Response> {
  const { t, locale } = ask;
  const heads = (...keys: readonly WordKey[]) => keys.map((key) => ({ header: t(key) }));
  const number = (value: number) => formatNumber(value, locale);
  const { outcomes, numbers } = figures;
  const shares = (title: WordKey, rows: readonly ShareView[]) => ({
    title: t(title),
    columns: heads('review.screening.part', 'review.screening.people', 'review.screening.met'),
    rows: rows.map((row) => [row.label, number(row.people), number(row.eligible)]),
  });
  const printed = formatInstant(ask.now, locale, ask.services.config.timeZone);
  const { pdf } = await renderPdf({
    kind: 'policy-text',
    language: locale,
    title: t('review.screening'),
    subtitle: round.name,
    footer: t('papers.footer', { at: printed }),
    fields: [],
    sections: [
      {
        heading: t('review.screening.all'),
        clauses: [{ number: '', text: figures.finished, children: [] }],
        tables: [
          {
            columns: heads(
              'review.screening.people',
              'review.screening.met',
              'review.screening.decide',
              'review.screening.missing',
              'review.screening.unmet',
            ),
            rows: [
              [
                figures.people,
                outcomes.met,
                outcomes['needs-decision'],
                outcomes.missing,
                outcomes.unmet,
              ].map(number),
            ],
          },
        ],
      },
      {
        heading: t('review.screening.clauses'),
        clauses: [],
        tables: [
          {
            columns: [
              { header: t('review.screening.clause'), share: 4 },
              ...heads(
                'review.screening.met',
                'review.screening.missing',
                'review.screening.decide',
                'review.screening.unmet',
              ),
            ],
            rows: figures.clauses.map((row) => [
              row.text,
              number(row.met),
              number(row.missing),
              number(row['needs-decision']),
              number(row.unmet),
            ]),
          },
        ],
      },
      ...(numbers === null
        ? []
        : [
            {
              heading: numbers.title,
              clauses: [numbers.lead, ...numbers.misfits].map((text, i) => ({
                number: String(i + 1),
                text,
                children: [],
              })),
              tables: [
                {
                  columns: heads(...usedHeads),
                  rows: numbers.lines.map((line) => usedCells(line, { t, locale })),
                },
              ],
            },
          ]),
      {
        heading: t('review.screening.groups'),
        clauses: [],
        tables: [
          shares('review.screening.by.unit', figures.units),
          shares(
            'review.screening.by.subject',
            figures.subjects.map((row) => ({ ...row, label: subjectName(row.label, locale) })),
          ),
          shares('review.screening.by.setting', figures.settings),
        ],
      },
    ],
    opinions: [],
    issuer: unitName,
    date: formatDate(ask.today, locale),
  });
  return answerFile(ask, pdf, `${round.name} ${t('review.screening')}.pdf`, 'application/pdf', 'inline');
}
