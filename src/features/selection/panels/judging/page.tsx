import { Page } from '../../../../web/layout.tsx';
import { NumberField, TextareaField } from '../../../../web/ui/field.tsx';
import {
  AutosaveStatus,
  Button,
  ButtonLink,
  ErrorSummary,
  Form,
  type FormState,
} from '../../../../web/ui/form.tsx';
import type { Tone } from '../../../../web/ui/kinds.ts';
import { Notice } from '../../../../web/ui/notice.tsx';
import { Card, Cards, Details, EmptyState, Section } from '../../../../web/ui/section.tsx';
import { SummaryList, type SummaryRow } from '../../../../web/ui/summary-list.tsx';
import { DataTable } from '../../../../web/ui/table.tsx';
import { StatusTag } from '../../../../web/ui/tag.tsx';
import { words } from '../../../../web/words.ts';
import type { Frame } from '../../frame.ts';
import { PanelTag } from '../page.tsx';
import { type PanelState, REASON_MAX } from '../rules.ts';

/** The judge's pages: codes and materials, no name and no unit that was to be hidden. */

export interface MinePanel {
  readonly id: string;
  readonly title: string;
  readonly unitName: string;
  readonly state: PanelState;
  readonly time: string;
  readonly sheets: number;
  readonly done: number;
}
export function MinePage({ frame, panels }: { frame: Frame; panels: readonly MinePanel[] }) {
  const t = words(frame.locale);
  return (
    <Page {...frame} title={t('panels.mine')} lead={t('panels.mine.lead')}>
      {panels.length === 0 && <EmptyState title={t('panels.mine.none')} />}
      <Mine frame={frame} title={t('panels.mine.now')} panels={panels.filter(asksNow)} />
      <Mine
        frame={frame}
        title={t('panels.mine.others')}
        panels={panels.filter((panel) => !asksNow(panel))}
      />
    </Page>
  );
}

/** Sheets wait to be handed in. */
const asksNow = ({ state, done, sheets }: MinePanel): boolean => state === 'judging' && done < sheets;

function Mine({ frame, title, panels }: { frame: Frame; title: string; panels: readonly MinePanel[] }) {
  const t = words(frame.locale);
  if (panels.length === 0) return null;
  return (
    <Section title={title}>
      <Cards>
        {panels.map((panel) => (
          <Card
            title={panel.title}
            href={`/judging/${panel.id}`}
            tag={<PanelTag state={panel.state} locale={frame.locale} />}
            meta={panel.unitName}
          >
            <p>{panel.time}</p>
            {panel.sheets > 0 && (
              <p>{t('panels.mine.progress', { done: panel.done, sheets: panel.sheets })}</p>
            )}
          </Card>
        ))}
      </Cards>
    </Section>
  );
}

export type ShownState = 'open' | 'begun' | 'submitted' | 'aside';
const TONES: Readonly<Record<ShownState, Tone>> = {
  open: 'neutral',
  begun: 'info',
  submitted: 'success',
  aside: 'neutral',
};
export interface SheetLine {
  readonly code: string;
  readonly state: ShownState;
  readonly total: string | null;
}
export interface JudgedView {
  readonly id: string;
  readonly title: string;
  readonly blind: boolean;
  readonly time: string;
}
export function SheetsPage(props: {
  frame: Frame;
  panel: JudgedView;
  facts: readonly SummaryRow[];
  sheets: readonly SheetLine[];
  /** Sheets may be written on now. */
  open: boolean;
}) {
  const { frame, panel } = props;
  const t = words(frame.locale);
  const next = props.open
    ? props.sheets.find(({ state }) => state === 'open' || state === 'begun')
    : undefined;
  return (
    <Page
      {...frame}
      title={panel.title}
      lead={panel.time}
      breadcrumbs={[{ href: '/judging', label: t('panels.mine') }]}
    >
      {next !== undefined && (
        <p class="actions">
          <ButtonLink kind="primary" href={`/judging/${panel.id}/${next.code}`}>
            {t('panels.sheets.continue', { code: next.code })}
          </ButtonLink>
        </p>
      )}
      <SummaryList rows={props.facts} />
      <Section
        title={t('panels.sheets')}
        lead={t(panel.blind ? 'panels.sheets.lead' : 'panels.sheets.lead.named')}
      >
        <DataTable
          caption={t('panels.sheets')}
          captionHidden
          path={frame.path}
          rows={props.sheets}
          empty={<p>{t('panels.sheets.none')}</p>}
          columns={[
            {
              key: 'code',
              label: t('panels.sheets.code'),
              rowHeader: true,
              cell: (row) => <a href={`/judging/${panel.id}/${row.code}`}>{row.code}</a>,
            },
            {
              key: 'state',
              label: t('panels.sheets.state'),
              cell: (row) => (
                <StatusTag tone={TONES[row.state]} text={t(`panels.sheet.state.${row.state}`)} />
              ),
            },
            {
              key: 'total',
              label: t('panels.sheets.total'),
              numeric: true,
              cell: (row) => row.total ?? '',
            },
          ]}
        />
      </Section>
    </Page>
  );
}

