import { z } from 'zod';
import { answerDone, answerPage, pageProps } from '../../../../platform/answer.ts';
import { transaction } from '../../../../platform/database.ts';
import { needed, optional, optionalCivilDate, readForm } from '../../../../platform/forms.ts';
import { isId, newId } from '../../../../platform/ids.ts';
import { vocabulary } from '../../../../platform/programmes.ts';
import { type ActorAsk, may, routeList } from '../../../../platform/routing.ts';
import type { FormState } from '../../../../web/ui/form.tsx';
import { appendAudit } from '../../../audit/queries.ts';
import { allows } from '../../../identity/rules.ts';
import { changeFact, movePerson } from '../../career/queries.ts';
import { selectOptionalUnitNamed } from '../../places.ts';
import { organisationWords } from '../../show.ts';
import { selectOptionalUnit, type Unit } from '../../units/queries.ts';
import { STAGES } from '../../units/rules.ts';
import { insertPerson, isStaffNumberTaken, type NewPerson } from '../changes/queries.ts';
import { insertSuspicion } from '../doubles/queries.ts';
import { personFields, subjectField } from '../form.ts';
import { findLookalikes, selectOptionalPerson } from '../queries.ts';
import { beganTooYoung, EDUCATIONS, RANKS, suspect } from '../rules.ts';
import { type Lookalike, NewPersonPage } from './page.tsx';

/** One person added by hand: whoever came in the middle of a term, without a roster. */
export const newPersonRoutes = routeList();
const { get, post } = newPersonRoutes;

const choice = <T extends string>(values: readonly T[]) =>
  z
    .union([z.enum(values), z.literal('')])
    .optional()
    .transform((one) => (one || null) as T | null);

const newForm = z.object({
  unit: needed('organisation.person.new.unit.needed', 100),
  ...personFields,
  joinedOn: optionalCivilDate('organisation.date.needed'),
  subject: subjectField,
  stage: choice(STAGES),
  rank: choice(RANKS),
  rankSince: optionalCivilDate('organisation.date.needed'),
  education: choice(EDUCATIONS),
  post: optional(60),
  /** "These are others": ticked after those like the person were shown. */
  another: z.string().optional(),
});
type NewForm = z.output<typeof newForm>;

const show = (ask: ActorAsk, state: FormState, submission: string, lookalikes: readonly Lookalike[] = []) =>
  answerPage(
    ask,
    NewPersonPage({
      frame: pageProps(ask),
      t: ask.t,
      words: organisationWords(vocabulary(), ask.locale, ask.t),
      today: ask.today,
      state,
      submission,
      lookalikes,
    }),
    state.errors === undefined ? 200 : 422,
  );

get('/people/new', may('person.change'), async (ask) => {
  const id = ask.c.req.query('unit') ?? ask.actor.assignments[0]?.unitId ?? '';
  const unit = isId(id) ? await selectOptionalUnit(ask.db, id) : null;
  const named = unit !== null && unit.level !== 'group' && mayAddTo(ask, unit) ? unit.name : '';
  return show(ask, { values: { unit: named } }, newId());
});

const mayAddTo = (ask: ActorAsk, unit: Unit) => allows(ask.actor, 'person.change', { unitPath: unit.path });

post('/people/new', may('person.change'), async (ask) => {
  const form = await readForm(ask, newForm);
  const { raw } = form;
  const id = raw.submission;
  const refuse = (errors: Readonly<Record<string, string>>, lookalikes: readonly Lookalike[] = []) =>
    show(ask, { values: raw.values, errors }, id, lookalikes);
  if (!form.ok) return refuse(form.errors);
  const { data } = form;
  const future = (['birthDate', 'teachingSince', 'joinedOn', 'rankSince'] as const).find(
    (name) => (data[name] ?? '') > ask.today,
  );
  if (future !== undefined) return refuse({ [future]: ask.t('organisation.date.future') });
  if (beganTooYoung(data.birthDate, data.teachingSince))
    return refuse({ teachingSince: ask.t('organisation.person.too-young') });
  const unit = await selectOptionalUnitNamed(ask, data.unit);
  if (unit === null) return refuse({ unit: ask.t('organisation.move.to.unknown') });
  if (data.staffNumber !== null && (await isStaffNumberTaken(ask.db, data.staffNumber, id))) {
    return refuse({ staffNumber: ask.t('organisation.person.number.taken') });
  }
  const alike = await findAlike(ask, id, data, unit);
  if (alike.length > 0 && data.another === undefined) {
    return refuse({ another: ask.t('organisation.person.new.alike.needed') }, alike);
  }
  await add(ask, id, data, unit, alike);
  return answerDone(ask, `/people/${id}`, 'organisation.done.person-added');
});

/** Who is there already and may be the same person. Of those in other places only the unit is told. */
async function findAlike(ask: ActorAsk, id: string, data: NewForm, unit: Unit): Promise<Lookalike[]> {
  const like = { ...data, unitId: unit.id };
  const found = await findLookalikes(ask.db, { id, ...data });
  return found.flatMap((person): Lookalike[] => {
    const reason = suspect(like, person);
    if (reason === null) return [];
    const maySee = allows(ask.actor, 'person.see', { unitPath: person.unitPath ?? '' });
    return [{ id: person.id, reason, unitName: person.unitName, person: maySee ? person : null }];
  });
}

/** The person, where they work and since when, and whom they are like, in one transaction. Sent twice it is once. */
async function add(
  ask: ActorAsk,
  id: string,
  data: NewForm,
  unit: Unit,
  alike: readonly Lookalike[],
): Promise<void> {
  const { unit: _, another: __, joinedOn, rankSince, ...given } = data;
  const person: NewPerson = { id, ...given };
  await transaction(ask.db, async (tx) => {
    if (!(await insertPerson(tx, person))) return;
    await movePerson(tx, {
      id: newId(),
      personId: id,
      unitId: unit.id,
      on: joinedOn,
      post: data.post,
      how: 'start',
    });
    if (data.rank !== null && rankSince !== null) {
      await changeFact(tx, { personId: id, attribute: 'rank', value: data.rank, since: rankSince });
    }
    for (const other of alike) await insertSuspicion(tx, id, other.id, other.reason, ask.now);
    const added = await selectOptionalPerson(tx, id);
    await appendAudit(tx, ask.actor, ask.now, {
      action: 'person.added',
      subjectType: 'person',
      subjectId: id,
      personId: id,
      unitPath: added?.unitPath ?? unit.path,
      after: { ...given, unit: unit.name, joinedOn, rankSince },
    });
  });
}
