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
  fingerprint,
  hasSecret,
  loadSecret,
  oldPathOf,
  oldSecrets,
  replaceFile,
  SECRET_FILE,
} from '../platform/secret.ts';
import { out, Refusal } from './answer.ts';
import { sourcesOf, withDatabase } from './backup.ts';
import { configAt, goThroughSealed, listed, lookAtSealed, type Sealed, sumOf, withRowsOf } from './sealed.ts';
import { whereOld } from './secret-words.ts';

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
    if (sumOf(sealed, 'none') > 0)
      out(`Sealed with another: ${listed(sealed, 'none')}. ${whereOld(place.dataDir)}`);
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
const part = z.object({
  name: z.string(),
  /** The fingerprint of the file a new secret takes the place of; null where one was given, or stays. */
  from: z.string().nullable(),
  /** Is the secret another one afterwards? Else what an older one sealed is sealed with the present one, no more. */
  exchanged: z.boolean(),
});
const written = z.object({
  id: z.string(),
  reason: z.string(),
  evenUnreadable: z.boolean(),
  parts: z.array(part),
  left: z.array(z.string()),
});
type Part = z.output<typeof part>;
type Exchange = z.output<typeof written>;

const pathOfExchange = ({ dataDir }: Config): string => join(dataDir, FILE);

function readExchange(config: Config, say: Say): Exchange | null {
  const path = pathOfExchange(config);
  if (!existsSync(path)) return null;
  const exchange = written.parse(JSON.parse(readFileSync(path, 'utf8')));
  if (exchange.left.length > 0) return exchange;
  say(`An exchange begun earlier (${exchange.reason}) is done. Another one begins`);
  rmSync(path);
  return null;
}

/** Once nothing is left there is nothing to go on with. */
function writeExchange(config: Config, exchange: Exchange): void {
  if (exchange.left.length === 0) rmSync(pathOfExchange(config));
  else replaceFile(pathOfExchange(config), `${JSON.stringify(exchange)}\n`);
}

/**
 * Exchanges the secret of every authority. For each: the new secret lies beside the old one; files of keys are sealed
 * anew, then in one transaction the rows, with the entry of the audit; the old one goes. At every point between, all
 * that is sealed opens with one of the two, so a run that was killed, even a server started then, loses nothing.
 */
export async function rotateSecret(directoryUrl: string, asked: Asked, say: Say): Promise<void> {
  const done = await whileNobodyServes(directoryUrl, async (note) => {
    const exchange = readExchange(asked.config, say) ?? (await begin(asked));
    if (exchange === null) {
      say('Nothing is sealed with an older secret');
      for (const place of asked.places) dropOld(place, say);
      return [];
    }
    await note();
    let left = exchange.left;
    for (const place of asked.places) {
      const part = exchange.parts.find(({ name }) => name === place.name);
      if (part === undefined) continue;
      if (!left.includes(place.name)) {
        await dropUnused(place, asked, say);
        continue;
      }
      await exchangeAt(place, asked, { ...exchange, ...part }, (line) =>
        say(asked.places.length > 1 ? `${place.name}: ${line}` : line),
      );
      left = left.filter((name) => name !== place.name);
      writeExchange(asked.config, { ...exchange, left });
      dropOld(place, say);
    }
    return exchange.parts;
  });
  if (done === null)
    throw new Refusal(
      'Qinglan serves, or another of its commands runs, and would go on sealing with the old secret. Stop it on every machine, exchange the secret, start it again',
    );
  if (asked.config.oldSecret !== null) say('Remove QINGLAN_SECRET_OLD now');
  tellOutcome(done, asked.config, say);
}

/** What is so now, and what is not: to have sealed anew is not to have exchanged. */
function tellOutcome(parts: readonly Part[], { secret }: Config, say: Say): void {
  if (parts.some(({ exchanged }) => exchanged))
    say(
      'Keep a copy of the new secret apart, and make a backup. Those made until now hold what the old secret sealed: encrypted ones carry it unless it was a setting; with the others keep it, apart, until the last of them is gone',
    );
  const kept = parts.filter(({ exchanged }) => !exchanged).map(({ name }) => name);
  if (kept.length > 0)
    say(
      `${kept.join(', ')}: sealed anew with the present secret, which was in use before. The secret itself was NOT exchanged${secret === null ? AGAIN : ''}`,
    );
  if (parts.length === 0) say(`Nothing was exchanged${secret === null ? AGAIN : ''}`);
}
const AGAIN = ': run the command again for that';

function dropOld({ dataDir }: Place, say: Say): void {
  if (dropOldFile(dataDir)) say(`The old secret is removed: ${oldPathOf(dataDir)}`);
}

