/** What is being done, how much of the whole is done (0 to 1), and how long the rest may take in seconds. */
export interface Progress {
  readonly step: string;
  readonly done: number;
  readonly secondsLeft: number | null;
}
export type Tell = (progress: Progress) => void;

/**
 * Steps with their weights, about what each takes of the whole. The rest is reckoned from how long the done part
 * took; nothing is said of it in the first hundredth.
 */
export class Steps {
  readonly #tell: Tell;
  readonly #weights: ReadonlyMap<string, number>;
  readonly #total: number;
  readonly #began = performance.now();
  #before = 0;
  #step = '';

  constructor(weights: Readonly<Record<string, number>>, tell: Tell) {
    this.#weights = new Map(Object.entries(weights));
    this.#total = Object.values(weights).reduce((sum, one) => sum + one, 0);
    this.#tell = tell;
  }

  begin(step: string): void {
    this.#before += this.#weights.get(this.#step) ?? 0;
    this.#step = step;
    this.at(0);
  }

  /** `share` of the step that is under way, 0 to 1. */
  at(share: number): void {
    const weight = this.#weights.get(this.#step) ?? 0;
    const done = Math.min(1, (this.#before + weight * Math.min(1, share)) / this.#total);
    const seconds = (performance.now() - this.#began) / 1000;
    this.#tell({
      step: this.#step,
      done,
      secondsLeft: done < 0.01 ? null : Math.round((seconds / done) * (1 - done)),
    });
  }
}
