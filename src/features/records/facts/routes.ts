import { isDeepStrictEqual } from 'node:util';
import { answerDone, answerPage, pageProps } from '../../../platform/answer.ts';
import { transaction } from '../../../platform/database.ts';
import { HttpError } from '../../../platform/errors.ts';
import { readRawForm } from '../../../platform/forms.ts';
import { isId, newId } from '../../../platform/ids.ts';
import { vocabulary } from '../../../platform/programmes.ts';
import { type ActorAsk, may, routeList } from '../../../platform/routing.ts';
import type { FormState } from '../../../web/ui/form.tsx';
import { appendAudit } from '../../audit/queries.ts';
import { allows } from '../../identity/rules.ts';
import { insertNotices } from '../../notices/queries.ts';
import { inBoth } from '../../notices/rules.ts';
import { selectPerson } from '../../organisation/people/queries.ts';
import { personPlace, seenPerson } from '../../organisation/places.ts';
import { claimErrors, readUploads, typedClaim, uploadError } from '../claim/read.ts';
import { insertEvidence } from '../evidence/queries.ts';
import { listOfTypes, type RecordRow } from '../growth-file/queries.ts';
import { decideRecord, insertRecord, lockRecord, updateRecord, withdrawRecord } from '../queries.ts';
import { type ClaimForm, claimForm, DEFAULT_PARAMETERS, judgeClaim } from '../rules.ts';
import { factIn, recordWords } from '../show.ts';
import { EntryPage, FactsPage } from './page.tsx';
import { correctedBy, factTypes, presentEntry } from './rules.ts';

export const factRoutes = routeList();
const { get, post } = factRoutes;

const personOf = (ask: ActorAsk): string => ask.c.req.param('person') ?? '';
const addressOf = (ask: ActorAsk): string => `/people/${personOf(ask)}/facts`;
const wordsOf = (ask: ActorAsk) => recordWords(vocabulary(), ask.locale, ask.t);
const nameOf = (ask: ActorAsk, type: string): string => wordsOf(ask).type(type);

get('/people/:person/facts', may('record.see', personPlace), async (ask) => {
  const person = await seenPerson(ask);
  const { records } = vocabulary();
  const types = factTypes(vocabulary());
  const entries = await listOfTypes(ask.db, person.id, types);
  const own = person.id === ask.actor.personId;
  const place = { unitPath: person.unitPath ?? '', personId: person.id };
  const mayEnter = !own && person.unitPath !== null && allows(ask.actor, 'record.import', place);
  return answerPage(
    ask,
    FactsPage({
      page: pageProps(ask),
      t: ask.t,
      words: wordsOf(ask),
      person,
      own,
      mayEnter,
      submission: newId(),
      facts: types.map((type) => ({
        type,
        byUnit: records[type]?.enteredBy === 'unit',
        now: presentEntry(entries, type, ask.today),
        entries: entries.filter((entry) => entry.type === type).toReversed(),
      })),
    }),
  );
});

/** What the unit keeps; what the person claims is not entered here. */
function keptForm(type: string | undefined): ClaimForm {
  const form = claimForm(vocabulary(), type ?? '');
  if (form === null || form.enteredBy !== 'unit') throw new HttpError(422, 'records.refused.unknown-type');
  return form;
}

get('/people/:person/facts/entry', may('record.import', personPlace), (ask) => {
  const form = keptForm(ask.c.req.query('type'));
  return showForm(ask, form, { values: {} }, newId());
});