export interface CriterionView {
  readonly id: string;
  readonly name: string;
  readonly max: string;
  readonly step: string;
  readonly reason: boolean;
}
export interface MaterialView {
  readonly number: number;
  readonly label: string;
  readonly content: string | null;
  /** The file's name for judges, and where it is opened. */
  readonly file: { readonly name: string; readonly href: string } | null;
}
export function SheetPage(props: {
  frame: Frame;
  panel: JudgedView;
  code: string;
  state: ShownState;
  materials: readonly MaterialView[] | null;
  criteria: readonly CriterionView[];
  marks: FormState;
  /** The sheet may be written on now. */
  open: boolean;
  total: string | null;
  previous: string | null;
  next: string | null;
  submission: string;
}) {
  const { frame, panel, code } = props;
  const t = words(frame.locale);
  const href = `/judging/${panel.id}/${code}`;
  return (
    <Page
      {...frame}
      title={t('panels.sheet', { code })}
      actions={<StatusTag tone={TONES[props.state]} text={t(`panels.sheet.state.${props.state}`)} />}
      breadcrumbs={[
        { href: '/judging', label: t('panels.mine') },
        { href: `/judging/${panel.id}`, label: panel.title },
      ]}
    >
      <ErrorSummary state={props.marks} />
      {!props.open && (
        <Notice kind="info">
          <p>{props.state === 'open' || props.state === 'begun' ? panel.time : t('panels.cannot.settled')}</p>
        </Notice>
      )}
      {props.materials !== null && <Materials materials={props.materials} frame={frame} />}
      <Section title={t('panels.sheet.marks')} id="marks">
        {props.open ? (
          <Marks {...props} href={href} />
        ) : (
          <SummaryList
            rows={[
              ...props.criteria.map(({ id, name, max }) => ({
                label: t('panels.sheet.mark', { name, max }),
                value: (
                  <>
                    {String(props.marks.values[`mark.${id}`] ?? '')}
                    <span class="hint pre-line">{String(props.marks.values[`reason.${id}`] ?? '')}</span>
                  </>
                ),
              })),
              { label: t('panels.sheets.total'), value: props.total ?? '' },
            ]}
          />
        )}
      </Section>
      {props.open && (
        <Details summary={t('panels.sheet.aside')} open={props.marks.errors?.why !== undefined}>
          <Form action={`${href}/aside`} submission={props.submission}>
            <TextareaField
              name="why"
              label={t('panels.sheet.aside.why')}
              state={props.marks}
              rows={2}
              maxlength={500}
            />
            <Button kind="danger">{t('panels.sheet.aside')}</Button>
          </Form>
        </Details>
      )}
      <p class="actions">
        {props.previous !== null && (
          <ButtonLink href={`/judging/${panel.id}/${props.previous}`}>
            {t('panels.sheet.previous')}
          </ButtonLink>
        )}
        {props.next !== null && (
          <ButtonLink href={`/judging/${panel.id}/${props.next}`}>{t('panels.sheet.next')}</ButtonLink>
        )}
      </p>
    </Page>
  );
}

function Materials({ materials, frame }: { materials: readonly MaterialView[]; frame: Frame }) {
  const t = words(frame.locale);
  return (
    <Section title={t('panels.sheet.materials')}>
      {materials.length === 0 ? (
        <p class="quiet">{t('panels.sheet.materials.none')}</p>
      ) : (
        <SummaryList
          rows={materials.map(({ number, label, content, file }) => ({
            label: `${number}. ${label}`,
            value:
              file === null ? (
                <span class="pre-line">{content ?? ''}</span>
              ) : (
                <a href={file.href} target="_blank" rel="noreferrer">
                  {t('panels.sheet.file', { name: file.name })}
                </a>
              ),
          }))}
        />
      )}
    </Section>
  );
}

function Marks(props: Parameters<typeof SheetPage>[0] & { href: string }) {
  const { frame, criteria, marks, href } = props;
  const t = words(frame.locale);
  return (
    <Form action={href} submission={props.submission} autosave={href} guard>
      {criteria.map(({ id, name, max, step, reason }) => (
        <>
          <NumberField
            name={`mark.${id}`}
            label={t('panels.sheet.mark', { name, max })}
            hint={t('panels.sheet.mark.step', { step })}
            state={marks}
            min={0}
            max={Number(max)}
            step={Number(step)}
          />
          <TextareaField
            name={`reason.${id}`}
            label={t('panels.sheet.reason', { name })}
            state={marks}
            rows={2}
            maxlength={REASON_MAX}
            optional={!reason}
          />
        </>
      ))}
      <AutosaveStatus />
      <div class="submit-bar">
        <Button kind="secondary" novalidate>
          {t('panels.sheet.save')}
        </Button>
        <Button formaction={`${href}/hand-in`}>{t('panels.sheet.hand-in')}</Button>
        <span class="hint">{t('panels.sheet.hand-in.lead')}</span>
      </div>
    </Form>
  );
}
