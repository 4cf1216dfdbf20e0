import type { Child } from 'hono/jsx';
import { usePage } from '../page-context.ts';
import type { Tone } from './kinds.ts';

export type TimelineItem = {
  /** As people read it; `datetime` as machines do. */
  readonly when: string;
  readonly datetime?: string;
  readonly title: Child;
  readonly by?: string;
  readonly detail?: Child;
  readonly tone?: Tone;
};

/** What happened, when and by whom, latest first or last as the page decides. */
export function Timeline({ items }: { items: readonly TimelineItem[] }) {
  const { t } = usePage();
  if (items.length === 0) return <p class="quiet">{t('ui.timeline.empty')}</p>;
  return (
    <ol class="timeline">
      {items.map((item) => (
        <li class={`timeline-${item.tone ?? 'neutral'}`}>
          <p class="timeline-when">
            <time datetime={item.datetime}>{item.when}</time>
            {item.by && <span> · {item.by}</span>}
          </p>
          <p class="timeline-title">{item.title}</p>
          {item.detail && <div>{item.detail}</div>}
        </li>
      ))}
    </ol>
  );
}
