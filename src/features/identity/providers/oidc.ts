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

/** Who came back, by a checked ID token. Throws when anything of it is not right. */
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
  });
  const claims = tokens.claims();
  if (claims === undefined) throw new Error('no ID token');
  if (claim === null || claim in claims || config.serverMetadata().userinfo_endpoint === undefined)
    return { subject: claims.sub, claims };
  // Some providers say more when asked for the person than in the token.
  const more = await fetchUserInfo(config, tokens.access_token, claims.sub);
  return { subject: claims.sub, claims: { ...more, ...claims } };
}
