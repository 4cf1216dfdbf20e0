import { Page } from '../../../web/layout.tsx';
import { DialogLink } from '../../../web/ui/dialog.tsx';
import { ButtonLink, ErrorSummary, type FormState } from '../../../web/ui/form.tsx';
import { Notice } from '../../../web/ui/notice.tsx';
import { Section } from '../../../web/ui/section.tsx';
import { SummaryList, type SummaryRow } from '../../../web/ui/summary-list.tsx';
import { StatusTag } from '../../../web/ui/tag.tsx';
import { Timeline } from '../../../web/ui/timeline.tsx';
import { PersonAccount } from '../accounts/page.tsx';
import type { AccountState } from '../accounts/queries.ts';
import type { HistoryRow, PersonHistory } from '../career/queries.ts';
import { idNumberPath } from '../id-numbers/page.tsx';
import type { ShownId } from '../id-numbers/show.ts';
import type { Unit } from '../units/queries.ts';
import type { Base } from './page.tsx';
import { PersonDialogs } from './person-dialogs.tsx';
import type { Person } from './queries.ts';

export interface PersonPageProps extends Base {
  readonly person: Person;
  readonly history: PersonHistory;
  readonly maySeeRoles: boolean;
  /** Groups of the person's unit. */
  readonly groups: readonly Unit[];
  readonly mayChange: boolean;
  readonly mayChangeAccount: boolean;
  /** Null without one. Shown to those who may change accounts. */
  readonly account: AccountState | null;
  /** Null where none is kept, or not for this viewer. */
  readonly idNumber: { readonly shown: ShownId | null } | null;
  readonly maySeeRecords: boolean;
  /** A published programme asks for facts of its own. */
  readonly hasFacts: boolean;
  readonly maySeeReaders: boolean;
  readonly own: boolean;
  readonly today: string;
  readonly submission: string;
  readonly state: FormState;
}

export function PersonPage(props: PersonPageProps) {
  const { frame, t, words, person } = props;
  const row = (label: string, value: string | null) =>
    value === null || value === '' ? [] : [{ label, value }];
  return (
    <Page
      {...frame}
      title={person.name}
      lead={[person.unitName, person.groupName, person.staffNumber]
        .filter((part) => part !== null)
        .join(' · ')}
      breadcrumbs={props.own ? [] : [{ href: '/people', label: t('organisation.people.title') }]}
      actions={
        <>
          {props.maySeeRecords && (
            <ButtonLink href={`/people/${person.id}/records`}>{t('organisation.person.records')}</ButtonLink>
          )}
          {props.maySeeRecords && props.hasFacts && (
            <ButtonLink href={`/people/${person.id}/facts`}>{t('records.facts')}</ButtonLink>
          )}
          {props.maySeeRoles && (
            <ButtonLink href={`/people/${person.id}/roles`}>{t('organisation.person.roles')}</ButtonLink>
          )}
          {props.mayChange && !props.own && person.state !== 'merged' && (
            <>
              <ButtonLink href={`/people/${person.id}/edit`}>{t('organisation.person.edit')}</ButtonLink>
              <DialogLink opens="move">{t('organisation.move.title')}</DialogLink>
              <DialogLink opens="fact">{t('organisation.fact.title')}</DialogLink>
              <DialogLink opens="group">{t('organisation.group.title')}</DialogLink>
              {person.state === 'serving' && (
                <DialogLink opens="leave" kind="plain">
                  {t('organisation.leave.title')}
                </DialogLink>
              )}
            </>
          )}
        </>
      }
    >
      <ErrorSummary state={props.state} />
      {person.state !== 'serving' && (
        <StatusTag tone="warning" text={t(`organisation.state.${person.state}`)} />
      )}
      {person.mergedInto !== null && (
        <Notice>
          <p>
            <a href={`/people/${person.mergedInto}`}>{t('organisation.person.merged-into')}</a>
          </p>
        </Notice>
      )}
      <SummaryList
        rows={[
          ...row(t('organisation.person.number'), person.staffNumber),
          ...row(t('organisation.person.unit'), person.unitName),
          ...row(t('organisation.person.group'), person.groupName),
          ...row(
            t('organisation.person.sex'),
            person.sex === null ? null : t(`organisation.sex.${person.sex}`),
          ),
          ...row(t('organisation.person.birthDate'), words.date(person.birthDate)),
          ...row(t('organisation.person.teachingSince'), words.date(person.teachingSince)),
          ...row(t('organisation.person.subject'), words.subject(person.subject)),
          ...row(t('organisation.person.stage'), words.stage(person.stage)),
          ...row(t('organisation.person.rank'), words.rank(person.rank)),
          ...row(t('organisation.person.education'), words.education(person.education)),
          ...row(t('organisation.person.post'), person.post),
          ...row(t('organisation.person.frontLine'), words.flag(person.frontLine)),
          ...row(t('organisation.person.qualified'), words.flag(person.qualified)),
          ...row(t('organisation.person.specialPost'), words.flag(person.specialPost)),
          ...(props.idNumber === null ? [] : [idNumberRow(props.idNumber.shown, props)]),
          ...row(t('organisation.person.phone'), person.phone),
          ...row(t('organisation.person.email'), person.email),
        ]}
      />
      <Section title={t('organisation.history.title')} lead={t('organisation.history.lead')}>
        <Timeline items={timeline(props)} />
        <p>
          <a href={`/people/${person.id}/timeline`}>{t('audit.timeline.all')}</a>
          {props.maySeeReaders && (
            <>
              {' · '}
              <a href={`/people/${person.id}/readers`}>
                {t(props.own ? 'audit.reads.mine' : 'audit.reads.of-person', { name: person.name })}
              </a>
            </>
          )}
        </p>
      </Section>
      {props.mayChangeAccount && (person.state === 'serving' || props.account !== null) && (
        <PersonAccount
          t={t}
          locale={frame.locale}
          personId={person.id}
          account={props.account}
          own={props.own}
          serving={person.state === 'serving'}
          submission={props.submission}
          state={props.state}
        />
      )}
      {props.mayChange && !props.own && person.state !== 'merged' && <PersonDialogs {...props} />}
    </Page>
  );
}

function idNumberRow(shown: ShownId | null, { t, person }: PersonPageProps): SummaryRow {
  const value =
    shown === null
      ? t('organisation.id-number.none')
      : t('ui.aside', {
          text: shown.masked ?? t('organisation.unknown'),
          more: t(`organisation.id-number.kind.${shown.kind}`),
        });
  return { label: t('organisation.id-number'), value, change: idNumberPath(person.id) };
}

function timeline({ history, t, words }: PersonPageProps) {
  const standing = (row: HistoryRow) => ({
    from: row.from,
    when: words.period(row),
    title: t(`organisation.history.${row.kind}`, { unit: row.unitName }),
    ...(row.post === null ? {} : { detail: row.post }),
    tone: row.until === null ? ('success' as const) : ('neutral' as const),
  });
  const facts = history.facts.map((fact) => ({
    from: fact.from,
    when: words.period(fact),
    title: t('organisation.history.fact', {
      attribute: t(`organisation.person.${fact.attribute}`),
      value: words.fact(fact.attribute, fact.value) || t('organisation.unknown'),
    }),
    tone: fact.until === null ? ('info' as const) : ('neutral' as const),
  }));
  return [...history.standings.map(standing), ...facts]
    .toSorted((a, b) => (b.from ?? '').localeCompare(a.from ?? ''))
    .map(({ from, ...item }) => ({ ...item, ...(from === null ? {} : { datetime: from }) }));
}
