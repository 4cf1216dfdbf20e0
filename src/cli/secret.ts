import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { seqsAbout } from '../features/audit/chain/queries.ts';
import { appendAudit } from '../features/audit/queries.ts';
import { countOpenCodes, endOpenCodes } from '../features/identity/sealed/queries.ts';
import type { Source } from '../platform/backup/backup.ts';
import type { Config } from '../platform/config.ts';
import { transaction } from '../platform/database.ts';
import { whileNobodyServes } from '../platform/directory.ts';
import { newId } from '../platform/ids.ts';
import type { Tally } from '../platform/seal.ts';
import {
  dropOldFile,
  exchangeFile,
  hasSecret,
  oldPathOf,
  oldSecrets,
  replaceFile,
  SECRET_FILE,
} from '../platform/secret.ts';
import { out, Refusal } from './answer.ts';
import { sourcesOf, withDatabase } from './backup.ts';
import { configAt, goThroughSealed, listed, lookAtSealed, type Sealed, sumOf, withRowsOf } from './sealed.ts';
import { WHERE_OLD } from './secret-words.ts';

export const secretUsage = `  secret                                 what is sealed with the install's secret, and whether it opens
  secret rotate --reason TEXT            exchange the secret and seal everything anew, while nobody serves; killed, it is run again
                                         --even-unreadable leaves what no secret at hand opens as it is`;

export async function secretCommand(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    options: { reason: { type: 'string' }, 'even-unreadable': { type: 'boolean' } },
    allowPositionals: true,
  });
  const [act, more] = positionals;
  if ((act !== undefined && act !== 'rotate') || more !== undefined) throw new Refusal(secretUsage);
  await withDatabase(async (own, config) => {
    const places = (await sourcesOf(own, config)).map(({ name, source }) => ({ name, ...source() }));
    if (act === undefined) return await state(places, config);
    const asked = {
      config,
      places,
      now: own.clock(),
      reason: (values.reason ?? '').trim(),
      evenUnreadable: values['even-unreadable'] === true,
    };
    await rotateSecret(own.url, asked, out);
  });
}

export interface Place extends Pick<Source, 'url' | 'schema' | 'dataDir'> {
  readonly name: string;
}

async function state(places: readonly Place[], config: Config): Promise<void> {
  for (const place of places) {
    if (places.length > 1) out(`${place.name}:`);
    const at = configAt(config, place);
    out(
      config.secret !== null
        ? 'The secret is QINGLAN_SECRET'
        : hasSecret(at)
          ? `The secret is ${join(place.dataDir, SECRET_FILE)}`
          : 'There is no secret yet',
    );
    const sealed = await lookAtSealed(place, config);
    out(`Sealed with it: ${listed(sealed, 'present') || 'nothing'}`);
    if (oldSecrets(at).length > 0)
      out(
        `An older one is at hand, which sealed: ${listed(sealed, 'old') || 'nothing'}. Seal anew: qinglan secret rotate`,
      );
    if (sumOf(sealed, 'none') > 0) out(`Sealed with another: ${listed(sealed, 'none')}. ${WHERE_OLD}`);
    const codes = await withRowsOf(place, (db) => countOpenCodes(db, new Date()));
    out(`${codes} sign-in codes and invitation links are open, which an exchange ends`);
  }
}

const GIVEN = `The secret is QINGLAN_SECRET, and only you can change that:
  1. stop Qinglan on every machine
  2. set QINGLAN_SECRET_OLD to what QINGLAN_SECRET is now, and QINGLAN_SECRET to a new one (openssl rand -base64 32), on every machine
  3. qinglan secret rotate --reason TEXT
  4. remove QINGLAN_SECRET_OLD, keep the new secret where you kept the old one, and start`;

export interface Asked {
  readonly config: Config;
  readonly places: readonly Place[];
  readonly now: Date;
  readonly reason: string;
  readonly evenUnreadable?: boolean;
}
/** Is told what was done, line by line. */
type Say = (line: string) => unknown;

// --- An exchange ----------------------------------------------------------------------------------------

/**
 * What was begun, in the first data folder until it is done: a run that was killed is gone on with, and nobody's secret is
 * exchanged twice. It bears no secret.
 */
const FILE = 'secret-exchange.json';
const written = z.object({ id: z.string(), reason: z.string(), left: z.array(z.string()) });
type Exchange = z.output<typeof written>;

function readExchange({ dataDir }: Config): Exchange | null {
  const path = join(dataDir, FILE);
  return existsSync(path) ? written.parse(JSON.parse(readFileSync(path, 'utf8'))) : null;
}
const writeExchange = ({ dataDir }: Config, exchange: Exchange): void =>
  replaceFile(join(dataDir, FILE), `${JSON.stringify(exchange)}\n`);

/**
 * Exchanges the secret of every authority. For each: the new secret lies beside the old one; files of keys are sealed
 * anew, then in one transaction the rows, with the entry of the audit; the old one goes. At every point between, all
 * that is sealed opens with one of the two, so a run that was killed, even a server started then, loses nothing.
 */
