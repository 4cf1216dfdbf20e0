import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { enumerate } from '../shared/text.ts';
import type { Config } from './config.ts';
import { extensionSchema } from './database.ts';
import { diskOf, knownMigrations, LEAST_FREE } from './health.ts';
import { readHolder } from './postgres/lock.ts';
import { backupsOf } from './system.ts';
import { doorsUser, webRole } from './walls/roles.ts';

/*
 * `qinglan doctor`: looks at everything an install rests on and says of each what was found and what to do. It changes
 * nothing.
 */

/** `bad` keeps Qinglan from working or its records from being safe; `warning` will sooner or later. */
export type Level = 'good' | 'warning' | 'bad';
export interface Finding {
  readonly level: Level;
  readonly zh: string;
  readonly en: string;
  /** What to do about it. */
  readonly advice?: { readonly zh: string; readonly en: string };
}

const good = (zh: string, en: string): Finding => ({ level: 'good', zh, en });
const wrong =
  (level: 'warning' | 'bad') =>
  (found: { zh: string; en: string }, advice: { zh: string; en: string }): Finding => ({
    level,
    ...found,
    advice,
  });
const warning = wrong('warning');
const bad = wrong('bad');

const GIGABYTE = 1024 ** 3;
const LEAST_NODE = 24;

/** What stands around the database: Node, settings, data folder, secret, proxy. */
export async function examineHost(config: Config, nodeVersion: string): Promise<Finding[]> {
  return [
    ...node(nodeVersion),
    ...unknownSettings(config),
    ...(await dataFolder(config)),
    ...secret(config),
    ...address(config),
    ...(await backups(config)),
  ];
}

function node(version: string): Finding[] {
  const major = Number(version.split('.')[0]);
  if (major >= LEAST_NODE) return [good(`Node ${version}`, `Node ${version}`)];
  return [
    bad(
      { zh: `Node ${version} 太旧`, en: `Node ${version} is too old` },
      {
        zh: '用 npm start 或 npx qinglan 启动：它们使用随附的 Node 24',
        en: 'Start with npm start or npx qinglan: they use the Node 24 that comes along',
      },
    ),
  ];
}

const unknownSettings = ({ unknown }: Config): Finding[] =>
  unknown.map((name) =>
    warning(
      { zh: `${name} 不是青蓝的设置`, en: `${name} is no setting of Qinglan` },
      {
        zh: '删去，或对照 docs/settings.md 改名',
        en: 'Remove it, or see docs/settings.md for the right name',
      },
    ),
  );

async function dataFolder(config: Config): Promise<Finding[]> {
  const { dataDir } = config;
  if (!existsSync(dataDir))
    return [
      good(
        `数据文件夹 ${dataDir} 尚未建立，首次启动时建立`,
        `Data folder ${dataDir} is made at the first start`,
      ),
    ];
  try {
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return [
      bad(
        {
          zh: `当前用户不能读写数据文件夹 ${dataDir}`,
          en: `This user may not read and write the data folder ${dataDir}`,
        },
        {
          zh: '把它的所有者改成运行青蓝的用户（chown）',
          en: 'Make the user Qinglan runs as its owner (chown)',
        },
      ),
    ];
  }
  const findings = [good(`数据文件夹 ${dataDir} 可读写`, `Data folder ${dataDir} can be read and written`)];
  const { free, total } = await diskOf(config);
  const room = {
    zh: `磁盘剩余 ${(free / GIGABYTE).toFixed(1)} GB`,
    en: `${(free / GIGABYTE).toFixed(1)} GB free on the disk`,
  };
  const advice = {
    zh: '清理，或换更大的盘：写满后无法保存任何内容',
    en: 'Make room or take a larger disk: when it is full nothing can be saved',
  };
  if (free < LEAST_FREE) findings.push(bad(room, advice));
  else if (free < GIGABYTE || free < total / 50) findings.push(warning(room, advice));
  else findings.push(good(room.zh, room.en));
  if (config.databaseUrl === null) {
    const holder = readHolder(dataDir);
    findings.push(
      holder === null
        ? good('没有青蓝正在使用这个数据文件夹', 'No Qinglan is using the data folder')
        : good(
            `进程 ${holder.pid} 正在使用数据文件夹，地址 ${holder.address ?? '（正在启动）'}`,
            `Process ${holder.pid} is using the data folder and serves ${holder.address ?? '(it is starting)'}`,
          ),
    );
  }
  return findings;
}

