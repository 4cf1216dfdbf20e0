import { usePage } from '../../../../web/page-context.ts';
import type { Sort } from '../../../../web/table-query.ts';
import { Bar } from '../../../../web/ui/bar.tsx';
import { OutcomeTag } from '../../../../web/ui/findings.tsx';
import { Button, ButtonLink, Form } from '../../../../web/ui/form.tsx';
import { Notice } from '../../../../web/ui/notice.tsx';
import type { Paging } from '../../../../web/ui/pager.tsx';
import { Section } from '../../../../web/ui/section.tsx';
import { type Column, DataTable, type Filter } from '../../../../web/ui/table.tsx';
import { type Tab, Tabs } from '../../../../web/ui/tabs.tsx';
import { formatInstant, inLocale, subjectName, words } from '../../../../web/words.ts';
import { shownOutcome } from '../../dossier/view.tsx';
import type { Frame, RoundFrame } from '../../frame.ts';
import { RoundPage } from '../../rounds/frame.tsx';
import { HeldNotice } from '../page.tsx';
import type { Moves, Step } from '../rules.ts';
import type { HeldBy } from '../show.ts';
import type { QueueRow, QueueTab } from './queries.ts';

export interface PlacesView {
  readonly label: string;
  readonly used: number;
  readonly places: number;
}
/** A row of the queue with how it stands now. */
export interface QueueView extends QueueRow {
  readonly clausesMet: number;
  readonly clauses: number;
}

/** The form of the whole table; its boxes and buttons name it, since the filters are a form of their own. */
const BULK = 'bulk';

