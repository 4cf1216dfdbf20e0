import { asShown, type Shown } from '../../../../shared/shown.ts';
import type { ListedTitle } from '../granting/rules.ts';
import type { NoticeLine, PublicityRow } from '../queries.ts';
import type { PublicEntry, PublicList } from './rules.ts';

/** Somebody on a list; without a title where the programme has but one, or none. */
type ShownEntry = Shown<'entry', Omit<PublicEntry, 'title'> & { readonly title: ListedTitle | null }>;
/** A list with what the public is shown of it and its people, whatever else its row should come to hold. */
export type ShownList = Shown<'list', PublicList> & {
  readonly entries: readonly ShownEntry[];
};
export const shownList = (list: PublicList): ShownList => ({
  ...asShown('list', list),
  entries: list.entries.map((entry) => asShown('entry', { ...entry, title: entry.title ?? null })),
});

/** A publicity as its public pages have it. */
export type ShownPublicity = Omit<PublicityRow, 'list'> & { readonly list: ShownList };
export const shownPublicity = (row: PublicityRow): ShownPublicity => ({ ...row, list: shownList(row.list) });

/** A line of the board with the id it links to. */
export type ShownLine = Shown<'board', NoticeLine> & Pick<NoticeLine, 'id'>;
export const shownLine = (line: NoticeLine): ShownLine => ({ id: line.id, ...asShown('board', line) });
