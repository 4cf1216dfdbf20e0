import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { loadDemo } from '../demo/load.ts';
import { out, Refusal } from './cli/answer.ts';
import { auditCommand, auditUsage } from './cli/audit.ts';
import { authorityCommand, authorityUsage } from './cli/authority.ts';
import { backupCommand, backupUsage, restoreCommand, upgradeCommand, verifyCommand } from './cli/backup.ts';
import { doctorCommand, doctorUsage } from './cli/doctor.ts';
import { filesCommand, filesUsage } from './cli/files.ts';
import { idNumbersCommand, idNumbersUsage } from './cli/id-numbers.ts';
import { programmeCommand, programmeUsage } from './cli/programme.ts';
import { secretCommand, secretUsage } from './cli/secret.ts';
import { whoCommand, whoUsage } from './cli/who.ts';
import { openReadLog } from './features/audit/reads/log.ts';
import { hashPassword } from './features/identity/password.ts';
import { insertAccount, selectOptionalAccount, updatePassword } from './features/identity/queries.ts';
import { judgeGuessable } from './features/identity/rules.ts';
import { jobKinds, schedules } from './jobs.ts';
import { BackupError } from './platform/backup/format.ts';
import { type Config, ConfigError, readConfig } from './platform/config.ts';
import { openDatabase } from './platform/database.ts';
import { whileNotExchanged } from './platform/directory.ts';
import { openDoors, openWorks } from './platform/doors.ts';
import { folderFiles } from './platform/files.ts';
import { directJobs } from './platform/jobs/direct.ts';
import { openLog } from './platform/log.ts';
import { MigrationError, migrate } from './platform/migrate.ts';
import { jobsAt, openNode, webAt } from './platform/nodes.ts';
import { FolderInUse } from './platform/postgres/lock.ts';
import { useEmbedded } from './platform/postgres/supervisor.ts';
import type { Services } from './platform/services.ts';
import { openSystem } from './platform/system.ts';

const USAGE = `qinglan COMMAND

  demo [--teachers N] [--seed TEXT]      load a made-up city (5,000 teachers unless said) into an empty database
${programmeUsage}
  user password SIGN-IN                  set a password, read from standard input
${auditUsage}
${idNumbersUsage}
${secretUsage}
${whoUsage}
${backupUsage}
${doctorUsage}
${filesUsage}
${authorityUsage}

Settings are environment variables: QINGLAN_DATA, DATABASE_URL, QINGLAN_SCHEMA (docs/settings.md).`;

type Command = (args: string[]) => Promise<void>;
const COMMANDS: Record<string, Command> = {
  demo: demoCommand,
  programme: programmeCommand,
  user: userCommand,
  audit: (args) => auditCommand(args, withServices),
  'id-numbers': (args) => idNumbersCommand(args, withServices),
  secret: secretCommand,
  who: (args) => whoCommand(args, withServices),
  authority: authorityCommand,
  backup: backupCommand,
  verify: verifyCommand,
  restore: restoreCommand,
  upgrade: upgradeCommand,
  doctor: doctorCommand,
  files: filesCommand,
};

async function demoCommand(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { teachers: { type: 'string', default: '5000' }, seed: { type: 'string', default: 'qinglan' } },
  });
  const teachers = Number(values.teachers);
  if (!Number.isInteger(teachers) || teachers < 100 || teachers > 1_000_000) {
    throw new Refusal(`--teachers ${values.teachers}: a whole number from 100 to 1,000,000`);
  }
  await withServices(async (services, url) => {
    const someone = await services.db.selectFrom('person').select('id').limit(1).executeTakeFirst();
    if (someone !== undefined)
      throw new Refusal('There are people in this database already; a demo is loaded into an empty one only');
    await loadDemo(services, url, { teachers, seed: values.seed }, out);
  });
}

async function userCommand([act, signIn]: string[]): Promise<void> {
  if (act !== 'password' || signIn === undefined) throw new Refusal(USAGE);
  const password = readFileSync(0, 'utf8').replace(/\r?\n$/, '');
  if (password.length < 8) throw new Refusal('A password has at least 8 characters');
  if (judgeGuessable(password) !== null)
    throw new Refusal('That is one of the passwords that are tried first');
  const hash = await hashPassword(password);
  await withServices(async ({ db }) => {
    const account = await selectOptionalAccount(db, signIn);
    if (account !== null) {
      await updatePassword(db, account.personId, hash);
      return;
    }
    const person = await db
      .selectFrom('person')
      .select('id')
      .where('staff_number', '=', signIn)
      .executeTakeFirst();
    if (person === undefined) throw new Refusal(`Nobody has the sign-in name or staff number ${signIn}`);
    await insertAccount(db, { personId: person.id, signIn, passwordHash: hash });
  });
  out(`Password of ${signIn} set`);
}

/** The database of the settings, migrated; the running one's when Qinglan serves on the data folder. */
async function withServices(work: (services: Services, url: string) => Promise<void>): Promise<void> {
  const config = readConfig(process.env);
  const embedded = config.databaseUrl === null ? await useEmbedded({ dataDir: config.dataDir }) : null;
  const url = config.databaseUrl ?? embedded?.url ?? '';
  try {
    const done = await whileNotExchanged(url, async () => {
      await serveOnce(config, url, work);
      return true;
    });
    if (done === null)
      throw new Refusal('The secret of this install is being exchanged: run this once that is done');
  } finally {
    await embedded?.stop();
  }
}

async function serveOnce(
  config: Config,
  url: string,
  work: (services: Services, url: string) => Promise<void>,
): Promise<void> {
  await migrate(url, { schema: config.schema });
  const db = openDatabase(url, { schema: config.schema, max: 4 });
  const node = openNode(url, { webUrl: config.webDatabaseUrl, jobsUrl: config.jobsDatabaseUrl });
  try {
    const jobs = directJobs(jobKinds, () => services, schedules);
    const log = openLog(config.logLevel);
    const clock = () => new Date();
    const works = openWorks(() => jobsAt(node, config.schema));
    const services: Services = {
      config,
      db,
      works,
      doors: openDoors(() => webAt(node, config.schema)),
      files: folderFiles(`${config.dataDir}/files`),
      log,
      reads: openReadLog({ db: works.open('reads'), log, clock }),
      jobs,
      system: openSystem(() => services),
      clock,
    };
    await work(services, url);
    await jobs.settled();
  } finally {
    await Promise.all([db.destroy(), node.close()]);
  }
}

async function main(): Promise<void> {
  const [name = '', ...args] = process.argv.slice(2);
  const command = COMMANDS[name];
  if (command === undefined) {
    out(USAGE);
    process.exitCode = name === '' || name === 'help' || name === '--help' ? 0 : 2;
    return;
  }
  await command(args);
}

main().catch((error: unknown) => {
  const expected = [Refusal, ConfigError, FolderInUse, MigrationError, BackupError].some(
    (kind) => error instanceof kind,
  );
  process.stderr.write(
    `${error instanceof Error ? (expected ? error.message : error.stack) : String(error)}\n`,
  );
  process.exitCode = error instanceof Refusal ? error.code : 1;
});
