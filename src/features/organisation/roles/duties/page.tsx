import type { Child } from 'hono/jsx';
import { enumerate } from '../../../../shared/text.ts';
import { Page } from '../../../../web/layout.tsx';
import { SelectField, TextField, TickField } from '../../../../web/ui/field.tsx';
import { Button, ErrorSummary, FieldRow, Form, type FormState, SubmitBar } from '../../../../web/ui/form.tsx';
import { Notice } from '../../../../web/ui/notice.tsx';
import { Section } from '../../../../web/ui/section.tsx';
import { SummaryList } from '../../../../web/ui/summary-list.tsx';
import { type Column, DataTable } from '../../../../web/ui/table.tsx';
import type { Translate } from '../../../../web/words.ts';
import { KEEPERS } from '../../../identity/rules.ts';
import type { Base } from '../../units/page.tsx';
import type { PostOpens, RoleRequest } from '../queries.ts';
import { type DutyRule, type KeeperHolding, postRoles, type SwitchFault } from '../rules.ts';

export interface DutiesProps extends Base {
  readonly rule: DutyRule;
  readonly posts: readonly PostOpens[];
  readonly keepers: readonly (KeeperHolding & { readonly unitName: string })[];
  readonly requests: readonly (RoleRequest & { readonly mayDecide: boolean })[];
  readonly faults: readonly SwitchFault[];
  readonly maySet: boolean;
  readonly submission: string;
  readonly state: FormState;
}

export function DutiesPage(props: DutiesProps) {
  const { frame, t, rule, keepers, requests } = props;
  const holders = (role: (typeof KEEPERS)[number]) =>
    keepers.filter((held) => held.role === role).map(({ name, unitName }) => `${name} · ${unitName}`);
  return (
    <Page {...frame} title={t('duties.title')} lead={t('duties.lead')}>
      <ErrorSummary state={props.state} />
      <Section title={t('duties.keepers')} lead={t('duties.keepers.lead')}>
        <SummaryList
          rows={KEEPERS.map((role) => ({
            label: t(`identity.role.${role}`),
            value: enumerate(frame.locale, holders(role)) || t('duties.keepers.none'),
          }))}
        />
      </Section>
      <Section title={t('duties.rule')} id="rule" lead={t('duties.rule.lead')}>
        {props.faults.length > 0 && (
          <Notice kind="warning" title={t('duties.fault.title')} live>
            <ul>
              {props.faults.map((fault) => (
                <li>{faultText(t, fault)}</li>
              ))}
            </ul>
          </Notice>
        )}
        {props.maySet ? (
          <Form action="/duties" submission={props.submission}>
            <TickField name="separated" label={t('duties.rule.separated')} checked={rule.separated} />
            <TickField
              name="secondPerson"
              label={t('duties.rule.second-person')}
              checked={rule.secondPerson}
            />
            <SubmitBar submit={t('duties.rule.save')} />
          </Form>
        ) : (
          <SummaryList
            rows={[
              { label: t('duties.rule.separated'), value: t(`duties.rule.${rule.separated ? 'on' : 'off'}`) },
              {
                label: t('duties.rule.second-person'),
                value: t(`duties.rule.${rule.secondPerson ? 'on' : 'off'}`),
              },
            ]}
          />
        )}
      </Section>
      <Section title={t('duties.requests')} id="requests">
        <DataTable
          caption={t('duties.requests')}
          captionHidden
          path={frame.path}
          columns={requestColumns(props)}
          rows={requests}
          empty={<p>{t('duties.requests.none')}</p>}
        />
      </Section>
      <Section title={t('duties.posts')} id="posts" lead={t('duties.posts.lead')}>
        <DataTable
          caption={t('duties.posts')}
          captionHidden
          path={frame.path}
          columns={postColumns(props)}
          rows={props.posts}
          empty={<p>{t('duties.posts.none')}</p>}
        />
        {props.maySet && <PostForm {...props} />}
      </Section>
    </Page>
  );
}

function faultText(t: Translate, fault: SwitchFault): string {
  switch (fault.reason) {
    case 'holds-two':
      return t('duties.fault.holds-two', {
        name: fault.name,
        roles: fault.roles.map((role) => t(`identity.role.${role}`)),
      });
    case 'nobody-holds':
      return t('duties.fault.nobody-holds', { role: t(`identity.role.${fault.role}`) });
    case 'one-giver':
      return t('duties.fault.one-giver');
  }
}

function requestColumns({ t, words, submission }: DutiesProps): Column<DutiesProps['requests'][number]>[] {
  return [
    { key: 'person', label: t('duties.acting.person'), rowHeader: true, cell: (one) => one.personName },
    { key: 'role', label: t('duties.acting.role'), cell: (one) => t(`identity.role.${one.role}`) },
    { key: 'unit', label: t('duties.unit'), cell: (one) => one.unitName },
    { key: 'from', label: t('duties.requests.from'), cell: (one) => words.date(one.startsOn) },
    { key: 'asked', label: t('duties.requests.asked'), cell: (one) => one.askedByName },
    {
      key: 'act',
      label: t('duties.requests.act'),
      cell: (one): Child =>
        one.mayDecide && (
          <>
            <Form action={`/role-requests/${one.id}/agree`} submission={submission}>
              <Button>{t('duties.requests.agree')}</Button>
            </Form>
            <Form action={`/role-requests/${one.id}/decline`} submission={submission}>
              <Button kind="plain">{t('duties.requests.decline')}</Button>
            </Form>
          </>
        ),
    },
  ];
}

function postColumns({ t, maySet, submission }: DutiesProps): Column<PostOpens>[] {
  return [
    { key: 'post', label: t('duties.posts.post'), rowHeader: true, cell: (opens) => opens.post },
    { key: 'role', label: t('duties.posts.role'), cell: (opens) => t(`identity.role.${opens.role}`) },
    ...(maySet
      ? [
          {
            key: 'act',
            label: t('duties.posts.act'),
            cell: (opens: PostOpens): Child => (
              <Form action="/duties/posts/remove" submission={submission}>
                <input type="hidden" name="post" value={opens.post} />
                <input type="hidden" name="role" value={opens.role} />
                <Button kind="plain">{t('duties.posts.remove')}</Button>
              </Form>
            ),
          },
        ]
      : []),
  ];
}

function PostForm({ t, state, submission }: DutiesProps) {
  return (
    <Form action="/duties/posts" submission={submission}>
      <FieldRow>
        <TextField name="post" label={t('duties.posts.post')} state={state} />
        <SelectField
          name="role"
          label={t('duties.posts.role')}
          choices={postRoles.map((role) => ({ value: role, label: t(`identity.role.${role}`) }))}
          state={state}
        />
      </FieldRow>
      <SubmitBar submit={t('duties.posts.add')} />
    </Form>
  );
}
