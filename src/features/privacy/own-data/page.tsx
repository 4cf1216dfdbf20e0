import { Page, type PageProps } from '../../../web/layout.tsx';
import { SelectField, TextareaField, TextField } from '../../../web/ui/field.tsx';
import { Button, ErrorSummary, FieldRow, Form, SubmitBar } from '../../../web/ui/form.tsx';
import { Progress } from '../../../web/ui/progress.tsx';
import { PlainList, Section } from '../../../web/ui/section.tsx';
import { DataTable } from '../../../web/ui/table.tsx';
import { StatusTag } from '../../../web/ui/tag.tsx';
import { ownDataPath, privacyPath } from '../../../web/viewer.ts';
import { formatInstant, formatNumber } from '../../../web/words.ts';
import { type ConsentProps, Consents } from '../consent/page.tsx';
import type { Correction } from '../corrections/queries.ts';
import { CORRECTABLE } from '../corrections/rules.ts';
import { CorrectionTag, type SayValue } from '../corrections/show.tsx';
import type { Copy } from './queries.ts';
import { OWN_KINDS, type OwnKind, WHERE } from './rules.ts';

export interface OwnDataPageProps extends ConsentProps {
  readonly page: Omit<PageProps, 'title'>;
  readonly timeZone: string;
  readonly personId: string;
  readonly counts: ReadonlyMap<OwnKind, number>;
  /** Null where no identity numbers are kept. */
  readonly idNumber: { readonly masked: string | null } | null;
  readonly copies: readonly Copy[];
  /** For how many days a copy is there. */
  readonly copyDays: number;
  readonly corrections: readonly Correction[];
  readonly say: SayValue;
}

/** What is held of the person who looks, to see, to take along and to have put right. */
export function OwnDataPage(props: OwnDataPageProps) {
  const { page, t, timeZone } = props;
  const at = (instant: Date) => formatInstant(instant, page.locale, timeZone);
  return (
    <Page {...page} title={t('privacy.own.title')} lead={t('privacy.own.lead')}>
      <ErrorSummary state={props.state} />
      <Section title={t('privacy.own.held')} id="held">
        <DataTable
          caption={t('privacy.own.held')}
          captionHidden
          path={page.path}
          rows={OWN_KINDS.filter((kind) => (props.counts.get(kind) ?? 0) > 0)}
          columns={[
            {
              key: 'kind',
              label: t('privacy.own.kind'),
              rowHeader: true,
              cell: (kind) => {
                const where = WHERE[kind]?.replace('/people/me', `/people/${props.personId}`);
                const label = t(`privacy.own.kind.${kind}`);
                return where === undefined ? label : <a href={where}>{label}</a>;
              },
            },
            {
              key: 'count',
              label: t('privacy.own.count'),
              numeric: true,
              cell: (kind) => formatNumber(props.counts.get(kind) ?? 0, page.locale),
            },
          ]}
        />
        {props.idNumber !== null && (
          <p>
            <a href={`/people/${props.personId}/id-number`}>{t('organisation.id-number')}</a>{' '}
            {props.idNumber.masked ?? t('organisation.id-number.none')}
          </p>
        )}
        <p>
          <a href={`/people/${props.personId}/readers`}>{t('audit.reads.mine')}</a> ·{' '}
          <a href={`/people/${props.personId}/timeline`}>{t('audit.timeline.all')}</a> ·{' '}
          <a href={privacyPath}>{t('privacy.title')}</a>
        </p>
      </Section>
      <Section
        title={t('privacy.own.copy')}
        id="copy"
        lead={t('privacy.own.copy.lead', { days: props.copyDays })}
      >
        <Form action={`${ownDataPath}/copies`} submission={props.submission}>
          <SubmitBar submit={t('privacy.own.copy.make')} />
        </Form>
        <PlainList>
          {props.copies.map((copy) => (
            <li class="card">
              {copy.state === 'done' ? (
                <>
                  <a href={`${ownDataPath}/copies/${copy.id}`} download>
                    {t('privacy.own.copy.download')}
                  </a>{' '}
                  <span class="quiet">
                    {t('privacy.own.copy.of', {
                      at: at(copy.askedAt),
                      size: formatNumber(Math.ceil((copy.size ?? 0) / 1024), page.locale),
                    })}
                  </span>
                </>
              ) : copy.state === 'making' ? (
                <>
                  <Progress
                    label={t('privacy.own.copy.making')}
                    value={Math.round(copy.progress * 100)}
                    max={100}
                  />
                  <a href={`${ownDataPath}#copy`}>{t('privacy.own.copy.refresh')}</a>
                </>
              ) : (
                <StatusTag tone="danger" text={t('privacy.own.copy.failed')} />
              )}
            </li>
          ))}
        </PlainList>
      </Section>
      <Contact {...props} />
      <Corrections {...props} at={at} />
      <Consents {...props} at={at} />
    </Page>
  );
}

