import { enumerate } from '../../../shared/text.ts';
import { usePage } from '../../../web/page-context.ts';
import {
  CheckboxField,
  DateField,
  RadioField,
  SelectField,
  TextareaField,
  TextField,
  TickField,
} from '../../../web/ui/field.tsx';
import { ButtonLink, ErrorSummary, Form, type FormState, SubmitBar } from '../../../web/ui/form.tsx';
import type { Tone } from '../../../web/ui/kinds.ts';
import { Notice } from '../../../web/ui/notice.tsx';
import type { Paging } from '../../../web/ui/pager.tsx';
import { Card, Details, Section } from '../../../web/ui/section.tsx';
import { SummaryList } from '../../../web/ui/summary-list.tsx';
import { type Column, DataTable, type Filter } from '../../../web/ui/table.tsx';
import { StatusTag } from '../../../web/ui/tag.tsx';
import { formatDate, formatInstant, type Translate, words } from '../../../web/words.ts';
import type { Frame, RoundFrame } from '../frame.ts';
import { RoundPage, StakeNotice } from '../rounds/page.tsx';
import type { Stake } from '../stake/rules.ts';
import type { NamedRow, ObjectionRow, PublicityRow } from './queries.ts';
import {
  type Candidate,
  type ClockVerdict,
  type Drawn,
  type ObjectionState,
  type TieDecision,
  UNFIT_OUTCOMES,
} from './rules.ts';

/** Somebody on the list who no longer meets the conditions. */
export interface UnfitView {
  readonly applicationId: string;
  readonly name: string;
  readonly schoolName: string;
  readonly clauses: readonly { readonly cites: string; readonly text: string; readonly summary: string }[];
}
export interface SelectionView {
  readonly drawn: Drawn | null;
  readonly openReviews: number;
  readonly decisions: readonly TieDecision[];
  readonly unfit: readonly UnfitView[];
  readonly clock: ClockVerdict;
  readonly publicity: PublicityRow | null;
  readonly roundState: string;
  readonly mayDecide: boolean;
  readonly stake: Stake | null;
  /** Names of stages of schooling and of limits, in words. */
  readonly stageNames: Readonly<Record<string, string>>;
  /** Names of the file's tie keys, in the order they are compared. */
  readonly keyNames: Readonly<Record<string, string>>;
}
type SelectionProps = {
  frame: Frame;
  round: RoundFrame;
  view: SelectionView;
  state: FormState;
  submission: string;
};

export function SelectionPage(props: SelectionProps) {
  const { frame, round, view, state } = props;
  const t = words(frame.locale);
  const { drawn, publicity } = view;
  return (
    <RoundPage
      frame={frame}
      round={round}
      title={t('publicity.selection.title')}
      lead={t('publicity.selection.lead')}
      wide
    >
      <ErrorSummary state={state} />
      <StakeNotice stake={view.stake} />
      {view.unfit.length > 0 && <UnfitSection {...props} />}
      {publicity !== null && <Running {...props} publicity={publicity} />}
      {drawn !== null && publicity === null && (
        <>
          <Summary view={view} drawn={drawn} />
          <CandidateTable view={view} drawn={drawn} />
          <Decisions view={view} />
          {view.mayDecide && view.roundState === 'open' && drawn.tie !== null && (
            <TieForm {...props} tie={drawn.tie} />
          )}
          {view.mayDecide && view.roundState === 'open' && drawn.tie === null && <PostForm {...props} />}
        </>
      )}
    </RoundPage>
  );
}

