import type { Shown } from '../../../../shared/shown.ts';
import { Page } from '../../../../web/layout.tsx';
import { usePage } from '../../../../web/page-context.ts';
import { RadioField, SelectField, TextareaField, TextField } from '../../../../web/ui/field.tsx';
import {
  ButtonLink,
  CopyText,
  ErrorSummary,
  Form,
  type FormState,
  SubmitBar,
} from '../../../../web/ui/form.tsx';
import { Notice } from '../../../../web/ui/notice.tsx';
import { Pager } from '../../../../web/ui/pager.tsx';
import { Card, Cards, Section } from '../../../../web/ui/section.tsx';
import { SummaryList } from '../../../../web/ui/summary-list.tsx';
import { DataTable } from '../../../../web/ui/table.tsx';
import { formatDate, formatInstant, inLocale, subjectName, words } from '../../../../web/words.ts';
import type { Frame } from '../../frame.ts';
import { ObjectionTag } from '../objections/page.tsx';
import type { ObjectionRow } from '../objections/queries.ts';
import { titleText } from '../show.ts';
import type { ShownLine, ShownList, ShownPublicity } from './view.ts';

export function BoardPage(props: {
  frame: Frame;
  running: readonly ShownLine[];
  past: readonly ShownLine[];
  page: number;
  size: number;
  more: boolean;
}) {
  const { frame, running, past } = props;
  const t = words(frame.locale);
  return (
    <Page
      {...frame}
      title={t('publicity.public.title')}
      lead={t('publicity.public.lead')}
      actions={<ButtonLink href="/public/objections">{t('publicity.public.follow')}</ButtonLink>}
    >
      <Section title={t('publicity.public.running')}>
        {running.length === 0 ? <p>{t('publicity.public.none')}</p> : <Lines lines={running} />}
      </Section>
      <Section title={t('publicity.public.past')}>
        {past.length === 0 ? <p>{t('publicity.public.past.none')}</p> : <Lines lines={past} />}
        <Pager
          path={frame.path}
          paging={{
            page: props.page,
            size: props.size,
            more: props.more,
          }}
        />
      </Section>
    </Page>
  );
}

function Lines({ lines }: { lines: readonly ShownLine[] }) {
  const { t, locale } = usePage();
  return (
    <Cards>
      {lines.map((line) => (
        <Card
          title={line.roundName}
          href={`/public/${line.id}`}
          meta={`${line.unitName} · ${t('publicity.public.entries', { n: line.entries })}`}
        >
          <p>
            {t('publicity.public.period', {
              from: formatDate(line.postedOn, locale),
              to: formatDate(line.closesOn, locale),
            })}
          </p>
        </Card>
      ))}
    </Cards>
  );
}

export interface PublicNotice {
  readonly publicity: ShownPublicity;
  /** Objections may be sent. */
  readonly open: boolean;
  /** Working days left; null when the calendar does not know. */
  readonly left: number | null;
  readonly stageNames: Readonly<Record<string, string>>;
  /** Someone was taken off the list after an upheld objection. */
  readonly corrected: boolean;
}

export function NoticePage({ frame, notice }: { frame: Frame; notice: PublicNotice }) {
  const t = words(frame.locale);
  const { publicity, open, stageNames } = notice;
  const { list } = publicity;
  return (
    <Page
      {...frame}
      title={list.round}
      lead={list.unit}
      breadcrumbs={[{ href: '/public', label: t('publicity.public.title') }]}
      actions={
        open && (
          <ButtonLink href={`/public/${publicity.id}/object`} kind="primary">
            {t('publicity.public.object')}
          </ButtonLink>
        )
      }
    >
      <p>
        <strong>{standing(notice, frame)}</strong>{' '}
        {t('publicity.public.period', {
          from: formatDate(publicity.postedOn, frame.locale),
          to: formatDate(publicity.closesOn, frame.locale),
        })}
      </p>
      <p>
        {t('publicity.public.text', { programme: inLocale(list.programme, frame.locale), round: list.round })}
      </p>
      <DataTable
        caption={t('ui.aside', {
          text: t('publicity.public.list'),
          more: t('publicity.public.entries', { n: list.entries.length }),
        })}
        path={frame.path}
        rows={list.entries}
        columns={[
          { key: 'number', label: t('publicity.public.number'), numeric: true, cell: (row) => row.number },
          { key: 'name', label: t('publicity.selection.name'), rowHeader: true, cell: (row) => row.name },
          { key: 'county', label: t('publicity.selection.county'), cell: (row) => row.county ?? '' },
          { key: 'school', label: t('publicity.selection.school'), cell: (row) => row.school },
          {
            key: 'subject',
            label: t('publicity.selection.subject'),
            cell: (row) => subjectName(row.subject, frame.locale),
          },
          {
            key: 'stage',
            label: t('publicity.selection.stage'),
            cell: (row) => (row.stage === null ? '' : (stageNames[row.stage] ?? row.stage)),
          },
          ...(list.entries.some(({ title }) => title !== null)
            ? [
                {
                  key: 'grant',
                  label: t('publicity.selection.grant'),
                  cell: ({ title }: ShownList['entries'][number]) =>
                    title === null ? '' : titleText(title, frame.locale),
                },
              ]
            : []),
        ]}
      />
      {notice.corrected && (
        <Notice kind="info">
          <p>{t('publicity.public.settled')}</p>
        </Notice>
      )}
      <Section title={t('publicity.public.how')}>
        <p>{t('publicity.public.how.text')}</p>
        <SummaryList
          rows={[
            { label: t('publicity.public.unit'), value: list.unit },
            ...(list.documentNumber === null
              ? []
              : [{ label: t('publicity.public.document'), value: list.documentNumber }]),
            ...(list.contact === null ? [] : [{ label: t('publicity.public.contact'), value: list.contact }]),
            {
              label: t('publicity.public.digest'),
              value: (
                <>
                  <code class="digest">{publicity.digest}</code>
                  <p class="hint">{t('publicity.public.digest.text')}</p>
                </>
              ),
            },
          ]}
        />
      </Section>
    </Page>
  );
}

