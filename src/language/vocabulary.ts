import type { Terms } from './grammar/programme.ts';
import type { RefKind } from './grammar/shape.ts';
import {
  type Attribute,
  type RecordType,
  type Scale,
  type VocabularyFile,
  vocabulary as vocabularyShape,
} from './grammar/vocabulary.ts';
import { recordsOfAttributes } from './own.ts';
import { type Names, type Problem, problemMaker } from './problem.ts';
import { readYaml } from './read.ts';

/**
 * The vocabulary: what the programmes of an authority speak of. Ordered scales, attributes of a person,
 * titles, and types of record are data, so that a new kind of achievement needs no code.
 */
export interface Vocabulary {
  readonly id: string;
  readonly version: string;
  readonly scales: Readonly<Record<string, OrderedScale>>;
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly titles: Readonly<Record<string, Names>>;
  /** The scale of the titles that have an order. */
  readonly titleScale: string;
  /** Order of the titles that have one; other honours are absent. */
  readonly titleOrder: ReadonlyMap<string, number>;
  /** The titles of a career, first step first; some have no order otherwise (R-002-5-02). */
  readonly ladder: readonly string[];
  readonly records: Readonly<Record<string, RecordType>>;
}

export interface OrderedScale {
  readonly names: Names;
  /** Lowest first. */
  readonly steps: readonly Scale['steps'][number][];
  /** Place of every id of the scale, equivalents included; higher is better. */
  readonly order: ReadonlyMap<string, number>;
}

export type VocabularyResult =
  | { readonly ok: true; readonly vocabulary: Vocabulary }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export function loadVocabulary(text: string, file = 'vocabulary.yaml'): VocabularyResult {
  const reading = readYaml(text, vocabularyShape, {
    file,
    known: () => undefined,
    keysOf: { scale: ['scales'] },
  });
  if (!reading.value) return { ok: false, problems: reading.problems };
  const problems = contradictions(reading.value, problemMaker(file, reading.at, 'error'));
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, vocabulary: arrange(reading.value) };
}

/**
 * The vocabulary with the words a programme brings of its own. A word that is there already may not be given
 * another meaning: it is reported, as is what contradicts itself.
 */
export function extendVocabulary(
  base: Vocabulary,
  terms: Terms | undefined,
  problem: ReturnType<typeof problemMaker>,
  /** Whether people are judged: what is known of a school or a pair is nobody's to enter. */
  ofPeople: boolean,
): { readonly vocabulary: Vocabulary; readonly problems: readonly Problem[] } {
  if (!terms) return { vocabulary: base, problems: [] };
  const { scales = {}, attributes = {}, titles = {}, records = {}, fields = {} } = terms;
  const problems: Problem[] = [];
  const twice = (section: string, own: object, there: object) => {
    for (const id of Object.keys(own)) {
      if (!Object.hasOwn(there, id)) continue;
      const message = {
        'zh-CN': `"${id}"在通用词汇中已有。`,
        en: `"${id}" is in the common vocabulary already.`,
      };
      problems.push(problem('duplicate-id', `terms.${section}.${id}`, message));
    }
  };
  twice('scales', scales, base.scales);
  twice('attributes', attributes, base.attributes);
  twice('records', records, {
    ...base.records,
    ...(ofPeople ? recordsOfAttributes(attributes, { ...base.scales, ...scales }) : {}),
  });
  twice('titles.others', titles.others ?? {}, base.titles);
  for (const [type, added] of Object.entries(fields)) {
    twice(`fields.${type}`, added, base.records[type]?.fields ?? {});
    if (base.records[type] || records[type]) continue;
    const message = { 'zh-CN': `没有记录类型"${type}"。`, en: `There is no record type "${type}".` };
    problems.push(problem('unknown-reference', `terms.fields.${type}`, message));
  }
  const allRecords = { ...base.records, ...records };
  for (const [type, added] of Object.entries(fields)) {
    const found = allRecords[type];
    if (found) allRecords[type] = { ...found, fields: { ...found.fields, ...added } };
  }
  const read: VocabularyFile = {
    vocabulary: base.id,
    version: base.version,
    scales: { ...base.scales, ...scales },
    attributes: { ...base.attributes, ...attributes },
    titles: {
      scale: titles.scale ?? base.titleScale,
      ladder: [...base.ladder],
      others: Object.fromEntries(
        Object.entries({
          ...base.titles,
          ...Object.fromEntries(Object.entries(titles.others ?? {}).map(([id, { names }]) => [id, names])),
        }).map(([id, names]) => [id, { names }]),
      ),
    },
    records: allRecords,
  };
  if (problems.length === 0) {
    problems.push(...contradictions(read, (code, path, ...more) => problem(code, `terms.${path}`, ...more)));
  }
  if (problems.length > 0) return { vocabulary: base, problems };
  const all = arrange(read);
  const kept = ofPeople ? recordsOfAttributes(attributes, all.scales) : {};
  return { vocabulary: { ...all, records: { ...all.records, ...kept } }, problems };
}

