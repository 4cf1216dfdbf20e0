import { daysBetween } from '../../shared/civil-date.ts';
import {
  add,
  compare,
  divide,
  type Exact,
  exactNumber,
  formatExact,
  greatest,
  least,
  multiply,
  parseExact,
  ratio,
  round,
  subtract,
  sumOf,
  whole,
} from '../../shared/decimal.ts';
import type { Dossier, RecordFact } from '../dossier.ts';
import {
  type Among,
  type AmountFinding,
  type EmptyPeriod,
  type Finding,
  isFew,
  type NotCounted,
} from '../finding.ts';
import type { Amount, TermOf } from '../grammar/amount.ts';
import type { Condition } from '../grammar/condition.ts';
import type { Outcome } from '../outcome.ts';
import type { Programme } from '../programme.ts';
import { type Clause, type Run, runOfMembers } from './clause.ts';
import { compileElapsed, compileMarks, compileValue } from './facts.ts';
import { perValues, valueFor } from './given.ts';
import { compileLookup } from './lookup.ts';
import { recordValue } from './record-value.ts';
import { compileRow } from './row.ts';
import { compileFilters, compileSelector, notConfirmed, type Words } from './select.ts';
import { compileWorth, type WorthLine } from './worth.ts';

/**
 * Amounts, compiled. A value that hangs on something nobody has documented is undefined, and so is everything
 * reckoned from it, until `otherwise` says what to take instead.
 */
export interface CompiledAmount {
  readonly node: Amount;
  /** `record` is the record at hand, within `each`. */
  value(dossier: Dossier, run: Run, record?: RecordFact): Exact | undefined;
  /** `known` is what `value` said of the same, where the caller has asked already. */
  trace(dossier: Dossier, run: Run, record?: RecordFact, known?: Exact): AmountFinding;
}

/** What an operator comes to, and what its reckoning rests on. */
interface Reckoning {
  readonly value: CompiledAmount['value'];
  readonly parts?: readonly CompiledAmount[];
  readonly clauses?: readonly Clause[];
  readonly lines?: (
    dossier: Dossier,
    run: Run,
  ) => {
    readonly notCounted: readonly NotCounted[];
    readonly records: readonly WorthLine[];
    readonly capped?: NonNullable<AmountFinding['capped']>;
    readonly empty?: readonly EmptyPeriod[];
  };
  /** For a number reckoned over many. */
  readonly among?: (run: Run) => Among | undefined;
}

/** What amounts need of the workshop that compiles them. */
export interface AmountShop extends Words {
  readonly programme: Programme;
  readonly parameters: Readonly<Record<string, string>>;
  clause(node: Condition): Clause;
  measure(name: string): CompiledAmount;
}

const ZERO = whole(0);
const exact = (text: string): Exact => parseExact(text) ?? ZERO;

export function compileAmount(node: Amount, shop: AmountShop): CompiledAmount {
  if (node.given !== undefined) {
    const compiledFor = perValues(node, shop, ({ given: _, ...one }) => compileAmount(one, shop));
    return {
      node,
      value: (dossier, run, record) => compiledFor(run).value(dossier, run, record),
      trace: (dossier, run, record, known) => compiledFor(run).trace(dossier, run, record, known),
    };
  }
  const reckoning = compileTerm(node, shop);
  const { value, parts = [], clauses = [], lines, among } = reckoning;
  return {
    node,
    value,
    trace(dossier, run, record, known) {
      const found = known ?? value(dossier, run, record);
      // What is only named comes to what it names.
      const handed = node.term.op === 'measure' ? found : undefined;
      const own = lines?.(dossier, run);
      const conditions: Finding[] = clauses.map((clause) => clause.find(dossier, run));
      const over = among?.(run);
      const children = parts.map((part) => part.trace(dossier, run, record, handed));
      // A number reckoned over a few of others would tell theirs: the verdict stands, the number is not shown.
      const few = over?.few === true || children.some((child) => child.few);
      return {
        path: node.path,
        ...(node.id === undefined ? {} : { id: node.id }),
        op: node.term.op,
        value: found === undefined || few ? null : formatExact(found),
        ...(few ? { few } : {}),
        ...(own ? { records: own.records, notCounted: own.notCounted } : {}),
        ...(own?.empty ? { empty: own.empty } : {}),
        ...(own?.capped && own.capped.length > 0 ? { capped: own.capped } : {}),
        ...(over ? { among: over } : {}),
        children,
        ...(conditions.length > 0 ? { conditions } : {}),
      };
    },
  };
}

