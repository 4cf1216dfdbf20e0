import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parse } from 'yaml';
import type { Terms } from '../language/grammar/programme.ts';
import { loadVocabulary, type Vocabulary, withTerms } from '../language/vocabulary.ts';
import { type Calendar, readCalendar } from '../shared/calendar.ts';
import { root } from './root.ts';

/* The files of `programmes/` that come with Qinglan: the vocabulary, calendars, and the source programmes. */

let kept: Vocabulary | null = null;
let adopted: Vocabulary | null = null;

/** What this authority speaks of: the common vocabulary, with the words its published programmes brought. */
export const vocabulary = (): Vocabulary => adopted ?? commonVocabulary();

/** Words of published programmes, so that a record of a kind only one of them knows can be entered and shown. */
export function adoptTerms(all: readonly Terms[]): void {
  adopted = all.length === 0 ? null : all.reduce(withTerms, commonVocabulary());
}

/** What programmes are checked against: scales, titles, record types that come with Qinglan. Read once. */
export function commonVocabulary(): Vocabulary {
  if (kept === null) {
    const file = 'programmes/vocabulary.yaml';
    const result = loadVocabulary(readFileSync(join(root, file), 'utf8'), file);
    if (!result.ok)
      throw new Error(`${file}: ${result.problems.map((problem) => problem.message.en).join('; ')}`);
    kept = result.vocabulary;
  }
  return kept;
}

/** Text of the quota tables that stand beside a programme file, by the name the file uses. */
export function programmeTables(file: string): Record<string, string> {
  const folder = dirname(file);
  const tables: Record<string, string> = {};
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (name.endsWith('.csv'))
      tables[relative(folder, join(folder, name)).replaceAll('\\', '/')] = readFileSync(
        join(folder, name),
        'utf8',
      );
  }
  return tables;
}

const calendars = new Map<string, Calendar>();

/** A working-day calendar of `programmes/calendars/`, by its id. Throws when there is none of that name. */
export function calendar(id: string): Calendar {
  let found = calendars.get(id);
  if (found === undefined) {
    const file = `programmes/calendars/${id}.yaml`;
    const result = readCalendar(parse(readFileSync(join(root, file), 'utf8')));
    if (!result.ok)
      throw new Error(
        `${file}: ${result.faults.map(({ path, expected }) => `${path}: ${expected}`).join('; ')}`,
      );
    found = result.calendar;
    calendars.set(id, found);
  }
  return found;
}
