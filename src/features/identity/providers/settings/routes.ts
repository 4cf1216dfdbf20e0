import { z } from 'zod';
import { answerDone, answerPage, pageProps } from '../../../../platform/answer.ts';
import { transaction } from '../../../../platform/database.ts';
import { HttpError } from '../../../../platform/errors.ts';
import {
  needed,
  optional,
  parseForm,
  type RawForm,
  readRawForm,
  shownRevision,
} from '../../../../platform/forms.ts';
import { isId, newId } from '../../../../platform/ids.ts';
import { ownOrigin } from '../../../../platform/own-origin.ts';
import { type ActorAsk, may, routeList } from '../../../../platform/routing.ts';
import type { FormState } from '../../../../web/ui/form.tsx';
import { appendAudit } from '../../../audit/queries.ts';
import { settingsPath } from '../../settings/page.tsx';
import { authorityPlace } from '../../settings/place.ts';
import { returnPath, sealSecret, testProvider } from '../client.ts';
import { UnfitProvider } from '../oidc.ts';
import { insertProvider, type Provider, selectOptionalProvider, updateProvider } from '../queries.ts';
import { isSafeAddress, PROVIDER_KINDS } from '../rules.ts';
import { ProviderPage, providersPath } from './page.tsx';

export const providerSettingsRoutes = routeList('sign-in');
const { get, post } = providerSettingsRoutes;
const guard = may('sign-in.set', authorityPlace);

const form = z.object({
  kind: z.enum(PROVIDER_KINDS, 'identity.providers.kind-needed'),
  name: needed('identity.providers.name-needed', 60),
  address: needed('identity.providers.address-needed', 300).refine(
    isSafeAddress,
    'identity.providers.address-wrong',
  ),
  clientId: optional(200),
  clientSecret: optional(500),
  claim: optional(100),
  matchStaffNumber: z.string().optional(),
  provesSecond: z.string().optional(),
  enabled: z.string().optional(),
  revision: shownRevision,
});

get(`${providersPath}/new`, guard, (ask) => show(ask, null, { values: { kind: 'oidc' } }));

post(providersPath, guard, async (ask) => {
  const raw = await readRawForm(ask);
  const provider = read(ask, raw, null);
  if ('errors' in provider) return show(ask, null, provider);
  await transaction(ask.db, async (tx) => {
    if (await insertProvider(tx, provider, ask.now)) await note(ask, tx, null, provider);
  });
  return answerDone(ask, `${providersPath}/${provider.id}`, 'identity.providers.done.saved');
});

get(`${providersPath}/:provider`, guard, async (ask) => {
  const provider = await providerOf(ask);
  return show(ask, provider, { values: valuesOf(provider) });
});

post(`${providersPath}/:provider`, guard, async (ask) => {
  const raw = await readRawForm(ask);
  const before = await providerOf(ask);
  const provider = read(ask, raw, before);
  if ('errors' in provider) return show(ask, before, provider);
  const saved = await transaction(ask.db, async (tx) => {
    if (!(await updateProvider(tx, provider))) return false;
    await note(ask, tx, before, provider);
    return true;
  });
  if (!saved)
    return show(ask, before, {
      values: raw.values,
      errors: { '': ask.t('identity.settings.changed-meanwhile') },
    });
  return answerDone(ask, `${providersPath}/${before.id}`, 'identity.providers.done.saved');
});

post(`${providersPath}/:provider/test`, guard, async (ask) => {
  await readRawForm(ask);
  const provider = await providerOf(ask);
  try {
    await testProvider(ask, provider);
  } catch (error) {
    const said =
      error instanceof UnfitProvider
        ? ask.t(`identity.providers.unfit.${error.reason}`, { provider: provider.name })
        : ask.t('identity.providers.test.failed', { error: wordsOf(error) });
    return show(ask, provider, { values: valuesOf(provider), errors: { '': said } });
  }
  return answerDone(ask, `${providersPath}/${provider.id}`, 'identity.providers.done.tested');
});

