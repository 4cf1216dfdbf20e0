import { Page } from '../../../web/layout.tsx';
import { ErrorSummary, Form, type FormState, SubmitBar } from '../../../web/ui/form.tsx';
import { passwordPath } from '../../../web/viewer.ts';
import type { Translate } from '../../../web/words.ts';
import { KnownAs, NewPasswordFields, PresentPasswordField } from '../fields.tsx';
import type { CommonPage } from '../page.tsx';

export function OwnPasswordPage(props: {
  page: CommonPage;
  t: Translate;
  state: FormState;
  signIn: string;
  /** The first password of one's own, after signing in with a code. */
  isFirst: boolean;
  next: string;
}) {
  const { t, state, isFirst } = props;
  return (
    <Page
      {...props.page}
      title={t(isFirst ? 'identity.password.first.title' : 'identity.password.title')}
      lead={t(isFirst ? 'identity.password.first.lead' : 'identity.password.lead')}
    >
      <ErrorSummary state={state} />
      <Form action={passwordPath}>
        <input type="hidden" name="next" value={props.next} />
        <KnownAs signIn={props.signIn} />
        {!isFirst && <PresentPasswordField name="before" state={state} />}
        <NewPasswordFields state={state} />
        <SubmitBar submit={t('identity.password.submit')} {...(isFirst ? {} : { cancel: '/' })} />
      </Form>
    </Page>
  );
}
