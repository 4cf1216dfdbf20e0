import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, expect } from 'vitest';
import type { PersonaKind } from '../../../src/features/identity/queries.ts';
import type { ServedCity } from './city.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

export type Kind = PersonaKind | 'public';

export interface Look extends Omit<BrowserContextOptions, 'viewport'> {
  /** 1280 unless said otherwise. */
  readonly width?: number;
}

export async function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

export interface Visitor {
  readonly page: Page;
  /** The page says that what was sent has been done. */
  told(text: string): Promise<void>;
  /** The page as it stands meets WCAG 2.2 AA, does not scroll sideways, and nothing was reported in the console. */
  sound(): Promise<void>;
  /** Sound, and the browser closed. */
  leave(): Promise<void>;
}

/** One browser for a test file; each visitor in a profile of their own. */
export async function visitors(city: ServedCity) {
  const browser = await launch();
  afterAll(() => browser.close());
  return {
    /** Somebody signed in by the demo's button; a passer-by for `public`. */
    async as(kind: Kind, { width = 1280, ...options }: Look = {}): Promise<Visitor> {
      const context = await browser.newContext({
        locale: 'zh-CN',
        viewport: { width, height: 900 },
        baseURL: city.origin,
        acceptDownloads: true,
        ...options,
      });
      context.setDefaultTimeout(60_000);
      // Drafts on the device are dated by the browser, those at the server by the server.
      if (options.javaScriptEnabled !== false) await context.clock.setSystemTime(city.now());
      const complaints: string[] = [];
      context.on('page', (page) => watch(page, complaints));
      const page = await context.newPage();
      if (kind !== 'public') {
        await page.goto('/sign-in');
        await page.click(`button[value="${kind}"]`);
      }
      const sound = async () => {
        await page.waitForLoadState('load');
        expect(complaints).toEqual([]);
        // Without scripts axe cannot run either; the same page is looked at with them in other journeys.
        if (options.javaScriptEnabled !== false) expect(await faultsOf(page)).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      };
      return {
        page,
        told: (text) => page.locator('.notice-success', { hasText: text }).first().waitFor(),
        sound,
        async leave() {
          await sound();
          await context.close();
        },
      };
    },
  };
}

async function faultsOf(page: Page): Promise<unknown> {
  measured.add(page);
  await page.evaluate(axe);
  const run = { runOnly: rules };
  return page.evaluate(`axe.run(document, ${JSON.stringify(run)}).then(({ violations }) =>
    violations.map(({ id, nodes }) => location.pathname + ' ' + id + ': ' + nodes.map(({ html }) => html).join(' ')))`);
}

const measured = new WeakSet<Page>();

function watch(page: Page, complaints: string[]): void {
  page.on('framenavigated', () => measured.delete(page));
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    const text = message.text();
    // A form that came back with its faults is an answer, not an error of the page.
    if (/status of 4(09|22)/.test(text)) return;
    // axe tries styles of its own on the page, which the content policy forbids to it as to anyone.
    if (measured.has(page) && text.startsWith('Applying inline style')) return;
    complaints.push(`${page.url()}: ${text}`);
  });
}
