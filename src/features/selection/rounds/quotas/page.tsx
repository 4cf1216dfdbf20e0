import type { MethodComparison } from '../../../../methods/apportion/apportion.ts';
import { apportionMethods } from '../../../../methods/apportion/apportion.ts';
import { usePage } from '../../../../web/page-context.ts';
import { FileField, NumberField, SelectField, TextareaField, TextField } from '../../../../web/ui/field.tsx';
import {
  Button,
  ButtonLink,
  ErrorSummary,
  FieldRow,
  Form,
  type FormState,
  SubmitBar,
} from '../../../../web/ui/form.tsx';
import { Notice } from '../../../../web/ui/notice.tsx';
import { Details, Section, Stat, Stats } from '../../../../web/ui/section.tsx';
import { type Column, DataTable } from '../../../../web/ui/table.tsx';
import { words } from '../../../../web/words.ts';
import type { Frame, RoundFrame } from '../../frame.ts';
import type { Stake } from '../../stake/rules.ts';
import { RoundPage, StakeNotice } from '../frame.tsx';
import type { QuotaSum } from '../rules.ts';
import type { QuotaBasis, QuotaRow } from './queries.ts';
import type { ApportionWish, Proposal, QuotaUnit } from './rules.ts';

export interface QuotaView {
  readonly roundId: string;
  /** Whose places are divided here. */
  readonly unit: { readonly id: string; readonly name: string; readonly parentId: string | null };
  readonly units: readonly QuotaUnit[];
  readonly quotas: readonly QuotaRow[];
  readonly sum: QuotaSum;
  /** What the unit's parts (subjects) have used. */
  readonly parts: readonly QuotaRow[];
  /** In words: the numbers the file gives. */
  readonly limits: readonly { readonly text: string; readonly soft: boolean }[];
  /** The file's table, when it is about these units. */
  readonly table: { readonly sum: number; readonly rows: number } | null;
  /** Why somebody in charge changes nothing here. */
  readonly stake: Stake | null;
  readonly mayChange: boolean;
  /** A unit below has units of its own to divide among, and the reader may see how. */
  readonly deeper: (unitPath: string) => boolean;
}

type Shared = { frame: Frame; round: RoundFrame; view: QuotaView; state: FormState; submission: string };
const addressOf = (view: QuotaView, more = '') =>
  `/rounds/${view.roundId}/quotas${more}?unit=${view.unit.id}`;

export function QuotasPage(props: Shared) {
  const { frame, round, view, state } = props;
  const t = words(frame.locale);
  return (
    <RoundPage
      frame={frame}
      round={round}
      title={t('rounds.quota.of', { unit: view.unit.name })}
      lead={t('rounds.quota.lead')}
      wide
    >
      <ErrorSummary state={state} />
      {view.unit.parentId !== null && (
        <p>
          <a href={`/rounds/${view.roundId}/quotas?unit=${view.unit.parentId}`}>{t('rounds.quota.up')}</a>
        </p>
      )}
      <Sums sum={view.sum} rows={view.quotas.length} />
      <QuotaTable view={view} />
      <Unnamed view={view} />
      {view.parts.length > 0 && <PartTable view={view} />}
      {view.limits.length > 0 && (
        <Section title={t('rounds.quota.limits')} lead={t('rounds.quota.limits.lead')}>
          <ul>
            {view.limits.map(({ text, soft }) => (
              <li>
                {text}
                {soft && <span class="quiet"> {t('rounds.quota.limit.soft')}</span>}
              </li>
            ))}
          </ul>
        </Section>
      )}
      <StakeNotice stake={view.stake} />
      {view.mayChange && view.units.length > 0 && <Ways {...props} />}
      {view.units.length === 0 && <p>{t('rounds.quota.none-below')}</p>}
    </RoundPage>
  );
}