/** The vocabulary with those of a programme's words it lacks; one that is there already keeps its meaning. */
export function withTerms(base: Vocabulary, terms: Terms): Vocabulary {
  const { scales = {}, attributes = {}, titles, records = {}, fields = {} } = terms;
  const own = Object.fromEntries(
    Object.entries(scales).map(([id, scale]) => [id, { ...scale, order: orderOf(scale) }]),
  );
  const steps = titles?.scale === undefined ? [] : (scales[titles.scale]?.steps ?? []);
  const all = {
    ...recordsOfAttributes(attributes, { ...scales, ...base.scales }),
    ...records,
    ...base.records,
  };
  for (const [type, added] of Object.entries(fields)) {
    const found = all[type];
    if (found) all[type] = { ...found, fields: { ...added, ...found.fields } };
  }
  return {
    ...base,
    scales: { ...own, ...base.scales },
    attributes: { ...attributes, ...base.attributes },
    titles: {
      ...Object.fromEntries(steps.map(({ id, names }) => [id, names])),
      ...Object.fromEntries(Object.entries(titles?.others ?? {}).map(([id, { names }]) => [id, names])),
      ...base.titles,
    },
    records: all,
  };
}

function arrange(read: VocabularyFile): Vocabulary {
  const scales = Object.fromEntries(
    Object.entries(read.scales).map(([id, scale]) => [id, { ...scale, order: orderOf(scale) }]),
  );
  const ordered = read.scales[read.titles.scale]?.steps ?? [];
  return {
    id: read.vocabulary,
    version: read.version,
    scales,
    attributes: read.attributes,
    titles: {
      ...Object.fromEntries(ordered.map((step) => [step.id, step.names])),
      ...Object.fromEntries(Object.entries(read.titles.others ?? {}).map(([id, other]) => [id, other.names])),
    },
    titleScale: read.titles.scale,
    titleOrder: scales[read.titles.scale]?.order ?? new Map(),
    ladder: read.titles.ladder ?? [],
    records: read.records,
  };
}

function orderOf(scale: Scale): ReadonlyMap<string, number> {
  return new Map(
    scale.steps.flatMap((step, i) => [step.id, ...(step.same ?? [])].map((id) => [id, i] as const)),
  );
}

function contradictions(read: VocabularyFile, problem: ReturnType<typeof problemMaker>): Problem[] {
  const found: Problem[] = [];
  const say = (path: string, zh: string, en: string, expected?: string) =>
    found.push(problem('wrong-value', path, { 'zh-CN': zh, en }, expected ? { expected } : {}));
  const titles = [
    ...(read.scales[read.titles.scale]?.steps ?? []).map(({ id }) => id),
    ...Object.keys(read.titles.others ?? {}),
  ];
  read.titles.ladder?.forEach((title, at) => {
    if (titles.includes(title)) return;
    say(`titles.ladder[${at}]`, `没有称号"${title}"。`, `There is no title "${title}".`, titles.join(', '));
  });
  for (const [id, scale] of Object.entries(read.scales)) {
    const all = scale.steps.flatMap((step) => [step.id, ...(step.same ?? [])]);
    const twice = all.find((one, i) => all.indexOf(one) !== i);
    if (twice) say(`scales.${id}.steps`, `"${twice}"出现两次。`, `"${twice}" stands twice on the scale.`);
  }
  for (const [id, attribute] of Object.entries(read.attributes)) {
    const path = `attributes.${id}`;
    if (attribute.type === 'scale' && !attribute.scale)
      say(path, '缺少 scale。', '`scale` is missing.', 'scale');
    if (attribute.type === 'choice' && !attribute.choices)
      say(path, '缺少 choices。', '`choices` is missing.');
    const since = attribute.since === undefined ? undefined : read.attributes[attribute.since];
    if (attribute.type === 'years' && since?.type !== 'date') {
      say(path, 'since 须指向日期项。', '`since` must name a date attribute.', 'since: birthDate');
    }
  }
  for (const [id, type] of Object.entries(read.records)) {
    for (const [name, field] of Object.entries(type.fields ?? {})) {
      if (field.type === 'choice' && !field.choices) {
        say(`records.${id}.fields.${name}`, '缺少 choices。', '`choices` is missing.', 'choices');
      }
    }
  }
  return found;
}

