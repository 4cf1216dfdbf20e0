import type { RecordFact } from '../dossier.ts';

/*
 * The records of one type, so that a clause need not pass over all others. The clauses of a programme are asked of
 * one dossier before the next, so the records asked last are remembered, and sorted out by type when they are asked
 * a second time. Records do not change once read.
 */

/** Fewer are passed over faster than they are sorted out. */
const FEW = 16;
const NONE: readonly RecordFact[] = [];

let last = NONE;
let sorted: Map<string, RecordFact[]> | undefined;

/** Those of one type in their order; or all of them, which is for the caller to see. */
export function recordsOfType(records: readonly RecordFact[], type: string): readonly RecordFact[] {
  if (records.length < FEW) return records;
  if (records !== last) {
    last = records;
    sorted = undefined;
    return records;
  }
  if (!sorted) {
    sorted = new Map();
    for (const record of records) {
      const own = sorted.get(record.type);
      if (own) own.push(record);
      else sorted.set(record.type, [record]);
    }
  }
  return sorted.get(type) ?? NONE;
}
