import type { Problem } from '../../language/problem.ts';
import { type PolicyClause, type PolicyText, sectionHeading } from '../../language/say/policy.ts';
import { Page, type PageProps } from '../../web/layout.tsx';
import { usePage } from '../../web/page-context.ts';
import { DateField, FileField, SelectField, TextField } from '../../web/ui/field.tsx';
import { ButtonLink, ErrorSummary, Form, type FormState, SubmitBar } from '../../web/ui/form.tsx';
import type { Tone } from '../../web/ui/kinds.ts';
import { Notice } from '../../web/ui/notice.tsx';
import { Pager } from '../../web/ui/pager.tsx';
import { DataTable } from '../../web/ui/table.tsx';
import { StatusTag } from '../../web/ui/tag.tsx';
import { formatDate, inLocale, words } from '../../web/words.ts';
import { Misfits } from './numbers/page.tsx';
import type { VersionRow, VersionSource, VersionState } from './queries.ts';

type Frame = Pick<PageProps, 'viewer' | 'locale' | 'theme' | 'path' | 'flash'>;

const tones: Record<VersionState, Tone> = { draft: 'warning', published: 'success', retired: 'neutral' };
const StateTag = ({ state }: { state: VersionState }) => {
  const { t } = usePage();
  return <StatusTag tone={tones[state]} text={t(`programmes.state.${state}`)} />;
};

export function ProgrammesPage(props: {
  frame: Frame;
  versions: readonly VersionRow[];
  page: number;
  size: number;
  more: boolean;
  mayUpload: boolean;
}) {
  const { frame, versions, page, size, more } = props;
  const t = words(frame.locale);
  return (
    <Page
      {...frame}
      wide
      title={t('programmes.title')}
      lead={t('programmes.lead')}
      actions={
        props.mayUpload && (
          <>
            <ButtonLink href="/programmes/new" kind="primary">
              {t('programmes.upload')}
            </ButtonLink>
            <ButtonLink href="/lab" kind="secondary">
              {t('lab.title')}
            </ButtonLink>
          </>
        )
      }
    >
      <DataTable
        caption={t('programmes.title')}
        captionHidden
        path={frame.path}
        rows={versions}
        empty={<p>{t(props.mayUpload ? 'programmes.empty.office' : 'programmes.empty')}</p>}
        columns={[
          {
            key: 'name',
            label: t('programmes.name'),
            rowHeader: true,
            cell: (row) => <a href={`/programmes/${row.id}`}>{inLocale(row.names, frame.locale)}</a>,
          },
          { key: 'version', label: t('programmes.version'), cell: (row) => row.version },
          { key: 'unit', label: t('programmes.unit'), cell: (row) => row.unitName },
          { key: 'state', label: t('programmes.state'), cell: (row) => <StateTag state={row.state} /> },
          {
            key: 'effective',
            label: t('programmes.effective'),
            cell: (row) =>
              row.effectiveOn === null
                ? t('programmes.effective.none')
                : formatDate(row.effectiveOn, frame.locale),
          },
        ]}
      />
      <Pager path={frame.path} paging={{ page, size, more }} />
    </Page>
  );
}

export function UploadPage(props: {
  frame: Frame;
  units: readonly { id: string; name: string }[];
  state: FormState;
  submission: string;
  problems: readonly Problem[];
}) {
  const { frame, problems, state, units } = props;
  const t = words(frame.locale);
  return (
    <Page
      {...frame}
      title={t('programmes.upload')}
      lead={t('programmes.upload.lead')}
      breadcrumbs={[{ href: '/programmes', label: t('programmes.title') }]}
    >
      <ErrorSummary state={state} />
      {problems.length > 0 && <ProblemTable problems={problems} path={frame.path} />}
      <Form action="/programmes/new" files submission={props.submission}>
        <SelectField
          name="unit"
          label={t('programmes.upload.unit')}
          state={state}
          empty={null}
          choices={units.map(({ id, name }) => ({ value: id, label: name }))}
        />
        <FileField
          name="file"
          label={t('programmes.upload.file')}
          hint={t('programmes.upload.file.hint')}
          state={state}
          accept=".yaml,.yml"
        />
        <FileField
          name="tables"
          label={t('programmes.upload.tables')}
          hint={t('programmes.upload.tables.hint')}
          state={state}
          accept=".csv"
          multiple
          optional
        />
        <SubmitBar submit={t('programmes.upload.submit')} cancel="/programmes" />
      </Form>
    </Page>
  );
}