/** The names a programme may refer to. */
export function vocabularyNames(vocabulary: Vocabulary, kind: RefKind): readonly string[] | undefined {
  switch (kind) {
    case 'record-type':
      return Object.keys(vocabulary.records).filter(
        (type) => vocabulary.records[type]?.attribute === undefined,
      );
    case 'attribute':
      return Object.keys(vocabulary.attributes);
    case 'title':
      return Object.keys(vocabulary.titles);
    case 'scale':
      return Object.keys(vocabulary.scales);
    case 'level':
      return [...(vocabulary.scales.level?.order.keys() ?? [])];
    case 'stage':
      return Object.keys(vocabulary.attributes.stage?.choices ?? {});
    default:
      return undefined;
  }
}

/** The name of a step of a scale, an equivalent id included. */
export function stepName(vocabulary: Vocabulary, scale: string, id: string): Names | undefined {
  const found = vocabulary.scales[scale];
  const place = found?.order.get(id);
  return place === undefined ? undefined : found?.steps[place]?.names;
}

/** What a `where` key of a record type compares: a place on a scale, a number, a choice … */
export type ValueType =
  | {
      readonly kind: 'scale';
      readonly order: ReadonlyMap<string, number>;
      readonly scale: string;
      /** What its steps are called. */
      readonly steps?: OrderedScale['steps'];
    }
  | { readonly kind: 'number' | 'numbers' | 'date' | 'boolean' }
  /** A subject taught is called otherwise in English than it is written. */
  | { readonly kind: 'text'; readonly of?: 'subject' }
  | { readonly kind: 'choice'; readonly choices: Readonly<Record<string, Names>> };

const scaleType = (vocabulary: Vocabulary, scale: string): ValueType => ({
  kind: 'scale',
  scale,
  order: vocabulary.scales[scale]?.order ?? new Map(),
  steps: vocabulary.scales[scale]?.steps ?? [],
});

export function attributeType(vocabulary: Vocabulary, attribute: string): ValueType | undefined {
  const found = vocabulary.attributes[attribute];
  if (!found) return undefined;
  if (found.type === 'scale') return scaleType(vocabulary, found.scale ?? '');
  if (found.type === 'choice') return { kind: 'choice', choices: found.choices ?? {} };
  if (found.type === 'text') return { kind: 'text', ...(attribute === 'subject' ? { of: 'subject' } : {}) };
  return { kind: found.type === 'years' ? 'number' : found.type };
}

/** undefined when the record type has no such thing. */
export function recordValueType(vocabulary: Vocabulary, type: string, key: string): ValueType | undefined {
  const found = vocabulary.records[type];
  if (!found) return undefined;
  if (key === 'on') return { kind: 'date' };
  if (key === 'level') return found.level ? scaleType(vocabulary, 'level') : undefined;
  if (key === 'grade') return found.grade ? scaleType(vocabulary, found.grade.scale) : undefined;
  if (key === 'authorOrder') return found.authorOrder ? { kind: 'number' } : undefined;
  if (key === 'event') return found.event ? { kind: 'text' } : undefined;
  const field = Object.hasOwn(found.fields ?? {}, key) ? found.fields?.[key] : undefined;
  if (!field) return undefined;
  return field.type === 'choice' ? { kind: 'choice', choices: field.choices ?? {} } : { kind: field.type };
}

/** Every `where` key a record type understands. */
export function recordKeys(vocabulary: Vocabulary, type: string): string[] {
  const found = vocabulary.records[type];
  const own = (['level', 'grade', 'authorOrder', 'event'] as const).filter((key) => found?.[key]);
  return ['on', ...own, ...Object.keys(found?.fields ?? {})];
}
