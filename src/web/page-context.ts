/** What every component of a page may ask for: the language, its words, the form token and the address. */
import { createContext } from './jsx.ts';
import { type Locale, type Translate, words } from './words.ts';

type PageState = {
  readonly locale: Locale;
  readonly csrf: string;
  /** Path and query of the page. */
  readonly path: string;
  readonly personId: string | null;
};

export const PageContext = createContext<PageState>({ locale: 'zh-CN', csrf: '', path: '/', personId: null });

export function usePage(): PageState & { readonly t: Translate } {
  const state = PageContext.use();
  return { ...state, t: words(state.locale) };
}
