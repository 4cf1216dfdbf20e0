import { ButtonLink, Form, SubmitBar } from '../../../../web/ui/form.tsx';
import { Notice } from '../../../../web/ui/notice.tsx';
import { Section } from '../../../../web/ui/section.tsx';
import { SummaryList, type SummaryRow } from '../../../../web/ui/summary-list.tsx';
import { inLocale, words } from '../../../../web/words.ts';
import type { Frame } from '../../frame.ts';
import { type ApplicationFrame, ApplicationPage, Obstacles, type ShownObstacle } from '../frame.tsx';
import type { AttachmentRow } from '../queries.ts';
import type { Declaration } from '../rules.ts';

export const textRows = (
  declaration: Declaration,
  fields: Readonly<Record<string, string>>,
  locale: Frame['locale'],
): SummaryRow[] =>
  declaration.written.map((field) => ({
    label: inLocale(field.names, locale),
    value: <p class="pre-line">{fields[field.id] ?? ''}</p>,
  }));

export interface ListedRecords {
  readonly label: string;
  readonly records: readonly string[];
}

export function CheckPage(
  props: ApplicationFrame & {
    profile: readonly SummaryRow[];
    listed: readonly ListedRecords[];
    declaration: Declaration;
    fields: Readonly<Record<string, string>>;
    attachments: readonly AttachmentRow[];
    obstacles: readonly ShownObstacle[];
    body: string;
    submission: string;
  },
) {
  const { frame, id, obstacles } = props;
  const t = words(frame.locale);
  return (
    <ApplicationPage
      {...props}
      deep
      title={t('applications.check')}
      lead={t('applications.check.lead', { body: props.body })}
    >
      <Obstacles obstacles={obstacles} />
      <Answers {...props} change />
      <p>{t('applications.check.promise')}</p>
      <Form action={`/applications/${id}/submit`} submission={props.submission}>
        <SubmitBar submit={t('applications.check.submit')} cancel={`/applications/${id}`} />
      </Form>
    </ApplicationPage>
  );
}

/** The whole application as the bodies read it. */
export function Answers(props: {
  frame: Frame;
  id: string;
  profile: readonly SummaryRow[];
  listed: readonly ListedRecords[];
  declaration: Declaration;
  fields: Readonly<Record<string, string>>;
  attachments: readonly AttachmentRow[];
  change?: boolean;
}) {
  const { frame, id, declaration, attachments } = props;
  const t = words(frame.locale);
  const change = props.change ? `/applications/${id}/statement` : undefined;
  return (
    <>
      <Section title={t('applications.profile')}>
        <SummaryList rows={props.profile} />
      </Section>
      <Section title={t('applications.check.records')}>
        {props.listed.length === 0 ? (
          <p class="quiet">{t('applications.check.records.none')}</p>
        ) : (
          <SummaryList
            rows={props.listed.map(({ label, records }) => ({
              label,
              value:
                records.length === 0 ? (
                  t('applications.check.records.none')
                ) : (
                  <ul>
                    {records.map((record) => (
                      <li>{record}</li>
                    ))}
                  </ul>
                ),
            }))}
          />
        )}
      </Section>
      <Section title={t('applications.statement')}>
        <SummaryList
          rows={textRows(declaration, props.fields, frame.locale).map((row) => ({
            ...row,
            ...(change === undefined ? {} : { change }),
          }))}
        />
      </Section>
      {declaration.attachments.length > 0 && (
        <Section title={t('applications.attachments')}>
          <SummaryList
            rows={declaration.attachments.map((item) => ({
              label: inLocale(item.names, frame.locale),
              value: attachments.some((file) => file.item === item.id) ? (
                <ul>
                  {attachments
                    .filter((file) => file.item === item.id)
                    .map((file) => (
                      <li>
                        <a href={`/applications/${id}/attachments/${file.id}`}>{file.fileName}</a>
                      </li>
                    ))}
                </ul>
              ) : props.change ? (
                t('applications.task.attachments.hint')
              ) : item.required === true ? (
                // It could not have been submitted without a file unless confirmed records prove it.
                t('applications.attachments.proved')
              ) : (
                t('applications.attachments.none')
              ),
              ...(props.change ? { change: `/applications/${id}/attachments` } : {}),
            }))}
          />
        </Section>
      )}
    </>
  );
}

export function ReceiptPage(props: ApplicationFrame & { rows: readonly SummaryRow[] }) {
  const t = words(props.frame.locale);
  return (
    <ApplicationPage {...props} deep title={t('applications.receipt')}>
      <Notice kind="success" live title={t('applications.receipt.lead')}>
        <p>{t('applications.receipt.print')}</p>
      </Notice>
      <SummaryList rows={props.rows} />
      <p class="actions">
        <ButtonLink href={`/applications/${props.id}`}>{t('applications.apply.see')}</ButtonLink>
      </p>
    </ApplicationPage>
  );
}
