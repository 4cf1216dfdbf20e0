import { answerDone, answerPage, pageProps } from '../../../platform/answer.ts';
import { type Db, transaction } from '../../../platform/database.ts';
import { HttpError } from '../../../platform/errors.ts';
import { queryNumber, readRawForm } from '../../../platform/forms.ts';
import { isId } from '../../../platform/ids.ts';
import { vocabulary } from '../../../platform/programmes.ts';
import { type ActorAsk, may, routeList } from '../../../platform/routing.ts';
import { withQuery } from '../../../web/address.ts';
import { appendAudit } from '../../audit/queries.ts';
import { allows, inStead, partiesOf, rootsFor } from '../../identity/rules.ts';
import { insertNotices } from '../../notices/queries.ts';
import { inBoth } from '../../notices/rules.ts';
import { showRecord } from '../detail/routes.ts';
import { type RecordRow, selectRecords } from '../growth-file/queries.ts';
import { placeToConfirm } from '../places.ts';
import { decideRecord, lockRecord } from '../queries.ts';
import { calledIn, recordWords } from '../show.ts';
import { VerificationPage } from './page.tsx';
import { countQueue, listQueue, type QueueFilters } from './queries.ts';
import { type DecisionRefusal, judgeDecision, mayConfirmInBulk } from './rules.ts';

export const verificationRoutes = routeList();
const { get, post } = verificationRoutes;

const PAGE_SIZE = 50;
const DAY = 86_400_000;

/** The school office's queue: what waits, longest first. */
get('/verification', may('record.confirm'), (ask) => queuePage(ask, null));

async function queuePage(ask: ActorAsk, refused: string | null): Promise<Response> {
  const roots = rootsFor(ask.actor, 'record.confirm').map(({ unitPath }) => unitPath);
  const { personId } = ask.actor;
  const filters = readFilters(ask);
  const asked = ask.c.req.query('after') ?? '';
  const after = isId(asked) ? asked : null;
  const [rows, all] = await Promise.all([
    listQueue(ask.db, roots, personId, filters, { after, limit: PAGE_SIZE + 1 }),
    countQueue(ask.db, roots, personId),
  ]);
  const shown = rows.slice(0, PAGE_SIZE);
  const last = rows.length > PAGE_SIZE ? shown.at(-1) : undefined;
  const page = VerificationPage({
    page: pageProps(ask),
    t: ask.t,
    words: recordWords(vocabulary(), ask.locale, ask.t),
    types: Object.keys(vocabulary().records),
    rows: shown,
    counts: all,
    now: ask.now,
    paging: { after, next: last?.id ?? null },
    bulk: readBulkResult(ask),
    refused,
  });
  return answerPage(ask, page, refused === null ? 200 : 422);
}

/** Confirms the chosen ones, each as it was seen; what changed meanwhile or looks like another is left. */
post('/verification', may('record.confirm'), async (ask) => {
  const raw = await readRawForm(ask);
  const seen = new Map<string, number>();
  for (const one of raw.all.record ?? []) {
    const [id = '', revision = ''] = one.split(' ');
    if (isId(id)) seen.set(id, Number(revision));
  }
  if (seen.size === 0) return queuePage(ask, ask.t('records.bulk.none'));
  const records = await selectRecords(ask.db, [...seen.keys()].slice(0, PAGE_SIZE));
  const mine = records.filter((record) =>
    allows(ask.actor, 'record.confirm', { unitPath: record.unitPath, personId: record.personId }),
  );
  let confirmed = 0;
  await transaction(ask.db, async (tx) => {
    confirmed = 0;
    // In the order of their ids, so that two offices at once wait for each other rather than both for ever.
    for (const record of mine.filter(mayConfirmInBulk).toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
      const refusal = await decide(tx, ask, record, 'confirm', '', seen.get(record.id) ?? 0);
      if (refusal === null) confirmed += 1;
    }
  });
  const { pathname, search } = new URL(ask.c.req.url);
  return answerDone(ask, withQuery(pathname + search, { confirmed, left: seen.size - confirmed }));
});

post('/records/:record/decision', may('record.confirm', placeToConfirm), async (ask) => {
  const raw = await readRawForm(ask);
  const id = ask.c.req.param('record') ?? '';
  const [record] = await selectRecords(ask.db, [id]);
  if (record === undefined) throw new HttpError(404, 'error.not-found');
  const { decision, reason = '' } = raw.values;
  if (decision !== 'confirm' && decision !== 'return') throw new HttpError(422, 'error.field');
  const refusal = await transaction(ask.db, (tx) =>
    decide(tx, ask, record, decision, reason, Number(raw.values.revision)),
  );
  if (refusal === null) {
    return answerDone(
      ask,
      '/verification',
      decision === 'confirm' ? 'records.done.confirmed' : 'records.done.returned',
    );
  }
  if (refusal === 'reason-missing' || refusal === 'reason-too-long') {
    return showRecord(ask, id, {
      values: raw.values,
      errors: { reason: ask.t(`records.refused.${refusal}`) },
    });
  }
  throw new HttpError(refusal === 'own-record' ? 403 : 409, `records.refused.${refusal}`);
});

/** One decision with its audit and the notice to the owner; the reason when it cannot be. */
async function decide(
  tx: Db,
  ask: ActorAsk,
  seen: RecordRow,
  decision: 'confirm' | 'return',
  reason: string,
  revision: number,
): Promise<DecisionRefusal | null> {
  // Among several chosen at once each is confirmed by the office it stands under, or in that office's stead.
  const actor = inStead(ask.actor, 'record.confirm', { unitPath: seen.unitPath });
  const verdict = judgeDecision(await lockRecord(tx, seen.id), partiesOf(actor), {
    decision,
    reason,
    revision,
  });
  if (!verdict.ok) return verdict.refusal;
  await decideRecord(tx, seen.id, {
    state: verdict.state,
    reason: verdict.reason,
    decidedBy: actor.personId,
    decidedFor: actor.actingFor?.personId ?? null,
    at: ask.now,
    revision,
  });
  await insertNotices(tx, ask.now, [
    {
      personId: seen.personId,
      kind: verdict.state === 'confirmed' ? 'record-confirmed' : 'record-returned',
      detail: { ...inBoth('title', calledIn(vocabulary(), seen)), reason: verdict.reason ?? '' },
      href: `/records/${seen.id}`,
    },
  ]);
  await appendAudit(tx, actor, ask.now, {
    action: `record.${decision}`,
    subjectType: 'record',
    subjectId: seen.id,
    personId: seen.personId,
    unitPath: seen.unitPath,
    before: { state: 'submitted', revision },
    after: { state: verdict.state },
    reason: verdict.reason,
  });
  return null;
}

function readFilters(ask: ActorAsk): QueueFilters {
  const { type, mark, age } = ask.c.req.query();
  const days = queryNumber(age, 0, 0, 3650);
  return {
    type: type !== undefined && Object.hasOwn(vocabulary().records, type) ? type : undefined,
    enteredBefore: days > 0 ? new Date(ask.now.getTime() - days * DAY) : undefined,
    late: mark === 'late',
    similar: mark === 'similar',
  };
}

function readBulkResult(ask: ActorAsk): { confirmed: number; left: number } | null {
  const { confirmed, left } = ask.c.req.query();
  if (confirmed === undefined) return null;
  return { confirmed: queryNumber(confirmed, 0, 0, PAGE_SIZE), left: queryNumber(left, 0, 0, PAGE_SIZE) };
}