function ProblemTable({ problems, path }: { problems: readonly Problem[]; path: string }) {
  const { t, locale } = usePage();
  return (
    <DataTable
      caption={t('programmes.problem.caption')}
      path={path}
      rows={problems}
      columns={[
        {
          key: 'place',
          label: t('programmes.problem.place'),
          rowHeader: true,
          cell: ({ file, line, column }) =>
            line > 0
              ? t('programmes.problem.place.at', { file, line, column })
              : t('programmes.problem.place.file', { file }),
        },
        {
          key: 'what',
          label: t('programmes.problem.what'),
          cell: ({ path: at, message }) => (
            <>
              {at !== '' && <code>{at}</code>} {message[locale]}
            </>
          ),
        },
        { key: 'expected', label: t('programmes.problem.expected'), cell: ({ expected }) => expected ?? '' },
        {
          key: 'nearest',
          label: t('programmes.problem.nearest'),
          cell: ({ nearest }) => nearest && <strong>{nearest}</strong>,
        },
      ]}
    />
  );
}

export function ProgrammePage(props: {
  frame: Frame;
  version: VersionSource;
  policy: PolicyText;
  origin: readonly { label: string; value: string }[];
  warnings: readonly Problem[];
  /** It leaves numbers to others. */
  numbers: boolean;
  /** What was set under earlier versions and cannot be used by this draft. */
  misfits: readonly string[];
  versions: readonly VersionRow[];
  mayPublish: boolean;
  mayOpen: boolean;
  submission: string;
  state: FormState;
}) {
  const { frame, version, policy } = props;
  const t = words(frame.locale);
  return (
    <Page
      {...frame}
      title={policy.title}
      lead={policy.subtitle.join(' · ')}
      breadcrumbs={[{ href: '/programmes', label: t('programmes.title') }]}
      actions={
        props.mayOpen &&
        version.state === 'published' && (
          <ButtonLink kind="primary" href={`/rounds/new?version=${version.id}`}>
            {t('programmes.open-round')}
          </ButtonLink>
        )
      }
    >
      <ErrorSummary state={props.state} />
      <p>
        <StateTag state={version.state} /> {version.unitName}
        {version.effectiveOn !== null &&
          ` · ${t('programmes.effective')} ${formatDate(version.effectiveOn, frame.locale)}`}
      </p>
      {props.warnings.length > 0 && <Warnings warnings={props.warnings} />}
      <Misfits misfits={props.misfits} />
      {props.numbers && (
        <p>
          {t('numbers.link.lead')} <a href={`/programmes/${version.id}/numbers`}>{t('numbers.link')}</a>
        </p>
      )}
      <Policy policy={policy} path={frame.path} />
      <section>
        <h2>{t('programmes.origin')}</h2>
        <dl class="summary">
          {props.origin.map(({ label, value }) => (
            <div>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
          <div>
            <dt>{t('programmes.digest')}</dt>
            <dd>
              <code class="digest">{version.digest}</code>
            </dd>
          </div>
        </dl>
      </section>
      <Versions current={version.id} versions={props.versions} />
      <SourceFile version={version} />
      {props.mayPublish && version.state === 'draft' && (
        <PublishForm version={version} state={props.state} submission={props.submission} />
      )}
      {props.mayPublish && version.state === 'published' && (
        <RetireForm version={version} state={props.state} submission={props.submission} />
      )}
    </Page>
  );
}

function Warnings({ warnings }: { warnings: readonly Problem[] }) {
  const { t, locale } = usePage();
  return (
    <Notice kind="warning" title={t('programmes.warnings', { count: warnings.length })}>
      <p>{t('programmes.warnings.lead')}</p>
      <ul>
        {warnings.map(({ line, column, file, message, expected }) => (
          <li>
            {message[locale]}
            {expected !== undefined &&
              ` ${t('ui.pair', { label: t('programmes.problem.expected'), value: expected })}`}
            {line > 0 && (
              <span class="quiet"> {t('programmes.problem.place.at', { file, line, column })}</span>
            )}
          </li>
        ))}
      </ul>
    </Notice>
  );
}

/** The policy as an official would lay it beside the printed one. */
function Policy({ policy, path }: { policy: PolicyText; path: string }) {
  const { locale } = usePage();
  return (
    <article>
      {policy.sections.map((section) => (
        <section id={section.id}>
          <h2>{sectionHeading(section, locale)}</h2>
          <Clauses clauses={section.clauses} />
          {section.tables.map((table) => (
            <DataTable
              caption={table.caption}
              path={path}
              rows={table.rows}
              columns={table.columns.map((label, index) => ({
                key: String(index),
                label,
                rowHeader: index === 0,
                numeric: index > 0,
                cell: (row: readonly string[]) => row[index] ?? '',
              }))}
            />
          ))}
        </section>
      ))}
    </article>
  );
}

function Clauses({ clauses }: { clauses: readonly PolicyClause[] }) {
  const { t } = usePage();
  if (clauses.length === 0) return null;
  return (
    <ul class="clauses">
      {clauses.map((clause) => (
        <li>
          <span class="clause-number">{clause.number}</span> {clause.text}{' '}
          {clause.strength !== null && <StatusTag text={clause.strength} />}
          {clause.reading !== null && <p class="hint">{t('programmes.reading', { text: clause.reading })}</p>}
          {clause.cites.length > 0 && (
            <p class="hint">{t('programmes.cites', { cites: clause.cites.join(', ') })}</p>
          )}
          <Clauses clauses={clause.children} />
        </li>
      ))}
    </ul>
  );
}

function Versions({ current, versions }: { current: string; versions: readonly VersionRow[] }) {
  const { t, locale } = usePage();
  return (
    <section>
      <h2>{t('programmes.versions')}</h2>
      <ul>
        {versions.map((row) => (
          <li>
            {row.id === current ? (
              <strong>{t('ui.aside', { text: row.version, more: t('programmes.versions.current') })}</strong>
            ) : (
              <a href={`/programmes/${row.id}`}>{row.version}</a>
            )}{' '}
            <StateTag state={row.state} /> {row.effectiveOn !== null && formatDate(row.effectiveOn, locale)}
          </li>
        ))}
      </ul>
    </section>
  );
}

function SourceFile({ version }: { version: VersionSource }) {
  const { t } = usePage();
  return (
    <details>
      <summary>{t('programmes.source')}</summary>
      <p>
        <a href={`/programmes/${version.id}/programme.yaml`} download>
          {t('programmes.download')}
        </a>
      </p>
      <pre class="source" tabindex={0}>
        <code>{version.source}</code>
      </pre>
      {Object.entries(version.tables).map(([name, text]) => (
        <>
          <h3>{t('programmes.source.tables', { name })}</h3>
          <pre class="source" tabindex={0}>
            <code>{text}</code>
          </pre>
        </>
      ))}
    </details>
  );
}

type ActProps = { version: VersionSource; state: FormState; submission: string };

function PublishForm({ version, state, submission }: ActProps) {
  const { t } = usePage();
  return (
    <section>
      <h2>{t('programmes.publish')}</h2>
      <p>{t('programmes.publish.lead')}</p>
      <Form action={`/programmes/${version.id}/publish`} submission={submission}>
        <DateField name="effective" label={t('programmes.publish.effective')} state={state} />
        <SubmitBar submit={t('programmes.publish.submit')} />
      </Form>
    </section>
  );
}

function RetireForm({ version, state, submission }: ActProps) {
  const { t } = usePage();
  return (
    <details>
      <summary>{t('programmes.retire')}</summary>
      <p>{t('programmes.retire.lead')}</p>
      <Form action={`/programmes/${version.id}/retire`} submission={submission}>
        <TextField
          name="reason"
          label={t('programmes.retire.reason')}
          state={state}
          maxlength={500}
          width="full"
        />
        <SubmitBar submit={t('programmes.retire.submit')} danger />
      </Form>
    </details>
  );
}
