import type { TestApp, TestBrowser } from '../support/app.ts';
import { type FoundForm, formsOf, plain } from '../support/forms.ts';
import { type Visit, visit } from '../support/visit.ts';
import type { Coverage } from './coverage.ts';
import type { Sent } from './requests.ts';

/*
 * What people come to do that no one form says by itself: to set up a passkey and sign in with it, to open a round and
 * take it to its result. Each errand goes through the pages and forms that are there and says what it fills in, so what
 * is counted is what a person of that kind is really shown and allowed.
 */

export type Fields = Readonly<Record<string, string | readonly string[] | File | null>>;
export interface Told {
  readonly status: number;
  /** Where it leads; the page it stood on when it leads nowhere. */
  readonly location: string;
  readonly text: string;
}

export interface Persona {
  readonly personId: string;
  readonly signIn: string;
}

export interface Going {
  readonly kept: TestApp;
  /** Somebody of the demo's sign-in page. */
  persona(kind: string): Persona;
  /** A page as this person sees it: a kind of the demo's, an id, or `nobody`. */
  see(who: string, address: string): Promise<string>;
  /** The first address on a page that is like this. */
  link(who: string, page: string, like: RegExp): Promise<string>;
  /** The forms of a page that go to such an address. */
  forms(who: string, page: string, action: RegExp): Promise<FoundForm[]>;
  /** Fill in a form of a page: what it holds, and what is said here; fields nobody need fill in stay empty. */
  fill(who: string, page: string, action: RegExp, said?: Fields): Promise<Told>;
  /** What a script of ours sends without a form. */
  post(who: string, address: string, said?: Fields): Promise<Told>;
  /** A browser of its own that keeps cookies, for what happens around signing in. */
  visit(): Visit;
  /** From now on it is that time, and everybody signs in anew. */
  at(instant: string): void;
}

export type Errand = (go: Going) => Promise<void>;

export interface Setting {
  readonly kept: TestApp;
  readonly personas: ReadonlyMap<string, Persona>;
  readonly coverage: Coverage;
  /** Before a form is sent as it should be. */
  around(who: string, form: FoundForm): Promise<void>;
}

/** Go on each errand; what did not come through, in words. */
export async function runErrands(
  errands: Readonly<Record<string, Errand>>,
  setting: Setting,
): Promise<string[]> {
  const lost: string[] = [];
  for (const [name, errand] of Object.entries(errands)) {
    try {
      await errand(goingOf(setting));
    } catch (error) {
      if (!(error instanceof Lost)) throw error;
      lost.push(`${name}: ${error.message}`);
    }
    await setting.kept.jobsDone();
  }
  return lost;
}

/** An errand did not come through: a page, a form or a yes was not there. */
export class Lost extends Error {}

/** What the page says is wrong. */
const alertsOf = (html: string) =>
  [...html.matchAll(/<(\w+)[^>]*class="[^"]*(?:error|alert|danger)[^"]*"[^>]*>([\s\S]*?)<\/\1>/g)]
    .map(([, , inner = '']) =>
      plain(inner.replaceAll(/<[^>]*>/g, ' '))
        .replaceAll(/\s+/g, ' ')
        .trim(),
    )
    .join(' / ')
    .slice(0, 400);

export function goingOf({ kept, personas, coverage, around }: Setting): Going {
  const browsers = new Map<string, TestBrowser>();
  const idOf = (who: string) => personas.get(who)?.personId ?? who;
  const browserOf = async (who: string) => {
    const known = browsers.get(who) ?? (await kept.as(who === 'nobody' ? null : idOf(who)));
    browsers.set(who, known);
    return known;
  };
  const count = (method: string, path: string, status: number) =>
    coverage.count({ method, path } as Sent, status);
  async function see(who: string, address: string): Promise<string> {
    const answer = await (await browserOf(who)).get(address);
    count('GET', address, answer.status);
    const text = await answer.text();
    if (answer.status >= 400) throw new Lost(`${who} GET ${address}: ${answer.status}`);
    return text;
  }
  const forms: Going['forms'] = async (who, page, action) =>
    formsOf(await see(who, page), page).filter((one) => action.test(one.action));
  async function told(who: string, address: string, fields: Fields, page: string): Promise<Told> {
    const given = Object.fromEntries(
      Object.entries(fields).flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])),
    );
    const answer = await (await browserOf(who)).post(address, given);
    count('POST', address, answer.status);
    const text = await answer.text();
    if (answer.status >= 400)
      throw new Lost(
        `${who} POST ${address}: ${answer.status} ${alertsOf(text)} ${JSON.stringify(given).slice(0, 300)}`,
      );
    return { status: answer.status, location: answer.headers.get('location')?.split('#')[0] ?? page, text };
  }
  return {
    kept,
    persona(kind) {
      const found = personas.get(kind);
      if (found === undefined) throw new Error(`no ${kind} in the demo`);
      return found;
    },
    see,
    forms,
    async link(who, page, like) {
      const html = await see(who, page);
      for (const [, href = ''] of html.matchAll(/\s(?:href|src)="([^"]+)"/g)) {
        const address = plain(href).split('#')[0] ?? '';
        const whole = address.startsWith('?') ? (page.split('?')[0] ?? '') + address : address;
        if (like.test(whole)) return whole;
      }
      throw new Lost(`${who} sees no ${like} on ${page}`);
    },
    async fill(who, page, action, said = {}) {
      const [form] = await forms(who, page, action);
      if (form === undefined) throw new Lost(`${who} sees no form ${action} on ${page}`);
      if (personas.has(who)) await around(who, form);
      const stands = Object.entries(form.fields).filter(([name]) => !form.spare.includes(name));
      return told(who, form.action, { ...Object.fromEntries(stands), ...said }, page);
    },
    post: (who, address, said = {}) => told(who, address, said, address),
    visit() {
      const { get, post, cookies } = visit(kept);
      const counted = async (method: 'GET' | 'POST', path: string, send: Promise<Response>) => {
        const answer = await send;
        count(method, path, answer.status);
        return answer;
      };
      const counting: Visit = {
        cookies,
        get: (path) => counted('GET', path, get(path)),
        read: async (path) => (await counting.get(path)).text(),
        post: (path, fields) => counted('POST', path, post(path, fields)),
        signIn: (name, password, next = '') => counting.post('/sign-in', { name, password, next }),
      };
      return counting;
    },
    at(instant) {
      kept.setNow(instant);
      browsers.clear();
    },
  };
}

/** What stands in a text; without it the errand is lost. */
export function found(text: string, like: RegExp, what: string): string {
  const one = like.exec(text)?.[1];
  if (one === undefined) throw new Lost(`no ${what}`);
  return one;
}

/** An answer that is a yes. */
export async function yes(answer: Promise<Response>, what: string): Promise<Response> {
  const { status } = await answer;
  if (status >= 400) throw new Lost(`${what}: ${status}`);
  return answer;
}

/** So many minutes after what the clock says, for everybody. */
export const later = (go: Going, minutes: number): void =>
  go.at(new Date(go.kept.services.clock().getTime() + minutes * 60_000).toISOString());

export const textFile = (name: string, type: string, content: string): File =>
  new File([content], name, { type });