/** Where a killed run was done: what lies there now may have been put there since. */
async function dropUnused(place: Place, { config }: Asked, say: Say): Promise<void> {
  if (sumOf(await lookAtSealed(place, config), 'old') === 0) return dropOld(place, say);
  say(`${place.name}: an older secret is at hand that sealed something. Run the command again for that`);
}

/** Null when an older secret is at hand and sealed nothing: a leftover. */
async function begin({ config, places, reason, evenUnreadable = false }: Asked): Promise<Exchange | null> {
  const withOld = places.filter((place) => oldSecrets(configAt(config, place)).length > 0);
  if (config.secret !== null && withOld.length === 0) throw new Refusal(GIVEN);
  if (config.secret !== null && config.secret === config.oldSecret)
    throw new Refusal('QINGLAN_SECRET and QINGLAN_SECRET_OLD are the same');
  if (reason === '') throw new Refusal('secret rotate --reason TEXT: say why. It stands in the audit');
  let old = 0;
  const parts: Part[] = [];
  for (const place of places) {
    const sealed = await lookAtSealed(place, config);
    refuseClosed(place, sealed, evenUnreadable);
    old += sumOf(sealed, 'old');
    const at = configAt(config, place);
    const { name } = place;
    if (withOld.includes(place)) {
      // Given from outside it is a new one where it has sealed nothing yet; in a file, where there is none yet.
      const exchanged = config.secret === null ? !hasSecret(at) : sumOf(sealed, 'present') === 0;
      parts.push({ name, from: null, exchanged });
    } else if (withOld.length === 0 && hasSecret(at)) {
      // An authority that never sealed anything has no secret yet.
      parts.push({ name, from: fingerprint(at), exchanged: true });
    }
  }
  if (withOld.length > 0 && old === 0) return null;
  if (parts.length === 0) return null;
  const exchange = { id: newId(), reason, evenUnreadable, parts, left: parts.map(({ name }) => name) };
  writeExchange(config, exchange);
  return exchange;
}

function refuseClosed(place: Place, sealed: Sealed, evenUnreadable: boolean): void {
  if (sumOf(sealed, 'none') === 0 || evenUnreadable) return;
  throw new Refusal(
    `${place.name}: sealed with a secret that is not at hand: ${listed(sealed, 'none')}. No row was changed. ${whereOld(place.dataDir)}. ` +
      'If that secret is lost: --even-unreadable leaves it as it is, to be set up anew',
  );
}

/** The present secret is the one that stays, and those before it are at hand. */
function putInPlace(place: Place, before: Config, { from }: Part, evenUnreadable: boolean): void {
  if (from !== null) {
    if (before.secret !== null)
      throw new Refusal(
        'An exchange of the secret in the file was begun and is not done. Go on without QINGLAN_SECRET, and set it afterwards',
      );
    exchangeFile(before, from);
  } else if (oldSecrets(before).length === 0 && !evenUnreadable)
    throw new Refusal(
      `An exchange was begun and is not done, and the older secret is gone. ${whereOld(place.dataDir)}`,
    );
  loadSecret(before);
}

async function exchangeAt(place: Place, asked: Asked, exchange: Exchange & Part, say: Say): Promise<void> {
  const evenUnreadable = exchange.evenUnreadable || asked.evenUnreadable === true;
  putInPlace(place, configAt(asked.config, place), exchange, evenUnreadable);
  if (exchange.exchanged) say('the new secret is in place, the old one beside it');
  const config = configAt(asked.config, place);
  const { sealed, codes } = await withRowsOf(place, (db) =>
    transaction(db, async (tx) => {
      const tell = (rows: number) =>
        rows % PROGRESS === 0 && say(`${rows} one-time code secrets gone through`);
      const sealed = await goThroughSealed(tx, { config, write: true, tell });
      refuseClosed(place, sealed, evenUnreadable);
      // Killed after this transaction it is run again: what was done is not told twice.
      if ((await seqsAbout(tx, exchange.id)).length > 0) return { sealed, codes: 0 };
      const codes = exchange.exchanged ? await endOpenCodes(tx, asked.now) : 0;
      await appendAudit(tx, null, asked.now, {
        action: exchange.exchanged ? 'secret.rotated' : 'secret.sealed-anew',
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
  if (!exchange.exchanged)
    say('sign-in codes and invitation links made with the older secret do not open: have them made anew');
}

const PROGRESS = 10_000;
/** With what an earlier run that was killed did of it. */
const nowSealed = ({ present, old }: Tally): number => present + old;
