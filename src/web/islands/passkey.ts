/**
 * Passkeys: the browser is asked to make one or to sign with one, and its answer is sent as an ordinary form. The
 * server's options arrive as JSON with bytes in base64url (WebAuthn level 3 has functions for that; phones a few
 * years old do not).
 */

type Json = { readonly [name: string]: unknown };

const toBytes = (text: unknown): Uint8Array<ArrayBuffer> => {
  const plain = atob(String(text).replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
};
const toText = (bytes: ArrayBuffer): string =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
const withBytes = (list: unknown) => ((list ?? []) as Json[]).map((one) => ({ ...one, id: toBytes(one.id) }));

async function make(options: Json): Promise<Json> {
  const user = options.user as Json;
  const publicKey = {
    ...options,
    challenge: toBytes(options.challenge),
    user: { ...user, id: toBytes(user.id) },
    excludeCredentials: withBytes(options.excludeCredentials),
  } as unknown as PublicKeyCredentialCreationOptions;
  const made = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
  const response = made.response as AuthenticatorAttestationResponse;
  return answer(made, {
    clientDataJSON: toText(response.clientDataJSON),
    attestationObject: toText(response.attestationObject),
    transports: response.getTransports?.() ?? [],
  });
}

async function sign(options: Json): Promise<Json> {
  const publicKey = {
    ...options,
    challenge: toBytes(options.challenge),
    allowCredentials: withBytes(options.allowCredentials),
  } as unknown as PublicKeyCredentialRequestOptions;
  const signed = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential;
  const response = signed.response as AuthenticatorAssertionResponse;
  return answer(signed, {
    clientDataJSON: toText(response.clientDataJSON),
    authenticatorData: toText(response.authenticatorData),
    signature: toText(response.signature),
    ...(response.userHandle ? { userHandle: toText(response.userHandle) } : {}),
  });
}

const answer = ({ id, rawId, type }: PublicKeyCredential, response: Json): Json => ({
  id,
  rawId: toText(rawId),
  type,
  clientExtensionResults: {},
  response,
});

/** A passkey belongs to a host name; an address of numbers has none. */
const canHave = 'PublicKeyCredential' in window && !/^[\d.]+$|:/.test(location.hostname);

for (const button of document.querySelectorAll<HTMLButtonElement>('[data-passkey]')) {
  const { form } = button;
  const field = form?.querySelector<HTMLInputElement>('[name=credential]');
  const failed = form?.querySelector<HTMLElement>('[data-passkey-failed]');
  if (!form || !field || !canHave) continue;
  for (const part of form.querySelectorAll<HTMLElement>('[data-passkey], [data-passkey-field]'))
    part.hidden = false;
  for (const part of document.querySelectorAll<HTMLElement>('[data-passkey-without]')) part.hidden = true;
  form.addEventListener('submit', (event) => {
    if (field.value !== '') return;
    event.preventDefault();
    button.disabled = true;
    if (failed) failed.hidden = true;
    ask(button, form).then(
      (credential) => {
        field.value = JSON.stringify(credential);
        form.submit();
      },
      () => {
        button.disabled = false;
        if (failed) failed.hidden = false;
      },
    );
  });
}

async function ask(button: HTMLButtonElement, form: HTMLFormElement): Promise<Json> {
  const given = await fetch(button.dataset.passkeyOptions ?? '', {
    method: 'POST',
    body: new FormData(form),
    credentials: 'same-origin',
  });
  if (!given.ok) throw new Error(`${given.status}`);
  const options: Json = await given.json();
  return button.dataset.passkey === 'create' ? make(options) : sign(options);
}
