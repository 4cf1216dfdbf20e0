import { type Granted, settledGrant } from '../../../../language/evaluate/grants.ts';
import type { Grant } from '../../../../language/grammar/programme.ts';
import type { Names } from '../../../../language/problem.ts';
import type { Programme } from '../../../../language/programme.ts';
import type { Vocabulary } from '../../../../language/vocabulary.ts';

/** The names of a title; `none` where its holder would be granted none of them, `unclear` while that is open. */
export type ListedTitle = Names | 'none' | 'unclear';

/** A title as it was published: which, and for how long. */
export type Promised = Pick<Grant, 'title' | 'term'>;
/**
 * What each on a published list is to have, by application: null is none. Who is missing was open when it was posted.
 */
export type Granting = Readonly<Record<string, Promised | null>>;

export const grantingOf = (
  listed: readonly { readonly applicationId: string; readonly personId: string }[],
  titled: ReadonlyMap<string, Granted>,
): Granting =>
  Object.fromEntries(
    listed.flatMap(({ applicationId, personId }): [string, Promised | null][] => {
      const granted = titled.get(personId);
      if (granted === 'none') return [[applicationId, null]];
      const grant = settledGrant(granted);
      if (grant === null) return [];
      const { title, term } = grant;
      return [[applicationId, { title, ...(term === undefined ? {} : { term }) }]];
    }),
  );

/** What somebody listed is granted when the round is decided: as it was published, else as it stands now. */
export function promisedTo(
  { applicationId, personId }: { readonly applicationId: string; readonly personId: string },
  granting: Granting,
  titled: ReadonlyMap<string, Granted>,
): Granted {
  const promised = Object.hasOwn(granting, applicationId) ? granting[applicationId] : undefined;
  if (promised === null) return 'none';
  return promised ?? titled.get(personId) ?? 'none';
}

/** The title of each as it was published, of others as it stands now, by person. */
export const asPosted = (
  people: readonly { readonly applicationId: string; readonly personId: string }[],
  granting: Granting,
  titled: ReadonlyMap<string, Granted>,
): ReadonlyMap<string, Granted> =>
  new Map(people.map((one) => [one.personId, promisedTo(one, granting, titled)]));

/** Of whom the title they would be granted by what stands now is another than was published. */
export interface Moved<L> {
  readonly who: L;
  readonly posted: string | null;
  /** `unclear` where it would be open now. */
  readonly now: string | null | 'unclear';
}
export const movedSince = <L extends { readonly applicationId: string; readonly personId: string }>(
  listed: readonly L[],
  granting: Granting,
  titled: ReadonlyMap<string, Granted>,
): readonly Moved<L>[] =>
  listed.flatMap((who): Moved<L>[] => {
    if (!Object.hasOwn(granting, who.applicationId)) return [];
    const posted = granting[who.applicationId]?.title ?? null;
    const granted = titled.get(who.personId) ?? 'none';
    const now = granted === 'none' ? null : 'unclear' in granted ? 'unclear' : granted.title;
    return posted === now ? [] : [{ who, posted, now }];
  });

/** What a title is called; null is none. */
export function titleWords(
  { titles }: Pick<Vocabulary, 'titles'>,
  title: string | null | 'unclear',
): ListedTitle {
  if (title === null) return 'none';
  return title === 'unclear' ? title : (titles[title] ?? { 'zh-CN': title, en: title });
}

/** The title each would be granted, by person; null where the programme has but one, or none. */
export function titlesOf(
  { grants = [] }: Pick<Programme, 'grants'>,
  words: Pick<Vocabulary, 'titles'>,
  titled: ReadonlyMap<string, Granted>,
): ReadonlyMap<string, ListedTitle> | null {
  if (grants.length < 2) return null;
  return new Map(
    [...titled].map(([person, granted]): [string, ListedTitle] => {
      const grant = settledGrant(granted);
      if (grant === null) return [person, granted === 'none' ? 'none' : 'unclear'];
      return [person, titleWords(words, grant.title)];
    }),
  );
}
