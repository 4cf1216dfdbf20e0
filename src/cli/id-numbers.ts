import { parseArgs } from 'node:util';
import { appendAudit } from '../features/audit/queries.ts';
import { areIdNumbersKept, countByKey, sealAnew } from '../features/organisation/id-numbers/queries.ts';
import { addKey, openVault } from '../features/organisation/id-numbers/vault.ts';
import { transaction } from '../platform/database.ts';
import type { Services } from '../platform/services.ts';
import { out, Refusal } from './answer.ts';

export const idNumbersUsage = `  id-numbers                             are identity numbers kept, how many, and with which keys
  id-numbers rotate --reason TEXT        make a new key and seal every number with it; the old one goes on opening backups`;

type WithServices = (work: (services: Services, url: string) => Promise<void>) => Promise<void>;

export async function idNumbersCommand(args: string[], withServices: WithServices): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    options: { reason: { type: 'string' } },
    allowPositionals: true,
  });
  const [act] = positionals;
  if (act !== undefined && act !== 'rotate') throw new Refusal(idNumbersUsage);
  const reason = (values.reason ?? '').trim();
  if (act === 'rotate' && reason === '') throw new Refusal('id-numbers rotate --reason TEXT: say why');
  await withServices(async (services) => (act === 'rotate' ? rotate(services, reason) : state(services)));
}

async function state({ db, config }: Services): Promise<void> {
  const vault = openVault(config);
  out(`Identity numbers are ${(await areIdNumbersKept(db)) ? '' : 'not '}kept`);
  out(vault === null ? 'There is no key' : `Key ${vault.keyId} seals`);
  for (const [keyId, count] of await countByKey(db)) out(`${count} sealed with key ${keyId}`);
}

/** The new key is in its file before anything is sealed with it: cut off in between, it is run again. */
async function rotate({ db, config, clock }: Services, reason: string): Promise<void> {
  const vault = addKey(config, clock());
  if (vault === null)
    throw new Refusal(
      'There is no key to follow, or it cannot be read: keep identity numbers first (page /settings/privacy)',
    );
  const { sealed, unreadable } = await transaction(db, async (tx) => {
    const done = await sealAnew(tx, vault);
    await appendAudit(tx, null, clock(), {
      action: 'id-number.keys-rotated',
      subjectType: 'id-numbers',
      subjectId: null,
      after: { count: done.sealed, unreadable: done.unreadable },
      reason,
    });
    return done;
  });
  out(`Key ${vault.keyId} seals from now on; ${sealed} numbers sealed anew`);
  if (unreadable > 0)
    throw new Refusal(`${unreadable} numbers could not be opened: their key is not at hand`);
}
