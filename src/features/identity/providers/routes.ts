import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { answerDone, answerPage, pageProps } from '../../../platform/answer.ts';
import { keepCookie, readCookie } from '../../../platform/cookies.ts';
import { transaction } from '../../../platform/database.ts';
import { HttpError } from '../../../platform/errors.ts';
import { readForm, readRawForm } from '../../../platform/forms.ts';
import { isId } from '../../../platform/ids.ts';
import { type ActorAsk, type Ask, anyone, routeList, signedIn } from '../../../platform/routing.ts';
import { accountPath, signInPath } from '../../../web/viewer.ts';
import { appendAudit } from '../../audit/queries.ts';
import { askAgain } from '../again/proven.ts';
import { countQuestion, forgiveQuestion } from '../challenges/count.ts';
import { insertChallenge, takeChallenge } from '../challenges/queries.ts';
import { linksPath } from '../needs.ts';
import { openSession } from '../open-session.ts';
import { selectOptionalAccountOf } from '../queries.ts';
import { safeNext } from '../safe-next.ts';
import { selectFactors } from '../second-factor/queries.ts';
import { arrivalOf, loginAddress, returnPath } from './client.ts';
import { UnfitProvider } from './oidc.ts';
import { ConfirmLinkPage, GoOnPage } from './page.tsx';
import {
  deleteLink,
  insertLink,
  listLinks,
  type Provider,
  selectOptionalByNumber,
  selectOptionalLink,
  selectOptionalProvider,
  updateLinkUsed,
} from './queries.ts';
import { isByAct, judgeArrival, judgeLink, showsBoth } from './rules.ts';

export const providerRoutes = routeList('sign-in');
const { get, post } = providerRoutes;

const random = (): string => randomBytes(32).toString('base64url');

/** Ties the answer to the browser that was sent: nobody signs somebody else's browser in. */
const ARRIVAL_COOKIE = 'qinglan_arrival';
const TEN_MINUTES = 600;

const detail = z.object({
  provider: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  next: z.string(),
});

// --- There and back -------------------------------------------------------------------------------------

get(`${signInPath}/with/:provider`, anyone, (ask) => {
  const next = safeNext(ask.c.req.query('next'));
  return isAsked(ask) ? depart(ask, null, next) : askWhether(ask, next);
});

/** Says that somebody clicked to go on, where the browser says nothing of how it came: nobody else knows it. */
const GO_ON_COOKIE = 'qinglan_go_on';

/** A session begins when a person does something for it: a provider that knows the browser would ask for nothing. */
function isAsked({ c, services }: Ask): boolean {
  const meant = readCookie(c, services.config, GO_ON_COOKIE) ?? '';
  if (meant !== '' && c.req.query('go') === meant) return true;
  const referer = URL.parse(c.req.header('referer') ?? '');
  return isByAct({
    site: c.req.header('sec-fetch-site'),
    user: c.req.header('sec-fetch-user'),
    dest: c.req.header('sec-fetch-dest'),
    fromOurPage: referer !== null && referer.host === new URL(c.req.url).host,
  });
}

async function askWhether(ask: Ask, next: string): Promise<Response> {
  const provider = await providerOf(ask);
  const go = random();
  const path = `${signInPath}/with/${provider.id}`;
  keepCookie(ask.c, ask.services.config, GO_ON_COOKIE, go, { path, seconds: TEN_MINUTES });
  ask.c.header('cache-control', 'no-store');
  const href = `${path}?${new URLSearchParams({ next, go })}`;
  return answerPage(ask, GoOnPage({ page: pageProps(ask), t: ask.t, provider: provider.name, href }));
}

/** To link an account of the provider to one's own: it is asked again before the link is made. */
get(
  `${linksPath}/:provider`,
  signedIn,
  (ask) => askAgain(ask, accountPath) ?? depart(ask, ask.actor.personId, accountPath),
);

