import type { Child } from 'hono/jsx';
import { Page } from '../../../../web/layout.tsx';
import { DateField, TextareaField, TextField } from '../../../../web/ui/field.tsx';
import { Button, ErrorSummary, FieldRow, Form, type FormState, SubmitBar } from '../../../../web/ui/form.tsx';
import { Notice } from '../../../../web/ui/notice.tsx';
import { Details, Section } from '../../../../web/ui/section.tsx';
import { SummaryList, type SummaryRow } from '../../../../web/ui/summary-list.tsx';
import { DataTable } from '../../../../web/ui/table.tsx';
import { StatusTag } from '../../../../web/ui/tag.tsx';
import { words } from '../../../../web/words.ts';
import type { Frame } from '../../frame.ts';
import { PanelTag } from '../page.tsx';
import type { PanelState } from '../rules.ts';

/** The panel as its office works on it. */

export interface SeatView {
  readonly id: string;
  readonly name: string;
  readonly unit: string;
  /** For whom they stand aside, counted by reason; while judging that says too much and is not there. */
  readonly aside: string | null;
  readonly sheets: number;
  readonly done: number;
  readonly ended: string | null;
}
export interface EntryView {
  readonly id: string;
  readonly applicationId: string;
  readonly name: string;
  readonly school: string;
  readonly waiting: boolean;
  readonly looked: number | null;
  readonly judges: number | null;
}
export interface FoundView {
  readonly id: string;
  readonly name: string;
  readonly unit: string;
}
export interface PanelPageProps {
  frame: Frame;
  id: string;
  round: { readonly id: string; readonly name: string };
  title: string;
  state: PanelState;
  blind: boolean;
  facts: readonly SummaryRow[];
  seats: readonly SeatView[];
  entries: readonly EntryView[];
  /** What was searched for and who was found; null when nobody was searched for. */
  found: { readonly text: string; readonly people: readonly FoundView[] } | null;
  opensOn: string | null;
  closesOn: string | null;
  today: string;
  conclusion: string | null;
  result: Child;
  submission: string;
  form: FormState;
}

export function PanelPage(props: PanelPageProps) {
  const { frame, round, state, id } = props;
  const t = words(frame.locale);
  const running = state === 'forming' || state === 'judging';
  return (
    <Page
      {...frame}
      wide
      title={props.title}
      actions={<PanelTag state={state} locale={frame.locale} />}
      breadcrumbs={[
        { href: '/rounds', label: t('rounds.title') },
        { href: `/rounds/${round.id}`, label: round.name },
        { href: `/rounds/${round.id}/panels`, label: t('rounds.tab.panels') },
      ]}
    >
      <ErrorSummary state={props.form} />
      {state === 'cancelled' && (
        <Notice kind="warning">
          <p>{t('panels.cancelled', { why: props.conclusion ?? '' })}</p>
        </Notice>
      )}
      <SummaryList rows={props.facts} />
      {props.result}
      {running && <Dates {...props} />}
      {state !== 'closed' && <Judges {...props} />}
      {state !== 'closed' && <Candidates {...props} />}
      {state === 'forming' && (
        <Section title={t('panels.open')} id="open" lead={t('panels.open.lead')}>
          <Form action={`/panels/${id}/open`} submission={props.submission}>
            <Button>{t('panels.open')}</Button>
          </Form>
        </Section>
      )}
      {state === 'judging' && <Close {...props} />}
      {running && (
        <Details summary={t('panels.cancel')} open={props.form.errors?.cancelWhy !== undefined}>
          <p>{t('panels.cancel.lead')}</p>
          <Form action={`/panels/${id}/cancel`} submission={props.submission}>
            <TextField name="cancelWhy" label={t('panels.cancel.why')} state={props.form} width="full" />
            <Button kind="danger">{t('panels.cancel')}</Button>
          </Form>
        </Details>
      )}
    </Page>
  );
}

function Dates({ frame, id, opensOn, closesOn, today, submission, form }: PanelPageProps) {
  const t = words(frame.locale);
  return (
    <Section title={t('panels.dates')}>
      <Form action={`/panels/${id}/dates`} submission={submission}>
        <FieldRow>
          <DateField
            name="from"
            label={t('panels.dates.from')}
            state={form}
            value={String(form.values.from ?? opensOn ?? today)}
          />
          <DateField
            name="until"
            label={t('panels.dates.until')}
            state={form}
            value={String(form.values.until ?? closesOn ?? '')}
          />
        </FieldRow>
        <SubmitBar submit={t('panels.dates.save')} />
      </Form>
    </Section>
  );
}

