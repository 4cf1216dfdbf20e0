import { Page } from '../../../../web/layout.tsx';
import { Findings, type FindingView, type Outcome as ShownOutcome } from '../../../../web/ui/findings.tsx';
import { Button, ButtonLink, Form } from '../../../../web/ui/form.tsx';
import { Notice } from '../../../../web/ui/notice.tsx';
import { Section } from '../../../../web/ui/section.tsx';
import { SummaryList, type SummaryRow } from '../../../../web/ui/summary-list.tsx';
import { words } from '../../../../web/words.ts';
import type { Frame } from '../../frame.ts';
import type { ApplicationState } from '../../rounds/rules.ts';
import { Obstacles, type ShownObstacle } from '../frame.tsx';

export interface Verdict {
  readonly outcome: ShownOutcome;
  readonly text: string;
}

export function EligibilityPage(props: {
  frame: Frame;
  round: { readonly id: string; readonly name: string };
  facts: readonly SummaryRow[];
  verdict: Verdict;
  hoped: string | null;
  findings: readonly FindingView[];
  outside: boolean;
  /** Begin an application; null when there is one or the round takes none. */
  apply: { readonly submission: string } | null;
  application: { readonly id: string; readonly state: ApplicationState } | null;
  obstacles: readonly ShownObstacle[];
}) {
  const { frame, round, application, apply } = props;
  const t = words(frame.locale);
  // Who meets the conditions begins at once; others see first what is missing. A draft may be begun either way.
  const stands = props.verdict.outcome === 'met' ? 'met' : 'not-yet';
  const begin = (when: typeof stands) =>
    apply &&
    when === stands && (
      <Form action={`/rounds/${round.id}/apply`} submission={apply.submission}>
        <Button kind={stands === 'met' ? 'primary' : 'secondary'}>{t('applications.apply')}</Button>
      </Form>
    );
  return (
    <Page
      {...frame}
      title={t('applications.eligibility')}
      lead={t('applications.eligibility.lead')}
      breadcrumbs={[
        { href: '/rounds', label: t('rounds.title') },
        { href: `/rounds/${round.id}`, label: round.name },
      ]}
    >
      <Obstacles obstacles={props.obstacles} />
      {props.outside && (
        <Notice kind="info">
          <p>{t('applications.eligibility.outside')}</p>
        </Notice>
      )}
      {begin('met')}
      {application && (
        <p class="actions">
          <ButtonLink href={`/applications/${application.id}`} kind="primary">
            {t(
              application.state === 'draft' || application.state === 'returned'
                ? 'applications.apply.continue'
                : 'applications.apply.see',
            )}
          </ButtonLink>
        </p>
      )}
      <Findings findings={props.findings} verdict={props.verdict} />
      {props.hoped && <p>{props.hoped}</p>}
      {begin('not-yet')}
      <Section title={t('applications.eligibility.facts')}>
        <SummaryList rows={props.facts} />
      </Section>
    </Page>
  );
}
