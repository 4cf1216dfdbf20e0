import { Page } from '../../../web/layout.tsx';
import { ButtonLink, Form, SubmitBar } from '../../../web/ui/form.tsx';
import { accountPath, signInPath } from '../../../web/viewer.ts';
import type { Translate } from '../../../web/words.ts';
import { linksPath } from '../needs.ts';
import type { CommonPage } from '../page.tsx';

/** Before the way to a provider, when it is not known that the person meant to go it. */
export const GoOnPage = (props: { page: CommonPage; t: Translate; provider: string; href: string }) => (
  <Page {...props.page} title={props.t('identity.providers.use', { provider: props.provider })}>
    <p>{props.t('identity.providers.go-on', { provider: props.provider })}</p>
    <div class="actions">
      <ButtonLink href={props.href}>
        {props.t('identity.providers.use', { provider: props.provider })}
      </ButtonLink>
      <ButtonLink href={signInPath}>{props.t('identity.providers.go-on.otherwise')}</ButtonLink>
    </div>
  </Page>
);

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
