import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

/*
 * `npm run pictures`: the README's pictures, taken of a new demo city in a real browser. The city comes from a
 * seed, so that a picture changes only when its page does (or the date).
 */

const root = join(import.meta.dirname, '..');
const folder = join(root, 'docs/pictures');
const port = 8917;
const origin = `http://127.0.0.1:${port}`;
const largest = 250_000;

const data = mkdtempSync(join(tmpdir(), 'qinglan-pictures-'));
chmodSync(data, 0o711); // The database may run as another user.
const server = await serve();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--force-color-profile=srgb', '--hide-scrollbars'],
});
try {
  mkdirSync(folder, { recursive: true });
  await takeAll(browser);
} finally {
  await browser.close();
  await stop(server);
  rmSync(data, { recursive: true, force: true });
}

/** The built application with its demo, once it serves. */
async function serve(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['dist/main.js'], {
    cwd: root,
    env: { ...process.env, QINGLAN_DEMO: '1', QINGLAN_DATA: data, PORT: String(port), HOST: '127.0.0.1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((serves, fails) => {
    child.stdout?.on('data', (said: Buffer) => {
      if (said.toString().includes(origin)) serves();
    });
    child.once('exit', (code) => fails(new Error(`The server ended with ${code}`)));
  });
  return child;
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = new Promise((done) => child.once('exit', done));
  child.kill('SIGTERM');
  await ended;
}

async function takeAll(browser: Browser): Promise<void> {
  await take(browser, 'eligibility', 'teacher', 1280, async (page) => {
    await follow(page, '/rounds', /市级/);
    await page.goto(`${page.url()}/eligibility`);
    await showFrom(page, '.findings > .finding-list > .finding-unmet >> nth=0');
  });
  await take(browser, 'queue', 'county-office', 1280, async (page) => {
    await follow(page, '/rounds', /市级/);
    await page.goto(`${page.url()}/queue?tab=waiting`);
  });
  await take(browser, 'apportion', 'city-office', 1280, async (page) => {
    await follow(page, '/rounds', /市级/);
    await page.goto(`${page.url()}/quotas/apportion?floor=10&method=webster&total=406`);
    await showFrom(page, 'table');
  });
  await take(browser, 'public', null, 1280, (page) => follow(page, '/public', /./));
  await take(browser, 'phone', 'teacher', 390, async (page) => {
    await follow(page, '/rounds', /市级/);
    await page.goto(`${page.url()}/eligibility`);
  });
}

/** Scrolls so that this stands at the top with what comes just before it. */
async function showFrom(page: Page, selector: string): Promise<void> {
  const first = page.locator(selector);
  await first.evaluate((element) => element.scrollIntoView());
  await page.evaluate('scrollBy(0, -170)');
}

/** Opens the first card of a list whose title is like this. */
async function follow(page: Page, list: string, like: RegExp): Promise<void> {
  await page.goto(origin + list);
  await page.locator('.card-link a').filter({ hasText: like }).first().click();
  await page.waitForLoadState();
}

async function take(
  browser: Browser,
  name: string,
  kind: string | null,
  width: number,
  go: (page: Page) => Promise<void>,
): Promise<void> {
  const height = width < 500 ? 844 : 800;
  const context = await browser.newContext({ locale: 'zh-CN', viewport: { width, height } });
  const page = await context.newPage();
  if (kind !== null) {
    await page.goto(`${origin}/sign-in`);
    await page.click(`button[value="${kind}"]`);
  }
  await go(page);
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path });
  await context.close();
  const { size } = statSync(path);
  if (size > largest) throw new Error(`${path} has ${size} bytes; at most ${largest} belong in a repository`);
  process.stdout.write(`${name}.png ${Math.round(size / 1024)} KB\n`);
}
