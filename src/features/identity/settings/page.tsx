import { Page } from '../../../web/layout.tsx';
import { CheckboxField, NumberField } from '../../../web/ui/field.tsx';
import {
  ButtonLink,
  ErrorSummary,
  Fieldset,
  Form,
  type FormState,
  SubmitBar,
} from '../../../web/ui/form.tsx';
import { PlainList, Section } from '../../../web/ui/section.tsx';
import { type Column, DataTable } from '../../../web/ui/table.tsx';
import { formatInstant, type Locale, type Translate } from '../../../web/words.ts';
import type { CommonPage } from '../page.tsx';
import type { TriesFrom } from '../wrong-tries/queries.ts';
import { BOUNDS, type Bounded, WHO_MUST_SHOW } from './rules.ts';

export const settingsPath = '/settings/sign-in';

const GROUPS: readonly {
  readonly name: 'sessions' | 'limits' | 'codes';
  readonly fields: readonly Bounded[];
}[] = [
  { name: 'sessions', fields: ['sessionHours', 'idleMinutes'] },
  { name: 'limits', fields: ['tries', 'addressTries', 'accountTries', 'closedMinutes'] },
  { name: 'codes', fields: ['codeDays'] },
];

/** How people sign in here. */
export function SettingsPage(props: {
  page: CommonPage;
  t: Translate;
  state: FormState;
  locale: Locale;
  providers: readonly { readonly id: string; readonly name: string; readonly enabled: boolean }[];
  wrong: readonly TriesFrom[];
  wrongDays: number;
}) {
  const { t, state } = props;
  return (
    <Page {...props.page} title={t('identity.settings.title')} lead={t('identity.settings.lead')}>
      <ErrorSummary state={state} />
      <Form action={settingsPath}>
        <input type="hidden" name="revision" value={String(state.values.revision ?? '')} />
        {GROUPS.map(({ name, fields }) => (
          <Fieldset legend={t(`identity.settings.group.${name}`)}>
            {fields.map((field) => (
              <NumberField
                name={field}
                label={t(`identity.settings.of.${field}`)}
                hint={t(`identity.settings.hint.${field}`)}
                min={BOUNDS[field][0]}
                max={BOUNDS[field][1]}
                state={state}
              />
            ))}
          </Fieldset>
        ))}
        <CheckboxField
          name="secondFactorRoles"
          label={t('identity.settings.second-factor')}
          hint={t('identity.settings.second-factor.hint')}
          optional
          choices={WHO_MUST_SHOW.map((one) => ({
            value: one,
            label: t(one === 'everybody' ? 'identity.settings.everybody' : `identity.role.${one}`),
          }))}
          state={state}
        />
        <SubmitBar submit={t('identity.settings.save')} />
      </Form>
      <Section
        title={t('identity.providers.title')}
        lead={t('identity.providers.lead')}
        actions={
          <ButtonLink href={`${settingsPath}/providers/new`}>{t('identity.providers.new')}</ButtonLink>
        }
      >
        {props.providers.length === 0 && <p class="quiet">{t('identity.providers.none')}</p>}
        <PlainList>
          {props.providers.map(({ id, name, enabled }) => (
            <li>
              <a href={`${settingsPath}/providers/${id}`}>{name}</a>{' '}
              {!enabled && <span class="quiet">{t('identity.providers.off')}</span>}
            </li>
          ))}
        </PlainList>
      </Section>
      <Section
        title={t('identity.settings.wrong', { days: props.wrongDays })}
        id="wrong-tries"
        lead={t('identity.settings.wrong.lead')}
      >
        {props.wrong.length === 0 ? (
          <p class="quiet">{t('identity.settings.wrong.none')}</p>
        ) : (
          <DataTable
            caption={t('identity.settings.wrong', { days: props.wrongDays })}
            captionHidden
            path={settingsPath}
            columns={wrongColumns(t, props.locale)}
            rows={props.wrong}
          />
        )}
      </Section>
    </Page>
  );
}

const wrongColumns = (t: Translate, locale: Locale): Column<TriesFrom>[] => [
  {
    key: 'place',
    label: t('identity.account.place'),
    rowHeader: true,
    cell: ({ place }) => place ?? t('identity.account.place.unknown'),
  },
  { key: 'times', label: t('identity.account.wrong.times'), numeric: true, cell: ({ times }) => times },
  {
    key: 'accounts',
    label: t('identity.settings.wrong.accounts'),
    numeric: true,
    cell: ({ accounts }) => accounts,
  },
  { key: 'nobody', label: t('identity.settings.wrong.nobody'), numeric: true, cell: ({ nobody }) => nobody },
  {
    key: 'last',
    label: t('identity.account.wrong.last'),
    wrap: 'never',
    cell: ({ lastAt }) => formatInstant(lastAt, locale),
  },
];