export async function rotateSecret(directoryUrl: string, asked: Asked, say: Say): Promise<void> {
  const done = await whileNobodyServes(directoryUrl, async () => {
    const exchange = readExchange(asked.config) ?? (await begin(asked));
    if (exchange === null) {
      say('Nothing is sealed with an older secret');
      for (const place of asked.places) dropOld(place, say);
      return 'nothing';
    }
    let left = exchange.left;
    for (const place of asked.places) {
      if (!left.includes(place.name)) continue;
      await exchangeAt(place, asked, exchange, (line) =>
        say(asked.places.length > 1 ? `${place.name}: ${line}` : line),
      );
      left = left.filter((name) => name !== place.name);
      writeExchange(asked.config, { ...exchange, left });
      dropOld(place, say);
    }
    rmSync(join(asked.config.dataDir, FILE));
    return 'exchanged';
  });
  if (done === null)
    throw new Refusal(
      'Qinglan serves: its processes would go on sealing with the old secret. Stop it on every machine, exchange the secret, start it again',
    );
  if (asked.config.oldSecret !== null) say('Remove QINGLAN_SECRET_OLD now');
  if (done === 'nothing') return;
  say(
    'Keep a copy of the new secret apart, and make a backup. Those made until now hold what the old secret sealed: encrypted ones carry it unless it was a setting; with the others keep it, apart, until the last of them is gone',
  );
}

function dropOld({ dataDir }: Place, say: Say): void {
  if (dropOldFile(dataDir)) say(`The old secret is removed: ${oldPathOf(dataDir)}`);
}

/** Null when an older secret is at hand and sealed nothing: a leftover. */
async function begin({ config, places, reason, evenUnreadable }: Asked): Promise<Exchange | null> {
  const withOld = places.filter((place) => oldSecrets(configAt(config, place)).length > 0);
  if (config.secret !== null && withOld.length === 0) throw new Refusal(GIVEN);
  if (config.secret !== null && config.secret === config.oldSecret)
    throw new Refusal('QINGLAN_SECRET and QINGLAN_SECRET_OLD are the same');
  if (reason === '') throw new Refusal('secret rotate --reason TEXT: say why. It stands in the audit');
  let old = 0;
  for (const place of places) {
    const sealed = await lookAtSealed(place, config);
    refuseClosed(place, sealed, evenUnreadable);
    old += sumOf(sealed, 'old');
  }
  if (withOld.length > 0 && old === 0) return null;
  // An authority that never sealed anything has no secret yet.
  const those = withOld.length > 0 ? withOld : places.filter((place) => hasSecret(configAt(config, place)));
  const exchange = { id: newId(), reason, left: those.map(({ name }) => name) };
  writeExchange(config, exchange);
  return exchange;
}

function refuseClosed(place: Place, sealed: Sealed, evenUnreadable = false): void {
  if (sumOf(sealed, 'none') === 0 || evenUnreadable) return;
  throw new Refusal(
    `${place.name}: sealed with a secret that is not at hand: ${listed(sealed, 'none')}. No row was changed. ${WHERE_OLD}. ` +
      'If that secret is lost: --even-unreadable leaves it as it is, to be set up anew',
  );
}

async function exchangeAt(place: Place, asked: Asked, exchange: Exchange, say: Say): Promise<void> {
  const before = configAt(asked.config, place);
  if (before.oldSecret === null) {
    if (before.secret === null) exchangeFile(before);
    else if (oldSecrets(before).length === 0)
      throw new Refusal(`An exchange was begun and is not done. Set QINGLAN_SECRET_OLD again. ${WHERE_OLD}`);
  }
  say('the new secret is in place, the old one beside it');
  const config = configAt(asked.config, place);
  const { sealed, codes } = await withRowsOf(place, (db) =>
    transaction(db, async (tx) => {
      const tell = (rows: number) =>
        rows % PROGRESS === 0 && say(`${rows} one-time code secrets gone through`);
      const sealed = await goThroughSealed(tx, { config, write: true, tell });
      refuseClosed(place, sealed, asked.evenUnreadable);
      // Killed after this transaction it is run again: what was done is not told twice.
      if ((await seqsAbout(tx, exchange.id)).length > 0) return { sealed, codes: 0 };
      const codes = await endOpenCodes(tx, asked.now);
      await appendAudit(tx, null, asked.now, {
        action: 'secret.rotated',
        subjectType: 'secret',
        subjectId: exchange.id,
        after: {
          totp: nowSealed(sealed.totp),
          providers: nowSealed(sealed.providers),
          keys: nowSealed(sealed.signers) + nowSealed(sealed.idKeys),
          codes,
          unreadable: sumOf(sealed, 'none'),
        },
        reason: exchange.reason,
      });
      return { sealed, codes };
    }),
  );
  say(`sealed anew: ${listed(sealed, 'old') || 'nothing'}`);
  if (codes > 0)
    say(`${codes} sign-in codes and invitation links that were not used yet are over: have them made anew`);
}

const PROGRESS = 10_000;
/** With what an earlier run that was killed did of it. */
const nowSealed = ({ present, old }: Tally): number => present + old;