/** From this day on it is so; of a day that has an entry, the entry is corrected. */
post('/people/:person/facts/entry', may('record.import', personPlace), async (ask) => {
  const raw = await readRawForm(ask);
  const form = keptForm(raw.values.type);
  const person = await selectPerson(ask.db, personOf(ask));
  if (person.id === ask.actor.personId) throw new HttpError(403, 'records.refused.own-record');
  if (person.unitPath === null) throw new HttpError(409, 'records.refused.no-unit');
  const unitPath = person.unitPath;
  const verdict = judgeClaim(form, typedClaim(form, raw), {
    today: ask.today,
    birthDate: person.birthDate,
    teachingSince: person.teachingSince,
    parameters: DEFAULT_PARAMETERS,
  });
  const uploads = await readUploads(ask, raw, 0);
  if (!verdict.ok || uploads.refused.length > 0) {
    const errors = {
      ...(verdict.ok ? {} : claimErrors(verdict.problems, form, wordsOf(ask), ask.t)),
      ...uploadError(uploads, ask.t),
    };
    return showForm(ask, form, { values: raw.values, errors }, raw.submission);
  }
  const { claim, late } = verdict;
  // The office above enters, the school confirms: as with what is imported.
  const confirmed = allows(ask.actor, 'record.confirm', { unitPath });
  const { personId: doer } = ask.actor;
  const said = factIn(vocabulary(), claim);
  await transaction(ask.db, async (tx) => {
    const before = correctedBy(await listOfTypes(tx, person.id, [form.type]), form.type, claim.happenedOn);
    if (before?.id === raw.submission) return; // The same submission again: it is already kept.
    const id = before?.id ?? raw.submission;
    if (before === undefined) {
      const entry = { id, personId: person.id, unitPath, claim, late, enteredBy: doer, at: ask.now };
      const state = confirmed
        ? ({ state: 'confirmed', decidedBy: doer } as const)
        : { state: 'submitted' as const };
      if (!(await insertRecord(tx, { ...entry, ...state }))) return;
    } else {
      if (isDeepStrictEqual(before.fields, claim.fields) && before.state === 'confirmed') return;
      const { revision } = await lockRecord(tx, id);
      await updateRecord(tx, id, { claim, late, unitPath, revision, at: ask.now });
      if (confirmed) {
        const decision = { state: 'confirmed', reason: null, decidedBy: doer, at: ask.now } as const;
        await decideRecord(tx, id, { ...decision, revision: revision + 1 });
      }
    }
    await insertEvidence(
      tx,
      uploads.kept.map((file) => ({
        ...file,
        id: newId(),
        personId: person.id,
        recordId: id,
        uploadedBy: doer,
        at: ask.now,
      })),
    );
    await insertNotices(tx, ask.now, [
      {
        personId: person.id,
        kind: 'fact-entered',
        detail: { ...inBoth('name', said.name), ...inBoth('value', said.value) },
        href: `/records/${id}`,
      },
    ]);
    await appendAudit(tx, ask.actor, ask.now, {
      action: before === undefined ? 'record.enter' : 'record.change',
      subjectType: 'record',
      subjectId: id,
      personId: person.id,
      unitPath,
      ...(before === undefined ? {} : { before: { ...saidBy(before), state: before.state } }),
      after: { ...claim, late, state: confirmed ? 'confirmed' : 'submitted', evidence: uploads.kept.length },
    });
  });
  return answerDone(ask, addressOf(ask), 'records.done.entered');
});

const saidBy = ({ title, happenedOn, fields }: RecordRow) => ({ title, happenedOn, fields });

/** An entry of a wrong day is taken back; it stays in the history as withdrawn. */
post('/people/:person/facts/take-back', may('record.import', personPlace), async (ask) => {
  const raw = await readRawForm(ask);
  const id = raw.values.record ?? '';
  const personId = personOf(ask);
  if (!isId(id)) throw new HttpError(404, 'error.not-found');
  if (personId === ask.actor.personId) throw new HttpError(403, 'records.refused.own-record');
  const kept = factTypes(vocabulary()).filter((type) => vocabulary().records[type]?.enteredBy === 'unit');
  await transaction(ask.db, async (tx) => {
    const entry = (await listOfTypes(tx, personId, kept)).find((one) => one.id === id);
    if (entry === undefined) return; // Taken back already, or never the unit's.
    const { revision } = await lockRecord(tx, id);
    if (!(await withdrawRecord(tx, id, revision))) return;
    await appendAudit(tx, ask.actor, ask.now, {
      action: 'record.withdraw',
      subjectType: 'record',
      subjectId: id,
      personId,
      unitPath: entry.unitPath,
      before: { ...saidBy(entry), state: entry.state },
      after: { state: 'withdrawn' },
    });
  });
  return answerDone(ask, addressOf(ask), 'records.done.taken-back');
});

async function showForm(
  ask: ActorAsk,
  form: ClaimForm,
  state: FormState,
  submission: string,
): Promise<Response> {
  const person = await selectPerson(ask.db, personOf(ask));
  const page = EntryPage({
    page: { ...pageProps(ask), path: addressOf(ask) },
    t: ask.t,
    words: wordsOf(ask),
    person,
    name: nameOf(ask, form.type),
    form,
    state,
    submission,
    today: ask.today,
    waits: !allows(ask.actor, 'record.confirm', { unitPath: person.unitPath ?? '' }),
  });
  return answerPage(ask, page, state.errors === undefined ? 200 : 422);
}
