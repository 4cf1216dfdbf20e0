/** How commands answer: lines on the output, and an expected "no" without a stack. */
export const out = (text: string): unknown => process.stdout.write(`${text}\n`);

/** An expected "no": printed as it is, exit code 1. */
export class Refusal extends Error {}
