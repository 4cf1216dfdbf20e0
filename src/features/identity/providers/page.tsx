import { Page } from '../../../web/layout.tsx';
import { Form, SubmitBar } from '../../../web/ui/form.tsx';
import { accountPath } from '../../../web/viewer.ts';
import type { Translate } from '../../../web/words.ts';
import { linksPath } from '../needs.ts';
import type { CommonPage } from '../page.tsx';

/** Back from the provider: which of its accounts it is, before anything is linked. */
export const ConfirmLinkPage = (props: {
  page: CommonPage;
  t: Translate;
  provider: string;
  label: string;
  name: string;
  token: string;
}) => (
  <Page {...props.page} title={props.t('identity.providers.confirm.title', { provider: props.provider })}>
    <p>
      {props.t('identity.providers.confirm', {
        provider: props.provider,
        label: props.label,
        name: props.name,
      })}
    </p>
    <Form action={linksPath}>
      <input type="hidden" name="token" value={props.token} />
      <SubmitBar submit={props.t('identity.providers.confirm.submit')} cancel={accountPath} />
    </Form>
  </Page>
);
