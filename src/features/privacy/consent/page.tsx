import type { Shown } from '../../../shared/shown.ts';
import { enumerate } from '../../../shared/text.ts';
import { Page, type PageProps } from '../../../web/layout.tsx';
import { TextareaField, TickField } from '../../../web/ui/field.tsx';
import { Button, Form, type FormState, SubmitBar } from '../../../web/ui/form.tsx';
import { Pager } from '../../../web/ui/pager.tsx';
import { Card, Cards, EmptyState, Section } from '../../../web/ui/section.tsx';
import { ownDataPath, privacyPath } from '../../../web/viewer.ts';
import { subjectName, type Translate } from '../../../web/words.ts';
import { teachersPath } from '../paths.ts';
import type { Consent, Profile } from './queries.ts';
import { REQUIRED_PURPOSES } from './rules.ts';

export interface ConsentProps {
  readonly t: Translate;
  readonly consents: readonly Consent[];
  /** The number of the notice in force. */
  readonly notice: number;
  readonly profile: Profile | null;
  /** Names of the titles held now. */
  readonly titles: readonly string[];
  readonly state: FormState;
  readonly submission: string;
}

/** On one's own page: for what one's data are used, what of it is by consent, and the way back. */
export function Consents(props: ConsentProps & { at: (instant: Date) => string }) {
  const { t, consents, state, at } = props;
  const given = consents.find(({ withdrawnAt }) => withdrawnAt === null);
  const path = `${ownDataPath}/consents/public-profile`;
  return (
    <Section title={t('privacy.consent.title')} id="consents" lead={t('privacy.consent.lead')}>
      <ul>
        {REQUIRED_PURPOSES.map((purpose) => (
          <li>{t(`privacy.consent.required.${purpose}`)}</li>
        ))}
      </ul>
      <h3>{t('privacy.consent.profile')}</h3>
      <p>
        {t('privacy.consent.profile.lead')} <a href={teachersPath}>{t('privacy.teachers.title')}</a> ·{' '}
        <a href={privacyPath}>{t('privacy.notice.version', { number: props.notice })}</a>
      </p>
      {given !== undefined && (
        <>
          <p>
            <strong>
              {t('privacy.consent.given', { at: at(given.givenAt), number: given.noticeNumber })}
            </strong>{' '}
            {props.profile === null && t('privacy.consent.again')}
          </p>
          <Form action={`${path}/withdraw`} submission={props.submission}>
            <Button kind="danger">{t('privacy.consent.withdraw')}</Button>
          </Form>
        </>
      )}
      {props.titles.length === 0 ? (
        <p class="hint">{t('privacy.consent.refused.no-title')}</p>
      ) : (
        <Form action={path} submission={props.submission}>
          <TextareaField
            name="introduction"
            label={t('privacy.consent.introduction')}
            hint={t('privacy.consent.introduction.hint', { titles: props.titles })}
            rows={4}
            maxlength={500}
            state={state}
          />
          <TickField
            name="agree"
            label={t('privacy.consent.agree', { number: props.notice })}
            state={state}
          />
          <SubmitBar submit={t(given === undefined ? 'privacy.consent.give' : 'privacy.consent.change')} />
        </Form>
      )}
      {consents.some(({ withdrawnAt }) => withdrawnAt !== null) && (
        <ul class="quiet">
          {consents.map((one) => (
            <li>
              {one.withdrawnAt === null
                ? t('privacy.consent.given', { at: at(one.givenAt), number: one.noticeNumber })
                : t('privacy.consent.withdrawn', {
                    at: at(one.givenAt),
                    until: at(one.withdrawnAt),
                    number: one.noticeNumber,
                  })}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

/** Teachers who introduce themselves to the public. */
export function TeachersPage(props: {
  page: Omit<PageProps, 'title'>;
  t: Translate;
  profiles: readonly Shown<'teacher', Profile>[];
  titleName: (id: string) => string;
  at: { readonly page: number; readonly size: number; readonly more: boolean };
}) {
  const { page, t, at } = props;
  return (
    <Page {...page} title={t('privacy.teachers.title')} lead={t('privacy.teachers.lead')}>
      {props.profiles.length === 0 && <EmptyState title={t('privacy.teachers.none')} />}
      {props.profiles.length > 0 && (
        <Section title={t('privacy.teachers.shown')}>
          <Cards>
            {props.profiles.map((one) => (
              <Card
                title={one.name}
                meta={[
                  one.school,
                  one.subject && subjectName(one.subject, page.locale),
                  enumerate(page.locale, one.titles.map(props.titleName)),
                ]
                  .filter((part) => part !== null)
                  .join(' · ')}
              >
                <p>{one.introduction}</p>
              </Card>
            ))}
          </Cards>
        </Section>
      )}
      <Pager path={page.path} paging={{ page: at.page, size: at.size, more: at.more }} />
    </Page>
  );
}
