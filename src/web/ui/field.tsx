/** One question each: label, hint, fault, and the value that was typed. */
import type { Child } from 'hono/jsx';
import { usePage } from '../page-context.ts';
import { FieldError, type FormState, fieldId } from './form.tsx';
import { classes } from './kinds.ts';

type Common = {
  /** Where a page has several forms with a field of this name. */
  id?: string;
  name: string;
  label: string;
  /** Gives the value and the fault by `name`; `value` and `error` say otherwise for this field. */
  state?: FormState | undefined;
  value?: string | null | undefined;
  error?: string | undefined;
  hint?: Child;
  /** Fields are needed unless they say they are optional. */
  optional?: boolean;
  /** Not marked as optional, and the browser does not insist: label or hint say when it is needed, the server when it is missing. */
  unmarked?: boolean;
  disabled?: boolean;
};

export type Choice = {
  readonly value: string;
  readonly label: string;
  readonly hint?: string;
  readonly disabled?: boolean;
};

const first = (value: string | readonly string[] | null | undefined): string =>
  (typeof value === 'object' ? value?.[0] : value) ?? '';

const keptValue = (props: Common): string => props.value ?? first(props.state?.values[props.name]);

function keptValues(name: string, state: FormState | undefined, given: readonly string[] | undefined) {
  if (given) return given;
  const kept = state?.values[name];
  return typeof kept === 'string' ? [kept] : (kept ?? []);
}

const errorOf = (props: { name: string; state?: FormState | undefined; error?: string | undefined }) =>
  props.error ?? props.state?.errors?.[props.name];

const describedBy = (id: string, hint: unknown, error: string | undefined) =>
  classes(hint ? `${id}-hint` : null, error && `${id}-error`) || undefined;

const Optional = ({ when }: { when: boolean | undefined }) => {
  const { t } = usePage();
  return when ? <span class="optional">{t('ui.form.optional')}</span> : null;
};

function Frame(props: Common & { count?: number | undefined; children?: Child }) {
  const id = props.id ?? fieldId(props.name);
  const error = errorOf(props);
  return (
    <div class={classes('field', error && 'field-wrong')}>
      <label for={id}>
        {props.label}
        <Optional when={props.optional} />
      </label>
      {props.hint && (
        <p class="hint" id={`${id}-hint`}>
          {props.hint}
        </p>
      )}
      {error && <FieldError id={`${id}-error`} message={error} />}
      {props.children}
    </div>
  );
}

/** What every control of a field says about itself. */
function control(props: Common) {
  const id = props.id ?? fieldId(props.name);
  const error = errorOf(props);
  return {
    id,
    name: props.name,
    required: props.optional !== true && props.unmarked !== true,
    disabled: props.disabled ?? false,
    'aria-describedby': describedBy(id, props.hint, error),
    'aria-invalid': error ? 'true' : undefined,
  };
}

type TextProps = Common & {
  type?: 'text' | 'password' | 'email' | 'tel' | 'search' | 'url';
  width?: 'short' | 'medium' | 'full';
  maxlength?: number;
  pattern?: string;
  autocomplete?: string;
  inputmode?: 'text' | 'numeric' | 'decimal' | 'tel' | 'email';
  placeholder?: string;
};

export const TextField = (props: TextProps) => (
  <Frame {...props}>
    <input
      {...control(props)}
      class={`input input-${props.width ?? 'medium'}`}
      type={props.type ?? 'text'}
      value={props.type === 'password' ? '' : keptValue(props)}
      maxlength={props.maxlength}
      pattern={props.pattern}
      autocomplete={props.autocomplete}
      inputmode={props.inputmode}
      placeholder={props.placeholder}
    />
  </Frame>
);

export const NumberField = (
  props: Common & { min?: number; max?: number; step?: number | 'any'; unit?: string },
) => (
  <Frame {...props}>
    <span class="with-unit">
      <input
        {...control(props)}
        class="input input-short"
        type="number"
        inputmode={props.step === undefined || props.step === 1 ? 'numeric' : 'decimal'}
        min={props.min}
        max={props.max}
        step={props.step}
        value={keptValue(props)}
      />
      {props.unit && <span>{props.unit}</span>}
    </span>
  </Frame>
);

/** A civil date, `YYYY-MM-DD`; with `time` a local date and time, `YYYY-MM-DDTHH:MM`. */
export const DateField = (props: Common & { min?: string; max?: string; time?: boolean }) => (
  <Frame {...props}>
    <input
      {...control(props)}
      class="input input-date"
      type={props.time ? 'datetime-local' : 'date'}
      min={props.min}
      max={props.max}
      value={keptValue(props)}
    />
  </Frame>
);

/**
 * `maxlength` keeps a browser from taking more. `most` lets more be typed or pasted, counts it and says so: the server
 * refuses it, and nothing is cut off unseen.
 */