function compileTerm(node: Amount, shop: AmountShop): Reckoning {
  const { term } = node;
  const made = (amount: Amount) => compileAmount(amount, shop);
  const constant = (value: Exact): Reckoning => ({ value: () => value });
  /** Reckoned from parts that are all known. */
  const from = (
    amounts: readonly Amount[],
    fold: (values: readonly Exact[]) => Exact | undefined,
  ): Reckoning => {
    const parts = amounts.map(made);
    return { parts, value: (...at) => withAll(parts, at, fold) };
  };
  switch (term.op) {
    case 'number':
      return constant(exact(term.arg));
    case 'parameter': {
      // What the person's own units have set, else what is set for everyone, else the programme's own.
      const otherwise = exact(valueFor(term.arg, shop));
      return { value: (_, { local }) => local?.get(term.arg)?.value ?? otherwise };
    }
    case 'measure': {
      // Compiled on first use, so that the order of the file does not matter; rings were refused when it was loaded.
      const measure = () => shop.measure(term.arg);
      return {
        value: (...at) => measure().value(...at),
        parts: [{ node, value: (...at) => measure().value(...at), trace: (...at) => measure().trace(...at) }],
      };
    }
    case 'value':
      return { value: compileValue(term.arg, shop.vocabulary) };
    case 'elapsed':
      return compileElapsed(term.arg, shop);
    case 'lookup': {
      const keys = term.arg.by.map((key) => (typeof key === 'string' ? undefined : made(key)));
      const parts = keys.filter((key) => key !== undefined);
      return { parts, value: compileLookup(term.arg, shop, keys) };
    }
    case 'marks': {
      const reaching = term.arg.reaching && made(term.arg.reaching);
      return { value: compileMarks(term.arg, reaching), ...(reaching ? { parts: [reaching] } : {}) };
    }
    case 'field':
      return {
        value: (_dossier, _run, record) => {
          const value = record ? recordValue(record, term.arg) : null;
          return typeof value === 'number' ? exactNumber(value) : undefined;
        },
      };
    case 'size':
      return {
        value: (_, { sizes }) => known(sizes?.[term.arg]),
        among({ sizes, counted }) {
          const people = sizes?.[term.arg];
          const how = counted?.[term.arg] ?? (people === undefined ? undefined : { unsure: 0, on: null });
          return how && amongOf(people, how.unsure, how.on, 'direct' in how ? how.direct : false);
        },
      };
    case 'places':
      return { value: (_, { places }) => known(places?.[term.arg]) };
    case 'served':
      return { value: (_, run) => servedOf(term.arg, run) };
    case 'count':
      return compileCount(term.arg, shop);
    case 'sum':
    case 'average':
    case 'highest':
    case 'lowest': {
      const { each } = term.arg;
      const caps =
        'caps' in term.arg ? (term.arg.caps ?? []).map((cap) => ({ ...cap, max: made(cap.max) })) : [];
      return compileWorth(term.op, term.arg, each && made(each), caps, shop);
    }
    case 'run': {
      const row = compileRow(term.arg, shop);
      return { value: (dossier, run) => known(row.length(dossier, run)) };
    }
    case 'add':
      return from(term.arg, sumOf);
    case 'multiply':
      return from(term.arg, (values) => values.reduce(multiply, whole(1)));
    case 'subtract':
      return from(term.arg, ([first = ZERO, ...rest]) => rest.reduce(subtract, first));
    case 'greatest':
      return from(term.arg, greatest);
    case 'least':
      return from(term.arg, least);
    case 'divide':
      return from([term.arg.of, term.arg.by], ([of = ZERO, by = ZERO]) =>
        by.n === 0n ? undefined : divide(of, by),
      );
    case 'round': {
      const { of, places = 0, mode } = term.arg;
      return from([of], ([value = ZERO]) => round(value, places, mode));
    }
    case 'limit': {
      const { of, min, max } = term.arg;
      const bounds = [...(min ? [min] : []), ...(max ? [max] : [])];
      return from([of, ...bounds], ([value = ZERO, ...ends]) => {
        const [floor, cap] = [min && ends[0], max && ends.at(-1)];
        const raised = floor ? greatest([value, floor]) : value;
        return cap ? least([raised, cap]) : raised;
      });
    }
    case 'weighted':
      return compileWeighted(term.arg, made);
    case 'rate': {
      const { of, bands } = term.arg;
      const sorted = bands
        .map(({ above, per }) => ({ above: exact(above), per }))
        .toSorted((a, b) => compare(a.above, b.above));
      return from([of, ...sorted.map(({ per }) => per)], ([value = ZERO, ...per]) =>
        sumOf(
          sorted.map(({ above }, i) => multiply(slice(value, above, sorted[i + 1]?.above), per[i] ?? ZERO)),
        ),
      );
    }
    case 'step':
      return compileStep(term.arg, made);
    case 'choose':
      return compileChoose(term.arg, made, shop);
    case 'howMany': {
      const clauses = term.arg.of.map((condition) => shop.clause(condition));
      const wanted: Outcome = term.arg.are ?? 'met';
      return {
        clauses,
        value(dossier, run) {
          let number = 0;
          for (const clause of clauses) {
            const effect = clause.effect(dossier, run);
            if (effect === wanted) number += 1;
            else if (effect === 'missing' || effect === 'needs-decision') return undefined;
          }
          return whole(number);
        },
      };
    }
    case 'otherwise': {
      const parts = [made(term.arg.of), made(term.arg.is)];
      return { parts, value: (...at) => parts[0]?.value(...at) ?? parts[1]?.value(...at) };
    }
    case 'members':
      return compileMembers(term.arg, made, shop);
    case 'peers': {
      // Reckoned over the whole population beforehand (population.ts), for whoever asks here.
      const { path } = node;
      return {
        parts: [made(term.arg.of)],
        among({ standing }) {
          const found = standing?.[path];
          return found && amongOf(found.size, 0, found.on ?? null, found.direct);
        },
        value: (_, { standing }) => {
          const found = standing?.[path];
          if (!found) return undefined;
          switch (term.arg.take) {
            case 'rank':
              return whole(found.rank);
            case 'rank-from-last':
              return whole(found.fromLast);
            case 'percentile':
              return ratio(BigInt(found.rank * 100), BigInt(found.size));
            case 'mean':
              return found.mean;
            case 'size':
              return whole(found.size);
          }
        },
      };
    }
  }
}

