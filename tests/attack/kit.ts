import { features } from '../../src/app.ts';
import type { Route } from '../../src/platform/routing.ts';
import type { Things } from '../access/things.ts';
import type { TestBrowser } from '../support/app.ts';
import { type FoundForm, formsOf } from '../support/forms.ts';

export const routes: Route[] = features.flatMap((list) => list.routes);

/** The address of a route about the teacher's things. */
export const addressOf = (route: Route, things: Things): string =>
  route.path.replaceAll(
    /:(\w+)(\{[^}]*\})?/g,
    (_, parameter: string) =>
      (route.path.startsWith('/records/imports/') && parameter === 'job'
        ? things.recordsJob
        : things[parameter]) ?? 'none',
  );

/** Pages that need a query to show their form. */
const QUERIES: Readonly<Record<string, readonly string[]>> = {
  '/records/new': ['', '?type=paper'],
  '/imports/new': ['?kind=roster'],
};

export interface Page {
  readonly address: string;
  readonly answer: Response;
  readonly html: string;
}

/** Every page this browser is shown, refusals too. */
export async function* pagesShown(browser: TestBrowser, things: Things, more = ''): AsyncGenerator<Page> {
  for (const route of routes.filter(({ method }) => method === 'get')) {
    for (const query of QUERIES[route.path] ?? ['']) {
      const address = `${addressOf(route, things)}${query}${more === '' ? '' : `${query === '' ? '?' : '&'}${more}`}`;
      const answer = await browser.get(address);
      if (answer.headers.get('content-type')?.startsWith('text/html') === true)
        yield { address, answer, html: await answer.text() };
    }
  }
}

/** Every form this browser is shown, once. */
export async function formsShown(browser: TestBrowser, things: Things): Promise<FoundForm[]> {
  const forms = new Map<string, FoundForm>();
  for await (const { address, html } of pagesShown(browser, things))
    for (const form of formsOf(html, address)) forms.set(`${form.action} ${Object.keys(form.fields)}`, form);
  return [...forms.values()].filter(({ action }) => action !== '/sign-out');
}
