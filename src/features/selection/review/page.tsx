import type { Child } from 'hono/jsx';
import { Page } from '../../../web/layout.tsx';
import { usePage } from '../../../web/page-context.ts';
import { CheckboxField, RadioField, SelectField, TextareaField, TextField } from '../../../web/ui/field.tsx';
import { Findings, type FindingView } from '../../../web/ui/findings.tsx';
import { Button, ButtonLink, ErrorSummary, Form, type FormState } from '../../../web/ui/form.tsx';
import { Notice } from '../../../web/ui/notice.tsx';
import { Details, Section } from '../../../web/ui/section.tsx';
import { SummaryList, type SummaryRow } from '../../../web/ui/summary-list.tsx';
import { Timeline, type TimelineItem } from '../../../web/ui/timeline.tsx';
import { formatInstant, inLocale, words } from '../../../web/words.ts';
import { whoDid } from '../../audit/words.ts';
import type { ActingPerson } from '../../organisation/facts/queries.ts';
import type { Verdict } from '../applications/eligibility/page.tsx';
import { ApplicationTag } from '../applications/frame.tsx';
import type { Frame } from '../frame.ts';
import type { ApplicationState } from '../rounds/rules.ts';
import type { DecisionRow, RecusalRow, ReviewRow } from './queries.ts';
import { RELATIONS, type Step } from './rules.ts';
import type { HeldBy } from './show.ts';

/** A question of the file for the body that acts. */
export interface QuestionView {
  readonly clause: string;
  readonly text: string;
  readonly outcome: string;
  readonly presumed: boolean;
  /** How many the body that acts may find met, and how many others it has; null where the file sets no cap. */
  readonly cap: { readonly most: number; readonly used: number } | null;
  /** Who is to judge it, when that is not the body that acts. */
  readonly otherBody: string | null;
  readonly minuted: boolean;
  /** Confirmed records of the kinds the file names. */
  readonly evidence: readonly { readonly value: string; readonly label: string }[];
  readonly kinds: string;
  /** "Met" needs at least one of them. */
  readonly evidenced: boolean;
}

export interface ReviewActs {
  readonly unitName: string;
  readonly step: Step;
  readonly exception: boolean;
  /** A recommendation draws on a number. */
  readonly takesPlace: boolean;
  /** No body comes after this one. */
  readonly last: boolean;
  /** Judges have the application before them: nobody recommends it until they are done. */
  readonly held: HeldBy | null;
  readonly bodyBefore: string | null;
  readonly mayReturn: boolean;
  readonly clauses: readonly { readonly value: string; readonly label: string }[];
  readonly questions: readonly QuestionView[];
}

interface RecordLink {
  readonly href: string;
  readonly text: string;
}

interface ReviewPageProps {
  frame: Frame;
  id: string;
  round: { readonly id: string; readonly name: string };
  timeZone: string;
  name: string;
  state: ApplicationState;
  facts: readonly SummaryRow[];
  verdict: Verdict;
  changed: string | null;
  findings: readonly FindingView[];
  /** What closed panels of judges said. */
  panels: readonly { readonly label: string; readonly result: string; readonly how: string }[];
  answers: Child;
  personId: string;
  reviews: readonly (ReviewRow & { readonly stage: string; readonly clauseText: string | null })[];
  decisions: readonly (DecisionRow & {
    readonly clauseText: string;
    readonly outcomeText: string;
    readonly relied: readonly RecordLink[];
  })[];
  recusals: readonly RecusalRow[];
  history: readonly TimelineItem[];
  acts: ReviewActs | null;
  /** What was typed for an act that can no longer be done. */
  typed: readonly SummaryRow[];
  /** Why the reader cannot act now; null when they can, or are only reading. */
  blocked: string | null;
  takeBack: boolean;
  mayRecuse: boolean;
  acting: readonly ActingPerson[];
  submission: string;
  formState: FormState;
}

export type { ReviewPageProps };

