import type { Fact, RecordFact } from '../dossier.ts';

/** What stands in a record under a key. */
export function recordValue(record: RecordFact, key: string): Fact {
  switch (key) {
    case 'on':
      return record.on;
    case 'level':
      return record.level;
    case 'grade':
      return record.grade;
    case 'authorOrder':
      return record.authorOrder;
    case 'event':
      return record.event;
    default:
      return record.fields[key] ?? null;
  }
}
