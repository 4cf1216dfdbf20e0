import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../src/platform/root.ts';
import type { TestBrowser } from '../support/app.ts';
import { type FoundForm, formsOf, plain } from '../support/forms.ts';
import type { Coverage } from './coverage.ts';
import type { Sent } from './requests.ts';
import { FILES, type OddFile } from './values.ts';

/*
 * A walk through a city that is in use: every kind of person follows the links they are shown and fills in the forms
 * they find, as a browser would, and goes on from where each answer leads. So forms are come to in a state in which
 * they are accepted, by somebody who may; what is tried around each of its forms before it is sent is up to the caller.
 */

export interface Walker {
  /** Every kind of person, and somebody who is not signed in. */
  readonly people: ReadonlyMap<string, TestBrowser>;
  readonly coverage: Coverage;
  /** Before a form is sent as it should be. */
  around(who: string, form: FoundForm): Promise<void>;
  /** After a page was shown. */
  aroundPage(who: string, address: string): Promise<void>;
}

/** Of one route, so many pages for each kind of person, and so many forms sent by all of them. */
const PAGES_EACH = 2;
const FORMS_EACH = 6;
/** What ends things is sent when there is nothing else to do. */
const ENDS =
  /(withdraw|cancel|leave|\/end|end-others|remove|refuse|retire|abandon|unlock|unfit|aside|revoke|decline|complete|close|sign-out|take-back|password|sign-in|settle|second-factor)/;

interface Page {
  readonly who: string;
  readonly address: string;
}
interface Found {
  readonly who: string;
  readonly form: FoundForm;
  readonly route: string;
}

export async function walk({ people, coverage, around, aroundPage }: Walker): Promise<void> {
  const pages: Page[] = [...people.keys()].map((who) => ({ who, address: '/' }));
  const forms: Found[] = [];
  const seen = new Set<string>();
  const shown = new Map<string, number>();
  const sent = new Map<string, number>();
  const accepted = new Map<string, number>();
  const count = (method: string, path: string, status: number) =>
    coverage.count({ method, path } as Sent, status);

  for (;;) {
    const page = pages.shift();
    if (page !== undefined) {
      await look(page);
      continue;
    }
    const next = best();
    if (next === null) return;
    await fillIn(next);
  }

  /** The form whose route was accepted least, of those the ones that end nothing first. */
  function best(): Found | null {
    const rank = ({ route, form }: Found) =>
      (accepted.get(route) ?? 0) * 100 + (sent.get(route) ?? 0) + (ENDS.test(form.action) ? 1000 : 0);
    const open = forms.filter(
      ({ route }) => (sent.get(route) ?? 0) < FORMS_EACH && (accepted.get(route) ?? 0) < 2,
    );
    const found = open.toSorted((a, b) => rank(a) - rank(b))[0];
    if (found === undefined) return null;
    forms.splice(forms.indexOf(found), 1);
    return found;
  }

  async function look({ who, address }: Page): Promise<void> {
    const route = coverage.routeOf('GET', address);
    const key = `${who} ${address}`;
    if (route === null || seen.has(key)) return;
    seen.add(key);
    const known = `${who} ${route}`;
    if ((shown.get(known) ?? 0) >= PAGES_EACH) return;
    shown.set(known, (shown.get(known) ?? 0) + 1);
    const answer = await people.get(who)?.get(address);
    if (answer === undefined) return;
    count('GET', address, answer.status);
    const isPage = answer.headers.get('content-type')?.startsWith('text/html') === true;
    const html = isPage ? await answer.text() : '';
    if (!isPage) await answer.arrayBuffer();
    if (answer.status >= 300) return;
    await aroundPage(who, address);
    for (const [, href = ''] of html.matchAll(/<a\b[^>]*?\shref="([^"]+)"/g)) {
      const to = plain(href).split('#')[0] ?? '';
      if (to.startsWith('/')) pages.push({ who, address: to });
      else if (to.startsWith('?')) pages.push({ who, address: (address.split('?')[0] ?? '') + to });
    }
    for (const form of formsOf(html, address)) {
      const action = coverage.routeOf('POST', form.action);
      if (action !== null) forms.push({ who, form, route: action });
    }
  }

  async function fillIn({ who, form, route }: Found): Promise<void> {
    sent.set(route, (sent.get(route) ?? 0) + 1);
    const browser = people.get(who);
    if (browser === undefined) return;
    const files = Object.fromEntries(form.files.map((field) => [field, fileFor(form, field)]));
    await around(who, form);
    for (const fields of variants(form)) {
      const answer = await browser.post(form.action, { ...fields, ...files });
      count('POST', form.action, answer.status);
      const location = answer.headers.get('location');
      await answer.arrayBuffer();
      if (location?.startsWith('/') === true)
        for (const one of people.keys()) {
          // What one did others may now see, and do something about.
          if (one === who || shown.get(`${one} ${coverage.routeOf('GET', location)}`) !== undefined)
            pages.push({ who: one, address: location.split('#')[0] ?? '' });
        }
      if (answer.status >= 400) continue;
      accepted.set(route, (accepted.get(route) ?? 0) + 1);
      // The page it stood on shows something else now.
      seen.delete(`${who} ${form.action}`);
      return;
    }
  }
}

