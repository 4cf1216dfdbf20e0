import type { Child } from 'hono/jsx';
import { Page } from '../../../../web/layout.tsx';
import { DateField, TextareaField, TextField } from '../../../../web/ui/field.tsx';
import { Button, ErrorSummary, FieldRow, Form, type FormState, SubmitBar } from '../../../../web/ui/form.tsx';
import { Notice } from '../../../../web/ui/notice.tsx';
import { Details, Section } from '../../../../web/ui/section.tsx';
import { SummaryList, type SummaryRow } from '../../../../web/ui/summary-list.tsx';
import { type Task, TaskList } from '../../../../web/ui/task-list.tsx';
import { words } from '../../../../web/words.ts';
import type { Frame } from '../../frame.ts';
import { Candidates, type EntryView } from '../entries/page.tsx';
import { PanelTag } from '../page.tsx';
import type { PanelState } from '../rules.ts';
import { type FoundView, Judges, type SeatView } from '../seats/page.tsx';

export interface PanelPageProps {
  frame: Frame;
  id: string;
  round: { readonly id: string; readonly name: string };
  title: string;
  state: PanelState;
  blind: boolean;
  /** What is to be done before judging opens; nothing once it has. */
  tasks: readonly Task[];
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
      {props.tasks.length > 0 && (
        <Section title={t('panels.todo')}>
          <TaskList tasks={props.tasks} count />
        </Section>
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
    <Section title={t('panels.dates')} id="dates">
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

function Close({ frame, id, submission, form }: PanelPageProps) {
  const t = words(frame.locale);
  return (
    <Section title={t('panels.close')} id="close" lead={t('panels.close.lead')}>
      <Form action={`/panels/${id}/close`} submission={submission}>
        <TextareaField name="conclusion" label={t('panels.close.conclusion')} state={form} maxlength={2000} />
        <SubmitBar submit={t('panels.close')} />
      </Form>
    </Section>
  );
}