export function ReviewPage(props: ReviewPageProps) {
  const { frame, round, acts } = props;
  const t = words(frame.locale);
  return (
    <Page
      {...frame}
      wide
      title={t('review.title.of', { name: props.name })}
      actions={<ApplicationTag state={props.state} />}
      breadcrumbs={[
        { href: '/rounds', label: t('rounds.title') },
        { href: `/rounds/${round.id}`, label: round.name },
        { href: `/rounds/${round.id}/queue`, label: t('review.queue') },
      ]}
    >
      <ErrorSummary state={props.formState} />
      <SummaryList rows={props.facts} />
      {props.changed && (
        <Notice kind="info">
          <p>{props.changed}</p>
        </Notice>
      )}
      {acts && <Act {...props} acts={acts} />}
      {props.blocked && (
        <Notice kind="info">
          <p>{props.blocked}</p>
        </Notice>
      )}
      {props.typed.length > 0 && (
        <Section title={t('review.typed')} lead={t('review.typed.lead')}>
          <SummaryList rows={props.typed} />
        </Section>
      )}
      {props.takeBack && <TakeBack {...props} />}
      <Section
        title={t('review.findings')}
        actions={
          <ButtonLink href={`/people/${props.personId}/records`}>{t('review.growth-file')}</ButtonLink>
        }
      >
        <Findings findings={props.findings} verdict={props.verdict} />
      </Section>
      {props.panels.length > 0 && (
        <Section title={t('panels.finding.title')} id="panels">
          <SummaryList
            rows={props.panels.map(({ label, result, how }) => ({
              label,
              value: (
                <>
                  {result}
                  <span class="hint">{how}</span>
                </>
              ),
            }))}
          />
        </Section>
      )}
      <Section title={t('review.answers')}>{props.answers}</Section>
      <Reviews {...props} />
      <Recusals {...props} />
      <Section title={t('review.history')}>
        <Timeline items={props.history} />
      </Section>
    </Page>
  );
}

/** Why nobody is recommended now, and the way to the panel. */
export function HeldNotice({ held }: { held: HeldBy }) {
  const { t } = usePage();
  return (
    <Notice kind="info">
      <p>
        {held.text}
        {held.href && (
          <>
            {' '}
            <a href={held.href}>{t('review.panel.open')}</a>
          </>
        )}
      </p>
    </Notice>
  );
}

const path = (id: string, act: string): string => `/applications/${id}/review/${act}`;

/** What the body may do now, the most usual act first; nothing here needs a script. */
function Act(props: ReviewPageProps & { acts: ReviewActs }) {
  const { frame, id, acts, submission, formState } = props;
  const t = words(frame.locale);
  const recommends = acts.step.stage.does === 'recommend';
  return (
    <Section
      title={t('review.act')}
      id="act"
      lead={t('review.act.as', { unit: acts.unitName, stage: inLocale(acts.step.stage.names, frame.locale) })}
    >
      {acts.questions.length > 0 && <Questions {...props} />}
      {acts.held ? (
        <HeldNotice held={acts.held} />
      ) : (
        <Form action={path(id, 'recommend')} submission={submission}>
          <input type="hidden" name="position" value={acts.step.position} />
          <p>
            {t(`review.act.lead.${acts.last ? 'last' : 'next'}`)}
            {acts.takesPlace && t('review.act.lead.place')}
          </p>
          <Button>{t(recommends ? 'review.act.recommend' : 'review.act.examine')}</Button>
        </Form>
      )}
      {acts.exception && !acts.held && (
        <Details summary={t('review.act.exception')} open={formState.values.exception === '1'}>
          <p>{t('review.act.exception.lead')}</p>
          <Form action={path(id, 'recommend')} submission={submission}>
            <input type="hidden" name="position" value={acts.step.position} />
            <input type="hidden" name="exception" value="1" />
            <TextField
              name="attendees"
              label={t('review.act.attendees')}
              state={formState}
              width="full"
              unmarked
            />
            <TextareaField
              name="exceptionReason"
              label={t('review.act.reason')}
              state={formState}
              maxlength={1000}
              unmarked
            />
            <Button>{t('review.act.exception')}</Button>
          </Form>
        </Details>
      )}
      {acts.mayReturn && (
        <Details summary={t('review.act.return')} open={formState.values.returning === '1'}>
          <Form action={path(id, 'return')} submission={submission}>
            <input type="hidden" name="returning" value="1" />
            <RadioField
              name="to"
              label={t('review.act.return.to')}
              state={formState}
              value={String(formState.values.to ?? 'applicant')}
              hint={acts.bodyBefore === null ? undefined : t('review.act.return.lead')}
              choices={[
                { value: 'applicant', label: t('review.act.return.applicant') },
                ...(acts.bodyBefore === null
                  ? []
                  : [
                      {
                        value: 'body-before',
                        label: t('review.act.return.body-before', { body: acts.bodyBefore }),
                      },
                    ]),
              ]}
            />
            <TextareaField
              name="returnReason"
              label={t('review.act.reason')}
              hint={t('review.act.return.needs')}
              state={formState}
              maxlength={1000}
              unmarked
            />
            <Button kind="secondary">{t('review.act.return')}</Button>
          </Form>
        </Details>
      )}
      <Details summary={t('review.act.refuse')} open={formState.values.refusing === '1'}>
        <Form action={path(id, 'refuse')} submission={submission}>
          <input type="hidden" name="refusing" value="1" />
          <SelectField
            name="clause"
            label={t('review.act.refuse.clause')}
            hint={t('review.act.refuse.needs')}
            state={formState}
            choices={acts.clauses}
            unmarked
          />
          <TextareaField
            name="refuseReason"
            label={t('review.act.reason')}
            state={formState}
            maxlength={1000}
            unmarked
          />
          <Button kind="danger">{t('review.act.refuse')}</Button>
        </Form>
      </Details>
    </Section>
  );
}

