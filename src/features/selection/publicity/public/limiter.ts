import { createHash } from 'node:crypto';
import { Latest } from '../../../../shared/latest.ts';

/**
 * How often one address may send something to an open page. Only a digest of the address is held, in memory
 * and for one hour: nothing that could unmask an anonymous objector is written anywhere.
 */
export interface Limiter {
  /** False when the address has used up its share. */
  admit(address: string, now: Date): boolean;
}

const HOUR_MS = 3_600_000;
const MOST_KEPT = 50_000;

export function hourlyLimiter(most: number): Limiter {
  const seen = new Latest<number[]>(MOST_KEPT);
  return {
    admit(address, now) {
      const key = createHash('sha256').update(address).digest('base64url');
      const since = now.getTime() - HOUR_MS;
      const recent = (seen.kept(key) ?? []).filter((time) => time > since);
      if (recent.length >= most) return false;
      recent.push(now.getTime());
      seen.keep(key, recent);
      return true;
    },
  };
}
