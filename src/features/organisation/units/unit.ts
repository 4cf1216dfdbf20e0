import { answerPage, pageProps } from '../../../platform/answer.ts';
import { queryNumber } from '../../../platform/forms.ts';
import { newId } from '../../../platform/ids.ts';
import { vocabulary } from '../../../platform/programmes.ts';
import type { ActorAsk } from '../../../platform/routing.ts';
import type { FormState } from '../../../web/ui/form.tsx';
import { allows } from '../../identity/rules.ts';
import { countAccounts } from '../accounts/queries.ts';
import { seenUnit } from '../places.ts';
import { organisationWords } from '../show.ts';
import { selectStaffStructure, withCounts } from './counts/queries.ts';
import { UnitPage } from './page.tsx';
import { listChildren, selectAncestors, type Unit } from './queries.ts';
import { listRoles } from './roles/queries.ts';
import { rolesToGive } from './rules.ts';

const PAGE = 50;

/** The page of the unit the address names; with errors, as the answer to a form of it that was refused. */
export async function answerUnit(ask: ActorAsk, state: FormState = { values: {} }): Promise<Response> {
  const unit = await seenUnit(ask);
  const page = queryNumber(ask.c.req.query('page'), 1, 1, 10_000);
  const search = (ask.c.req.query('q') ?? '').trim().slice(0, 100);
  const place = { unitPath: unit.path };
  const mayChangePeople = allows(ask.actor, 'person.change', place);
  const mayChangeAccounts = allows(ask.actor, 'account.change', place);
  const below = await listChildren(ask.db, unit.id, { search, limit: PAGE, offset: (page - 1) * PAGE });
  const [above, [counted, ...children], structure, roles, accounts] = await Promise.all([
    selectAncestors(ask.db, unit.path),
    withCounts(ask.db, [unit, ...below.rows]),
    selectStaffStructure(ask.db, unit.path, ask.today),
    listRoles(ask.db, unit.path),
    mayChangeAccounts ? countAccounts(ask.db, unit.path, ask.now) : null,
  ]);
  const frame = pageProps(ask);
  return answerPage(
    ask,
    UnitPage({
      // A refused form was sent to another address, which nobody can open.
      frame: ask.c.req.method === 'GET' ? frame : { ...frame, path: `/units/${unit.id}` },
      t: ask.t,
      words: organisationWords(vocabulary(), ask.locale, ask.t),
      unit,
      above: visible(ask, above).slice(0, -1),
      counts: { children: counted?.children ?? 0, people: counted?.people ?? 0 },
      structure,
      children,
      childTotal: below.total,
      page,
      size: PAGE,
      roles,
      given: allows(ask.actor, 'role.assign', place) ? rolesToGive(ask.actor, placeOf(unit)) : [],
      mayChange: allows(ask.actor, 'unit.change', place),
      accounts,
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
