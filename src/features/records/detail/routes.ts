import { answerPage, pageProps } from '../../../platform/answer.ts';
import { withPass } from '../../../platform/doors.ts';
import { HttpError } from '../../../platform/errors.ts';
import { newId } from '../../../platform/ids.ts';
import { vocabulary } from '../../../platform/programmes.ts';
import { type ActorAsk, may, routeList } from '../../../platform/routing.ts';
import type { FormState } from '../../../web/ui/form.tsx';
import type { Translate } from '../../../web/words.ts';
import { type AuditRow, selectTimeline } from '../../audit/queries.ts';
import { answerTimeline } from '../../audit/timeline/answer.ts';
import { whoDid } from '../../audit/words.ts';
import { allows } from '../../identity/rules.ts';
import { selectEvidence } from '../evidence/queries.ts';
import { type RecordRow, selectOptionalRecord } from '../growth-file/queries.ts';
import { placeToSee } from '../places.ts';
import { recordWords } from '../show.ts';
import { DetailPage, type DetailPageProps, type HistoryItem } from './page.tsx';

export const detailRoutes = routeList();
const { get } = detailRoutes;

get('/records/:record', may('record.see', placeToSee), (ask) =>
  showRecord(ask, ask.c.req.param('record') ?? ''),
);

get('/records/:record/timeline', may('record.see', placeToSee), async (ask) => {
  const id = ask.c.req.param('record') ?? '';
  const record = await selectOptionalRecord(ask.db, id);
  if (record === null) throw new HttpError(404, 'error.not-found');
  const title = recordWords(vocabulary(), ask.locale, ask.t).called(record);
  return answerTimeline(
    ask,
    { subjectId: id },
    {
      title: ask.t('audit.timeline.of-record', { title }),
      back: { href: `/records/${id}`, label: title },
    },
  );
});

/** The record with its evidence and history; `state` is the office's form when it had a fault. */
export async function showRecord(ask: ActorAsk, id: string, state?: FormState): Promise<Response> {
  const record = await selectOptionalRecord(ask.db, id);
  if (record === null) throw new HttpError(404, 'error.not-found');
  const own = record.personId === ask.actor.personId;
  const mayDecide =
    !own &&
    record.state === 'submitted' &&
    allows(ask.actor, 'record.confirm', { unitPath: record.unitPath, personId: record.personId });
  const [evidence, history, similar] = await Promise.all([
    selectEvidence(ask.db, [id]),
    selectTimeline(ask.db, { subjectId: id }),
    selectSimilar(ask, record),
  ]);
  const page = DetailPage({
    page: pageProps(ask),
    t: ask.t,
    words: recordWords(vocabulary(), ask.locale, ask.t),
    record,
    evidence,
    similar,
    history: withBeginning(ask.t, record, history),
    evidenceRequired: vocabulary().records[record.type]?.evidence === 'required',
    own,
    kept: vocabulary().records[record.type]?.enteredBy === 'unit',
    decision: mayDecide ? (state ?? { values: {} }) : null,
    submission: newId(),
  });
  return answerPage(ask, page, state?.errors === undefined ? 200 : 422);
}

/** What came in bulk has no entry of its own in the audit: its beginning and decision stand on the record itself. */
function withBeginning(t: Translate, record: RecordRow, entries: readonly AuditRow[]): HistoryItem[] {
  const items = entries.map(({ at, actorName, forName, action, reason }) => ({
    at,
    by: whoDid(t, actorName, forName),
    action,
    reason,
  }));
  const { decidedAt, enteredAt, enteredByName, state } = record;
  if (items.length === 0 && decidedAt !== null && (state === 'confirmed' || state === 'returned')) {
    const action = state === 'confirmed' ? 'record.confirm' : 'record.return';
    items.push({
      at: decidedAt,
      by: whoDid(t, record.decidedByName, record.decidedForName),
      action,
      reason: record.reason,
    });
  }
  if (!entries.some(({ action }) => action === 'record.claim')) {
    const action = record.enteredBy === record.personId ? 'record.claim' : 'record.import';
    items.push({ at: enteredAt, by: enteredByName, action, reason: null });
  }
  return items;
}

async function selectSimilar(ask: ActorAsk, record: RecordRow): Promise<DetailPageProps['similar']> {
  if (record.similarTo === null) return null;
  const other = await selectOptionalRecord(withPass(ask.db, 'similar'), record.similarTo);
  if (other === null || other.state === 'withdrawn') return null;
  if (!allows(ask.actor, 'record.see', { unitPath: other.unitPath, personId: other.personId }))
    return 'elsewhere';
  const evidence = await selectEvidence(ask.db, [other.id, record.id]);
  return {
    record: other,
    evidence: evidence.filter(({ recordId }) => recordId === other.id),
    own: evidence.filter(({ recordId }) => recordId === record.id),
  };
}
