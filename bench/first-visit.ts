import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { serve } from './http.ts';
import { benchCity, benchFolder, option } from './lib.ts';

/**
 * A first visit on a phone over slow 3G (400 ms there and back, 400 kbit/s), nothing kept by the browser: the
 * bytes over the wire with style sheets and scripts, and the time until the page can be read and used.
 * `npm run bench -- first-visit`. Goal: ≤ 60 KB, ≤ 2.5 s for the sign-in, home, eligibility and application pages.
 */
const folder = benchFolder();
await (await benchCity(option('teachers', 2000), true, folder.path)).close();
const server = await serve(folder.path, 18_082);
const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
try {
  const phone = { viewport: { width: 360, height: 740 }, locale: 'zh-CN', baseURL: server.address };
  const signedIn = await browser.newContext(phone);
  const page = await signedIn.newPage();
  await page.goto('/sign-in');
  await page.locator('button[value="applicant"]').click();
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
  await page.goto('/rounds');
  const round = await firstLink(page, /^\/rounds\/[0-9a-f-]{36}$/);
  const application = (await page.goto(`${round}/apply`)) && new URL(page.url()).pathname;
  const state = await signedIn.storageState();
  for (const [name, path, as] of [
    ['sign-in', '/sign-in', undefined],
    ['home', '/', state],
    ['eligibility', `${round}/eligibility`, state],
    ['application', application ?? '', state],
  ] as const) {
    const context = await browser.newContext(as === undefined ? phone : { ...phone, storageState: as });
    console.log(name.padEnd(12), await visit(context, path));
    await context.close();
  }
} finally {
  await browser.close();
  await server.stop();
  folder.remove();
}

async function firstLink(page: Page, pattern: RegExp): Promise<string> {
  const links = await page
    .locator('a')
    .evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? ''));
  const found = links.find((href) => pattern.test(href));
  if (found === undefined) throw new Error(`no link ${pattern} on ${page.url()}`);
  return found;
}

interface Timing {
  readonly painted: number;
  readonly usable: number;
  readonly loaded: number;
}

async function visit(context: BrowserContext, path: string): Promise<string> {
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  let bytes = 0;
  let requests = 0;
  devtools.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
    requests += 1;
  });
  await devtools.send('Network.enable');
  await devtools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 400,
    downloadThroughput: 400_000 / 8,
    uploadThroughput: 400_000 / 8,
  });
  const answer = await page.goto(path, { waitUntil: 'load' });
  const timing = (await page.evaluate(`({
    painted: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
    usable: performance.timing.domContentLoadedEventEnd - performance.timing.navigationStart,
    loaded: performance.timing.loadEventEnd - performance.timing.navigationStart,
  })`)) as Timing;
  const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
  return `${answer?.status()}  ${(bytes / 1000).toFixed(1)} KB in ${requests} requests  first paint ${seconds(timing.painted)}  usable ${seconds(timing.usable)}  loaded ${seconds(timing.loaded)}`;
}
