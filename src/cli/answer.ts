/** How commands answer: lines on the output, and an expected "no" without a stack. */
export const out = (text: string): unknown => process.stdout.write(`${text}\n`);

/** An expected "no": printed as it is, with an exit code, 1 unless said. */
export class Refusal extends Error {
  readonly code: number;
  constructor(message: string, code = 1) {
    super(message);
    this.code = code;
  }
}
