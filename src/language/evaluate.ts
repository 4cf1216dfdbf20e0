import type { CivilDate } from '../shared/civil-date.ts';
import type { Dossier } from './dossier.ts';
import { type Clause, type Compiled, clauseOf, keyOf, type Run } from './evaluate/clause.ts';
import { normalise } from './evaluate/compare.ts';
import { type Needs, needsOf } from './evaluate/needs.ts';
import { compileAttribute, compileHolds, compileKnown, compilePerson } from './evaluate/person.ts';
import { compileRecords } from './evaluate/records.ts';
import type { EvaluationContext, Finding, Findings } from './finding.ts';
import type { Condition, RuleOf } from './grammar/condition.ts';
import { atLeast, count, type Effect, emptyTally, negate, type Outcome } from './outcome.ts';
import type { Programme } from './programme.ts';
import type { Vocabulary } from './vocabulary.ts';

/**
 * Compiles a programme once; evaluates it over any number of people. Pure: the day, the decisions and the
 * facts are arguments. Nothing here throws on data.
 */
export interface CompiledProgramme {
  /** The verdict with its whole tree of findings. */
  evaluate(dossier: Dossier, context: EvaluationContext): Findings;
  /** The verdict alone: the same outcome, for batches. */
  outcome(dossier: Dossier, context: EvaluationContext): Outcome;
  /** How one duty stands in one period, both days included; null when the duty asks nothing countable. */
  duty(
    id: string,
    dossier: Dossier,
    period: { from: CivilDate; to: CivilDate },
    asOf?: CivilDate,
  ): Finding | null;
  /** What the eligibility conditions read, so that callers fetch no more. */
  readonly needs: Needs;
}

export function compile(programme: Programme, vocabulary: Vocabulary): CompiledProgramme {
  const workshop = new Workshop(programme, vocabulary);
  const root = workshop.clause(programme.eligibility);
  const duties = new Map(
    (programme.duties ?? []).flatMap(({ id, require }) =>
      require ? [[id, workshop.clause(require)] as const] : [],
    ),
  );
  const needs = needsOf(programme.eligibility, programme, vocabulary);
  const evaluate = (dossier: Dossier, context: EvaluationContext): Findings => {
    const finding = root.find(dossier, { ...context, spent: new Set() });
    return { asOf: context.asOf, outcome: verdict(finding.effect), root: finding };
  };
  return {
    evaluate,
    outcome: (dossier, context) =>
      needs.consumes
        ? evaluate(dossier, context).outcome
        : verdict(root.effect(dossier, { ...context, spent: undefined })),
    duty: (id, dossier, period, asOf = period.to) =>
      duties.get(id)?.find(dossier, { asOf, period, spent: new Set() }) ?? null,
    needs,
  };
}

/** A clause without a say excludes nobody. */
const verdict = (effect: Effect): Outcome => (effect === 'none' ? 'met' : effect);

/** Compiles nodes; a named definition is compiled once however often it is used. */
class Workshop {
  private readonly programme: Programme;
  private readonly vocabulary: Vocabulary;
  private readonly definitions = new Map<string, Clause>();

  constructor(programme: Programme, vocabulary: Vocabulary) {
    this.programme = programme;
    this.vocabulary = vocabulary;
  }

  clause(node: Condition): Clause {
    return clauseOf(node, this.operator(node));
  }

  private operator(node: Condition): Compiled {
    const { rule } = node;
    switch (rule.op) {
      case 'all':
        return this.group(rule.arg);
      case 'any':
        return this.group(rule.arg, 1);
      case 'atLeast':
        return this.group(rule.arg.of, rule.arg.k);
      case 'not':
        return this.not(rule.arg);
      case 'person':
        return compilePerson(rule.arg, this.vocabulary);
      case 'known':
        return compileKnown(rule.arg, this.vocabulary);
      case 'count':
      case 'sum':
      case 'max':
        return compileRecords(rule.op, rule.arg, this.vocabulary);
      case 'holds':
        return compileHolds(rule.arg, this.vocabulary);
      case 'case':
        return this.case(rule.arg);
      case 'use':
        return this.use(rule.arg);
      case 'decide': {
        const key = keyOf(node);
        const undecided = rule.arg.presume ?? 'needs-decision';
        const outcome = (run: Run): Outcome => run.decisions?.[key] ?? undecided;
        return { outcome: (_, run) => outcome(run), find: (_, run) => ({ outcome: outcome(run) }) };
      }
    }
  }

