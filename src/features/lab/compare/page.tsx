import type { Problem } from '../../../language/problem.ts';
import type { SaidChange } from '../../../language/say/changes.ts';
import { type PolicyClause, type PolicyText, sectionHeading } from '../../../language/say/policy.ts';
import { usePage } from '../../../web/page-context.ts';
import { DataTable } from '../../../web/ui/table.tsx';
import { words } from '../../../web/words.ts';
import { DraftFrame, type Frame, Problems } from '../draft-frame.tsx';
import type { Draft } from '../queries.ts';

export function ComparePage(props: {
  frame: Frame;
  draft: Draft;
  problems: readonly Problem[];
  changes: readonly SaidChange[];
  before: PolicyText | null;
  after: PolicyText | null;
}) {
  const { frame, draft, changes, before, after } = props;
  const t = words(frame.locale);
  return (
    <DraftFrame frame={frame} draft={draft} title={t('lab.tab.compare')} current="compare">
      {props.problems.length > 0 && <Problems problems={props.problems} />}
      <DataTable
        caption={t('lab.changes', { count: changes.length })}
        path={frame.path}
        rows={changes}
        empty={<p>{t('lab.changes.none')}</p>}
        columns={[
          {
            key: 'path',
            label: t('lab.change.where'),
            rowHeader: true,
            cell: (row) => <Where change={row} />,
          },
          {
            key: 'what',
            label: t('lab.change.what'),
            cell: ({ what }) => what || t('lab.change.whole'),
          },
          {
            key: 'before',
            label: t('lab.change.before'),
            cell: (row) => (row.before === null ? t('lab.change.absent') : <del>{row.before}</del>),
          },
          {
            key: 'after',
            label: t('lab.change.after'),
            cell: (row) => (row.after === null ? t('lab.change.absent') : <ins>{row.after}</ins>),
          },
        ]}
      />
      <div class="side-by-side">
        <PolicySide title={t('lab.change.before')} policy={before} other={after} />
        <PolicySide title={t('lab.change.after')} policy={after} other={before} />
      </div>
    </DraftFrame>
  );
}

/** The clause that says it, in its words; its place in the file for whoever edits that. */
function Where({ change }: { change: SaidChange }) {
  const { t } = usePage();
  const { section, number, clause, path } = change;
  return (
    <>
      {section === null
        ? t('lab.change.head')
        : number === null
          ? section
          : t('lab.change.clause', { section, number })}
      {clause !== null && <p>{clause}</p>}
      <p class="hint">
        <code>{path}</code>
      </p>
    </>
  );
}

const textsIn = (clause: PolicyClause): string[] => [
  `${clause.text}|${clause.reading ?? ''}`,
  ...clause.children.flatMap(textsIn),
];

/** One version as text; what the other does not say so is marked. */
function PolicySide({
  title,
  policy,
  other,
}: {
  title: string;
  policy: PolicyText | null;
  other: PolicyText | null;
}) {
  const { locale } = usePage();
  const known = new Set(other?.sections.flatMap((section) => section.clauses.flatMap(textsIn)) ?? []);
  const list = (clauses: readonly PolicyClause[]): unknown =>
    clauses.length > 0 && (
      <ul class="clauses">
        {clauses.map((clause) => {
          const text = (
            <>
              <span class="clause-number">{clause.number}</span> {clause.text}
              {clause.reading !== null && <span class="hint"> {clause.reading}</span>}
            </>
          );
          return (
            <li>
              {known.has(`${clause.text}|${clause.reading ?? ''}`) ? text : <mark>{text}</mark>}
              {list(clause.children) as never}
            </li>
          );
        })}
      </ul>
    );
  return (
    <article>
      <h2>{title}</h2>
      {policy?.subtitle && <p class="quiet">{policy.subtitle.join(' · ')}</p>}
      {policy?.sections.map((section) => (
        <section>
          <h3>{sectionHeading(section, locale)}</h3>
          {list(section.clauses) as never}
        </section>
      ))}
    </article>
  );
}
