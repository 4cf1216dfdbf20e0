import { usePage } from '../page-context.ts';

/**
 * An amount against its whole: places used of a quota, teachers reported of all. More than the whole is
 * drawn full, in the warning colour, and the figures say by how much.
 */
export function Bar(props: { label: string; value: number; max: number; hideLabel?: boolean }) {
  const { t } = usePage();
  const { value, max } = props;
  const share = max > 0 ? Math.min(1, value / max) : 0;
  return (
    <div class={value > max ? 'bar bar-over' : 'bar'}>
      <span class={props.hideLabel ? 'sr' : 'bar-label'}>{props.label}</span>
      <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        <rect class="bar-ground" width="100" height="8" />
        <rect class="bar-fill" width={Math.round(share * 1000) / 10} height="8" />
      </svg>
      <span class="bar-text">{t('ui.bar.of', { value, max })}</span>
    </div>
  );
}

export type BarChartItem = { readonly label: string; readonly value: number; readonly text?: string };

/** Amounts side by side, as a list that reads without the drawing. */
export function BarChart({ items, caption }: { items: readonly BarChartItem[]; caption: string }) {
  const most = Math.max(1, ...items.map((item) => item.value));
  return (
    <figure class="chart">
      <figcaption>{caption}</figcaption>
      <ul>
        {items.map((item) => (
          <li class="bar">
            <span class="bar-label">{item.label}</span>
            <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false">
              <rect class="bar-ground" width="100" height="8" />
              <rect class="bar-fill" width={Math.round((item.value / most) * 1000) / 10} height="8" />
            </svg>
            <span class="bar-text">{item.text ?? item.value}</span>
          </li>
        ))}
      </ul>
    </figure>
  );
}
