/** What a page may not have, whatever was asked: each fault in words. */
export function* faultsOfPage(html: string): Generator<string> {
  if (/<script\b(?![^>]*\ssrc=)/.test(html)) yield 'a script in the page';
  if (/<style\b/.test(html) || /<[a-z][^<>]*\sstyle=/.test(html)) yield 'a style in the page';
  // Quoted values are taken out first: what a person wrote may well say "onload=".
  const tags = html.replaceAll(/="[^"]*"/g, '=""');
  if (/<[a-z][^<>]*\son[a-z]+=/.test(tags)) yield 'a handler in the page';
  if (/>\s*error\.[a-z-]+\s*</.test(html)) yield 'the name of a word in place of the word';
  for (const [, name, address = ''] of html.matchAll(/\s(href|src|action|formaction)="([^"]*)"/g)) {
    if (!leadsHome(address) && !isInside(name ?? '', address))
      yield `${name} leads to ${address.slice(0, 200)}`;
  }
}

/** An address of ours, a place in the page, or one that opens a program of the person's own. */
export const leadsHome = (address: string): boolean =>
  /^(?:\/(?![/\\])|[#?]|mailto:|tel:|otpauth:|$)/.test(address);

/** What stands in the page itself: a picture (in which no script runs), or a file to be saved. */
const isInside = (name: string, address: string): boolean =>
  name === 'src'
    ? address.startsWith('data:image/')
    : /^data:(?:text\/plain|application\/(?:pdf|vnd\.openxmlformats-[\w.-]+))[;,]/.test(address);
