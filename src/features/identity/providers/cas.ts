import { scanXml } from '../../../platform/spreadsheet/xml-scan.ts';

/*
 * CAS 3.0, with 2.0 behind it (apereo.github.io/cas, "CAS Protocol 3.0 Specification"): the browser is sent to /login
 * with the address it shall come back to (`service`), comes back with a ticket, and the server of CAS says whose the
 * ticket is. A ticket is good once and for the very same service.
 */

export interface CasPerson {
  readonly user: string;
  readonly attributes: Readonly<Record<string, string>>;
}

const LONGEST_ANSWER = 100_000;
const LONGEST_WAIT_MS = 10_000;

export const casAddress = (base: string, path: string, parameters: Readonly<Record<string, string>>): URL => {
  const url = new URL(`${base.replace(/\/+$/, '')}${path}`);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url;
};

/** The address to send a browser to. */
export const casLogin = (base: string, service: string): string =>
  casAddress(base, '/login', { service }).href;

/** Whose ticket it is; null when CAS does not know it. Throws when CAS cannot be asked. */
export async function validateTicket(
  base: string,
  service: string,
  ticket: string,
): Promise<CasPerson | null> {
  let answer = await ask(casAddress(base, '/p3/serviceValidate', { service, ticket }));
  // A server of version 2.0 has no /p3.
  if (answer.status === 404) answer = await ask(casAddress(base, '/serviceValidate', { service, ticket }));
  if (!answer.ok) throw new Error(`CAS answered ${answer.status}`);
  return readServiceResponse(answer.text);
}

async function ask(
  url: URL,
): Promise<{ readonly ok: boolean; readonly status: number; readonly text: string }> {
  const answer = await fetch(url, {
    redirect: 'error',
    signal: AbortSignal.timeout(LONGEST_WAIT_MS),
    headers: { accept: 'application/xml, text/xml' },
  });
  const text = await answer.text();
  if (text.length > LONGEST_ANSWER) throw new Error('CAS answered at too great length');
  return { ok: answer.ok, status: answer.status, text };
}

const SUCCESS = 'serviceResponse/authenticationSuccess';

/**
 * Reads what CAS says of a ticket: one success with one user, or null. Names are taken without their prefix, text is
 * joined across comments (a part of a name is never taken for the name), and anything that is not exactly one success is none.
 */
export function readServiceResponse(xml: string): CasPerson | null {
  const open: string[] = [];
  const users: string[] = [];
  const attributes: Record<string, string> = Object.create(null);
  let successes = 0;
  let failed = false;
  let text = '';
  const scanner = scanXml({
    open(name, raw) {
      open.push(name);
      text = '';
      const path = open.join('/');
      if (path === SUCCESS) successes += 1;
      if (name === 'authenticationFailure') failed = true;
      // As some servers write it: <cas:attribute name="x" value="y"/>.
      const named = /\bname="([^"&<]+)"[^>]*\bvalue="([^"&<]*)"/.exec(raw);
      if (path === `${SUCCESS}/attributes/attribute` && named?.[1] !== undefined)
        attributes[named[1]] ??= named[2] ?? '';
    },
    text(piece) {
      text += piece;
    },
    close(name) {
      const path = open.join('/');
      if (open.pop() !== name) failed = true;
      if (path === `${SUCCESS}/user`) users.push(text.trim());
      // The first value of an attribute with several.
      if (open.join('/') === `${SUCCESS}/attributes` && text.trim() !== '') attributes[name] ??= text.trim();
      text = '';
    },
  });
  try {
    scanner.write(xml);
  } catch {
    return null; // A document type, which no answer of CAS has.
  }
  const [user = ''] = users;
  if (failed || open.length > 0 || successes !== 1 || users.length !== 1 || user === '') return null;
  return { user, attributes };
}