export function QueuePage(props: {
  frame: Frame;
  round: RoundFrame;
  timeZone: string;
  step: Step;
  unitName: string;
  bodies: readonly Tab[];
  tabs: readonly Tab[];
  tab: QueueTab;
  rows: readonly QueueView[];
  sort: Sort;
  filters: readonly Filter[];
  paging: Paging;
  places: readonly PlacesView[];
  placesText: string;
  /** The body may decide now. */
  open: boolean;
  /** Judges have the applications of the body before them. */
  held: HeldBy | null;
  /** Those of the page whom the panel of a unit below the body still has before it. */
  marks: ReadonlyMap<string, HeldBy>;
  /** The places judges gave, by application, where the order is that of their results. */
  byResults: ReadonlyMap<string, number> | null;
  /** How the list parts those placed alike; null where another body comes first. */
  parting: string | null;
  /** Who may change places with a neighbour, and which way. */
  moves: ReadonlyMap<string, Moves>;
  submission: string;
  refused: string | null;
  ticked: ReadonlySet<string>;
  /** Offices may screen everyone in their reach. */
  screening: boolean;
}) {
  const { frame, step, tab, open, round, held, byResults } = props;
  const t = words(frame.locale);
  const stage = inLocale(step.stage.names, frame.locale);
  const free = props.rows.some(({ id }) => !props.marks.has(id));
  const selectable = open && held === null && tab === 'waiting' && free;
  const movable = open && props.moves.size > 0 && tab === 'recommended' && step.stage.ranking !== 'none';
  const columns: Column<QueueView>[] = [
    ...(selectable
      ? [
          {
            key: 'select',
            label: t('review.column.select'),
            cell: (row: QueueView) =>
              props.marks.has(row.id) ? null : (
                <input
                  type="checkbox"
                  form={BULK}
                  name="application"
                  value={row.id}
                  checked={props.ticked.has(row.id)}
                  aria-label={t('review.select', { name: row.name })}
                />
              ),
          },
        ]
      : []),
    ...(tab === 'recommended'
      ? [
          {
            key: 'place',
            label: t('review.column.place'),
            sortable: true,
            numeric: true,
            cell: (row: QueueView) => row.place ?? '',
          },
        ]
      : []),
    ...(byResults !== null && tab === 'waiting'
      ? [
          {
            key: 'result',
            label: t('review.column.result'),
            sortable: true,
            numeric: true,
            cell: (row: QueueView) => byResults.get(row.id) ?? '',
          },
        ]
      : []),
    {
      key: 'name',
      label: t('review.column.name'),
      rowHeader: true,
      sortable: true,
      cell: (row) => (
        <>
          <a href={`/applications/${row.id}/review`}>{row.name}</a>
          <HeldMark mark={props.marks.get(row.id)} />
        </>
      ),
    },
    { key: 'school', label: t('review.column.school'), sortable: true, cell: (row) => row.schoolName },
    { key: 'group', label: t('review.column.group'), extra: true, cell: (row) => row.groupName ?? '' },
    {
      key: 'subject',
      label: t('review.column.subject'),
      sortable: true,
      cell: (row) => subjectName(row.subject, frame.locale),
    },
    {
      key: 'outcome',
      label: t('review.column.outcome'),
      sortable: true,
      cell: (row) => (row.outcome === null ? '' : <OutcomeTag outcome={shownOutcome(row.outcome)} />),
    },
    {
      key: 'clauses',
      label: t('review.column.clauses'),
      numeric: true,
      cell: (row) => `${row.clausesMet}/${row.clauses}`,
    },
    {
      key: 'submitted',
      label: t('review.column.submitted'),
      sortable: true,
      extra: tab !== 'waiting',
      cell: (row) =>
        row.submittedAt === null ? '' : formatInstant(row.submittedAt, frame.locale, props.timeZone),
    },
    ...(tab === 'returned' || tab === 'refused'
      ? [{ key: 'reason', label: t('review.column.reason'), cell: (row: QueueView) => row.reason ?? '' }]
      : []),
    ...(movable
      ? [
          {
            key: 'order',
            label: t('review.column.order'),
            cell: (row: QueueView) => <Arrows row={row} moves={props.moves.get(row.id)} />,
          },
        ]
      : []),
  ];
  return (
    <RoundPage
      frame={frame}
      round={round}
      wide
      title={t('review.queue')}
      lead={t('review.queue.as', { unit: props.unitName, stage })}
      actions={
        props.screening && (
          <ButtonLink href={`/rounds/${round.id}/screening`}>{t('review.screening')}</ButtonLink>
        )
      }
    >
      {props.refused && (
        <Notice kind="error" live title={t('review.refusal.title')}>
          <p>{props.refused}</p>
        </Notice>
      )}
      {props.bodies.length > 1 && <Tabs tabs={props.bodies} label={t('review.queue.bodies')} />}
      <Section title={t('review.queue.places')}>
        <p>{props.placesText}</p>
        {props.places.map(({ label, used, places }) => (
          <Bar label={label} value={used} max={places} />
        ))}
        {step.closesAt && (
          <p class="quiet">
            {t('review.queue.deadline', { at: formatInstant(step.closesAt, frame.locale, props.timeZone) })}
          </p>
        )}
      </Section>
      <Tabs tabs={props.tabs} label={t('review.queue.tabs')} />
      {held && tab === 'waiting' && <HeldNotice held={held} />}
      {props.marks.size > 0 && (
        <Notice kind="info">
          <p>{t('review.panel.marks', { n: props.marks.size })}</p>
        </Notice>
      )}
      {props.byResults && tab === 'waiting' && <p class="quiet">{t('review.queue.by-results.waiting')}</p>}
      {props.byResults && tab === 'recommended' && (
        <p class="quiet">
          {t(movable ? 'review.queue.by-results' : 'review.queue.by-results.fixed')}
          {props.parting && <> {props.parting}</>}
        </p>
      )}
      <DataTable
        caption={t('review.queue.as', { unit: props.unitName, stage })}
        captionHidden
        path={frame.path}
        columns={columns}
        rows={props.rows}
        sort={props.sort}
        filters={props.filters}
        paging={props.paging}
        empty={<p>{t(tab === 'waiting' ? 'review.queue.empty.waiting' : 'review.queue.empty')}</p>}
      />
      {(selectable || movable) && (
        <Form id={BULK} action={`/rounds/${round.id}/queue/recommend`} submission={props.submission}>
          <input type="hidden" name="position" value={step.position} />
          <input type="hidden" name="back" value={frame.path} />
          {selectable && (
            <div class="submit-bar">
              <Button>
                {t(
                  step.stage.does === 'recommend'
                    ? 'review.recommend.selected'
                    : 'review.recommend.selected.examine',
                )}
              </Button>
            </div>
          )}
        </Form>
      )}
    </RoundPage>
  );
}

function HeldMark({ mark }: { mark: HeldBy | undefined }) {
  if (mark === undefined) return null;
  return (
    <>
      <br />
      <span class="quiet">{mark.href === null ? mark.text : <a href={mark.href}>{mark.text}</a>}</span>
    </>
  );
}

function Arrows({ row, moves }: { row: QueueView; moves: Moves | undefined }) {
  const { t } = usePage();
  const button = (move: 'up' | 'down', sign: string) => (
    <button
      class="button button-plain button-small"
      type="submit"
      form={BULK}
      name="move"
      value={move}
      formaction={`/applications/${row.id}/review/move`}
      aria-label={t(`review.move.${move}`, { name: row.name })}
    >
      {sign}
    </button>
  );
  return (
    <>
      {moves?.up && button('up', '↑')}
      {moves?.down && button('down', '↓')}
    </>
  );
}
