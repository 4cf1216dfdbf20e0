import { Page } from '../../../web/layout.tsx';
import { usePage } from '../../../web/page-context.ts';
import { ButtonLink, ErrorSummary, type FormState } from '../../../web/ui/form.tsx';
import { Notice } from '../../../web/ui/notice.tsx';
import { Pager } from '../../../web/ui/pager.tsx';
import { type Step, Steps } from '../../../web/ui/progress.tsx';
import { Card, Cards, EmptyState, Section, Stat, Stats } from '../../../web/ui/section.tsx';
import { SummaryList, type SummaryRow } from '../../../web/ui/summary-list.tsx';
import { Tabs } from '../../../web/ui/tabs.tsx';
import { type Task, TaskList } from '../../../web/ui/task-list.tsx';
import { Timeline, type TimelineItem } from '../../../web/ui/timeline.tsx';
import { formatDate, formatInstant, inLocale, words } from '../../../web/words.ts';
import { type UsedNumbers, UsedNumbersSection } from '../../programmes/numbers/used.tsx';
import type { Frame, RoundFrame } from '../frame.ts';
import type { Stake } from '../stake/rules.ts';
import { PhaseTag, RoundPage, StakeNotice } from './frame.tsx';
import { Acts, type OverviewActs } from './phases/page.tsx';
import type { RoundList, RoundRow } from './queries.ts';
import { APPLICATION_STATES, type ApplicationState, phaseOf, type RoundPhase } from './rules.ts';

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
      <Pager path={frame.path} paging={{ page: props.page, size: props.size, more: props.more }} />
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
  readonly numbers: UsedNumbers | null;
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
      {overview.numbers !== null && <UsedNumbersSection numbers={overview.numbers} path={frame.path} />}
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
        <Timeline items={overview.history} />
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
