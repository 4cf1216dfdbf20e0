import { Page, type PageProps } from '../../web/layout.tsx';
import { RadioField, TextField } from '../../web/ui/field.tsx';
import { Button, ErrorSummary, Form, type FormState } from '../../web/ui/form.tsx';
import { Pager } from '../../web/ui/pager.tsx';
import { EmptyState, Section } from '../../web/ui/section.tsx';
import { type Column, DataTable } from '../../web/ui/table.tsx';
import type { Translate } from '../../web/words.ts';
import type { SuspectedPair } from '../organisation/people/doubles/queries.ts';
import { personColumns } from '../organisation/people/page.tsx';
import type { Person } from '../organisation/people/queries.ts';
import type { OrganisationWords } from '../organisation/show.ts';

export interface Pair extends SuspectedPair {
  readonly a: Person;
  readonly b: Person;
}

export function DuplicatesPage(props: {
  frame: Omit<PageProps, 'title'>;
  t: Translate;
  words: OrganisationWords;
  pairs: readonly Pair[];
  page: number;
  size: number;
  more: boolean;
  submissions: readonly string[];
  /** Of the pair whose form had a fault, by its first person. */
  faulty: string | null;
  state: FormState;
}) {
  const { frame, t, pairs } = props;
  return (
    <Page
      {...frame}
      title={t('organisation.duplicates.title')}
      lead={t('organisation.duplicates.lead')}
      breadcrumbs={[{ href: '/people', label: t('organisation.people.title') }]}
      wide
    >
      <ErrorSummary state={props.state} />
      {pairs.length === 0 && <EmptyState title={t('organisation.duplicates.none')} />}
      {pairs.map((pair, index) => (
        <PairSection
          {...props}
          pair={pair}
          submission={props.submissions[index] ?? ''}
          state={props.faulty === pair.personId ? props.state : { values: {} }}
        />
      ))}
      <Pager
        path={frame.path}
        paging={{
          page: props.page,
          size: props.size,
          more: props.more,
        }}
      />
    </Page>
  );
}

function PairSection(props: {
  pair: Pair;
  t: Translate;
  words: OrganisationWords;
  submission: string;
  state: FormState;
  frame: Omit<PageProps, 'title'>;
}) {
  const { pair, t, words, state } = props;
  const rows = personColumns(t, words).map((column) => ({
    label: column.label,
    a: column.text(pair.a),
    b: column.text(pair.b),
  }));
  const columns: Column<(typeof rows)[number]>[] = [
    { key: 'what', label: '', rowHeader: true, cell: (row) => row.label },
    { key: 'a', label: pair.a.name, cell: (row) => (row.a === row.b ? row.a : <mark>{row.a}</mark>) },
    { key: 'b', label: pair.b.name, cell: (row) => (row.a === row.b ? row.b : <mark>{row.b}</mark>) },
  ];
  const title = (person: Person) =>
    [person.name, person.staffNumber, person.unitName].filter((part) => part !== null).join(' · ');
  return (
    <Section
      title={pair.a.name === pair.b.name ? pair.a.name : `${pair.a.name} / ${pair.b.name}`}
      lead={t(`organisation.suspicion.${pair.reason}`)}
    >
      <DataTable
        caption={pair.a.name}
        captionHidden
        path={props.frame.path}
        columns={columns}
        rows={rows.filter(({ a, b }) => a !== '' || b !== '')}
      />
      <Form action="/duplicates" submission={props.submission}>
        <input type="hidden" name="a" value={pair.personId} />
        <input type="hidden" name="b" value={pair.otherId} />
        <RadioField
          name="keep"
          label={t('organisation.duplicates.keep')}
          optional
          state={state}
          choices={[pair.a, pair.b].map((person) => ({ value: person.id, label: title(person) }))}
        />
        <TextField
          name="reason"
          label={t('organisation.duplicates.reason')}
          hint={t('organisation.duplicates.reason.needed')}
          maxlength={300}
          state={state}
        />
        <div class="submit-bar">
          <Button kind="danger" name="act" value="merge">
            {t('organisation.duplicates.merge')}
          </Button>
          <Button name="act" value="different">
            {t('organisation.duplicates.different')}
          </Button>
        </div>
      </Form>
    </Section>
  );
}
