import { asShown, type Shown } from '../../../../shared/shown.ts';
import type { NoticeLine, PublicityRow } from '../queries.ts';
import type { PublicEntry, PublicList } from '../rules.ts';

/** A list with what the public is shown of it and its people, whatever else its row should come to hold. */
export type ShownList = Shown<'list', PublicList> & {
  readonly entries: readonly Shown<'entry', PublicEntry>[];
};
export const shownList = (list: PublicList): ShownList => ({
  ...asShown('list', list),
  entries: list.entries.map((entry) => asShown('entry', entry)),
});

/** A publicity as its public pages have it. */
export type ShownPublicity = Omit<PublicityRow, 'list'> & { readonly list: ShownList };
export const shownPublicity = (row: PublicityRow): ShownPublicity => ({ ...row, list: shownList(row.list) });

/** A line of the board with the id it links to. */
export type ShownLine = Shown<'board', NoticeLine> & Pick<NoticeLine, 'id'>;
export const shownLine = (line: NoticeLine): ShownLine => ({ id: line.id, ...asShown('board', line) });