/** Unallocated places and sums that differ are shown, never hidden (SC09). */
function Sums({ sum, rows }: { sum: QuotaSum; rows: number }) {
  const { t } = usePage();
  if (sum.total === null && rows === 0) return null;
  return (
    <>
      <Stats>
        {sum.total !== null && <Stat label={t('rounds.quota.total')} value={sum.total} />}
        <Stat label={t('rounds.quota.sum')} value={sum.sum} />
        {sum.unallocated > 0 && <Stat label={t('rounds.quota.unallocated')} value={sum.unallocated} />}
        {sum.excess > 0 && <Stat label={t('rounds.quota.excess')} value={sum.excess} />}
      </Stats>
      {rows > 0 && sum.total !== null && sum.unallocated > 0 && (
        <Notice kind="warning">
          <p>{t('rounds.quota.unallocated.note', { sum: sum.sum, total: sum.total, n: sum.unallocated })}</p>
        </Notice>
      )}
      {sum.total !== null && sum.excess > 0 && (
        <Notice kind="error">
          <p>{t('rounds.quota.excess.note', { sum: sum.sum, total: sum.total, n: sum.excess })}</p>
        </Notice>
      )}
      {sum.total !== null && sum.sum === sum.total && sum.sum > 0 && (
        <p class="quiet">{t('rounds.quota.match')}</p>
      )}
    </>
  );
}

function QuotaTable({ view }: { view: QuotaView }) {
  const { t, path } = usePage();
  const teachers = new Map(view.units.map((unit) => [unit.id, unit.teachers]));
  return (
    <DataTable
      caption={t('rounds.quota.title')}
      captionHidden
      path={path}
      rows={view.quotas}
      empty={<p>{t('rounds.quota.empty')}</p>}
      columns={[
        {
          key: 'unit',
          label: t('rounds.quota.unit'),
          rowHeader: true,
          cell: (row) =>
            view.deeper(row.unitPath) ? (
              <a href={`/rounds/${view.roundId}/quotas?unit=${row.unitId}`}>{row.unitName}</a>
            ) : (
              row.unitName
            ),
        },
        {
          key: 'teachers',
          label: t('rounds.quota.teachers'),
          numeric: true,
          cell: (row) => teachers.get(row.unitId) ?? 0,
        },
        { key: 'places', label: t('rounds.quota.places'), numeric: true, cell: (row) => row.places },
        { key: 'used', label: t('rounds.quota.used'), numeric: true, cell: (row) => row.used },
        { key: 'basis', label: t('rounds.quota.basis'), cell: (row) => <Basis basis={row.basis} /> },
      ]}
    />
  );
}

/** Units that were given nothing are named: an omission should be seen before it is felt. */
function Unnamed({ view }: { view: QuotaView }) {
  const { t } = usePage();
  const given = new Set(view.quotas.map(({ unitId }) => unitId));
  const without = view.units.filter(({ id }) => !given.has(id));
  if (view.quotas.length === 0 || without.length === 0) return null;
  return <p class="quiet">{t('rounds.quota.unnamed', { units: without.map(({ name }) => name) })}</p>;
}

function PartTable({ view }: { view: QuotaView }) {
  const { t, path } = usePage();
  return (
    <DataTable
      caption={t('rounds.quota.part')}
      path={path}
      rows={view.parts}
      columns={[
        {
          key: 'part',
          label: t('rounds.quota.part'),
          rowHeader: true,
          cell: (row) => (row.part === '' ? row.unitName : row.part),
        },
        { key: 'places', label: t('rounds.quota.places'), numeric: true, cell: (row) => row.places },
        { key: 'used', label: t('rounds.quota.used'), numeric: true, cell: (row) => row.used },
        { key: 'basis', label: t('rounds.quota.basis'), cell: (row) => <Basis basis={row.basis} /> },
      ]}
    />
  );
}

function Basis({ basis }: { basis: QuotaBasis }) {
  const { t } = usePage();
  if (basis.from === undefined) return null;
  const method = apportionMethods.find((one) => one === basis.method);
  return (
    <>
      {t(`rounds.quota.basis.${basis.from}`, {
        method: method === undefined ? '' : t(`rounds.quota.method.${method}`),
        reason: basis.reason ?? '',
      })}
      {basis.exact !== undefined && (
        <span class="quiet">
          {' '}
          {t('rounds.quota.apportion.exact')} {basis.exact}
        </span>
      )}
    </>
  );
}

