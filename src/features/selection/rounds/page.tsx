import type { Child } from 'hono/jsx';
import { Page } from '../../../web/layout.tsx';
import { usePage } from '../../../web/page-context.ts';
import { DateField, NumberField, SelectField, TextField } from '../../../web/ui/field.tsx';
import {
  ButtonLink,
  ErrorSummary,
  FieldRow,
  Fieldset,
  Form,
  type FormState,
  SubmitBar,
} from '../../../web/ui/form.tsx';
import type { Tone } from '../../../web/ui/kinds.ts';
import { Notice } from '../../../web/ui/notice.tsx';
import { Pager } from '../../../web/ui/pager.tsx';
import { type Step, Steps } from '../../../web/ui/progress.tsx';
import { Card, Cards, Details, EmptyState, Section, Stat, Stats } from '../../../web/ui/section.tsx';
import { SummaryList, type SummaryRow } from '../../../web/ui/summary-list.tsx';
import { Tabs } from '../../../web/ui/tabs.tsx';
import { StatusTag } from '../../../web/ui/tag.tsx';
import { type Task, TaskList } from '../../../web/ui/task-list.tsx';
import { Timeline, type TimelineItem } from '../../../web/ui/timeline.tsx';
import { formatDate, formatInstant, inLocale, words } from '../../../web/words.ts';
import { FindVersion } from '../../programmes/find.tsx';
import type { Frame, RoundFrame } from '../frame.ts';
import type { Stake } from '../stake/rules.ts';
import type { RoundList, RoundRow } from './queries.ts';
import {
  APPLICATION_STATES,
  type ApplicationState,
  type Early,
  phaseOf,
  type QuotaSum,
  type RoundPhase,
} from './rules.ts';

const tones: Record<RoundPhase, Tone> = {
  draft: 'warning',
  waiting: 'info',
  taking: 'success',
  reviewing: 'info',
  publicity: 'info',
  decided: 'neutral',
  cancelled: 'danger',
};
export const PhaseTag = ({ phase }: { phase: RoundPhase }) => {
  const { t } = usePage();
  return <StatusTag tone={tones[phase]} text={t(`rounds.phase.${phase}`)} />;
};

/** Tells somebody in charge why the acts of the round are not offered to them. */
export const StakeNotice = ({ stake }: { stake: Stake | null }) => {
  const { t } = usePage();
  return stake === null ? null : (
    <Notice kind="warning">
      <p>{t(`rounds.stake.${stake}`)}</p>
    </Notice>
  );
};

/** A page of one round: its tabs under its name. */
export function RoundPage(props: {
  frame: Frame;
  round: RoundFrame;
  title?: string;
  lead?: Child;
  actions?: Child;
  wide?: boolean;
  children?: Child;
}) {
  const { frame, round, title, lead, actions, wide } = props;
  const t = words(frame.locale);
  const crumbs = [{ href: '/rounds', label: t('rounds.title') }];
  return (
    <Page
      {...frame}
      title={title ?? round.name}
      breadcrumbs={
        title === undefined ? crumbs : [...crumbs, { href: `/rounds/${round.id}`, label: round.name }]
      }
      lead={lead}
      actions={actions}
      wide={wide ?? false}
    >
      {round.tabs.length > 1 && <Tabs tabs={round.tabs} label={t('rounds.tabs')} />}
      {props.children}
    </Page>
  );
}

export function RoundsPage(props: {
  frame: Frame;
  list: RoundList;
  lists: readonly RoundList[];
  rounds: readonly RoundRow[];
  now: Date;
  timeZone: string;
  page: number;
  size: number;
  more: boolean;
  mayOpen: boolean;
}) {
  const { frame, list, rounds } = props;
  const t = words(frame.locale);
  return (
    <Page
      {...frame}
      title={t('rounds.title')}
      lead={t('rounds.lead')}
      actions={
        props.mayOpen && (
          <ButtonLink href="/rounds/new" kind="primary">
            {t('rounds.new')}
          </ButtonLink>
        )
      }
    >
      <Tabs
        label={t('rounds.title')}
        tabs={props.lists.map((one) => ({
          href: one === 'running' ? '/rounds' : `/rounds?list=${one}`,
          label: t(`rounds.list.${one}`),
          current: one === list,
        }))}
      />
      {rounds.length === 0 ? (
        <EmptyState title={t('rounds.list.empty')} />
      ) : (
        <Section title={t(`rounds.list.${list}`)}>
          <Cards>
            {rounds.map((round) => (
              <Card
                title={round.name}
                href={`/rounds/${round.id}`}
                tag={<PhaseTag phase={phaseOf(round, props.now)} />}
                meta={round.unitName}
              >
                <p>
                  {t('rounds.deadline')} {formatInstant(round.closesAt, frame.locale, props.timeZone)}
                  {round.places !== null &&
                    ` · ${t('rounds.places')} ${t('rounds.places.n', { n: round.places })}`}
                </p>
              </Card>
            ))}
          </Cards>
        </Section>
      )}
      <Pager
        path={frame.path}
        paging={{ page: props.page, size: props.size, total: props.page * props.size + (props.more ? 1 : 0) }}
      />
    </Page>
  );
}