/** A link and no form: browsers hold back a form that is answered by leading to another site. */
async function depart(ask: Ask, personId: string | null, next: string): Promise<Response> {
  const provider = await providerOf(ask);
  await countQuestion(ask, personId);
  const question = { state: random(), nonce: random(), verifier: random() };
  const binding = random();
  let address: string;
  try {
    address = await loginAddress(ask, provider, question);
  } catch (error) {
    ask.services.log.warn(
      { provider: provider.id, error: String(error) },
      error instanceof UnfitProvider
        ? 'a sign-in provider cannot be believed'
        : 'a sign-in provider does not answer',
    );
    if (error instanceof UnfitProvider) throw unfit(503, provider, error);
    throw new HttpError(503, 'identity.providers.away', { provider: provider.name });
  }
  const { nonce, verifier } = question;
  await insertChallenge(
    ask.db,
    {
      kind: 'provider',
      token: `${question.state}.${binding}`,
      personId,
      detail: { provider: provider.id, nonce, verifier, next },
    },
    ask.now,
  );
  const name = `${ARRIVAL_COOKIE}_${question.state.slice(0, 8)}`;
  const where = { path: returnPath(provider.id), seconds: TEN_MINUTES };
  keepCookie(ask.c, ask.services.config, name, binding, where);
  return ask.c.redirect(address, 303);
}

get(`${signInPath}/with/:provider/return`, anyone, async (ask) => {
  const provider = await providerOf(ask);
  const state = ask.c.req.query('state') ?? '';
  const binding = readCookie(ask.c, ask.services.config, `${ARRIVAL_COOKIE}_${state.slice(0, 8)}`) ?? '';
  const asked = await takeChallenge(ask.db, 'provider', `${state}.${binding}`, ask.now);
  const question = detail.safeParse(asked?.detail);
  if (asked === null || !question.success || question.data.provider !== provider.id)
    throw new HttpError(422, 'identity.providers.stale');
  const arrival = await arrivalOf(
    ask,
    provider,
    { state, ...question.data },
    new URL(ask.c.req.url).search,
  ).catch((error: unknown) => {
    ask.services.log.info(
      { provider: provider.id, error: String(error) },
      'a sign-in from elsewhere was refused',
    );
    if (error instanceof UnfitProvider) throw unfit(422, provider, error);
    throw new HttpError(422, 'identity.providers.refused', { provider: provider.name });
  });
  await forgiveQuestion(ask, asked.personId);
  return asked.personId === null
    ? signInAs(ask, provider, arrival, question.data.next)
    : confirmLink(ask, provider, arrival, asked.personId);
});

const unfit = (status: 422 | 503, { name }: Provider, { reason }: UnfitProvider) =>
  new HttpError(status, `identity.providers.unfit.${reason}`, { provider: name });

type Came = Awaited<ReturnType<typeof arrivalOf>>;

async function signInAs(ask: Ask, provider: Provider, arrival: Came, next: string): Promise<Response> {
  const { subject, staffNumber, label } = arrival;
  const link = await selectOptionalLink(ask.db, provider.id, subject);
  const byNumber =
    link !== null || staffNumber === null
      ? null
      : await selectOptionalByNumber(ask.db, provider.id, staffNumber);
  const verdict = judgeArrival({
    linkedTo: link?.personId ?? null,
    matchStaffNumber: provider.matchStaffNumber,
    byNumber,
  });
  if (!verdict.ok)
    throw new HttpError(403, `identity.providers.refused.${verdict.reason}`, { provider: provider.name });
  const { personId } = verdict;
  await transaction(ask.db, async (tx) => {
    if (link !== null) return updateLinkUsed(tx, link.id, ask.now);
    // Two came at once with the same number: the second is not let in as the first.
    if (!(await insertLink(tx, { providerId: provider.id, subject, personId, label }, ask.now)))
      throw new HttpError(403, 'identity.providers.refused.other-subject', { provider: provider.name });
    await noteLink(ask, tx, personId, 'account.linked', provider.name, 'staff-number');
  });
  const signedIn = {
    personId,
    how: 'provider',
    provesBoth: showsBoth(provider.provesSecond, arrival.said),
    detail: { provider: provider.name },
  } as const;
  return answerDone(ask, await openSession(ask, signedIn, safeNext(next)));
}

// --- Linking one's own ------------------------------------------------------------------------------------