function Ways({ view, state, submission }: Shared) {
  const { t } = usePage();
  const given = new Map(view.quotas.map((row) => [row.unitId, String(row.places)]));
  const byHand = Object.keys(state.values).some((name) => name.startsWith('places-'));
  return (
    <Section title={t('rounds.quota.set')}>
      <div class="actions">
        <ButtonLink href={addressOf(view, '/apportion')} kind={view.table === null ? 'primary' : 'secondary'}>
          {t('rounds.quota.apportion')}
        </ButtonLink>
      </div>
      {view.table !== null && (
        <Details summary={t('rounds.quota.from-file')} open={view.quotas.length === 0}>
          <p>{t('rounds.quota.from-file.lead', { sum: view.table.sum, n: view.table.rows })}</p>
          <Form action={addressOf(view, '/table')} submission={submission}>
            <SubmitBar submit={t('rounds.quota.from-file.submit')} />
          </Form>
        </Details>
      )}
      <Details summary={t('rounds.quota.upload')} open={state.errors?.file !== undefined}>
        <p>{t('rounds.quota.upload.lead')}</p>
        <Form action={addressOf(view, '/upload')} submission={submission} files>
          <FileField name="file" label={t('rounds.quota.upload.file')} accept=".xlsx,.csv" state={state} />
          <SubmitBar submit={t('rounds.quota.upload.submit')} />
        </Form>
      </Details>
      <Details summary={t('rounds.quota.hand')} open={byHand}>
        <Form action={addressOf(view)} submission={submission} guard>
          {view.units.map((unit) => (
            <NumberField
              name={`places-${unit.id}`}
              label={unit.name}
              min={0}
              optional
              value={byHand ? undefined : (given.get(unit.id) ?? '')}
              state={state}
            />
          ))}
          <SubmitBar submit={t('rounds.quota.hand.submit')} />
        </Form>
      </Details>
    </Section>
  );
}

export function ApportionPage(props: Shared & { wish: ApportionWish; proposal: Proposal | null }) {
  const { frame, round, view, state, wish, proposal } = props;
  const t = words(frame.locale);
  const methods = apportionMethods.map((method) => ({
    value: method,
    label: t('rounds.quota.apportion.choice', {
      method: t(`rounds.quota.method.${method}`),
      leans: t(`rounds.quota.leans.${method}`),
    }),
  }));
  return (
    <RoundPage
      frame={frame}
      round={round}
      title={t('rounds.quota.apportion')}
      lead={t('rounds.quota.apportion.lead')}
      wide
    >
      <ErrorSummary state={state} />
      <p>
        <a href={addressOf(view)}>{t('rounds.quota.of', { unit: view.unit.name })}</a>
      </p>
      <Form action={`/rounds/${view.roundId}/quotas/apportion`} method="get">
        <input type="hidden" name="unit" value={view.unit.id} />
        <FieldRow>
          <NumberField
            name="total"
            label={t('rounds.quota.apportion.total')}
            min={0}
            value={String(wish.total)}
          />
          <NumberField
            name="floor"
            label={t('rounds.quota.apportion.floor')}
            min={0}
            value={String(wish.floor)}
          />
          <NumberField
            name="cap"
            label={t('rounds.quota.apportion.cap')}
            hint={t('rounds.quota.apportion.cap.hint')}
            min={0}
            value={wish.cap === null ? '' : String(wish.cap)}
            optional
          />
          <SelectField
            name="method"
            label={t('rounds.quota.apportion.method')}
            choices={methods}
            value={wish.method}
            empty={null}
          />
        </FieldRow>
        <div class="submit-bar">
          <Button kind="secondary">{t('rounds.quota.apportion.compare')}</Button>
        </div>
      </Form>
      {proposal !== null && <Comparison view={view} wish={wish} comparison={proposal.comparison} />}
      <StakeNotice stake={view.stake} />
      {proposal !== null && view.mayChange && <Adopt {...props} proposal={proposal} />}
    </RoundPage>
  );
}

