import type { Locale } from './words.ts';

export type Theme = 'system' | 'light' | 'dark';

/** Where a person can go; the label is already in the person's language. */
export type NavItem = { readonly href: string; readonly label: string; readonly current: boolean };

/** The signed-in person as the layout shows them. A signed-out page has no viewer. */
export type Viewer = {
  readonly personId: string;
  readonly name: string;
  readonly unitName: string;
  readonly locale: Locale;
  readonly theme: Theme;
  readonly csrf: string;
  readonly nav: readonly NavItem[];
  /** What the person acts as, in words: 教研组长, 学校教务处. */
  readonly roles: readonly string[];
  readonly unreadNotices: number;
  readonly demo: boolean;
};

/** Hidden fields every form carries; what the server checks has the same names. */
export const csrfField = '_csrf';
/** The id its maker gave a submission, so that sending it twice is one act. */
export const submissionField = '_submission';
/** Says a request is an autosave of a draft, not a submission. */
export const autosaveHeader = 'X-Autosave';

export const signInPath = '/sign-in';
export const signOutPath = '/sign-out';
export const passwordPath = '/password';
/** What is done with personal data here, for anybody. */
export const privacyPath = '/privacy';
export const accountPath = '/account';
/** What is held of oneself. */
export const ownDataPath = '/account/data';
export const noticesPath = '/notices';
