/**
 * Forms that work without a script: they carry the session's token and the submission's own id, keep what was
 * typed, and say at the top and at the field what is wrong.
 */
import type { Child } from 'hono/jsx';
import { usePage } from '../page-context.ts';
import { csrfField, submissionField } from '../viewer.ts';
import { Icon } from './icon.tsx';
import { classes } from './kinds.ts';

/** What a form shows: the values as they were sent or stored, and a message for each faulty field, in order. */
export type FormState = {
  readonly values: Readonly<Record<string, string | readonly string[] | null | undefined>>;
  /** Messages by field name, already in the person's language; '' is the form as a whole. */
  readonly errors?: Readonly<Record<string, string>>;
};

export const fieldId = (name: string): string => `f-${name}`;

type FormProps = {
  action: string;
  method?: 'post' | 'get';
  /** UUID made with the page: sending the form twice is one act. */
  submission?: string;
  /** Has a file field. */
  files?: boolean;
  /** Address that keeps a draft of this form as the person types (POST with `X-Autosave: 1`). */
  autosave?: string;
  /** When the stored draft was last saved: a copy on the device older than this is dropped. */
  savedAt?: Date;
  /** Ask before leaving with changes unsaved. */
  guard?: boolean;
  id?: string;
  class?: string;
  children?: Child;
};

export function Form(props: FormProps) {
  const { csrf, personId } = usePage();
  const method = props.method ?? 'post';
  const autosave = props.autosave && {
    'data-autosave': props.autosave,
    'data-autosave-key': `${personId ?? ''} ${props.autosave}`,
    'data-saved-at': props.savedAt?.toISOString(),
  };
  return (
    <form
      id={props.id}
      class={classes('form', props.class)}
      method={method}
      action={props.action}
      enctype={props.files ? 'multipart/form-data' : undefined}
      data-guard={props.guard ? '' : undefined}
      {...autosave}
    >
      {method === 'post' && <input type="hidden" name={csrfField} value={csrf} />}
      {props.submission && <input type="hidden" name={submissionField} value={props.submission} />}
      {props.children}
    </form>
  );
}

/** Every fault of the form with a link to its field; stands first on the page and takes the focus. */
export function ErrorSummary({ state }: { state: FormState }) {
  const { t } = usePage();
  const errors = Object.entries(state.errors ?? {});
  if (errors.length === 0) return null;
  return (
    <div class="error-summary" role="alert" tabindex={-1} data-focus>
      <h2>{t('ui.form.errorsTitle', { count: errors.length })}</h2>
      <ul>
        {errors.map(([field, message]) => (
          <li>{field === '' ? message : <a href={`#${fieldId(field)}`}>{message}</a>}</li>
        ))}
      </ul>
    </div>
  );
}

/** Fields side by side where they read as one line. */
export const FieldRow = ({ children }: { children?: Child }) => <div class="field-row">{children}</div>;

/** A group of fields under one question. */
export const Fieldset = (props: { legend: string; hint?: string; children?: Child }) => (
  <fieldset class="fieldset">
    <legend>{props.legend}</legend>
    {props.hint && <p class="hint">{props.hint}</p>}
    {props.children}
  </fieldset>
);

export function Button(props: {
  children?: Child;
  kind?: 'primary' | 'secondary' | 'plain' | 'danger';
  type?: 'submit' | 'button' | 'reset';
  name?: string;
  value?: string;
  form?: string;
  formaction?: string;
  /** For saving a draft: what is missing may stay missing. */
  novalidate?: boolean;
  disabled?: boolean;
}) {
  return (
    <button
      class={classes('button', `button-${props.kind ?? 'primary'}`)}
      type={props.type ?? 'submit'}
      name={props.name}
      value={props.value}
      form={props.form}
      formaction={props.formaction}
      formnovalidate={props.novalidate ?? false}
      disabled={props.disabled ?? false}
    >
      {props.children}
    </button>
  );
}

export const ButtonLink = (props: {
  href: string;
  kind?: 'primary' | 'secondary' | 'plain' | 'danger';
  download?: boolean;
  children?: Child;
}) => (
  <a
    class={classes('button', `button-${props.kind ?? 'secondary'}`)}
    href={props.href}
    download={props.download ?? false}
  >
    {props.children}
  </a>
);

/** The end of a form: what sends it, what else can be done, and the way out. */
export function SubmitBar(props: { submit: string; danger?: boolean; cancel?: string; children?: Child }) {
  const { t } = usePage();
  return (
    <div class="submit-bar">
      <Button kind={props.danger ? 'danger' : 'primary'}>{props.submit}</Button>
      {props.children}
      {props.cancel && <a href={props.cancel}>{t('ui.form.cancel')}</a>}
    </div>
  );
}

/** Says when the draft was last kept. The island changes the words; the server wrote the first ones. */
export function AutosaveStatus({ savedAt }: { savedAt?: string }) {
  const { t } = usePage();
  return (
    <p
      class="autosave"
      role="status"
      data-autosave-status
      data-saving={t('ui.autosave.saving')}
      data-saved={t('ui.autosave.saved')}
      data-long={t('ui.autosave.long')}
      data-offline={t('ui.autosave.offline')}
      data-refused={t('ui.autosave.refused')}
      data-restored={t('ui.autosave.restored')}
    >
      {savedAt ? t('ui.autosave.savedAt', { time: savedAt }) : t('ui.autosave.idle')}
    </p>
  );
}

/** A value people carry elsewhere, with a button to copy it where the browser can. */
export function CopyText({ text }: { text: string }) {
  const { t } = usePage();
  return (
    <span class="copy">
      <code>{text}</code>
      <button
        class="button button-plain button-small"
        type="button"
        hidden
        data-copy={text}
        data-copied={t('ui.copied')}
      >
        {t('ui.copy')}
      </button>
    </span>
  );
}

export const FieldError = ({ id, message }: { id: string; message: string }) => {
  const { t } = usePage();
  return (
    <p class="field-error" id={id}>
      <Icon name="error" />
      <span class="sr">{t('ui.form.errorPrefix')}</span>
      {message}
    </p>
  );
};
