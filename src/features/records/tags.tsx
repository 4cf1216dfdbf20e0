import { usePage } from '../../web/page-context.ts';
import { StatusTag } from '../../web/ui/tag.tsx';
import type { RecordLine } from './growth-file/queries.ts';
import { STATE_TONES } from './show.ts';

type Marked = Pick<RecordLine, 'state' | 'late' | 'correctedAt' | 'similarBecause'>;

/** Everything a reader should know about a record at a glance: its state, late entry, correction, a likeness. */
export function RecordTags({ record, similar }: { record: Marked; similar: boolean }) {
  const { t } = usePage();
  return (
    <>
      <StatusTag tone={STATE_TONES[record.state]} text={t(`records.state.${record.state}`)} />{' '}
      {record.late && <StatusTag tone="warning" text={t('records.late')} />}{' '}
      {record.correctedAt !== null && <StatusTag tone="warning" text={t('records.corrected')} />}{' '}
      {similar && record.similarBecause !== null && (
        <StatusTag tone="danger" text={t(`records.similar.${record.similarBecause}`)} />
      )}
    </>
  );
}
