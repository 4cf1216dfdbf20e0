import { Page, type PageProps } from '../../../web/layout.tsx';
import { DateField, TextareaField } from '../../../web/ui/field.tsx';
import { Button, ErrorSummary, Form, type FormState } from '../../../web/ui/form.tsx';
import { EmptyState, PlainList } from '../../../web/ui/section.tsx';
import { formatInstant, type Translate } from '../../../web/words.ts';
import { correctionsPath } from '../paths.ts';
import type { Correction } from './queries.ts';
import { isByHand, isFact } from './rules.ts';
import type { SayValue } from './show.tsx';

/** What people ask the office to put right. */
export function CorrectionsPage(props: {
  page: Omit<PageProps, 'title'>;
  t: Translate;
  timeZone: string;
  today: string;
  requests: readonly Correction[];
  say: SayValue;
  /** The one a refused form was about, and its form. */
  refused: { readonly id: string; readonly state: FormState } | null;
  submission: string;
}) {
  const { page, t, say, refused } = props;
  return (
    <Page
      {...page}
      title={t('privacy.corrections.title')}
      lead={t('privacy.corrections.lead')}
      breadcrumbs={[{ href: '/people', label: t('organisation.people.title') }]}
    >
      {refused !== null && <ErrorSummary state={refused.state} />}
      {props.requests.length === 0 && <EmptyState title={t('privacy.corrections.none')} />}
      <PlainList>
        {props.requests.map((one) => {
          // What was refused is where the list of faults leads; the same field of the others has an id of its own.
          const field = (name: string) =>
            refused?.id === one.id ? { state: refused.state } : { id: `f-${name}-${one.id}` };
          return (
            <li class="card">
              <h2>
                <a href={`/people/${one.personId}`}>{one.personName}</a>
              </h2>
              <p class="quiet">
                {[one.unitName, formatInstant(one.askedAt, page.locale, props.timeZone)]
                  .filter((part) => part !== null)
                  .join(' · ')}
              </p>
              <p>
                <strong>{t(`privacy.correction.field.${one.field}`)}</strong>{' '}
                {t('privacy.correction.change', {
                  was: say(one.field, one.was) || t('organisation.unknown'),
                  wanted: say(one.field, one.wanted),
                })}
              </p>
              <p>{one.because}</p>
              {isByHand(one.field) && <p class="hint">{t('privacy.corrections.by-hand')}</p>}
              <Form action={`${correctionsPath}/${one.id}`} submission={props.submission}>
                {isFact(one.field) && (
                  <DateField
                    name="since"
                    label={t('privacy.corrections.since')}
                    hint={t('privacy.corrections.since.hint')}
                    max={props.today}
                    optional
                    {...field('since')}
                  />
                )}
                <TextareaField
                  name="answer"
                  label={t('privacy.corrections.answer')}
                  hint={t('privacy.corrections.answer.hint')}
                  rows={2}
                  maxlength={500}
                  optional
                  {...field('answer')}
                />
                <div class="submit-bar">
                  <Button kind="primary" name="decision" value="accept">
                    {t('privacy.corrections.accept')}
                  </Button>
                  <Button kind="danger" name="decision" value="refuse">
                    {t('privacy.corrections.refuse')}
                  </Button>
                </div>
              </Form>
            </li>
          );
        })}
      </PlainList>
    </Page>
  );
}