export const TextareaField = (props: Common & { rows?: number; maxlength?: number; most?: number }) => {
  const { t } = usePage();
  const max = props.most ?? props.maxlength;
  const hint = props.hint ?? (max ? t('ui.form.charsAtMost', { max }) : null);
  const described = { ...props, hint };
  return (
    <Frame {...described}>
      <textarea {...control(described)} class="input" rows={props.rows ?? 4} maxlength={props.maxlength}>
        {keptValue(props)}
      </textarea>
      {props.most && <Counted of={control(described).id} text={keptValue(props)} max={props.most} />}
    </Frame>
  );
};

/** How much is written of how much fits; the island goes on counting. */
function Counted({ of, text, max }: { of: string; text: string; max: number }) {
  const { t } = usePage();
  const count = [...text].length;
  const over = t('ui.form.over', { max });
  return (
    <div class={classes('counted', count > max && 'counted-over')} data-counts={of} data-max={max}>
      <span data-count>{`${count} / ${max}`}</span>
      <span role="status" data-over={over}>
        {count > max ? over : ''}
      </span>
    </div>
  );
}

type SelectProps = Common & {
  choices: readonly Choice[];
  /** Words of the empty choice; null leaves it out. */
  empty?: string | null;
};

export const SelectField = (props: SelectProps) => {
  const { t } = usePage();
  const chosen = keptValue(props);
  return (
    <Frame {...props}>
      <select {...control(props)} class="input input-medium">
        {props.empty !== null && <option value="">{props.empty ?? t('ui.form.choose')}</option>}
        {props.choices.map((choice) => (
          <option value={choice.value} selected={choice.value === chosen} disabled={choice.disabled ?? false}>
            {choice.label}
          </option>
        ))}
      </select>
    </Frame>
  );
};

/** `accept` as browsers take it (`.pdf,.jpg`); `size` in words. */
export const FileField = (props: Common & { accept?: string; size?: string; multiple?: boolean }) => {
  const { t } = usePage();
  const hint =
    props.hint ??
    (props.accept && props.size ? t('ui.form.fileTypes', { types: props.accept, size: props.size }) : null);
  const described = { ...props, hint };
  return (
    <Frame {...described}>
      <input
        {...control(described)}
        class="input-file"
        type="file"
        accept={props.accept}
        multiple={props.multiple ?? false}
      />
    </Frame>
  );
};

type ChoicesProps = Omit<Common, 'value'> & {
  choices: readonly Choice[];
  inline?: boolean;
};

function Choices(props: ChoicesProps & { type: 'radio' | 'checkbox'; chosen: readonly string[] }) {
  const id = fieldId(props.name);
  const error = errorOf(props);
  return (
    <fieldset
      class={classes('field', error && 'field-wrong')}
      aria-describedby={describedBy(id, props.hint, error)}
    >
      <legend>
        {props.label}
        <Optional when={props.optional} />
      </legend>
      {props.hint && (
        <p class="hint" id={`${id}-hint`}>
          {props.hint}
        </p>
      )}
      {error && <FieldError id={`${id}-error`} message={error} />}
      <div class={classes('choices', props.inline && 'choices-inline')}>
        {props.choices.map((choice, index) => (
          <label class="choice-row">
            <input
              // The first carries the field's id: the error summary leads to it.
              id={index === 0 ? id : undefined}
              type={props.type}
              name={props.name}
              value={choice.value}
              checked={props.chosen.includes(choice.value)}
              required={props.type === 'radio' && props.optional !== true}
              disabled={choice.disabled ?? props.disabled ?? false}
            />
            <span>
              {choice.label}
              {choice.hint && <span class="hint">{choice.hint}</span>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

export const RadioField = (props: ChoicesProps & { value?: string | null | undefined }) => (
  <Choices {...props} type="radio" chosen={[keptValue(props)]} />
);

export const CheckboxField = ({ values, ...props }: ChoicesProps & { values?: readonly string[] }) => (
  <Choices {...props} type="checkbox" chosen={keptValues(props.name, props.state, values)} />
);

/** One box to tick: a promise, a consent, a switch. `value` is what is sent when ticked. */
export function TickField(props: Omit<Common, 'value'> & { value?: string; checked?: boolean }) {
  const id = fieldId(props.name);
  const error = errorOf(props);
  const value = props.value ?? '1';
  const checked = props.checked ?? keptValues(props.name, props.state, undefined).includes(value);
  return (
    <div class={classes('field', error && 'field-wrong')}>
      {error && <FieldError id={`${id}-error`} message={error} />}
      <label class="choice-row">
        <input {...control(props)} type="checkbox" value={value} checked={checked} />
        <span>
          {props.label}
          {props.hint && (
            <span class="hint" id={`${id}-hint`}>
              {props.hint}
            </span>
          )}
        </span>
      </label>
    </div>
  );
}
