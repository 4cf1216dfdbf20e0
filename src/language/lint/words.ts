import { normalise } from '../evaluate/compare.ts';
import type { Condition } from '../grammar/condition.ts';
import type { Names } from '../problem.ts';
import type { Programme } from '../programme.ts';
import { conditionsOf } from '../walk.ts';
import type { Warn } from './warn.ts';

/** The printed words against what the machine does: soft words, and bounds said one way and set the other. */
export function lintWords(programme: Programme, warn: Warn): void {
  const { eligibility, definitions, quota, route, duties, treatments } = programme;
  lintSoftWords({ eligibility, definitions, quota, route, duties, treatments }, '', warn);
  for (const node of conditionsOf(programme)) lintBound(node, warn);
}

const SOFT = /原则上|一般(?:不|为|应|每)|酌情|尽量|\bin principle\b|\bgenerally\b|\bas a rule\b/i;

function lintSoftWords(value: unknown, path: string, warn: Warn): void {
  if (Array.isArray(value)) {
    value.forEach((item, i) => {
      lintSoftWords(item, `${path}[${i}]`, warn);
    });
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const { say, path: own } = value as { say?: Names; path?: string };
  const here = own ?? path;
  if (say && SOFT.test(`${say['zh-CN']} ${say.en}`) && !hasStrength(value)) {
    const word = SOFT.exec(`${say['zh-CN']} ${say.en}`)?.[0] ?? '';
    warn(
      'soft-word-without-strength',
      here,
      `文字有"${word}"，但未写明 strength，将按"必须"执行。`,
      `The words say "${word}", but no strength is set: it is enforced as "must".`,
    );
  }
  for (const [key, child] of Object.entries(value)) {
    if (key !== 'say' && key !== 'names') lintSoftWords(child, here === '' ? key : `${here}.${key}`, warn);
  }
}

function hasStrength(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return 'strength' in value || Object.values(value).some(hasStrength);
}

const INCLUSIVE =
  /以上|以下|以内|至少|不少于|不低于|不超过|不高于|不多于|at least|no more than|no less than|not more than|or above|or more/gi;
const STRICT =
  /超过|多于|高于|大于|不满|未满|少于|低于|小于|more than|less than|fewer than|\bover\b|\bunder\b|\bbelow\b|\babove\b/i;

/** Whether words name a strict or an inclusive bound; undefined when they name none, or both. */
function boundSaid(text: string): 'strict' | 'inclusive' | undefined {
  const inclusive = text.match(INCLUSIVE) !== null;
  const strict = STRICT.test(text.replaceAll(INCLUSIVE, ''));
  return inclusive === strict ? undefined : strict ? 'strict' : 'inclusive';
}

function boundSet({ rule }: Condition): 'strict' | 'inclusive' | undefined {
  if (rule.op === 'person') {
    const { atLeast, moreThan, atMost, below } = normalise(Object.values(rule.arg)[0] ?? true);
    if (typeof (moreThan ?? below) === 'number') return 'strict';
    return typeof (atLeast ?? atMost) === 'number' ? 'inclusive' : undefined;
  }
  if (rule.op !== 'count' && rule.op !== 'sum' && rule.op !== 'max') return undefined;
  const { min, max, moreThan, below } = rule.arg;
  if (moreThan !== undefined || below !== undefined) return 'strict';
  return min !== undefined || max !== undefined ? 'inclusive' : undefined;
}

/** 以上/以下 are inclusive, 超过/不满 strict: where words and test differ, someone must have chosen. */
function lintBound(node: Condition, warn: Warn): void {
  const set = boundSet(node);
  if (!set || !node.say) return;
  const said = [boundSaid(node.say['zh-CN']), boundSaid(node.say.en)];
  if (!said.some((one) => one !== undefined && one !== set)) return;
  warn(
    'bound-ambiguous',
    node.path,
    `界限含义不明：文字与条件一为“含本数”，一为“不含本数”；现按${set === 'strict' ? '不含' : '含'}本数执行。`,
    `The bound is ambiguous: words and test differ on whether the number itself counts; it is taken as ${set}.`,
  );
}
