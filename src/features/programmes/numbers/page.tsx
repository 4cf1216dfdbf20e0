import { Page, type PageProps } from '../../../web/layout.tsx';
import { usePage } from '../../../web/page-context.ts';
import { DateField, SelectField, TextareaField, TextField } from '../../../web/ui/field.tsx';
import { ErrorSummary, Form, type FormState, SubmitBar } from '../../../web/ui/form.tsx';
import type { Tone } from '../../../web/ui/kinds.ts';
import { Notice } from '../../../web/ui/notice.tsx';
import { Pager } from '../../../web/ui/pager.tsx';
import { Details, Section } from '../../../web/ui/section.tsx';
import { DataTable } from '../../../web/ui/table.tsx';
import { StatusTag } from '../../../web/ui/tag.tsx';
import { formatDate, words } from '../../../web/words.ts';
import type { DecisionState } from './rules.ts';

export interface ParameterLine {
  readonly name: string;
  readonly own: string;
  readonly bounds: string;
  readonly setter: string;
}
/** A decision of a unit, in words. */
export interface DecisionLine {
  readonly unit: string;
  readonly parameter: string;
  readonly value: string;
  readonly from: string;
  readonly until: string | null;
  readonly document: string | null;
  readonly reason: string;
  readonly by: string;
  readonly state: DecisionState;
  /** Why this version does not use it; null where it does. */
  readonly misfit: string | null;
}
interface Choice {
  readonly value: string;
  readonly label: string;
}
/** A unit the person acts for, what it may set, and what it may take back. */
export interface OwnUnit {
  readonly id: string;
  readonly name: string;
  readonly parameters: readonly Choice[];
  readonly decisions: readonly Choice[];
}

export function NumbersPage(props: {
  frame: Pick<PageProps, 'viewer' | 'locale' | 'theme' | 'path' | 'flash'>;
  version: { readonly id: string; readonly name: string };
  parameters: readonly ParameterLine[];
  decisions: readonly DecisionLine[];
  misfits: readonly string[];
  /** The version in force, where it is another than this page's. */
  other: { readonly version: string; readonly href: string } | null;
  own: readonly OwnUnit[];
  /** The unit whose form was sent. */
  unit: string | null;
  today: string;
  page: number;
  size: number;
  more: boolean;
  state: FormState;
  submission: string;
}) {
  const { frame, version, parameters, decisions, misfits, own, state } = props;
  const t = words(frame.locale);
  return (
    <Page
      {...frame}
      wide
      title={t('numbers.title')}
      lead={t('numbers.lead')}
      breadcrumbs={[
        { href: '/programmes', label: t('programmes.title') },
        { href: `/programmes/${version.id}`, label: version.name },
      ]}
    >
      <ErrorSummary state={state} />
      <p>{t('numbers.rounds')}</p>
      {props.other !== null && (
        <Notice kind="info">
          <p>
            {t('numbers.other-version', { version: props.other.version })}{' '}
            <a href={props.other.href}>{t('numbers.other-version.link')}</a>
          </p>
        </Notice>
      )}
      <Misfits misfits={misfits} />
      {parameters.length === 0 ? (
        <p>{t('numbers.none')}</p>
      ) : (
        <Section title={t('numbers.parameters')} lead={t('numbers.carried')}>
          <DataTable
            caption={t('numbers.parameters')}
            captionHidden
            path={frame.path}
            rows={parameters}
            columns={[
              { key: 'name', label: t('numbers.parameter'), rowHeader: true, cell: ({ name }) => name },
              { key: 'own', label: t('numbers.own'), cell: (row) => row.own },
              { key: 'bounds', label: t('numbers.bounds'), cell: ({ bounds }) => bounds },
              { key: 'setter', label: t('numbers.setter'), cell: ({ setter }) => setter },
            ]}
          />
        </Section>
      )}
      <Decisions decisions={decisions} path={frame.path} />
      <Pager path={frame.path} paging={{ page: props.page, size: props.size, more: props.more }} />
      {own.map((unit) => (
        <Forms
          version={version.id}
          unit={unit}
          state={props.unit === null || props.unit === unit.id ? state : { values: {} }}
          today={props.today}
          submission={props.submission}
          alone={own.length === 1}
          sent={props.unit === unit.id}
        />
      ))}
    </Page>
  );
}

/** Numbers that were set and that this version cannot use. */
export function Misfits({ misfits }: { misfits: readonly string[] }) {
  const { t } = usePage();
  if (misfits.length === 0) return null;
  return (
    <Notice kind="warning" title={t('numbers.misfit.title', { count: misfits.length })}>
      <ul>
        {misfits.map((line) => (
          <li>{line}</li>
        ))}
      </ul>
    </Notice>
  );
}

