import pg from 'pg';
import { startEmbedded } from '../src/platform/postgres/supervisor.ts';
const server = await startEmbedded({ dataDir: process.argv[2]! });
const c = new pg.Client({ connectionString: server.url, options: '-c search_path=qinglan,extensions' });
await c.connect();
const run = async (label: string, text: string, values: unknown[]) => {
  const q = { name: label.slice(0, 40), text, values };
  for (let i = 0; i < 50; i++) await c.query(q);
  const ts: number[] = [];
  for (let i = 0; i < 1000; i++) { const s = performance.now(); await c.query(q); ts.push(performance.now() - s); }
  ts.sort((a, b) => a - b); console.log(label.padEnd(30), ts[500]!.toFixed(3), ts[950]!.toFixed(3));
};
try {
  await run('one', 'select 1', []);
  const rows = (await c.query(`select s.token_hash, p.name, (select count(*)::int from role_held r where r.person_id = p.id and r.during @> current_date) n, s.person_id from session s join person p on p.id = s.person_id where s.expires_at > now() order by s.seen_at desc limit 400`)).rows;
  const seen = new Set<string>();
  for (const r of rows) { if (seen.has(r.person_id)) continue; seen.add(r.person_id); if (seen.size > 6) break;
    const now = new Date(Date.now() - 600000);
    await run(`fn ${r.n} ${r.person_id.slice(0, 8)}`, `select session_by_token($1,$2,$3) as answer`, [r.token_hash, now, '2026-11-27']);
    await run(`held ${r.n} ${r.person_id.slice(0, 8)}`, `select * from role_held r where r.person_id = $1 and r.during @> $2::date`, [r.person_id, '2026-11-27']);
    await run(`own ${r.n} ${r.person_id.slice(0, 8)}`, `select * from role_own r where r.person_id = $1 and r.during @> $2::date`, [r.person_id, '2026-11-27']);
  }
  if (process.argv[3]) for (const s of process.argv[3].split(';;')) console.table((await c.query(s)).rows);
} finally { await c.end(); await server.stop(); }
