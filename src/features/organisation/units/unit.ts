import { answerPage, pageProps, pastEnd } from '../../../platform/answer.ts';
import { queryNumber } from '../../../platform/forms.ts';
import { newId } from '../../../platform/ids.ts';
import { vocabulary } from '../../../platform/programmes.ts';
import type { ActorAsk } from '../../../platform/routing.ts';
import type { FormState } from '../../../web/ui/form.tsx';
import { allows } from '../../identity/rules.ts';
import { seenUnit } from '../places.ts';
import { organisationWords } from '../show.ts';
import { UnitPage } from './page.tsx';
import type { Unit } from './queries.ts';
import { rolesToGive } from './rules.ts';
import { selectWholeUnit } from './whole/queries.ts';

const PAGE = 50;

/** The page of the unit the address names; with errors, as the answer to a form of it that was refused. */
export async function answerUnit(ask: ActorAsk, state: FormState = { values: {} }): Promise<Response> {
  const unit = await seenUnit(ask);
  const page = queryNumber(ask.c.req.query('page'), 1, 1, 10_000);
  const search = (ask.c.req.query('q') ?? '').trim().slice(0, 100);
  const place = { unitPath: unit.path };
  const mayChangePeople = allows(ask.actor, 'person.change', place);
  const whole = await selectWholeUnit(
    ask.db,
    unit,
    { search, limit: PAGE, offset: (page - 1) * PAGE, accounts: allows(ask.actor, 'account.change', place) },
    ask,
  );
  const past = pastEnd(ask, { page, size: PAGE, shown: whole.children.length, total: whole.childTotal });
  if (past !== null) return past;
  const frame = pageProps(ask);
  return answerPage(
    ask,
    UnitPage({
      // A refused form was sent to another address, which nobody can open.
      frame: ask.c.req.method === 'GET' ? frame : { ...frame, path: `/units/${unit.id}` },
      t: ask.t,
      words: organisationWords(vocabulary(), ask.locale, ask.t),
      unit,
      ...whole,
      above: visible(ask, whole.above).slice(0, -1),
      page,
      size: PAGE,
      given: allows(ask.actor, 'role.assign', place) ? rolesToGive(ask.actor, placeOf(unit)) : [],
      mayChange: allows(ask.actor, 'unit.change', place),
      mayAdd: mayChangePeople,
      mayFind: allows(ask.actor, 'person.find', place),
      maySeeActing: allows(ask.actor, 'role.see', place),
      today: ask.today,
      submission: newId(),
      state,
    }),
    state.errors === undefined ? 200 : 422,
  );
}

export const placeOf = (unit: Unit) => ({ level: unit.level, path: unit.path, ended: unit.endsOn !== null });
/** The way down as far as the person may look. */
export const visible = (ask: ActorAsk, units: readonly Unit[]): Unit[] =>
  units.filter((unit) => allows(ask.actor, 'unit.see', { unitPath: unit.path }));
