import { Page } from '../../web/layout.tsx';
import { SelectField } from '../../web/ui/field.tsx';
import { ButtonLink, ErrorSummary, Form, type FormState, SubmitBar } from '../../web/ui/form.tsx';
import { Pager } from '../../web/ui/pager.tsx';
import { EmptyState, Section } from '../../web/ui/section.tsx';
import { DataTable } from '../../web/ui/table.tsx';
import { inLocale, words } from '../../web/words.ts';
import { FindVersion } from '../programmes/find.tsx';
import type { VersionRow } from '../programmes/queries.ts';
import { type Frame, StateTag } from './draft-frame.tsx';
import type { DraftRow } from './queries.ts';

export function LabPage(props: {
  frame: Frame;
  drafts: readonly (DraftRow & { readonly name: string })[];
  versions: readonly VersionRow[];
  /** Versions are looked for by this; null for all. */
  search: string | null;
  moreVersions: boolean;
  page: number;
  more: boolean;
  state: FormState;
  submission: string;
}) {
  const { frame, drafts, versions, page, state } = props;
  const t = words(frame.locale);
  return (
    <Page {...frame} wide title={t('lab.title')} lead={t('lab.lead')}>
      <ErrorSummary state={state} />
      <DataTable
        caption={t('lab.drafts')}
        path={frame.path}
        rows={drafts}
        empty={<p>{t('lab.drafts.none')}</p>}
        columns={[
          {
            key: 'name',
            label: t('lab.draft'),
            rowHeader: true,
            cell: (row) => <a href={`/lab/drafts/${row.id}`}>{row.name}</a>,
          },
          { key: 'unit', label: t('programmes.unit'), cell: (row) => row.unitName },
          { key: 'state', label: t('programmes.state'), cell: (row) => <StateTag state={row.state} /> },
          {
            key: 'by',
            label: t('lab.changed'),
            cell: (row) => t('lab.changed.by', { name: row.changedByName, at: row.changedAt.getTime() }),
          },
        ]}
      />
      <Pager path={frame.path} paging={{ page, size: 50, more: props.more }} />
      <Section title={t('lab.start')} lead={t('lab.start.lead')}>
        <FindVersion path="/lab" search={props.search} listed={versions.length} more={props.moreVersions} />
        {versions.length === 0 && props.search !== null ? null : versions.length === 0 ? (
          <EmptyState
            title={t('lab.start.none')}
            action={<ButtonLink href="/programmes/new">{t('programmes.upload')}</ButtonLink>}
          />
        ) : (
          <Form action="/lab" submission={props.submission}>
            <SelectField
              name="version"
              label={t('lab.start.version')}
              state={state}
              empty={null}
              choices={versions.map(({ id, names, version, unitName }) => ({
                value: id,
                label: t('lab.start.choice', {
                  name: inLocale(names, frame.locale),
                  version,
                  unit: unitName,
                }),
              }))}
            />
            <SubmitBar submit={t('lab.start.submit')} />
          </Form>
        )}
      </Section>
    </Page>
  );
}
