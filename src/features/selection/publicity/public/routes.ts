import { z } from 'zod';
import { answerDone, answerPage, pageProps, pastEnd } from '../../../../platform/answer.ts';
import { clientAddress } from '../../../../platform/client.ts';
import { HttpError } from '../../../../platform/errors.ts';
import { needed, optional, parseForm, queryNumber, readRawForm } from '../../../../platform/forms.ts';
import { isId, newId } from '../../../../platform/ids.ts';
import { calendar, vocabulary } from '../../../../platform/programmes.ts';
import { type Ask, anyone, routeList } from '../../../../platform/routing.ts';
import { asShown } from '../../../../shared/shown.ts';
import type { FormState } from '../../../../web/ui/form.tsx';
import { formatDate } from '../../../../web/words.ts';
import { receiveObjection } from '../objections/acts.ts';
import { selectOptionalObjection } from '../objections/queries.ts';
import { objectVerdict, readReceipt } from '../objections/rules.ts';
import { selectBoard, selectOptionalListed, selectOptionalPublicity } from '../queries.ts';
import { countNamed } from '../result/queries.ts';
import { daysLeft } from '../rules.ts';
import { stageNames } from '../show.ts';
import { hourlyLimiter } from './limiter.ts';
import { BoardPage, FindReceiptPage, NoticePage, ObjectPage, ReceiptPage } from './page.tsx';
import { type ShownPublicity, shownLine, shownPublicity } from './view.ts';

export const publicRoutes = routeList('public');

const PAGE = 20;

publicRoutes.get('/public', anyone, async (ask) => {
  const page = queryNumber(ask.c.req.query('page'), 1, 1, 10_000);
  const { running, past } = await selectBoard(ask.db, {
    today: ask.today,
    limit: PAGE + 1,
    offset: (page - 1) * PAGE,
  });
  const beyond = pastEnd(ask, { page, size: PAGE, shown: past.length });
  if (beyond !== null) return beyond;
  return answerPage(
    ask,
    BoardPage({
      frame: pageProps(ask),
      running: running.map(shownLine),
      past: past.slice(0, PAGE).map(shownLine),
      page,
      size: PAGE,
      more: past.length > PAGE,
    }),
  );
});

publicRoutes.get('/public/objections', anyone, (ask) => {
  const typed = ask.c.req.query('receipt');
  const receipt = readReceipt(typed ?? '');
  if (receipt !== null) return answerDone(ask, `/public/objections/${receipt}`);
  const state =
    typed === undefined
      ? { values: {} }
      : { values: { receipt: typed.trim() }, errors: { receipt: ask.t('publicity.receipt.none') } };
  return answerPage(ask, FindReceiptPage({ frame: pageProps(ask), state }), typed === undefined ? 200 : 422);
});

publicRoutes.get('/public/objections/:receipt', anyone, async (ask) => {
  const typed = ask.c.req.param('receipt') ?? '';
  const receipt = readReceipt(typed);
  const objection = receipt === null ? null : await selectOptionalObjection(ask.db, { receipt });
  const publicity =
    objection === null ? null : await selectOptionalPublicity(ask.db, { id: objection.publicityId });
  if (objection === null || publicity === null) {
    const state = { values: { receipt: typed }, errors: { receipt: ask.t('publicity.receipt.none') } };
    return answerPage(ask, FindReceiptPage({ frame: pageProps(ask), state }), 422);
  }
  return answerPage(
    ask,
    ReceiptPage({
      frame: pageProps(ask),
      objection: asShown('objection', objection),
      publicity: shownPublicity(publicity),
      timeZone: ask.services.config.timeZone,
    }),
  );
});

async function publicityOf(ask: Ask): Promise<ShownPublicity> {
  const id = ask.c.req.param('publicity') ?? '';
  const publicity = isId(id) ? await selectOptionalPublicity(ask.db, { id }) : null;
  if (publicity === null) throw new HttpError(404, 'error.not-found');
  return shownPublicity(publicity);
}

publicRoutes.get('/public/:publicity', anyone, async (ask) => {
  const publicity = await publicityOf(ask);
  const open = objectVerdict(publicity, publicity.roundState, ask.today).ok;
  const notice = {
    publicity,
    open,
    left: daysLeft(calendar('cn'), ask.today, publicity.closesOn),
    stageNames: stageNames(vocabulary(), ask.locale),
    corrected: (await countNamed(ask.db, publicity.roundId, { states: ['removed'] })) > 0,
  };
  return answerPage(ask, NoticePage({ frame: pageProps(ask), notice }));
});

function objectPage(
  ask: Ask,
  publicity: ShownPublicity,
  state: FormState = { values: {} },
  submission = newId(),
) {
  const verdict = objectVerdict(publicity, publicity.roundState, ask.today);
  const refusal = verdict.ok
    ? null
    : ask.t(`publicity.object.refuse.${verdict.reason}`, {
        date: formatDate(publicity.closesOn, ask.locale),
      });
  const status = refusal === null && state.errors === undefined ? 200 : 422;
  return answerPage(
    ask,
    ObjectPage({ frame: pageProps(ask), publicity, refusal, state, submission }),
    status,
  );
}

publicRoutes.get('/public/:publicity/object', anyone, async (ask) => objectPage(ask, await publicityOf(ask)));

const objectForm = z.object({
  concerns: optional(6),
  statement: needed('publicity.object.statement.needed', 4000),
  signed: z.enum(['yes', 'no'], 'publicity.object.signed.needed'),
  name: optional(60),
  contact: optional(120),
  website: optional(200),
});

/** Enough for anyone with something to say, too few to drown an office. */
const limiter = hourlyLimiter(10);
const addressOf = (ask: Ask): string => clientAddress(ask.c, ask.services.config.proxies) ?? 'unknown';

publicRoutes.post('/public/:publicity/object', anyone, async (ask) => {
  const publicity = await publicityOf(ask);
  const raw = await readRawForm(ask);
  const refuse = (errors: Record<string, string>) =>
    objectPage(ask, publicity, { values: raw.values, errors }, raw.submission);
  const form = parseForm(ask, raw, objectForm);
  if (!form.ok) return refuse(form.errors);
  const { statement, signed, name, contact, website, concerns } = form.data;
  if (website !== null) return refuse({ '': ask.t('publicity.object.trap.filled') });
  if (signed === 'yes' && name === null) return refuse({ name: ask.t('publicity.object.name.needed') });
  if (signed === 'yes' && contact === null)
    return refuse({ contact: ask.t('publicity.object.contact.needed') });
  if (!limiter.admit(`${publicity.id} ${addressOf(ask)}`, ask.now))
    return refuse({ '': ask.t('publicity.object.too-many') });
  const number = queryNumber(concerns ?? undefined, 0, 1, 1_000_000);
  const answer = await receiveObjection(ask.db, ask.now, ask.today, {
    id: raw.submission,
    publicityId: publicity.id,
    applicationId: number === 0 ? null : await selectOptionalListed(ask.db, publicity.id, number),
    signed: signed === 'yes',
    // An anonymous objection keeps no name even when one was typed.
    name: signed === 'yes' ? name : null,
    contact: signed === 'yes' ? contact : null,
    statement,
    receivedAt: ask.now,
  });
  if (!answer.ok) return objectPage(ask, publicity, { values: raw.values }, raw.submission);
  return answerDone(ask, `/public/objections/${answer.receipt}`, 'publicity.receipt.done');
});
