import { fileURLToPath } from 'node:url';
import { loadDemoWhenEmpty } from '../demo/load.ts';
import { selectPersonas } from './features/identity/queries.ts';
import { ConfigError, readConfig } from './platform/config.ts';
import { MigrationError } from './platform/migrate.ts';
import { FolderInUse } from './platform/postgres/lock.ts';
import type { Services } from './platform/services.ts';
import { NOBODY } from './platform/standing.ts';
import { isWorker, serveAsWorker, startSeveral } from './processes.ts';
import { start } from './start.ts';
import { words } from './web/words.ts';

/** `npm start`: serve, with a demo city when asked for, until SIGINT or SIGTERM. */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  if (isWorker()) return await serveAsWorker(config);
  const prepare = async (services: Services, url: string) => {
    if (config.demo)
      await loadDemoWhenEmpty(services, url, (message) => process.stdout.write(`${message}\n`));
  };
  const running =
    config.processes > 1
      ? await startSeveral(config, fileURLToPath(import.meta.url), prepare)
      : await start(config, prepare);
  await tellHow(running.address);

  async function tellHow(address: string): Promise<void> {
    const t = words('en');
    const zh = words('zh-CN');
    const lines = [`\nQinglan 青蓝 serves ${address}`];
    if (config.demo) {
      lines.push(
        'Sign in with one click on the sign-in page, or by staff number; every demo password is "qinglan":',
      );
      const asking = running.services.doors.open({ ...NOBODY, pass: 'sign-in' });
      for (const persona of await selectPersonas(asking)) {
        const key = `identity.demo.kind.${persona.kind}` as const;
        lines.push(`  ${zh(key)} / ${t(key)}: ${persona.signIn}  ${persona.name} (${persona.unitName})`);
      }
    }
    lines.push('Stop with Ctrl+C.');
    process.stdout.write(`${lines.join('\n')}\n`);
  }

  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    process.stdout.write('Stopping\n');
    running.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

main().catch((error: unknown) => {
  const expected = [ConfigError, FolderInUse, MigrationError].some((kind) => error instanceof kind);
  process.stderr.write(
    `${expected && error instanceof Error ? error.message : error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.exit(1);
});
