import { usePage } from '../../../../web/page-context.ts';
import { RadioField, SelectField, TextareaField, TextField } from '../../../../web/ui/field.tsx';
import {
  Button,
  ButtonLink,
  ErrorSummary,
  Form,
  type FormState,
  SubmitBar,
} from '../../../../web/ui/form.tsx';
import type { Tone } from '../../../../web/ui/kinds.ts';
import { Card, Section } from '../../../../web/ui/section.tsx';
import { SummaryList } from '../../../../web/ui/summary-list.tsx';
import { StatusTag } from '../../../../web/ui/tag.tsx';
import { formatInstant, words } from '../../../../web/words.ts';
import type { Frame, RoundFrame } from '../../frame.ts';
import { RoundPage } from '../../rounds/frame.tsx';
import type { ObjectionRow } from './queries.ts';
import { isSettled, type ObjectionState } from './rules.ts';

const objectionTones: Record<ObjectionState, Tone> = {
  received: 'warning',
  investigating: 'info',
  upheld: 'danger',
  dismissed: 'neutral',
};
export const ObjectionTag = ({ state }: { state: ObjectionState }) => {
  const { t } = usePage();
  return <StatusTag tone={objectionTones[state]} text={t(`publicity.objections.state.${state}`)} />;
};

/** Those still on the list, to be taken off when an objection is upheld. */
export interface Removable {
  readonly choices: readonly { readonly value: string; readonly label: string }[];
  /** The name that is looked for; empty for none. */
  readonly find: string;
  readonly offered: number;
  /** On the list by that name, offered or not. */
  readonly total: number;
}

export interface ObjectionsView {
  readonly roundId: string;
  readonly objections: readonly ObjectionRow[];
  /** Of the objection that is being settled; null while none is. */
  readonly removable: Removable | null;
  readonly mayDecide: boolean;
  readonly timeZone: string;
  /** Which objection the state belongs to. */
  readonly about: string | null;
}

export function ObjectionsPage(props: {
  frame: Frame;
  round: RoundFrame;
  view: ObjectionsView;
  state: FormState;
  submission: string;
}) {
  const { frame, round, view, state } = props;
  const t = words(frame.locale);
  return (
    <RoundPage
      frame={frame}
      round={round}
      title={t('publicity.objections.title')}
      lead={t('publicity.objections.lead')}
    >
      <ErrorSummary state={state} />
      <Section title={t('publicity.objections.all', { n: view.objections.length })}>
        {view.objections.length === 0 && <p>{t('publicity.objections.empty')}</p>}
        {view.objections.map((objection) => (
          <Objection objection={objection} view={view} state={state} submission={props.submission} />
        ))}
      </Section>
    </RoundPage>
  );
}

function Objection(props: {
  objection: ObjectionRow;
  view: ObjectionsView;
  state: FormState;
  submission: string;
}) {
  const { t, locale } = usePage();
  const { objection, view, state, submission } = props;
  const action = `/rounds/${view.roundId}/objections/${objection.id}`;
  const settled = isSettled(objection.state);
  return (
    <Card
      title={objection.receipt}
      tag={<ObjectionTag state={objection.state} />}
      meta={formatInstant(objection.receivedAt, locale, view.timeZone)}
    >
      <SummaryList
        rows={[
          {
            label: t('publicity.objections.concerns'),
            value: objection.concernsName ?? t('publicity.objections.concerns.none'),
          },
          {
            label: t('publicity.objections.by'),
            value: objection.signed
              ? `${objection.name ?? ''} ${objection.contact ?? ''}`
              : t('publicity.objections.by.anonymous'),
          },
          {
            label: t('publicity.objections.statement'),
            value: <p class="pre-line">{objection.statement}</p>,
          },
          ...(objection.investigation === null
            ? []
            : [{ label: t('publicity.objections.investigation'), value: objection.investigation }]),
          ...(objection.answer === null
            ? []
            : [{ label: t('publicity.objections.answer'), value: objection.answer }]),
        ]}
      />
      {view.mayDecide && objection.state === 'received' && (
        <Form action={`${action}/investigate`} submission={submission}>
          <SubmitBar submit={t('publicity.objections.investigate')} />
        </Form>
      )}
      {view.mayDecide && !settled && view.about !== objection.id && (
        <ButtonLink href={`/rounds/${view.roundId}/objections?about=${objection.id}`}>
          {t('publicity.objections.settle')}
        </ButtonLink>
      )}
      {/* One form at a time: each field has its own name on the page. */}
      {view.removable !== null && view.about === objection.id && (
        <Form action={`${action}/settle`} submission={submission}>
          <RadioField
            name="outcome"
            label={t('publicity.objections.outcome')}
            state={state}
            choices={[
              { value: 'dismiss', label: t('publicity.objections.outcome.dismiss') },
              { value: 'uphold', label: t('publicity.objections.outcome.uphold') },
            ]}
          />
          <FindRemovable removable={view.removable} state={state} />
          <SelectField
            name="remove"
            label={t('publicity.objections.remove')}
            state={state}
            choices={view.removable.choices}
            empty={t('publicity.objections.remove.none')}
            optional
          />
          <TextareaField
            name="investigation"
            label={t('publicity.objections.investigation')}
            state={state}
            maxlength={4000}
            optional
          />
          <TextareaField
            name="answer"
            label={t('publicity.objections.answer')}
            state={state}
            maxlength={2000}
          />
          <SubmitBar submit={t('publicity.objections.submit')} />
        </Form>
      )}
    </Card>
  );
}

/** Where more are on the list than are offered: whose name is looked for, with everything else that was typed kept. */
function FindRemovable({ removable, state }: { removable: Removable; state: FormState }) {
  const { t } = usePage();
  const { find, offered, total } = removable;
  if (total <= offered && find === '') return null;
  return (
    <>
      <TextField
        name="find"
        label={t('publicity.objections.find')}
        hint={
          total > offered
            ? t('publicity.objections.find.more', { offered, total })
            : t('publicity.objections.find.all', { n: total })
        }
        type="search"
        state={state}
        optional
      />
      <p>
        <Button kind="secondary" name="act" value="find" novalidate>
          {t('publicity.objections.find.go')}
        </Button>
      </p>
    </>
  );
}
