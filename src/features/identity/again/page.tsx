import { Page } from '../../../web/layout.tsx';
import { TextField } from '../../../web/ui/field.tsx';
import { ErrorSummary, Form, type FormState, SubmitBar } from '../../../web/ui/form.tsx';
import { accountPath } from '../../../web/viewer.ts';
import type { Translate } from '../../../web/words.ts';
import { KnownAs, PresentPasswordField } from '../fields.tsx';
import { againPath } from '../needs.ts';
import type { CommonPage } from '../page.tsx';
import { PasskeyForm } from '../passkeys/form.tsx';

export function AgainPage(props: {
  page: CommonPage;
  t: Translate;
  state: FormState;
  signIn: string;
  /** What is asked; `nothing` when there is neither: then one signs in anew. */
  by: 'password' | 'code' | 'nothing';
  next: string;
  passkeys: boolean;
}) {
  const { t, state, by } = props;
  return (
    <Page
      {...props.page}
      title={t('identity.again.title')}
      lead={t('identity.again.lead')}
      islands={props.passkeys ? ['passkey.js'] : []}
    >
      <ErrorSummary state={state} />
      {by === 'nothing' ? (
        <p>{t('identity.again.nothing')}</p>
      ) : (
        <Form action={againPath}>
          <input type="hidden" name="next" value={props.next} />
          <KnownAs signIn={props.signIn} />
          {by === 'password' ? (
            <PresentPasswordField name="password" state={state} />
          ) : (
            <TextField
              name="code"
              label={t('identity.second.code')}
              state={state}
              autocomplete="one-time-code"
              width="short"
            />
          )}
          <SubmitBar submit={t('identity.again.submit')} cancel={accountPath} />
        </Form>
      )}
      {props.passkeys && <PasskeyForm t={t} action={`${againPath}/passkey`} next={props.next} />}
    </Page>
  );
}
