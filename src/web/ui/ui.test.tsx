import type { Child } from 'hono/jsx';
import { describe, expect, test } from 'vitest';
import { GalleryPage } from '../gallery.tsx';
import { Page, renderPage } from '../layout.tsx';
import { readTableQuery } from '../table-query.ts';
import type { Viewer } from '../viewer.ts';
import { Bar } from './bar.tsx';
import { CheckboxField, RadioField, SelectField, TextareaField, TextField, TickField } from './field.tsx';
import { Findings } from './findings.tsx';
import { ErrorSummary, Form } from './form.tsx';
import { Pager, type Paging } from './pager.tsx';
import { type Column, DataTable } from './table.tsx';
import { StatusTag } from './tag.tsx';

const viewer: Viewer = {
  personId: 'p-1',
  name: '<script>alert(1)</script>',
  unitName: 'A & B',
  locale: 'zh-CN',
  theme: 'system',
  csrf: 'token-1',
  nav: [{ href: '/rounds', label: '评选', current: true }],
  roles: [],
  unreadNotices: 0,
  demo: false,
};
const page = (children: Child) =>
  renderPage(
    <Page viewer={viewer} locale="zh-CN" title="评选" path="/rounds?q=a">
      {children}
    </Page>,
  );
const html = (element: unknown) => String(element);
const hrefs = (text: string) =>
  [...text.matchAll(/href="([^"]*)"/g)].map((match) => (match[1] ?? '').replaceAll('&amp;', '&'));

