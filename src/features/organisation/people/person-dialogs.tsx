import { enumerate } from '../../../shared/text.ts';
import { usePage } from '../../../web/page-context.ts';
import { Dialog } from '../../../web/ui/dialog.tsx';
import { DateField, SelectField, TextareaField, TextField } from '../../../web/ui/field.tsx';
import { Button, FieldRow, Form, SubmitBar } from '../../../web/ui/form.tsx';
import type { Locale } from '../../../web/words.ts';
import type { OrganisationWords } from '../show.ts';
import type { PersonPageProps } from './person-page.tsx';
import { EDUCATIONS, FACTS, RANKS } from './rules.ts';

/** Moving, groups, attributes, leaving: each act of a career as a form of its own. */
export function PersonDialogs(props: PersonPageProps) {
  const { t, words, person, state, today, submission } = props;
  const action = (what: string) => `/people/${person.id}/${what}`;
  const day = (of: string) => (
    <DateField
      id={`f-on-${of}`}
      name="on"
      label={t('organisation.date.on')}
      value={state.values.on === undefined ? today : undefined}
      max={today}
      state={state}
    />
  );
  return (
    <>
      <Dialog id="move" title={t('organisation.move.title')}>
        <p>{t('organisation.move.explain')}</p>
        <Form action={action('move')} submission={submission}>
          <TextField
            name="unit"
            label={t('organisation.move.to')}
            hint={t('organisation.move.to.hint')}
            state={state}
          />
          {day('move')}
          <TextField name="post" label={t('organisation.person.post')} optional state={state} />
          <SubmitBar submit={t('organisation.move.submit')} cancel={`/people/${person.id}`} />
        </Form>
      </Dialog>
      <Dialog id="group" title={t('organisation.group.title')}>
        <Form action={action('group')} submission={submission}>
          <SelectField
            name="group"
            label={t('organisation.person.group')}
            choices={props.groups.map(({ id, name }) => ({ value: id, label: name }))}
            state={state}
          />
          {day('group')}
          <div class="submit-bar">
            <Button kind="primary" name="act" value="join">
              {t('organisation.group.join')}
            </Button>
            <Button name="act" value="leave">
              {t('organisation.group.leave')}
            </Button>
          </div>
        </Form>
      </Dialog>
      <Dialog id="fact" title={t('organisation.fact.title')}>
        <p>{t('organisation.fact.explain')}</p>
        <Form action={action('fact')} submission={submission}>
          <SelectField
            name="attribute"
            label={t('organisation.fact.attribute')}
            choices={FACTS.map((name) => ({ value: name, label: t(`organisation.person.${name}`) }))}
            state={state}
          />
          <TextField
            name="value"
            label={t('organisation.fact.value')}
            hint={factHint(words, usePage().locale)}
            optional
            state={state}
          />
          {day('fact')}
          <TextareaField
            name="reason"
            label={t('organisation.fact.reason')}
            maxlength={300}
            rows={2}
            optional
            state={state}
          />
          <SubmitBar submit={t('organisation.save')} cancel={`/people/${person.id}`} />
        </Form>
      </Dialog>
      <Dialog id="leave" title={t('organisation.leave.title')}>
        <p>{t('organisation.leave.explain')}</p>
        <Form action={action('leave')} submission={submission}>
          <FieldRow>
            <SelectField
              name="state"
              label={t('organisation.leave.how')}
              choices={(['left', 'retired'] as const).map((value) => ({
                value,
                label: t(`organisation.state.${value}`),
              }))}
              empty={null}
              state={state}
            />
            {day('leave')}
          </FieldRow>
          <SubmitBar submit={t('organisation.leave.submit')} danger cancel={`/people/${person.id}`} />
        </Form>
      </Dialog>
    </>
  );
}

const factHint = (words: OrganisationWords, locale: Locale): string =>
  enumerate(
    locale,
    [...RANKS.map(words.rank), ...EDUCATIONS.map(words.education)].filter((text) => text !== ''),
  );
