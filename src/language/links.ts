import type { Link } from './grammar/programme.ts';
import { type Names, type Problem, problemMaker } from './problem.ts';
import type { Programme } from './programme.ts';

/** What only shows over several files: programmes that wait for each other. */

export interface FileOfProgramme {
  readonly file: string;
  readonly programme: Programme;
}

/** Kinds of link by which one programme must be gone through before another; `gates` is said from the other end. */
const before: Readonly<Partial<Record<Link['does'], 'to' | 'from'>>> = {
  requires: 'to',
  follows: 'to',
  replaces: 'to',
  gates: 'from',
};

/** Programmes that wait for each other in a ring, each ring told once, at the file its links begin in. */
export function checkLinks(files: readonly FileOfProgramme[]): Problem[] {
  const home = new Map(files.map((one) => [one.programme.programme, one]));
  const waits = new Map<string, Set<string>>();
  for (const { programme } of files) {
    for (const { to, does } of programme.links ?? []) {
      const way = before[does];
      if (way === undefined || !home.has(to)) continue;
      const [later, earlier] = way === 'to' ? [programme.programme, to] : [to, programme.programme];
      waits.set(later, (waits.get(later) ?? new Set()).add(earlier));
    }
  }
  const problems: Problem[] = [];
  const done = new Set<string>();
  for (const start of home.keys()) follow(start, []);
  return problems;

  /** Depth first with the trail in hand; a programme that led to no ring is not tried again. */
  function follow(id: string, trail: readonly string[]): void {
    const at = trail.indexOf(id);
    if (at >= 0) {
      tell([...trail.slice(at), id]);
      return;
    }
    if (done.has(id)) return;
    for (const next of waits.get(id) ?? []) follow(next, [...trail, id]);
    done.add(id);
  }

  function tell(ring: readonly string[]): void {
    const found = home.get(ring[0] ?? '');
    if (!found) return;
    const shown = ring.join(' → ');
    const message: Names = {
      'zh-CN': `方案互相以对方为前提：${shown}。`,
      en: `The programmes wait for each other: ${shown}.`,
    };
    problems.push(
      problemMaker(found.file, () => ({ line: 0, column: 0 }), 'warning')(
        'links-in-a-ring',
        'links',
        message,
      ),
    );
  }
}
