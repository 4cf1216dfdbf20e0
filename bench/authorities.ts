import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrate } from '../src/platform/migrate.ts';
import { startEmbedded } from '../src/platform/postgres/supervisor.ts';
import { root } from '../src/platform/root.ts';
import { benchFolder, option, stopwatch } from './lib.ts';

/**
 * `--authorities 40` authorities in one database with the durability of production: made from nothing with their
 * walls, brought up by one new migration, and looked through when there is none. Goal: ≤ 60 s for a new migration.
 */
const folder = benchFolder();
const server = await startEmbedded({ dataDir: folder.path });
const schemas = Array.from({ length: option('authorities', 40) }, (_, at) => `authority_${at + 1}`);
try {
  const all = async (options: { folder?: string; walls?: boolean } = {}) => {
    const done = stopwatch();
    for (const schema of schemas) await migrate(server.url, { schema, ...options });
    return done();
  };
  console.log(`${schemas.length} authorities from nothing: ${await all()}`);
  console.log(`nothing to do: ${await all()}`);
  const migrations = join(folder.path, 'migrations');
  mkdirSync(migrations);
  for (const name of readdirSync(join(root, 'migrations')))
    copyFileSync(join(root, 'migrations', name), join(migrations, name));
  writeFileSync(
    join(migrations, '9999_new.sql'),
    'ALTER TABLE person ADD COLUMN new_one text; CREATE INDEX person_new_one ON person (new_one);',
  );
  console.log(
    `one new migration, and the walls raised anew: ${await all({ folder: migrations, walls: true })}`,
  );
} finally {
  await server.stop();
  folder.remove();
}
