import { sql } from 'kysely';
import { beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../src/platform/ids.ts';
import { everybody, type Person } from './access/people.ts';
import { placesOf, type Things } from './access/things.ts';
import { pagesShown } from './attack/kit.ts';
import { testApp } from './support/app.ts';
import { testDatabase } from './support/database.ts';
import { codesOn, faultsOfReading } from './support/reading.ts';
import { makeWorld } from './support/world.ts';

/*
 * Whoever opens a page can read it and find their way: by eye, by ear, by keyboard. Asked of every page as every kind of
 * person who sees another one, in both languages.
 */

const { db } = await testDatabase();
const city = testApp(db);
let things: Things;
let everyone: ReadonlyMap<Person, string | null>;

beforeAll(async () => {
  const world = await makeWorld(db);
  things = await placesOf(db, world);
  everyone = await everybody(db, world);
  // Two forms of one kind on a page.
  await sql`INSERT INTO correction_request (id, person_id, field, wanted, because, state, asked_at)
            VALUES (${newId()}, ${world.teacher}, 'teachingSince', '2010-09-01', '以档案为准', 'open', now())`.execute(
    db,
  );
});

/** Those who between them see every page; the others see some of the same. */
const READERS: readonly Person[] = [
  'signed out',
  'the teacher',
  'own school office',
  'city office',
  'auditor',
  'security administrator',
  'administrator',
  'judge of the panel',
];
/** Written for programmers, or showing a file as it stands. */
const AS_IT_IS = /^\/(api\/docs|lab\/|programmes\/.|audit\/heads)/;

describe.each(['zh-CN', 'en'])('in %s', (language) => {
  test.each(READERS)('every page is readable for: %s', async (reader) => {
    const browser = await city.as(everyone.get(reader) ?? null);
    const get = (path: string) => browser.get(path, { 'accept-language': language });
    const faults = new Set<string>();
    let seen = 0;
    for await (const { address, html } of pagesShown({ ...browser, get }, things)) {
      seen += 1;
      expect(html).toContain(`<html lang="${language}"`);
      if (AS_IT_IS.test(address)) continue;
      for (const fault of faultsOfReading(html)) faults.add(`${address}: ${fault}`);
      if (language === 'zh-CN') for (const code of codesOn(html)) faults.add(`${address}: ${code}`);
    }
    expect([...faults]).toEqual([]);
    expect(seen).toBeGreaterThan(10);
  });
});
