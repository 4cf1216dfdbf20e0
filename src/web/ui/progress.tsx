import { usePage } from '../page-context.ts';

export type Step = {
  readonly label: string;
  readonly state: 'done' | 'current' | 'todo';
  /** A date or a count below the label. */
  readonly detail?: string;
  readonly href?: string;
};

/** The stages of a thing that passes through several, and where it is now. */
export function Steps({ steps, label }: { steps: readonly Step[]; label?: string }) {
  const { t } = usePage();
  return (
    <ol class="steps" aria-label={label ?? t('ui.steps')}>
      {steps.map((step) => (
        <li class={`step step-${step.state}`} aria-current={step.state === 'current' ? 'step' : undefined}>
          <span class="step-label">{step.href ? <a href={step.href}>{step.label}</a> : step.label}</span>
          <span class="sr">{t(`ui.steps.${step.state}`)}</span>
          {step.detail && <span class="step-detail">{step.detail}</span>}
        </li>
      ))}
    </ol>
  );
}

/** How much of a long work is done, in words and as a line. `value` of `max`. */
export const Progress = (props: { label: string; value: number; max: number; text?: string }) => (
  <div class="progress">
    <span>{props.label}</span>
    <progress value={props.value} max={props.max} aria-label={props.label} />
    <span>{props.text ?? `${percentOf(props.value, props.max)}%`}</span>
  </div>
);

const percentOf = (value: number, max: number) => (max > 0 ? Math.round((100 * value) / max) : 0);
