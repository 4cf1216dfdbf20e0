import { Page, type PageProps } from '../../../web/layout.tsx';
import { usePage } from '../../../web/page-context.ts';
import { Button, ButtonLink, ErrorSummary, Form, type FormState, SubmitBar } from '../../../web/ui/form.tsx';
import { PlainList } from '../../../web/ui/section.tsx';
import { DataTable } from '../../../web/ui/table.tsx';
import { formatDate, type Translate } from '../../../web/words.ts';
import { DayField, OwnFields } from '../claim/page.tsx';
import { EvidenceField } from '../evidence/field.tsx';
import type { RecordRow } from '../growth-file/queries.ts';
import type { ClaimForm } from '../rules.ts';
import { type RecordWords, saidFields } from '../show.ts';
import { RecordTags } from '../tags.tsx';

interface Base {
  readonly page: Omit<PageProps, 'title'>;
  readonly t: Translate;
  readonly words: RecordWords;
  readonly person: { readonly id: string; readonly name: string };
}

export interface FactLine {
  readonly type: string;
  readonly byUnit: boolean;
  /** The entry that holds today. */
  readonly now: RecordRow | undefined;
  /** Newest first. */
  readonly entries: readonly RecordRow[];
}

export interface FactsPageProps extends Base {
  readonly own: boolean;
  /** Whether the reader enters for the unit. */
  readonly mayEnter: boolean;
  readonly submission: string;
  readonly facts: readonly FactLine[];
}

/** Every fact a published programme asks for: what holds now, and every entry with its marks. */
export function FactsPage(props: FactsPageProps) {
  const { page, t, words, person, own, facts } = props;
  return (
    <Page
      {...page}
      title={own ? t('records.facts') : t('records.facts.of', { name: person.name })}
      lead={t('records.facts.lead')}
      breadcrumbs={[
        own
          ? { href: '/records', label: t('records.growth-file') }
          : { href: `/people/${person.id}`, label: person.name },
      ]}
      wide
    >
      <DataTable
        caption={t('records.facts')}
        captionHidden
        path={page.path}
        rows={facts}
        empty={<p>{t('records.facts.none')}</p>}
        columns={[
          {
            key: 'name',
            label: t('records.facts.name'),
            rowHeader: true,
            cell: ({ type }) => words.type(type),
          },
          {
            key: 'now',
            label: t('records.facts.now'),
            cell: ({ now }) => (now === undefined ? t('records.facts.unknown') : saidFields(now, words)),
          },
          {
            key: 'by',
            label: t('records.facts.by'),
            cell: ({ byUnit }) => t(byUnit ? 'records.facts.by.unit' : 'records.facts.by.person'),
          },
          {
            key: 'entries',
            label: t('records.facts.entries'),
            cell: (fact) => <Entries {...props} fact={fact} />,
          },
          { key: 'act', label: t('records.facts.enter'), cell: (fact) => <Enter {...props} fact={fact} /> },
        ]}
      />
    </Page>
  );
}

type OfFact = FactsPageProps & { readonly fact: FactLine };

function Entries({ page, words, person, mayEnter, submission, fact }: OfFact) {
  const { t } = usePage();
  return (
    <PlainList>
      {fact.entries.map((entry) => {
        const value = saidFields(entry, words);
        const from = entry.happenedOn === null ? '' : formatDate(entry.happenedOn, page.locale);
        return (
          <li>
            <a href={`/records/${entry.id}`}>{t('records.facts.entry', { value, from })}</a>{' '}
            <RecordTags record={entry} similar={false} />
            {mayEnter && fact.byUnit && (
              <Form action={`/people/${person.id}/facts/take-back`} submission={submission}>
                <input type="hidden" name="record" value={entry.id} />
                <Button kind="plain">{t('records.facts.take-back', { value })}</Button>
              </Form>
            )}
          </li>
        );
      })}
    </PlainList>
  );
}

/** The way to enter it, for whoever may. */
function Enter({ person, words, own, mayEnter, fact: { type, byUnit } }: OfFact) {
  const { t } = usePage();
  const label = t('records.facts.enter.of', { name: words.type(type) });
  if (byUnit && mayEnter)
    return (
      <ButtonLink href={`/people/${person.id}/facts/entry?type=${encodeURIComponent(type)}`}>
        {label}
      </ButtonLink>
    );
  if (byUnit || !own) return null;
  const query = new URLSearchParams({ type, back: `/people/${person.id}/facts` });
  return <ButtonLink href={`/records/new?${query}`}>{label}</ButtonLink>;
}

export interface EntryPageProps extends Base {
  readonly name: string;
  readonly form: ClaimForm;
  readonly state: FormState;
  readonly submission: string;
  readonly today: string;
  /** Entered from above, it waits for the school. */
  readonly waits: boolean;
}

export function EntryPage(props: EntryPageProps) {
  const { page, t, words, person, name, form, state } = props;
  const facts = `/people/${person.id}/facts`;
  return (
    <Page
      {...page}
      title={t('records.facts.enter.for', { person: person.name, name })}
      lead={t(props.waits ? 'records.facts.enter.waits' : 'records.facts.enter.hint')}
      breadcrumbs={[{ href: facts, label: t('records.facts.of', { name: person.name }) }]}
    >
      <ErrorSummary state={state} />
      <Form action={`${facts}/entry`} submission={props.submission} files guard>
        <input type="hidden" name="type" value={form.type} />
        <OwnFields form={form} words={words} state={state} />
        <DayField form={form} state={state} max={props.today} />
        <EvidenceField state={state} />
        <SubmitBar submit={t('records.facts.enter')} cancel={facts} />
      </Form>
    </Page>
  );
}
