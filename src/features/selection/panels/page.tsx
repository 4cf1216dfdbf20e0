import { SelectField } from '../../../web/ui/field.tsx';
import { ErrorSummary, Form, type FormState, SubmitBar } from '../../../web/ui/form.tsx';
import type { Tone } from '../../../web/ui/kinds.ts';
import { EmptyState, Section } from '../../../web/ui/section.tsx';
import { DataTable } from '../../../web/ui/table.tsx';
import { StatusTag } from '../../../web/ui/tag.tsx';
import { type Locale, words } from '../../../web/words.ts';
import type { Frame, RoundFrame } from '../frame.ts';
import { RoundPage } from '../rounds/frame.tsx';
import type { PanelState } from './rules.ts';

const TONES: Readonly<Record<PanelState, Tone>> = {
  forming: 'info',
  judging: 'warning',
  closed: 'success',
  cancelled: 'neutral',
};
export const PanelTag = ({ state, locale }: { state: PanelState; locale: Locale }) => (
  <StatusTag tone={TONES[state]} text={words(locale)(`panels.state.${state}`)} />
);

export interface PanelLine {
  readonly id: string;
  readonly stage: string;
  readonly unitName: string;
  readonly state: PanelState;
  readonly period: string;
}

/** The panels of a round, and a form for another. */
export function PanelsPage(props: {
  frame: Frame;
  round: RoundFrame;
  panels: readonly PanelLine[];
  /** Stages that are judged, at units the reader acts for; what each choice is called. */
  choices: readonly { readonly value: string; readonly label: string }[];
  declared: boolean;
  submission: string;
  state: FormState;
}) {
  const { frame, round, panels, choices } = props;
  const t = words(frame.locale);
  return (
    <RoundPage frame={frame} round={round} title={t('panels.title')} lead={t('panels.lead')} wide>
      <ErrorSummary state={props.state} />
      {!props.declared && <EmptyState title={t('panels.nothing-declared')} />}
      {props.declared && (
        <DataTable
          caption={t('panels.title')}
          path={frame.path}
          rows={panels}
          empty={<p>{t('panels.none')}</p>}
          columns={[
            {
              key: 'panel',
              label: t('panels.column.panel'),
              rowHeader: true,
              cell: (row) => <a href={`/panels/${row.id}`}>{row.stage}</a>,
            },
            { key: 'unit', label: t('panels.column.unit'), cell: (row) => row.unitName },
            {
              key: 'state',
              label: t('panels.column.state'),
              cell: (row) => <PanelTag state={row.state} locale={frame.locale} />,
            },
            { key: 'period', label: t('panels.column.period'), cell: (row) => row.period },
          ]}
        />
      )}
      {choices.length > 0 && (
        <Section title={t('panels.new')} lead={t('panels.new.lead')}>
          <Form action={`/rounds/${round.id}/panels`} submission={props.submission}>
            <SelectField
              name="stage"
              label={t('panels.new.stage')}
              state={props.state}
              choices={choices}
              empty={null}
            />
            <SubmitBar submit={t('panels.new')} />
          </Form>
        </Section>
      )}
    </RoundPage>
  );
}
