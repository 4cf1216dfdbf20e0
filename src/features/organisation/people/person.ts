import { keptAttributes } from '../../../language/own.ts';
import { answerPage, pageProps } from '../../../platform/answer.ts';
import { newId } from '../../../platform/ids.ts';
import { vocabulary } from '../../../platform/programmes.ts';
import type { ActorAsk } from '../../../platform/routing.ts';
import type { FormState } from '../../../web/ui/form.tsx';
import { allows } from '../../identity/rules.ts';
import { selectOptionalAccountState } from '../accounts/queries.ts';
import { selectPersonHistory } from '../career/queries.ts';
import { areIdNumbersKept, selectOptionalIdNumber } from '../id-numbers/queries.ts';
import { type ShownId, shownId } from '../id-numbers/show.ts';
import { openVault } from '../id-numbers/vault.ts';
import { seenPerson } from '../places.ts';
import { organisationWords } from '../show.ts';
import { selectGroups, selectUnit } from '../units/queries.ts';
import { PersonPage } from './person-page.tsx';

/** The page of the person the address names; with errors, as the answer to a form of it that was refused. */
export async function answerPerson(ask: ActorAsk, state: FormState = { values: {} }): Promise<Response> {
  const person = await seenPerson(ask);
  const place = { unitPath: person.unitPath ?? '', personId: person.id };
  const unit = person.unitId === null ? null : await selectUnit(ask.db, person.unitId);
  const mayChange = allows(ask.actor, 'person.change', place);
  const mayChangeAccount = allows(ask.actor, 'account.change', place);
  const [history, groups, idNumber, account] = await Promise.all([
    selectPersonHistory(ask.db, person.id),
    unit === null ? [] : selectGroups(ask.db, unit.id, ask.today),
    allows(ask.actor, 'id-number.see', place) ? idNumberOf(ask, person.id) : null,
    mayChangeAccount ? selectOptionalAccountState(ask.db, person.id, ask.now) : null,
  ]);
  return answerPage(
    ask,
    PersonPage({
      // A refused form was sent to another address, which nobody can open.
      frame: { ...pageProps(ask), path: `/people/${person.id}` },
      t: ask.t,
      words: organisationWords(vocabulary(), ask.locale, ask.t),
      person,
      history,
      maySeeRoles: allows(ask.actor, 'role.see', place),
      groups,
      mayChange,
      mayChangeAccount,
      account,
      idNumber,
      maySeeRecords: allows(ask.actor, 'record.see', place),
      hasFacts: keptAttributes(vocabulary()).size > 0,
      maySeeReaders: allows(ask.actor, 'reads.see', place),
      own: person.id === ask.actor.personId,
      today: ask.today,
      submission: newId(),
      state,
    }),
    state.errors === undefined ? 200 : 422,
  );
}

/** Of the person's identity number what a page shows; null where none are kept. */
async function idNumberOf(ask: ActorAsk, personId: string): Promise<{ shown: ShownId | null } | null> {
  if (!(await areIdNumbersKept(ask.db))) return null;
  const row = await selectOptionalIdNumber(ask.db, personId);
  return { shown: row === null ? null : shownId(openVault(ask.services.config), row) };
}
