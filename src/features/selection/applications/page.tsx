import type { Child } from 'hono/jsx';
import { Page } from '../../../web/layout.tsx';
import { usePage } from '../../../web/page-context.ts';
import { FileField, SelectField, TextareaField } from '../../../web/ui/field.tsx';
import type { FindingView, Outcome as ShownOutcome } from '../../../web/ui/findings.tsx';
import { Findings } from '../../../web/ui/findings.tsx';
import {
  AutosaveStatus,
  Button,
  ButtonLink,
  ErrorSummary,
  Form,
  type FormState,
  SubmitBar,
} from '../../../web/ui/form.tsx';
import type { Tone } from '../../../web/ui/kinds.ts';
import { Notice } from '../../../web/ui/notice.tsx';
import { Details, Section } from '../../../web/ui/section.tsx';
import { SummaryList, type SummaryRow } from '../../../web/ui/summary-list.tsx';
import { StatusTag } from '../../../web/ui/tag.tsx';
import { type Task, TaskList } from '../../../web/ui/task-list.tsx';
import { Timeline, type TimelineItem } from '../../../web/ui/timeline.tsx';
import { formatInstant, inLocale, words } from '../../../web/words.ts';
import type { Frame } from '../frame.ts';
import type { ApplicationState } from '../rounds/rules.ts';
import type { AttachmentRow } from './queries.ts';
import { type ApplicationForm, type Declaration, FIELD_MAX, type FormField } from './rules.ts';

const tones: Readonly<Record<ApplicationState, Tone>> = {
  draft: 'warning',
  'in-review': 'info',
  returned: 'warning',
  refused: 'danger',
  withdrawn: 'neutral',
  listed: 'success',
  'not-selected': 'neutral',
  granted: 'success',
  removed: 'danger',
};
export const ApplicationTag = ({ state }: { state: ApplicationState }) => {
  const { t } = usePage();
  return <StatusTag tone={tones[state]} text={t(`applications.state.${state}`)} />;
};

/** What stands in the way, each with a link to where it is mended. */
export interface ShownObstacle {
  readonly text: string;
  readonly href?: string;
}
export const Obstacles = ({ obstacles }: { obstacles: readonly ShownObstacle[] }) => {
  const { t } = usePage();
  if (obstacles.length === 0) return null;
  return (
    <Notice kind="warning" title={t('applications.obstacle.title')}>
      <ul>
        {obstacles.map(({ text, href }) => (
          <li>{href ? <a href={href}>{text}</a> : text}</li>
        ))}
      </ul>
    </Notice>
  );
};

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

interface ApplicationFrame {
  readonly frame: Frame;
  readonly id: string;
  readonly round: { readonly id: string; readonly name: string };
}

function ApplicationPage(
  props: ApplicationFrame & {
    title: string;
    deep?: boolean;
    lead?: Child;
    children?: Child;
    actions?: Child;
  },
) {
  const { frame, id, round } = props;
  const t = words(frame.locale);
  const crumbs = [
    { href: '/rounds', label: t('rounds.title') },
    { href: `/rounds/${round.id}`, label: round.name },
  ];
  return (
    <Page
      {...frame}
      title={props.title}
      lead={props.lead}
      actions={props.actions}
      breadcrumbs={
        props.deep ? [...crumbs, { href: `/applications/${id}`, label: t('applications.title') }] : crumbs
      }
    >
      {props.children}
    </Page>
  );
}

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

const fieldName = (field: FormField): string => `field.${field.id}`;

export function StatementPage(
  props: ApplicationFrame & {
    declaration: Declaration;
    form: ApplicationForm;
    state: FormState;
    revision: number;
    submission: string;
    savedAt: Date;
    timeZone: string;
  },
) {
  const { frame, id, declaration, form, timeZone } = props;
  const t = words(frame.locale);
  return (
    <ApplicationPage {...props} deep title={t('applications.statement')}>
      <ErrorSummary state={props.state} />
      <Form
        action={`/applications/${id}/statement`}
        submission={props.submission}
        autosave={`/applications/${id}/statement`}
        savedAt={props.savedAt}
      >
        <input type="hidden" name="revision" value={props.revision} />
        {declaration.written.map((field) => (
          <TextareaField
            name={fieldName(field)}
            label={inLocale(field.names, frame.locale)}
            state={props.state}
            rows={10}
            maxlength={field.max ?? FIELD_MAX}
            optional={field.required !== true}
          />
        ))}
        <AutosaveStatus savedAt={formatInstant(props.savedAt, frame.locale, timeZone)} />
        <SubmitBar submit={t('applications.statement.save')} cancel={`/applications/${id}`} />
      </Form>
      {form.aside.length > 0 && (
        <Details summary={t('applications.aside', { count: form.aside.length })}>
          {form.aside.map((aside) => (
            <>
              <p class="quiet">
                {t('applications.aside.at', {
                  at: formatInstant(new Date(aside.at), frame.locale, timeZone),
                })}
              </p>
              <SummaryList rows={textRows(declaration, aside.fields, frame.locale)} />
            </>
          ))}
        </Details>
      )}
    </ApplicationPage>
  );
}

