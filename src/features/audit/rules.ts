/** One entry as it is chained: the keys in this order, so that the same change always has the same text. */
export interface Entry {
  readonly seq: number;
  readonly at: string;
  readonly actorId: string | null;
  readonly action: string;
  readonly subjectType: string;
  readonly subjectId: string | null;
  readonly personId: string | null;
  readonly roundId: string | null;
  readonly unitPath: string | null;
  readonly before: unknown;
  readonly after: unknown;
  readonly reason: string | null;
}

/** JSON with sorted keys (RFC 8785 for the values used here), so that a hash can be made again later. */
export function canonical(value: unknown): string {
  if (value === undefined) return 'null';
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const entries = Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`);
  return `{${entries.join(',')}}`;
}

/** The text whose SHA-256 is an entry's hash: the hash before it, then the entry. */
export const chainText = (previousHash: string, entry: Entry): string =>
  `${previousHash}\n${canonical(entry)}`;
