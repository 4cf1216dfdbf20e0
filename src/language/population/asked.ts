import { divide, type Exact, whole } from '../../shared/decimal.ts';
import type { Dossier } from '../dossier.ts';
import type { AmountShop } from '../evaluate/amount.ts';
import type { Run } from '../evaluate/clause.ts';
import { type Needs, needsOfAll } from '../evaluate/needs.ts';
import { compileAttribute } from '../evaluate/person.ts';
import type { EvaluationContext, Standing } from '../finding.ts';
import type { Amount } from '../grammar/amount.ts';
import type { Condition } from '../grammar/condition.ts';
import type { Reach } from '../grammar/selection.ts';
import { type Node, named, parametersOf, reach } from '../walk.ts';
import { belongsTo, joinKey } from './participant.ts';
import { type CountedAs, countedAs } from './sizes.ts';
import { compilePeers } from './standings.ts';

/*
 * What the conditions on one person ask of many: sizes of populations, and where the person stands among their peers.
 * Known when the programme is compiled, so that whoever keeps the facts can reckon it once for everyone: each person is
 * an entry in a few groups, and what is known of a group answers the question of each of its people.
 */

/** Somebody to be counted: where they stand, and whether they take part in the round. */
export interface Counted {
  readonly dossier: Dossier;
  /** The unit of theirs that reaches so far; undefined when they have none. */
  place(reach: Reach): string | undefined;
  /** Undefined where nobody knows who takes part: nothing is counted then. */
  is(as: CountedAs): boolean | undefined;
}

/**
 * The place of those who stand under a city and in none of its counties, where counties are asked for: they stand together
 * as one county, as limits have it.
 */
export const directlyUnder = (city: string): string => `${DIRECT}${city}`;
export const isDirect = (place: string): boolean => place.startsWith(DIRECT);
/** What the place of those begins with, before the city's own. */
export const DIRECT = '=';

/** A group of people: which question, where, and for peers what they have in common. */
export interface GroupKey {
  readonly asked: number;
  readonly place: string;
  readonly key: string;
}

/** What one person adds to a group. */
export interface Entry extends GroupKey {
  readonly people: 0 | 1;
  /** It is not known whether they belong. */
  readonly unsure: 0 | 1;
  /** What they are ranked by. */
  readonly value: Exact | null;
}

/** What somebody needs to know of a group. */
export interface Question extends GroupKey {
  readonly value: Exact | null;
}

/** What is known of a group, for one value of it. */
export interface Answer {
  readonly asked: number;
  /** People counted or ranked; different values where values are counted. */
  readonly people: number;
  readonly unsure: number;
  /** What those ranked have together. */
  readonly total: Exact | null;
  /** How many of them have more, and how many just as much. */
  readonly above: number;
  readonly equal: number;
  /** The day it was reckoned. */
  readonly on: string;
  /** It is of those directly under a city, who stand as a county. */
  readonly direct?: boolean;
}

/** What is known of many, as the evaluation of one person takes it. */
export type Facts = Pick<EvaluationContext, 'sizes' | 'counted' | 'standing'>;
export const NO_FACTS: Facts = {};

/** Whom a question is about, and what decides who belongs. */
export interface About {
  /** The population's name, or the path of the amount that asks. */
  readonly name: string;
  readonly reach: Reach;
  /** Attributes that are read to decide it. */
  readonly chosenBy: readonly string[];
  /** Attributes people have in common: whoever has none documented is left out. */
  readonly sharedBy: readonly string[];
}

export interface AskedOfMany {
  /** How many times everyone is gone over: what rests on other answers comes after them; 0 when nothing is asked. */
  readonly layers: number;
  /** How far the questions reach, each once. */
  readonly reaches: readonly Reach[];
  /** The questions that count not people but their different values. */
  readonly distinct: readonly number[];
  /** What each question is about, by its number. */
  readonly about: readonly About[];
  /** As what people are counted who are not simply staff. */
  readonly parts: readonly CountedAs[];
  /** What is read of each person to reckon it. */
  readonly needs: Needs;
  /** Whether an answer hangs on a number that may be set locally. */
  readonly local: boolean;
  /** All that the answers hang on: two programmes with the same text ask the same. */
  readonly basis: string;
  entries(one: Counted, run: Run, layer: number): readonly Entry[];
  questions(one: Counted, run: Run, layer: number): readonly Question[];
  /** The answers put with what was known before. */
  facts(answers: readonly Answer[], before: Facts): Facts;
}