function Questions({ frame, id, acts, submission, formState }: ReviewPageProps & { acts: ReviewActs }) {
  const t = words(frame.locale);
  return (
    <Details
      summary={t('review.question')}
      open={acts.questions.some(({ presumed, otherBody }) => !presumed && otherBody === null)}
    >
      <p>{t('review.question.lead')}</p>
      {acts.questions.map((question) => {
        const mine = formState.values.question === question.clause ? formState : { values: {} };
        return (
          <Section title={question.text}>
            <p class="quiet">{t('review.question.answered', { outcome: question.outcome })}</p>
            {question.presumed && <p class="quiet">{t('review.question.presumed')}</p>}
            {question.cap !== null && question.otherBody === null && (
              <p>{t('review.question.cap', { ...question.cap, unit: acts.unitName })}</p>
            )}
            {question.otherBody === null ? (
              <Form action={path(id, 'decide')} submission={submission}>
                <input type="hidden" name="question" value={question.clause} />
                <TextareaField
                  name={`reason.${question.clause}`}
                  label={t('review.act.reason')}
                  state={mine}
                  rows={2}
                  maxlength={1000}
                  unmarked
                />
                {question.minuted && (
                  <TextField
                    name={`attendees.${question.clause}`}
                    label={t('review.act.attendees')}
                    state={mine}
                    width="full"
                    unmarked
                  />
                )}
                {question.evidence.length > 0 && (
                  <CheckboxField
                    name={`evidence.${question.clause}`}
                    label={t('review.question.evidence')}
                    hint={t(`review.question.evidence.${question.evidenced ? 'needed' : 'hint'}`)}
                    choices={question.evidence}
                    state={mine}
                    optional={!question.evidenced}
                  />
                )}
                {question.evidence.length === 0 && question.evidenced && (
                  <p class="quiet">{t('review.question.evidence.none', { kinds: question.kinds })}</p>
                )}
                <Button kind="secondary" name="outcome" value="met">
                  {t('review.question.met')}
                </Button>
                <Button kind="secondary" name="outcome" value="unmet">
                  {t('review.question.unmet')}
                </Button>
              </Form>
            ) : (
              <p>{t('review.question.other-body', { body: question.otherBody })}</p>
            )}
          </Section>
        );
      })}
    </Details>
  );
}

function TakeBack({ frame, id, submission }: ReviewPageProps) {
  const t = words(frame.locale);
  return (
    <Details summary={t('review.act.take-back')}>
      <p>{t('review.act.take-back.lead')}</p>
      <Form action={path(id, 'take-back')} submission={submission}>
        <Button kind="secondary">{t('review.act.take-back')}</Button>
      </Form>
    </Details>
  );
}

