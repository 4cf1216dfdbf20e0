import { join } from 'node:path';
import { ConfigError } from '../../platform/config.ts';
import type { Schedule } from '../../platform/jobs/kinds.ts';
import type { Within } from '../../platform/services.ts';
import { checkChain } from './chain/check.ts';
import { selectLatestCheck } from './chain/queries.ts';
import { writeHeadFile } from './heads/files.ts';
import { loadSigner } from './heads/key.ts';
import { listCheckpoints } from './heads/queries.ts';
import { noteKey, signHead } from './heads/sign.ts';
import { sealReads } from './reads/queries.ts';
import { closeWrongDays } from './wrong-days/queries.ts';

/*
 * What the audit needs once a day: the head signed and laid out to be taken elsewhere, and what was appended since the
 * last walk walked.
 */

type Kept = Pick<Within, 'config' | 'db' | 'log' | 'clock'>;
const DAY = 86_400_000;

/** Where signed heads are laid out, one file a day: to be copied to a place this machine cannot write. */
export const headsFolder = ({ dataDir, schema }: Kept['config']): string =>
  join(dataDir, 'audit-heads', schema);

/** Sign the head and lay it out, seal the reads and note the wrong tries of the days before, and walk on. */
export async function keepDay({ config, db, log, clock }: Kept): Promise<void> {
  const now = clock();
  const head = await signHead(db, [loadSigner(config)], now);
  writeHeadFile(headsFolder(config), head);
  // Reads noted at midnight are written within seconds; the day is sealed when it is long over.
  const today = now.toISOString().slice(0, 10);
  await sealReads(db, now, today);
  await closeWrongDays(db, now, today);
  const checked = await selectLatestCheck(db);
  const whole = checked !== null && checked.brokenAt === null;
  const from = whole ? (await listCheckpoints(db, 1, checked.entries + 1))[0] : undefined;
  const walked = from === undefined ? {} : { from: { size: from.size, hash: from.chainHash } };
  const { broken } = await checkChain(db, now, walked);
  if (broken !== null) log.error({ ...broken }, 'the audit chain is broken');
}

/** Every night, once however many processes serve. */
export const auditDay: Schedule = {
  name: 'audit-day',
  cron: '37 2 * * *',
  run: (services) => keepDay(services),
};

/**
 * At the start: the key is there and the chain knows it; a head that is more than a day old, because nothing ran at
 * night, is signed now. Returns what waits for that.
 */
export async function keepAudit(services: Kept): Promise<() => Promise<void>> {
  const { config, db, log, clock } = services;
  const failed = (error: unknown) => log.error({ error }, 'the head of the audit was not signed');
  try {
    await noteKey(db, loadSigner(config), clock());
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    failed(error); // A key that cannot be read keeps nobody from their work.
    return async () => undefined;
  }
  const [latest] = await listCheckpoints(db, 1);
  const due = latest === undefined || clock().getTime() - latest.signedAt.getTime() > DAY;
  const running = due ? keepDay(services).catch(failed) : Promise.resolve();
  return () => running;
}
