import { DateField, TextareaField, TextField } from '../../../web/ui/field.tsx';
import { Button, ButtonLink, ErrorSummary, Form, type FormState } from '../../../web/ui/form.tsx';
import { Details } from '../../../web/ui/section.tsx';
import { Timeline } from '../../../web/ui/timeline.tsx';
import { formatInstant, words } from '../../../web/words.ts';
import { DraftFrame, type Frame } from '../draft-frame.tsx';
import type { Draft } from '../queries.ts';
import type { DraftAnswer } from './queries.ts';

export function AgreementPage(props: {
  frame: Frame;
  draft: Draft;
  answers: readonly DraftAnswer[];
  others: readonly string[];
  own: boolean;
  answered: boolean;
  version: string;
  timeZone: string;
  state: FormState;
  submission: string;
}) {
  const { frame, draft, answers, others, state } = props;
  const t = words(frame.locale);
  const path = `/lab/drafts/${draft.id}/agreement`;
  const hidden = <input type="hidden" name="revision" value={String(draft.revision)} />;
  const over = draft.state === 'published' || draft.state === 'dropped';
  return (
    <DraftFrame frame={frame} draft={draft} title={t('lab.tab.agreement')} current="agreement">
      <ErrorSummary state={state} />
      {draft.note !== null && <p>{t('lab.asked', { note: draft.note })}</p>}
      {draft.versionId !== null && (
        <p>
          <a href={`/programmes/${draft.versionId}`}>{t('lab.published.see')}</a>
        </p>
      )}
      <Timeline
        items={answers.map(({ name, agrees, reason, at, revision }) => ({
          when: formatInstant(at, frame.locale, props.timeZone),
          datetime: at.toISOString(),
          title: t(agrees ? 'lab.answer.agreed' : 'lab.answer.objected', { name, revision }),
          detail: reason ?? '',
          tone: agrees ? ('success' as const) : ('warning' as const),
        }))}
      />
      <p class="actions">
        <ButtonLink href={`/lab/drafts/${draft.id}/policy.pdf`} kind="secondary">
          {t('lab.paper')}
        </ButtonLink>
      </p>
      {draft.state === 'writing' && (
        <Form action={path} submission={props.submission}>
          {hidden}
          <p>
            {others.length === 0
              ? t('lab.ask.nobody')
              : t('lab.ask.whom', { names: others.slice(0, 8), count: others.length })}
          </p>
          <TextareaField name="note" label={t('lab.ask.note')} state={state} rows={3} optional />
          <div class="submit-bar">
            <Button kind="primary" name="act" value="ask">
              {t('lab.ask')}
            </Button>
          </div>
        </Form>
      )}
      {draft.state === 'asking' && !props.own && !props.answered && (
        <Form action={path} submission={props.submission}>
          {hidden}
          <TextareaField
            name="note"
            label={t('lab.answer.note')}
            hint={t('lab.answer.note.hint')}
            state={state}
            rows={3}
            optional
          />
          <div class="submit-bar">
            <Button kind="primary" name="act" value="agree">
              {t('lab.answer.agree')}
            </Button>
            <Button kind="secondary" name="act" value="object">
              {t('lab.answer.object')}
            </Button>
          </div>
        </Form>
      )}
      {draft.state === 'asking' && props.own && <p>{t('lab.asking.wait')}</p>}
      {draft.state === 'agreed' && (
        <Form action={path} submission={props.submission}>
          {hidden}
          <p>{t('lab.publish.lead', { version: props.version })}</p>
          <DateField name="effective" label={t('programmes.effective')} state={state} />
          <div class="submit-bar">
            <Button kind="primary" name="act" value="publish">
              {t('lab.publish')}
            </Button>
          </div>
        </Form>
      )}
      {!over && (
        <Details summary={t('lab.more')} open={state.errors?.reason !== undefined}>
          <Form action={path} submission={props.submission}>
            {hidden}
            <TextField name="reason" label={t('lab.drop.reason')} state={state} optional />
            <div class="submit-bar">
              {draft.state !== 'writing' && (
                <Button kind="secondary" name="act" value="reopen">
                  {t('lab.reopen')}
                </Button>
              )}
              <Button kind="secondary" name="act" value="drop">
                {t('lab.drop')}
              </Button>
            </div>
          </Form>
        </Details>
      )}
    </DraftFrame>
  );
}
