import type { Config } from './config.ts';

const BARE_TEXT = {
  'content-type': 'text/plain; charset=utf-8',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'",
} as const;

export const isHttps = (origin: string | null): boolean => origin?.startsWith('https:') === true;

/** For a year, with all names beneath: where the address is https it stays so. */
export const HSTS = 'max-age=31536000; includeSubDomains';

/** What an answer bears that no page is made for: it shows text, and nothing else, to nobody's frame. */
export const bareText = ({ origin }: Pick<Config, 'origin'>): Readonly<Record<string, string>> => ({
  ...BARE_TEXT,
  ...(isHttps(origin) ? { 'strict-transport-security': HSTS } : {}),
});
