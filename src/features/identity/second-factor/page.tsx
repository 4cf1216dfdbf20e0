import { Page } from '../../../web/layout.tsx';
import { TextField } from '../../../web/ui/field.tsx';
import {
  Button,
  ButtonLink,
  CopyText,
  ErrorSummary,
  Form,
  type FormState,
  SubmitBar,
} from '../../../web/ui/form.tsx';
import { Notice } from '../../../web/ui/notice.tsx';
import { Section } from '../../../web/ui/section.tsx';
import { accountPath } from '../../../web/viewer.ts';
import type { Translate } from '../../../web/words.ts';
import { passkeysPath, secondFactorPath, secondPath } from '../needs.ts';
import type { CommonPage } from '../page.tsx';
import { PasskeyForm } from '../passkeys/form.tsx';
import { type Factors, RECOVERY_CODES } from './rules.ts';

/** After the password: the code of the app, a recovery code, or a passkey. */
export function SecondStepPage(props: {
  page: CommonPage;
  t: Translate;
  state: FormState;
  next: string;
  totp: boolean;
  passkeys: boolean;
}) {
  const { t, state } = props;
  return (
    <Page
      {...props.page}
      title={t('identity.second.step.title')}
      lead={t(props.totp ? 'identity.second.step.lead' : 'identity.second.step.lead-passkey')}
      islands={props.passkeys ? ['passkey.js'] : []}
    >
      <ErrorSummary state={state} />
      {props.passkeys && <PasskeyForm t={t} action={`${secondPath}/passkey`} next={props.next} />}
      <Form action={secondPath}>
        <input type="hidden" name="next" value={props.next} />
        <TextField
          name="code"
          label={t(props.totp ? 'identity.second.code' : 'identity.second.recovery-code')}
          hint={t(props.totp ? 'identity.second.code.hint' : 'identity.second.recovery-code.hint')}
          state={state}
          autocomplete="one-time-code"
          width="short"
        />
        <SubmitBar submit={t('identity.sign-in.submit')} />
      </Form>
      <p class="quiet">{t('identity.second.lost')}</p>
    </Page>
  );
}

export function SecondFactorPage(props: {
  page: CommonPage;
  t: Translate;
  state: FormState;
  factors: Factors;
  /** Their role needs a second factor. */
  mustHave: boolean;
  mayEnd: boolean;
  /** Nothing else is open until there is one. */
  isFirst: boolean;
  /** What the app is to read; null when one-time codes are set up. */
  enrolment: { readonly secret: string; readonly address: string; readonly picture: string } | null;
  next: string;
}) {
  const { t, state, factors, enrolment } = props;
  return (
    <Page
      {...props.page}
      title={t('identity.second.title')}
      lead={t('identity.second.lead')}
      breadcrumbs={props.isFirst ? [] : [{ href: accountPath, label: t('identity.account.title') }]}
    >
      <ErrorSummary state={state} />
      {props.isFirst && (
        <Notice kind="warning">
          <p>{t('identity.second.required')}</p>
        </Notice>
      )}
      {enrolment !== null && (
        <Section title={t('identity.second.set-up')} lead={t('identity.second.set-up.lead')}>
          <img
            class="qr"
            src={enrolment.picture}
            alt={t('identity.second.picture')}
            width="208"
            height="208"
          />
          <p>
            {t('identity.second.secret')}
            <br />
            <CopyText text={enrolment.secret} />
          </p>
          <p>
            <a href={enrolment.address}>{t('identity.second.same-device')}</a>
          </p>
          <Form action={secondFactorPath}>
            <input type="hidden" name="next" value={props.next} />
            <TextField
              name="code"
              label={t('identity.second.first-code')}
              state={state}
              autocomplete="one-time-code"
              inputmode="numeric"
              width="short"
            />
            <div class="submit-bar">
              <Button>{t('identity.second.confirm')}</Button>
              <Button kind="plain" formaction={`${secondFactorPath}/end`} novalidate>
                {t('identity.second.anew')}
              </Button>
            </div>
          </Form>
          {props.isFirst && (
            <p>
              <a href={passkeysPath}>{t('identity.second.passkey-instead')}</a>
            </p>
          )}
        </Section>
      )}
      {factors.totp && (
        <Section title={t('identity.second.is-set')}>
          {props.mayEnd ? (
            <Form action={`${secondFactorPath}/end`}>
              <Button kind="danger">{t('identity.second.end')}</Button>
            </Form>
          ) : (
            <p>{t('identity.second.must-keep')}</p>
          )}
        </Section>
      )}
      {(factors.totp || factors.passkeys > 0) && (
        <Section
          title={t('identity.second.recovery.title')}
          lead={t('identity.second.recovery.left', { count: factors.recoveryCodes })}
        >
          <Form action={`${secondFactorPath}/codes`}>
            <Button kind="secondary">{t('identity.second.recovery.make', { count: RECOVERY_CODES })}</Button>
          </Form>
        </Section>
      )}
    </Page>
  );
}

export function RecoveryCodesPage(props: {
  page: CommonPage;
  t: Translate;
  codes: readonly string[];
  next: string;
}) {
  const { t } = props;
  return (
    <Page
      {...props.page}
      title={t('identity.second.recovery.title')}
      lead={t('identity.second.recovery.lead')}
    >
      <Notice kind="warning">
        <p>{t('identity.second.recovery.once')}</p>
      </Notice>
      <ol class="recovery-codes">
        {props.codes.map((code) => (
          <li>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <div class="actions">
        <a
          class="button button-secondary"
          href={`data:text/plain;charset=utf-8,${encodeURIComponent(`${props.codes.join('\n')}\n`)}`}
          download="qinglan-recovery-codes.txt"
        >
          {t('identity.second.recovery.download')}
        </a>
        <ButtonLink kind="primary" href={props.next}>
          {t('identity.second.recovery.kept')}
        </ButtonLink>
      </div>
    </Page>
  );
}
