import type { Services } from './services.ts';

/**
 * A request is begun while it is still being asked whether its session holds: mostly it does, as it did a moment ago.
 * Until that is known nothing is written and nothing is answered; for whoever turns out to be somebody else, or to hold
 * another role by now, everything is done anew (docs/decisions/026).
 */
export class Doubt {
  #over = false;
  #refused = false;

  /** Something was to be done too soon. Whatever came of the rest is not to be given, even if somebody caught that. */
  get refused(): boolean {
    return this.#refused;
  }

  get over(): boolean {
    return this.#over;
  }

  /** It is known for whom. */
  end(): void {
    this.#over = true;
  }

  /** Before anything that cannot be taken back. */
  mustBeOver(): void {
    if (this.#over && !this.#refused) return;
    this.#refused = true;
    throw new TooSoon();
  }

  /** Of a statement: whatever is not plainly a question is no question. */
  mayAsk(statement: unknown): void {
    if (!isQuestion(statement) || this.#refused) this.mustBeOver();
  }
}

/** Something was to be done before it was known for whom; it is done again once that is known. */
export class TooSoon extends Error {
  override readonly name = 'TooSoon';

  constructor() {
    super('Something is to be done for somebody who is not known yet');
  }
}

/** Of the outside world what a request in doubt may use: what leaves a trace there waits until it is known for whom. */
export function inDoubt(services: Services, doubt: Doubt): Services {
  const { works, jobs, files, reads } = services;
  const sure = <T>(act: () => T): T => {
    doubt.mustBeOver();
    return act();
  };
  return {
    ...services,
    works: { open: (work) => sure(() => works.open(work)) },
    jobs: {
      ask: async (kind, id) => sure(() => jobs.ask(kind, id)),
      runNow: async (schedule) => sure(() => jobs.runNow(schedule)),
    },
    files: {
      put: async (bytes) => sure(() => files.put(bytes)),
      remove: async (name) => sure(() => files.remove(name)),
      get: (sha256) => files.get(sha256),
      size: (sha256) => files.size(sha256),
      list: () => files.list(),
    },
    reads: { note: (read) => sure(() => reads.note(read)), flush: () => reads.flush() },
  };
}

const isQuestion = (statement: unknown): boolean =>
  typeof statement === 'string' && READS.test(statement) && !WRITES.test(statement);

const READS = /^\s*(?:select|with)\b/i;
/** `append_audit` is the one function of ours that writes and is called in a question (tests/access/doubt.test.ts). */
const WRITES = new RegExp(
  [
    /;\s*\S/,
    /\b(?:insert|update|delete|merge|truncate|into|append_audit|nextval|setval|pg_notify|set_config)\b/,
    /\bfor\s+(?:no\s+key\s+update|(?:key\s+)?share)\b/,
    /\b(?:pg_\w*_?lock\w*|lo_\w+|pg_terminate_backend|pg_cancel_backend)\s*\(/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'i',
);
