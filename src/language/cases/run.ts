import { compare, exactNumber, formatExact, parseExact } from '../../shared/decimal.ts';
import type { CompiledProgramme, Parameters } from '../evaluate.ts';
import type { EvaluationContext, Finding } from '../finding.ts';
import type { Literal } from '../grammar/shape.ts';
import type { Problem } from '../problem.ts';
import { dossierOf } from './facts.ts';
import type { Case } from './shape.ts';

/** One expectation of a case beside what the programme says. */
export interface Answer {
  /** `eligible`, `clauses.papers`, `composite.total` … */
  readonly what: string;
  readonly expected: string;
  readonly found: string;
  readonly agrees: boolean;
}

export interface Asked {
  readonly compiled: CompiledProgramme;
  readonly warnings: readonly Problem[];
}

/** Asks the programme everything a case expects of it. */
export function runCase(one: Case, { compiled, warnings }: Asked): Answer[] {
  const answers: Answer[] = [];
  const say = (what: string, expected: Literal, found: string) =>
    answers.push({ what, expected: String(expected), found, agrees: sameText(expected, found) });
  const dossier = dossierOf(one, one.id);
  const context = contextOf(one);
  const { expect } = one;

  const findings = compiled.evaluate(dossier, context);
  if (expect.eligible) say('eligible', expect.eligible, findings.outcome);
  for (const [id, outcome] of Object.entries(expect.clauses ?? {})) {
    say(`clauses.${id}`, outcome, findingById(findings.root, id)?.outcome ?? 'no such clause');
  }
  for (const [id, number] of Object.entries(expect.counted ?? {})) {
    const found = findingById(findings.root, id);
    say(`counted.${id}`, number, found ? String(found.counted.length) : 'no such clause');
  }
  for (const [id, value] of Object.entries(expect.measures ?? {})) {
    const measure = compiled.measure(id);
    const found = measure?.value(dossier, { ...context, spent: new Set() });
    say(`measures.${id}`, value, measure ? (found ? formatExact(found) : 'missing') : 'no such measure');
  }
  for (const code of expect.warnings ?? []) {
    say(`warnings`, code, warnings.find((warning) => warning.code === code)?.code ?? 'no such warning');
  }
  return answers;
}

export function contextOf({ asOf, context = {} }: Case): EvaluationContext {
  const { parameters: _, ...given } = context;
  return { asOf, ...given };
}

/** The parameters a case sets, as the compiler takes them. */
export const parametersOf = ({ context }: Case): Parameters =>
  Object.fromEntries(Object.entries(context?.parameters ?? {}).map(([id, value]) => [id, String(value)]));

/** Numbers are compared as numbers: 85.10 is 85.1. */
function sameText(expected: Literal, found: string): boolean {
  const [a, b] = [
    typeof expected === 'number' ? exactNumber(expected) : parseExact(String(expected)),
    parseExact(found),
  ];
  return a && b ? compare(a, b) === 0 : String(expected) === found;
}

function findingById(finding: Finding, id: string): Finding | undefined {
  if (finding.id === id) return finding;
  for (const child of finding.children) {
    const found = findingById(child, id);
    if (found) return found;
  }
  return undefined;
}
