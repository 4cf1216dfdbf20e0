import { withQuery } from '../../../web/address.ts';
import { Page, type PageProps } from '../../../web/layout.tsx';
import { usePage } from '../../../web/page-context.ts';
import { ButtonLink } from '../../../web/ui/form.tsx';
import { Pager, type Paging } from '../../../web/ui/pager.tsx';
import { Steps } from '../../../web/ui/progress.tsx';
import { EmptyState, Section, Stat, Stats } from '../../../web/ui/section.tsx';
import { SummaryList } from '../../../web/ui/summary-list.tsx';
import { type Column, DataTable, type Filter } from '../../../web/ui/table.tsx';
import { Tabs } from '../../../web/ui/tabs.tsx';
import { StatusTag } from '../../../web/ui/tag.tsx';
import { Timeline } from '../../../web/ui/timeline.tsx';
import { formatDate, type Translate } from '../../../web/words.ts';
import type { Rung } from '../../titles/rules.ts';
import { RECORD_STATES, type RecordState } from '../rules.ts';
import { type RecordWords, STATE_TONES } from '../show.ts';
import { RecordTags } from '../tags.tsx';
import type { RecordLine, RecordOrder, RecordTally } from './queries.ts';

export interface HeldTitle {
  readonly title: string;
  readonly from: string;
  readonly until: string | null;
  readonly number: string | null;
  readonly document: string | null;
  readonly held: boolean;
}

export interface GrowthFilePageProps {
  readonly page: Omit<PageProps, 'title'>;
  readonly t: Translate;
  readonly words: RecordWords;
  readonly owner: { readonly id: string; readonly name: string; readonly unitName: string | null };
  readonly own: boolean;
  /** Whether a published programme asks for facts of its own. */
  readonly facts: boolean;
  readonly titles: readonly HeldTitle[];
  /** The titles of a career, as far as this person has come. */
  readonly ladder: readonly { readonly title: string; readonly rung: Rung }[];
  readonly tallies: readonly RecordTally[];
  readonly rows: readonly RecordLine[];
  readonly paging: Paging;
  readonly view: RecordOrder | 'list';
  /** Whether the reader verifies and so sees what looks alike. */
  readonly marks: boolean;
}

export function GrowthFilePage(props: GrowthFilePageProps) {
  const { page, t, own, owner, tallies, view } = props;
  const total = (state: RecordState) =>
    tallies.filter((tally) => tally.state === state).reduce((sum, { count }) => sum + count, 0);
  return (
    <Page
      {...page}
      title={own ? t('records.growth-file') : t('records.growth-file-of', { name: owner.name })}
      lead={own ? t('records.lead') : (owner.unitName ?? '')}
      breadcrumbs={own ? [] : [{ href: `/people/${owner.id}`, label: owner.name }]}
      actions={
        <>
          {props.facts && <ButtonLink href={`/people/${owner.id}/facts`}>{t('records.facts')}</ButtonLink>}
          {own && (
            <>
              <ButtonLink href={`/people/${owner.id}/readers`}>{t('audit.reads.mine')}</ButtonLink>
              <ButtonLink href="/records/new" kind="primary">
                {t('records.add')}
              </ButtonLink>
            </>
          )}
        </>
      }
      wide
    >
      {props.ladder.length > 0 && <Ladder steps={props.ladder} words={props.words} />}
      {props.titles.length > 0 && <Titles titles={props.titles} words={props.words} />}
      {tallies.length === 0 ? (
        <EmptyState title={t('records.empty')}>{own && <p>{t('records.empty.what-now')}</p>}</EmptyState>
      ) : (
        <>
          <Stats>
            <Stat
              label={t('records.all')}
              value={tallies.reduce((sum, { count }) => sum + count, 0)}
              href={withQuery(page.path, { state: null, page: null })}
            />
            {RECORD_STATES.filter((state) => total(state) > 0).map((state) => (
              <Stat
                label={t(`records.state.${state}`)}
                value={total(state)}
                href={withQuery(page.path, { state, page: null })}
              />
            ))}
          </Stats>
          <Tabs
            label={t('records.view')}
            tabs={(['year', 'type', 'list'] as const).map((one) => ({
              href: withQuery(page.path, { view: one === 'year' ? null : one, page: null }),
              label: t(`records.view.${one}`),
              current: one === view,
            }))}
          />
          <Records {...props} />
        </>
      )}
    </Page>
  );
}

const STEP_STATES = { reached: 'done', next: 'current', ahead: 'todo' } as const satisfies Record<
  Rung,
  string
>;

/** The steps of a career; the next one is named in words, too. */
function Ladder({ steps, words }: { steps: GrowthFilePageProps['ladder']; words: RecordWords }) {
  const { t } = usePage();
  const next = steps.find(({ rung }) => rung === 'next');
  return (
    <Section
      title={t('records.ladder')}
      lead={
        next === undefined
          ? t('records.ladder.top')
          : t('records.ladder.next', { title: words.title(next.title) })
      }
    >
      <Steps
        label={t('records.ladder')}
        steps={steps.map(({ title, rung }) => ({ label: words.title(title), state: STEP_STATES[rung] }))}
      />
    </Section>
  );
}

