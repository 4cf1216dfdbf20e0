import pg from 'pg';
import type { Config } from '../config.ts';
import { bad, type Finding } from './finding.ts';
import { demo, migrations, roles } from './schema.ts';
import { connections, extensions, type ServerFacts, server, wire } from './server.ts';

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
             clock_timestamp() AS now, current_user AS me, host(inet_client_addr()) AS comes,
             coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false) AS encrypted,
             has_database_privilege(current_database(), 'CREATE') AS may`);
    const facts = rows[0];
    if (facts === undefined) return [];
    // The clock was read somewhere on the way.
    const skew = Math.abs(Date.now() - (performance.now() - asked) / 2 - facts.now.getTime());
    return [
      ...server(facts, skew),
      ...wire(facts),
      ...connections(facts, config),
      ...(await extensions(client)),
      ...(await roles(client, config, facts)),
      ...(await migrations(client, config)),
      ...(await demo(client, config)),
    ];
  } finally {
    await client.end();
  }
}
