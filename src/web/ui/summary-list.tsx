import type { Child } from 'hono/jsx';
import { usePage } from '../page-context.ts';

export type SummaryRow = {
  readonly label: string;
  readonly value: Child;
  /** Where the answer can be changed. */
  readonly change?: string;
};

/** Labels and what they stand for: facts about a thing, or answers to check before sending. */
export function SummaryList({ rows }: { rows: readonly SummaryRow[] }) {
  const { t } = usePage();
  return (
    <dl class="summary">
      {rows.map((row) => (
        <div class="summary-row">
          <dt>{row.label}</dt>
          <dd>{row.value}</dd>
          {row.change && (
            <dd class="summary-change">
              <a href={row.change} aria-label={t('ui.changeOf', { what: row.label })}>
                {t('ui.change')}
              </a>
            </dd>
          )}
        </div>
      ))}
    </dl>
  );
}