const textRows = (
  declaration: Declaration,
  fields: Readonly<Record<string, string>>,
  locale: Frame['locale'],
): SummaryRow[] =>
  declaration.written.map((field) => ({
    label: inLocale(field.names, locale),
    value: <p class="pre-line">{fields[field.id] ?? ''}</p>,
  }));

/** Both texts, and one form to bring them together. */
export function ConflictPage(
  props: ApplicationFrame & {
    declaration: Declaration;
    kept: Readonly<Record<string, string>>;
    mine: Readonly<Record<string, string>>;
    revision: number;
    submission: string;
  },
) {
  const { frame, id, declaration, kept, mine } = props;
  const t = words(frame.locale);
  return (
    <ApplicationPage {...props} deep title={t('applications.conflict')}>
      <Notice kind="warning" live title={t('applications.conflict')}>
        <p>{t('applications.conflict.lead')}</p>
      </Notice>
      <Form action={`/applications/${id}/statement`} submission={props.submission}>
        <input type="hidden" name="revision" value={props.revision} />
        {declaration.written.map((field) => (
          <>
            <Section
              title={t('ui.pair', {
                label: inLocale(field.names, frame.locale),
                value: t('applications.conflict.kept'),
              })}
            >
              <p class="pre-line">{kept[field.id] ?? ''}</p>
            </Section>
            <TextareaField
              name={fieldName(field)}
              label={t('ui.pair', {
                label: inLocale(field.names, frame.locale),
                value: t('applications.conflict.mine'),
              })}
              value={mine[field.id] ?? ''}
              rows={10}
              maxlength={field.max ?? FIELD_MAX}
              optional
            />
          </>
        ))}
        <SubmitBar submit={t('applications.conflict.save')} cancel={`/applications/${id}`} />
      </Form>
    </ApplicationPage>
  );
}

export function AttachmentsPage(
  props: ApplicationFrame & {
    declaration: Declaration;
    attachments: readonly AttachmentRow[];
    proved: ReadonlySet<string>;
    accept: string;
    errors: Readonly<Record<string, string>>;
    /** The paper chosen before the upload was refused. */
    item: string | null;
    submission: string;
    sizeOf: (bytes: number) => string;
    writable: boolean;
  },
) {
  const { frame, id, declaration, attachments } = props;
  const t = words(frame.locale);
  return (
    <ApplicationPage
      {...props}
      deep
      title={t('applications.attachments')}
      lead={t('applications.task.attachments.hint')}
    >
      <ErrorSummary state={{ values: {}, errors: props.errors }} />
      {declaration.attachments.length === 0 && <p>{t('applications.attachments.nothing')}</p>}
      {declaration.attachments.map((item) => {
        const files = attachments.filter((file) => file.item === item.id);
        return (
          <Section
            title={inLocale(item.names, frame.locale)}
            id={`f-${item.id}`}
            actions={
              props.proved.has(item.id) ? (
                <StatusTag tone="success" text={t('applications.attachments.proved')} />
              ) : item.required ? (
                <StatusTag
                  tone={files.length > 0 ? 'success' : 'warning'}
                  text={t(files.length > 0 ? 'applications.task.ok' : 'applications.attachments.required')}
                />
              ) : null
            }
          >
            {files.length === 0 ? (
              <p class="quiet">{t('applications.attachments.none')}</p>
            ) : (
              <ul>
                {files.map((file) => (
                  <li>
                    <a href={`/applications/${id}/attachments/${file.id}`}>{file.fileName}</a>{' '}
                    <span class="quiet">{props.sizeOf(file.size)}</span>
                    {props.writable && (
                      <Form action={`/applications/${id}/attachments/${file.id}/withdraw`}>
                        <Button kind="plain">
                          {t('applications.attachments.remove', { file: file.fileName })}
                        </Button>
                      </Form>
                    )}
                  </li>
                ))}
              </ul>
            )}
          </Section>
        );
      })}
      {props.writable && declaration.attachments.length > 0 && (
        <Form action={`/applications/${id}/attachments`} submission={props.submission} files>
          <SelectField
            name="item"
            label={t('applications.attachments.item')}
            value={props.item}
            choices={declaration.attachments.map((item) => ({
              value: item.id,
              label: inLocale(item.names, frame.locale),
            }))}
          />
          <FileField
            name="evidence"
            label={t('applications.attachments.add')}
            accept={props.accept}
            hint={t('records.evidence.hint')}
            error={props.errors.evidence}
            multiple
          />
          <Button>{t('applications.attachments.upload')}</Button>
        </Form>
      )}
    </ApplicationPage>
  );
}

