import type { Child } from 'hono/jsx';
import type { Vocabulary } from '../../../language/vocabulary.ts';
import { Page, type PageProps } from '../../../web/layout.tsx';
import { usePage } from '../../../web/page-context.ts';
import {
  DateField,
  NumberField,
  RadioField,
  SelectField,
  TextareaField,
  TextField,
} from '../../../web/ui/field.tsx';
import {
  Button,
  ErrorSummary,
  FieldRow,
  Fieldset,
  Form,
  type FormState,
  SubmitBar,
} from '../../../web/ui/form.tsx';
import { Notice } from '../../../web/ui/notice.tsx';
import { Card, Cards, Section } from '../../../web/ui/section.tsx';
import type { Translate } from '../../../web/words.ts';
import { EvidenceField } from '../evidence/field.tsx';
import type { ClaimField, ClaimForm } from '../rules.ts';
import { fileSize, type RecordWords } from '../show.ts';

type Frame = Omit<PageProps, 'title'>;

const crumbs = (t: Translate) => [{ href: '/records', label: t('records.growth-file') }];

/** The first question: what kind of record it is. Each kind asks only what it needs. */
export function ChooseTypePage(props: {
  page: Frame;
  t: Translate;
  words: RecordWords;
  vocabulary: Vocabulary;
  back: string | null;
}) {
  const { page, t, words, vocabulary, back } = props;
  const isFact = (type: string) => vocabulary.records[type]?.attribute !== undefined;
  const types = Object.keys(vocabulary.records).filter(
    (type) => vocabulary.records[type]?.enteredBy !== 'unit',
  );
  return (
    <Page {...page} title={t('records.choose')} lead={t('records.choose.lead')} breadcrumbs={crumbs(t)}>
      <Section title={t('records.growth-file')}>
        <ChooseType types={types.filter((type) => !isFact(type))} words={words} back={back} />
      </Section>
      {types.some(isFact) && (
        <Section title={t('records.facts')} lead={t('records.facts.claim')}>
          <ChooseType types={types.filter(isFact)} words={words} back={back} />
        </Section>
      )}
    </Page>
  );
}

/** One click each: what is chosen is an address. */
function ChooseType(props: { types: readonly string[]; words: RecordWords; back: string | null }) {
  const addressOf = (type: string) =>
    `/records/new?${new URLSearchParams({ type, ...(props.back === null ? {} : { back: props.back }) })}`;
  return (
    <Cards>
      {props.types.map((type) => (
        <Card title={props.words.type(type)} href={addressOf(type)} />
      ))}
    </Cards>
  );
}

export interface KeptFile {
  readonly id: string;
  readonly fileName: string;
  readonly size: number;
}

export interface ClaimPageProps {
  readonly page: Frame;
  readonly t: Translate;
  readonly words: RecordWords;
  readonly form: ClaimForm;
  readonly state: FormState;
  readonly submission: string;
  readonly today: string;
  /** The record being corrected; null for a new one. */
  readonly record: { readonly id: string; readonly revision: number; readonly confirmed: boolean } | null;
  /** Files with the record; of a new one, those uploaded with this form while it is being corrected. */
  readonly files: readonly KeptFile[];
  /** Of a record being corrected, the files uploaded with this form. */
  readonly waiting: readonly KeptFile[];
  readonly back: string | null;
}

/** The claim itself: exactly the fields of its type. */
export function ClaimPage(props: ClaimPageProps) {
  const { page, t, words, form, record, state } = props;
  const type = words.type(form.type);
  return (
    <Page
      {...page}
      title={record === null ? t('records.new', { type }) : t('records.change', { type })}
      breadcrumbs={crumbs(t)}
    >
      <ErrorSummary state={state} />
      {record?.confirmed && <ConfirmedNotice />}
      <ClaimFields {...props} />
    </Page>
  );
}

function ConfirmedNotice() {
  const { t } = usePage();
  return (
    <Notice kind="warning">
      <p>{t('records.change.confirmed')}</p>
    </Notice>
  );
}

