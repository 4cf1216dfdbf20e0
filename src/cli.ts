import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { loadDemo } from '../demo/load.ts';
import { findBrokenLink } from './features/audit/queries.ts';
import { hashPassword } from './features/identity/password.ts';
import { insertAccount, selectOptionalAccount, updatePassword } from './features/identity/queries.ts';
import { explainProgramme } from './language/explain.ts';
import { loadProgramme } from './language/load.ts';
import { formatProblem } from './language/problem.ts';
import type { PolicyClause, PolicyText } from './language/say/policy.ts';
import { programmeJsonSchema } from './language/schema.ts';
import { ConfigError, readConfig } from './platform/config.ts';
import { openDatabase } from './platform/database.ts';
import { folderFiles } from './platform/files.ts';
import { openLog } from './platform/log.ts';
import { migrate } from './platform/migrate.ts';
import { FolderInUse } from './platform/postgres/lock.ts';
import { useEmbedded } from './platform/postgres/supervisor.ts';
import { programmeTables, vocabulary } from './platform/programmes.ts';
import type { Services } from './platform/services.ts';
import { isLocale } from './web/words.ts';

const USAGE = `qinglan COMMAND

  demo [--teachers N] [--seed TEXT]      load a made-up city (5,000 teachers unless said) into an empty database
  programme check FILE                   every error and warning, with file, line and column
  programme explain FILE [--lang LANG]   the programme as policy text in zh-CN (or en)
  programme schema                       the JSON Schema of programme files, for editors
  user password SIGN-IN                  set a password, read from standard input
  audit verify                           walk the audit chain; names the first broken link

Settings are environment variables: QINGLAN_DATA, DATABASE_URL, QINGLAN_SCHEMA (docs/guide).`;

const out = (text: string) => process.stdout.write(`${text}\n`);
/** An expected "no": printed without a stack, exit code 1. */
class Refusal extends Error {}

type Command = (args: string[]) => Promise<void>;
const COMMANDS: Record<string, Command> = {
  demo: demoCommand,
  programme: programmeCommand,
  user: userCommand,
  audit: auditCommand,
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

async function programmeCommand([act, ...args]: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { lang: { type: 'string', default: 'zh-CN' } },
  });
  if (act === 'schema') {
    out(JSON.stringify(programmeJsonSchema(vocabulary()), null, 2));
    return;
  }
  const file = positionals[0];
  if (file === undefined || (act !== 'check' && act !== 'explain')) throw new Refusal(USAGE);
  const locale = isLocale(values.lang) ? values.lang : 'zh-CN';
  const result = loadProgramme(readFileSync(file, 'utf8'), {
    vocabulary: vocabulary(),
    file,
    tables: programmeTables(file),
  });
  const problems = result.ok ? result.warnings : result.problems;
  if (act === 'check' || !result.ok) {
    for (const problem of problems) out(formatProblem(problem, locale));
    out(
      result.ok
        ? `${file}: a programme, ${problems.length} warning(s)`
        : `${file}: not a programme, ${problems.length} error(s)`,
    );
    if (!result.ok) process.exitCode = 1;
    return;
  }
  out(plainText(explainProgramme(result.programme, result.vocabulary, locale)));
}

/** A policy as text for a terminal, to be laid beside the printed original. */
function plainText(policy: PolicyText): string {
  const clause = (one: PolicyClause, indent: string): string[] => [
    `${indent}${one.number} ${one.text}${one.cites.length > 0 ? ` [${one.cites.join(', ')}]` : ''}`,
    ...(one.reading === null ? [] : [`${indent}   = ${one.reading}`]),
    ...one.children.flatMap((child) => clause(child, `${indent}  `)),
  ];
  return [
    policy.title,
    ...policy.subtitle,
    ...policy.sections.flatMap((section) => [
      '',
      `${section.number} ${section.heading}`,
      ...section.clauses.flatMap((one) => clause(one, '  ')),
      ...section.tables.flatMap((table) => [
        `  ${table.caption}`,
        ...[table.columns, ...table.rows].map((row) => `    ${row.join('\t')}`),
      ]),
    ]),
  ].join('\n');
}

async function userCommand([act, signIn]: string[]): Promise<void> {
  if (act !== 'password' || signIn === undefined) throw new Refusal(USAGE);
  const password = readFileSync(0, 'utf8').replace(/\r?\n$/, '');
  if (password.length < 8) throw new Refusal('A password has at least 8 characters');
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

async function auditCommand([act]: string[]): Promise<void> {
  if (act !== 'verify') throw new Refusal(USAGE);
  await withServices(async ({ db }) => {
    const broken = await findBrokenLink(db);
    if (broken !== null) throw new Refusal(`The audit chain is broken at entry ${broken}`);
    const head = await db.selectFrom('audit_head').select(['seq', 'hash']).executeTakeFirstOrThrow();
    out(`The audit chain holds: ${head.seq} entries, head ${head.hash}`);
  });
}

/** The database of the settings, migrated; the running one's when Qinglan serves on the data folder. */
async function withServices(work: (services: Services, url: string) => Promise<void>): Promise<void> {
  const config = readConfig(process.env);
  const embedded = config.databaseUrl === null ? await useEmbedded({ dataDir: config.dataDir }) : null;
  const url = config.databaseUrl ?? embedded?.url ?? '';
  try {
    await migrate(url, { schema: config.schema });
    const db = openDatabase(url, { schema: config.schema, max: 4 });
    try {
      await work(
        {
          config,
          db,
          files: folderFiles(`${config.dataDir}/files`),
          log: openLog(config.logLevel),
          clock: () => new Date(),
        },
        url,
      );
    } finally {
      await db.destroy();
    }
  } finally {
    await embedded?.stop();
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
  const expected = error instanceof Refusal || error instanceof ConfigError || error instanceof FolderInUse;
  process.stderr.write(
    `${error instanceof Error ? (expected ? error.message : error.stack) : String(error)}\n`,
  );
  process.exitCode = 1;
});
