import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { z } from 'zod';
import { newId } from '../../../platform/ids.ts';
import { ownOrigin } from '../../../platform/own-origin.ts';
import type { ActorAsk, Ask } from '../../../platform/routing.ts';
import { countQuestion, forgiveQuestion } from '../challenges/count.ts';
import { insertChallenge, takeChallenge } from '../challenges/queries.ts';
import { listPasskeys, type Passkey, selectOptionalPasskey, updateCounter } from './queries.ts';

/*
 * WebAuthn level 2. A passkey is asked for the person (fingerprint, face, PIN) each time, so it is two factors in
 * one. The relying party is the host that people use: a passkey made for another opens nothing here.
 */

const rpOf = (ask: Ask) => {
  const origin = ownOrigin(ask);
  return { origin, id: new URL(origin).hostname };
};
/** EdDSA, ES256 and RS256: what browsers and keys make. */
const ALGORITHMS = [-8, -7, -257];
const TRANSPORTS = ['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'] as const;
const base64url = z
  .string()
  .regex(/^[\w-]+$/)
  .max(20_000);
const extensions = z.object({}).loose().default({});

/** What the browser is asked to sign with any passkey of ours that it has. */
export async function askForPasskey(ask: Ask) {
  await countQuestion(ask, null);
  const options = await generateAuthenticationOptions({ rpID: rpOf(ask).id, userVerification: 'required' });
  await insertChallenge(ask.db, { kind: 'passkey', token: options.challenge }, ask.now);
  return options;
}

const signed = z.object({
  id: base64url,
  rawId: base64url,
  type: z.literal('public-key'),
  clientExtensionResults: extensions,
  response: z.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
    userHandle: base64url.optional(),
  }),
});

const clientData = z.object({ challenge: base64url });
/** The challenge that the browser says it signed; the signature over it is checked after. */
function challengeIn(clientDataJSON: string): string | null {
  try {
    const data = clientData.safeParse(JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString('utf8')));
    return data.success ? data.data.challenge : null;
  } catch {
    return null;
  }
}

function parseJson<S extends z.ZodType>(text: string, schema: S): z.output<S> | null {
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Whose passkey answered; null for any answer that is not a fresh, right one. */
export async function verifyPasskey(ask: Ask, text: string): Promise<Passkey | null> {
  const answer = parseJson(text, signed);
  const challenge = answer === null ? null : challengeIn(answer.response.clientDataJSON);
  if (answer === null || challenge === null) return null;
  if ((await takeChallenge(ask.db, 'passkey', challenge, ask.now)) === null) return null;
  const passkey = await selectOptionalPasskey(ask.db, answer.id);
  if (passkey === null) return null;
  const { userHandle, ...response } = answer.response;
  if (userHandle !== undefined && Buffer.from(userHandle, 'base64url').toString() !== passkey.personId)
    return null;
  const rp = rpOf(ask);
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: { ...answer, clientExtensionResults: {}, response },
      expectedChallenge: challenge,
      expectedOrigin: rp.origin,
      expectedRPID: rp.id,
      requireUserVerification: true,
      credential: { id: passkey.credentialId, publicKey: passkey.publicKey, counter: passkey.counter },
    });
    if (!verified) return null;
    const used = await updateCounter(
      ask.db,
      passkey.id,
      passkey.counter,
      authenticationInfo.newCounter,
      ask.now,
    );
    if (used) await forgiveQuestion(ask, null);
    return used ? passkey : null;
  } catch (error) {
    ask.services.log.info({ error: String(error) }, 'a passkey was refused');
    return null;
  }
}

/** What the browser is asked to make: a passkey that it can offer by itself, guarded by whatever unlocks the device. */
export async function askForNewPasskey(ask: ActorAsk, signIn: string) {
  const { personId, name } = ask.actor;
  await countQuestion(ask, personId);
  const kept = await listPasskeys(ask.db, personId);
  const options = await generateRegistrationOptions({
    rpName: ask.t('ui.brand'),
    rpID: rpOf(ask).id,
    userID: new Uint8Array(Buffer.from(personId)),
    userName: signIn,
    userDisplayName: name,
    attestationType: 'none',
    supportedAlgorithmIDs: ALGORITHMS,
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    excludeCredentials: kept.map(({ credentialId }) => ({ id: credentialId })),
  });
  await insertChallenge(ask.db, { kind: 'passkey-new', token: options.challenge, personId }, ask.now);
  return options;
}

const made = z.object({
  id: base64url,
  rawId: base64url,
  type: z.literal('public-key'),
  clientExtensionResults: extensions,
  response: z.object({
    clientDataJSON: base64url,
    attestationObject: base64url,
    transports: z.array(z.string()).max(20).default([]),
  }),
});

/** The passkey that was made, to be kept under `name`; null for any answer that is not a fresh, right one of this person. */
export async function verifyNewPasskey(
  ask: ActorAsk,
  text: string,
  name: string,
): Promise<Omit<Passkey, 'usedAt' | 'createdAt'> | null> {
  const answer = parseJson(text, made);
  const challenge = answer === null ? null : challengeIn(answer.response.clientDataJSON);
  if (answer === null || challenge === null) return null;
  const asked = await takeChallenge(ask.db, 'passkey-new', challenge, ask.now);
  if (asked?.personId !== ask.actor.personId) return null;
  const transports = TRANSPORTS.filter((one) => answer.response.transports.includes(one));
  const rp = rpOf(ask);
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: { ...answer, clientExtensionResults: {}, response: { ...answer.response, transports } },
      expectedChallenge: challenge,
      expectedOrigin: rp.origin,
      expectedRPID: rp.id,
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    });
    if (!verified || registrationInfo === undefined) return null;
    await forgiveQuestion(ask, ask.actor.personId);
    const { credential, credentialBackedUp } = registrationInfo;
    return {
      id: newId(),
      personId: ask.actor.personId,
      credentialId: credential.id,
      publicKey: new Uint8Array(credential.publicKey),
      counter: credential.counter,
      transports,
      name,
      backedUp: credentialBackedUp,
    };
  } catch (error) {
    ask.services.log.info({ error: String(error) }, 'a new passkey was refused');
    return null;
  }
}