function secret({ secret: given, dataDir }: Config): Finding[] {
  if (given !== null) return [good('签名密钥来自 QINGLAN_SECRET', 'The secret is that of QINGLAN_SECRET')];
  const path = join(dataDir, 'secret');
  if (!existsSync(path))
    return [good('签名密钥在首次使用时生成', 'The secret is made when it is first needed')];
  if ((statSync(path).mode & 0o077) === 0)
    return [good('签名密钥只有本用户可读', 'The secret can be read by this user alone')];
  return [
    bad(
      { zh: `别的用户能读到 ${path}`, en: `Other users can read ${path}` },
      { zh: `chmod 600 ${path}`, en: `chmod 600 ${path}` },
    ),
  ];
}

const LOCAL = /^(127\.|::1$|localhost$)/;

function address({ origin, host, proxies, demo, processes }: Config): Finding[] {
  const findings: Finding[] = [];
  const open = !LOCAL.test(host);
  if (demo && (open || origin !== null))
    findings.push(
      bad(
        {
          zh: '演示模式对外开放：任何人都能一键以任何身份登录',
          en: 'The demo is open to others: anyone signs in as anyone with one click',
        },
        {
          zh: '设 QINGLAN_DEMO=0，并换一个空的数据文件夹',
          en: 'Set QINGLAN_DEMO=0 and take an empty data folder',
        },
      ),
    );
  if (origin?.startsWith('http:') === true && !LOCAL.test(new URL(origin).hostname))
    findings.push(
      bad(
        {
          zh: `${origin} 没有加密：密码在网上明文传送`,
          en: `${origin} is not encrypted: passwords cross the network in the clear`,
        },
        {
          zh: '在代理上配好证书，把 QINGLAN_ORIGIN 改成 https://…（deploy/nginx.conf、deploy/Caddyfile）',
          en: 'Give the proxy a certificate and make QINGLAN_ORIGIN https://… (deploy/nginx.conf, deploy/Caddyfile)',
        },
      ),
    );
  if (open && origin === null)
    findings.push(
      warning(
        { zh: `直接对外监听 ${host}，没有加密`, en: `Listens on ${host} for all, without encryption` },
        {
          zh: '在前面放一个带证书的代理，设 QINGLAN_ORIGIN',
          en: 'Put a proxy with a certificate in front and set QINGLAN_ORIGIN',
        },
      ),
    );
  if (origin !== null && proxies.rules.length === 0)
    findings.push(
      warning(
        {
          zh: '设了 QINGLAN_ORIGIN 而没有 QINGLAN_PROXIES：审计和限速记下的都是代理的地址',
          en: 'QINGLAN_ORIGIN is set but not QINGLAN_PROXIES: the audit and the limits see the proxy’s address for everyone',
        },
        {
          zh: '把代理的地址写进 QINGLAN_PROXIES，同一台机器写 loopback',
          en: 'Name the proxy in QINGLAN_PROXIES; loopback if it is on this machine',
        },
      ),
    );
  if (processes > availableParallelism())
    findings.push(
      warning(
        {
          zh: `${processes} 个进程多于 ${availableParallelism()} 个核`,
          en: `${processes} processes are more than the ${availableParallelism()} cores`,
        },
        { zh: '把 QINGLAN_PROCESSES 设为不超过核数', en: 'Set QINGLAN_PROCESSES to no more than the cores' },
      ),
    );
  return findings.length > 0
    ? findings
    : [good('地址与代理的设置相配', 'Address and proxy settings fit together')];
}

