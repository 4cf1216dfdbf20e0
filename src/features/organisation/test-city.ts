import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { readConfig } from '../../platform/config.ts';
import { type Database, transaction } from '../../platform/database.ts';
import { folderFiles } from '../../platform/files.ts';
import { newId } from '../../platform/ids.ts';
import type { Services } from '../../platform/services.ts';
import type { Actor, Role } from '../identity/rules.ts';
import { movePerson } from './career/queries.ts';
import { insertPerson, type NewPerson } from './people/queries.ts';
import { insertUnit, type Unit } from './units/queries.ts';

/** A small city for tests: two counties, three schools, a group. */
export interface TestCity {
  readonly city: Unit;
  readonly east: Unit;
  readonly west: Unit;
  readonly first: Unit;
  readonly second: Unit;
  readonly third: Unit;
  readonly chinese: Unit;
}

export async function makeCity(db: Database): Promise<TestCity> {
  const city = await insertUnit(db, { id: newId(), parentId: null, level: 'city', name: '澜江市教育局', code: '5001' });
  const east = await insertUnit(db, { id: newId(), parentId: city.id, level: 'county', name: '东山区教育局', code: '500101' });
  const west = await insertUnit(db, { id: newId(), parentId: city.id, level: 'county', name: '西河县教育局', code: '500102' });
  const first = await insertUnit(db, { id: newId(), parentId: east.id, level: 'school', name: '东山区第一小学', code: 'S1', stages: ['primary'], setting: 'urban' });
  const second = await insertUnit(db, { id: newId(), parentId: east.id, level: 'school', name: '东山区第二初级中学', code: 'S2', stages: ['junior'], setting: 'urban' });
  const third = await insertUnit(db, { id: newId(), parentId: west.id, level: 'school', name: '西河县石桥镇中心小学', code: 'S3', stages: ['primary'], setting: 'rural' });
  const chinese = await insertUnit(db, { id: newId(), parentId: first.id, level: 'group', name: '语文教研组', subject: '语文' });
  return { city, east, west, first, second, third, chinese };
}

/** Adds a person who works at the unit since a day; returns the id. */
export async function addPerson(db: Database, unit: Unit, on: string, person: Omit<NewPerson, 'id'>): Promise<string> {
  const id = newId();
  await transaction(db, async (tx) => {
    await insertPerson(tx, { id, stage: 'primary', ...person });
    await movePerson(tx, { id: newId(), personId: id, unitId: unit.id, on, post: null, how: 'start' });
  });
  return id;
}

export const actAs = (personId: string, role: Role, unit: Unit): Actor => ({
  personId,
  name: '经办人',
  unitId: unit.id,
  unitPath: unit.path,
  unitName: unit.name,
  assignments: [{ role, unitId: unit.id, unitPath: unit.path, unitName: unit.name }],
});

/** Services over a test database with a clock that stands still. */
export function testServices(db: Database, now: string): Services {
  const dataDir = mkdtempSync(join(tmpdir(), 'qinglan-organisation-'));
  return {
    config: readConfig({ QINGLAN_DATA: dataDir, QINGLAN_LOG: 'silent' }),
    db,
    files: folderFiles(join(dataDir, 'files')),
    log: pino({ level: process.env.IMPORT_LOG ?? 'silent' }),
    clock: () => new Date(now),
  };
}
