import type { Condition } from '../grammar/condition.ts';
import type { Programme } from '../programme.ts';
import { isCondition, reach, walk } from '../walk.ts';
import type { Fail } from './values.ts';

/**
 * Whom a title is for must come out by itself or by what bodies are asked: they are asked the clauses of
 * eligibility and no others, so that what only `grants` asks for could never be answered.
 */
export function checkGrants(programme: Programme, fail: Fail): void {
  const { grants = [], definitions = {} } = programme;
  if (grants.every(({ when }) => when === undefined)) return;
  const asked = new Set([...reach(programme.eligibility, programme)].filter((node) => isCondition(node)));
  const open = (node: Condition) => !asked.has(node) && node.rule.op === 'decide';
  const soft = (node: Condition) =>
    node.strength === 'prefer' ||
    (!asked.has(node) && (node.strength === 'should' || node.strength === 'discretion'));
  /** Definitions that a body is asked about. */
  const decided = Object.entries(definitions).flatMap(([name, node]) =>
    isDecided(node) && asked.has(node) ? [name] : [],
  );
  const check = (node: Condition, at: string, word: string | undefined) => {
    if (open(node)) {
      fail(
        'wrong-value',
        at,
        '授予条件中的认定没有机构会被问到：请写成 definitions 中的一条，在 eligibility 中也引用（use）。',
        'No body is asked for a decision that stands in a grant only: make it one of the definitions and use it in eligibility, too.',
        decided.length > 0 ? decided : ['definitions: … use: …'],
        word,
      );
    }
    if (soft(node)) {
      fail(
        'wrong-value',
        `${at}.strength`,
        `授予条件只能是 must："${node.strength}"没有机构认定，或不排除任何人。`,
        `Whom a title is for can only be a must: "${node.strength}" is decided by nobody here, or excludes nobody.`,
        ['must'],
        node.strength,
      );
    }
  };
  for (const { when } of grants) {
    for (const node of when ? walk(when) : []) {
      if (!isCondition(node)) continue;
      check(node, node.path, node.id);
      const meant = node.rule.op === 'use' ? definitions[node.rule.arg] : undefined;
      // What is wrong is that it is used here; elsewhere the definition may be right.
      const at =
        meant && [...reach(meant, programme)].find((one) => isCondition(one) && (open(one) || soft(one)));
      if (at && isCondition(at)) check(at, node.path, node.rule.op === 'use' ? node.rule.arg : undefined);
    }
  }

  function isDecided(node: Condition): boolean {
    return [...reach(node, programme)].some((one) => isCondition(one) && one.rule.op === 'decide');
  }
}
