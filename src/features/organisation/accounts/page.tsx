import { Page, type PageProps } from '../../../web/layout.tsx';
import { TextField, TickField } from '../../../web/ui/field.tsx';
import { Button, ButtonLink, Form, type FormState, SubmitBar } from '../../../web/ui/form.tsx';
import { Notice } from '../../../web/ui/notice.tsx';
import { Section, Stat, Stats } from '../../../web/ui/section.tsx';
import { SummaryList } from '../../../web/ui/summary-list.tsx';
import { type Column, DataTable } from '../../../web/ui/table.tsx';
import { accountPath } from '../../../web/viewer.ts';
import { formatInstant, type Locale, type Translate } from '../../../web/words.ts';
import type { Issued, IssuedCode, LeftOut } from './issue.ts';
import type { AccountCounts, AccountState } from './queries.ts';
import { CODES_AT_ONCE } from './rules.ts';

/** On a unit's page: how its people can sign in, and the form that makes codes for those who cannot. */
export function UnitAccounts(props: {
  t: Translate;
  unitId: string;
  counts: AccountCounts;
  submission: string;
}) {
  const { t, counts } = props;
  return (
    <Section
      title={t('organisation.accounts.title')}
      id="accounts"
      lead={t('organisation.accounts.lead', { count: CODES_AT_ONCE })}
    >
      <Stats>
        <Stat label={t('organisation.accounts.own')} value={counts.own} />
        <Stat label={t('organisation.accounts.code')} value={counts.code} />
        <Stat label={t('organisation.accounts.none')} value={counts.none} />
      </Stats>
      {counts.none + counts.code > 0 && (
        <Form action={`/units/${props.unitId}/accounts`} submission={props.submission}>
          {counts.code > 0 && (
            <TickField
              name="renew"
              label={t('organisation.accounts.renew', { count: counts.code })}
              hint={t('organisation.accounts.renew.hint')}
              optional
            />
          )}
          <SubmitBar submit={t('organisation.accounts.make')} />
        </Form>
      )}
    </Section>
  );
}

/** On a person's page, for the offices over them. */
export function PersonAccount(props: {
  t: Translate;
  locale: Locale;
  personId: string;
  account: AccountState | null;
  own: boolean;
  /** Of somebody who left, what is left to do is to end their sessions and take away what they sign in with. */
  serving: boolean;
  submission: string;
  state?: FormState;
}) {
  const { t, locale, account } = props;
  const has = account?.has ?? 'nothing';
  const until = account?.expiresAt ? formatInstant(account.expiresAt, locale) : '';
  return (
    <Section title={t('organisation.accounts.title')} id="account">
      <SummaryList
        rows={[
          ...(account === null ? [] : [{ label: t('organisation.accounts.sign-in'), value: account.signIn }]),
          {
            label: t('organisation.accounts.state'),
            value: t(`organisation.accounts.has.${has}`, { until }),
          },
          ...(account?.closedUntil
            ? [
                {
                  label: t('organisation.accounts.locked'),
                  value: t('organisation.accounts.locked.until', {
                    until: formatInstant(account.closedUntil, locale),
                  }),
                },
              ]
            : []),
          ...(account?.wrongAt
            ? [
                {
                  label: t('organisation.accounts.wrong'),
                  value: t('organisation.accounts.wrong.times', {
                    count: account.wrong,
                    at: formatInstant(account.wrongAt, locale),
                  }),
                },
              ]
            : []),
        ]}
      />
      {props.own ? (
        <p>
          <a href={accountPath}>{t('ui.account.own')}</a>
        </p>
      ) : (
        <div class="actions">
          {account?.closedUntil && (
            <Form action={`/people/${props.personId}/account/unlock`} submission={props.submission}>
              <Button kind="secondary">{t('organisation.accounts.unlock')}</Button>
            </Form>
          )}
          {props.serving && (
            <Form action={`/people/${props.personId}/account/code`} submission={props.submission}>
              {has === 'own' && <p class="hint">{t('organisation.accounts.reset.hint')}</p>}
              <Button kind={has === 'own' ? 'danger' : 'secondary'}>
                {t(has === 'nothing' ? 'organisation.accounts.make-one' : 'organisation.accounts.reset')}
              </Button>
            </Form>
          )}
          {account !== null && account.sessions > 0 && (
            <Form action={`/people/${props.personId}/account/sessions/end`} submission={props.submission}>
              <Button kind="secondary">
                {t('organisation.accounts.sessions.end', { count: account.sessions })}
              </Button>
            </Form>
          )}
          {account !== null && account.factors > 0 && (
            <Form
              action={`/people/${props.personId}/account/second-factor/reset`}
              submission={props.submission}
            >
              <TextField
                name="resetReason"
                label={t('organisation.accounts.factors.reason')}
                hint={t('organisation.accounts.factors.hint')}
                {...(props.state === undefined ? {} : { state: props.state })}
              />
              <Button kind="danger">{t('organisation.accounts.factors.reset')}</Button>
            </Form>
          )}
        </div>
      )}
    </Section>
  );
}

