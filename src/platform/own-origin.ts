import type { Ask } from './routing.ts';

/** The address people use: as it is set, else the one this request came to. */
export const ownOrigin = (ask: Pick<Ask, 'c' | 'services'>): string =>
  ask.services.config.origin ?? new URL(ask.c.req.url).origin;
