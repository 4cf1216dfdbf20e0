import type { CivilDate } from '../shared/civil-date.ts';
import type { Dossier } from './dossier.ts';
import { type AmountShop, type CompiledAmount, compileAmount } from './evaluate/amount.ts';
import { type Clause, type Compiled, clauseOf, keyOf, type Run } from './evaluate/clause.ts';
import { normalise } from './evaluate/compare.ts';
import { compileComparison } from './evaluate/comparison.ts';
import { perValues, setLocally } from './evaluate/given.ts';
import { compileGrants, type Granting } from './evaluate/grants.ts';
import { compileMemberTest } from './evaluate/members.ts';
import { type Needs, needsOfAll } from './evaluate/needs.ts';
import { compileAttribute, compileHolds, compileKnown, compilePerson } from './evaluate/person.ts';
import { compileRecords } from './evaluate/records.ts';
import { compileRun } from './evaluate/row.ts';
import type { EvaluationContext, Finding, Findings } from './finding.ts';
import { settle } from './given.ts';
import type { Amount } from './grammar/amount.ts';
import type { Condition, RuleOf } from './grammar/condition.ts';
import { atLeast, count, type Effect, emptyTally, negate, type Outcome } from './outcome.ts';
import type { Reckoning } from './periods.ts';
import { type AskedOfMany, compileAsked } from './population/asked.ts';
import { runOf } from './population/participant.ts';
import { type PopulationReports, populationReports } from './population/population.ts';
import { type Programme, reckoningOf } from './programme.ts';
import type { Vocabulary } from './vocabulary.ts';
import { parametersOf } from './walk.ts';
import { compileWork, type Work } from './work/work.ts';

/**
 * Compiles a programme once; evaluates it over any number of people. Pure: the day, the decisions and the
 * facts are arguments. Nothing here throws on data.
 */
export interface CompiledProgramme extends PopulationReports, Work {
  /** The verdict with its whole tree of findings. */
  evaluate(dossier: Dossier, context: EvaluationContext): Findings;
  /** The verdict alone: the same outcome, for batches. */
  outcome(dossier: Dossier, context: EvaluationContext): Outcome;
  /** What each clause of the outermost "all of these" contributes, in order; of another condition, itself alone. */
  effects(dossier: Dossier, context: EvaluationContext): readonly Effect[];
  /** How one duty stands in one period, both days included; null when the duty asks nothing countable. */
  duty(
    id: string,
    dossier: Dossier,
    period: { from: CivilDate; to: CivilDate },
    asOf?: CivilDate,
  ): Finding | null;
  /** A named measure of the programme; null when it has none of that name. */
  measure(id: string): CompiledAmount | null;
  /** The title somebody is granted when chosen. */
  readonly granting: Granting;
  /** What the conditions on applying and on the title granted read, so that callers fetch no more. */
  readonly needs: Needs;
  /** What they ask of many: reckoned beforehand, and put into the context of each person. */
  readonly asked: AskedOfMany;
}

/** Numbers set locally, by the parameter's id, as decimal text. */
export type Parameters = Readonly<Record<string, string>>;

export function compile(
  file: Programme,
  vocabulary: Vocabulary,
  parameters: Parameters = {},
): CompiledProgramme {
  const programme = { ...file, ...settle(file, file.given, parameters) };
  const workshop = new Workshop(programme, vocabulary, parameters);
  const root = workshop.clause(programme.eligibility);
  const duties = new Map(
    (programme.duties ?? []).flatMap(({ id, require }) =>
      require ? [[id, workshop.clause(require)] as const] : [],
    ),
  );
  const titled = (programme.grants ?? []).flatMap(({ when }) => when ?? []);
  const needs = needsOfAll([programme.eligibility, ...titled], programme, vocabulary);
  const evaluate = (dossier: Dossier, context: EvaluationContext): Findings => {
    const spent = new Set<string>();
    const finding = root.find(dossier, { ...context, spent });
    return { asOf: context.asOf, outcome: verdict(finding.effect), root: finding, spent: [...spent] };
  };
  /** Many people are asked in one context: what is made of it is made once. */
  let asked: EvaluationContext | undefined;
  let run: Run = { asOf: '', spent: undefined };
  const bare = (context: EvaluationContext): Run => {
    if (context !== asked) {
      asked = context;
      run = { ...context, spent: undefined };
    }
    return run;
  };
  const outcome = (dossier: Dossier, context: EvaluationContext): Outcome =>
    needs.consumes ? evaluate(dossier, context).outcome : verdict(root.effect(dossier, bare(context)));
  let outermost: readonly Clause[] | null = null;
  const effects = (dossier: Dossier, context: EvaluationContext): readonly Effect[] => {
    const { rule } = programme.eligibility;
    if (needs.consumes) {
      const found = evaluate(dossier, context).root;
      return (rule.op === 'all' ? found.children : [found]).map(({ effect }) => effect);
    }
    outermost ??= rule.op === 'all' ? rule.arg.map((one) => workshop.clause(one)) : [root];
    return outermost.map((clause) => clause.effect(dossier, bare(context)));
  };
  return {
    evaluate,
    outcome,
    effects,
    duty: (id, dossier, period, asOf = period.to) =>
      duties.get(id)?.find(dossier, { asOf, period, spent: new Set() }) ?? null,
    measure: (id) => (programme.measures?.[id] ? workshop.measure(id) : null),
    granting: compileGrants(programme, (node) => workshop.clause(node)),
    needs,
    asked: compileAsked([programme.eligibility, ...titled], workshop),
    ...populationReports(workshop, (one, context) => outcome(one.dossier, runOf(one, context))),
    ...compileWork(workshop),
  };
}