describe('a page', () => {
  test('is a whole document in its language with a way past the navigation', () => {
    const text = page(<p>正文</p>);
    expect(text).toMatch(/^<!doctype html><html lang="zh-CN">/);
    expect(text).toContain('href="#main"');
    expect(text).toContain('<a href="/rounds" aria-current="page">评选</a>');
  });

  test('writes people’s words as text, never as markup', () => {
    const text = page(<StatusTag text={'"><img src=x>'} />);
    expect(text).not.toContain('<script>alert');
    expect(text).not.toContain('<img');
    expect(text).toContain('A &amp; B');
  });

  test('carries no inline script, style or handler, so that the content policy can refuse them all', () => {
    for (const locale of ['zh-CN', 'en'] as const) {
      const text = renderPage(<GalleryPage locale={locale} theme="dark" path="/gallery" />);
      expect(text).not.toMatch(/\sstyle=/);
      expect(text).not.toMatch(/<style/);
      expect(text).not.toMatch(/\son[a-z]+=/);
      expect(text).not.toMatch(/<script(?![^>]*\ssrc=)/);
      expect(text).not.toMatch(/javascript:/);
      expect(text).not.toMatch(/undefined|\[object/);
    }
  });

  test('keeps a chosen look and follows the system without one', () => {
    const themed = (theme: Viewer['theme']) =>
      renderPage(<Page viewer={{ ...viewer, theme }} locale="en" title="t" path="/" />);
    expect(themed('dark')).toContain('<html lang="en" data-theme="dark">');
    expect(themed('system')).toContain('<html lang="en">');
  });

  test('changes the language without losing the rest of the address', () => {
    expect(hrefs(page(null))).toContain('/rounds?q=a&lang=en');
  });

  test('refuses to render what is not a page', () => {
    expect(() => renderPage(<p>hello</p>)).toThrow('A page is a <Page> element');
  });
});

describe('a form', () => {
  const state = {
    values: { name: '王𠮷安', level: 'city', role: 'lead', subjects: ['b'], agree: '1', note: '<i>&</i>' },
    errors: { name: '姓名太长', '': '名额已满', role: '请选择角色' },
  };

  test('carries the session’s token and the submission’s id', () => {
    const text = page(<Form action="/rounds" submission="s-1" />);
    expect(text).toContain('<input type="hidden" name="_csrf" value="token-1"/>');
    expect(text).toContain('<input type="hidden" name="_submission" value="s-1"/>');
  });

  test('that only asks carries no token into addresses', () => {
    expect(page(<Form action="/rounds" method="get" />).match(/_csrf/g)).toHaveLength(1); // signing out
  });

  test('lists its faults in order, each leading to its field', () => {
    const summary = html(<ErrorSummary state={state} />);
    expect(hrefs(summary)).toEqual(['#f-name', '#f-role']);
    expect(summary).toContain('有 3 处需要修改');
    expect(summary.indexOf('姓名太长')).toBeLessThan(summary.indexOf('名额已满'));
    expect(html(<TextField name="name" label="姓名" state={state} />)).toContain('id="f-name"');
    const radios = html(
      <RadioField name="role" label="角色" state={state} choices={[{ value: 'lead', label: '执教' }]} />,
    );
    expect(radios).toContain('id="f-role"');
  });

  test('without faults shows no summary', () => {
    expect(html(<ErrorSummary state={{ values: {} }} />)).toBe('');
  });

  test('ties hint and fault to the field', () => {
    const text = html(<TextField name="name" label="姓名" hint="与身份证一致" state={state} />);
    expect(text).toContain('aria-describedby="f-name-hint f-name-error"');
    expect(text).toContain('aria-invalid="true"');
  });

  test('keeps everything that was typed or chosen', () => {
    const choices = [
      { value: 'city', label: '市级' },
      { value: 'b', label: '乙' },
    ];
    expect(html(<TextField name="name" label="姓名" state={state} />)).toContain('value="王𠮷安"');
    expect(html(<SelectField name="level" label="级别" state={state} choices={choices} />)).toMatch(
      /value="city" selected/,
    );
    expect(html(<CheckboxField name="subjects" label="学科" state={state} choices={choices} />)).toMatch(
      /value="b" checked/,
    );
    expect(html(<CheckboxField name="subjects" label="学科" state={state} choices={choices} />)).not.toMatch(
      /value="city" checked/,
    );
    expect(html(<TickField name="agree" label="属实" state={state} />)).toContain('checked');
    expect(html(<TextareaField name="note" label="备注" state={state} />)).toContain(
      '&lt;i&gt;&amp;&lt;/i&gt;',
    );
  });

  test('never sends a password back', () => {
    expect(html(<TextField name="name" label="密码" type="password" state={state} />)).not.toContain('王');
  });
});

describe('a table', () => {
  type Row = { name: string; score: number };
  const columns: Column<Row>[] = [
    { key: 'name', label: '姓名', sortable: true, rowHeader: true, cell: (row) => row.name },
    { key: 'score', label: '总分', sortable: true, numeric: true, cell: (row) => row.score },
    { key: 'phone', label: '电话', extra: true, cell: () => '' },
  ];
  const table = (path: string, more: { chosen?: readonly string[]; rows?: Row[] } = {}) =>
    html(
      <DataTable
        caption="申报人"
        path={path}
        columns={columns}
        rows={more.rows ?? [{ name: '沈青禾', score: 92 }]}
        sort={{ by: 'name', descending: false }}
        filters={[{ name: 'level', label: '级别', choices: [{ value: 'city', label: '市级' }] }]}
        paging={{ page: 2, size: 1, total: 3 }}
        chosen={more.chosen ?? null}
        chooseColumns
        exports={['csv', 'xlsx']}
      />,
    );
  const address = '/people?level=city&unit=%E4%B8%80&sort=name&page=2';

  test('sorts by a link that keeps filters and goes back to the first page', () => {
    expect(hrefs(table(address))).toContain('/people?level=city&unit=%E4%B8%80&sort=score');
  });

  test('turns the order of the column it is sorted by', () => {
    expect(table(address)).toContain('aria-sort="ascending"');
    expect(hrefs(table(address))).toContain('/people?level=city&unit=%E4%B8%80&sort=-name');
  });

  test('turns pages keeping everything else, the first one without a number', () => {
    const links = hrefs(table(address));
    expect(links).toContain('/people?level=city&unit=%E4%B8%80&sort=name');
    expect(links).toContain('/people?level=city&unit=%E4%B8%80&sort=name&page=3');
  });

  test('says no total that nobody counted: one who looked a row ahead knows only that more follow', () => {
    const listed = (paging: Paging, shown = 2) =>
      /<p class="data-count">(.*?)<\/p>/.exec(
        html(
          <DataTable
            caption="教师"
            path="/people"
            columns={columns}
            rows={Array.from({ length: shown }, () => ({ name: '沈青禾', score: 92 }))}
            paging={paging}
          />,
        ),
      )?.[1];
    expect(listed({ page: 1, size: 2, more: true })).toBe('第 1–2 条，后面还有');
    expect(listed({ page: 2, size: 2, more: false }, 1)).toBe('第 3–3 条，共 3 条');
    expect(listed({ page: 1, size: 50, more: false })).toBe('共 2 条');
    expect(listed({ page: 9, size: 50, more: false }, 0)).toBe('');
    expect(listed({ page: 9, size: 50, total: 17 }, 0)).toBe('共 17 条');
    expect(listed({ page: 2, size: 2, total: 4 })).toBe('第 3–4 条，共 4 条');
  });

  test('exports what is filtered, all pages of it', () => {
    expect(hrefs(table(address))).toContain('/people?level=city&unit=%E4%B8%80&sort=name&format=csv');
  });

  test('filters with a form that keeps the order but not the page', () => {
    const form = /<form class="filters".*?<\/form>/s.exec(table(address))?.[0] ?? '';
    expect(form).toContain('name="sort" value="name"');
    expect(form).toContain('name="unit" value="一"');
    expect(form).not.toContain('name="page"');
    expect(form).toMatch(/value="city" selected/);
  });

  test('shows chosen columns, always the one that names the row', () => {
    expect(table(address)).not.toContain('data-label="电话"');
    const chosen = table(address, { chosen: ['phone'] });
    expect(chosen).toContain('data-label="电话"');
    expect(chosen).toContain('沈青禾');
    expect(chosen).not.toContain('data-label="总分"');
  });

  test('says so when nothing matches', () => {
    const empty = table(address, { rows: [] });
    expect(empty).toContain('没有符合条件的记录');
    expect(empty).not.toContain('<table');
  });

  test('long lists go on after a key, keeping filters', () => {
    const pager = html(<Pager path="/audit?who=a&after=x" paging={{ after: 'x', next: 'y' }} />);
    expect(hrefs(pager)).toEqual(['/audit?who=a', '/audit?who=a&after=y']);
  });

  test('reads its own address, and the usual for what makes no sense', () => {
    const options = { sortable: ['name', 'score'], usual: { by: 'name', descending: false } };
    expect(readTableQuery('/p?sort=-score&page=3&cols=a&cols=b&format=csv', options)).toEqual({
      sort: { by: 'score', descending: true },
      page: 3,
      after: null,
      columns: ['a', 'b'],
      format: 'csv',
    });
    expect(readTableQuery("/p?sort=name';drop&page=-1&format=exe", options)).toEqual({
      sort: options.usual,
      page: 1,
      after: null,
      columns: null,
      format: 'html',
    });
  });
});

describe('a verdict', () => {
  test('says each outcome in a word beside its colour, and why a record does not count', () => {
    const text = html(
      <Findings
        verdict={{ outcome: 'unmet', text: '不符合' }}
        findings={[
          { outcome: 'met', text: '教龄' },
          {
            outcome: 'unmet',
            text: '公开课',
            notCounted: [{ title: '《慈母情深》', reason: '早于截止日六年' }],
          },
          { outcome: 'missing', text: '论文' },
          { outcome: 'decide', text: '师德' },
        ]}
      />,
    );
    for (const word of ['符合', '不符合', '缺少证据', '待认定', '早于截止日六年'])
      expect(text).toContain(word);
    expect(text).toContain('符合 1 项 · 不符合 1 项 · 缺少证据 1 项 · 待认定 1 项');
  });
});

test('a verdict on an amount shows the sum, what each record counts, and what is missing', () => {
  const text = html(
    <Findings
      findings={[
        {
          outcome: 'unmet',
          text: '综合得分不低于 90',
          reckoning: [
            {
              text: '综合得分：80 + 5 = 85',
              notes: [],
              records: [],
              children: [
                {
                  text: '论文：6',
                  notes: ['6 + 3 = 9，封顶计 6'],
                  records: [{ title: '甲——计 6' }],
                  children: [],
                },
              ],
            },
          ],
        },
      ]}
    />,
  );
  for (const word of ['计算过程', '综合得分：80 + 5 = 85', '封顶计 6', '甲——计 6'])
    expect(text).toContain(word);
});

test('a bar past its whole is drawn full and tells the figures', () => {
  const text = html(<Bar label="名额" value={43} max={40} />);
  expect(text).toContain('width="100"');
  expect(text).toContain('43 / 40');
  expect(text).toContain('bar-over');
});