function Titles({ titles, words }: { titles: readonly HeldTitle[]; words: RecordWords }) {
  const { t, locale } = usePage();
  const termOf = ({ from, until }: HeldTitle): string =>
    until === null
      ? t('records.titles.since', { from: formatDate(from, locale) })
      : t('records.titles.term', { from: formatDate(from, locale), until: formatDate(until, locale) });
  return (
    <Section title={t('records.titles')}>
      <SummaryList
        rows={titles.map((one) => ({
          label: words.title(one.title),
          value: (
            <>
              <StatusTag
                tone={one.held ? 'success' : 'neutral'}
                text={t(one.held ? 'records.titles.held' : 'records.titles.ended')}
              />{' '}
              {termOf(one)}
              {one.number !== null && ` · ${one.number}`}
              {one.document !== null && ` · ${one.document}`}
            </>
          ),
        }))}
      />
    </Section>
  );
}

/** By year or by type the records read as a life; as a list they are filtered, compared and taken along. */
function Records(props: GrowthFilePageProps) {
  const { t } = usePage();
  const { page, rows, view } = props;
  if (view !== 'list') return <Grouped {...props} />;
  return (
    <DataTable
      caption={t('records.growth-file')}
      captionHidden
      path={page.path}
      filters={filtersOf(props, t)}
      exports={['xlsx', 'csv']}
      columns={columnsOf(props, t)}
      rows={rows}
      paging={props.paging}
    />
  );
}

function Grouped({ page, rows, view, words, marks, paging }: GrowthFilePageProps) {
  const { t, locale } = usePage();
  const headingOf = (row: RecordLine): string => {
    if (view === 'type') return words.type(row.type);
    return row.happenedOn === null
      ? t('records.undated')
      : t('records.year', { year: row.happenedOn.slice(0, 4) });
  };
  return (
    <>
      {[...Map.groupBy(rows, headingOf)].map(([title, group]) => (
        <Section title={title}>
          <Timeline
            items={group.map((row) => ({
              when: row.happenedOn === null ? t('records.undated') : formatDate(row.happenedOn, locale),
              ...(row.happenedOn === null ? {} : { datetime: row.happenedOn }),
              title: <a href={`/records/${row.id}`}>{words.called(row)}</a>,
              detail: (
                <>
                  <span class="quiet">{summaryOf(row, words, view === 'year')}</span>{' '}
                  <RecordTags record={row} similar={marks} />
                </>
              ),
              tone: STATE_TONES[row.state],
            }))}
          />
        </Section>
      ))}
      <Pager path={page.path} paging={paging} />
    </>
  );
}

const summaryOf = (row: RecordLine, words: RecordWords, withType: boolean): string =>
  [
    withType ? words.type(row.type) : '',
    words.level(row.level),
    words.grade(row.type, row.grade),
    row.event ?? '',
  ]
    .filter((text) => text !== '')
    .join(' · ');

function columnsOf({ words, page, marks }: GrowthFilePageProps, t: Translate): Column<RecordLine>[] {
  return [
    {
      key: 'title',
      label: t('records.title'),
      rowHeader: true,
      cell: (row) => <a href={`/records/${row.id}`}>{words.called(row)}</a>,
    },
    { key: 'type', label: t('records.type'), cell: (row) => words.type(row.type) },
    {
      key: 'happened',
      label: t('records.happenedOn'),
      wrap: 'never',
      cell: (row) =>
        row.happenedOn === null ? t('records.undated') : formatDate(row.happenedOn, page.locale),
    },
    { key: 'level', label: t('records.level'), cell: (row) => words.level(row.level) },
    { key: 'grade', label: t('records.grade'), cell: (row) => words.grade(row.type, row.grade) },
    { key: 'evidence', label: t('records.evidence'), numeric: true, cell: (row) => row.evidenceCount },
    { key: 'state', label: t('records.state'), cell: (row) => <RecordTags record={row} similar={marks} /> },
  ];
}

function filtersOf({ tallies, words }: GrowthFilePageProps, t: Translate): Filter[] {
  const types = [...new Set(tallies.map(({ type }) => type))];
  const years = [...new Set(tallies.flatMap(({ year }) => year ?? []))].toSorted((a, b) => b - a);
  return [
    {
      name: 'type',
      label: t('records.type'),
      choices: types.map((type) => ({ value: type, label: words.type(type) })),
    },
    {
      name: 'year',
      label: t('records.year-of'),
      choices: years.map((year) => ({
        value: String(year),
        label: t('records.year', { year: String(year) }),
      })),
    },
    {
      name: 'state',
      label: t('records.state'),
      choices: RECORD_STATES.map((state) => ({ value: state, label: t(`records.state.${state}`) })),
    },
  ];
}