/** A clause without a say excludes nobody. */
const verdict = (effect: Effect): Outcome => (effect === 'none' ? 'met' : effect);

/** Compiles nodes; a named definition is compiled once however often it is used. */
export class Workshop implements AmountShop {
  readonly programme: Programme;
  readonly vocabulary: Vocabulary;
  readonly reckoning: Reckoning;
  readonly parameters: Parameters;
  private readonly definitions = new Map<string, Clause>();
  private readonly measures = new Map<string, CompiledAmount>();

  constructor(programme: Programme, vocabulary: Vocabulary, parameters: Parameters) {
    this.programme = programme;
    this.vocabulary = vocabulary;
    this.reckoning = reckoningOf(programme);
    this.parameters = parameters;
  }

  amount(node: Amount): CompiledAmount {
    return compileAmount(node, this);
  }

  measure(name: string): CompiledAmount {
    const made = this.measures.get(name);
    if (made) return made;
    const node = this.programme.measures?.[name];
    if (!node) throw new Error(`measure ${name} passed the loader but is not there`);
    const measure = this.amount(node);
    this.measures.set(name, measure);
    return measure;
  }

  clause(node: Condition): Clause {
    return clauseOf(node, node.given === undefined ? this.operator(node) : this.given(node));
  }

  /** A condition with numbers that parameters give, by those of whoever is asked. */
  private given(node: Condition): Compiled {
    const compiledFor = perValues(node, this, (one) => this.operator(one));
    // How many a body may find met says nothing of the person, and is the body's own number, wherever that stands.
    const parameters = node.rule.op === 'decide' ? [] : [...new Set(parametersOf(node))];
    return {
      outcome: (dossier, run) => compiledFor(run).outcome(dossier, run),
      find: (dossier, run) => {
        const detail = compiledFor(run).find(dossier, run);
        const { local = [] } = setLocally(parameters, run, this);
        const all = [...local, ...(detail.local ?? [])];
        return all.length === 0 ? detail : { ...detail, local: all };
      },
    };
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
        return compileRecords(rule.op, rule.arg, this);
      case 'holds':
        return compileHolds(rule.arg, this);
      case 'run':
        return compileRun(rule.arg, this);
      case 'amount':
        return compileComparison(rule.arg, this);
      case 'members':
        return compileMemberTest(rule.arg, this);
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
        const { value, since, threshold, against, of, counted, notCounted, empty, amounts, local } = child;
        return {
          outcome: flip(child.effect),
          value,
          counted,
          notCounted,
          ...(since === undefined ? {} : { since }),
          ...(threshold === null ? {} : { threshold }),
          ...(against === undefined ? {} : { against }),
          ...(of === undefined ? {} : { of }),
          ...(empty === undefined ? {} : { empty }),
          ...(amounts === undefined ? {} : { amounts }),
          ...(local === undefined ? {} : { local }),
        };
      },
    };
  }

  private case({ by, when, else: otherwise }: RuleOf<'case'>): Compiled {
    const branches = when.map(({ is, if: test, require }) => ({
      applies:
        by === undefined || is === undefined
          ? undefined
          : compileAttribute(by, normalise(is), this.vocabulary),
      test: test && this.clause(test),
      clause: this.clause(require),
    }));
    const fallback = otherwise ? this.clause(otherwise) : undefined;
    /** The clause that applies; an outcome where that is not known yet. */
    const choose = (dossier: Dossier, run: Run): Clause | Outcome => {
      for (const { applies, test, clause } of branches) {
        const holds = applies?.holds(dossier, run);
        if (applies && holds === undefined) return 'missing';
        const effect = test?.effect(dossier, run) ?? 'met';
        if (effect === 'missing' || effect === 'needs-decision') return effect;
        if (holds !== false && effect !== 'unmet') return clause;
      }
      // Every value an attribute may have is named (the loader sees to it): another is not one of them. Where
      // cases are conditions and nothing is said for the others, nothing is asked of them.
      return fallback ?? (by === undefined ? 'met' : 'missing');
    };
    return {
      outcome: (dossier, run) => {
        const chosen = choose(dossier, run);
        return typeof chosen === 'string' ? chosen : verdict(chosen.effect(dossier, run));
      },
      find: (dossier, run) => {
        const chosen = choose(dossier, run);
        const value = branches[0]?.applies?.value(dossier, run).value ?? null;
        if (typeof chosen === 'string') return { outcome: chosen, value };
        const child = chosen.find(dossier, run);
        return { outcome: verdict(child.effect), value, children: [child] };
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