const OLD_BACKUP_MS = 36 * 3_600_000;

async function backups(config: Config): Promise<Finding[]> {
  const found = await backupsOf(config);
  const advice = {
    zh: '设 QINGLAN_BACKUP，或用 cron 运行 qinglan backup；见管理员指南“备份”',
    en: 'Set QINGLAN_BACKUP, or run qinglan backup from cron; see “Backup” in the administrator’s guide',
  };
  if (found === null) return [warning({ zh: '没有自动备份', en: 'No backup is made by itself' }, advice)];
  if (found.list === null)
    return [
      bad(
        {
          zh: `备份位置 ${found.place} 没有应答`,
          en: `The place of backups, ${found.place}, does not answer`,
        },
        { zh: '检查挂载、网络和密钥', en: 'See to the mount, the network and the keys' },
      ),
    ];
  const newest = found.list[0];
  if (newest === undefined)
    return [
      warning({ zh: `${found.place} 里还没有备份`, en: `There is no backup in ${found.place} yet` }, advice),
    ];
  const hours = Math.floor((Date.now() - newest.getTime()) / 3_600_000);
  const age = {
    zh: `最近一次备份在 ${hours} 小时前，共 ${found.list.length} 份`,
    en: `The newest backup is ${hours} hours old; there are ${found.list.length}`,
  };
  return Date.now() - newest.getTime() > OLD_BACKUP_MS
    ? [
        bad(age, {
          zh: '看日志里备份为何失败，改好后运行 qinglan backup',
          en: 'See in the log why it failed, put it right, and run qinglan backup',
        }),
      ]
    : [good(age.zh, age.en)];
}

interface ServerFacts {
  readonly number: number;
  readonly version: string;
  readonly encoding: string;
  readonly fsync: string;
  readonly commit: string;
  readonly pages: string;
  readonly vacuum: string;
  readonly connections: number;
  readonly now: Date;
  readonly me: string;
  readonly may: boolean;
}

const LEAST_POSTGRES = 150_000;
const SKEW_MS = 2000;

/** What the database is like; a database that cannot be reached is one finding. */
export async function examineDatabase(config: Config, url: string): Promise<Finding[]> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 5000,
    application_name: 'qinglan doctor',
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    return [
      bad(
        {
          zh: `连不上数据库：${(error as Error).message}`,
          en: `The database cannot be reached: ${(error as Error).message}`,
        },
        {
          zh: '检查 DATABASE_URL、网络、pg_hba.conf 和密码',
          en: 'See to DATABASE_URL, the network, pg_hba.conf and the password',
        },
      ),
    ];
  }
  try {
    const asked = performance.now();
    const { rows } = await client.query<ServerFacts>(`
      SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS version,
             current_setting('server_encoding') AS encoding, current_setting('fsync') AS fsync,
             current_setting('synchronous_commit') AS commit, current_setting('full_page_writes') AS pages,
             current_setting('autovacuum') AS vacuum, current_setting('max_connections')::int AS connections,
             clock_timestamp() AS now, current_user AS me,
             has_database_privilege(current_database(), 'CREATE') AS may`);
    const facts = rows[0];
    if (facts === undefined) return [];
    // The clock was read somewhere on the way.
    const skew = Math.abs(Date.now() - (performance.now() - asked) / 2 - facts.now.getTime());
    return [
      ...server(facts, skew),
      ...connections(facts, config),
      ...(await extensions(client)),
      ...(await roles(client, config, facts)),
      ...(await migrations(client, config)),
    ];
  } finally {
    await client.end();
  }
}

