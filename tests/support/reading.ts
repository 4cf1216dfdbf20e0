import { attribute, plain } from './forms.ts';

/** What keeps somebody from reading a page or finding their way on it: each fault in words. */
export function* faultsOfReading(html: string): Generator<string> {
  const tags = [...html.matchAll(/<[a-z][a-z0-9]*\b[^>]*>/g)].map(([tag]) => tag);
  const ids = tags.flatMap((tag) => attribute(tag, 'id') ?? []);
  const known = new Set(ids);
  for (const id of new Set(ids.filter((one, index) => ids.indexOf(one) !== index)))
    yield `the id ${id} stands more than once`;
  for (const tag of tags) {
    for (const name of ['for', 'aria-describedby', 'aria-labelledby']) {
      const gone = (attribute(tag, name) ?? '').split(' ').filter((id) => id !== '' && !known.has(id));
      if (gone.length > 0) yield `${name} names what is not there: ${gone.join(' ')}`;
    }
  }
  for (const [whole] of html.matchAll(/<(ul|ol|dl|tbody|select|h[1-6])\b[^>]*><\/\1>/g))
    yield `nothing in ${whole.slice(0, 80)}`;
  for (const [, tag = '', inside = ''] of html.matchAll(/<((?:a|button)\b[^>]*)>([\s\S]*?)<\/(?:a|button)>/g))
    if (readable(inside) === '' && attribute(`<${tag}>`, 'aria-label') === undefined)
      yield `nothing to read in <${tag}>`;
  const levels = [...html.matchAll(/<h([1-6])\b/g)].map(([, level]) => Number(level));
  if (levels.filter((level) => level === 1).length !== 1) yield `first headings: ${levels}`;
  for (const [index, level] of levels.entries())
    if (level > (levels[index - 1] ?? 1) + 1) yield `a heading of level ${level} below ${levels[index - 1]}`;
  for (const [, text = ''] of html.matchAll(/>([^<]+)</g)) {
    if (/\[object |\bundefined\b|\bNaN\b|\bnull\b|Invalid Date/.test(text))
      yield `a value that is none: ${plain(text).trim().slice(0, 80)}`;
  }
}

const readable = (inside: string): string => plain(inside.replaceAll(/<[^>]*>/g, ' ')).trim();

/**
 * Names of the program where a page in Chinese has words: `school-office`, `panels.state.forming`. What stands as it is
 * (a file, a digest, an address) is marked up so and left out.
 */
export function codesOn(html: string): string[] {
  const body = html
    .slice(html.indexOf('<main'))
    .replaceAll(/<(script|style|pre|code|textarea)\b[^>]*>[\s\S]*?<\/\1>/g, '')
    .replaceAll(/<span class="digest">[^<]*<\/span>/g, '');
  return [...body.matchAll(/>([^<]+)</g)].flatMap(([, text = '']) =>
    /(?:^|[\s（(:：、，])[a-z]+(?:[-.][a-z]+)+(?=$|[\s）),，、。；])/.test(text.trim())
      ? [plain(text).trim().slice(0, 80)]
      : [],
  );
}
