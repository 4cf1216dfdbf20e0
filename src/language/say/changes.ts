import { type Difference, differences, fitting, isNames, isNode } from '../differences.ts';
import { isParameter } from '../given.ts';
import type { ShapeDef } from '../grammar/shape.ts';
import type { Locale, Names } from '../problem.ts';
import type { Programme } from '../programme.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { isCondition } from '../walk.ts';
import { clauseText, sayAmount } from './clause.ts';
import { wordOf } from './names.ts';
import { type PolicyClause, type PolicyText, sectionHeading } from './policy.ts';
import { policyWords as words } from './policy-words.ts';
import type { Setting } from './setting.ts';
import { pick, sayDay, sayDuration, sayGiven } from './values.ts';

/** What changed from one version to another, in the words of the policy: where, what of it, what it was and is. */
export interface SaidChange {
  /** 三、对象与条件; null for the head of the file, which is no section of the text. */
  readonly section: string | null;
  /** The clause's number in the newer text, in the older one where it is gone. */
  readonly number: string | null;
  /** The clause in its words; null where the whole of it came or went. */
  readonly clause: string | null;
  /** What of it changed: 不少于; empty for the whole of it. */
  readonly what: string;
  readonly before: string | null;
  readonly after: string | null;
  /** Where it stands in the file, such as `eligibility.all[2].count.min`. */
  readonly path: string;
}

/** A version with its text in one language. */
export interface SaidVersion {
  readonly programme: Programme;
  readonly vocabulary: Vocabulary;
  readonly text: PolicyText;
}

/** `units` are the names of units by the codes that the rows of tables have. */
export function sayChanges(
  before: SaidVersion,
  after: SaidVersion,
  locale: Locale,
  units: ReadonlyMap<string, string> = new Map(),
): SaidChange[] {
  const [old, now] = [sideOf(before, locale), sideOf(after, locale)];
  return differences(before.programme, after.programme).map((found) => {
    const { was, is, shape, path, keys, top } = found;
    const [side, other] = is === undefined ? [old, now] : [now, old];
    const place = placeOf(found, side) ?? placeOf(found, other);
    const section = sectionIds[top];
    const whole = keys.length === 0;
    const table = top === 'tables';
    return {
      section: place?.section ?? (section ? words.headings[section][locale] : null),
      number: place?.number ?? null,
      clause: whole ? null : table ? TABLE[locale] : (found.thing?.[locale] ?? place?.clause ?? null),
      what: (table ? keys.slice(2) : keys)
        .map((key) =>
          typeof key === 'string' ? (units.get(key) ?? idWords(key, null, side.setting)) : key[locale],
        )
        .join(pick(locale, '：', ': ')),
      ...saidOf(was, is, shape, old.setting, now.setting),
      path,
    };
  });
}

/** Words that differ in the other language alone are shown in that. */
function saidOf(was: unknown, is: unknown, shape: ShapeDef | null, old: Setting, now: Setting) {
  const say = (value: unknown, setting: Setting) =>
    value === undefined ? null : sayPart(value, shape, setting);
  const said = { before: say(was, old), after: say(is, now) };
  if (said.before !== said.after || !isNames(was) || !isNames(is)) return said;
  const other = old.locale === 'en' ? 'zh-CN' : 'en';
  return { before: was[other], after: is[other] };
}

const TABLE: Names = { 'zh-CN': '名额分配表', en: 'Distribution table' };

/** Where the text speaks of a part of the file. */
const sectionIds: Readonly<Partial<Record<string, keyof typeof words.headings>>> = {
  principles: 'principles',
  eligibility: 'eligibility',
  quota: 'quota',
  tables: 'quota',
  route: 'route',
  ranking: 'route',
  ties: 'route',
  calendar: 'dates',
  dates: 'dates',
  forms: 'forms',
  training: 'training',
  assessment: 'assessment',
  duties: 'duties',
  ledgers: 'ledgers',
  term: 'term',
  grants: 'term',
  treatments: 'treatments',
  stacking: 'treatments',
  checks: 'checks',
  indicators: 'indicators',
  registers: 'registers',
  links: 'links',
  bodies: 'bodies',
  reckoning: 'measures',
  parameters: 'measures',
  populations: 'measures',
  lookups: 'measures',
  measures: 'measures',
  definitions: 'definitions',
  terms: 'terms',
  versions: 'versions',
  document: 'contact',
};

interface Place {
  readonly section: string;
  readonly number: string | null;
  readonly clause: string | null;
}
interface Side {
  readonly setting: Setting;
  /** Clauses that are conditions, by where they stand in the file. */
  readonly byPath: ReadonlyMap<string, Place>;
  /** All of a section, in its order. */
  readonly sections: ReadonlyMap<string, readonly (Place & { readonly clause: string })[]>;
}