function standing({ publicity, open, left }: PublicNotice, { locale }: Frame): string {
  const t = words(locale);
  if (publicity.roundState === 'cancelled') return t('publicity.public.cancelled');
  if (!open) return t('publicity.public.over');
  if (left === null)
    return t('publicity.public.left.unknown', { date: formatDate(publicity.closesOn, locale) });
  return t('publicity.public.left', { n: left });
}

export function ObjectPage(props: {
  frame: Frame;
  publicity: ShownPublicity;
  refusal: string | null;
  state: FormState;
  submission: string;
}) {
  const { frame, publicity, state, refusal } = props;
  const t = words(frame.locale);
  const { list } = publicity;
  const back = `/public/${publicity.id}`;
  return (
    <Page
      {...frame}
      title={t('publicity.object.title')}
      breadcrumbs={[
        { href: '/public', label: t('publicity.public.title') },
        { href: back, label: list.round },
      ]}
      lead={t('publicity.object.lead', {
        round: list.round,
        date: formatDate(publicity.closesOn, frame.locale),
      })}
    >
      {refusal !== null ? (
        <Notice kind="error">
          <p>{refusal}</p>
        </Notice>
      ) : (
        <>
          <ErrorSummary state={state} />
          <Form action={`${back}/object`} submission={props.submission} guard>
            <SelectField
              name="concerns"
              label={t('publicity.object.concerns')}
              hint={t('publicity.object.concerns.hint')}
              state={state}
              choices={list.entries.map(({ number, name, school }) => ({
                value: String(number),
                label: t('ui.aside', { text: `${number} ${name}`, more: school }),
              }))}
              optional
            />
            <TextareaField
              name="statement"
              label={t('publicity.object.statement')}
              hint={t('publicity.object.statement.hint')}
              state={state}
              rows={8}
              maxlength={4000}
            />
            <RadioField
              name="signed"
              label={t('publicity.object.signed')}
              hint={t('publicity.object.private')}
              state={state}
              choices={[
                { value: 'yes', label: t('publicity.object.signed.yes') },
                { value: 'no', label: t('publicity.object.signed.no') },
              ]}
            />
            <TextField
              name="name"
              label={t('publicity.object.name')}
              hint={t('publicity.object.needed-if-signed')}
              state={state}
              maxlength={60}
              unmarked
            />
            <TextField
              name="contact"
              label={t('publicity.object.contact')}
              hint={t('publicity.object.needed-if-signed')}
              state={state}
              maxlength={120}
              unmarked
            />
            {/* People do not see it and leave it empty; programs fill it in. */}
            <div class="sr" aria-hidden="true">
              <label>
                {t('publicity.object.trap')}
                <input type="text" name="website" tabindex={-1} autocomplete="off" />
              </label>
            </div>
            <SubmitBar submit={t('publicity.object.submit')} cancel={back} />
          </Form>
        </>
      )}
    </Page>
  );
}

export function FindReceiptPage({ frame, state }: { frame: Frame; state: FormState }) {
  const t = words(frame.locale);
  return (
    <Page
      {...frame}
      title={t('publicity.receipt.title')}
      breadcrumbs={[{ href: '/public', label: t('publicity.public.title') }]}
    >
      <ErrorSummary state={state} />
      <Form action="/public/objections" method="get">
        <TextField
          name="receipt"
          label={t('publicity.receipt.number')}
          hint={t('publicity.receipt.typing')}
          state={state}
          maxlength={60}
        />
        <SubmitBar submit={t('publicity.receipt.find')} cancel="/public" />
      </Form>
    </Page>
  );
}

export function ReceiptPage(props: {
  frame: Frame;
  objection: Shown<'objection', ObjectionRow>;
  publicity: ShownPublicity;
  timeZone: string;
}) {
  const { frame, objection, publicity } = props;
  const t = words(frame.locale);
  return (
    <Page
      {...frame}
      title={t('publicity.receipt.title')}
      breadcrumbs={[{ href: '/public', label: t('publicity.public.title') }]}
    >
      <SummaryList
        rows={[
          { label: t('publicity.receipt.number'), value: <CopyText text={objection.receipt} /> },
          {
            label: t('publicity.receipt.about'),
            value: <a href={`/public/${publicity.id}`}>{publicity.roundName}</a>,
          },
          {
            label: t('publicity.objections.received'),
            value: formatInstant(objection.receivedAt, frame.locale, props.timeZone),
          },
          { label: t('publicity.objections.state'), value: <ObjectionTag state={objection.state} /> },
          { label: t('publicity.receipt.answer'), value: answerText(objection, frame, props.timeZone) },
        ]}
      />
      <p class="hint">{t('publicity.receipt.keep')}</p>
      <p>
        <a href="/public">{t('publicity.receipt.to-public')}</a>
      </p>
    </Page>
  );
}

function answerText(
  { answer, answeredAt }: Shown<'objection', ObjectionRow>,
  { locale }: Frame,
  timeZone: string,
): string {
  const t = words(locale);
  if (answer === null || answeredAt === null) return t('publicity.receipt.waiting');
  return t('ui.aside', {
    text: answer,
    more: t('publicity.objections.answered', { date: formatInstant(answeredAt, locale, timeZone) }),
  });
}
