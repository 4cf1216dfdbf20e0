/** Something that belongs to each of some objects, as to an authority: made when it is first asked for, gone with its object. */
export class OfEach<T> {
  readonly #make: () => T;
  readonly #made = new WeakMap<object, T>();

  constructor(make: () => T) {
    this.#make = make;
  }

  of(owner: object): T {
    const made = this.#made.get(owner) ?? this.#make();
    this.#made.set(owner, made);
    return made;
  }

  /** Whoever asks next gets another. */
  forget(owner: object): void {
    this.#made.delete(owner);
  }
}