function Judges(props: PanelPageProps) {
  const { frame, id, seats, state, submission, form } = props;
  const t = words(frame.locale);
  const judging = state === 'judging';
  const running = state === 'forming' || judging;
  return (
    <Section
      title={t(judging ? 'panels.progress' : 'panels.judges')}
      id="judges"
      lead={t(judging ? 'panels.progress.lead' : 'panels.judges.lead')}
    >
      <DataTable
        caption={t('panels.judges')}
        captionHidden
        path={frame.path}
        rows={seats}
        empty={<p>{t('panels.judges.none')}</p>}
        rowClass={({ ended }) => (ended === null ? null : 'row-muted')}
        columns={[
          { key: 'name', label: t('panels.judges.name'), rowHeader: true, cell: (row) => row.name },
          { key: 'unit', label: t('panels.judges.unit'), cell: (row) => row.unit },
          ...(judging
            ? [
                {
                  key: 'progress',
                  label: t('panels.judges.progress'),
                  cell: (row: SeatView) =>
                    row.ended ?? t('panels.judges.progress.of', { done: row.done, sheets: row.sheets }),
                },
              ]
            : [
                {
                  key: 'aside',
                  label: t('panels.judges.aside'),
                  cell: (row: SeatView) => row.ended ?? row.aside ?? t('panels.judges.aside.none'),
                },
              ]),
          ...(running
            ? [
                {
                  key: 'end',
                  label: t('panels.judges.end'),
                  cell: (row: SeatView) => row.ended === null && <EndSeat {...props} seat={row} />,
                },
              ]
            : []),
        ]}
      />
      {running && (
        <>
          <Form action={`/panels/${id}#judges`} method="get">
            <TextField
              name="find"
              label={t('panels.judges.find.text')}
              type="search"
              value={props.found?.text ?? ''}
              optional
            />
            <Button kind="secondary">{t('panels.judges.find.go')}</Button>
          </Form>
          {props.found !== null && props.found.people.length === 0 && <p>{t('panels.judges.find.none')}</p>}
          {props.found !== null && props.found.people.length > 0 && (
            <ul class="plain-list">
              {props.found.people.map((person) => (
                <li>
                  <Form action={`/panels/${id}/seats`} submission={submission}>
                    <input type="hidden" name="person" value={person.id} />
                    <p>
                      {person.name} <span class="quiet">{person.unit}</span>{' '}
                      <Button kind="secondary">{t('panels.judges.find.seat')}</Button>
                    </p>
                  </Form>
                </li>
              ))}
            </ul>
          )}
          {form.errors?.person && <p class="field-error">{form.errors.person}</p>}
        </>
      )}
    </Section>
  );
}

function EndSeat({ frame, id, seat, submission, form }: PanelPageProps & { seat: SeatView }) {
  const t = words(frame.locale);
  return (
    <Details summary={t('panels.judges.end')}>
      <p class="quiet">{t('panels.judges.end.lead')}</p>
      <Form action={`/panels/${id}/seats/${seat.id}/end`} submission={submission}>
        <TextField name={`why.${seat.id}`} label={t('panels.judges.end.why')} state={form} width="full" />
        <Button kind="danger">{t('panels.judges.end')}</Button>
      </Form>
    </Details>
  );
}

function Candidates({ frame, id, entries, state, blind, submission }: PanelPageProps) {
  const t = words(frame.locale);
  const forming = state === 'forming';
  return (
    <Section
      title={t('panels.candidates')}
      id="candidates"
      {...(forming && blind ? { lead: t('panels.candidates.lead') } : {})}
    >
      <DataTable
        caption={t('panels.candidates')}
        captionHidden
        path={frame.path}
        rows={entries}
        empty={<p>{t('panels.candidates.none')}</p>}
        rowClass={({ waiting }) => (waiting ? null : 'row-muted')}
        columns={[
          {
            key: 'name',
            label: t('panels.candidates.name'),
            rowHeader: true,
            cell: (row) => <a href={`/applications/${row.applicationId}/review`}>{row.name}</a>,
          },
          { key: 'school', label: t('panels.candidates.school'), cell: (row) => row.school },
          ...(forming
            ? [
                {
                  key: 'materials',
                  label: t('panels.candidates.materials'),
                  cell: (row: EntryView) =>
                    row.waiting ? (
                      <a href={`/panels/${id}/entries/${row.id}`}>
                        {row.looked !== null
                          ? t('panels.candidates.looked', { count: row.looked })
                          : blind
                            ? t('panels.candidates.not-looked')
                            : t('panels.candidates.default')}
                      </a>
                    ) : (
                      <StatusTag text={t('panels.candidates.gone')} />
                    ),
                },
                {
                  key: 'judges',
                  label: t('panels.candidates.judges'),
                  numeric: true,
                  cell: (row: EntryView) => row.judges ?? '',
                },
              ]
            : []),
        ]}
      />
      {forming && (
        <Form action={`/panels/${id}/complete`} submission={submission}>
          <Button kind="secondary">{t('panels.candidates.complete')}</Button>
        </Form>
      )}
    </Section>
  );
}

function Close({ frame, id, submission, form }: PanelPageProps) {
  const t = words(frame.locale);
  return (
    <Section title={t('panels.close')} id="close" lead={t('panels.close.lead')}>
      <Form action={`/panels/${id}/close`} submission={submission}>
        <TextareaField
          name="conclusion"
          label={t('panels.close.conclusion')}
          state={form}
          maxlength={2000}
          optional
        />
        <SubmitBar submit={t('panels.close')} />
      </Form>
    </Section>
  );
}
