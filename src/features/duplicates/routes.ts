import { z } from 'zod';
import { answerDone, answerPage, pageProps, pastEnd } from '../../platform/answer.ts';
import { transaction } from '../../platform/database.ts';
import { id, needed, optional, queryNumber, readForm } from '../../platform/forms.ts';
import { newId } from '../../platform/ids.ts';
import { vocabulary } from '../../platform/programmes.ts';
import { type ActorAsk, may, routeList } from '../../platform/routing.ts';
import type { FormState } from '../../web/ui/form.tsx';
import { appendAudit } from '../audit/queries.ts';
import { allows, rootsFor } from '../identity/rules.ts';
import { listSuspicions, lockPeople, settleSuspicion } from '../organisation/people/doubles/queries.ts';
import { type Person, selectPeople } from '../organisation/people/queries.ts';
import { organisationWords } from '../organisation/show.ts';
import { haveReviewedEachOther, haveRoundInCommon, isJudging } from '../selection/reassign/queries.ts';
import { mergePeople } from './merge.ts';
import { DuplicatesPage } from './page.tsx';
import { judgeMerge } from './rules.ts';

/** Two entries that may be one person: seen side by side, merged or told apart. Above every feature that keeps something of a person. */
export const duplicateRoutes = routeList();
const { get, post } = duplicateRoutes;

const PAGE = 10;

async function duplicatesPage(ask: ActorAsk, state: FormState = { values: {} }): Promise<Response> {
  const page = queryNumber(ask.c.req.query('page'), 1, 1, 10_000);
  const roots = rootsFor(ask.actor, 'person.merge').map(({ unitPath }) => unitPath);
  const pairs = await listSuspicions(ask.db, roots, PAGE + 1, (page - 1) * PAGE);
  const past = pastEnd(ask, { page, size: PAGE, shown: pairs.length });
  if (past !== null) return past;
  const shown = pairs.slice(0, PAGE);
  const people = new Map(
    (
      await selectPeople(
        ask.db,
        shown.flatMap(({ personId, otherId }) => [personId, otherId]),
      )
    ).map((person) => [person.id, person]),
  );
  return answerPage(
    ask,
    DuplicatesPage({
      frame: pageProps(ask),
      t: ask.t,
      words: organisationWords(vocabulary(), ask.locale, ask.t),
      pairs: shown.flatMap((pair) => {
        const [a, b] = [people.get(pair.personId), people.get(pair.otherId)];
        return a && b ? [{ ...pair, a, b }] : [];
      }),
      page,
      size: PAGE,
      more: pairs.length > PAGE,
      submissions: shown.map(newId),
      faulty: typeof state.values.a === 'string' ? state.values.a : null,
      state,
    }),
    state.errors === undefined ? 200 : 422,
  );
}

get('/duplicates', may('person.merge'), (ask) => duplicatesPage(ask));

const form = z.object({
  a: id('organisation.duplicates.keep.needed'),
  b: id('organisation.duplicates.keep.needed'),
  act: z.enum(['merge', 'different']).catch('different'),
  keep: optional(40),
  reason: needed('organisation.duplicates.reason.needed', 300),
});

const isMine = (ask: ActorAsk, person: Person): boolean =>
  allows(ask.actor, 'person.merge', { unitPath: person.unitPath ?? '' });

post('/duplicates', may('person.merge'), async (ask) => {
  const given = await readForm(ask, form);
  const refuse = (errors: Readonly<Record<string, string>>) =>
    duplicatesPage(ask, { values: given.raw.values, errors });
  if (!given.ok) return refuse(given.errors);
  const { a, b, act, keep, reason } = given.data;
  if (act === 'merge' && keep !== a && keep !== b)
    return refuse({ keep: ask.t('organisation.duplicates.keep.needed') });
  const to = keep === b ? b : a;
  const from = to === a ? b : a;
  const refusal = await transaction(ask.db, async (tx) => {
    const people = await lockPeople(tx, [a, b]);
    const verdict = judgeMerge({
      states: people.map(({ state }) => state),
      bothMine: people.every((person) => isMine(ask, person)),
      oneIsActor: people.some((person) => person.id === ask.actor.personId),
      roundInCommon: act === 'merge' && (await haveRoundInCommon(tx, a, b)),
      judging: act === 'merge' && (await isJudging(tx, from, to)),
      reviewed: act === 'merge' && (await haveReviewedEachOther(tx, a, b)),
    });
    if (!verdict.ok) return verdict.reason;
    await settleSuspicion(tx, {
      a,
      b,
      as: act === 'merge' ? 'merged' : 'different',
      by: ask.actor.personId,
      at: ask.now,
    });
    const recordsReset = act === 'merge' ? await mergePeople(tx, from, to) : 0;
    const merged = people.find((person) => person.id === from);
    await appendAudit(tx, ask.actor, ask.now, {
      action: act === 'merge' ? 'person.merged' : 'person.told-apart',
      subjectType: 'person',
      subjectId: to,
      personId: to,
      unitPath: people.find((person) => person.id === to)?.unitPath ?? null,
      before:
        act === 'merge'
          ? { id: from, name: merged?.name, staffNumber: merged?.staffNumber, unit: merged?.unitName }
          : { other: from },
      ...(recordsReset > 0 ? { after: { recordsReset } } : {}),
      reason,
    });
    return null;
  });
  if (refusal !== null) return refuse({ keep: ask.t(`organisation.duplicates.refused.${refusal}`) });
  return answerDone(
    ask,
    '/duplicates',
    act === 'merge' ? 'organisation.done.merged' : 'organisation.done.different',
  );
});
