import { clientAddress } from '../../../platform/client.ts';
import type { Ask } from '../../../platform/routing.ts';
import { mark } from '../../../platform/seal.ts';
import type { SignInSettings } from '../settings/rules.ts';
import { isKnownDevice } from './device.ts';
import type { Counter } from './queries.ts';
import { networkOf } from './rules.ts';

/**
 * What an attempt to sign in is counted by. A device that signed in to the account before counts by itself: those who
 * guess from elsewhere never close the account to it. Anybody else counts by account and address, by address, and by
 * account from everywhere. Names that nobody has count as those that somebody has.
 */
export function signInCounters(
  ask: Ask,
  settings: SignInSettings,
  typed: string,
  account: { readonly signIn: string; readonly personId: string } | null,
): Counter[] {
  const config = ask.services.config;
  const named = (text: string) => mark(config, 'limit', text.normalize('NFKC').trim().toLowerCase());
  const network = networkOf(clientAddress(ask.c, config.proxies) ?? 'unknown');
  const signIn = account?.signIn ?? null;
  const counter = (key: string, most: number, told: boolean, shared: boolean): Counter => ({
    key: mark(config, 'limit', key),
    signIn,
    most,
    told,
    shared,
  });
  // A name as it was typed and the account behind it count apart: both, or two names would be two sets of tries.
  const names = [
    { of: `typed ${named(typed)}`, told: true },
    ...(account === null ? [] : [{ of: `account ${account.personId}`, told: false }]),
  ];
  const known = account !== null && isKnownDevice(ask, account.personId);
  if (known) {
    return names.map(({ of, told }) => counter(`${of} device ${known}`, settings.tries, told, false));
  }
  return [
    ...names.flatMap(({ of, told }) => [
      counter(`${of} from ${network}`, settings.tries, told, false),
      counter(of, settings.accountTries, told, true),
    ]),
    { ...counter(`from ${network}`, settings.addressTries, true, true), signIn: null },
  ];
}

/** What somebody already known is asked again (password, one-time code) is counted by: the person alone. */
export const ownCounters = (ask: Ask, settings: SignInSettings, of: string, personId: string): Counter[] => [
  {
    key: mark(ask.services.config, 'limit', `${of} ${personId}`),
    signIn: null,
    most: settings.tries,
    told: true,
    shared: false,
  },
];

/** Links and answers that name no account: by address. */
export const addressCounters = (ask: Ask, settings: SignInSettings): Counter[] => [
  fromAddress(ask, settings, 'from'),
];

/** Questions of ours that wait for an answer: by whose they are, else by address; apart from wrong answers. */
export const questionCounters = (ask: Ask, settings: SignInSettings, personId: string | null): Counter[] => [
  personId === null
    ? fromAddress(ask, settings, 'asked from')
    : {
        key: mark(ask.services.config, 'limit', `asked ${personId}`),
        signIn: null,
        most: settings.addressTries,
        told: true,
        shared: true,
      },
];

const fromAddress = (ask: Ask, settings: SignInSettings, what: string): Counter => ({
  key: mark(
    ask.services.config,
    'limit',
    `${what} ${networkOf(clientAddress(ask.c, ask.services.config.proxies) ?? 'unknown')}`,
  ),
  signIn: null,
  most: settings.addressTries,
  told: true,
  shared: true,
});
