import { shortDevice } from '../../../platform/circumstances.ts';
import { Page } from '../../../web/layout.tsx';
import { Button, ButtonLink, Form } from '../../../web/ui/form.tsx';
import { Section } from '../../../web/ui/section.tsx';
import { SummaryList } from '../../../web/ui/summary-list.tsx';
import { type Column, DataTable } from '../../../web/ui/table.tsx';
import { accountPath, passwordPath } from '../../../web/viewer.ts';
import { formatInstant, type Locale, type Translate } from '../../../web/words.ts';
import { linksPath, passkeysPath, secondFactorPath, sessionsPath } from '../needs.ts';
import type { CommonPage } from '../page.tsx';
import type { Link } from '../providers/queries.ts';
import type { Account } from '../queries.ts';
import type { Factors } from '../second-factor/rules.ts';
import type { OpenSession } from '../sessions/queries.ts';
import type { WrongTries } from '../wrong-tries/queries.ts';

export function AccountPage(props: {
  page: CommonPage;
  t: Translate;
  locale: Locale;
  /** Null for somebody who has no account of our own yet. */
  account: Account | null;
  factors: Factors;
  sessions: readonly OpenSession[];
  /** The id of the session that looks. */
  here: string;
  /** Wrong tries of late, by hour and place. */
  wrong: readonly WrongTries[];
  wrongDays: number;
  links: readonly Link[];
  providers: readonly { readonly id: string; readonly name: string }[];
}) {
  const { t, account, factors, sessions } = props;
  const here = sessions.find(({ id }) => id === props.here);
  const others = sessions.filter(({ id }) => id !== props.here);
  return (
    <Page {...props.page} title={t('identity.account.title')} lead={t('identity.account.lead')}>
      <Section title={t('identity.account.how')} id="how">
        <SummaryList
          rows={[
            ...(account === null ? [] : [{ label: t('identity.account.sign-in'), value: account.signIn }]),
            ...(account === null
              ? []
              : [
                  {
                    label: t('identity.account.password'),
                    value: t(`identity.account.password.${account.passwordHash === null ? 'none' : 'own'}`),
                    change: passwordPath,
                  },
                ]),
            {
              label: t('identity.second.title'),
              value: factors.totp
                ? t('identity.account.second.on', { count: factors.recoveryCodes })
                : t('identity.account.second.off'),
              change: secondFactorPath,
            },
            {
              label: t('identity.passkeys.title'),
              value: t('identity.account.passkeys', { count: factors.passkeys }),
              change: passkeysPath,
            },
          ]}
        />
      </Section>
      {(props.providers.length > 0 || props.links.length > 0) && (
        <Section title={t('identity.providers.own')} id="links" lead={t('identity.providers.own.lead')}>
          {props.links.map((link) => (
            <Form action={`${linksPath}/${link.id}/end`}>
              <p>
                {t('identity.providers.own.as', {
                  provider: link.providerName,
                  label: link.label ?? link.subject,
                })}
              </p>
              <Button kind="secondary">{t('identity.providers.unlink')}</Button>
            </Form>
          ))}
          <div class="actions">
            {props.providers
              .filter(({ id }) => !props.links.some(({ providerId }) => providerId === id))
              .map(({ id, name }) => (
                <ButtonLink href={`${linksPath}/${id}`}>
                  {t('identity.providers.link', { provider: name })}
                </ButtonLink>
              ))}
          </div>
        </Section>
      )}
      <Section
        title={t('identity.account.sessions')}
        id="sessions"
        lead={t('identity.account.sessions.lead')}
        actions={
          others.length > 0 && (
            <Form action={`${sessionsPath}/end-others`}>
              <Button kind="danger">{t('identity.account.end-others')}</Button>
            </Form>
          )
        }
      >
        <DataTable
          caption={t('identity.account.sessions')}
          captionHidden
          path={accountPath}
          columns={sessionColumns(t, props.locale, props.here)}
          rows={sessions}
        />
      </Section>
      <Section
        title={t('identity.account.wrong')}
        id="wrong-tries"
        lead={t('identity.account.wrong.since', { count: here?.wrongBefore ?? 0 })}
      >
        {props.wrong.length === 0 ? (
          <p class="quiet">{t('identity.account.wrong.none', { days: props.wrongDays })}</p>
        ) : (
          <>
            <p>{t('identity.account.wrong.lead', { days: props.wrongDays })}</p>
            <DataTable
              caption={t('identity.account.wrong')}
              captionHidden
              path={accountPath}
              columns={wrongColumns(t, props.locale)}
              rows={props.wrong}
            />
          </>
        )}
      </Section>
    </Page>
  );
}

const sessionColumns = (t: Translate, locale: Locale, here: string): Column<OpenSession>[] => [
  {
    key: 'device',
    label: t('identity.account.device'),
    rowHeader: true,
    cell: ({ id, userAgent }) => (
      <>
        {shortDevice(userAgent ?? undefined) ?? t('identity.account.device.unknown')}
        {id === here && ' '}
        {id === here && <span class="hint">{t('identity.account.here')}</span>}
      </>
    ),
  },
  {
    key: 'place',
    label: t('identity.account.place'),
    cell: ({ place }) => place ?? t('identity.account.place.unknown'),
  },
  { key: 'how', label: t('identity.account.by'), cell: ({ how }) => t(`identity.account.how.${how}`) },
  {
    key: 'began',
    label: t('identity.account.began'),
    cell: ({ createdAt }) => formatInstant(createdAt, locale),
  },
  { key: 'seen', label: t('identity.used-at'), cell: ({ seenAt }) => formatInstant(seenAt, locale) },
  {
    key: 'end',
    label: t('identity.account.end'),
    cell: ({ id }) =>
      id === here ? (
        ''
      ) : (
        <Form action={`${sessionsPath}/${id}/end`}>
          <Button kind="secondary">{t('identity.account.end')}</Button>
        </Form>
      ),
  },
];

const wrongColumns = (t: Translate, locale: Locale): Column<WrongTries>[] => [
  {
    key: 'last',
    label: t('identity.account.wrong.last'),
    wrap: 'never',
    rowHeader: true,
    cell: ({ lastAt }) => formatInstant(lastAt, locale),
  },
  {
    key: 'place',
    label: t('identity.account.place'),
    cell: ({ place }) => place ?? t('identity.account.place.unknown'),
  },
  {
    key: 'how',
    label: t('identity.account.wrong.how'),
    cell: ({ how }) => t(`identity.account.wrong.how.${how}`),
  },
  { key: 'times', label: t('identity.account.wrong.times'), numeric: true, cell: ({ times }) => times },
];