function sideOf({ programme, vocabulary, text }: SaidVersion, locale: Locale): Side {
  const byPath = new Map<string, Place>();
  const sections = new Map<string, (Place & { clause: string })[]>();
  for (const section of text.sections) {
    const heading = sectionHeading(section, locale);
    const own: (Place & { clause: string })[] = [];
    const visit = ({ number, path, text: clause, children }: PolicyClause): void => {
      const place = { section: heading, number, clause };
      own.push(place);
      if (path !== null && !byPath.has(path)) byPath.set(path, place);
      children.forEach(visit);
    };
    section.clauses.forEach(visit);
    sections.set(section.id, own);
  }
  return { setting: { programme, vocabulary, locale }, byPath, sections };
}

/** The clause a change belongs to: the nearest condition the text speaks of, or what has the words of the thing. */
function placeOf({ top, nodes, thing }: Difference, { setting, byPath, sections }: Side): Place | null {
  for (const node of nodes) {
    const found = nearest(node, byPath);
    if (found) return found;
  }
  const section = sectionIds[top];
  const own = section === undefined ? undefined : sections.get(section);
  const said = thing?.[setting.locale];
  const [first] = own ?? [];
  if (!first) return null;
  const named = said === undefined ? undefined : own?.find(({ clause }) => clause.startsWith(said));
  return named ?? { section: first.section, number: null, clause: null };
}

/** `eligibility.all[2].any[0]`, then `eligibility.all[2]`, and so on. */
function nearest(path: string, byPath: ReadonlyMap<string, Place>): Place | null {
  for (let at = path; at !== ''; at = at.replace(/(\.[^.[]+|\[\d+\]|^[^.[]+)$/, '')) {
    const found = byPath.get(at);
    if (found) return found;
  }
  return null;
}

const DURATION = /^[1-9]\d{0,2}(y|m|d)$/;
const MONTH_DAY = /^\d{2}-\d{2}$/;

/** A part of a file in words; one that has no words of its own, by its fields. */
function sayPart(value: unknown, shapes: ShapeDef | null, setting: Setting): string {
  const { locale } = setting;
  const shape = fitting(shapes, value);
  if (typeof value === 'object' && value !== null && isParameter(value)) return sayGiven(value, setting);
  if (isNode(value)) return isCondition(value) ? clauseText(value, setting, true) : sayAmount(value, setting);
  if (typeof value === 'boolean') return value ? pick(locale, '是', 'yes') : pick(locale, '否', 'no');
  if (typeof value === 'string') {
    if (shape?.kind === 'choice' && Object.hasOwn(shape.words, value))
      return shape.words[value]?.[locale] ?? value;
    if (DURATION.test(value)) return sayDuration(value, locale);
    return MONTH_DAY.test(value) ? sayDay(value, locale) : idWords(value, shape, setting);
  }
  if (Array.isArray(value)) {
    const of = shape?.kind === 'list' ? shape.of : shape;
    const said = value.map((one) => sayPart(one, of, setting));
    const sentences = said.some((one) => /[。.]$/.test(one));
    return said.join(sentences ? pick(locale, '', ' ') : pick(locale, '、', ', '));
  }
  if (typeof value !== 'object' || value === null) return String(value);
  const parts = value as Readonly<Record<string, unknown>>;
  const called = [parts, parts.names, parts.say].find(isNames);
  if (called !== undefined) return called[locale];
  return Object.entries(parts)
    .filter(([key]) => key !== 'cite' && key !== 'id')
    .map(([key, part]) => {
      const field = shape?.kind === 'object' ? shape.fields[key] : undefined;
      const said = sayPart(part, field?.shape ?? (shape?.kind === 'map' ? shape.of : null), setting);
      const name = field ? field.doc[locale] : idWords(key, null, setting);
      return pick(locale, `${name}：${said}`, `${name}: ${said}`);
    })
    .join(pick(locale, '；', '; '));
}

/**
 * Where a value of the file stands, in words: what leads to it, each as briefly as it can be said. Of a file that does
 * not load ids stay as they are.
 */
export function sayTrail(
  trail: readonly (Names | string)[],
  locale: Locale,
  meant: Pick<Setting, 'programme' | 'vocabulary'> | null,
): string {
  return trail
    .map((one) =>
      typeof one !== 'string' ? one[locale] : meant ? idWords(one, null, { ...meant, locale }) : one,
    )
    .map((words) => words.replace(/[；;：:，,。].*$/s, '').trim() || words)
    .join(' › ');
}

/** What an id of the file or the vocabulary is called. */
function idWords(id: string, shape: ShapeDef | null, setting: Setting): string {
  const { vocabulary, programme, locale } = setting;
  const { attributes, records } = vocabulary;
  const called =
    shape?.kind === 'text'
      ? undefined
      : (own(attributes, id) ?? own(records, id) ?? own(programme.bodies, id) ?? own(programme.measures, id));
  return called?.names?.[locale] ?? (shape?.kind === 'text' ? id : wordOf(id, setting));
}
const own = <T>(all: Readonly<Record<string, T>> | undefined, id: string): T | undefined =>
  all !== undefined && Object.hasOwn(all, id) ? all[id] : undefined;