function Reviews({ frame, reviews, decisions, timeZone }: ReviewPageProps) {
  const t = words(frame.locale);
  const at = (when: Date) => formatInstant(when, frame.locale, timeZone);
  return (
    <>
      <Section title={t('review.reviews')}>
        {reviews.length === 0 ? (
          <p class="quiet">{t('review.reviews.none')}</p>
        ) : (
          <Timeline
            items={reviews.map((review) => ({
              when: at(review.decidedAt),
              datetime: review.decidedAt.toISOString(),
              title: t('ui.pair', {
                label: `${review.stage} · ${review.unitName}`,
                value: t(
                  review.exceptional ? 'review.review.exceptional' : `review.review.${review.decision}`,
                ),
              }),
              by: whoDid(t, review.decidedBy, review.decidedFor),
              tone: review.decision === 'recommend' ? ('success' as const) : ('warning' as const),
              detail: (
                <>
                  {review.place !== null && review.current && (
                    <p>{t('review.review.place', { place: review.place })}</p>
                  )}
                  {review.clauseText && <p>{t('review.review.clause', { clause: review.clauseText })}</p>}
                  {review.reason && <p class="pre-line">{review.reason}</p>}
                  {!review.current && <p class="quiet">{t('review.review.superseded')}</p>}
                </>
              ),
            }))}
          />
        )}
      </Section>
      {decisions.length > 0 && (
        <Section title={t('review.decisions')}>
          <Timeline
            items={decisions.map((decision) => ({
              when: at(decision.decidedAt),
              datetime: decision.decidedAt.toISOString(),
              title: t(`review.decision.${decision.kind}`, {
                clause: decision.clauseText,
                outcome: decision.outcomeText,
              }),
              by: `${decision.unitName} · ${whoDid(t, decision.decidedBy, decision.decidedFor)}`,
              detail: (
                <>
                  {decision.attendees && (
                    <p>{t('review.decision.attendees', { attendees: decision.attendees })}</p>
                  )}
                  <p class="pre-line">{decision.reason}</p>
                  {decision.relied.length > 0 && (
                    <>
                      <p>{t('review.decision.relied')}</p>
                      <ul>
                        {decision.relied.map(({ href, text }) => (
                          <li>
                            <a href={href}>{text}</a>
                          </li>
                        ))}
                      </ul>
                    </>
                  )}
                </>
              ),
            }))}
          />
        </Section>
      )}
    </>
  );
}

function Recusals({ frame, id, recusals, mayRecuse, acting, submission }: ReviewPageProps) {
  const t = words(frame.locale);
  const relations = RELATIONS.map((relation) => ({
    value: relation,
    label: t(`review.relation.${relation}`),
  }));
  return (
    <Section title={t('review.recusal')} lead={t('review.recusal.lead')}>
      {recusals.length === 0 ? (
        <p class="quiet">{t('review.recusal.none')}</p>
      ) : (
        <ul>
          {recusals.map((one) => (
            <li>
              {t('review.recusal.of', {
                name: one.personName,
                relation: t(`review.relation.${one.relation}`),
                by: one.declaredByName,
              })}
            </li>
          ))}
        </ul>
      )}
      {mayRecuse && (
        <Details summary={t('review.recusal.self')}>
          <Form action={path(id, 'recuse')} submission={submission}>
            <SelectField name="relation" label={t('review.recusal.relation')} choices={relations} />
            <Button kind="secondary">{t('review.recusal.self')}</Button>
          </Form>
        </Details>
      )}
      {acting.length > 0 && (
        <Details summary={t('review.recusal.other')}>
          <Form action={path(id, 'recuse')} submission={submission}>
            <SelectField
              name="person"
              label={t('review.recusal.person')}
              choices={acting.map(({ personId, name, unitName }) => ({
                value: personId,
                label: `${name} · ${unitName}`,
              }))}
            />
            <SelectField name="relationOfOther" label={t('review.recusal.relation')} choices={relations} />
            <Button kind="secondary">{t('review.recusal.other')}</Button>
          </Form>
        </Details>
      )}
    </Section>
  );
}