export interface Download {
  readonly href: string;
  readonly name: string;
}

export interface CodesPageProps {
  readonly frame: Omit<PageProps, 'title'>;
  readonly t: Translate;
  readonly locale: Locale;
  /** Where it began: a unit or a person. */
  readonly back: { readonly href: string; readonly label: string };
  /** Null: too many people at once. */
  readonly issued: Issued | null;
  /** The codes as a workbook within the page: no copy stays here to be fetched again. */
  readonly workbook: Download | null;
  /** Slips to cut out; null when there are too many people for one file. */
  readonly slips: Download | null;
  readonly address: string;
  readonly linkOf: (code: string) => string;
}

/** The codes just made: printed, kept as a workbook, or gone. */
export function CodesPage(props: CodesPageProps) {
  const { frame, t, locale, issued, back } = props;
  const people = issued?.codes ?? [];
  return (
    <Page
      {...frame}
      title={t('organisation.accounts.codes.title')}
      lead={back.label}
      breadcrumbs={[back]}
      actions={
        <>
          {props.slips !== null && (
            <a class="button button-primary" href={props.slips.href} download={props.slips.name}>
              {t('organisation.accounts.codes.slips')}
            </a>
          )}
          {props.workbook !== null && (
            <a class="button button-secondary" href={props.workbook.href} download={props.workbook.name}>
              {t('organisation.accounts.codes.download')}
            </a>
          )}
        </>
      }
      wide
    >
      {issued === null && (
        <Notice kind="warning">
          <p>{t('organisation.accounts.codes.too-many', { count: CODES_AT_ONCE })}</p>
        </Notice>
      )}
      {issued !== null && people.length === 0 && (
        <Notice>
          <p>{t('organisation.accounts.codes.nobody')}</p>
        </Notice>
      )}
      {issued !== null && people.length > 0 && (
        <>
          <Notice kind="warning">
            <p>{t('organisation.accounts.codes.once')}</p>
          </Notice>
          <p>
            {t('organisation.accounts.codes.how', {
              address: props.address,
              until: formatInstant(issued.expiresAt, locale),
            })}
          </p>
          <DataTable
            caption={t('organisation.accounts.codes.count', { count: people.length })}
            path={frame.path}
            columns={codeColumns(t, props.linkOf)}
            rows={people}
          />
        </>
      )}
      {issued !== null && issued.leftOut.length > 0 && (
        <Section title={t('organisation.accounts.left-out', { count: issued.leftOut.length })}>
          <DataTable
            caption={t('organisation.accounts.left-out', { count: issued.leftOut.length })}
            captionHidden
            path={frame.path}
            columns={leftOutColumns(t)}
            rows={issued.leftOut}
          />
        </Section>
      )}
      <div class="actions">
        <ButtonLink href={back.href}>{t('organisation.accounts.codes.back')}</ButtonLink>
      </div>
    </Page>
  );
}

const codeColumns = (t: Translate, linkOf: (code: string) => string): Column<IssuedCode>[] => [
  { key: 'name', label: t('organisation.person.name'), rowHeader: true, cell: ({ name }) => name },
  { key: 'unit', label: t('organisation.person.unit'), cell: ({ unitName }) => unitName },
  { key: 'sign-in', label: t('organisation.accounts.sign-in'), cell: ({ signIn }) => signIn },
  { key: 'code', label: t('organisation.accounts.codes.code'), cell: ({ code }) => <code>{code}</code> },
  {
    key: 'link',
    label: t('organisation.accounts.codes.link'),
    cell: ({ code }) => <span class="digest">{linkOf(code)}</span>,
  },
];

const leftOutColumns = (t: Translate): Column<LeftOut>[] => [
  {
    key: 'name',
    label: t('organisation.person.name'),
    rowHeader: true,
    cell: ({ personId, name }) => <a href={`/people/${personId}`}>{name}</a>,
  },
  { key: 'unit', label: t('organisation.person.unit'), cell: ({ unitName }) => unitName },
  {
    key: 'reason',
    label: t('organisation.accounts.left-out.why'),
    cell: ({ reason }) => t(`organisation.accounts.refused.${reason}`),
  },
];
