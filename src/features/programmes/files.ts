/** The files that come with the installation: what programmes speak of, and the calendars they count by. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { loadVocabulary, type Vocabulary } from '../../language/vocabulary.ts';
import { root } from '../../platform/root.ts';
import { type Calendar, readCalendar } from '../../shared/calendar.ts';

let vocabulary: Vocabulary | undefined;
/** The authority's vocabulary, read once. A faulty file is a broken installation and throws. */
export function theVocabulary(): Vocabulary {
  if (vocabulary === undefined) {
    const file = join('programmes', 'vocabulary.yaml');
    const result = loadVocabulary(readFileSync(join(root, file), 'utf8'), file);
    if (!result.ok) throw new Error(`${file} is faulty: ${JSON.stringify(result.problems[0])}`);
    vocabulary = result.vocabulary;
  }
  return vocabulary;
}

let calendar: Calendar | undefined;
/** The calendar of working days, read once. */
export function theCalendar(): Calendar {
  if (calendar === undefined) {
    const file = join('programmes', 'calendars', 'cn.yaml');
    const result = readCalendar(parse(readFileSync(join(root, file), 'utf8')));
    if (!result.ok) throw new Error(`${file} is faulty: ${JSON.stringify(result.faults[0])}`);
    calendar = result.calendar;
  }
  return calendar;
}
