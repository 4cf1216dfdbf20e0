/**
 * A request is begun while it is still being asked whether its session holds: mostly it does, as it did a moment ago.
 * Until that is known nothing is written and nothing is answered; whoever turns out to be somebody else, or to hold
 * another role by now, is answered anew.
 */
export class Doubt {
  #over = false;

  get over(): boolean {
    return this.#over;
  }

  end(): void {
    this.#over = true;
  }

  /** Before anything that cannot be taken back. */
  mustBeOver(): void {
    if (!this.#over) throw new TooSoon();
  }

  /** Of a statement: whatever is not plainly a question is no question. */
  mayAsk(statement: unknown): void {
    if (this.#over) return;
    if (typeof statement !== 'string' || !READS.test(statement) || WRITES.test(statement))
      throw new TooSoon();
  }
}

/** Something was to be done before it was known for whom; it is done again once that is known. */
export class TooSoon extends Error {
  override readonly name = 'TooSoon';

  constructor() {
    super('Something is to be done for somebody who is not known yet');
  }
}

const READS = /^\s*(?:select|with)\b/i;
const WRITES =
  /\b(?:insert|update|delete|merge|append_audit|nextval|setval|pg_notify|set_config|lock)\b|\bfor\s+(?:no\s+key\s+)?(?:update|(?:key\s+)?share)\b|_lock\(/i;
