import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '../src/platform/database.ts';
import { migrate } from '../src/platform/migrate.ts';
import { startTemporary } from '../src/platform/postgres/temporary.ts';
import { root } from '../src/platform/root.ts';
import { readTables, renderPage, renderTypes } from './describe-schema.ts';

/** `npm run schema`: migrates a new database and writes src/platform/schema.generated.ts and docs/schema.md. */
const schema = 'qinglan';
const server = await startTemporary();
try {
  await migrate(server.url, { schema });
  const db = openDatabase(server.url, { schema });
  const tables = await readTables(db);
  await db.destroy();
  writeFileSync(join(root, 'src/platform/schema.generated.ts'), renderTypes(tables));
  writeFileSync(join(root, 'docs/schema.md'), renderPage(tables));
  console.log(`${tables.length} tables written to src/platform/schema.generated.ts and docs/schema.md`);
} finally {
  await server.stop();
}