function UnfitSection({ round, view, state, submission }: SelectionProps) {
  const { t } = usePage();
  const posted = view.publicity !== null;
  return (
    <Section title={t('publicity.unfit.title')}>
      <Notice kind="warning">
        <p>{t('publicity.unfit.lead', { n: view.unfit.length })}</p>
        <p>{t(posted ? 'publicity.unfit.lead.posted' : 'publicity.unfit.lead.open')}</p>
      </Notice>
      <ul>
        {view.unfit.map((one) => (
          <li>
            <a href={`/applications/${one.applicationId}`}>
              {t('ui.aside', { text: one.name, more: one.schoolName })}
            </a>
            <ul>
              {one.clauses.map(({ cites, text, summary }) => (
                <li>
                  {text}
                  {cites !== '' && <> {cites}</>}
                  <br />
                  <span class="quiet">{summary}</span>
                </li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
      {view.mayDecide && (
        <Form action={`/rounds/${round.id}/selection/unfit`} submission={submission}>
          <SelectField
            name="application"
            label={t('publicity.unfit.who')}
            state={state}
            choices={view.unfit.map(({ applicationId, name, schoolName }) => ({
              value: applicationId,
              label: t('ui.aside', { text: name, more: schoolName }),
            }))}
          />
          <RadioField
            name="outcome"
            label={t('publicity.unfit.outcome')}
            state={state}
            choices={UNFIT_OUTCOMES.filter((outcome) => posted || outcome === 'kept').map((outcome) => ({
              value: outcome,
              label: t(`publicity.unfit.outcome.${outcome}`),
            }))}
          />
          <TextareaField
            name="unfit-reason"
            label={t('publicity.unfit.reason')}
            state={state}
            maxlength={1000}
          />
          <SubmitBar submit={t('publicity.unfit.submit')} />
        </Form>
      )}
    </Section>
  );
}

function Summary({ view, drawn }: { view: SelectionView; drawn: Drawn }) {
  const { t } = usePage();
  const counts = { all: drawn.ranking.length, selected: drawn.selected.length };
  return (
    <>
      <p>
        {drawn.places === null
          ? t('publicity.selection.summary.free', counts)
          : t('publicity.selection.summary', { ...counts, places: drawn.places })}
      </p>
      <IdleKeys view={view} drawn={drawn} />
      {view.openReviews > 0 && (
        <Notice kind="warning">
          <p>{t('publicity.selection.open-reviews', { n: view.openReviews })}</p>
        </Notice>
      )}
    </>
  );
}

const KEYS = ['last-body', 'recommendation-order', 'score', 'decision'] as const;

/** What an order was made by, in words. */
function keyName(view: SelectionView, name: string, t: Translate): string {
  const known = KEYS.find((key) => key === name);
  return known === undefined ? (view.keyNames[name] ?? name) : t(`publicity.selection.key.${known}`);
}

/** A key of which nobody has a value separates nobody: said plainly, with what is compared instead. */
function IdleKeys({ view, drawn }: { view: SelectionView; drawn: Drawn }) {
  const { t, locale } = usePage();
  if (drawn.idle.length === 0) return null;
  const list = (names: readonly string[]) =>
    enumerate(
      locale,
      names.map((name) => keyName(view, name, t)),
    );
  const left = Object.keys(view.keyNames).filter((name) => !drawn.idle.includes(name));
  return (
    <Notice kind="warning">
      <p>{t('publicity.selection.idle', { keys: list(drawn.idle) })}</p>
      <p>
        {left.length > 0
          ? t('publicity.selection.idle.next', { keys: list(left) })
          : t('publicity.selection.idle.none')}
      </p>
    </Notice>
  );
}

function CandidateTable({ view, drawn }: { view: SelectionView; drawn: Drawn }) {
  const { t, path } = usePage();
  const out = new Map(drawn.notSelected.map((row) => [row.candidate.applicationId, row]));
  const tied = new Set(drawn.tie?.candidates.map(({ applicationId }) => applicationId));
  const outcome = ({ applicationId }: Candidate) => {
    if (tied.has(applicationId)) return <StatusTag tone="warning" text={t('publicity.selection.tied')} />;
    const because = out.get(applicationId);
    if (because === undefined) return <StatusTag tone="success" text={t('publicity.selection.in')} />;
    return because.because === 'limit'
      ? t('publicity.selection.out.limit', { limit: because.limit ?? '' })
      : t('publicity.selection.out.total');
  };
  type Row = Drawn['ranking'][number];
  const separated = ({ separatedBy }: Row) =>
    separatedBy === undefined ? '' : keyName(view, separatedBy, t);
  const columns: Column<Row>[] = [
    { key: 'rank', label: t('publicity.selection.rank'), numeric: true, cell: (row) => row.rank },
    {
      key: 'name',
      label: t('publicity.selection.name'),
      rowHeader: true,
      cell: ({ candidate }) => <a href={`/applications/${candidate.applicationId}`}>{candidate.name}</a>,
    },
    {
      key: 'county',
      label: t('publicity.selection.county'),
      cell: ({ candidate }) => candidate.countyName ?? '',
    },
    { key: 'school', label: t('publicity.selection.school'), cell: ({ candidate }) => candidate.schoolName },
    {
      key: 'subject',
      label: t('publicity.selection.subject'),
      cell: ({ candidate }) => candidate.subject ?? '',
    },
    {
      key: 'stage',
      label: t('publicity.selection.stage'),
      cell: ({ candidate }) =>
        candidate.stage === null ? '' : (view.stageNames[candidate.stage] ?? candidate.stage),
    },
    {
      key: 'place',
      label: t('publicity.selection.place'),
      numeric: true,
      cell: ({ candidate }) => candidate.place ?? candidate.recommended ?? '',
    },
    { key: 'separated', label: t('publicity.selection.separated'), cell: separated },
    { key: 'outcome', label: t('publicity.selection.outcome'), cell: ({ candidate }) => outcome(candidate) },
  ];
  return (
    <DataTable
      caption={t('publicity.selection.candidates')}
      path={path}
      rows={drawn.ranking}
      columns={columns}
      empty={<p>{t('publicity.selection.empty')}</p>}
      rowClass={({ candidate }) => (out.has(candidate.applicationId) ? 'row-muted' : null)}
    />
  );
}

function Decisions({ view }: { view: SelectionView }) {
  const { t } = usePage();
  if (view.decisions.length === 0) return null;
  return (
    <Details summary={t('publicity.tie.kept')}>
      <ul>
        {view.decisions.map(({ reason }) => (
          <li>{reason}</li>
        ))}
      </ul>
    </Details>
  );
}

function TieForm({ round, state, submission, tie }: SelectionProps & { tie: NonNullable<Drawn['tie']> }) {
  const { t } = usePage();
  const { candidates, places } = tie;
  return (
    <Section title={t('publicity.tie.title')}>
      <p>{t('publicity.tie.lead', { n: candidates.length, places })}</p>
      <Form action={`/rounds/${round.id}/selection/tie`} submission={submission}>
        <CheckboxField
          name="taken"
          label={t('publicity.tie.choose', { places })}
          state={state}
          choices={candidates.map((one) => ({
            value: one.applicationId,
            label: one.name,
            hint: one.schoolName,
          }))}
        />
        <TextareaField name="reason" label={t('publicity.tie.reason')} state={state} maxlength={1000} />
        <SubmitBar submit={t('publicity.tie.submit')} />
      </Form>
    </Section>
  );
}

function PostForm({ round, view, state, submission }: SelectionProps) {
  const { t, locale } = usePage();
  const { clock, openReviews } = view;
  return (
    <Section title={t('publicity.post.title')}>
      <Form action={`/rounds/${round.id}/selection/post`} submission={submission}>
        {clock.ok ? (
          <p>
            {t('publicity.post.lead', {
              days: t(clock.working ? 'publicity.post.days.working' : 'publicity.post.days.calendar', {
                n: clock.days,
              }),
              date: formatDate(clock.closesOn, locale),
            })}
          </p>
        ) : (
          <>
            <Notice kind="warning">
              <p>{t('publicity.post.year', { year: String(clock.year) })}</p>
            </Notice>
            <DateField name="closes" label={t('publicity.post.closes')} state={state} />
            <TextField
              name="reason"
              label={t('publicity.post.reason')}
              state={state}
              maxlength={500}
              width="full"
            />
          </>
        )}
        {openReviews > 0 && (
          <TickField
            name="confirm"
            label={t('publicity.post.confirm', { n: openReviews })}
            state={state}
            optional
          />
        )}
        <SubmitBar submit={t('publicity.post.submit')} />
      </Form>
    </Section>
  );
}

function Running({ round, view, submission, publicity }: SelectionProps & { publicity: PublicityRow }) {
  const { t, locale } = usePage();
  return (
    <>
      <Section title={t('publicity.running.title')}>
        <p>{t('publicity.running.until', { date: formatDate(publicity.closesOn, locale) })}</p>
        <p>
          <ButtonLink href={`/public/${publicity.id}`}>{t('publicity.running.link')}</ButtonLink>
        </p>
      </Section>
      {view.mayDecide && view.roundState === 'publicity' && (
        <Section title={t('publicity.decide.title')}>
          <p>{t('publicity.decide.lead')}</p>
          <Form action={`/rounds/${round.id}/decide`} submission={submission}>
            <SubmitBar submit={t('publicity.decide.submit')} />
          </Form>
        </Section>
      )}
    </>
  );
}

const objectionTones: Record<ObjectionState, Tone> = {
  received: 'warning',
  investigating: 'info',
  upheld: 'danger',
  dismissed: 'neutral',
};
export const ObjectionTag = ({ state }: { state: ObjectionState }) => {
  const { t } = usePage();
  return <StatusTag tone={objectionTones[state]} text={t(`publicity.objections.state.${state}`)} />;
};

export interface ObjectionsView {
  readonly roundId: string;
  readonly objections: readonly ObjectionRow[];
  /** Those still on the list, to be taken off when an objection is upheld. */
  readonly listed: readonly { readonly value: string; readonly label: string }[];
  readonly mayDecide: boolean;
  readonly timeZone: string;
  /** Which objection the state belongs to. */
  readonly about: string | null;
}

export function ObjectionsPage(props: {
  frame: Frame;
  round: RoundFrame;
  view: ObjectionsView;
  state: FormState;
  submission: string;
}) {
  const { frame, round, view, state } = props;
  const t = words(frame.locale);
  return (
    <RoundPage
      frame={frame}
      round={round}
      title={t('publicity.objections.title')}
      lead={t('publicity.objections.lead')}
    >
      <ErrorSummary state={state} />
      <Section title={t('publicity.objections.all', { n: view.objections.length })}>
        {view.objections.length === 0 && <p>{t('publicity.objections.empty')}</p>}
        {view.objections.map((objection) => (
          <Objection objection={objection} view={view} state={state} submission={props.submission} />
        ))}
      </Section>
    </RoundPage>
  );
}

function Objection(props: {
  objection: ObjectionRow;
  view: ObjectionsView;
  state: FormState;
  submission: string;
}) {
  const { t, locale } = usePage();
  const { objection, view, state, submission } = props;
  const action = `/rounds/${view.roundId}/objections/${objection.id}`;
  const settled = objection.state === 'upheld' || objection.state === 'dismissed';
  return (
    <Card
      title={objection.receipt}
      tag={<ObjectionTag state={objection.state} />}
      meta={formatInstant(objection.receivedAt, locale, view.timeZone)}
    >
      <SummaryList
        rows={[
          {
            label: t('publicity.objections.concerns'),
            value: objection.concernsName ?? t('publicity.objections.concerns.none'),
          },
          {
            label: t('publicity.objections.by'),
            value: objection.signed
              ? `${objection.name ?? ''} ${objection.contact ?? ''}`
              : t('publicity.objections.by.anonymous'),
          },
          {
            label: t('publicity.objections.statement'),
            value: <p class="pre-line">{objection.statement}</p>,
          },
          ...(objection.investigation === null
            ? []
            : [{ label: t('publicity.objections.investigation'), value: objection.investigation }]),
          ...(objection.answer === null
            ? []
            : [{ label: t('publicity.objections.answer'), value: objection.answer }]),
        ]}
      />
      {view.mayDecide && objection.state === 'received' && (
        <Form action={`${action}/investigate`} submission={submission}>
          <SubmitBar submit={t('publicity.objections.investigate')} />
        </Form>
      )}
      {view.mayDecide && !settled && view.about !== objection.id && (
        <ButtonLink href={`/rounds/${view.roundId}/objections?about=${objection.id}`}>
          {t('publicity.objections.settle')}
        </ButtonLink>
      )}
      {/* One form at a time: each field has its own name on the page. */}
      {view.mayDecide && !settled && view.about === objection.id && (
        <Form action={`${action}/settle`} submission={submission}>
          <RadioField
            name="outcome"
            label={t('publicity.objections.outcome')}
            state={state}
            choices={[
              { value: 'dismiss', label: t('publicity.objections.outcome.dismiss') },
              { value: 'uphold', label: t('publicity.objections.outcome.uphold') },
            ]}
          />
          <SelectField
            name="remove"
            label={t('publicity.objections.remove')}
            state={state}
            choices={view.listed}
            empty={t('publicity.objections.remove.none')}
            optional
          />
          <TextareaField
            name="investigation"
            label={t('publicity.objections.investigation')}
            state={state}
            maxlength={4000}
            optional
          />
          <TextareaField
            name="answer"
            label={t('publicity.objections.answer')}
            state={state}
            maxlength={2000}
          />
          <SubmitBar submit={t('publicity.objections.submit')} />
        </Form>
      )}
    </Card>
  );
}

export function ResultPage(props: {
  frame: Frame;
  round: RoundFrame;
  decided: boolean;
  rows: readonly NamedRow[];
  paging: Paging;
  total: number;
  filters: readonly Filter[];
  stageNames: Readonly<Record<string, string>>;
  official: boolean;
}) {
  const { frame, round, stageNames } = props;
  const t = words(frame.locale);
  const columns: Column<NamedRow>[] = [
    { key: 'name', label: t('publicity.selection.name'), rowHeader: true, cell: (row) => row.name },
    { key: 'county', label: t('publicity.selection.county'), cell: (row) => row.countyName ?? '' },
    { key: 'school', label: t('publicity.selection.school'), cell: (row) => row.schoolName },
    { key: 'subject', label: t('publicity.selection.subject'), cell: (row) => row.subject ?? '' },
    {
      key: 'stage',
      label: t('publicity.selection.stage'),
      cell: (row) => (row.stage === null ? '' : (stageNames[row.stage] ?? row.stage)),
    },
    ...(props.official
      ? [
          {
            key: 'state',
            label: t('publicity.result.state'),
            cell: (row: NamedRow) => <ResultTag state={row.state} />,
          },
        ]
      : []),
  ];
  return (
    <RoundPage frame={frame} round={round} title={t('publicity.result.title')} wide>
      {!props.decided && (
        <Notice kind="info">
          <p>{t(props.official ? 'publicity.result.pending' : 'publicity.result.none')}</p>
        </Notice>
      )}
      <DataTable
        caption={t('publicity.result.named', { n: props.total })}
        path={frame.path}
        rows={props.rows}
        columns={columns}
        filters={props.filters}
        paging={props.paging}
        exports={['xlsx', 'csv']}
      />
    </RoundPage>
  );
}
const RESULT_STATES = ['listed', 'granted', 'removed'] as const;
function ResultTag({ state }: { state: string }) {
  const { t } = usePage();
  const known = RESULT_STATES.find((one) => one === state);
  return known === undefined ? null : (
    <StatusTag
      tone={known === 'removed' ? 'danger' : 'success'}
      text={t(`publicity.result.state.${known}`)}
    />
  );
}
