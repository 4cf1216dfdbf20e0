import { Page } from '../../../../web/layout.tsx';
import { RadioField, TextField, TickField } from '../../../../web/ui/field.tsx';
import { Button, CopyText, ErrorSummary, Form, type FormState, SubmitBar } from '../../../../web/ui/form.tsx';
import { Section } from '../../../../web/ui/section.tsx';
import type { Translate } from '../../../../web/words.ts';
import type { CommonPage } from '../../page.tsx';
import { PROVIDER_KINDS, type ProviderKind } from '../rules.ts';

export const providersPath = '/settings/sign-in/providers';

/** One system that people may sign in with beside the password. */
export function ProviderPage(props: {
  page: CommonPage;
  t: Translate;
  state: FormState;
  /** Null for a new one. */
  provider: {
    readonly id: string;
    readonly name: string;
    readonly kind: ProviderKind;
    readonly clientSecret: string | null;
  } | null;
  submission: string;
  /** What the provider is told to send people back to. */
  returnAddress: string | null;
  settingsPath: string;
}) {
  const { t, state, provider } = props;
  const path = provider === null ? providersPath : `${providersPath}/${provider.id}`;
  return (
    <Page
      {...props.page}
      title={provider?.name ?? t('identity.providers.new')}
      lead={t('identity.providers.lead')}
      breadcrumbs={[{ href: props.settingsPath, label: t('identity.settings.title') }]}
    >
      <ErrorSummary state={state} />
      <Form action={path} submission={props.submission}>
        {provider === null ? (
          <RadioField
            name="kind"
            label={t('identity.providers.kind')}
            state={state}
            choices={PROVIDER_KINDS.map((kind) => ({
              value: kind,
              label: t(`identity.providers.kind.${kind}`),
            }))}
          />
        ) : (
          <>
            <input type="hidden" name="kind" value={provider.kind} />
            <input type="hidden" name="revision" value={String(state.values.revision ?? '')} />
            <p>{t(`identity.providers.kind.${provider.kind}`)}</p>
          </>
        )}
        <TextField
          name="name"
          label={t('identity.providers.name')}
          hint={t('identity.providers.name.hint')}
          state={state}
        />
        <TextField
          name="address"
          type="url"
          width="full"
          label={t('identity.providers.address')}
          hint={t('identity.providers.address.hint')}
          state={state}
        />
        {provider?.kind !== 'cas' && (
          <>
            <TextField
              name="clientId"
              label={t('identity.providers.client')}
              hint={t('identity.providers.client.hint')}
              state={state}
              optional
            />
            <TextField
              name="clientSecret"
              type="password"
              label={t('identity.providers.secret')}
              hint={t(
                provider?.clientSecret ? 'identity.providers.secret.kept' : 'identity.providers.client.hint',
              )}
              state={state}
              autocomplete="off"
              optional
            />
          </>
        )}
        <TextField
          name="claim"
          label={t('identity.providers.claim')}
          hint={t('identity.providers.claim.hint')}
          state={state}
          optional
        />
        <TickField
          name="matchStaffNumber"
          label={t('identity.providers.match')}
          hint={t('identity.providers.match.hint')}
          state={state}
          optional
        />
        <TickField
          name="provesSecond"
          label={t('identity.providers.proves')}
          hint={t('identity.providers.proves.hint')}
          state={state}
          optional
        />
        <TickField name="enabled" label={t('identity.providers.enabled')} state={state} optional />
        <SubmitBar submit={t('identity.settings.save')} cancel={props.settingsPath} />
      </Form>
      {provider !== null && props.returnAddress !== null && (
        <Section title={t('identity.providers.test.title')}>
          <p>
            {t('identity.providers.return')} <CopyText text={props.returnAddress} />
          </p>
          <Form action={`${path}/test`}>
            <Button kind="secondary">{t('identity.providers.test')}</Button>
          </Form>
        </Section>
      )}
    </Page>
  );
}
