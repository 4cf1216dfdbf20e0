import { Page } from '../../../web/layout.tsx';
import { TextField } from '../../../web/ui/field.tsx';
import { ErrorSummary, Form, type FormState, SubmitBar } from '../../../web/ui/form.tsx';
import { passwordPath } from '../../../web/viewer.ts';
import type { Translate } from '../../../web/words.ts';
import type { CommonPage } from '../page.tsx';
import { SHORTEST_PASSWORD } from '../rules.ts';

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
        {/* Password keepers file the new password under this name. */}
        <input type="text" name="username" autocomplete="username" value={props.signIn} readonly hidden />
        {!isFirst && (
          <TextField
            name="before"
            type="password"
            label={t('identity.password.before')}
            state={state}
            autocomplete="current-password"
          />
        )}
        <TextField
          name="password"
          type="password"
          label={t('identity.password.new')}
          hint={t('identity.password.hint', { count: SHORTEST_PASSWORD })}
          state={state}
          autocomplete="new-password"
        />
        <TextField
          name="again"
          type="password"
          label={t('identity.password.again')}
          state={state}
          autocomplete="new-password"
        />
        <SubmitBar submit={t('identity.password.submit')} {...(isFirst ? {} : { cancel: '/' })} />
      </Form>
    </Page>
  );
}