/** Whom somebody counted by hand they may see; those counted of real people are not told apart when they are few. */
function amongOf(people: number | undefined, unsure: number, on: string | null, direct = false): Among {
  const few = on !== null && people !== undefined && isFew(people);
  return {
    people: people === undefined || few ? null : people,
    few,
    unsure,
    on,
    ...(direct ? { direct } : {}),
  };
}

type At = Parameters<CompiledAmount['value']>;

const known = (value: number | undefined): Exact | undefined =>
  value === undefined ? undefined : exactNumber(value);

/** Undefined as soon as one part is. */
function withAll(
  parts: readonly CompiledAmount[],
  at: At,
  fold: (values: readonly Exact[]) => Exact | undefined,
): Exact | undefined {
  const values: Exact[] = [];
  for (const part of parts) {
    const value = part.value(...at);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return fold(values);
}

/** How much of a value lies above one bound and up to the next. */
function slice(value: Exact, above: Exact, next: Exact | undefined): Exact {
  const top = next === undefined ? value : least([value, next]);
  return greatest([subtract(top, above), ZERO]);
}

function servedOf(what: 'share' | 'days', { served, period }: Run): Exact | undefined {
  if (served) {
    if (what === 'days') return whole(served.days);
    return served.of === 0 ? undefined : ratio(BigInt(served.days), BigInt(served.of));
  }
  if (what === 'share') return whole(1);
  return period && whole(daysBetween(period.from, period.to) + 1);
}

function compileCount(arg: TermOf<'count'>, shop: AmountShop): Reckoning {
  const selector = compileSelector(arg, shop);
  return {
    value(dossier, run) {
      let number = 0;
      const known = selector.visit(dossier, run, (_, sure) => {
        if (sure) number += 1;
      });
      return known ? whole(number) : undefined;
    },
    lines(dossier, run) {
      const records: WorthLine[] = [];
      const notCounted: NotCounted[] = [];
      selector.visit(
        dossier,
        run,
        (record, sure) => {
          if (sure) records.push({ record: record.id, value: '1', counted: true });
          else notCounted.push(notConfirmed(record));
        },
        (record, why) => notCounted.push(selector.explain(record, why)),
      );
      return { records, notCounted, ...selector.empty(dossier, run) };
    },
  };
}

/** Σ weight × mark ÷ what the weights are out of; a missing part as the policy says. */
function compileWeighted(
  { parts, over = '100', missing = 'refuse' }: TermOf<'weighted'>,
  made: (amount: Amount) => CompiledAmount,
): Reckoning {
  const outOf = exact(over);
  const pairs = parts.map(({ weight, of }) => ({ weight: made(weight), of: made(of) }));
  return {
    parts: pairs.map(({ of }) => of),
    value(...at) {
      let [total, given, whole] = [ZERO, ZERO, ZERO];
      for (const { weight, of } of pairs) {
        const [share, mark] = [weight.value(...at), of.value(...at)];
        if (share === undefined || (mark === undefined && missing === 'refuse')) return undefined;
        whole = add(whole, share);
        if (mark === undefined) continue;
        given = add(given, share);
        total = add(total, multiply(share, mark));
      }
      const result = divide(total, outOf);
      if (missing !== 'spread') return result;
      return given.n === 0n ? undefined : divide(multiply(result, whole), given);
    },
  };
}

function compileStep(arg: TermOf<'step'>, made: (amount: Amount) => CompiledAmount): Reckoning {
  const of = made(arg.of);
  const steps = arg.from.map(({ atLeast, moreThan, is }) => ({
    atLeast: atLeast && made(atLeast),
    moreThan: moreThan && made(moreThan),
    is: made(is),
  }));
  const otherwise = arg.else && made(arg.else);
  return {
    parts: [of],
    value(...at) {
      const value = of.value(...at);
      if (value === undefined) return undefined;
      for (const { atLeast, moreThan, is } of steps) {
        const [low, over] = [atLeast?.value(...at), moreThan?.value(...at)];
        // A step whose beginning is not known is neither reached nor passed by.
        if ((atLeast && !low) || (moreThan && !over)) return undefined;
        if (low && compare(value, low) < 0) continue;
        if (over && compare(value, over) <= 0) continue;
        return is.value(...at);
      }
      return otherwise?.value(...at);
    },
  };
}

function compileChoose(
  arg: TermOf<'choose'>,
  made: (amount: Amount) => CompiledAmount,
  shop: AmountShop,
): Reckoning {
  const cases = arg.when.map((one) => ({
    clause: one.if && shop.clause(one.if),
    where: one.where,
    filters: new Map<string, ReturnType<typeof compileFilters>>(),
    is: made(one.is),
  }));
  const otherwise = arg.else && made(arg.else);
  /** Whether the record at hand is so; what it is compared by depends on its type. */
  const fits = (
    { where, filters }: (typeof cases)[number],
    dossier: Dossier,
    record: RecordFact | undefined,
  ): boolean | undefined => {
    if (where === undefined) return true;
    if (record === undefined) return false;
    let own = filters.get(record.type);
    if (!own) {
      own = compileFilters(where, record.type, shop.vocabulary);
      filters.set(record.type, own);
    }
    if (!own.every(({ known }) => known(dossier))) return undefined;
    return own.every(({ key, compare: test }) => test(recordValue(record, key), dossier) === true);
  };
  return {
    parts: cases.map(({ is }) => is),
    clauses: cases.flatMap(({ clause }) => clause ?? []),
    value(dossier, run, record) {
      for (const one of cases) {
        const effect = one.clause?.effect(dossier, run) ?? 'met';
        if (effect === 'missing' || effect === 'needs-decision') return undefined;
        if (effect === 'unmet') continue;
        const fitting = fits(one, dossier, record);
        if (fitting === undefined) return undefined;
        if (fitting) return one.is.value(dossier, run, record);
      }
      return otherwise?.value(dossier, run, record);
    },
  };
}

function compileMembers(
  { role, meets, each, take = each ? 'sum' : 'number' }: TermOf<'members'>,
  made: (amount: Amount) => CompiledAmount,
  shop: AmountShop,
): Reckoning {
  const clause = meets && shop.clause(meets);
  const worth = each && made(each);
  return {
    value(dossier, run) {
      const members = dossier.members?.[role];
      if (members === undefined) return undefined;
      const inside = runOfMembers(run);
      const values: Exact[] = [];
      for (const member of members) {
        const effect = clause?.effect(member, inside) ?? 'met';
        if (effect === 'missing' || effect === 'needs-decision') return undefined;
        if (effect === 'unmet') continue;
        const value = worth ? worth.value(member, inside) : whole(1);
        if (value === undefined) return undefined;
        values.push(value);
      }
      if (take === 'number') return whole(values.length);
      if (take === 'sum') return sumOf(values);
      if (take === 'share')
        return members.length === 0 ? undefined : ratio(BigInt(values.length), BigInt(members.length));
      if (values.length === 0) return undefined;
      if (take === 'mean') return divide(sumOf(values), whole(values.length));
      return take === 'highest' ? greatest(values) : least(values);
    },
  };
}