interface Asked {
  /** The population, or the path of the amount that asks. */
  readonly name: string;
  readonly reach: Reach;
  readonly as: CountedAs;
  readonly layer: number;
  readonly distinct: boolean;
  /** What decides who belongs, and what they have in common. */
  readonly chosen: readonly Node[];
  readonly shared: readonly string[];
  readonly entries: (one: Counted, run: Run) => readonly Omit<Entry, 'asked' | 'place'>[];
  readonly answer: (answer: Answer) => Facts;
}

/** What a condition asks of many, in the order in which it can be answered. */
export function compileAsked(roots: readonly Condition[], shop: AmountShop): AskedOfMany {
  const { programme, vocabulary } = shop;
  const asked = new Map<string, Asked>();
  /** Looks at all that a node rests on; the layer after which it can be reckoned. */
  const visit = (node: Node): number => {
    let after = 0;
    for (const one of reach(node, programme)) {
      if (!('term' in one)) continue;
      if (one.term.op === 'size') after = Math.max(after, sizeAsked(one.term.arg));
      else if (one.term.op === 'peers') after = Math.max(after, peersAsked(one));
    }
    return after;
  };
  const put = (id: string, make: () => Asked): number => {
    const one = asked.get(id) ?? make();
    asked.set(id, one);
    return one.layer + 1;
  };
  const sizeAsked = (name: string): number =>
    put(`size ${name}`, () => {
      const population = programme.populations?.[name] ?? { names: { 'zh-CN': name, en: name } };
      const { who, of = 'unit', distinct } = population;
      const as = countedAs(population);
      const clause = who && shop.clause(who);
      const values = distinct?.map((attribute) => compileAttribute(attribute, true, vocabulary));
      return {
        name,
        reach: of === 'nominees' || of === 'applicants' || of === 'assessed' ? 'unit' : of,
        as,
        layer: who ? visit(who) : 0,
        distinct: distinct !== undefined,
        chosen: who ? [who] : [],
        shared: distinct ?? [],
        entries(one, run) {
          const meant = one.is(as) ? belongsTo(clause, { id: '', dossier: one.dossier }, run) : 'unmet';
          const found = meant === 'unmet' ? undefined : values?.map((of) => of.value(one.dossier, run).value);
          const unsure = meant !== 'unmet' && (meant !== 'met' || found?.includes(null) === true);
          const counts = meant === 'met' && !unsure;
          // Whoever is not meant still shows that the place is counted: nobody is a number too.
          const own = {
            key: '',
            people: counts && !found ? 1 : 0,
            unsure: unsure ? 1 : 0,
            value: null,
          } as const;
          if (!found || !counts) return [own];
          return [own, { key: `=${joinKey(found.map(String))}`, people: 1, unsure: 0, value: null }];
        },
        answer: ({ people, unsure, on, direct = false }) => ({
          ...(unsure > 0 ? {} : { sizes: { [name]: people } }),
          counted: { [name]: { unsure, on, ...(direct ? { direct } : {}) } },
        }),
      };
    });
  const peersAsked = (node: Amount): number =>
    put(node.path, () => {
      const { term, path } = node;
      if (term.op !== 'peers') throw new Error(`${path} asks for no peers`);
      const { of, among = [], order = 'higher' } = term.arg;
      const peers = compilePeers(term.arg, shop);
      return {
        name: path,
        reach: term.arg.in ?? 'unit',
        as: 'staff',
        layer: visit(of),
        distinct: false,
        chosen: [of],
        shared: among,
        entries(one, run) {
          const own = peers(one.dossier, run);
          return own ? [{ key: own.key, people: 1, unsure: 0, value: own.value }] : [];
        },
        answer: (answer) => ({ standing: { [path]: standingOf(answer, order) } }),
      };
    });

  for (const one of roots.flatMap((root) => [...reach(root, programme)])) {
    if ('term' in one && one.term.op === 'size') sizeAsked(one.term.arg);
    else if ('term' in one && one.term.op === 'peers') peersAsked(one);
  }
  const all = [...asked.values()];
  const inLayer = (one: Counted, layer: number) =>
    all.flatMap((question, at) => {
      if (question.layer !== layer || one.is(question.as) === undefined) return [];
      const place = one.place(question.reach);
      return place === undefined ? [] : [{ question, asked: at, place }];
    });
  return {
    layers: Math.max(0, ...all.map(({ layer }) => layer + 1)),
    reaches: [...new Set(all.map((one) => one.reach))],
    distinct: all.flatMap(({ distinct }, at) => (distinct ? [at] : [])),
    about: all.map(({ name, reach: far, chosen, shared }) => ({
      name,
      reach: far,
      chosenBy: needsOfAll(chosen, programme, vocabulary).attributes,
      sharedBy: shared,
    })),
    parts: [...new Set(all.map(({ as }) => as))].filter((as) => as !== 'staff'),
    needs: needsOfAll(all.flatMap(rootsOf), programme, vocabulary),
    local: all
      .flatMap((one) => rootsOf(one).flatMap((root) => [...reach(root, programme)]))
      .some((one) => parametersOf(one).length > 0),
    basis: basisOf(all, shop),
    entries: (one, run, layer) =>
      inLayer(one, layer).flatMap(({ question, asked: at, place }) =>
        question.entries(one, run).map((entry) => ({ asked: at, place, ...entry })),
      ),
    questions: (one, run, layer) =>
      inLayer(one, layer).flatMap(({ question, asked: at, place }) =>
        question
          .entries(one, run)
          .slice(0, 1)
          .map(({ key, value }) => ({ asked: at, place, key, value })),
      ),
    facts: (answers, before) =>
      answers.reduce((facts, answer) => join(facts, all[answer.asked]?.answer(answer) ?? NO_FACTS), before),
  };
}