  /** At least k of the clauses that have a say; every one of them when k is not given. */
  private group(nodes: readonly Condition[], k?: number): Compiled {
    const clauses = nodes.map((node) => this.clause(node));
    return {
      outcome(dossier, run) {
        const tally = emptyTally();
        for (const clause of clauses) {
          const effect = clause.effect(dossier, run);
          if (k === undefined && effect === 'unmet') return 'unmet';
          if (k === 1 && effect === 'met') return 'met';
          count(tally, effect);
        }
        return tally.active === 0 ? 'met' : atLeast(k ?? tally.active, tally);
      },
      find(dossier, run) {
        const tally = emptyTally();
        const children = clauses.map((clause) => clause.find(dossier, run));
        for (const child of children) count(tally, child.effect);
        return {
          outcome: tally.active === 0 ? 'met' : atLeast(k ?? tally.active, tally),
          ...(k === undefined ? {} : { value: tally.met, threshold: { atLeast: k } }),
          children,
        };
      },
    };
  }

  private not(node: Condition): Compiled {
    const inner = this.clause(node);
    const flip = (effect: Effect): Outcome => (effect === 'none' ? 'met' : negate(effect));
    return {
      outcome: (dossier, run) => flip(inner.effect(dossier, run)),
      find: (dossier, run) => {
        const child = inner.find(dossier, run);
        // "Met" below "must not" reads backwards: a plain clause shows its figures as those of the negation.
        if (child.children.length > 0) return { outcome: flip(child.effect), children: [child] };
        const { value, since, threshold, counted, notCounted } = child;
        return {
          outcome: flip(child.effect),
          value,
          counted,
          notCounted,
          ...(since === undefined ? {} : { since }),
          ...(threshold === null ? {} : { threshold }),
        };
      },
    };
  }

  private case({ by, when, else: otherwise }: RuleOf<'case'>): Compiled {
    const branches = when.map(({ is, require }) => ({
      applies: compileAttribute(by, normalise(is), this.vocabulary),
      clause: this.clause(require),
    }));
    const fallback = otherwise ? this.clause(otherwise) : undefined;
    /** undefined when the attribute is not documented. */
    const choose = (dossier: Dossier, run: Run): Clause | undefined => {
      for (const { applies, clause } of branches) {
        const holds = applies.holds(dossier, run);
        if (holds === undefined) return undefined;
        if (holds) return clause;
      }
      return fallback;
    };
    return {
      outcome: (dossier, run) => {
        const chosen = choose(dossier, run);
        return chosen ? verdict(chosen.effect(dossier, run)) : 'missing';
      },
      find: (dossier, run) => {
        const child = choose(dossier, run)?.find(dossier, run);
        const value = branches[0]?.applies.value(dossier, run).value ?? null;
        return child
          ? { outcome: verdict(child.effect), value, children: [child] }
          : { outcome: 'missing', value };
      },
    };
  }

  private use(name: string): Compiled {
    const inner = this.definition(name);
    return {
      outcome: (dossier, run) => verdict(inner.effect(dossier, run)),
      find: (dossier, run) => {
        const child = inner.find(dossier, run);
        return { outcome: verdict(child.effect), children: [child] };
      },
    };
  }

  private definition(name: string): Clause {
    const made = this.definitions.get(name);
    if (made) return made;
    const node = this.programme.definitions?.[name];
    if (!node) throw new Error(`definition ${name} passed the loader but is not there`);
    const clause = this.clause(node);
    this.definitions.set(name, clause);
    return clause;
  }
}
