import type { PageProps } from '../../web/layout.tsx';
import type { Tab } from '../../web/ui/tabs.tsx';

/** What `pageProps` gives every page. */
export type Frame = Pick<PageProps, 'viewer' | 'locale' | 'theme' | 'path' | 'flash'>;

/** The pages of one round that this person may open. */
export interface RoundFrame {
  readonly id: string;
  readonly name: string;
  readonly tabs: readonly Tab[];
}
