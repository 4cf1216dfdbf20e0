import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';

/** A CAS server as a bureau may have one: it knows who is at the browser, and vouches for each ticket once. */
export interface CasServer {
  readonly address: string;
  /** Who signs in there next. */
  user: string;
  attributes: Record<string, string>;
  /** Answers like a server of version 2.0, which has no /p3. */
  old: boolean;
}

export async function serveCas(): Promise<CasServer> {
  const tickets = new Map<string, { service: string; user: string; attributes: Record<string, string> }>();
  const xml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://cas');
    const service = url.searchParams.get('service') ?? '';
    if (url.pathname === '/cas/login') {
      const ticket = `ST-${randomUUID()}`;
      tickets.set(ticket, { service, user: cas.user, attributes: { ...cas.attributes } });
      const to = new URL(service);
      to.searchParams.set('ticket', ticket);
      response.writeHead(302, { location: to.href }).end();
    } else if (url.pathname === `/cas${cas.old ? '' : '/p3'}/serviceValidate`) {
      const ticket = url.searchParams.get('ticket') ?? '';
      const known = tickets.get(ticket);
      tickets.delete(ticket);
      const inner =
        known?.service === service
          ? `<cas:authenticationSuccess><cas:user>${xml(known.user)}</cas:user><cas:attributes>${Object.entries(
              known.attributes,
            )
              .map(([name, value]) => `<cas:${name}>${xml(value)}</cas:${name}>`)
              .join('')}</cas:attributes></cas:authenticationSuccess>`
          : '<cas:authenticationFailure code="INVALID_TICKET">not known</cas:authenticationFailure>';
      response
        .writeHead(200, { 'content-type': 'application/xml' })
        .end(`<cas:serviceResponse xmlns:cas="http://www.yale.edu/tp/cas">${inner}</cas:serviceResponse>`);
    } else response.writeHead(404).end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  afterAll(() => new Promise((closed) => server.close(closed)));
  const cas: CasServer = {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/cas`,
    user: '',
    attributes: {},
    old: false,
  };
  return cas;
}
