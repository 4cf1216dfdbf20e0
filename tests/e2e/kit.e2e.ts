import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { type ServerType, serve } from '@hono/node-server';
import { Hono } from 'hono';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { assetRoutes } from '../../src/web/assets.ts';
import { GalleryPage } from '../../src/web/gallery.tsx';
import { renderPage } from '../../src/web/layout.tsx';

/** The components in a real browser, under the content policy of the application. */

type Post = { path: string; autosave: boolean; topic: string };

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const posts: Post[] = [];
let browser: Browser;
let server: ServerType;
let origin: string;
let answer: 200 | 500;

beforeAll(async () => {
  const app = new Hono().route('/', assetRoutes());
  app.get('/gallery', (c) => {
    c.header('content-security-policy', "default-src 'self'; script-src 'self'; style-src 'self'");
    const theme = c.req.query('theme') === 'dark' ? 'dark' : 'light';
    return c.html(renderPage(GalleryPage({ locale: 'zh-CN', theme, path: '/gallery' })));
  });
  app.post('*', async (c) => {
    const form = await c.req.formData();
    posts.push({
      path: c.req.path,
      autosave: c.req.header('x-autosave') === '1',
      topic: String(form.get('topic')),
    });
    // Slow enough for a second click to come before the answer.
    await new Promise((done) => setTimeout(done, 300));
    return c.text('', answer);
  });
  server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
  await new Promise((listening) => server.once('listening', listening));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await chromium.launch({
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
});

afterAll(async () => {
  await browser?.close();
  server?.close();
});

beforeEach(() => {
  posts.length = 0;
  answer = 200;
});

async function open(
  options: BrowserContextOptions = {},
  query = '',
): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(`${origin}/gallery${query}`);
  return { page, complaints };
}

const until = async (isSo: () => Promise<boolean> | boolean) => expect.poll(isSo).toBe(true);
const status = (page: Page) => page.locator('[data-autosave-status]').getAttribute('data-state');

describe('every component', () => {
  for (const theme of ['light', 'dark']) {
    for (const width of [360, 1280]) {
      test(`meets WCAG 2.2 AA and fits ${width} px, ${theme}`, async () => {
        const { page, complaints } = await open(
          { viewport: { width, height: 900 }, bypassCSP: true },
          `?theme=${theme}`,
        );
        await page.evaluate(axe);
        const faults =
          await page.evaluate(`axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
          .then((result) => result.violations.map((one) => one.id + ': ' + one.nodes.map((node) => node.target)))`);
        expect(faults).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
        expect(complaints).toEqual([]);
        await page.context().close();
      });
    }
  }

  test('runs under the content policy without a complaint', async () => {
    const { page, complaints } = await open();
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});

describe('with scripts', () => {
  test('the faults of a form take the focus', async () => {
    const { page } = await open();
    expect(await page.evaluate('document.activeElement.className')).toBe('error-summary');
    await page.context().close();
  });

  test('a draft is kept at the server as one types, and leaving is then free', async () => {
    const { page } = await open();
    await page.fill('[name=topic]', '草船借箭');
    await until(async () => (await status(page)) === 'saved');
    expect(posts).toEqual([{ path: '/gallery/autosave', autosave: true, topic: '草船借箭' }]);
    expect(await page.evaluate('Object.keys(localStorage).length')).toBe(0);
    await page.context().close();
  });

  test('what the server could not take survives a crash and is sent when it can', async () => {
    answer = 500;
    const { page } = await open();
    await page.fill('[name=topic]', '慈母情深');
    await until(async () => (await status(page)) === 'offline');
    const again = await page.context().newPage();
    await page.close();
    answer = 200;
    await again.goto(`${origin}/gallery`);
    expect(await again.inputValue('[name=topic]')).toBe('慈母情深');
    expect(await status(again)).toBe('restored');
    await until(async () => (await status(again)) === 'saved');
    expect(posts.at(-1)).toEqual({ path: '/gallery/autosave', autosave: true, topic: '慈母情深' });
    await again.context().close();
  });

  test('a copy on the device holds no token', async () => {
    answer = 500;
    const { page } = await open();
    await page.fill('[name=topic]', 'x');
    expect(await page.evaluate('JSON.stringify(localStorage)')).not.toContain('_csrf');
    await page.context().close();
  });

  test('a double click sends a form once', async () => {
    const { page } = await open();
    await page.click('[data-dialog=withdraw]');
    await page.fill('[name=reason]', '重新选题');
    // The second click comes while the first is being answered.
    await page.evaluate(
      "for (const wait of [0, 100]) setTimeout(() => document.querySelector('#withdraw [type=submit]').click(), wait)",
    );
    await page.waitForTimeout(600);
    expect(posts).toHaveLength(1);
    await page.context().close();
  });

  test('a dialog opens in front of the page and closes by Escape', async () => {
    const { page } = await open();
    await page.click('[data-dialog=withdraw]');
    expect(await page.evaluate("document.getElementById('withdraw').matches(':modal')")).toBe(true);
    await page.keyboard.press('Escape');
    expect(await page.locator('#withdraw').isVisible()).toBe(false);
    await page.context().close();
  });
});

describe('without scripts', () => {
  test('the menu of a phone opens, and a dialog shows and closes by its address', async () => {
    const { page } = await open({ javaScriptEnabled: false, viewport: { width: 360, height: 800 } });
    expect(await page.locator('.nav').isVisible()).toBe(false);
    await page.click('.menu > summary');
    expect(await page.locator('.nav').isVisible()).toBe(true);
    await page.click('[data-dialog=withdraw]');
    expect(await page.locator('#withdraw').isVisible()).toBe(true);
    await page.click('#withdraw [data-close]');
    expect(await page.locator('#withdraw').isVisible()).toBe(false);
    await page.context().close();
  });
});
