/** What is known for each key, kept for those asked for last. */
export class Latest<T> {
  readonly #most: number;
  readonly #kept = new Map<string, T>();

  constructor(most: number) {
    this.#most = most;
  }

  has(key: string): boolean {
    return this.#kept.has(key);
  }

  /** What is kept for the key, else what is made for it now. */
  get(key: string, make: () => T): T {
    return this.keep(key, this.#kept.has(key) ? (this.#kept.get(key) as T) : make());
  }

  /** What is kept for the key, whose turn to be forgotten this does not put off. */
  kept(key: string): T | undefined {
    return this.#kept.get(key);
  }

  keep(key: string, value: T): T {
    this.#kept.delete(key);
    this.#kept.set(key, value);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= this.#most) break;
      this.#kept.delete(oldest);
    }
    return value;
  }

  forget(key: string): void {
    this.#kept.delete(key);
  }
}