function ClaimFields({
  words,
  form,
  state,
  submission,
  today,
  record,
  files,
  waiting,
  back,
}: ClaimPageProps) {
  const { t } = usePage();
  const optional = (asked: 'required' | 'optional' | 'never') => asked !== 'required';
  const scale = (steps: readonly string[], name: (step: string) => string) =>
    steps.map((step) => ({ value: step, label: name(step) }));
  return (
    <Form
      action={record === null ? '/records/new' : `/records/${record.id}/change`}
      submission={submission}
      files
      guard
    >
      <input type="hidden" name="type" value={form.type} />
      {record !== null && <input type="hidden" name="revision" value={String(record.revision)} />}
      {back !== null && <input type="hidden" name="back" value={back} />}
      {form.titleAsked === 'required' ? (
        <TextField
          name="title"
          label={t('records.title')}
          hint={t('records.title.hint')}
          state={state}
          width="full"
          maxlength={200}
        />
      ) : (
        <OwnFields form={form} words={words} state={state} />
      )}
      <FieldRow>
        <DayField form={form} state={state} max={today} />
        {form.levelAsked !== 'never' && (
          <SelectField
            name="level"
            label={t('records.level')}
            state={state}
            optional={optional(form.levelAsked)}
            choices={scale(form.levels, words.level)}
          />
        )}
        {form.gradeAsked !== 'never' && (
          <SelectField
            name="grade"
            label={t('records.grade')}
            state={state}
            optional={optional(form.gradeAsked)}
            choices={scale(form.grades, (grade) => words.grade(form.type, grade))}
          />
        )}
        {form.authorOrderAsked !== 'never' && (
          <NumberField
            name="authorOrder"
            label={t('records.authorOrder')}
            hint={t('records.authorOrder.hint')}
            state={state}
            min={1}
            optional={optional(form.authorOrderAsked)}
          />
        )}
      </FieldRow>
      {form.titleAsked === 'required' && <OwnFields form={form} words={words} state={state} />}
      {form.eventAsked !== 'never' && (
        <TextField
          name="event"
          label={t('records.event')}
          hint={t('records.event.hint')}
          state={state}
          width="full"
          optional={optional(form.eventAsked)}
        />
      )}
      {form.certificateAsked !== 'never' && (
        <TextField name="certificate" label={t('records.certificate')} state={state} optional />
      )}
      {form.evidenceAsked !== 'never' && (
        <Fieldset legend={t('records.evidence')} hint={t(`records.evidence.${form.evidenceAsked}`)}>
          <KeptFiles files={files} withdraw={record !== null} />
          <KeptFiles files={waiting} withdraw={false} />
          <EvidenceField state={state} />
        </Fieldset>
      )}
      <SubmitBar
        submit={t(record === null ? 'records.submit' : 'records.change.submit')}
        cancel={back ?? (record === null ? '/records' : `/records/${record.id}`)}
      >
        {record === null && (
          <Button kind="secondary" name="next" value="another">
            {t('records.submit.another')}
          </Button>
        )}
      </SubmitBar>
    </Form>
  );
}

function KeptFiles({ files, withdraw }: { files: readonly KeptFile[]; withdraw: boolean }): Child {
  const { t } = usePage();
  if (files.length === 0) return null;
  return (
    <ul class="choices">
      {files.map((file) => (
        <li>
          {withdraw ? (
            <label class="choice-row">
              <input type="checkbox" name="withdraw" value={file.id} />
              <span>
                {t('records.evidence.withdraw', { file: file.fileName, size: fileSize(file.size) })}
              </span>
            </label>
          ) : (
            <>
              <input type="hidden" name="kept" value={file.id} />
              {t('records.evidence.kept', { file: file.fileName, size: fileSize(file.size) })}
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

/** When it happened; of an attribute, since when it is so. */
export function DayField({ form, state, max }: { form: ClaimForm; state: FormState; max: string }) {
  const { t } = usePage();
  return form.titleAsked === 'required' ? (
    <DateField name="happenedOn" label={t('records.happenedOn')} state={state} max={max} />
  ) : (
    <DateField
      name="happenedOn"
      label={t('records.facts.since')}
      hint={t('records.facts.since.hint')}
      state={state}
      max={max}
    />
  );
}

export function OwnFields({ form, words, state }: { form: ClaimForm; words: RecordWords; state: FormState }) {
  return (
    <>
      {form.fields.map((field) => (
        <OwnField field={field} words={words} type={form.type} state={state} />
      ))}
    </>
  );
}

function OwnField(props: { field: ClaimField; words: RecordWords; type: string; state: FormState }) {
  const { t } = usePage();
  const { field, words, type, state } = props;
  const common = {
    name: `fields.${field.name}`,
    label: words.field(type, field.name),
    state,
    optional: !field.required,
  };
  switch (field.kind) {
    case 'text':
      return field.max !== null && field.max > 300 ? (
        <TextareaField {...common} maxlength={field.max} />
      ) : (
        <TextField {...common} width="full" {...(field.max === null ? {} : { maxlength: field.max })} />
      );
    case 'number':
      return <NumberField {...common} step="any" {...(field.max === null ? {} : { max: field.max })} />;
    case 'date':
      return <DateField {...common} />;
    case 'choice':
      return (
        <SelectField
          {...common}
          choices={field.options.map((option) => ({
            value: option,
            label: words.option(type, field.name, option),
          }))}
        />
      );
    case 'boolean':
      return (
        <RadioField
          {...common}
          inline
          choices={[
            { value: 'yes', label: t('records.yes') },
            { value: 'no', label: t('records.no') },
          ]}
        />
      );
  }
}
