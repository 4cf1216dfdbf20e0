import type { Paging } from '../../../web/ui/pager.tsx';
import { DataTable } from '../../../web/ui/table.tsx';
import { Tabs } from '../../../web/ui/tabs.tsx';
import { subjectName, words } from '../../../web/words.ts';
import { DraftFrame, type Frame } from '../draft-frame.tsx';
import type { Draft } from '../queries.ts';
import type { ChangedPerson } from './queries.ts';

export function ChangedPage(props: {
  frame: Frame;
  draft: Draft;
  run: string;
  gains: boolean;
  rows: readonly ChangedPerson[];
  paging: Paging;
}) {
  const { frame, draft, gains, rows } = props;
  const t = words(frame.locale);
  const base = `/lab/drafts/${draft.id}/people?run=${props.run}`;
  return (
    <DraftFrame
      frame={frame}
      draft={draft}
      title={t(gains ? 'lab.people.gain' : 'lab.people.lose')}
      current="policy"
    >
      <Tabs
        label={t('lab.people.who')}
        tabs={[
          { href: base, label: t('lab.people.gain'), current: gains },
          { href: `${base}&who=lose`, label: t('lab.people.lose'), current: !gains },
        ]}
      />
      <DataTable
        caption={t(gains ? 'lab.people.gain' : 'lab.people.lose')}
        captionHidden
        path={frame.path}
        rows={rows}
        paging={props.paging}
        empty={<p>{t('lab.people.none')}</p>}
        columns={[
          {
            key: 'name',
            label: t('review.column.name'),
            rowHeader: true,
            cell: (row) => <a href={`/people/${row.personId}/records`}>{row.name}</a>,
          },
          { key: 'unit', label: t('review.column.school'), cell: (row) => row.unitName },
          {
            key: 'subject',
            label: t('review.column.subject'),
            cell: (row) => subjectName(row.subject, frame.locale),
          },
        ]}
      />
    </DraftFrame>
  );
}
