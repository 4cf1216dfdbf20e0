/** What was made for each key, kept for those asked for last. */
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
    const kept = this.#kept.has(key);
    const value = kept ? (this.#kept.get(key) as T) : make();
    this.#kept.delete(key);
    this.#kept.set(key, value);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= this.#most) break;
      this.#kept.delete(oldest);
    }
    return value;
  }
}
