import type { AmountFinding, Finding } from '../../../language/finding.ts';
import type { Snapshot } from '../dossier/assess.ts';

/** The records that findings name, each once, with the marks that are shown wherever a record is. */
export function recordsNamed({ root, records }: Pick<Snapshot, 'root' | 'records'>) {
  const named = new Set<string>();
  const note = (ids: readonly string[]) => {
    for (const id of ids) named.add(id);
  };
  const lookAt = ({ counted, notCounted, amounts, children }: Finding): void => {
    note(counted);
    note(notCounted.map(({ record }) => record));
    amounts?.forEach(reckoned);
    children.forEach(lookAt);
  };
  const reckoned = ({ records: worth, notCounted, conditions, children }: AmountFinding): void => {
    note((worth ?? []).map(({ record }) => record));
    note((notCounted ?? []).map(({ record }) => record));
    conditions?.forEach(lookAt);
    children.forEach(reckoned);
  };
  lookAt(root);
  return records.flatMap(({ id, type, title, on, level, grade, late, corrected }) =>
    named.has(id)
      ? [{ id, type, title, on, level, grade, late: late === true, corrected: corrected === true }]
      : [],
  );
}