function server(facts: ServerFacts, skew: number): Finding[] {
  const findings: Finding[] = [];
  if (facts.number < LEAST_POSTGRES)
    findings.push(
      bad(
        { zh: `PostgreSQL ${facts.version} 太旧`, en: `PostgreSQL ${facts.version} is too old` },
        { zh: '升级到 15 或更高', en: 'Upgrade to 15 or later' },
      ),
    );
  else findings.push(good(`PostgreSQL ${facts.version}`, `PostgreSQL ${facts.version}`));
  if (facts.encoding !== 'UTF8')
    findings.push(
      bad(
        { zh: `数据库编码是 ${facts.encoding}`, en: `The database is encoded in ${facts.encoding}` },
        { zh: '用 UTF8 新建数据库，再恢复备份', en: 'Make a database in UTF8 and restore a backup into it' },
      ),
    );
  for (const [name, value] of [
    ['fsync', facts.fsync],
    ['full_page_writes', facts.pages],
  ] as const)
    if (value !== 'on')
      findings.push(
        bad(
          {
            zh: `${name} 关着：断电会损坏或丢失数据`,
            en: `${name} is off: a power cut damages or loses records`,
          },
          {
            zh: `ALTER SYSTEM SET ${name} = on，再重新加载`,
            en: `ALTER SYSTEM SET ${name} = on, and reload`,
          },
        ),
      );
  if (facts.commit === 'off')
    findings.push(
      bad(
        {
          zh: 'synchronous_commit 关着：已确认的提交可能丢失',
          en: 'synchronous_commit is off: what was acknowledged may be lost',
        },
        {
          zh: 'ALTER SYSTEM SET synchronous_commit = on，再重新加载',
          en: 'ALTER SYSTEM SET synchronous_commit = on, and reload',
        },
      ),
    );
  if (facts.vacuum !== 'on')
    findings.push(
      warning(
        {
          zh: 'autovacuum 关着：数据库会越来越慢、越来越大',
          en: 'autovacuum is off: the database grows and slows down',
        },
        {
          zh: 'ALTER SYSTEM SET autovacuum = on，再重新加载',
          en: 'ALTER SYSTEM SET autovacuum = on, and reload',
        },
      ),
    );
  const seconds = (skew / 1000).toFixed(1);
  findings.push(
    skew > SKEW_MS
      ? bad(
          {
            zh: `数据库与本机的时钟相差 ${seconds} 秒`,
            en: `The clocks of the database and this machine are ${seconds} s apart`,
          },
          {
            zh: '两边都开启时间同步（chrony、systemd-timesyncd）：截止时间以本机时钟为准',
            en: 'Keep both in time (chrony, systemd-timesyncd): deadlines go by this machine’s clock',
          },
        )
      : good('数据库与本机的时钟一致', 'The clocks of the database and this machine agree'),
  );
  return findings;
}

function connections(
  { connections: most }: ServerFacts,
  { connections: given, processes }: Config,
): Finding[] {
  const requests = given ?? Math.max(8, 4 * availableParallelism());
  // Those for jobs and the queue are each process's own.
  const need = Math.max(requests, 4 * processes) + processes * 14;
  if (need <= most - 5) return [];
  return [
    warning(
      {
        zh: `可能用到 ${need} 个连接，而 max_connections 是 ${most}`,
        en: `Up to ${need} connections may be used, and max_connections is ${most}`,
      },
      {
        zh: '减小 QINGLAN_CONNECTIONS 或 QINGLAN_PROCESSES，或增大 max_connections',
        en: 'Lower QINGLAN_CONNECTIONS or QINGLAN_PROCESSES, or raise max_connections',
      },
    ),
  ];
}

