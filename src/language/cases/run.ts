import { compare, exactNumber, formatExact, parseExact } from '../../shared/decimal.ts';
import type { Dossier } from '../dossier.ts';
import { settledGrant } from '../evaluate/grants.ts';
import type { CompiledProgramme, Parameters } from '../evaluate.ts';
import type { EvaluationContext, Finding } from '../finding.ts';
import type { Literal } from '../grammar/shape.ts';
import type { Participant, PopulationContext } from '../population/participant.ts';
import type { Problem } from '../problem.ts';
import type { LifeEvent } from '../work/life-words.ts';
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

type Say = (what: string, expected: Literal | undefined, found: string | null | undefined) => void;

/** What a case gives, as the programme takes it. */
interface Given {
  readonly one: Case;
  readonly compiled: CompiledProgramme;
  readonly dossier: Dossier;
  readonly context: EvaluationContext;
  readonly people: readonly Participant[];
  readonly whole: PopulationContext;
}

/** Asks the programme everything a case expects of it. */
export function runCase(one: Case, { compiled, warnings }: Asked): Answer[] {
  const answers: Answer[] = [];
  const say: Say = (what, expected, found) => {
    if (expected === undefined) return;
    const text = found ?? 'missing';
    answers.push({ what, expected: String(expected), found: text, agrees: sameText(expected, text) });
  };
  const given = givenBy(one, compiled);
  askPerson(given, say);
  askWork(given, say);
  askMany(given, say);
  for (const code of one.expect.warnings ?? []) {
    say('warnings', code, warnings.find((warning) => warning.code === code)?.code ?? 'no such warning');
  }
  return answers;
}

function givenBy(one: Case, compiled: CompiledProgramme): Given {
  const people = (one.population ?? []).flatMap(
    ({ times = 1, id, belongs, recommended, total: _, ...facts }) =>
      Array.from({ length: times }, (_unused, copy): Participant => {
        const name = times > 1 ? `${id}.${copy + 1}` : id;
        return {
          id: name,
          dossier: dossierOf(facts, name),
          ...(belongs ? { belongs } : {}),
          ...(recommended === undefined ? {} : { recommended }),
        };
      }),
  );
  const context = contextOf(one);
  const dossier = dossierOf(one, one.id);
  const { code, stage } = one.context ?? {};
  const whole: PopulationContext = {
    ...context,
    unit: dossier,
    ...(code === undefined ? {} : { code }),
    ...(stage === undefined ? {} : { stage }),
  };
  return { one, compiled, dossier, context, people, whole };
}

/** Verdicts and measures of one person; among peers, where the case has a population the person is of. */
function askPerson({ one, compiled, dossier, context: plain, people, whole }: Given, say: Say): void {
  const { expect } = one;
  const among = people.length > 0 ? compiled.standings([...people, { id: one.id, dossier }], whole) : null;
  const standing = among?.get(one.id);
  const context = standing ? { ...plain, standing } : plain;
  const findings = compiled.evaluate(dossier, context);
  say('eligible', expect.eligible, findings.outcome);
  const grant = compiled.granting(dossier, context);
  say('granted', expect.granted, settledGrant(grant)?.title ?? (grant === 'none' ? 'none' : undefined));
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
    say(`measures.${id}`, value, measure ? found && formatExact(found) : 'no such measure');
  }
}

