import type { Programme } from '../../src/language/programme.ts';

/** A rule of a policy in plain words, as the collection of real policies lists it. */
export interface PolicyRule {
  readonly n: number;
  readonly text: string;
  readonly constructs: readonly string[];
}
export interface Policy {
  readonly id: string;
  readonly rules: readonly PolicyRule[];
  readonly checks: readonly unknown[];
}

/** Sections whose items bind people but not the machine: to state a rule there is not to encode it. */
const STATEMENTS = new Set(['principles', 'pass', 'rules', 'organisation', 'document']);

/** What a programme cites where the machine acts on it. */
export function encodedBy(programme: Programme): Set<string> {
  const cited = new Set<string>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (typeof value === 'object' && value !== null) {
      for (const [key, child] of Object.entries(value)) {
        if (key === 'cite') for (const one of child as readonly string[]) cited.add(one);
        else if (!STATEMENTS.has(key)) visit(child);
      }
    }
  };
  visit(programme);
  return cited;
}

export interface Coverage {
  readonly clauses: number;
  readonly encoded: number;
}

/** Clauses encoded of all, and by family of the constructs they need (the letter of their code). */
export function coverageOf(policies: readonly Policy[], encoded: ReadonlySet<string>) {
  const families = new Map<string, { clauses: number; encoded: number }>();
  const missing: string[] = [];
  let all = 0;
  for (const { id, rules } of policies) {
    for (const { n, constructs } of rules) {
      const clause = `${id}.${n}`;
      const isEncoded = encoded.has(clause);
      all += 1;
      if (!isEncoded) missing.push(clause);
      for (const family of new Set(constructs.map((code) => code.charAt(0)))) {
        const counted = families.get(family) ?? { clauses: 0, encoded: 0 };
        families.set(family, counted);
        counted.clauses += 1;
        if (isEncoded) counted.encoded += 1;
      }
    }
  }
  const whole: Coverage = { clauses: all, encoded: all - missing.length };
  return { whole, families: families as ReadonlyMap<string, Coverage>, missing };
}

export const percent = ({ clauses, encoded }: Coverage): number =>
  Math.round((encoded / clauses) * 1000) / 10;