function Comparison({
  view,
  wish,
  comparison,
}: {
  view: QuotaView;
  wish: ApportionWish;
  comparison: MethodComparison;
}) {
  const { t, path } = usePage();
  type Line = { unit: QuotaUnit; index: number };
  const shares = comparison.rows[0]?.result.quotas ?? [];
  const columns: Column<Line>[] = [
    { key: 'unit', label: t('rounds.quota.unit'), rowHeader: true, cell: ({ unit }) => unit.name },
    { key: 'teachers', label: t('rounds.quota.teachers'), numeric: true, cell: ({ unit }) => unit.teachers },
    {
      key: 'exact',
      label: t('rounds.quota.apportion.exact'),
      numeric: true,
      cell: ({ index }) => asDecimal(shares[index] ?? '0'),
    },
    ...comparison.rows.map(
      (row): Column<Line> => ({
        key: row.result.method,
        label: t(`rounds.quota.method.${row.result.method}`),
        numeric: true,
        cell: ({ index }) => {
          const gain = row.gains.find((change) => change.index === index)?.by;
          const loss = row.losses.find((change) => change.index === index)?.by;
          const seats = row.result.seats[index] ?? 0;
          return (
            <>
              {seats}
              {gain !== undefined && (
                <span title={t('rounds.quota.apportion.gain', { n: gain })}> +{gain}</span>
              )}
              {loss !== undefined && (
                <span title={t('rounds.quota.apportion.loss', { n: loss })}> −{loss}</span>
              )}
            </>
          );
        },
      }),
    ),
  ];
  const open = comparison.rows.flatMap(({ result }) =>
    result.ties.map((tie) => ({ tie, method: result.method })),
  );
  const bad = comparison.rows.find(({ result }) => result.infeasible)?.result.infeasible;
  return (
    <>
      {bad !== undefined && (
        <Notice kind="error">
          <p>
            {t(`rounds.quota.apportion.infeasible.${bad.reason}`, {
              sum: 'sum' in bad ? bad.sum : 0,
              total: wish.total,
            })}
          </p>
        </Notice>
      )}
      {open.map(({ tie, method }) => (
        <Notice kind="warning">
          <p>
            {t('rounds.quota.apportion.tie', {
              method: t(`rounds.quota.method.${method}`),
              units: tie.candidates.map((index) => view.units[index]?.name ?? ''),
              n: tie.places,
            })}
            {tie.settledFor !== undefined && ` ${t('rounds.quota.apportion.done-tie')}`}
          </p>
        </Notice>
      ))}
      <DataTable
        caption={t('rounds.quota.apportion.caption', { total: wish.total })}
        path={path}
        rows={view.units.map((unit, index) => ({ unit, index }))}
        columns={columns}
        footer={
          <tr>
            <th scope="row">{t('rounds.quota.sum')}</th>
            <td class="numeric">{view.units.reduce((sum, { teachers }) => sum + teachers, 0)}</td>
            <td class="numeric">{wish.total}</td>
            {comparison.rows.map(({ result }) => (
              <td class="numeric">
                {result.unallocated === 0
                  ? sumOf(result.seats)
                  : t('ui.aside', {
                      text: sumOf(result.seats),
                      more: `${t('rounds.quota.unallocated')} ${result.unallocated}`,
                    })}
              </td>
            ))}
          </tr>
        }
      />
    </>
  );
}

const sumOf = (seats: readonly number[]): number => seats.reduce((sum, one) => sum + one, 0);

/** "7/3" as 2.33: enough to see which way it is rounded; the reckoning itself is exact. */
function asDecimal(share: string): string {
  const [n = '0', d = '1'] = share.split('/');
  const hundredths = (BigInt(n) * 100n) / BigInt(d);
  return `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, '0')}`;
}

function Adopt(props: Shared & { wish: ApportionWish; proposal: Proposal }) {
  const { t } = usePage();
  const { view, wish, state, submission, proposal } = props;
  const tied = proposal.chosen.ties.length > 0;
  return (
    <Form action={addressOf(view, '/apportion')} submission={submission}>
      <input type="hidden" name="total" value={wish.total} />
      <input type="hidden" name="floor" value={wish.floor} />
      <input type="hidden" name="cap" value={wish.cap ?? ''} />
      <input type="hidden" name="method" value={wish.method} />
      {tied && (
        <>
          <TextareaField
            name="lot"
            label={t('rounds.quota.apportion.lot')}
            hint={t('rounds.quota.apportion.lot.hint')}
            state={state}
            rows={4}
          />
          <TextField
            name="reason"
            label={t('rounds.quota.apportion.reason')}
            state={state}
            maxlength={500}
            width="full"
          />
        </>
      )}
      <SubmitBar
        submit={t('rounds.quota.apportion.adopt', { method: t(`rounds.quota.method.${wish.method}`) })}
        cancel={addressOf(view)}
      />
    </Form>
  );
}
