import type { Shown } from '../../../shared/shown.ts';
import { Page } from '../../../web/layout.tsx';
import { ErrorSummary, Form, type FormState, SubmitBar } from '../../../web/ui/form.tsx';
import { Notice } from '../../../web/ui/notice.tsx';
import { SummaryList } from '../../../web/ui/summary-list.tsx';
import { formatInstant, type Locale, type Translate } from '../../../web/words.ts';
import { KnownAs, NewPasswordFields } from '../fields.tsx';
import type { CommonPage } from '../page.tsx';
import type { Invited } from './queries.ts';

export function InvitationPage(props: {
  page: CommonPage;
  t: Translate;
  locale: Locale;
  state: FormState;
  invited: Shown<'invitation', Invited>;
  action: string;
  /** Somebody else is signed in at this browser. */
  signedInAs: string | null;
}) {
  const { t, state, invited } = props;
  return (
    <Page {...props.page} title={t('identity.password.first.title')} lead={t('identity.invitation.lead')}>
      <ErrorSummary state={state} />
      {props.signedInAs !== null && (
        <Notice kind="warning">
          <p>{t('identity.invitation.other', { other: props.signedInAs, name: invited.name })}</p>
        </Notice>
      )}
      <SummaryList
        rows={[
          {
            label: t('identity.invitation.for'),
            value: [invited.name, invited.unitName].filter(Boolean).join(' · '),
          },
          { label: t('identity.account.sign-in'), value: invited.signIn },
          {
            label: t('identity.invitation.until'),
            value: formatInstant(invited.codeExpiresAt, props.locale),
          },
        ]}
      />
      <Form action={props.action}>
        <KnownAs signIn={invited.signIn} />
        <NewPasswordFields state={state} />
        <SubmitBar submit={t('identity.invitation.submit')} />
      </Form>
    </Page>
  );
}
