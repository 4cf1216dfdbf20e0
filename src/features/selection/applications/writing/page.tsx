import { FileField, SelectField, TextareaField } from '../../../../web/ui/field.tsx';
import {
  AutosaveStatus,
  Button,
  ErrorSummary,
  Form,
  type FormState,
  SubmitBar,
} from '../../../../web/ui/form.tsx';
import { Notice } from '../../../../web/ui/notice.tsx';
import { Details, Section } from '../../../../web/ui/section.tsx';
import { SummaryList } from '../../../../web/ui/summary-list.tsx';
import { StatusTag } from '../../../../web/ui/tag.tsx';
import { formatInstant, inLocale, words } from '../../../../web/words.ts';
import { type ApplicationFrame, ApplicationPage } from '../frame.tsx';
import type { AttachmentRow } from '../queries.ts';
import { type ApplicationForm, type Declaration, FIELD_MAX, type FormField } from '../rules.ts';
import { textRows } from '../submitting/page.tsx';

const fieldName = (field: FormField): string => `field.${field.id}`;

export function StatementPage(
  props: ApplicationFrame & {
    declaration: Declaration;
    form: ApplicationForm;
    state: FormState;
    revision: number;
    submission: string;
    savedAt: Date;
    timeZone: string;
  },
) {
  const { frame, id, declaration, form, timeZone } = props;
  const t = words(frame.locale);
  return (
    <ApplicationPage {...props} deep title={t('applications.statement')}>
      <ErrorSummary state={props.state} />
      <Form
        action={`/applications/${id}/statement`}
        submission={props.submission}
        autosave={`/applications/${id}/statement`}
        savedAt={props.savedAt}
      >
        <input type="hidden" name="revision" value={props.revision} />
        {declaration.written.map((field) => (
          <TextareaField
            name={fieldName(field)}
            label={inLocale(field.names, frame.locale)}
            state={props.state}
            rows={10}
            most={field.max ?? FIELD_MAX}
            optional={field.required !== true}
          />
        ))}
        <AutosaveStatus savedAt={formatInstant(props.savedAt, frame.locale, timeZone)} />
        <SubmitBar submit={t('applications.statement.save')} cancel={`/applications/${id}`} />
      </Form>
      {form.aside.length > 0 && (
        <Details summary={t('applications.aside', { count: form.aside.length })}>
          {form.aside.map((aside) => (
            <>
              <p class="quiet">
                {t('applications.aside.at', {
                  at: formatInstant(new Date(aside.at), frame.locale, timeZone),
                })}
              </p>
              <SummaryList rows={textRows(declaration, aside.fields, frame.locale)} />
            </>
          ))}
        </Details>
      )}
    </ApplicationPage>
  );
}

/** Both texts, and one form to bring them together. */
export function ConflictPage(
  props: ApplicationFrame & {
    declaration: Declaration;
    kept: Readonly<Record<string, string>>;
    mine: Readonly<Record<string, string>>;
    revision: number;
    submission: string;
  },
) {
  const { frame, id, declaration, kept, mine } = props;
  const t = words(frame.locale);
  return (
    <ApplicationPage {...props} deep title={t('applications.conflict')}>
      <Notice kind="warning" live title={t('applications.conflict')}>
        <p>{t('applications.conflict.lead')}</p>
      </Notice>
      <Form action={`/applications/${id}/statement`} submission={props.submission}>
        <input type="hidden" name="revision" value={props.revision} />
        {declaration.written.map((field) => (
          <>
            <Section
              title={t('ui.pair', {
                label: inLocale(field.names, frame.locale),
                value: t('applications.conflict.kept'),
              })}
            >
              <p class="pre-line">{kept[field.id] ?? ''}</p>
            </Section>
            <TextareaField
              name={fieldName(field)}
              label={t('ui.pair', {
                label: inLocale(field.names, frame.locale),
                value: t('applications.conflict.mine'),
              })}
              value={mine[field.id] ?? ''}
              rows={10}
              most={field.max ?? FIELD_MAX}
              unmarked
            />
          </>
        ))}
        <SubmitBar submit={t('applications.conflict.save')} cancel={`/applications/${id}`} />
      </Form>
    </ApplicationPage>
  );
}

export function AttachmentsPage(
  props: ApplicationFrame & {
    declaration: Declaration;
    attachments: readonly AttachmentRow[];
    proved: ReadonlySet<string>;
    accept: string;
    errors: Readonly<Record<string, string>>;
    /** The paper chosen before the upload was refused. */
    item: string | null;
    submission: string;
    sizeOf: (bytes: number) => string;
    writable: boolean;
  },
) {
  const { frame, id, declaration, attachments } = props;
  const t = words(frame.locale);
  return (
    <ApplicationPage
      {...props}
      deep
      title={t('applications.attachments')}
      lead={t('applications.task.attachments.hint')}
    >
      <ErrorSummary state={{ values: {}, errors: props.errors }} />
      {declaration.attachments.length === 0 && <p>{t('applications.attachments.nothing')}</p>}
      {declaration.attachments.map((item) => {
        const files = attachments.filter((file) => file.item === item.id);
        return (
          <Section
            title={inLocale(item.names, frame.locale)}
            id={`f-${item.id}`}
            actions={
              props.proved.has(item.id) ? (
                <StatusTag tone="success" text={t('applications.attachments.proved')} />
              ) : item.required ? (
                <StatusTag
                  tone={files.length > 0 ? 'success' : 'warning'}
                  text={t(files.length > 0 ? 'applications.task.ok' : 'applications.attachments.required')}
                />
              ) : null
            }
          >
            {files.length === 0 ? (
              <p class="quiet">{t('applications.attachments.none')}</p>
            ) : (
              <ul>
                {files.map((file) => (
                  <li>
                    <a href={`/applications/${id}/attachments/${file.id}`}>{file.fileName}</a>{' '}
                    <span class="quiet">{props.sizeOf(file.size)}</span>
                    {props.writable && (
                      <Form action={`/applications/${id}/attachments/${file.id}/withdraw`}>
                        <Button kind="plain">
                          {t('applications.attachments.remove', { file: file.fileName })}
                        </Button>
                      </Form>
                    )}
                  </li>
                ))}
              </ul>
            )}
          </Section>
        );
      })}
      {props.writable && declaration.attachments.length > 0 && (
        <Form action={`/applications/${id}/attachments`} submission={props.submission} files>
          <SelectField
            name="item"
            label={t('applications.attachments.item')}
            value={props.item}
            choices={declaration.attachments.map((item) => ({
              value: item.id,
              label: inLocale(item.names, frame.locale),
            }))}
          />
          <FileField
            name="evidence"
            label={t('applications.attachments.add')}
            accept={props.accept}
            hint={t('records.evidence.hint')}
            error={props.errors.evidence}
            multiple
          />
          <Button>{t('applications.attachments.upload')}</Button>
        </Form>
      )}
    </ApplicationPage>
  );
}
