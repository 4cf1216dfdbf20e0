/**
 * Reading what is personal is noted, too: who opened whose, and when. Here is what counts, in one place; one's own does
 * not. A route about somebody's data that is neither here nor among those that show none fails a test.
 */
export const READ_KINDS = [
  'person',
  'growth-file',
  'record',
  'evidence',
  'application',
  'timeline',
  'export',
  'id-number',
] as const;
export type ReadKind = (typeof READ_KINDS)[number];

/** Pages and files about one person, by route. */
export const SENSITIVE: Readonly<Record<string, ReadKind>> = {
  '/people/:person': 'person',
  '/people/:person/edit': 'person',
  '/people/:person/facts': 'person',
  '/people/:person/id-number': 'person',
  '/people/:person/timeline': 'timeline',
  '/people/:person/records': 'growth-file',
  '/records/:record': 'record',
  '/records/:record/timeline': 'timeline',
  '/evidence/:evidence': 'evidence',
  '/applications/:application': 'application',
  '/applications/:application/review': 'application',
  '/applications/:application/timeline': 'timeline',
  '/applications/:application/form.pdf': 'application',
  '/applications/:application/attachments/:attachment': 'application',
  '/api/v1/applications/:application': 'application',
  '/panels/:panel/entries/:candidate': 'application',
};

/** Lists of many people, when they are taken along as a file; on the screen they show no more than names and places. */
export const TAKEN_ALONG: readonly string[] = [
  '/people',
  '/titles',
  '/audit',
  '/imports/oneroster.zip',
  '/rounds/:round/queue',
  '/rounds/:round/papers/summary.pdf',
  '/rounds/:round/papers/summary.xlsx',
  '/rounds/:round/screening/figures.xlsx',
];
const IS_FILE = /\.(pdf|xlsx|zip)$/;

/** Of these the reader of a file learns nothing personal: who read is shown to the one whose it is. */
export const NOT_SENSITIVE: readonly string[] = ['/people/:person/readers'];

/** What was opened, as the log keeps it. */
export interface SensitiveRead {
  readonly at: Date;
  readonly readerId: string;
  readonly onBehalfOf: string | null;
  readonly kind: ReadKind;
  readonly personId: string | null;
  readonly unitPath: string | null;
  readonly subject: string;
  readonly origin: string | null;
}

/** Where reads are noted: at once and without waiting; they are written soon after. */
export interface ReadLog {
  note(read: SensitiveRead): void;
  /** Resolves when everything noted so far is written, or could not be. */
  flush(): Promise<void>;
}

/** What opening a route by GET counts as; null when nothing is noted. */
export function readKind(
  route: { readonly method: string; readonly path: string },
  asked: { readonly own: boolean; readonly about: boolean; readonly asFile: boolean },
): ReadKind | null {
  if (route.method !== 'get' || asked.own) return null;
  if (asked.about) return SENSITIVE[route.path] ?? null;
  return TAKEN_ALONG.includes(route.path) && (asked.asFile || IS_FILE.test(route.path)) ? 'export' : null;
}
