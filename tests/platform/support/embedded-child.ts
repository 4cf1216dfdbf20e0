import { writeSync } from 'node:fs';
import pg from 'pg';
import { startEmbedded } from '../../../src/platform/postgres/supervisor.ts';

/*
 * A Qinglan small enough to kill: holds the data folder it is given and says so on standard output, one JSON
 * text a line. With a second argument "write" it then adds rows, telling each one once it is committed.
 */
const [dataDir = '', mode] = process.argv.slice(2);
const say = (fact: object) => writeSync(1, `${JSON.stringify(fact)}\n`);

try {
  const server = await startEmbedded({ dataDir, log: (message) => say({ log: message }) });
  server.announce('http://127.0.0.1:65000');
  process.once('SIGTERM', async () => {
    await server.stop();
    process.exit(0);
  });
  say({ url: server.url, serverPid: server.serverPid() });
  // Lives as long as the test that started it.
  process.stdin.resume().once('end', () => process.exit(0));
  if (mode === 'write') await writeRows(server.url);
} catch (error) {
  say({ error: error instanceof Error ? error.message : String(error) });
  process.exit(1);
}

async function writeRows(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  await client.query('CREATE TABLE IF NOT EXISTS written (n integer CONSTRAINT written_pk PRIMARY KEY)');
  for (let n = 1; ; n += 1) {
    await client.query('INSERT INTO written VALUES ($1)', [n]);
    say({ committed: n });
  }
}
