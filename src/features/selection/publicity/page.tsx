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
import { Notice } from '../../../web/ui/notice.tsx';
import { Section } from '../../../web/ui/section.tsx';
import { formatDate, words } from '../../../web/words.ts';
import type { Frame, RoundFrame } from '../frame.ts';
import { RoundPage, StakeNotice } from '../rounds/frame.tsx';
import type { Stake } from '../stake/rules.ts';
import { CandidateTable, Decisions, Summary } from './drawing/page.tsx';
import type { Drawn, TieDecision } from './drawing/rules.ts';
import type { PublicityRow } from './queries.ts';
import { type ClockVerdict, UNFIT_OUTCOMES } from './rules.ts';

/** Somebody on the list who no longer meets the conditions. */
export interface UnfitView {
  readonly applicationId: string;
  readonly name: string;
  readonly schoolName: string;
  readonly clauses: readonly { readonly cites: string; readonly text: string; readonly summary: string }[];
}
/** What the next step waits for; nothing where it can be taken. */
export interface Waits {
  /** The first day on which the calendar allows it; null where the day is no hindrance. */
  readonly from: string | null;
  readonly reasons: readonly string[];
}
export interface SelectionView {
  readonly drawn: Drawn | null;
  readonly openReviews: number;
  readonly decisions: readonly TieDecision[];
  readonly unfit: readonly UnfitView[];
  readonly clock: ClockVerdict;
  readonly publicity: PublicityRow | null;
  readonly today: string;
  readonly roundState: string;
  readonly mayDecide: boolean;
  readonly waits: Waits;
  readonly stake: Stake | null;
  /** Where the programme has several: the title each of the list would be granted, by person. */
  readonly titles: ReadonlyMap<string, string> | null;
  /** Who would be granted another title now than was published. */
  readonly moved: readonly {
    readonly name: string;
    readonly schoolName: string;
    readonly posted: string;
    readonly now: string;
  }[];
  /** Names of stages of schooling and of limits, in words. */
  readonly stageNames: Readonly<Record<string, string>>;
  /** Names of the file's tie keys, in the order they are compared. */
  readonly keyNames: Readonly<Record<string, string>>;
  /** The last body before the list orders by its judges’ results, where it has any. */
  readonly byJudges: boolean;
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
            <>
              {view.waits.from !== null && <WaitsNotice waits={view.waits} />}
              <TieForm {...props} tie={drawn.tie} />
            </>
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

function WaitsNotice({ waits: { from, reasons } }: { waits: Waits }) {
  const { t, locale } = usePage();
  return (
    <Notice kind="info">
      <p>
        {from === null ? t('publicity.waits') : t('publicity.waits.from', { date: formatDate(from, locale) })}
      </p>
      <ul>
        {reasons.map((reason) => (
          <li>{reason}</li>
        ))}
      </ul>
    </Notice>
  );
}

function PostForm({ round, view, state, submission }: SelectionProps) {
  const { t, locale } = usePage();
  const { clock, openReviews } = view;
  if (view.waits.reasons.length > 0)
    return (
      <Section title={t('publicity.post.title')}>
        <WaitsNotice waits={view.waits} />
      </Section>
    );
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

/** A list that was made public, as it stands on this day. */
function standingOf(roundState: string, closesOn: string, today: string) {
  if (roundState === 'decided') return 'settled';
  if (roundState === 'cancelled') return 'called-off';
  return today <= closesOn ? 'running' : 'over';
}

function Running({ round, view, submission, publicity }: SelectionProps & { publicity: PublicityRow }) {
  const { t, locale } = usePage();
  const standing = standingOf(view.roundState, publicity.closesOn, view.today);
  return (
    <>
      <Section title={t(`publicity.standing.${standing}.title`)}>
        <p>{t(`publicity.standing.${standing}.until`, { date: formatDate(publicity.closesOn, locale) })}</p>
        <p>
          <ButtonLink href={`/public/${publicity.id}`}>{t('publicity.running.link')}</ButtonLink>
        </p>
      </Section>
      {view.mayDecide && view.roundState === 'publicity' && (
        <Section title={t('publicity.decide.title')}>
          <p>{t('publicity.decide.lead')}</p>
          {view.moved.length > 0 && (
            <Notice kind="warning">
              <p>{t('publicity.decide.moved', { n: view.moved.length })}</p>
              <ul>
                {view.moved.map(({ name, schoolName, posted, now }) => (
                  <li>
                    {t('publicity.decide.moved.one', {
                      who: t('ui.aside', { text: name, more: schoolName }),
                      posted,
                      now,
                    })}
                  </li>
                ))}
              </ul>
            </Notice>
          )}
          {view.waits.reasons.length > 0 ? (
            <WaitsNotice waits={view.waits} />
          ) : (
            <Form action={`/rounds/${round.id}/decide`} submission={submission}>
              <SubmitBar submit={t('publicity.decide.submit')} />
            </Form>
          )}
        </Section>
      )}
    </>
  );
}
