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
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].flatMap(([, head = '', body = '']) => {
    if (attribute(head, 'method')?.toLowerCase() !== 'post') return [];
    const fields: Record<string, string> = {};
    const files: string[] = [];
    const accepts: Record<string, string> = {};
    const others: Record<string, string[]> = {};
    const hidden: string[] = [];
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
        if (fields[field] && fields[field] !== value) others[field] = [...(others[field] ?? []), value];
        fields[field] ||= value;
      }
    }
    for (const [, head = '', text = ''] of body.matchAll(/<textarea\b([^>]*)>([\s\S]*?)<\/textarea>/g)) {
      fields[attribute(head, 'name') ?? ''] = plain(text).trim() || '说明';
    }
    for (const [, head = '', options = ''] of body.matchAll(/<select\b([^>]*)>([\s\S]*?)<\/select>/g)) {
      const given = [...options.matchAll(/<option\b[^>]*>/g)].map(([tag]) => attribute(tag, 'value') ?? '');
      const [first = '', ...rest] = given.filter((value) => value !== '');
      fields[attribute(head, 'name') ?? ''] = first;
      others[attribute(head, 'name') ?? ''] = rest;
    }
    delete fields[csrfField];
    delete fields[submissionField];
    return [{ action: attribute(head, 'action') ?? page, fields, files, accepts, others, hidden }];
  });
}

const plausible = (type: string, tag: string) =>
  type === 'date'
    ? '2026-11-20'
    : type === 'datetime-local'
      ? '2026-12-20T10:00'
      : type === 'number' || /inputmode="numeric"/.test(tag)
        ? '1'
        : '名';