export function ChooseVersionPage(props: {
  frame: Frame;
  versions: readonly { value: string; label: string }[];
  /** They are looked for by this; null for all. */
  search: string | null;
  more: boolean;
  state: FormState;
}) {
  const { frame, versions, search } = props;
  const t = words(frame.locale);
  return (
    <Page
      {...frame}
      title={t('rounds.new.title')}
      lead={t('rounds.new.choose.lead')}
      breadcrumbs={[{ href: '/rounds', label: t('rounds.title') }]}
    >
      <FindVersion path="/rounds/new" search={search} listed={versions.length} more={props.more} />
      {versions.length === 0 && search !== null ? null : versions.length === 0 ? (
        <EmptyState
          title={t('rounds.new.choose.none')}
          action={<ButtonLink href="/programmes">{t('programmes.title')}</ButtonLink>}
        />
      ) : (
        <Form action="/rounds/new" method="get">
          <SelectField name="version" label={t('rounds.new.choose')} choices={versions} state={props.state} />
          <SubmitBar submit={t('rounds.new.continue')} cancel="/rounds" />
        </Form>
      )}
    </Page>
  );
}

export interface StageField {
  readonly id: string;
  readonly name: string;
}
export function RoundFormPage(props: {
  frame: Frame;
  /** Null for a new round. */
  round: { readonly id: string; readonly name: string } | null;
  version: { readonly id: string; readonly label: string };
  units: readonly { value: string; label: string }[];
  stages: readonly StageField[];
  /** The total the file gives. */
  total: number | null;
  state: FormState;
  submission: string;
}) {
  const { frame, round, state, version } = props;
  const t = words(frame.locale);
  const back = round === null ? '/rounds' : `/rounds/${round.id}`;
  return (
    <Page
      {...frame}
      title={t(round === null ? 'rounds.new.title' : 'rounds.change')}
      lead={t('rounds.new.lead')}
      breadcrumbs={[
        { href: '/rounds', label: t('rounds.title') },
        ...(round === null ? [] : [{ href: back, label: round.name }]),
      ]}
    >
      <ErrorSummary state={state} />
      <p>
        {t('rounds.programme')} <a href={`/programmes/${version.id}`}>{version.label}</a>
      </p>
      <Form
        action={round === null ? '/rounds/new' : `/rounds/${round.id}/change`}
        submission={props.submission}
        guard
      >
        <input type="hidden" name="version" value={version.id} />
        {round === null && (
          <SelectField
            name="unit"
            label={t('rounds.new.unit')}
            state={state}
            choices={props.units}
            empty={null}
          />
        )}
        <TextField name="name" label={t('rounds.new.name')} state={state} maxlength={120} width="full" />
        <TextField name="document" label={t('rounds.new.document')} state={state} maxlength={120} optional />
        <TextField
          name="contact"
          label={t('rounds.new.contact')}
          hint={t('rounds.new.contact.hint')}
          state={state}
          maxlength={200}
          optional
          width="full"
        />
        <FieldRow>
          <DateField name="opens" label={t('rounds.new.opens')} state={state} />
          <DateField
            name="deadline"
            label={t('rounds.new.deadline')}
            hint={t('rounds.new.deadline.hint')}
            state={state}
          />
        </FieldRow>
        <DateField
          name="as-of"
          label={t('rounds.new.as-of')}
          hint={t('rounds.new.as-of.hint')}
          state={state}
          optional
        />
        <NumberField
          name="places"
          label={t('rounds.new.places')}
          hint={props.total === null ? null : t('rounds.new.places.hint', { total: props.total })}
          state={state}
          min={0}
          optional
        />
        {props.stages.length > 0 && (
          <Fieldset legend={t('rounds.new.stages')} hint={t('rounds.new.stages.hint')}>
            {props.stages.map((stage) => (
              <DateField name={`stage-${stage.id}`} label={stage.name} state={state} optional />
            ))}
          </Fieldset>
        )}
        <SubmitBar submit={t('rounds.new.submit')} cancel={back} />
      </Form>
    </Page>
  );
}

