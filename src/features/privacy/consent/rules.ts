/**
 * For what personal data are used. Where the law gives the duty nobody is asked, and nobody can say no; for the rest the
 * person agrees, under the notice of the day, and takes it back whenever they like.
 */
export const REQUIRED_PURPOSES = ['roster', 'selection', 'publicity', 'traces'] as const;
export const OPTIONAL_PURPOSES = ['public-profile'] as const;
export type OptionalPurpose = (typeof OPTIONAL_PURPOSES)[number];

export type ProfileRefusal = 'no-title' | 'not-ticked' | 'no-introduction';

/** May this be shown to the public? Only of title holders, in words of their own, and after a clear yes. */
export function judgeProfile(wish: {
  readonly titles: readonly string[];
  readonly introduction: string | null;
  readonly ticked: boolean;
}):
  | { readonly ok: true; readonly introduction: string }
  | { readonly ok: false; readonly reason: ProfileRefusal } {
  if (wish.titles.length === 0) return { ok: false, reason: 'no-title' };
  if (wish.introduction === null) return { ok: false, reason: 'no-introduction' };
  return wish.ticked ? { ok: true, introduction: wish.introduction } : { ok: false, reason: 'not-ticked' };
}