const pendingLink = z.object({ provider: z.string(), subject: z.string(), label: z.string().nullable() });

async function confirmLink(ask: Ask, provider: Provider, arrival: Came, personId: string): Promise<Response> {
  const { actor, viewer } = ask;
  if (actor === null || viewer === null || actor.personId !== personId)
    throw new HttpError(422, 'identity.providers.stale');
  const token = random();
  const { subject, label } = arrival;
  await insertChallenge(
    ask.db,
    { kind: 'link', token, personId, detail: { provider: provider.id, subject, label } },
    ask.now,
  );
  return answerPage(
    ask,
    ConfirmLinkPage({
      page: { ...pageProps(ask), path: accountPath },
      t: ask.t,
      provider: provider.name,
      label: label ?? subject,
      name: actor.name,
      token,
    }),
  );
}

post(linksPath, signedIn, async (ask) => {
  const form = await readForm(ask, z.object({ token: z.string().max(100) }));
  const asked = form.ok ? await takeChallenge(ask.db, 'link', form.data.token, ask.now) : null;
  const pending = pendingLink.safeParse(asked?.detail);
  const { personId } = ask.actor;
  if (asked?.personId !== personId || !pending.success) throw new HttpError(422, 'identity.providers.stale');
  const { provider: providerId, subject, label } = pending.data;
  const provider = await selectOptionalProvider(ask.db, providerId);
  if (provider === null || !provider.enabled) throw new HttpError(404, 'error.not-found');
  const linked = await selectOptionalLink(ask.db, providerId, subject);
  const own = (await listLinks(ask.db, personId)).find((one) => one.providerId === providerId);
  const verdict = judgeLink(linked?.personId ?? null, own?.subject ?? null, personId);
  if (verdict === 'already') return answerDone(ask, accountPath, 'identity.providers.done.linked');
  if (verdict !== 'ok')
    throw new HttpError(409, `identity.providers.link.${verdict}`, { provider: provider.name });
  await transaction(ask.db, async (tx) => {
    if (!(await insertLink(tx, { providerId, subject, personId, label }, ask.now)))
      throw new HttpError(409, 'identity.providers.link.taken', { provider: provider.name });
    await noteLink(ask, tx, personId, 'account.linked', provider.name, 'own-page');
  });
  return answerDone(ask, accountPath, 'identity.providers.done.linked');
});

post(`${linksPath}/:link/end`, signedIn, async (ask) => {
  await readRawForm(ask);
  const again = askAgain(ask, accountPath);
  if (again !== null) return again;
  const { personId } = ask.actor;
  const id = ask.c.req.param('link') ?? '';
  const link = (await listLinks(ask.db, personId)).find((one) => one.id === id);
  if (link === undefined) throw new HttpError(404, 'error.not-found');
  const account = await selectOptionalAccountOf(ask.db, personId);
  const { passkeys } = await selectFactors(ask.db, personId, ask.today);
  // Nobody shuts themselves out: a password or a passkey stays.
  if ((account?.passwordHash ?? null) === null && passkeys === 0)
    throw new HttpError(409, 'identity.providers.last-way');
  await transaction(ask.db, async (tx) => {
    if (!(await deleteLink(tx, personId, id))) throw new HttpError(404, 'error.not-found');
    await noteLink(ask, tx, personId, 'account.unlinked', link.providerName, 'own-page');
  });
  return answerDone(ask, accountPath, 'identity.providers.done.unlinked');
});

const noteLink = (
  ask: Ask | ActorAsk,
  tx: Parameters<typeof appendAudit>[0],
  personId: string,
  action: 'account.linked' | 'account.unlinked',
  provider: string,
  by: 'staff-number' | 'own-page',
) =>
  appendAudit(tx, personId, ask.now, {
    action,
    subjectType: 'person',
    subjectId: personId,
    personId,
    after: { provider, by },
  });

async function providerOf(ask: Ask): Promise<Provider> {
  const id = ask.c.req.param('provider') ?? '';
  const provider = isId(id) ? await selectOptionalProvider(ask.db, id) : null;
  if (provider === null || !provider.enabled) throw new HttpError(404, 'error.not-found');
  return provider;
}