export interface Overview {
  readonly round: RoundRow;
  readonly phase: RoundPhase;
  readonly steps: readonly Step[];
  /** Days to the deadline or the opening, when either still lies ahead. */
  readonly countdown: string | null;
  readonly timeZone: string;
  readonly own: { readonly id: string; readonly state: string; readonly receipt: string | null } | null;
  /** The person may apply, as far as where they stand goes. */
  readonly mayApply: boolean;
  readonly tasks: readonly Task[];
  readonly counts: {
    readonly scope: string;
    readonly rows: readonly { label: string; value: number }[];
  } | null;
  /** What an office should know of the dates. */
  readonly remarks: readonly string[];
  readonly history: readonly TimelineItem[];
  readonly acts: OverviewActs | null;
  /** Of somebody in charge. */
  readonly stake: Stake | null;
}
export interface Deadlines {
  /** Civil dates. */
  readonly deadline: string;
  readonly stages: readonly (StageField & { readonly on: string })[];
}
export interface OverviewActs {
  readonly change: boolean;
  readonly open: boolean;
  /** The deadlines as they stand, to be moved later; null when they no longer move. */
  readonly extend: Deadlines | null;
  readonly cancel: boolean;
  readonly quotas: QuotaSum;
  readonly early: Early | null;
}

export function OverviewPage(props: {
  frame: Frame;
  round: RoundFrame;
  overview: Overview;
  state: FormState;
  submission: string;
}) {
  const { frame, overview, state } = props;
  const { round } = overview;
  const t = words(frame.locale);
  return (
    <RoundPage frame={frame} round={props.round} lead={round.unitName}>
      <ErrorSummary state={state} />
      <p>
        <PhaseTag phase={overview.phase} />{' '}
        {overview.countdown !== null && <strong>{overview.countdown}</strong>}
      </p>
      {overview.remarks.length > 0 && (
        <Notice kind="warning">
          {overview.remarks.map((remark) => (
            <p>{remark}</p>
          ))}
        </Notice>
      )}
      <StakeNotice stake={overview.stake} />
      {overview.mayApply && <Mine overview={overview} />}
      {overview.tasks.length > 0 && (
        <Section title={t('rounds.tasks')}>
          <TaskList tasks={overview.tasks} />
        </Section>
      )}
      <Section title={t('rounds.route')}>
        <Steps steps={overview.steps} label={t('rounds.route')} />
      </Section>
      {overview.counts !== null && (
        <Section title={t('rounds.counts')} lead={t('rounds.counts.scope', { unit: overview.counts.scope })}>
          <Stats>
            {overview.counts.rows.map(({ label, value }) => (
              <Stat label={label} value={value} />
            ))}
          </Stats>
        </Section>
      )}
      <Section title={t('rounds.facts')}>
        <SummaryList rows={facts(overview, frame)} />
      </Section>
      {overview.acts !== null && (
        <Acts acts={overview.acts} overview={overview} state={state} submission={props.submission} />
      )}
      <Section title={t('rounds.history')}>
        {overview.history.length === 0 ? (
          <p class="quiet">{t('rounds.history.empty')}</p>
        ) : (
          <Timeline items={overview.history} />
        )}
        <p>
          <a href={`/rounds/${overview.round.id}/timeline`}>{t('audit.timeline.all')}</a>
        </p>
      </Section>
    </RoundPage>
  );
}

function facts({ round, timeZone }: Overview, { locale }: Frame): SummaryRow[] {
  const t = words(locale);
  const version = t('rounds.programme.version', {
    name: inLocale(round.programmeNames, locale),
    version: round.version,
  });
  return [
    { label: t('rounds.programme'), value: <a href={`/programmes/${round.versionId}`}>{version}</a> },
    { label: t('rounds.opens'), value: formatInstant(round.opensAt, locale, timeZone) },
    { label: t('rounds.deadline'), value: formatInstant(round.closesAt, locale, timeZone) },
    { label: t('rounds.as-of'), value: formatDate(round.asOf, locale) },
    {
      label: t('rounds.places'),
      value: round.places === null ? t('rounds.places.none') : t('rounds.places.n', { n: round.places }),
    },
    ...(round.documentNumber === null ? [] : [{ label: t('rounds.document'), value: round.documentNumber }]),
    ...(round.contact === null ? [] : [{ label: t('rounds.contact'), value: round.contact }]),
    ...(round.quotaReason === null ? [] : [{ label: t('rounds.open.reason'), value: round.quotaReason }]),
  ];
}

