import { clientAddress } from '../../../platform/client.ts';
import { noteRefusal } from '../../../platform/refusals.ts';
import type { Ask } from '../../../platform/routing.ts';
import { placeOf } from '../limits/rules.ts';
import { insertWrongTry, type WrongHow } from './queries.ts';

const LOGGED = { password: 'wrong-password', second: 'wrong-code' } as const satisfies Record<
  WrongHow,
  string
>;

/**
 * Notes a wrong try: in the log, and where its person and those who keep accounts see it. Of a name nobody has as well:
 * it must take as long. What was typed is kept nowhere.
 */
export async function noteWrongTry(ask: Ask, how: WrongHow, personId: string | null): Promise<void> {
  noteRefusal(ask.c, ask.services, LOGGED[how], personId);
  const place = placeOf(clientAddress(ask.c, ask.services.config.proxies) ?? 'unknown');
  await insertWrongTry(ask.db, { personId, place, how }, ask.now);
}
