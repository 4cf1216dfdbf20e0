import { z } from 'zod';
import { answerDone, answerPage, pageProps } from '../../../platform/answer.ts';
import { circumstances } from '../../../platform/circumstances.ts';
import { sqlState, transaction } from '../../../platform/database.ts';
import { HttpError } from '../../../platform/errors.ts';
import { needed, readForm, readRawForm } from '../../../platform/forms.ts';
import { newId } from '../../../platform/ids.ts';
import { vocabulary } from '../../../platform/programmes.ts';
import { type ActorAsk, may, routeList } from '../../../platform/routing.ts';
import type { FormState } from '../../../web/ui/form.tsx';
import { appendAudit } from '../../audit/queries.ts';
import { allows } from '../../identity/rules.ts';

import { otherPersonPlace, personPlace, seenPerson } from '../places.ts';
import { organisationWords } from '../show.ts';
import { IdNumberPage, idNumberPath } from './page.tsx';
import {
  areIdNumbersKept,
  deleteIdNumber,
  findByBlinds,
  putIdNumber,
  selectOptionalIdNumber,
} from './queries.ts';
import { ID_KINDS, judgeIdNumber } from './rules.ts';
import { shownId } from './show.ts';
import { openVault } from './vault.ts';

/** A person's identity number, where the authority keeps any. */
export const idNumberRoutes = routeList();
const { get, post } = idNumberRoutes;
const path = idNumberPath(':person');
const idOf = (ask: ActorAsk): string => ask.c.req.param('person') ?? '';

async function show(
  ask: ActorAsk,
  state: FormState = { values: {} },
  full: string | null = null,
): Promise<Response> {
  if (!(await areIdNumbersKept(ask.db))) throw new HttpError(404, 'organisation.id-number.not-kept');
  const person = await seenPerson(ask);
  const row = await selectOptionalIdNumber(ask.db, person.id);
  const vault = openVault(ask.services.config);
  const own = person.id === ask.actor.personId;
  return answerPage(
    ask,
    IdNumberPage({
      // An answer that shows a number has no address of its own.
      frame: { ...pageProps(ask), path: idNumberPath(person.id) },
      t: ask.t,
      words: organisationWords(vocabulary(), ask.locale, ask.t),
      person,
      shown: row === null ? null : { ...shownId(vault, row), statedAt: row.statedAt },
      full,
      mayKeep:
        !own &&
        person.state !== 'merged' &&
        allows(ask.actor, 'id-number.keep', { unitPath: person.unitPath ?? '', personId: person.id }),
      own,
      // What was typed as a number is not sent back.
      state: { ...state, values: { ...state.values, number: '' } },
      submission: newId(),
    }),
    state.errors === undefined ? 200 : 422,
  );
}

get(path, may('id-number.see', personPlace), (ask) => show(ask));

const reasonForm = z.object({ reason: needed('organisation.id-number.show.needed', 300) });

/** The number in full, once, in this answer alone. Whoever asks for another's says why; that they asked is kept. */
post(`${path}/show`, may('id-number.see', personPlace), async (ask) => {
  const personId = idOf(ask);
  const own = personId === ask.actor.personId;
  let reason: string | null = null;
  if (own) await readRawForm(ask);
  else {
    const form = await readForm(ask, reasonForm);
    if (!form.ok) return show(ask, { values: form.raw.values, errors: form.errors });
    reason = form.data.reason;
  }
  const row = await selectOptionalIdNumber(ask.db, personId);
  const number = row === null ? null : (openVault(ask.services.config)?.open(row.id, row) ?? null);
  if (number === null)
    return show(ask, { values: {}, errors: { '': ask.t('organisation.id-number.unreadable') } });
  if (!own) {
    await transaction(ask.db, (tx) =>
      appendAudit(tx, ask.actor, ask.now, {
        action: 'id-number.shown',
        subjectType: 'person',
        subjectId: personId,
        personId,
        unitPath: ask.place?.unitPath ?? null,
        reason,
      }),
    );
    ask.services.reads.note({
      at: ask.now,
      readerId: ask.actor.personId,
      onBehalfOf: ask.actor.actingFor?.personId ?? null,
      kind: 'id-number',
      personId,
      unitPath: ask.place?.unitPath ?? null,
      subject: ask.c.req.path,
      origin: circumstances().address,
    });
  }
  return show(ask, { values: {} }, number);
});

const keepForm = z.object({
  kind: z.enum(ID_KINDS, 'organisation.id-number.kind.needed'),
  number: needed('organisation.id-number.needed', 40),
});

post(path, may('id-number.keep', otherPersonPlace), async (ask) => {
  const form = await readForm(ask, keepForm);
  const refuse = (errors: Readonly<Record<string, string>>) => {
    const { kind = '' } = form.raw.values;
    return show(ask, { values: { kind }, errors });
  };
  if (!form.ok) return refuse(form.errors);
  const personId = idOf(ask);
  const id = judgeIdNumber(form.data.kind, form.data.number);
  if (id === null) return refuse({ number: ask.t(`organisation.id-number.odd.${form.data.kind}`) });
  const vault = openVault(ask.services.config);
  if (vault === null || !(await areIdNumbersKept(ask.db)))
    return refuse({ '': ask.t('organisation.id-number.no-key') });
  const taken = () => refuse({ number: ask.t('organisation.id-number.taken') });
  const others = await findByBlinds(ask.db, vault.blinds(id));
  if ([...others.values()].some((other) => other.personId !== personId)) return taken();
  const before = await selectOptionalIdNumber(ask.db, personId);
  const rowId = newId();
  try {
    await transaction(ask.db, async (tx) => {
      await putIdNumber(tx, { id: rowId, personId, at: ask.now, ...vault.seal(rowId, id) });
      await appendAudit(tx, ask.actor, ask.now, {
        action: 'id-number.kept',
        subjectType: 'person',
        subjectId: personId,
        personId,
        unitPath: ask.place?.unitPath ?? null,
        // Never the number, not even in part: more people read what happened than may read that.
        before: before === null ? null : { idKind: before.kind },
        after: { idKind: id.kind },
      });
    });
  } catch (error) {
    if (sqlState(error) === '23505') return taken();
    throw error;
  }
  return answerDone(ask, idNumberPath(personId), 'organisation.done.id-number-kept');
});

const removeForm = z.object({ removeReason: needed('organisation.id-number.remove.needed', 300) });

post(`${path}/remove`, may('id-number.keep', otherPersonPlace), async (ask) => {
  const form = await readForm(ask, removeForm);
  if (!form.ok) return show(ask, { values: form.raw.values, errors: form.errors });
  const personId = idOf(ask);
  await transaction(ask.db, async (tx) => {
    const kind = await deleteIdNumber(tx, personId);
    if (kind === null) return;
    await appendAudit(tx, ask.actor, ask.now, {
      action: 'id-number.removed',
      subjectType: 'person',
      subjectId: personId,
      personId,
      unitPath: ask.place?.unitPath ?? null,
      before: { idKind: kind },
      reason: form.data.removeReason,
    });
  });
  return answerDone(ask, idNumberPath(personId), 'organisation.done.id-number-removed');
});
