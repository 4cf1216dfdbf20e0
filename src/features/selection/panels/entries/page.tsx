import { Button, Form } from '../../../../web/ui/form.tsx';
import { Section } from '../../../../web/ui/section.tsx';
import { DataTable } from '../../../../web/ui/table.tsx';
import { StatusTag } from '../../../../web/ui/tag.tsx';
import { words } from '../../../../web/words.ts';
import type { PanelPageProps } from '../held/page.tsx';

export interface EntryView {
  readonly id: string;
  readonly applicationId: string;
  readonly name: string;
  readonly school: string;
  readonly waiting: boolean;
  readonly looked: number | null;
  readonly judges: number | null;
}

export function Candidates({ frame, id, entries, state, blind, submission }: PanelPageProps) {
  const t = words(frame.locale);
  const forming = state === 'forming';
  return (
    <Section
      title={t('panels.candidates')}
      id="candidates"
      {...(forming && blind ? { lead: t('panels.candidates.lead') } : {})}
    >
      <DataTable
        caption={t('panels.candidates')}
        captionHidden
        path={frame.path}
        rows={entries}
        empty={<p>{t('panels.candidates.none')}</p>}
        rowClass={({ waiting }) => (waiting ? null : 'row-muted')}
        columns={[
          {
            key: 'name',
            label: t('panels.candidates.name'),
            rowHeader: true,
            cell: (row) => <a href={`/applications/${row.applicationId}/review`}>{row.name}</a>,
          },
          { key: 'school', label: t('panels.candidates.school'), cell: (row) => row.school },
          ...(forming
            ? [
                {
                  key: 'materials',
                  label: t('panels.candidates.materials'),
                  cell: (row: EntryView) =>
                    row.waiting ? (
                      <a href={`/panels/${id}/entries/${row.id}`}>
                        {row.looked !== null
                          ? t('panels.candidates.looked', { count: row.looked })
                          : blind
                            ? t('panels.candidates.not-looked')
                            : t('panels.candidates.default')}
                      </a>
                    ) : (
                      <StatusTag text={t('panels.candidates.gone')} />
                    ),
                },
                {
                  key: 'judges',
                  label: t('panels.candidates.judges'),
                  numeric: true,
                  cell: (row: EntryView) => row.judges ?? '',
                },
              ]
            : []),
        ]}
      />
      {forming && (
        <Form action={`/panels/${id}/complete`} submission={submission}>
          <Button kind="secondary">{t('panels.candidates.complete')}</Button>
        </Form>
      )}
    </Section>
  );
}
