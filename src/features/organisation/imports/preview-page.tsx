import { withQuery } from '../../../web/address.ts';
import { Page } from '../../../web/layout.tsx';
import { RadioField, TickField } from '../../../web/ui/field.tsx';
import { ButtonLink, ErrorSummary, Form, type FormState, SubmitBar } from '../../../web/ui/form.tsx';
import { Notice } from '../../../web/ui/notice.tsx';
import { Section, Stat, Stats } from '../../../web/ui/section.tsx';
import { SummaryList } from '../../../web/ui/summary-list.tsx';
import { DataTable } from '../../../web/ui/table.tsx';
import { formatInstant } from '../../../web/words.ts';
import { type ImportPage, importCrumbs } from './page.tsx';
import { Again, WorkingPage } from './progress-page.tsx';
import type { ImportJob, StagedRow } from './queries.ts';
import { rowColumns } from './row-columns.tsx';
import { PROBLEMS, VERDICTS, type Verdict } from './rules.ts';

export interface PreviewPageProps extends ImportPage {
  readonly job: ImportJob;
  readonly rows: readonly StagedRow[];
  readonly matching: number;
  readonly page: number;
  readonly size: number;
  readonly verdict: Verdict | null;
  readonly names: ReadonlyMap<string, string>;
  readonly state: FormState;
  readonly submission: string;
}

/** Preview before the confirmation and result after it: the same rows, the same filters. */
export function PreviewPage(props: PreviewPageProps) {
  const { frame, t, job, locale } = props;
  const preview = job.summary.preview;
  if (preview === undefined) return <WorkingPage {...props} />;
  const { counts } = preview;
  const applied = job.summary.applied;
  const good = counts.new + counts.update;
  return (
    <Page
      {...frame}
      title={applied ? t('organisation.imports.result.title') : t('organisation.imports.preview.title')}
      breadcrumbs={importCrumbs(t)}
      lead={t('organisation.imports.of', { file: job.fileName, unit: job.unitName })}
      actions={
        job.state === 'previewed' &&
        counts.faulty > 0 && (
          <ButtonLink href={`/imports/${job.id}/marked.xlsx`}>{t('organisation.imports.marked')}</ButtonLink>
        )
      }
      wide
    >
      <ErrorSummary state={props.state} />
      {applied && (
        <>
          <Notice kind="success">
            <p>{t('organisation.imports.result.done', { added: applied.added, updated: applied.updated })}</p>
          </Notice>
          <SummaryList
            rows={[
              { label: t('organisation.imports.result.added'), value: String(applied.added) },
              { label: t('organisation.imports.result.updated'), value: String(applied.updated) },
              { label: t('organisation.imports.result.moved'), value: String(applied.moved) },
              { label: t('organisation.imports.result.units'), value: String(applied.units) },
              { label: t('organisation.imports.result.skipped'), value: String(counts.faulty) },
              {
                label: t('organisation.imports.result.suspects'),
                value: applied.suspects > 0 ? <a href="/duplicates">{applied.suspects}</a> : '0',
              },
              {
                label: t('organisation.imports.result.at'),
                value: job.finishedAt === null ? '' : formatInstant(job.finishedAt, locale),
              },
              {
                label: t('organisation.imports.result.digest'),
                value: <code>{applied.digest.slice(0, 16)}</code>,
              },
            ]}
          />
        </>
      )}
      <Stats>
        <Stat
          label={t('organisation.imports.rows')}
          value={preview.total}
          href={withQuery(frame.path, { verdict: null, problem: null, page: null })}
        />
        {VERDICTS.map((verdict) => (
          <Stat
            label={t(`organisation.verdict.${verdict}`)}
            value={counts[verdict]}
            href={withQuery(frame.path, { verdict, problem: null, page: null })}
          />
        ))}
      </Stats>
      {preview.units.length > 0 && !applied && (
        <Section
          title={t('organisation.imports.units', { count: preview.units.length })}
          lead={t('organisation.imports.units.lead')}
        >
          <ul>
            {preview.units.slice(0, 50).map((unit) => (
              <li>
                {t('organisation.imports.units.one', {
                  name: unit.name,
                  parent: unit.parentName,
                  rows: unit.rows,
                })}
              </li>
            ))}
          </ul>
          {preview.units.length > 50 && (
            <p class="quiet">{t('organisation.imports.units.more', { count: preview.units.length - 50 })}</p>
          )}
        </Section>
      )}
      <Section title={t('organisation.imports.preview.rows')} id="rows">
        <DataTable
          caption={t('organisation.imports.preview.rows')}
          captionHidden
          path={frame.path}
          columns={rowColumns(props, preview.headers)}
          rows={props.rows}
          filters={[
            {
              name: 'verdict',
              label: t('organisation.imports.verdict'),
              choices: VERDICTS.map((value) => ({ value, label: t(`organisation.verdict.${value}`) })),
            },
            {
              name: 'problem',
              label: t('organisation.imports.problem'),
              choices: PROBLEMS.filter((code) => preview.problems[code] !== undefined).map((code) => ({
                value: code,
                label: t('ui.aside', {
                  text: t(`organisation.problem.${code}.short`),
                  more: preview.problems[code] ?? 0,
                }),
              })),
            },
          ]}
          paging={{ page: props.page, size: props.size, total: props.matching }}
        />
      </Section>
      {job.state === 'previewed' && (
        <Section title={t('organisation.imports.confirm.title')}>
          {good + counts.suspect === 0 ? (
            <p>{t('organisation.imports.confirm.nothing')}</p>
          ) : (
            <Form action={`/imports/${job.id}/confirm`} submission={props.submission}>
              <p>{t('organisation.imports.confirm.explain', { good, total: preview.total })}</p>
              {counts.suspect > 0 ? (
                <RadioField
                  name="suspects"
                  label={t('organisation.imports.confirm.suspects', { count: counts.suspect })}
                  value="add"
                  choices={(['add', 'skip'] as const).map((value) => ({
                    value,
                    label: t(`organisation.imports.confirm.suspects.${value}`),
                  }))}
                />
              ) : (
                <input type="hidden" name="suspects" value="skip" />
              )}
              {counts.faulty > 0 && (
                <TickField
                  name="skipFaulty"
                  label={t('organisation.imports.confirm.skip', { count: counts.faulty })}
                  state={props.state}
                />
              )}
              <SubmitBar submit={t('organisation.imports.confirm.submit')} />
            </Form>
          )}
          <Again {...props} />
        </Section>
      )}
    </Page>
  );
}
