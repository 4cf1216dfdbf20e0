import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';

/** How this run of Qinglan is set up. Every setting is an environment variable; none is needed. */
export interface Config {
  /** A PostgreSQL of one's own; null for the embedded one. */
  databaseUrl: string | null;
  /** The same PostgreSQL for requests, as `qinglan_doors` or another user with its rights; null: as the owner, who stands in the narrower role. */
  webDatabaseUrl: string | null;
  /** Absolute path of the folder for the database, files and secrets. */
  dataDir: string;
  /** The authority's schema. */
  schema: string;
  host: string;
  port: number;
  /** Whether the port was asked for by name: then a busy one is an error, else the next free one is taken. */
  portIsFixed: boolean;
  /** Address people use, when a proxy stands in front, for example https://qinglan.example.edu.cn. */
  origin: string | null;
  demo: boolean;
  /** Key for signing; null to keep one in the data folder (see `loadSecret`). */
  secret: string | null;
  logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Where the authority keeps its calendar: deadlines and publicity days are days of this zone. */
  timeZone: string;
  backup: BackupSettings;
}

export interface BackupSettings {
  /** A folder or s3://bucket/prefix; null: no backup is made by itself. */
  place: string | null;
  /** When, each day of the authority's time zone, as HH:MM. */
  at: string;
  /** How many days, weeks and months keep one. */
  keep: { daily: number; weekly: number; monthly: number };
  /** Public key of age to encrypt for. */
  recipient: string | null;
  /** File with the passphrase to encrypt with. */
  passphraseFile: string | null;
}

/** A setting that cannot be used; the message names it. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConfigError';
  }
}

const flag = z.enum(['0', '1', 'off', 'on', 'false', 'true'], { error: 'must be 1 or 0' });

const settings = z.object({
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, { error: 'must begin with postgresql://' })
    .optional(),
  QINGLAN_WEB_DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, { error: 'must begin with postgresql://' })
    .optional(),
  QINGLAN_DATA: z.string().default('./data'),
  QINGLAN_SCHEMA: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,47}$/, {
      error: 'must be at most 48 small letters, digits and _, beginning with a letter',
    })
    .default('qinglan'),
  HOST: z.string().default('127.0.0.1'),
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, { error: 'must be a number from 0 to 65535' })
    .refine((text) => Number(text) <= 65_535, { error: 'must be a number from 0 to 65535' })
    .optional(),
  QINGLAN_ORIGIN: z
    .string()
    .refine(isOrigin, { error: 'must be a scheme and host without path, like https://qinglan.example.org' })
    .optional(),
  QINGLAN_DEMO: flag.default('0'),
  QINGLAN_SECRET: z.string().min(32, { error: 'must have at least 32 characters' }).optional(),
  QINGLAN_LOG: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  QINGLAN_TIME_ZONE: z
    .string()
    .refine(isTimeZone, { error: 'must be a time zone like Asia/Shanghai' })
    .default('Asia/Shanghai'),
  QINGLAN_BACKUP: z.string().optional(),
  QINGLAN_BACKUP_AT: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'must be a time like 03:15' })
    .default('03:15'),
  QINGLAN_BACKUP_KEEP: z
    .string()
    .regex(/^\d{1,3},\d{1,3},\d{1,3}$/, { error: 'must be three numbers: days,weeks,months, like 7,5,12' })
    .default('7,5,12'),
  QINGLAN_BACKUP_RECIPIENT: z
    .string()
    .regex(/^age1[a-z0-9]+$/, { error: 'must be a public key of age: age1…' })
    .optional(),
  QINGLAN_BACKUP_PASSPHRASE_FILE: z.string().optional(),
});

const defaultPort = 8080;

/** Reads the settings. Throws ConfigError, whose message names every setting at fault. */
export function readConfig(env: Record<string, string | undefined>): Config {
  // An empty variable is how shells and compose files say "not set".
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = settings.safeParse(given);
  if (!parsed.success) {
    const lines = parsed.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`);
    throw new ConfigError(`Settings that cannot be used:\n${lines.join('\n')}`);
  }
  const values = parsed.data;
  return {
    databaseUrl: values.DATABASE_URL ?? null,
    webDatabaseUrl: values.QINGLAN_WEB_DATABASE_URL ?? null,
    dataDir: resolve(values.QINGLAN_DATA),
    schema: values.QINGLAN_SCHEMA,
    host: values.HOST,
    port: values.PORT === undefined ? defaultPort : Number(values.PORT),
    portIsFixed: values.PORT !== undefined,
    origin: values.QINGLAN_ORIGIN?.replace(/\/$/, '') ?? null,
    demo: ['1', 'on', 'true'].includes(values.QINGLAN_DEMO),
    secret: values.QINGLAN_SECRET ?? null,
    logLevel: values.QINGLAN_LOG,
    timeZone: values.QINGLAN_TIME_ZONE,
    backup: {
      place: values.QINGLAN_BACKUP ?? null,
      at: values.QINGLAN_BACKUP_AT,
      keep: keepOf(values.QINGLAN_BACKUP_KEEP),
      recipient: values.QINGLAN_BACKUP_RECIPIENT ?? null,
      passphraseFile: values.QINGLAN_BACKUP_PASSPHRASE_FILE ?? null,
    },
  };
}

function keepOf(text: string): BackupSettings['keep'] {
  const [daily = 0, weekly = 0, monthly = 0] = text.split(',').map(Number);
  return { daily, weekly, monthly };
}

function isOrigin(text: string): boolean {
  try {
    const url = new URL(text);
    return (
      ['http:', 'https:'].includes(url.protocol) &&
      url.pathname === '/' &&
      url.search === '' &&
      url.hash === ''
    );
  } catch {
    return false;
  }
}

function isTimeZone(text: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    return false;
  }
}

/** The signing key: the setting, else one made at random on the first start and kept in the data folder. */
export function loadSecret(config: Pick<Config, 'secret' | 'dataDir'>): string {
  if (config.secret !== null) return config.secret;
  const path = join(config.dataDir, 'secret');
  if (!existsSync(path)) {
    mkdirSync(config.dataDir, { recursive: true });
    // Written aside and linked, so that two processes starting at once agree on one key.
    const draft = `${path}.${process.pid}`;
    writeFileSync(draft, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 });
    try {
      linkSync(draft, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(draft);
    }
  }
  return readFileSync(path, 'utf8').trim();
}