/** Marks, duties, ledgers, treatments and the life of the title. */
function askWork({ one, compiled, dossier, context }: Given, say: Say): void {
  const { expect, context: more, over, asOf } = one;
  if (expect.composite) {
    const { total, outcome, band, parts } = expect.composite;
    const found = compiled.composite(dossier, {
      ...context,
      ...(more?.marks ? { marks: marksOf(more.marks) } : {}),
    });
    say('composite.total', total, found ? found.total : 'no assessment');
    say('composite.outcome', outcome, found ? found.outcome : 'no assessment');
    say('composite.band', band, found ? (found.band ?? 'none') : 'no assessment');
    for (const [id, mark] of Object.entries(parts ?? {})) {
      say(`composite.parts.${id}`, mark, found?.parts.find((part) => part.id === id)?.contribution);
    }
  }
  for (const [id, expected] of Object.entries(expect.duties ?? {})) {
    const span = {
      ...(over ?? context.period ?? { from: asOf, to: asOf }),
      ...(one.away ? { away: one.away } : {}),
      ...(one.done === undefined ? {} : { done: one.done }),
    };
    const report = compiled.dutyReport(id, dossier, span, context);
    if (typeof expected === 'string') say(`duties.${id}`, expected, report ? report.outcome : 'no such duty');
    else {
      const outcomes = report?.periods.map(({ outcome }) => outcome ?? 'none') ?? ['no such duty'];
      say(`duties.${id}`, expected.join(' '), outcomes.join(' '));
    }
  }
  for (const [id, { total, outcome, categories }] of Object.entries(expect.ledgers ?? {})) {
    const report = compiled.ledger(id, dossier, context);
    say(`ledgers.${id}.total`, total, report ? report.total : 'no such ledger');
    say(`ledgers.${id}.outcome`, outcome, report ? report.outcome : 'no such ledger');
    for (const [name, value] of Object.entries(categories ?? {})) {
      say(`ledgers.${id}.${name}`, value, report?.categories.find((one) => one.id === name)?.value);
    }
  }
  if (expect.treatments) {
    const { entitlements } = compiled.treatments(dossier, context);
    for (const [id, value] of Object.entries(expect.treatments)) {
      const found = entitlements.find((one) => one.id === id);
      const enjoyed = found && (found.enjoyed ? (found.amount ? found.amount.value : 'due') : 'none');
      say(`treatments.${id}`, value, found ? enjoyed : 'no such treatment');
    }
  }
  if (expect.life) askLife(one, compiled, dossier, context, say);
}

function askLife(
  one: Case,
  compiled: CompiledProgramme,
  dossier: Dossier,
  context: EvaluationContext,
  say: Say,
): void {
  const { granted, title, state, events = [], expect, asOf } = one;
  const start = { granted: granted ?? asOf, title: title ?? '', ...(state === undefined ? {} : { state }) };
  const { now, steps } = compiled.life(start, events.map(eventOf), dossier, context);
  const { life } = expect;
  say('life.state', life?.state, now.state);
  say('life.title', life?.title, now.held ? (now.title ?? 'none') : 'none');
  say('life.paid', life?.paid, now.paid ? 'yes' : 'no');
  say('life.percent', life?.percent, now.percent);
  say('life.ends', life?.ends, now.termEnd ?? 'none');
  const fired = steps.flatMap(({ transition, also }) => [
    ...(transition === null ? [] : [transition]),
    ...also,
  ]);
  say('life.steps', life?.steps?.join(' '), fired.join(' '));
}

function eventOf({
  on,
  result,
  passed,
  event,
  until,
  crosses,
}: NonNullable<Case['events']>[number]): LifeEvent {
  if (result !== undefined) return { on, result, ...(passed === undefined ? {} : { passed }) };
  return {
    on,
    event: event ?? '',
    ...(until === undefined ? {} : { until }),
    ...(crosses === undefined ? {} : { crosses }),
  };
}

