import { csrfField, submissionField } from '../../src/web/viewer.ts';

/** A form of a page as a browser sees it: where it goes, and what it would send if nothing were changed. */
export interface FoundForm {
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly files: readonly string[];
  /** What each file field says it takes. */
  readonly accepts: Readonly<Record<string, string>>;
  /** Values a field may have beside the one it stands at: of a choice, a list, several buttons. */
  readonly others: Readonly<Record<string, readonly string[]>>;
  /** Names of the fields that stand empty and may stay so. */
  readonly spare: readonly string[];
  /** Names of the fields nobody sees: ids, mostly. */
  readonly hidden: readonly string[];
}

export const plain = (text: string) =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

export const attribute = (tag: string, name: string): string | undefined => {
  const found = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
  return found === undefined ? undefined : plain(found);
};

/** The forms of a page with what a browser would send; empty fields get something plausible. */
export function formsOf(html: string, page: string): FoundForm[] {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].flatMap(([, head = '', inside = '']) => {
    if (attribute(head, 'method')?.toLowerCase() !== 'post') return [];
    const body = inside + ofForm(html, attribute(head, 'id'));
    const fields: Record<string, string> = {};
    const files: string[] = [];
    const accepts: Record<string, string> = {};
    const others: Record<string, string[]> = {};
    const hidden: string[] = [];
    const spare: string[] = [];
    const needed = (tag: string) => /\srequired(?=[\s=>/])/.test(tag);
    for (const [tag] of body.matchAll(/<(?:input|button)\b[^>]*>/g)) {
      const field = attribute(tag, 'name');
      if (field === undefined) continue;
      const type = attribute(tag, 'type') ?? 'text';
      if (type === 'hidden' && field !== csrfField && field !== submissionField) hidden.push(field);
      if (type === 'file') {
        files.push(field);
        accepts[field] = attribute(tag, 'accept') ?? '';
      } else {
        const value = attribute(tag, 'value') || plausible(type, tag);
        if (!attribute(tag, 'value') && type !== 'hidden' && !needed(tag)) spare.push(field);
        const known = fields[field];
        const chosen = known === undefined || known === '' || /\schecked(?=[\s=>/])/.test(tag);
        if (chosen) fields[field] = value;
        const other = chosen ? known : value;
        if (other && other !== fields[field]) others[field] = [...(others[field] ?? []), other];
      }
    }
    for (const [, head = '', text = ''] of body.matchAll(/<textarea\b([^>]*)>([\s\S]*?)<\/textarea>/g)) {
      const name = attribute(head, 'name') ?? '';
      fields[name] = plain(text).trim() || '说明';
      if (plain(text).trim() === '' && !needed(head)) spare.push(name);
    }
    for (const [, head = '', options = ''] of body.matchAll(/<select\b([^>]*)>([\s\S]*?)<\/select>/g)) {
      const tags = [...options.matchAll(/<option\b[^>]*>/g)].map(([tag]) => tag);
      const given = tags.map((tag) => attribute(tag, 'value') ?? '').filter((value) => value !== '');
      const chosen = tags.find((tag) => /\sselected(?=[\s=>/])/.test(tag)) ?? '';
      const [first = ''] = [attribute(chosen, 'value') ?? '', ...given].filter((value) => value !== '');
      const name = attribute(head, 'name') ?? '';
      fields[name] = first;
      if (
        first !== attribute(chosen, 'value') &&
        !needed(` ${head}`) &&
        /<option\b[^>]*\svalue=""/.test(options)
      )
        spare.push(name);
      others[name] = given.filter((value) => value !== first);
    }
    delete fields[csrfField];
    delete fields[submissionField];
    const form = { action: attribute(head, 'action') ?? page, fields, files, accepts, others, spare, hidden };
    // A button of its own address sends the same fields elsewhere.
    const elsewhere = [...body.matchAll(/<button\b[^>]*>/g)].flatMap(
      ([tag]) => attribute(tag, 'formaction') ?? [],
    );
    return [form, ...[...new Set(elsewhere)].map((action) => ({ ...form, action }))];
  });
}

/** Fields and buttons that stand elsewhere on the page and say whose form they are of. */
const ofForm = (html: string, id: string | undefined): string =>
  id === undefined
    ? ''
    : [...html.matchAll(/<(?:input|button)\b[^>]*>/g)]
        .map(([tag]) => tag)
        .filter((tag) => attribute(tag, 'form') === id)
        .join('');

const plausible = (type: string, tag: string) =>
  type === 'date'
    ? '2026-11-20'
    : type === 'datetime-local'
      ? '2026-12-20T10:00'
      : type === 'number' || /inputmode="numeric"/.test(tag)
        ? '1'
        : '名';
