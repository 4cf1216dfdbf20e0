import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { discover, oidcReturn, type Unfitness } from './oidc.ts';

/* A provider that answers whatever it is told to: what of an ID token is looked at before anybody is signed in by it. */

const pair = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
const [own, other] = [pair(), pair()];
const NOW = Math.floor(Date.now() / 1000);
const question = {
  redirectUri: 'https://here.example/return',
  state: 'state',
  nonce: 'nonce',
  verifier: 'v'.repeat(43),
};

let server: Server;
let issuer = '';
let token = '';
/** What it says of itself otherwise. */
let says: Readonly<Record<string, unknown>> = {};

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
interface Made {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly alg?: string;
  readonly by?: typeof own | null;
}
function idToken({ claims = {}, alg = 'RS256', by = own }: Made = {}): string {
  const text = `${part({ alg, kid: 'k1', typ: 'JWT' })}.${part({
    iss: issuer,
    aud: 'qinglan',
    sub: 'T1001',
    nonce: question.nonce,
    iat: NOW,
    exp: NOW + 300,
    ...claims,
  })}`;
  return `${text}.${by === null ? '' : sign('sha256', Buffer.from(text), by.privateKey).toString('base64url')}`;
}

beforeAll(async () => {
  server = createServer((request, response) => {
    const answer = {
      '/.well-known/openid-configuration': {
        issuer,
        authorization_endpoint: `${issuer}/auth`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/jwks`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
        ...says,
      },
      '/jwks': {
        keys: [{ ...own.publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig', alg: 'RS256' }],
      },
      '/token': { access_token: 'a', token_type: 'bearer', id_token: token },
    }[request.url ?? ''];
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  issuer = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
});
afterAll(() => server.close());

const come = async (made: Made, search = '?code=c&state=state') => {
  token = idToken(made);
  const client = { issuer, clientId: 'qinglan', clientSecret: 'secret' };
  return await oidcReturn(await discover(client, new Date()), question, search, null);
};

describe('an ID token', () => {
  test('of the provider, for us, in answer to this question, says who came', async () => {
    expect((await come({})).subject).toBe('T1001');
  });

  test.for([
    ['signed with a key the provider does not publish', { by: other }],
    ['without a signature', { by: null }],
    ['that says it needs none', { alg: 'none', by: null }],
    ['of a provider of another name', { claims: { iss: 'https://evil.example' } }],
    ['for somebody else', { claims: { aud: 'another' } }],
    ['in answer to another question', { claims: { nonce: 'another' } }],
    ['that is past', { claims: { iat: NOW - 4000, exp: NOW - 3600 } }],
    ['that names nobody', { claims: { sub: undefined } }],
  ] as readonly (readonly [string, Made])[])('%s signs in nobody', async ([, made]) => {
    await expect(come(made)).rejects.toThrow();
  });

  test('is not even asked for when the answer bears another state', async () => {
    await expect(come({}, '?code=c&state=another')).rejects.toThrow();
  });
});

describe('a provider whose word could not be checked', () => {
  const ask = async (metadata: Readonly<Record<string, unknown>>) => {
    says = metadata;
    try {
      // Another client each time, or what it said before would still hold.
      return await discover({ issuer, clientId: JSON.stringify(metadata), clientSecret: null }, new Date());
    } finally {
      says = {};
    }
  };

  test.for([
    ['publishes no keys', { jwks_uri: undefined }, 'no-keys'],
    [
      'signs with a key both have',
      { id_token_signing_alg_values_supported: ['HS256', 'none'] },
      'shared-key',
    ],
    ['signs nothing', { id_token_signing_alg_values_supported: ['none'] }, 'unsigned'],
  ] as readonly [string, Readonly<Record<string, unknown>>, Unfitness][])(
    'is not asked at all: it %s',
    async ([, metadata, reason]) => {
      await expect(ask(metadata)).rejects.toMatchObject({ name: 'UnfitProvider', reason });
    },
  );

  test('is asked when one of its ways can be, or it does not say', async () => {
    for (const ways of [['HS256', 'ES256'], ['PS256'], ['EdDSA'], undefined])
      await expect(ask({ id_token_signing_alg_values_supported: ways })).resolves.toBeDefined();
  });

  test.for([
    ['HS256', 'shared-key'],
    ['none', 'unsigned'],
  ] as const)('sends a token of alg %s: its reason is told', async ([alg, reason]) => {
    await expect(come({ alg, by: null })).rejects.toMatchObject({ name: 'UnfitProvider', reason });
    says = { id_token_signing_alg_values_supported: ['RS256', alg] };
    const client = { issuer, clientId: 'qinglan', clientSecret: alg };
    token = idToken({ alg, by: null });
    const config = await discover(client, new Date());
    says = {};
    await expect(oidcReturn(config, question, '?code=c&state=state', null)).rejects.toMatchObject({ reason });
  });

  test('a wrong signature is no such reason', async () => {
    await expect(come({ by: other })).rejects.not.toMatchObject({ name: 'UnfitProvider' });
  });
});
