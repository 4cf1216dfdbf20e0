import { StatusTag } from '../../../web/ui/tag.tsx';
import type { TimelineItem } from '../../../web/ui/timeline.tsx';
import { formatInstant, type Translate } from '../../../web/words.ts';
import type { AuditRow } from '../queries.ts';
import { actionWords } from '../words.ts';
import { marksOf } from './rules.ts';
import { type Saying, sayChange, sayWho } from './say.ts';

export function timelineItem(saying: Saying, row: AuditRow): TimelineItem {
  const { t, locale, timeZone } = saying;
  const lines = sayChange(saying, row);
  return {
    when: formatInstant(row.at, locale, timeZone),
    datetime: row.at.toISOString(),
    by: sayWho(t, row),
    title: (
      <>
        {actionWords(t, row.action)} <EntryMarks t={t} row={row} />
      </>
    ),
    detail: (
      <>
        {row.reason !== null && <p>{t('audit.timeline.reason', { reason: row.reason })}</p>}
        {lines.length > 0 && (
          <ul>
            {lines.map((line) => (
              <li>{line}</li>
            ))}
          </ul>
        )}
        <p class="quiet">{t('audit.timeline.entry', { seq: row.seq })}</p>
      </>
    ),
  };
}

export const EntryMarks = ({ t, row }: { t: Translate; row: Pick<AuditRow, 'action' | 'after'> }) => (
  <>
    {marksOf(row).map((mark) => (
      <StatusTag tone="warning" text={t(`audit.timeline.${mark}`)} />
    ))}
  </>
);
