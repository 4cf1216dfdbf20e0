import { ownOrigin } from '../../../platform/own-origin.ts';
import type { Ask } from '../../../platform/routing.ts';
import { seal, unseal } from '../../../platform/seal.ts';
import { signInPath } from '../../../web/viewer.ts';
import { casLogin, validateTicket } from './cas.ts';
import { discover, type OidcClient, oidcLogin, oidcReturn } from './oidc.ts';
import type { Provider } from './queries.ts';
import { type Arrival, saidOf } from './rules.ts';

/* One way to ask either kind of provider who somebody is. */

export const PROVIDER_PURPOSE = 'sign-in-provider';

export const sealSecret = (ask: Ask, providerId: string, secret: string): string =>
  seal(ask.services.config, PROVIDER_PURPOSE, providerId, secret);

export const returnPath = (providerId: string): string => `${signInPath}/with/${providerId}/return`;

export interface Question {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** The address to send a browser to. Throws when the provider cannot be asked what it is. */
export async function loginAddress(ask: Ask, provider: Provider, question: Question): Promise<string> {
  const back = `${ownOrigin(ask)}${returnPath(provider.id)}`;
  if (provider.kind === 'cas') return casLogin(provider.address, `${back}?state=${question.state}`);
  return oidcLogin(await discover(clientOf(ask, provider), ask.now), { ...question, redirectUri: back });
}

/** Who came back with this query string. Throws when anything of it is not right. */
export async function arrivalOf(
  ask: Ask,
  provider: Provider,
  question: Question,
  search: string,
): Promise<Arrival & { readonly label: string | null }> {
  const back = `${ownOrigin(ask)}${returnPath(provider.id)}`;
  if (provider.kind === 'cas') {
    const ticket = new URLSearchParams(search).get('ticket') ?? '';
    const person = await validateTicket(provider.address, `${back}?state=${question.state}`, ticket);
    if (person === null) throw new Error('CAS does not know the ticket');
    const { user, attributes } = person;
    const number = provider.claim === null ? user : attributes[provider.claim];
    return { subject: user, staffNumber: textOf(number), label: user, said: null };
  }
  const config = await discover(clientOf(ask, provider), ask.now);
  const found = await oidcReturn(config, { ...question, redirectUri: back }, search, provider.claim);
  const staffNumber = textOf(provider.claim === null ? found.subject : found.claims[provider.claim]);
  const { name, preferred_username: username, amr } = found.claims;
  return {
    subject: found.subject,
    staffNumber,
    label: textOf(name) ?? textOf(username) ?? staffNumber,
    said: saidOf(amr),
  };
}

/** That the provider is there and answers as its kind does. Throws otherwise. */
export async function testProvider(ask: Ask, provider: Provider): Promise<void> {
  if (provider.kind === 'oidc') {
    await discover(clientOf(ask, provider), ask.now);
    return;
  }
  // A ticket nobody was given is answered as unknown by anything that speaks CAS.
  const person = await validateTicket(provider.address, ownOrigin(ask), 'ST-0-test');
  if (person !== null) throw new Error('CAS takes any ticket');
}

function clientOf(ask: Ask, provider: Provider): OidcClient {
  const { id, clientId, clientSecret, address } = provider;
  const secret =
    clientSecret === null ? null : unseal(ask.services.config, PROVIDER_PURPOSE, id, clientSecret);
  if (clientSecret !== null && secret === null)
    throw new Error('the secret of the provider was kept with another secret of this install');
  return { issuer: address, clientId: clientId ?? '', clientSecret: secret };
}

/** A short text or number of a claim; null for anything else, and for what holds signs that no name has. */
function textOf(value: unknown): string | null {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
  return text !== '' && text.length <= 100 && !/\p{Cc}/u.test(text) ? text : null;
}