async function extensions(client: pg.Client): Promise<Finding[]> {
  const { rows } = await client.query<{ name: string; place: string | null; there: boolean }>(`
    SELECT wanted AS name, n.nspname AS place, EXISTS (SELECT FROM pg_available_extensions a WHERE a.name = wanted) AS there
      FROM unnest(ARRAY['pg_trgm', 'btree_gist']) AS wanted
      LEFT JOIN pg_extension e ON e.extname = wanted LEFT JOIN pg_namespace n ON n.oid = e.extnamespace`);
  return rows.map(({ name, place, there }) => {
    if (!there)
      return bad(
        { zh: `服务器上没有扩展 ${name}`, en: `The server has no extension ${name}` },
        { zh: '安装 postgresql-contrib', en: 'Install postgresql-contrib' },
      );
    if (place !== null && place !== extensionSchema)
      return bad(
        { zh: `扩展 ${name} 在模式 ${place} 里`, en: `Extension ${name} is in schema ${place}` },
        {
          zh: `ALTER EXTENSION ${name} SET SCHEMA ${extensionSchema}`,
          en: `ALTER EXTENSION ${name} SET SCHEMA ${extensionSchema}`,
        },
      );
    return good(`扩展 ${name} 可用`, `Extension ${name} is there`);
  });
}

async function roles(client: pg.Client, { schema }: Config, { me, may }: ServerFacts): Promise<Finding[]> {
  if (!may)
    return [
      bad(
        { zh: `数据库用户 ${me} 不能建模式`, en: `The database user ${me} may not make schemas` },
        { zh: `GRANT CREATE ON DATABASE … TO ${me}`, en: `GRANT CREATE ON DATABASE … TO ${me}` },
      ),
    ];
  const web = webRole(schema);
  const { rows } = await client.query<{ rolname: string; passes: boolean }>(
    'SELECT rolname, rolsuper OR rolbypassrls AS passes FROM pg_roles WHERE rolname = ANY($1)',
    [[web, doorsUser]],
  );
  const passing = rows.filter(({ passes }) => passes).map(({ rolname }) => rolname);
  if (passing.length > 0)
    return [
      bad(
        {
          zh: `角色 ${enumerate('zh-CN', passing)} 能越过行级权限`,
          en: `${enumerate('en', passing)} can pass row-level security`,
        },
        {
          zh: `ALTER ROLE ${passing[0]} NOSUPERUSER NOBYPASSRLS`,
          en: `ALTER ROLE ${passing[0]} NOSUPERUSER NOBYPASSRLS`,
        },
      ),
    ];
  return rows.length === 2
    ? [good('页面请求使用权限最小的角色', 'Requests use the role with the fewest rights')]
    : [
        good(
          `角色 ${web}、${doorsUser} 在启动时建立`,
          `The roles ${web} and ${doorsUser} are made at the start`,
        ),
      ];
}

async function migrations(client: pg.Client, { schema }: Config): Promise<Finding[]> {
  const there = await client.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [
    `${schema}.migration`,
  ]);
  if (there.rows[0]?.there !== true)
    return [
      good('数据库还是空的，首次启动时建表', 'The database is empty; tables are made at the first start'),
    ];
  const { rows } = await client.query<{ name: string }>(
    `SELECT name FROM ${client.escapeIdentifier(schema)}.migration ORDER BY name`,
  );
  const applied = rows.map(({ name }) => name);
  const known = knownMigrations();
  const ahead = applied.filter((name) => !known.includes(name));
  const behind = known.filter((name) => !applied.includes(name));
  if (ahead.length > 0)
    return [
      bad(
        {
          zh: `数据库比程序新：${enumerate('zh-CN', ahead)}`,
          en: `The database is ahead of the program: ${enumerate('en', ahead)}`,
        },
        {
          zh: '装回较新的版本，或恢复升级前的备份',
          en: 'Install the newer version again, or restore the backup from before the upgrade',
        },
      ),
    ];
  if (behind.length > 0)
    return [
      warning(
        {
          zh: `有 ${behind.length} 项结构更新尚未进行`,
          en: `${behind.length} migrations are not applied yet`,
        },
        {
          zh: '运行 qinglan upgrade（先备份），或重新启动',
          en: 'Run qinglan upgrade, which backs up first, or start again',
        },
      ),
    ];
  return [good(`结构更新齐全（${applied.length} 项）`, `All ${applied.length} migrations are applied`)];
}
