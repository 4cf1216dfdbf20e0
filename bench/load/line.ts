import { connect } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly retryAfter: number;
  readonly revision: number;
}

/**
 * One person's connection. Answers are counted, not read: `node:http` would take a seventh of the cores it shares with
 * what it measures.
 */
export class Line {
  readonly #socket: ReturnType<typeof connect>;
  #wait: PromiseWithResolvers<Answer> | null = null;
  #head = '';
  #left: number | null = null;
  #answer: Answer = { status: 0, retryAfter: 0, revision: 0 };
  open = true;

  constructor(address: string) {
    const { hostname, port } = new URL(address);
    this.#socket = connect(Number(port), hostname);
    this.#socket.setNoDelay(true);
    this.#socket.on('data', (chunk) => this.#take(chunk));
    const lost = (error?: Error) => {
      this.open = false;
      this.#wait?.reject(error ?? new Error('closed'));
      this.#wait = null;
    };
    this.#socket.on('error', lost);
    this.#socket.on('close', () => lost());
  }

  ask(text: string): Promise<Answer> {
    this.#wait = Promise.withResolvers();
    this.#socket.write(text);
    return this.#wait.promise;
  }

  end(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    let length = chunk.length;
    if (this.#left === null) {
      const before = this.#head.length;
      this.#head += chunk.toString('latin1');
      const end = this.#head.indexOf('\r\n\r\n');
      if (end < 0) return;
      const head = this.#head.slice(0, end + 2);
      const status = Number(head.slice(9, 12));
      const number = (pattern: RegExp) => Number(pattern.exec(head)?.[1] ?? 0);
      this.#answer = {
        status,
        retryAfter: number(/\r\nretry-after: (\d+)/i),
        revision: number(/\r\nx-revision: (\d+)/i),
      };
      const size = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
      length -= end + 4 - before;
      if (size === undefined && status !== 204 && status !== 304) {
        // In pieces: the last one is empty.
        if (!this.#head.endsWith('\r\n0\r\n\r\n')) return;
        this.#left = length;
      } else {
        this.#left = Number(size ?? 0);
      }
      this.#head = '';
    }
    this.#left -= length;
    if (this.#left > 0) return;
    this.#left = null;
    this.#wait?.resolve(this.#answer);
    this.#wait = null;
  }
}