/** An attribute as something to be read. */
const attributeNode = (attribute: string): Amount => ({ path: '', term: { op: 'value', arg: attribute } });

const rootsOf = ({ chosen, shared }: Asked): readonly Node[] => [...chosen, ...shared.map(attributeNode)];

/** Equals share a rank from either end. Whoever's amount has changed since is put where it would stand now. */
function standingOf(
  { people, total, above, equal, on, direct = false }: Answer,
  order: 'higher' | 'lower',
): Standing {
  const from = (better: number) => Math.min(better + 1, people);
  const below = people - above - equal;
  const [rank, fromLast] = [
    from(order === 'higher' ? above : below),
    from(order === 'higher' ? below : above),
  ];
  return {
    rank,
    fromLast,
    size: people,
    mean: divide(total ?? whole(0), whole(Math.max(1, people))),
    on,
    ...(direct ? { direct } : {}),
  };
}

const join = (before: Facts, more: Facts): Facts => ({
  sizes: { ...before.sizes, ...more.sizes },
  counted: { ...before.counted, ...more.counted },
  standing: { ...before.standing, ...more.standing },
});

/** The questions with the definitions and measures they rest on, and the numbers set locally. */
function basisOf(all: readonly Asked[], { programme, parameters, reckoning }: AmountShop): string {
  if (all.length === 0) return '';
  const rests = new Map<string, Node | undefined>();
  for (const node of all.flatMap((one) => rootsOf(one).flatMap((root) => [...reach(root, programme)]))) {
    const called = named(node);
    if (called) rests.set(`${called.kind}.${called.name}`, programme[called.kind]?.[called.name]);
  }
  return JSON.stringify([
    all.map((one) => [one.name, one.reach, one.as, one.layer, rootsOf(one)]),
    [...rests],
    programme.parameters ?? {},
    parameters,
    programme.lookups ?? {},
    programme.terms ?? {},
    reckoning,
  ]);
}
