import { TextField } from '../../../../web/ui/field.tsx';
import { Button, Form } from '../../../../web/ui/form.tsx';
import { Details, PlainList, Section } from '../../../../web/ui/section.tsx';
import { DataTable } from '../../../../web/ui/table.tsx';
import { words } from '../../../../web/words.ts';
import type { PanelPageProps } from '../held/page.tsx';

/** The panel as its office works on it. */

export interface SeatView {
  readonly id: string;
  readonly name: string;
  readonly unit: string;
  /** For whom they stand aside, counted by reason; while judging that says too much and is not there. */
  readonly aside: string | null;
  readonly sheets: number;
  readonly done: number;
  readonly ended: string | null;
}
export interface FoundView {
  readonly id: string;
  readonly name: string;
  readonly unit: string;
}

export function Judges(props: PanelPageProps) {
  const { frame, id, seats, state, submission, form } = props;
  const t = words(frame.locale);
  const judging = state === 'judging';
  const running = state === 'forming' || judging;
  return (
    <Section
      title={t(judging ? 'panels.progress' : 'panels.judges')}
      id="judges"
      lead={t(judging ? 'panels.progress.lead' : 'panels.judges.lead')}
    >
      <DataTable
        caption={t('panels.judges')}
        captionHidden
        path={frame.path}
        rows={seats}
        empty={<p>{t('panels.judges.none')}</p>}
        rowClass={({ ended }) => (ended === null ? null : 'row-muted')}
        columns={[
          { key: 'name', label: t('panels.judges.name'), rowHeader: true, cell: (row) => row.name },
          { key: 'unit', label: t('panels.judges.unit'), cell: (row) => row.unit },
          ...(judging
            ? [
                {
                  key: 'progress',
                  label: t('panels.judges.progress'),
                  cell: (row: SeatView) =>
                    row.ended ?? t('panels.judges.progress.of', { done: row.done, sheets: row.sheets }),
                },
              ]
            : [
                {
                  key: 'aside',
                  label: t('panels.judges.aside'),
                  cell: (row: SeatView) => row.ended ?? row.aside ?? t('panels.judges.aside.none'),
                },
              ]),
          ...(running
            ? [
                {
                  key: 'end',
                  label: t('panels.judges.end'),
                  cell: (row: SeatView) => row.ended === null && <EndSeat {...props} seat={row} />,
                },
              ]
            : []),
        ]}
      />
      {running && (
        <>
          <Form action={`/panels/${id}#judges`} method="get">
            <TextField
              name="find"
              label={t('panels.judges.find.text')}
              type="search"
              value={props.found?.text ?? ''}
            />
            <Button kind="secondary">{t('panels.judges.find.go')}</Button>
          </Form>
          {props.found !== null && props.found.people.length === 0 && <p>{t('panels.judges.find.none')}</p>}
          {props.found !== null && props.found.people.length > 0 && (
            <PlainList>
              {props.found.people.map((person) => (
                <li>
                  <Form action={`/panels/${id}/seats`} submission={submission}>
                    <input type="hidden" name="person" value={person.id} />
                    <p>
                      {person.name} <span class="quiet">{person.unit}</span>{' '}
                      <Button kind="secondary">{t('panels.judges.find.seat')}</Button>
                    </p>
                  </Form>
                </li>
              ))}
            </PlainList>
          )}
          {form.errors?.person && <p class="field-error">{form.errors.person}</p>}
        </>
      )}
    </Section>
  );
}

function EndSeat({ frame, id, seat, submission, form }: PanelPageProps & { seat: SeatView }) {
  const t = words(frame.locale);
  return (
    <Details summary={t('panels.judges.end')}>
      <p class="quiet">{t('panels.judges.end.lead')}</p>
      <Form action={`/panels/${id}/seats/${seat.id}/end`} submission={submission}>
        <TextField name={`why.${seat.id}`} label={t('panels.judges.end.why')} state={form} width="full" />
        <Button kind="danger">{t('panels.judges.end')}</Button>
      </Form>
    </Details>
  );
}
