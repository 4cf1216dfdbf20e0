import type pg from 'pg';
import { enumerate } from '../../shared/text.ts';
import type { Config } from '../config.ts';
import { knownMigrations } from '../health.ts';
import { doorsUser, jobsRole, webRole, workersUser } from '../walls/roles.ts';
import { bad, type Finding, good, warning } from './finding.ts';
import type { ServerFacts } from './server.ts';

/** Whether requests stand where the walls hold them. */
export async function roles(
  client: pg.Client,
  { schema }: Config,
  { me, may }: ServerFacts,
): Promise<Finding[]> {
  if (!may)
    return [
      bad(
        { zh: `数据库用户 ${me} 不能建模式`, en: `The database user ${me} may not make schemas` },
        { zh: `GRANT CREATE ON DATABASE … TO ${me}`, en: `GRANT CREATE ON DATABASE … TO ${me}` },
      ),
    ];
  const ours = [webRole(schema), jobsRole(schema), doorsUser, workersUser];
  const { rows } = await client.query<{ rolname: string; passes: boolean }>(
    'SELECT rolname, rolsuper OR rolbypassrls AS passes FROM pg_roles WHERE rolname = ANY($1)',
    [ours],
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
  return rows.length === ours.length
    ? [good('页面请求和后台任务使用权限最小的角色', 'Requests and jobs use roles with the fewest rights')]
    : [
        good(
          `角色 ${enumerate('zh-CN', ours)} 在启动时建立`,
          `The roles ${enumerate('en', ours)} are made at the start`,
        ),
      ];
}

/** Whether the tables are those this program expects. */
export async function migrations(client: pg.Client, { schema }: Config): Promise<Finding[]> {
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

/** People of a demo city sign in with a password that stands in the source; that is for a demo alone. */
export async function demo(client: pg.Client, { schema, demo: open }: Config): Promise<Finding[]> {
  const table = `${client.escapeIdentifier(schema)}.demo_persona`;
  const there = await client.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [
    table,
  ]);
  if (open || there.rows[0]?.there !== true) return [];
  const { rows } = await client.query(`SELECT 1 FROM ${table} LIMIT 1`);
  return rows.length === 0
    ? []
    : [
        bad(
          {
            zh: '数据库里是演示城市，演示人员的密码人人知道',
            en: 'The database holds a demo city, whose people have a password that anybody knows',
          },
          {
            zh: '正式使用请换一个空的数据文件夹或数据库',
            en: 'For real use begin with an empty data folder or database',
          },
        ),
      ];
}
