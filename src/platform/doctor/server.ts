import { availableParallelism } from 'node:os';
import type pg from 'pg';
import type { Config } from '../config.ts';
import { extensionSchema } from '../database.ts';
import { bad, type Finding, good, warning } from './finding.ts';

/** What the server says of itself. */
export interface ServerFacts {
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
  /** From which address the server sees us come; null for a socket on its own machine. */
  readonly comes: string | null;
  readonly encrypted: boolean;
}

const LEAST_POSTGRES = 150_000;
const SKEW_MS = 2000;

export function server(facts: ServerFacts, skew: number): Finding[] {
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

/** What goes to a database of another machine can be read on the way where it is not encrypted. */
export function wire({ comes, encrypted }: Pick<ServerFacts, 'comes' | 'encrypted'>): Finding[] {
  if (comes === null || /^(?:127\.|::1$)/.test(comes)) return [];
  if (encrypted) return [good('到数据库的连接已加密', 'The connection to the database is encrypted')];
  return [
    bad(
      {
        zh: '数据库在另一台机器上，连接没有加密：密码和个人信息在网络上可以被读到',
        en: 'The database is on another machine and the connection is not encrypted: passwords and personal data can be read on the network',
      },
      {
        zh: '服务器开启 ssl，DATABASE_URL 末尾加 ?sslmode=verify-full（自签证书另加 &sslrootcert=文件），其他数据库地址同样',
        en: 'Turn ssl on at the server and end DATABASE_URL with ?sslmode=verify-full (with a certificate of your own also &sslrootcert=FILE), and the other database addresses likewise',
      },
    ),
  ];
}

export function connections(
  { connections: most }: ServerFacts,
  { connections: given, processes }: Config,
): Finding[] {
  const requests = given ?? Math.max(8, 4 * availableParallelism());
  // Those for jobs, for the owner and the queue are each process's own.
  const need = Math.max(requests, 4 * processes) + processes * 17;
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

export async function extensions(client: pg.Client): Promise<Finding[]> {
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