const tones: Record<DecisionState, Tone> = {
  now: 'success',
  coming: 'info',
  replaced: 'neutral',
  'taken-back': 'neutral',
  'taken-back-that-day': 'neutral',
  never: 'neutral',
};

function Decisions({ decisions, path }: { decisions: readonly DecisionLine[]; path: string }) {
  const { t, locale } = usePage();
  return (
    <Section title={t('numbers.decisions')}>
      <DataTable
        caption={t('numbers.decisions')}
        captionHidden
        path={path}
        rows={decisions}
        empty={<p>{t('numbers.decisions.empty')}</p>}
        rowClass={({ state }) => (state === 'now' || state === 'coming' ? null : 'row-muted')}
        columns={[
          { key: 'unit', label: t('numbers.unit'), rowHeader: true, cell: ({ unit }) => unit },
          { key: 'parameter', label: t('numbers.parameter'), cell: ({ parameter }) => parameter },
          { key: 'value', label: t('numbers.value'), cell: ({ value }) => <strong>{value}</strong> },
          { key: 'from', label: t('numbers.from'), cell: ({ from }) => formatDate(from, locale) },
          {
            key: 'until',
            label: t('numbers.until'),
            cell: ({ until }) =>
              until === null
                ? t('numbers.until.open')
                : t('numbers.until.before', { date: formatDate(until, locale) }),
          },
          {
            key: 'state',
            label: t('numbers.state'),
            cell: ({ state, misfit }) => (
              <>
                <StatusTag tone={tones[state]} text={t(`numbers.state.${state}`)} />
                {misfit !== null && <p class="hint">{t('numbers.misfit', { why: misfit })}</p>}
              </>
            ),
          },
          {
            key: 'document',
            label: t('numbers.document'),
            cell: ({ document }) => document ?? t('numbers.document.none'),
          },
          { key: 'why', label: t('numbers.why'), cell: ({ reason }) => reason },
          { key: 'who', label: t('numbers.who'), cell: ({ by }) => by },
        ]}
      />
    </Section>
  );
}

function Forms(props: {
  version: string;
  unit: OwnUnit;
  state: FormState;
  today: string;
  submission: string;
  alone: boolean;
  sent: boolean;
}) {
  const { unit, state, submission, alone, sent } = props;
  const { t } = usePage();
  const action = `/programmes/${props.version}/numbers/${unit.id}`;
  // Where there are forms for several units, each field has an id of its own; the errors lead to those that were sent.
  const id = (name: string) => (alone || sent ? {} : { id: `f-${name}-${unit.id}` });
  return (
    <>
      {unit.parameters.length > 0 && (
        <Section title={t('numbers.set', { unit: unit.name })} id={alone ? 'set' : `set-${unit.id}`}>
          <Form action={action} submission={submission}>
            <SelectField
              {...id('parameter')}
              name="parameter"
              label={t('numbers.parameter')}
              state={state}
              choices={unit.parameters}
            />
            <TextField
              {...id('value')}
              name="value"
              label={t('numbers.set.value')}
              hint={t('numbers.set.value.hint')}
              state={state}
              maxlength={40}
            />
            <DateField
              {...id('from')}
              name="from"
              label={t('numbers.set.from')}
              hint={t('numbers.set.from.hint')}
              min={props.today}
              state={state}
            />
            <TextField
              {...id('document')}
              name="document"
              label={t('numbers.set.document')}
              hint={t('numbers.set.document.hint')}
              state={state}
              maxlength={200}
              width="full"
              optional
            />
            <TextareaField
              {...id('reason')}
              name="reason"
              label={t('numbers.set.reason')}
              state={state}
              maxlength={500}
              rows={3}
            />
            <SubmitBar submit={t('numbers.set.submit')} />
          </Form>
        </Section>
      )}
      {unit.decisions.length > 0 && (
        <Details
          summary={t('numbers.end', { unit: unit.name })}
          open={state.errors !== undefined && 'decision' in state.values}
        >
          <p>{t('numbers.end.lead')}</p>
          <Form action={`${action}/end`} submission={submission}>
            <SelectField
              {...id('decision')}
              name="decision"
              label={t('numbers.end.decision')}
              state={state}
              choices={unit.decisions}
            />
            <TextareaField
              {...id('end-reason')}
              name="end-reason"
              label={t('numbers.end.reason')}
              state={state}
              maxlength={500}
              rows={3}
            />
            <SubmitBar submit={t('numbers.end.submit')} danger />
          </Form>
        </Details>
      )}
    </>
  );
}