export interface ListedRecords {
  readonly label: string;
  readonly records: readonly string[];
}

export function CheckPage(
  props: ApplicationFrame & {
    profile: readonly SummaryRow[];
    listed: readonly ListedRecords[];
    declaration: Declaration;
    fields: Readonly<Record<string, string>>;
    attachments: readonly AttachmentRow[];
    obstacles: readonly ShownObstacle[];
    body: string;
    submission: string;
  },
) {
  const { frame, id, obstacles } = props;
  const t = words(frame.locale);
  return (
    <ApplicationPage
      {...props}
      deep
      title={t('applications.check')}
      lead={t('applications.check.lead', { body: props.body })}
    >
      <Obstacles obstacles={obstacles} />
      <Answers {...props} change />
      <p>{t('applications.check.promise')}</p>
      <Form action={`/applications/${id}/submit`} submission={props.submission}>
        <SubmitBar submit={t('applications.check.submit')} cancel={`/applications/${id}`} />
      </Form>
    </ApplicationPage>
  );
}

/** The whole application as the bodies read it. */
export function Answers(props: {
  frame: Frame;
  id: string;
  profile: readonly SummaryRow[];
  listed: readonly ListedRecords[];
  declaration: Declaration;
  fields: Readonly<Record<string, string>>;
  attachments: readonly AttachmentRow[];
  change?: boolean;
}) {
  const { frame, id, declaration, attachments } = props;
  const t = words(frame.locale);
  const change = props.change ? `/applications/${id}/statement` : undefined;
  return (
    <>
      <Section title={t('applications.profile')}>
        <SummaryList rows={props.profile} />
      </Section>
      <Section title={t('applications.check.records')}>
        {props.listed.length === 0 ? (
          <p class="quiet">{t('applications.check.records.none')}</p>
        ) : (
          <SummaryList
            rows={props.listed.map(({ label, records }) => ({
              label,
              value:
                records.length === 0 ? (
                  t('applications.check.records.none')
                ) : (
                  <ul>
                    {records.map((record) => (
                      <li>{record}</li>
                    ))}
                  </ul>
                ),
            }))}
          />
        )}
      </Section>
      <Section title={t('applications.statement')}>
        <SummaryList
          rows={textRows(declaration, props.fields, frame.locale).map((row) => ({
            ...row,
            ...(change === undefined ? {} : { change }),
          }))}
        />
      </Section>
      {declaration.attachments.length > 0 && (
        <Section title={t('applications.attachments')}>
          <SummaryList
            rows={declaration.attachments.map((item) => ({
              label: inLocale(item.names, frame.locale),
              value: attachments.some((file) => file.item === item.id) ? (
                <ul>
                  {attachments
                    .filter((file) => file.item === item.id)
                    .map((file) => (
                      <li>
                        <a href={`/applications/${id}/attachments/${file.id}`}>{file.fileName}</a>
                      </li>
                    ))}
                </ul>
              ) : props.change ? (
                t('applications.task.attachments.hint')
              ) : item.required === true ? (
                // It could not have been submitted without a file unless confirmed records prove it.
                t('applications.attachments.proved')
              ) : (
                t('applications.attachments.none')
              ),
              ...(props.change ? { change: `/applications/${id}/attachments` } : {}),
            }))}
          />
        </Section>
      )}
    </>
  );
}

export function ReceiptPage(props: ApplicationFrame & { rows: readonly SummaryRow[] }) {
  const t = words(props.frame.locale);
  return (
    <ApplicationPage {...props} deep title={t('applications.receipt')}>
      <Notice kind="success" live title={t('applications.receipt.lead')}>
        <p>{t('applications.receipt.print')}</p>
      </Notice>
      <SummaryList rows={props.rows} />
      <p class="actions">
        <ButtonLink href={`/applications/${props.id}`}>{t('applications.apply.see')}</ButtonLink>
      </p>
    </ApplicationPage>
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
