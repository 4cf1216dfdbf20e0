import { Page } from '../../../web/layout.tsx';
import { TextField } from '../../../web/ui/field.tsx';
import { Button, ErrorSummary, Form, type FormState } from '../../../web/ui/form.tsx';
import { Notice } from '../../../web/ui/notice.tsx';
import { Section } from '../../../web/ui/section.tsx';
import { SummaryList } from '../../../web/ui/summary-list.tsx';
import { accountPath } from '../../../web/viewer.ts';
import { formatInstant, type Locale, type Translate } from '../../../web/words.ts';
import { passkeysPath } from '../needs.ts';
import type { CommonPage } from '../page.tsx';
import type { Passkey } from './queries.ts';

export function PasskeysPage(props: {
  page: CommonPage;
  t: Translate;
  locale: Locale;
  state: FormState;
  passkeys: readonly Passkey[];
  /** The person's role needs a second factor, and there is none yet. */
  mustEnrol: boolean;
}) {
  const { t, state, passkeys } = props;
  return (
    <Page
      {...props.page}
      title={t('identity.passkeys.title')}
      lead={t('identity.passkeys.lead')}
      breadcrumbs={props.mustEnrol ? [] : [{ href: accountPath, label: t('identity.account.title') }]}
      islands={['passkey.js']}
    >
      <ErrorSummary state={state} />
      {passkeys.map((passkey) => (
        <OnePasskey t={t} locale={props.locale} passkey={passkey} />
      ))}
      <Section title={t('identity.passkeys.add')}>
        <div data-passkey-without>
          <Notice>
            <p>{t('identity.passkeys.cannot')}</p>
          </Notice>
        </div>
        <Form action={passkeysPath}>
          <input type="hidden" name="credential" value="" />
          <div hidden data-passkey-field>
            <TextField
              name="name"
              label={t('identity.passkeys.name')}
              hint={t('identity.passkeys.name.hint')}
              maxlength={60}
              state={state}
            />
          </div>
          <p class="field-error" role="alert" hidden data-passkey-failed>
            {t('identity.passkeys.failed')}
          </p>
          <button
            class="button button-primary"
            type="submit"
            hidden
            data-passkey="create"
            data-passkey-options={`${passkeysPath}/challenge`}
          >
            {t('identity.passkeys.make')}
          </button>
        </Form>
      </Section>
    </Page>
  );
}

function OnePasskey({ t, locale, passkey }: { t: Translate; locale: Locale; passkey: Passkey }) {
  const path = `${passkeysPath}/${passkey.id}`;
  return (
    <Section title={passkey.name}>
      <SummaryList
        rows={[
          { label: t('identity.passkeys.made-at'), value: formatInstant(passkey.createdAt, locale) },
          {
            label: t('identity.used-at'),
            value: passkey.usedAt === null ? t('identity.never') : formatInstant(passkey.usedAt, locale),
          },
          {
            label: t('identity.passkeys.where'),
            value: t(passkey.backedUp ? 'identity.passkeys.synced' : 'identity.passkeys.one-device'),
          },
        ]}
      />
      <Form action={`${path}/name`}>
        <label for={`f-name-${passkey.id}`}>{t('identity.passkeys.name')}</label>
        <input
          id={`f-name-${passkey.id}`}
          name="name"
          class="input input-medium"
          value={passkey.name}
          maxlength={60}
          required
        />
        <div class="actions">
          <Button kind="secondary">{t('identity.passkeys.rename')}</Button>
          <Button kind="danger" formaction={`${path}/remove`} novalidate>
            {t('identity.passkeys.remove')}
          </Button>
        </div>
      </Form>
    </Section>
  );
}
