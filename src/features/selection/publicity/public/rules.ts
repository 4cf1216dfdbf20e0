/** The list as the public sees it, and as it is kept. */
import type { Candidate } from '../drawing/rules.ts';
import type { ListedTitle } from '../granting/rules.ts';

/** One line of the published list. Nothing else about a person leaves the office. */
export interface PublicEntry {
  readonly number: number;
  readonly name: string;
  readonly county: string | null;
  readonly school: string;
  readonly subject: string | null;
  readonly stage: string | null;
  /** Where the programme has several: which would be granted by what stood on the day of posting. */
  readonly title?: ListedTitle;
}
export interface PublicList {
  readonly round: string;
  readonly unit: string;
  readonly programme: { readonly 'zh-CN': string; readonly en: string };
  readonly documentNumber: string | null;
  readonly contact: string | null;
  readonly entries: readonly PublicEntry[];
}

/** The list as the public sees it: by county, school, subject and name, without number, birth or telephone. */
export function publicEntries(
  selected: readonly Candidate[],
  titles: ReadonlyMap<string, ListedTitle> | null = null,
): { entry: PublicEntry; applicationId: string }[] {
  const sorted = [...selected].sort(
    (a, b) =>
      compareText(a.countyName, b.countyName) ||
      compareText(a.schoolName, b.schoolName) ||
      compareText(a.subject, b.subject) ||
      compareText(a.name, b.name) ||
      compareText(a.applicationId, b.applicationId),
  );
  return sorted.map((candidate, index) => ({
    applicationId: candidate.applicationId,
    entry: {
      number: index + 1,
      name: candidate.name,
      county: candidate.countyName,
      school: candidate.schoolName,
      subject: candidate.subject,
      stage: candidate.stage,
      ...(titles === null ? {} : { title: titles.get(candidate.personId) ?? 'unclear' }),
    },
  }));
}
function compareText(a: string | null, b: string | null): number {
  const [x, y] = [a ?? '', b ?? ''];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** JSON with sorted keys: the same list always has the same digest. */
export function frozenText(list: PublicList): string {
  return JSON.stringify(list, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}
