import { BlockList, isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';

/** How this run of Qinglan is set up. Every setting is an environment variable; none is needed. */
export interface Config {
  /** A PostgreSQL of one's own; null for the embedded one. */
  databaseUrl: string | null;
  /** The same PostgreSQL for requests, as `qinglan_doors` or another user with its rights; null: as the owner, who stands in the narrower role. */
  webDatabaseUrl: string | null;
  /** The same for jobs, as `qinglan_workers`. */
  jobsDatabaseUrl: string | null;
  /** Further PostgreSQL nodes by name, where authorities can lie beside the first. */
  nodes: Readonly<Record<string, string>>;
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
  /** Whose word on where a request came from is believed. */
  proxies: BlockList;
  /** How many processes answer requests. */
  processes: number;
  /** Most connections for requests, all processes together; null for what suits the machine. */
  connections: number | null;
  /** Where metrics are served; null for nowhere. */
  metrics: { host: string; port: number } | null;
  /** Files with other people's data that one person may take along within an hour. */
  exportsAnHour: number;
  demo: boolean;
  /** Variables that look like ours and are not: for `qinglan doctor`. */
  unknown: readonly string[];
  /** Key for sealing and signing; null to keep one in the data folder (see platform/secret.ts). */
  secret: string | null;
  /** The one before it, while what it sealed is being sealed anew. */
  oldSecret: string | null;
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

/** What a setting means and what holds without it, for docs/settings.md. */
export interface SettingMeta {
  readonly zh: string;
  readonly en: string;
  /** What holds when it is not set, where its default does not say it. */
  readonly otherwise?: { readonly zh: string; readonly en: string };
  readonly example?: string;
}
/** Put last: what follows would forget it. */
const meaning = (meta: SettingMeta) => ({ ...meta }) as Record<string, unknown>;

const flag = z.enum(['0', '1', 'off', 'on', 'false', 'true'], { error: 'must be 1 or 0' });
const postgresUrl = z.string().regex(/^postgres(ql)?:\/\//, { error: 'must begin with postgresql://' });
const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,6}$/, { error: `must be a number from ${least} to ${most}` })
    .refine((text) => Number(text) >= least && Number(text) <= most, {
      error: `must be a number from ${least} to ${most}`,
    });

/** Every setting there is. Each says what it means: docs/settings.md is written from here (`npm run settings`). */
export const settings = z.object({
  DATABASE_URL: postgresUrl.optional().meta(
    meaning({
      zh: '自备的 PostgreSQL（15 或更高）。密码可写在地址里，或放在 PGPASSFILE 指的文件里',
      en: "A PostgreSQL (15 or later) of one's own. The password stands in the address, or in the file PGPASSFILE names",
      otherwise: { zh: '自带的数据库', en: 'the embedded server' },
      example: 'postgresql://qinglan@db.example.edu.cn/qinglan',
    }),
  ),
  QINGLAN_WEB_DATABASE_URL: postgresUrl.optional().meta(
    meaning({
      zh: '同一个 PostgreSQL，供页面请求使用，以没有自身权限的 qinglan_doors 登录',
      en: 'The same PostgreSQL for requests, signing in as qinglan_doors, which has no rights of its own',
      otherwise: {
        zh: '以 DATABASE_URL 的用户登录，再换成权限更小的角色',
        en: 'the user of DATABASE_URL signs in and then stands in the narrower role',
      },
    }),
  ),
  QINGLAN_JOBS_DATABASE_URL: postgresUrl.optional().meta(
    meaning({
      zh: '同一个 PostgreSQL，供后台任务使用，以没有自身权限的 qinglan_workers 登录',
      en: 'The same PostgreSQL for jobs, signing in as qinglan_workers, which has no rights of its own',
      otherwise: {
        zh: '以 DATABASE_URL 的用户登录，再换成权限更小的角色',
        en: 'the user of DATABASE_URL signs in and then stands in the narrower role',
      },
    }),
  ),
  QINGLAN_DATA: z
    .string()
    .default('./data')
    .meta(
      meaning({
        zh: '数据文件夹：自带的数据库、上传的文件、密钥',
        en: 'Data folder: the embedded database, uploaded files, the secret',
        example: '/var/lib/qinglan',
      }),
    ),
  QINGLAN_NODES: z
    .string()
    .regex(/^\s*([a-z][a-z0-9-]*=postgres(ql)?:\/\/\S+\s*)*$/, {
      error: 'must be name=postgresql://…, several with spaces between',
    })
    .optional()
    .meta(
      meaning({
        zh: '除第一个之外的 PostgreSQL 服务器，各机构可以分放其上：名称=地址，用空格隔开',
        en: 'Further PostgreSQL servers on which authorities can lie: name=address, with spaces between',
        otherwise: { zh: '只有一个', en: 'there is one' },
        example: 'east=postgresql://qinglan@db2.example.edu.cn/qinglan',
      }),
    ),
  QINGLAN_SCHEMA: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,47}$/, {
      error: 'must be at most 48 small letters, digits and _, beginning with a letter',
    })
    .default('qinglan')
    .meta(meaning({ zh: '本机构在数据库中的模式名', en: "The authority's schema in the database" })),
  HOST: z
    .string()
    .default('127.0.0.1')
    .meta(
      meaning({
        zh: '监听的地址。前面有代理时保持默认',
        en: 'Address to listen on. Behind a proxy leave it as it is',
        example: '0.0.0.0',
      }),
    ),
  PORT: wholeNumber(0, 65_535)
    .optional()
    .meta(
      meaning({
        zh: '监听的端口；被占用则报错',
        en: 'Port to listen on; a busy one is an error',
        otherwise: { zh: '从 8080 起第一个空闲的', en: 'the first free one from 8080 on' },
      }),
    ),
  QINGLAN_ORIGIN: z
    .string()
    .refine(isOrigin, { error: 'must be a scheme and host without path, like https://qinglan.example.org' })
    .optional()
    .meta(
      meaning({
        zh: '前面有代理时，人们使用的网址',
        en: 'The address people use, when a proxy stands in front',
        example: 'https://qinglan.example.edu.cn',
      }),
    ),
  QINGLAN_PROXIES: z
    .string()
    .refine((text) => parseProxies(text) !== null, {
      error: 'must be addresses or networks with commas between them, like loopback,10.1.0.0/16',
    })
    .default('')
    .meta(
      meaning({
        zh: '哪些代理的 X-Forwarded-For 可信：地址或网段，逗号分隔；loopback 指本机',
        en: 'Whose X-Forwarded-For is believed: addresses or networks, with commas; loopback is this machine',
        otherwise: { zh: '都不信', en: 'nobody’s' },
        example: 'loopback',
      }),
    ),
  QINGLAN_PROCESSES: wholeNumber(1, 64)
    .default('1')
    .meta(
      meaning({
        zh: '同时处理请求的进程数；机器专用于青蓝时，不超过核数',
        en: 'Processes that answer requests; no more than cores, when the machine is for Qinglan alone',
      }),
    ),
  QINGLAN_CONNECTIONS: wholeNumber(4, 1000)
    .optional()
    .meta(
      meaning({
        zh: '所有进程为请求合用的数据库连接数上限',
        en: 'Most connections to the database for requests, all processes together',
        otherwise: { zh: '8 与核数的 4 倍中较大的', en: '8, or four times the cores if that is more' },
      }),
    ),
  QINGLAN_METRICS: z
    .string()
    .refine((text) => parseListen(text) !== null, {
      error: 'must be a port, or an address and a port: 9464, 127.0.0.1:9464',
    })
    .optional()
    .meta(
      meaning({
        zh: 'Prometheus 指标另在此端口提供（/metrics），默认只在本机',
        en: 'Serve metrics for Prometheus at /metrics on this port, on this machine only unless an address says otherwise',
        otherwise: { zh: '不提供', en: 'none are served' },
        example: '9464',
      }),
    ),
  QINGLAN_EXPORTS: wholeNumber(1, 100_000)
    .default('60')
    .meta(
      meaning({
        zh: '一个人一小时内最多下载几份含他人信息的文件（人员、称号、审核列表、审计等）',
        en: 'Files with other people’s data (lists of people, titles, review, audit) that one person may take along within an hour',
      }),
    ),
  QINGLAN_DEMO: flag.default('0').meta(
    meaning({
      zh: '1：空库装入演示城市，登录页可一键以各种身份进入。正式使用必须为 0',
      en: '1: load a demo city into an empty database, with one-click sign-in as anyone in it. Never on a real install',
      otherwise: { zh: '`npm start` 时为 1，其余为 0', en: '1 with `npm start`, else 0' },
    }),
  ),
  QINGLAN_SECRET: z
    .string()
    .min(32, { error: 'must have at least 32 characters' })
    .optional()
    .meta(
      meaning({
        zh: '系统密钥，至少 32 个字符。更换：qinglan secret rotate',
        en: "The install's secret, at least 32 characters. To exchange it: qinglan secret rotate",
        otherwise: {
          zh: '首次启动时生成，存于数据文件夹',
          en: 'made at the first start and kept in the data folder',
        },
      }),
    ),
  QINGLAN_SECRET_OLD: z
    .string()
    .min(32, { error: 'must have at least 32 characters' })
    .optional()
    .meta(
      meaning({
        zh: '更换系统密钥期间：原来的密钥。换完删去',
        en: 'While the secret is being exchanged: the one before. Remove it afterwards',
        otherwise: { zh: '不在更换', en: 'none is being exchanged' },
      }),
    ),
  QINGLAN_LOG: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'])
    .optional()
    .meta(
      meaning({
        zh: '日志详细程度：debug、info、warn、error、silent。info 起每个请求一行',
        en: 'How much is logged: debug, info, warn, error, silent. From info on, a line for each request',
        otherwise: { zh: 'info；演示时 warn', en: 'info; with a demo warn' },
      }),
    ),
  QINGLAN_TIME_ZONE: z
    .string()
    .refine(isTimeZone, { error: 'must be a time zone like Asia/Shanghai' })
    .default('Asia/Shanghai')
    .meta(
      meaning({
        zh: '截止日、公示日按哪个时区算',
        en: 'The time zone in which deadlines and publicity are days',
      }),
    ),
  QINGLAN_BACKUP: z
    .string()
    .optional()
    .meta(
      meaning({
        zh: '每天备份到哪里：文件夹，或 s3://桶/前缀（配 AWS_ 开头的变量）',
        en: 'Where a backup is made each day: a folder, or s3://bucket/prefix (with the AWS_… variables)',
        otherwise: { zh: '不自动备份', en: 'none is made by itself' },
        example: '/backup/qinglan',
      }),
    ),
  QINGLAN_BACKUP_AT: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'must be a time like 03:15' })
    .default('03:15')
    .meta(
      meaning({ zh: '每天几点备份（本机构时区）', en: 'When, each day, in the time zone of the authority' }),
    ),
  QINGLAN_BACKUP_KEEP: z
    .string()
    .regex(/^\d{1,3},\d{1,3},\d{1,3}$/, { error: 'must be three numbers: days,weeks,months, like 7,5,12' })
    .default('7,5,12')
    .meta(
      meaning({
        zh: '保留多少天、多少周、多少月各一份',
        en: 'For how many days, weeks and months one is kept',
      }),
    ),
  QINGLAN_BACKUP_RECIPIENT: z
    .string()
    .regex(/^age1[a-z0-9]+$/, { error: 'must be a public key of age: age1…' })
    .optional()
    .meta(
      meaning({
        zh: '用此 age 公钥加密备份',
        en: 'Public key of age to encrypt backups for',
        otherwise: { zh: '不加密', en: 'not encrypted' },
      }),
    ),
  QINGLAN_BACKUP_PASSPHRASE_FILE: z
    .string()
    .optional()
    .meta(
      meaning({
        zh: '用此文件里的口令加密备份',
        en: 'File with the passphrase to encrypt backups with',
        otherwise: { zh: '不加密', en: 'not encrypted' },
      }),
    ),
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
  const unknown = unknownSettings(Object.keys(given));
  const misspelt = unknown.flatMap((name) => {
    const meant = nearestSetting(name);
    return meant === null ? [] : [`  ${name}: there is no such setting; did you mean ${meant}?`];
  });
  if (misspelt.length > 0) throw new ConfigError(`Settings that cannot be used:\n${misspelt.join('\n')}`);
  const demo = ['1', 'on', 'true'].includes(values.QINGLAN_DEMO);
  return {
    databaseUrl: values.DATABASE_URL ?? null,
    webDatabaseUrl: values.QINGLAN_WEB_DATABASE_URL ?? null,
    jobsDatabaseUrl: values.QINGLAN_JOBS_DATABASE_URL ?? null,
    nodes: Object.fromEntries(
      (values.QINGLAN_NODES ?? '')
        .split(/\s+/)
        .filter((entry) => entry !== '')
        .map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
    ),
    dataDir: resolve(values.QINGLAN_DATA),
    schema: values.QINGLAN_SCHEMA,
    host: values.HOST,
    port: values.PORT === undefined ? defaultPort : Number(values.PORT),
    portIsFixed: values.PORT !== undefined,
    origin: values.QINGLAN_ORIGIN?.replace(/\/$/, '') ?? null,
    proxies: parseProxies(values.QINGLAN_PROXIES) ?? new BlockList(),
    processes: Number(values.QINGLAN_PROCESSES),
    connections: values.QINGLAN_CONNECTIONS === undefined ? null : Number(values.QINGLAN_CONNECTIONS),
    metrics: values.QINGLAN_METRICS === undefined ? null : parseListen(values.QINGLAN_METRICS),
    exportsAnHour: Number(values.QINGLAN_EXPORTS),
    demo,
    unknown,
    secret: values.QINGLAN_SECRET ?? null,
    oldSecret: values.QINGLAN_SECRET_OLD ?? null,
    logLevel: values.QINGLAN_LOG ?? (demo ? 'warn' : 'info'),
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

/** Of our own tools; and what an orchestrator makes of a service with our name. */
const NOT_SETTINGS = /^QINGLAN_(TEST_LOG|PICTURES|WORKER_\w+|PORT|PORT_\w+|SERVICE_\w+)$/;

const unknownSettings = (names: readonly string[]): string[] =>
  names.filter(
    (name) => name.startsWith('QINGLAN_') && !Object.hasOwn(settings.shape, name) && !NOT_SETTINGS.test(name),
  );

/** The setting whose name is at most three letters away; null when none is. */
export function nearestSetting(name: string): string | null {
  const near = Object.keys(settings.shape)
    .map((known) => ({ known, away: lettersAway(name, known) }))
    .toSorted((a, b) => a.away - b.away)[0];
  return near !== undefined && near.away <= 3 ? near.known : null;
}

/** Letters to add, leave out or change to come from one word to the other. */
function lettersAway(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...one].entries()) {
    const next = [i + 1];
    for (const [j, theirs] of [...other].entries()) {
      const changed = (row[j] ?? 0) + (letter === theirs ? 0 : 1);
      next.push(Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

const LOOPBACK = [
  ['127.0.0.0', 8, 'ipv4'],
  ['::1', 128, 'ipv6'],
] as const;

/** Null when the text names something that is no address and no network. */
function parseProxies(text: string): BlockList | null {
  const list = new BlockList();
  for (const part of text.split(',').map((one) => one.trim())) {
    if (part === '') continue;
    if (part === 'loopback') {
      for (const [net, bits, family] of LOOPBACK) list.addSubnet(net, bits, family);
      continue;
    }
    const [address = '', bits] = part.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    const most = family === 'ipv6' ? 128 : 32;
    const prefix = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
    if (isIP(address) === 0 || !(prefix <= most)) return null;
    list.addSubnet(address, prefix, family);
  }
  return list;
}

/** `9464`, `127.0.0.1:9464` or `[::1]:9464`. */
function parseListen(text: string): { host: string; port: number } | null {
  const match = /^(?:(.+):)?(\d{1,5})$/.exec(text);
  if (match === null) return null;
  const port = Number(match[2]);
  const host = (match[1] ?? '127.0.0.1').replace(/^\[(.*)\]$/, '$1');
  return port > 0 && port <= 65_535 && (isIP(host) !== 0 || host === 'localhost') ? { host, port } : null;
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