function Mine({ overview }: { overview: Overview }) {
  const { t } = usePage();
  const { round, own, phase } = overview;
  return (
    <Section title={t('rounds.mine')}>
      {own === null ? (
        <>
          <p>{t('rounds.mine.none')}</p>
          <div class="actions">
            <ButtonLink
              href={`/rounds/${round.id}/eligibility`}
              kind={phase === 'taking' ? 'primary' : 'secondary'}
            >
              {t('rounds.mine.eligibility')}
            </ButtonLink>
            {phase === 'taking' && (
              <ButtonLink href={`/rounds/${round.id}/apply`}>{t('rounds.mine.apply')}</ButtonLink>
            )}
          </div>
        </>
      ) : (
        <>
          <p>
            {t('rounds.mine.state', { state: stateName(own.state, t) })}
            {own.receipt !== null && ` · ${t('rounds.mine.receipt', { receipt: own.receipt })}`}
          </p>
          <div class="actions">
            <ButtonLink href={`/applications/${own.id}`} kind="primary">
              {t('rounds.mine.open')}
            </ButtonLink>
            <ButtonLink href={`/rounds/${round.id}/eligibility`}>{t('rounds.mine.eligibility')}</ButtonLink>
          </div>
        </>
      )}
    </Section>
  );
}

export function stateName(state: string, t: ReturnType<typeof words>): string {
  const known = APPLICATION_STATES.find((one): one is ApplicationState => one === state);
  return known === undefined ? state : t(`rounds.state.${known}`);
}

function Acts(props: { acts: OverviewActs; overview: Overview; state: FormState; submission: string }) {
  const { t, locale } = usePage();
  const { acts, overview, state, submission } = props;
  const { round } = overview;
  const { sum, total, unallocated } = acts.quotas;
  const failed = (name: string) => state.values.act === name && state.errors !== undefined;
  if (!acts.change && !acts.open && acts.extend === null && !acts.cancel) return null;
  return (
    <Section title={t('rounds.acts')} id="acts">
      {acts.change && (
        <p>
          <ButtonLink href={`/rounds/${round.id}/change`}>{t('rounds.change')}</ButtonLink>
        </p>
      )}
      {acts.open && (
        <Details summary={t('rounds.open')} open>
          <p>{t('rounds.open.lead')}</p>
          <Form action={`/rounds/${round.id}/open`} submission={submission}>
            {total !== null && sum > 0 && unallocated > 0 && (
              <TextField
                name="quota-reason"
                label={t('rounds.open.reason')}
                hint={t('rounds.open.reason.hint', { sum, total, unallocated })}
                state={state}
                maxlength={500}
                width="full"
                optional
              />
            )}
            {acts.early !== null && (
              <TextField
                name="early-reason"
                label={t('rounds.open.early')}
                hint={t('rounds.open.early.hint', {
                  last: formatDate(acts.early.last, locale),
                  due: formatDate(acts.early.due, locale),
                })}
                state={state}
                maxlength={500}
                width="full"
                optional
              />
            )}
            <SubmitBar submit={t('rounds.open.submit')} />
          </Form>
        </Details>
      )}
      {acts.extend !== null && (
        <Details summary={t('rounds.extend')} open={failed('extend')}>
          <p>{t('rounds.extend.lead')}</p>
          <ExtendForm
            deadlines={acts.extend}
            action={`/rounds/${round.id}/extend`}
            state={failed('extend') ? state : { values: standing(acts.extend) }}
            submission={submission}
          />
        </Details>
      )}
      {acts.cancel && (
        <Details summary={t('rounds.cancel')} open={failed('cancel')}>
          <p>{t('rounds.cancel.lead')}</p>
          <Form action={`/rounds/${round.id}/cancel`} submission={submission}>
            <TextField
              name="cancel-reason"
              label={t('rounds.reason')}
              state={state}
              maxlength={500}
              width="full"
            />
            <SubmitBar submit={t('rounds.cancel.submit')} danger />
          </Form>
        </Details>
      )}
    </Section>
  );
}

const standing = ({ deadline, stages }: Deadlines): FormState['values'] => ({
  deadline,
  ...Object.fromEntries(stages.map(({ id, on }) => [`stage-${id}`, on])),
});

function ExtendForm(props: { deadlines: Deadlines; action: string; state: FormState; submission: string }) {
  const { t } = usePage();
  const { deadlines, state } = props;
  return (
    <Form action={props.action} submission={props.submission}>
      <DateField name="deadline" label={t('rounds.extend.deadline')} min={deadlines.deadline} state={state} />
      {deadlines.stages.length > 0 && (
        <Fieldset legend={t('rounds.extend.stages')} hint={t('rounds.extend.stages.hint')}>
          {deadlines.stages.map(({ id, name, on }) => (
            <DateField name={`stage-${id}`} label={name} min={on} state={state} />
          ))}
        </Fieldset>
      )}
      <TextField name="reason" label={t('rounds.reason')} state={state} maxlength={500} width="full" />
      <SubmitBar submit={t('rounds.extend.submit')} />
    </Form>
  );
}
