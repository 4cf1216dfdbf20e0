import { ownAddress } from '../../web/address.ts';

/** Where to go after signing in: only a path of our own, never another host. */
export const safeNext = (next: string | undefined): string => ownAddress(next) ?? '/';
