import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';
import { afterAll } from 'vitest';

/** An OpenID provider (oidc-provider) where whoever is named signs in without being asked. */
export interface OidcServer {
  readonly issuer: string;
  readonly secret: string;
  /** Who signs in there next, and what is said of them. */
  subject: string;
  claims: Record<string, string>;
  /** How it says they were known; absent for a provider that says nothing of it. */
  amr?: string[];
}

export const OIDC_CLIENT = 'qinglan';

export async function serveOidc(redirectUri: string): Promise<OidcServer> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const state: OidcServer = {
    issuer,
    secret: 'a secret that nobody but the two knows',
    subject: '',
    claims: {},
  };
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: OIDC_CLIENT,
        client_secret: state.secret,
        redirect_uris: [redirectUri],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    pkce: { required: () => true },
    claims: { openid: ['sub', 'amr'], profile: ['name', 'employee_number'] },
    conformIdTokenClaims: false,
    cookies: { keys: ['only for tests'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId, ...state.claims }) }),
    async loadExistingGrant({ oidc }) {
      const grant = new provider.Grant({
        clientId: OIDC_CLIENT,
        ...(oidc.session?.accountId === undefined ? {} : { accountId: oidc.session.accountId }),
      });
      grant.addOIDCScope('openid profile');
      await grant.save();
      return grant;
    },
  });
  provider.use(async (ctx, next) => {
    if (!ctx.path.startsWith('/interaction/')) return next();
    const to = await provider.interactionResult(ctx.req, ctx.res, {
      login: { accountId: state.subject, ...(state.amr === undefined ? {} : { amr: state.amr }) },
    });
    ctx.redirect(to);
  });
  server.on('request', provider.callback());
  afterAll(() => new Promise((closed) => server.close(closed)));
  return state;
}
