import { usePage } from '../../../web/page-context.ts';
import { Findings, type FindingView } from '../../../web/ui/findings.tsx';
import { Button, ButtonLink, Form, SubmitBar } from '../../../web/ui/form.tsx';
import { Notice } from '../../../web/ui/notice.tsx';
import { Details, Section } from '../../../web/ui/section.tsx';
import { SummaryList, type SummaryRow } from '../../../web/ui/summary-list.tsx';
import { type Task, TaskList } from '../../../web/ui/task-list.tsx';
import { Timeline, type TimelineItem } from '../../../web/ui/timeline.tsx';
import { words } from '../../../web/words.ts';
import type { ApplicationState } from '../rounds/rules.ts';
import type { Verdict } from './eligibility/page.tsx';
import {
  type ApplicationFrame,
  ApplicationPage,
  ApplicationTag,
  Obstacles,
  type ShownObstacle,
} from './frame.tsx';

export function DeskPage(
  props: ApplicationFrame & {
    state: ApplicationState;
    returned: { readonly body: string; readonly reason: string } | null;
    tasks: readonly Task[];
    obstacles: readonly ShownObstacle[];
    facts: readonly SummaryRow[];
    profile: readonly SummaryRow[];
    withdraw: { readonly submission: string } | null;
  },
) {
  const t = words(props.frame.locale);
  return (
    <ApplicationPage
      {...props}
      title={t('applications.title.of', { round: props.round.name })}
      lead={t('applications.desk.lead')}
      actions={<ApplicationTag state={props.state} />}
    >
      {props.returned && (
        <Notice kind="warning" title={t('applications.desk.returned', { body: props.returned.body })}>
          <p>{props.returned.reason}</p>
          <p>{t('applications.desk.until')}</p>
        </Notice>
      )}
      <TaskList tasks={props.tasks} count />
      <Obstacles obstacles={props.obstacles} />
      <SummaryList rows={props.facts} />
      <Section title={t('applications.profile')} id="profile" lead={t('applications.task.profile.hint')}>
        <SummaryList rows={props.profile} />
      </Section>
      {props.withdraw && <Withdraw id={props.id} submission={props.withdraw.submission} />}
    </ApplicationPage>
  );
}

function Withdraw({ id, submission }: { id: string; submission: string }) {
  const { t } = usePage();
  return (
    <Details summary={t('applications.withdraw')}>
      <p>{t('applications.withdraw.ask')}</p>
      <Form action={`/applications/${id}/withdraw`} submission={submission}>
        <Button kind="danger">{t('applications.withdraw')}</Button>
      </Form>
    </Details>
  );
}

export function StatusPage(
  props: ApplicationFrame & {
    state: ApplicationState;
    rows: readonly SummaryRow[];
    verdict: Verdict | null;
    findings: readonly FindingView[];
    history: readonly TimelineItem[];
    receipt: boolean;
    withdraw: { readonly submission: string } | null;
    reopen: { readonly submission: string } | null;
  },
) {
  const t = words(props.frame.locale);
  return (
    <ApplicationPage
      {...props}
      title={t('applications.title.of', { round: props.round.name })}
      actions={<ApplicationTag state={props.state} />}
    >
      <SummaryList rows={props.rows} />
      <p class="actions">
        {props.receipt && (
          <ButtonLink href={`/applications/${props.id}/receipt`}>{t('applications.receipt.see')}</ButtonLink>
        )}
      </p>
      {props.reopen && (
        <Form action={`/rounds/${props.round.id}/apply`} submission={props.reopen.submission}>
          <SubmitBar submit={t('applications.apply')} />
        </Form>
      )}
      <Section title={t('applications.status.history')}>
        <Timeline items={props.history} />
        <p>
          <a href={`/applications/${props.id}/timeline`}>{t('audit.timeline.all')}</a>
        </p>
      </Section>
      {props.findings.length > 0 && (
        <Section title={t('applications.status.findings')}>
          <Findings findings={props.findings} {...(props.verdict ? { verdict: props.verdict } : {})} />
        </Section>
      )}
      {props.withdraw && <Withdraw id={props.id} submission={props.withdraw.submission} />}
    </ApplicationPage>
  );
}
