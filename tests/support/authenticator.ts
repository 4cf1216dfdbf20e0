import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** A device with one passkey, as far as a browser shows it to a server: ES256, its person always verified. */
export interface Authenticator {
  /** The answer to the options a server makes a new passkey with, as the page's script would send it. */
  make(options: Made): string;
  /** The answer to the options a server asks for a passkey with. */
  answer(options: Asked): string;
}
interface Made {
  readonly challenge: string;
  readonly rp: { readonly id?: string };
}
interface Asked {
  readonly challenge: string;
  readonly rpId?: string;
}

const base64url = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64url');
const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest();
/** CBOR (RFC 8949) of what an attestation needs: a head with its length, and no more than 65,535 bytes. */
const head = (major: number, n: number) =>
  n < 24
    ? Buffer.from([major * 32 + n])
    : n < 256
      ? Buffer.from([major * 32 + 24, n])
      : Buffer.from([major * 32 + 25, n >> 8, n & 255]);
const cborText = (text: string) => Buffer.concat([head(3, text.length), Buffer.from(text)]);
const cborBytes = (bytes: Uint8Array) => Buffer.concat([head(2, bytes.length), bytes]);

const PRESENT = 0x01;
const VERIFIED = 0x04;
const WITH_KEY = 0x40;

export function authenticator(origin: string): Authenticator {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const id = randomBytes(16);
  let used = 0;
  // COSE_Key: kty 2, alg -7, crv 1, x, y.
  const key = Buffer.concat([
    Buffer.from([0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21]),
    cborBytes(Buffer.from(x, 'base64url')),
    Buffer.from([0x22]),
    cborBytes(Buffer.from(y, 'base64url')),
  ]);
  const dataOf = (rpId: string, flags: number, more: Uint8Array = new Uint8Array()) => {
    used += 1;
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(used);
    return Buffer.concat([sha256(rpId), Buffer.from([flags]), counter, more]);
  };
  const clientData = (type: string, challenge: string) =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  const credential = (response: object) =>
    JSON.stringify({
      id: base64url(id),
      rawId: base64url(id),
      type: 'public-key',
      clientExtensionResults: {},
      response,
    });
  return {
    make({ challenge, rp }) {
      const length = Buffer.from([0, id.length]);
      const attested = Buffer.concat([Buffer.alloc(16), length, id, key]);
      const authData = dataOf(rp.id ?? '', PRESENT | VERIFIED | WITH_KEY, attested);
      const attestation = Buffer.concat([
        head(5, 3),
        ...[
          cborText('fmt'),
          cborText('none'),
          cborText('attStmt'),
          head(5, 0),
          cborText('authData'),
          cborBytes(authData),
        ],
      ]);
      return credential({
        clientDataJSON: base64url(clientData('webauthn.create', challenge)),
        attestationObject: base64url(attestation),
        transports: ['internal'],
      });
    },
    answer({ challenge, rpId = '' }) {
      const client = clientData('webauthn.get', challenge);
      const data = dataOf(rpId, PRESENT | VERIFIED);
      const signature = sign('sha256', Buffer.concat([data, sha256(client)]), privateKey);
      return credential({
        clientDataJSON: base64url(client),
        authenticatorData: base64url(data),
        signature: base64url(signature),
      });
    },
  };
}
