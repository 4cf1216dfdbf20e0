import { readdirSync, readFileSync } from 'node:fs';

/**
 * Seconds of processor time a process and everything it started have used, the database among them. Where
 * others share the machine, clocks on the wall say how busy they are; this says what the work costs. Linux only:
 * zero elsewhere.
 */
export function cpuSeconds(root: number = process.pid): number {
  if (process.platform !== 'linux') return 0;
  const all = new Map<number, { parent: number; ticks: number }>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = readStat(name);
    if (stat !== null) all.set(Number(name), stat);
  }
  let ticks = 0;
  for (const [pid, stat] of all) if (descends(pid)) ticks += stat.ticks;
  return ticks / TICKS_PER_SECOND;

  function descends(pid: number): boolean {
    for (let at = pid; at > 1; at = all.get(at)?.parent ?? 0) if (at === root) return true;
    return false;
  }
}

/** The same of one process alone, without what it started. */
export const ownSeconds = (pid: number): number => (readStat(String(pid))?.ticks ?? 0) / TICKS_PER_SECOND;

/** What the kernel shows to programs, whatever it counts in (USER_HZ). */
const TICKS_PER_SECOND = 100;

/** Its parent, and its time with that of the children it has outlived. */
function readStat(pid: string): { parent: number; ticks: number } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0);
    return { parent: Number(fields[1]), ticks };
  } catch {
    return null; // It ended meanwhile.
  }
}
