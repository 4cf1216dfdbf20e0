import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientSecretPost,
  type Configuration,
  calculatePKCECodeChallenge,
  clockTolerance,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  None,
} from 'openid-client';

/* OpenID Connect Core 1.0: the code flow with PKCE (S256), state and nonce; discovery by the issuer's address. */

export interface OidcClient {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string | null;
}

/** How far the provider's clock may differ from ours. */
const CLOCK_SECONDS = 60;
const LONGEST_WAIT_SECONDS = 10;
const KEPT_MS = 10 * 60_000;

/** Why nobody is signed in by what a provider says: it cannot be told from what anybody else says in its name. */
export type Unfitness = 'no-keys' | 'shared-key' | 'unsigned';

export class UnfitProvider extends Error {
  readonly reason: Unfitness;
  constructor(reason: Unfitness, found: string) {
    super(`${reason}: ${found}`);
    this.name = 'UnfitProvider';
    this.reason = reason;
  }
}

/** Signatures that only the provider can make, and everybody can check. */
const BY_ITS_OWN_KEY = /^(?:RS|PS|ES)\d+$|^Ed(?:DSA|25519)$|^ML-DSA-\d+$/;

/** Throws for one whose tokens could not be checked, before anybody is sent there. */
function refuseUnfit(config: Configuration): void {
  const { jwks_uri: keys, id_token_signing_alg_values_supported: ways } = config.serverMetadata();
  if (keys === undefined) throw new UnfitProvider('no-keys', 'its discovery has no jwks_uri');
  if (ways === undefined || ways.some((way) => BY_ITS_OWN_KEY.test(way))) return;
  const reason = ways.some((way) => way.startsWith('HS')) ? 'shared-key' : 'unsigned';
  throw new UnfitProvider(reason, `id_token_signing_alg_values_supported is ${ways.join(', ')}`);
}

/** What kind of signature a token had that was refused for it; null when it was refused for something else. */
function wayOf(error: unknown): string | null {
  for (let at: unknown = error, deep = 0; deep < 8 && typeof at === 'object' && at !== null; deep += 1) {
    const { cause, header, alg } = at as { cause?: unknown; header?: { alg?: unknown }; alg?: unknown };
    const way = header?.alg ?? alg;
    if (typeof way === 'string') return way;
    at = cause;
  }
  return null;
}

function unfitToken(error: unknown): UnfitProvider | null {
  const way = wayOf(error);
  if (way === null || BY_ITS_OWN_KEY.test(way)) return null;
  return new UnfitProvider(way.startsWith('HS') ? 'shared-key' : 'unsigned', `the ID token says alg ${way}`);
}

const kept = new Map<string, { readonly at: number; readonly config: Configuration }>();

/** What the provider says of itself, asked again after ten minutes or with other settings. */
export async function discover(client: OidcClient, now: Date): Promise<Configuration> {
  const key = JSON.stringify(client);
  const found = kept.get(key);
  if (found !== undefined && now.getTime() - found.at < KEPT_MS && now.getTime() >= found.at)
    return found.config;
  const issuer = new URL(client.issuer);
  const config = await discovery(
    issuer,
    client.clientId,
    { [clockTolerance]: CLOCK_SECONDS },
    client.clientSecret === null ? None() : ClientSecretPost(client.clientSecret),
    {
      timeout: LONGEST_WAIT_SECONDS,
      execute: [
        // The token's signature is checked too, though it comes by TLS from the provider itself: what stands between
        // (a proxy that opens TLS, a wrong entry in a hosts file) signs nothing.
        enableNonRepudiationChecks,
        // Only a provider on this machine is asked without TLS (see isSafeAddress).
        ...(issuer.protocol === 'http:' ? [allowInsecureRequests] : []),
      ],
    },
  );
  refuseUnfit(config);
  if (kept.size > 100) kept.clear();
  kept.set(key, { at: now.getTime(), config });
  return config;
}

export interface OidcQuestion {
  readonly redirectUri: string;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** The address to send a browser to. */
export async function oidcLogin(config: Configuration, question: OidcQuestion): Promise<string> {
  return buildAuthorizationUrl(config, {
    redirect_uri: question.redirectUri,
    scope: 'openid profile',
    state: question.state,
    nonce: question.nonce,
    code_challenge: await calculatePKCECodeChallenge(question.verifier),
    code_challenge_method: 'S256',
  }).href;
}

/** Who came back, by a checked ID token. Throws when anything of it is not right; UnfitProvider when it could not be checked. */
export async function oidcReturn(
  config: Configuration,
  question: OidcQuestion,
  search: string,
  claim: string | null,
): Promise<{ readonly subject: string; readonly claims: Readonly<Record<string, unknown>> }> {
  const tokens = await authorizationCodeGrant(config, new URL(`${question.redirectUri}${search}`), {
    pkceCodeVerifier: question.verifier,
    expectedState: question.state,
    expectedNonce: question.nonce,
    idTokenExpected: true,
  }).catch((error: unknown) => {
    throw unfitToken(error) ?? error;
  });
  const claims = tokens.claims();
  if (claims === undefined) throw new Error('no ID token');
  if (claim === null || claim in claims || config.serverMetadata().userinfo_endpoint === undefined)
    return { subject: claims.sub, claims };
  // Some providers say more when asked for the person than in the token.
  const more = await fetchUserInfo(config, tokens.access_token, claims.sub);
  return { subject: claims.sub, claims: { ...more, ...claims } };
}
