/**
 * What the public is shown, in one place. A page for anybody shows of a person only what stands here: `asShown` leaves out
 * everything else, its type keeps a page from naming anything else, and tests hold every such page against this list.
 * The page /privacy reads it out.
 */

interface View {
  /** Addresses that show it, as the routes have them. */
  readonly pages: readonly string[];
  /** Anybody; whoever holds the number or link that was given to one person; whoever tries the demonstration. */
  readonly to: 'anybody' | 'holder' | 'demo';
  /** A duty to publish, an act that could not be done without it, or the person's consent. */
  readonly basis: 'duty' | 'act' | 'consent';
  readonly fields: readonly string[];
}

export const SHOWN = {
  /** Which lists are or were public. */
  board: {
    pages: ['/public', '/api/v1/public'],
    to: 'anybody',
    basis: 'duty',
    fields: ['roundName', 'unitName', 'postedOn', 'closesOn', 'entries'],
  },
  /** A list, but for its people. */
  list: {
    pages: ['/public/:publicity', '/public/:publicity/object', '/api/v1/public/:publicity'],
    to: 'anybody',
    basis: 'duty',
    fields: ['round', 'unit', 'programme', 'documentNumber', 'contact'],
  },
  /** Each of its people. No staff or identity number, no birth date, no telephone. */
  entry: {
    pages: ['/public/:publicity', '/public/:publicity/object', '/api/v1/public/:publicity'],
    to: 'anybody',
    basis: 'duty',
    fields: ['number', 'name', 'county', 'school', 'subject', 'stage', 'title'],
  },
  /** Title holders who introduce themselves, as they agreed to it. */
  teacher: {
    pages: ['/teachers'],
    to: 'anybody',
    basis: 'consent',
    fields: ['name', 'school', 'subject', 'titles', 'introduction'],
  },
  /** How an objection fares, to whoever has its receipt: never who objected. */
  objection: {
    pages: ['/public/objections/:receipt'],
    to: 'holder',
    basis: 'act',
    fields: ['receipt', 'receivedAt', 'state', 'answer', 'answeredAt'],
  },
  /** Whose invitation it is, to whoever has its link. */
  invitation: {
    pages: ['/invitation/:code'],
    to: 'holder',
    basis: 'act',
    fields: ['name', 'unitName', 'signIn', 'codeExpiresAt'],
  },
  /** The made-up people a demonstration lets one in as. */
  demo: { pages: ['/sign-in'], to: 'demo', basis: 'act', fields: ['kind', 'name', 'unitName'] },
} as const satisfies Record<string, View>;

export type ShownView = keyof typeof SHOWN;
export const SHOWN_VIEWS = Object.keys(SHOWN) as ShownView[];
export type FieldOf<V extends ShownView> = (typeof SHOWN)[V]['fields'][number];
/** Of a row, what a view may show. */
export type Shown<V extends ShownView, Row> = Pick<Row, FieldOf<V> & keyof Row>;

/** Pages for anybody that show nothing of any person: forms, this list, the description of the API. */
export const SHOWS_NOBODY: readonly string[] = [
  '/', // Its first page is for whoever has signed in; others are sent on.
  '/api/docs',
  '/api/openapi.json',
  '/privacy',
  '/public/objections',
  '/sign-in/with/:provider',
  '/sign-in/with/:provider/return',
];

/** The row with what the view may show, and nothing else. */
export function asShown<V extends ShownView, Row extends Record<FieldOf<V>, unknown>>(
  view: V,
  row: Row,
): Shown<V, Row> {
  const shown: Partial<Row> = {};
  for (const field of SHOWN[view].fields as readonly FieldOf<V>[]) shown[field] = row[field];
  return shown as Shown<V, Row>;
}
