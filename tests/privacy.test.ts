import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { features } from '../src/app.ts';
import { root } from '../src/platform/root.ts';

/* docs/privacy.md and docs/privacy.zh-CN.md say the same, point by point, and name only what there is. */

const read = (name: string) => readFileSync(join(root, 'docs', name), 'utf8');
const papers = { en: read('privacy.md'), 'zh-CN': read('privacy.zh-CN.md') } as const;

const headings = (text: string) => [...text.matchAll(/^(#+) /gm)].map(([, depth]) => depth);
const points = (text: string) => [...text.matchAll(/^- .*$/gm)].map(([line]) => line);
/** Rows of the table below its head, as cells. */
const rows = (text: string) =>
  [...text.matchAll(/^\|(.*)\|$/gm)]
    .map(([, cells = '']) => cells.split('|').map((cell) => cell.trim()))
    .slice(2);
const names = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
const links = (text: string) => [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, to = '']) => to);
/** Numbers of articles, in whatever language they are written out. */
const articles = (text: string) => (text.match(/\d+/g) ?? []).map(Number).toSorted((a, b) => a - b);

describe('the two papers on personal data', () => {
  test('have the same parts', () => {
    expect(headings(papers['zh-CN'])).toEqual(headings(papers.en));
    expect(rows(papers.en).length).toBeGreaterThan(10);
    expect(rows(papers['zh-CN']).length).toBe(rows(papers.en).length);
    expect(points(papers['zh-CN']).length).toBe(points(papers.en).length);
  });

  test('cite the same articles and name the same things in each point', () => {
    const what = (text: string) =>
      rows(text).map(([, pipl, gdpr, here = '']) => [
        pipl,
        gdpr,
        names(here).toSorted(),
        links(here).toSorted(),
      ]);
    expect(what(papers['zh-CN'])).toEqual(what(papers.en));
    const missing = (text: string) => points(text).map((line) => articles(line));
    expect(missing(papers['zh-CN'])).toEqual(missing(papers.en));
  });

  test('name only files, pages and rules of the database that there are', () => {
    const migrations = readdirSync(join(root, 'migrations'))
      .map((name) => readFileSync(join(root, 'migrations', name), 'utf8'))
      .join('\n');
    const pages = new Set(features.flatMap(({ routes }) => routes.map(({ path }) => path)));
    const places = ['', 'src/features', 'src/features/privacy'];
    const unknown = names(papers.en).filter(
      (name) =>
        !pages.has(name) &&
        !migrations.includes(name) &&
        !places.some((place) => existsSync(join(root, place, name))),
    );
    expect(unknown).toEqual([]);
    expect(links(papers.en).filter((to) => !existsSync(join(root, 'docs', to)))).toEqual([]);
  });

  test('are each linked from the guide of their language', () => {
    expect(read('guide/en/privacy.md')).toContain('](../../privacy.md)');
    expect(read('guide/zh-CN/privacy.md')).toContain('](../../privacy.zh-CN.md)');
  });
});
