/** What an answer bears that no page is made for: it shows text, and nothing else, to nobody's frame. */
export const BARE_TEXT = {
  'content-type': 'text/plain; charset=utf-8',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'",
} as const;

/** For a year, with all names beneath: where the address is https it stays so. */
export const HSTS = 'max-age=31536000; includeSubDomains';