/** Once everybody must have a second factor nobody here gets any further. */
const SHUTS_OUT = 'everybody';

/** As it stands; then with each other choice of one field. */
function* variants(form: FoundForm): Generator<Record<string, string>> {
  const fields = Object.fromEntries(
    Object.entries(form.fields)
      .filter(([, value]) => value !== SHUTS_OUT)
      .map(([name, value]) => [name, value === '名' ? (BY_NAME[name] ?? value) : value]),
  );
  yield fields;
  let left = 6;
  for (const [name, values] of Object.entries(form.others))
    for (const value of values.slice(0, 4).filter((one) => one !== SHUTS_OUT)) {
      if (left === 0) return;
      left -= 1;
      yield { ...fields, [name]: value };
    }
}

/** What nobody could guess from the field itself. */
const BY_NAME: Readonly<Record<string, string>> = {
  staffNumber: 'X9001',
  phone: '13812345678',
  email: 'a@example.org',
  issuer: 'https://id.example.org',
  code: '000000',
  password: 'qinglan',
  signIn: 'T1001',
  wanted: '1990-01-02',
};

const text = (name: string, type: string, content: string): OddFile => ({
  name,
  type,
  content: new TextEncoder().encode(content),
});
const programme = () =>
  readFileSync(join(root, 'programmes/sources/002-4-school-backbone/2011-1.yaml'), 'utf8').replace(
    /version: .*/,
    'version: 2031-1',
  );

/** A file of the kind the field takes, that would be read. */
function fileFor(form: FoundForm, field: string): File {
  const accept = form.accepts[field] ?? '';
  const file = form.action.startsWith('/records/imports')
    ? text(
        '成长记录.csv',
        'text/csv',
        '工号,姓名,类别,名称,日期,级别\nX1,测试,公开课,《草船借箭》,2025-05-01,校级\n',
      )
    : form.action.includes('/quotas')
      ? text('名额.csv', 'text/csv', '单位,名额\n青溪县教育局,3\n')
      : accept.includes('.yaml')
        ? text('programme.yaml', 'application/yaml', programme())
        : accept.includes('.csv')
          ? text('名册.csv', 'text/csv', '姓名,工号,性别,单位\n测试甲,X9101,女,\n')
          : accept.includes('.zip')
            ? { name: 'oneroster.zip', type: 'application/zip', content: FILES.oneroster ?? new Uint8Array() }
            : { name: '证书.pdf', type: 'application/pdf', content: FILES.pdf ?? new Uint8Array() };
  return new File([new Uint8Array(file.content)], file.name, { type: file.type });
}
