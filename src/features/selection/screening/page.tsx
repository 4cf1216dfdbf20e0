import { Page } from '../../../web/layout.tsx';
import { Button, ButtonLink, Form } from '../../../web/ui/form.tsx';
import { Notice } from '../../../web/ui/notice.tsx';
import type { Paging } from '../../../web/ui/pager.tsx';
import { Progress } from '../../../web/ui/progress.tsx';
import { Section, Stat, Stats } from '../../../web/ui/section.tsx';
import { DataTable, type Filter } from '../../../web/ui/table.tsx';
import { formatNumber, subjectName, words } from '../../../web/words.ts';
import { type UsedNumbers, UsedNumbersSection } from '../../programmes/numbers/used.tsx';
import type { Frame } from '../frame.ts';
import type { EligibleRow } from './queries.ts';
import type { Counts, Share } from './rules.ts';

export interface ClauseView extends Counts {
  readonly text: string;
}
export interface ShareView extends Share {
  readonly label: string;
}
export interface ScreeningFigures {
  readonly people: number;
  readonly outcomes: Counts;
  readonly clauses: readonly ClauseView[];
  readonly units: readonly ShareView[];
  readonly subjects: readonly ShareView[];
  readonly settings: readonly ShareView[];
  readonly finished: string;
  /** The numbers set locally it was counted with; null where none concern whoever looks. */
  readonly numbers: UsedNumbers | null;
}
export interface ScreeningResult extends ScreeningFigures {
  /** What the address asks for, `?unit=…`, for files with the same. */
  readonly asked: string;
  readonly eligible: readonly EligibleRow[];
  readonly filters: readonly Filter[];
  readonly paging: Paging;
  readonly told: { readonly told: number; readonly acknowledged: number };
  /** The round still takes applications, so there is something to tell. */
  readonly mayNotify: boolean;
  readonly submission: string;
}

export function ScreeningPage(props: {
  frame: Frame;
  round: { readonly id: string; readonly name: string };
  unitName: string;
  running: { readonly done: number; readonly total: number } | null;
  failed: boolean;
  result: ScreeningResult | null;
  submission: string;
}) {
  const { frame, round, running, result } = props;
  const t = words(frame.locale);
  return (
    <Page
      {...frame}
      wide
      title={t('review.screening')}
      lead={t('review.screening.lead')}
      breadcrumbs={[
        { href: '/rounds', label: t('rounds.title') },
        { href: `/rounds/${round.id}`, label: round.name },
      ]}
    >
      <p>{props.unitName}</p>
      {props.failed && (
        <Notice kind="warning">
          <p>{t('review.screening.failed')}</p>
        </Notice>
      )}
      {running ? (
        <>
          <Progress
            label={t('review.screening.running')}
            value={running.done}
            max={running.total}
            text={t('review.screening.progress', running)}
          />
          <p class="actions">
            <a class="button button-secondary" href={frame.path}>
              {t('review.screening.refresh')}
            </a>
          </p>
        </>
      ) : (
        <Form action={frame.path} submission={props.submission}>
          {result === null && <p>{t('review.screening.never')}</p>}
          <div class="submit-bar">
            <Button kind={result === null ? 'primary' : 'secondary'}>
              {t(result === null ? 'review.screening.start' : 'review.screening.again')}
            </Button>
          </div>
        </Form>
      )}
      {result && <Result frame={frame} result={result} />}
    </Page>
  );
}

function Result({ frame, result }: { frame: Frame; result: ScreeningResult }) {
  const t = words(frame.locale);
  const number = (value: number) => formatNumber(value, frame.locale);
  const { outcomes } = result;
  const named = (row: ShareView) => ({ ...row, label: subjectName(row.label, frame.locale) });
  const [address] = frame.path.split('?');
  const shares = (label: string, rows: readonly ShareView[]) => (
    <DataTable
      caption={label}
      path={frame.path}
      rows={rows}
      columns={[
        { key: 'part', label: t('review.screening.part'), rowHeader: true, cell: (row) => row.label },
        {
          key: 'people',
          label: t('review.screening.people'),
          numeric: true,
          cell: (row) => number(row.people),
        },
        {
          key: 'eligible',
          label: t('review.screening.met'),
          numeric: true,
          cell: (row) => number(row.eligible),
        },
      ]}
    />
  );
  return (
    <>
      <p class="quiet">{result.finished}</p>
      <p class="actions">
        <ButtonLink href={`${address}/figures.xlsx${result.asked}`} kind="secondary">
          {t('review.screening.export')}
        </ButtonLink>
        <ButtonLink href={`${address}/figures.pdf`} kind="secondary">
          {t('review.screening.paper')}
        </ButtonLink>
      </p>
      <Stats>
        <Stat label={t('review.screening.people')} value={number(result.people)} />
        <Stat label={t('review.screening.met')} value={number(outcomes.met)} />
        <Stat label={t('review.screening.decide')} value={number(outcomes['needs-decision'])} />
        <Stat label={t('review.screening.missing')} value={number(outcomes.missing)} />
        <Stat label={t('review.screening.unmet')} value={number(outcomes.unmet)} />
      </Stats>
      {result.numbers !== null && <UsedNumbersSection numbers={result.numbers} path={frame.path} />}
      <Section title={t('review.screening.clauses')}>
        <DataTable
          caption={t('review.screening.clauses')}
          captionHidden
          path={frame.path}
          rows={result.clauses}
          columns={[
            { key: 'clause', label: t('review.screening.clause'), rowHeader: true, cell: (row) => row.text },
            { key: 'met', label: t('review.screening.met'), numeric: true, cell: (row) => number(row.met) },
            {
              key: 'missing',
              label: t('review.screening.missing'),
              numeric: true,
              cell: (row) => number(row.missing),
            },
            {
              key: 'decide',
              label: t('review.screening.decide'),
              numeric: true,
              cell: (row) => number(row['needs-decision']),
            },
            {
              key: 'unmet',
              label: t('review.screening.unmet'),
              numeric: true,
              cell: (row) => number(row.unmet),
            },
          ]}
        />
      </Section>
      <Section title={t('review.screening.groups')}>
        {shares(t('review.screening.by.unit'), result.units)}
        {shares(t('review.screening.by.subject'), result.subjects.map(named))}
        {shares(t('review.screening.by.setting'), result.settings)}
      </Section>
      <Section title={t('review.screening.list')} lead={t('review.screening.list.lead')}>
        {result.told.told > 0 && <p>{t('review.screening.told', result.told)}</p>}
        {result.mayNotify && (
          <Form action={`${address}/notify`} submission={result.submission}>
            <p class="hint">{t('review.screening.notify.lead')}</p>
            <Button kind="secondary">{t('review.screening.notify')}</Button>
          </Form>
        )}
        <DataTable
          caption={t('review.screening.list')}
          captionHidden
          path={frame.path}
          rows={result.eligible}
          filters={result.filters}
          paging={result.paging}
          columns={[
            {
              key: 'name',
              label: t('review.column.name'),
              rowHeader: true,
              cell: (row) => <a href={`/people/${row.personId}/records`}>{row.name}</a>,
            },
            { key: 'unit', label: t('review.column.school'), cell: (row) => row.unitName },
            {
              key: 'subject',
              label: t('review.column.subject'),
              cell: (row) => subjectName(row.subject, frame.locale),
            },
          ]}
        />
      </Section>
    </>
  );
}