/** What somebody may say of themselves without asking: nothing is judged by it. */
const Contact = ({ t, state, submission }: OwnDataPageProps) => (
  <Section title={t('privacy.own.contact')} id="contact" lead={t('privacy.own.contact.lead')}>
    <Form action={`${ownDataPath}/contact`} submission={submission}>
      <input type="hidden" name="revision" value={String(state.values.revision ?? '')} />
      <FieldRow>
        <TextField
          name="phone"
          label={t('organisation.person.phone')}
          maxlength={20}
          type="tel"
          optional
          state={state}
        />
        <TextField
          name="email"
          label={t('organisation.person.email')}
          maxlength={100}
          type="email"
          optional
          state={state}
        />
      </FieldRow>
      <SubmitBar submit={t('organisation.save')} />
    </Form>
  </Section>
);

function Corrections(props: OwnDataPageProps & { at: (instant: Date) => string }) {
  const { t, state, say } = props;
  return (
    <Section title={t('privacy.correction.title')} id="corrections" lead={t('privacy.correction.lead')}>
      <PlainList>
        {props.corrections.map((one) => (
          <li class="card">
            <p>
              <strong>{t(`privacy.correction.field.${one.field}`)}</strong>{' '}
              <CorrectionTag t={t} state={one.state} /> <span class="quiet">{props.at(one.askedAt)}</span>
            </p>
            <p>
              {t('privacy.correction.change', {
                was: say(one.field, one.was) || t('organisation.unknown'),
                wanted: say(one.field, one.wanted),
              })}
            </p>
            <p class="quiet">{one.because}</p>
            {one.decidedAt !== null && (
              <p>
                {t('privacy.correction.decided', {
                  who: one.decidedByName ?? '',
                  at: props.at(one.decidedAt),
                })}
                {one.answer !== null && ` ${one.answer}`}
              </p>
            )}
            {one.state === 'open' && (
              <Form action={`${ownDataPath}/corrections/${one.id}/withdraw`} submission={props.submission}>
                <Button kind="plain">{t('privacy.correction.withdraw')}</Button>
              </Form>
            )}
          </li>
        ))}
      </PlainList>
      <Form action={`${ownDataPath}/corrections`} submission={props.submission}>
        <SelectField
          name="field"
          label={t('privacy.correction.field')}
          choices={CORRECTABLE.map((field) => ({
            value: field,
            label: t(`privacy.correction.field.${field}`),
          }))}
          state={state}
        />
        <TextField
          name="wanted"
          label={t('privacy.correction.wanted')}
          hint={t('privacy.correction.wanted.hint')}
          maxlength={300}
          state={state}
        />
        <TextareaField
          name="because"
          label={t('privacy.correction.because')}
          hint={t('privacy.correction.because.hint')}
          rows={2}
          maxlength={500}
          state={state}
        />
        <SubmitBar submit={t('privacy.correction.ask')} />
      </Form>
    </Section>
  );
}