/** Places, lists, rankings, forced shares of grades, indicators. */
function askMany({ one, compiled, people, whole }: Given, say: Say): void {
  const { expect } = one;
  if (expect.places !== undefined || expect.parts || expect.limits) {
    const quota = compiled.quota(whole);
    say('places', expect.places, quota.unlimited ? 'unlimited' : quota.places.value);
    for (const [id, value] of Object.entries(expect.parts ?? {})) {
      const part = quota.parts.find((found) => found.id === id);
      say(`parts.${id}`, value, part ? part.places.value : 'no such part');
    }
    for (const [id, value] of Object.entries(expect.limits ?? {})) {
      const limit = quota.limits.find((found) => found.id === id);
      say(`limits.${id}`, value, limit ? (limit.most === null ? 'none' : limit.most.value) : 'no such limit');
    }
  }
  if (expect.list) {
    const { outcome, broken, outside, used } = expect.list;
    const report = compiled.checkList(people, whole);
    const failed = report.findings.filter(({ effect }) => effect === 'unmet' || effect === 'needs-decision');
    say('list.outcome', outcome, report.outcome);
    const found = [...new Set(failed.map(({ rule, id }) => id ?? rule))].toSorted().join(' ');
    // Limits look only at those who meet the conditions: a list of nobody breaks none, and whoever wrote the case should know.
    const nobody =
      found === '' && people.length > 0 && report.seats.every(({ state }) => state === 'not-eligible');
    say('list.broken', broken?.toSorted().join(' '), nobody && broken?.length ? 'nobody is eligible' : found);
    say('list.outside', outside, String(report.seats.filter(({ state }) => state === 'outside').length));
    say('list.used', used, String(report.used));
  }
  if (expect.ranking) {
    const { order, chosen, number, open } = expect.ranking;
    const { groups } = compiled.rank(people, whole);
    const taken = groups.flatMap((group) => group.chosen);
    say(
      'ranking.order',
      order?.join(' '),
      groups.flatMap((group) => group.order.map(({ id }) => id)).join(' '),
    );
    say('ranking.chosen', chosen?.join(' '), taken.join(' '));
    say('ranking.number', number, String(taken.length));
    say('ranking.open', open?.join(' '), groups.flatMap((group) => group.open?.ids ?? []).join(' '));
  }
  if (expect.bands) {
    const marked = (one.population ?? []).flatMap(({ id, times = 1, total }) =>
      Array.from({ length: times }, (_, copy) => ({
        id: `${id}.${copy + 1}`,
        total: total === undefined ? null : String(total),
      })),
    );
    const report = compiled.shareGrades(marked);
    for (const [id, number] of Object.entries(expect.bands)) {
      const band = report.bands.find((found) => found.id === id);
      say(`bands.${id}`, number, band ? String(band.kept) : 'no such band');
    }
  }
  if (expect.indicators) {
    const reports = compiled.indicators(whole);
    for (const [id, expected] of Object.entries(expect.indicators)) {
      const report = reports.find((found) => found.id === id);
      const { value, outcome } =
        typeof expected === 'string' ? { value: undefined, outcome: expected } : expected;
      say(`indicators.${id}.value`, value, report ? report.value : 'no such indicator');
      say(`indicators.${id}.outcome`, outcome, report ? report.outcome : 'no such indicator');
    }
  }
}

export function contextOf({ asOf, context = {} }: Case): EvaluationContext {
  const { decisions, sizes, places, served, period } = context;
  return {
    asOf,
    ...(decisions ? { decisions } : {}),
    ...(sizes ? { sizes } : {}),
    ...(places ? { places } : {}),
    ...(served ? { served } : {}),
    ...(period ? { period } : {}),
  };
}

const textOf = (given: Readonly<Record<string, Literal>>): Record<string, string> =>
  Object.fromEntries(Object.entries(given).map(([id, value]) => [id, String(value)]));

/** Marks of items are named `part.item`. */
const marksOf = (given: Readonly<Record<string, Literal | Readonly<Record<string, Literal>>>>) =>
  Object.fromEntries(
    Object.entries(given).flatMap(([part, mark]) =>
      typeof mark === 'object'
        ? Object.entries(mark).map(([item, own]) => [`${part}.${item}`, String(own)])
        : [[part, String(mark)]],
    ),
  );

/** The parameters a case sets, as the compiler takes them. */
export const parametersOf = ({ context }: Case): Parameters => textOf(context?.parameters ?? {});

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
