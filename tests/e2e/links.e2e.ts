import { expect, test } from 'vitest';
import { loadDemo } from '../../demo/load.ts';
import { SESSION_COOKIE } from '../../src/features/identity/ask.ts';
import { insertSession, PERSONA_KINDS, selectPersonas } from '../../src/features/identity/queries.ts';
import { adoptPublishedTerms } from '../../src/features/programmes/terms.ts';
import { serveCity } from './support/city.ts';

/* Every link a page shows leads somewhere, for whoever sees it: nobody is sent to a page that is closed to them. */

const city = await serveCity();
await loadDemo(city.services, city.databaseUrl, { teachers: 5000, seed: 'qinglan' }, () => undefined);
await adoptPublishedTerms(city.services.db); // The city served before its programmes came.
const personas = await selectPersonas(city.services.db);

/** Of pages that differ only in whom or what they are about, this many are opened. */
const OF_EACH = 3;

for (const kind of [...PERSONA_KINDS, 'public'] as const) {
  test(`no link of a page leads ${kind} into nothing`, async () => {
    const persona = personas.find((one) => one.kind === kind);
    expect(kind === 'public' || persona !== undefined).toBe(true);
    const token = persona && (await insertSession(city.services.db, persona.personId, city.now(), null));
    const headers = { 'accept-language': 'zh-CN', ...(token && { cookie: `${SESSION_COOKIE}=${token}` }) };
    const dead: string[] = [];
    const opened = new Map<string, number>();
    const queue: { path: string; from: string }[] = [{ path: '/', from: '' }];
    const seen = new Set(['/']);
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const answer = await fetch(city.origin + next.path, { headers });
      const text = await answer.text();
      if (answer.status >= 400) dead.push(`${answer.status} ${next.path} on ${next.from}`);
      if (answer.headers.get('content-type')?.startsWith('text/html') !== true) continue;
      for (const path of linksOf(text, city.origin + next.path)) {
        const alike = patternOf(path);
        const count = opened.get(alike) ?? 0;
        if (seen.has(path) || count >= OF_EACH) continue;
        seen.add(path);
        opened.set(alike, count + 1);
        queue.push({ path, from: next.path });
      }
    }
    expect(dead).toEqual([]);
    expect(seen.size).toBeGreaterThan(kind === 'public' ? 3 : 20);
  });
}

/** Language and look: the same page again. */
const PREFERENCES = ['lang', 'theme'];

function linksOf(html: string, base: string): string[] {
  const links = [...html.matchAll(/\s(?:href|src)="([^"#]*)/g)].map(
    ([, href = '']) => new URL(href.replaceAll('&amp;', '&'), base),
  );
  return links
    .filter(({ origin }) => origin === city.origin)
    .filter(({ searchParams }) => !PREFERENCES.some((name) => searchParams.has(name)))
    .map(({ pathname, search }) => pathname + search);
}

/** The path without what it is about, and the names of what is asked for. */
function patternOf(path: string): string {
  const url = new URL(path, city.origin);
  const place = url.pathname.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ':id');
  return `${place}?${[...url.searchParams.keys()].toSorted().join('&')}`;
}
