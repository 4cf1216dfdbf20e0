/*
 * When more ask than can be answered, they wait in line, and who would wait too long is told so at once: a page that
 * comes back by itself costs a hundredth of the one that was asked for. Work that was begun is never dropped.
 */

export interface GateOptions {
  /** How many are answered at once. */
  readonly atOnce: number;
  /** Whoever would wait longer is sent away for the time being, in milliseconds; who brings something, later. */
  readonly longest: number;
  readonly longestUrgent: number;
  /** After so long a request no longer counts as one being answered: a large export must not hold up the line. */
  readonly slow: number;
  readonly now: () => number;
}

export const GATE: Omit<GateOptions, 'atOnce'> = {
  longest: 8000,
  longestUrgent: 20_000,
  slow: 5000,
  now: () => performance.now(),
};

export type Leave = () => void;
export interface SentAway {
  /** How many are in line before them, and after how long to come again. */
  readonly before: number;
  readonly seconds: number;
}

export interface Gate {
  /** Comes in now or after a while; `gone` says whether they have left meanwhile. */
  enter(urgent: boolean, gone: () => boolean): Promise<Leave | SentAway>;
  readonly inside: () => number;
  readonly waiting: () => number;
}

export const isSentAway = (answer: Leave | SentAway): answer is SentAway => typeof answer !== 'function';

interface Waiter {
  readonly gone: () => boolean;
  readonly admit: (leave: Leave) => void;
}

export function openGate({ atOnce, longest, longestUrgent, slow, now }: GateOptions): Gate {
  const urgentLine: Waiter[] = [];
  const line: Waiter[] = [];
  let inside = 0;
  /** How long an answer takes, lately. */
  let each = 20;

  function begin(): Leave {
    inside += 1;
    const began = now();
    let counted = true;
    const leave = () => {
      if (!counted) return;
      counted = false;
      clearTimeout(timer);
      each += (Math.min(now() - began, slow) - each) / 50;
      inside -= 1;
      next();
    };
    const timer = setTimeout(leave, slow);
    timer.unref?.();
    return leave;
  }

  function next(): void {
    while (inside < atOnce) {
      const waiter = urgentLine.shift() ?? line.shift();
      if (waiter === undefined) return;
      // Who has closed the page wants no answer.
      if (!waiter.gone()) waiter.admit(begin());
    }
  }

  return {
    async enter(urgent, gone) {
      if (inside < atOnce) return begin();
      const before = urgentLine.length + (urgent ? 0 : line.length);
      const wait = ((before + 1) * each) / atOnce;
      if (wait > (urgent ? longestUrgent : longest)) {
        // Not all at the same moment.
        const seconds = Math.min(60, Math.ceil(wait / 1000) + Math.floor(Math.random() * 10));
        return { before: urgentLine.length + line.length, seconds };
      }
      return await new Promise<Leave>((admit) => (urgent ? urgentLine : line).push({ gone, admit }));
    },
    inside: () => inside,
    waiting: () => urgentLine.length + line.length,
  };
}