/** What went wrong, for an administrator: the innermost cause says the most. */
function wordsOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message.slice(0, 200) : String(cause).slice(0, 200);
}

const valuesOf = (provider: Provider) => ({
  kind: provider.kind,
  name: provider.name,
  address: provider.address,
  clientId: provider.clientId ?? '',
  claim: provider.claim ?? '',
  matchStaffNumber: provider.matchStaffNumber ? '1' : '',
  provesSecond: provider.provesSecond ? '1' : '',
  enabled: provider.enabled ? '1' : '',
  revision: String(provider.revision),
});

/** The provider as the form says it. A secret left empty stays as it is; with another address it is asked again. */
function read(
  ask: ActorAsk,
  raw: RawForm,
  before: Provider | null,
): Provider | (FormState & { errors: object }) {
  const parsed = parseForm(ask, raw, form);
  if (!parsed.ok) return { values: withoutSecret(raw), errors: parsed.errors };
  const { data } = parsed;
  const kind = before?.kind ?? data.kind;
  const refuse = (
    field: string,
    key: 'identity.providers.client-needed' | 'identity.providers.secret-again',
  ) => ({
    values: withoutSecret(raw),
    errors: { [field]: ask.t(key) },
  });
  if (kind === 'oidc' && data.clientId === null)
    return refuse('clientId', 'identity.providers.client-needed');
  const id = before?.id ?? raw.submission;
  // Or whoever may change the address could have the secret sent to a server of their own.
  const moved = before !== null && before.address !== data.address && before.clientSecret !== null;
  if (moved && data.clientSecret === null) return refuse('clientSecret', 'identity.providers.secret-again');
  return {
    id: isId(id) ? id : newId(),
    kind,
    name: data.name,
    address: data.address,
    clientId: kind === 'oidc' ? data.clientId : null,
    clientSecret:
      kind === 'cas'
        ? null
        : data.clientSecret === null
          ? (before?.clientSecret ?? null)
          : sealSecret(ask, id, data.clientSecret),
    claim: data.claim,
    matchStaffNumber: data.matchStaffNumber !== undefined,
    provesSecond: data.provesSecond !== undefined,
    enabled: data.enabled !== undefined,
    revision: before === null ? 1 : data.revision,
  };
}

const withoutSecret = ({ values: { clientSecret: _, ...values } }: RawForm) => values;

const note = (
  ask: ActorAsk,
  tx: Parameters<typeof appendAudit>[0],
  before: Provider | null,
  after: Provider,
) => {
  const shown = ({ clientSecret, ...provider }: Provider) => ({
    ...provider,
    hasSecret: clientSecret !== null,
  });
  return appendAudit(tx, ask.actor, ask.now, {
    action: 'sign-in.provider-set',
    subjectType: 'sign-in-provider',
    subjectId: after.id,
    unitPath: ask.place?.unitPath ?? null,
    before: before === null ? null : shown(before),
    after: { ...shown(after), secretChanged: before?.clientSecret !== after.clientSecret },
  });
};

async function providerOf(ask: ActorAsk): Promise<Provider> {
  const id = ask.c.req.param('provider') ?? '';
  const provider = isId(id) ? await selectOptionalProvider(ask.db, id) : null;
  if (provider === null) throw new HttpError(404, 'error.not-found');
  return provider;
}

const show = (ask: ActorAsk, provider: Provider | null, state: FormState): Response =>
  answerPage(
    ask,
    ProviderPage({
      page: {
        ...pageProps(ask),
        path: provider === null ? `${providersPath}/new` : `${providersPath}/${provider.id}`,
      },
      t: ask.t,
      state,
      provider,
      submission: newId(),
      returnAddress: provider === null ? null : `${ownOrigin(ask)}${returnPath(provider.id)}`,
      settingsPath,
    }),
    state.errors ? 422 : 200,
  );
