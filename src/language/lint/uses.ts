import type { Programme } from '../programme.ts';
import { isCondition, nodesOf } from '../walk.ts';
import type { Warn } from './warn.ts';

/** What a file names and never asks for. */
export function lintUses(programme: Programme, warn: Warn): void {
  const used = new Set<string>();
  for (const { parameter } of programme.given) used.add(`parameters.${parameter}`);
  for (const node of nodesOf(programme)) {
    if (isCondition(node)) {
      if (node.rule.op === 'use') used.add(`definitions.${node.rule.arg}`);
      continue;
    }
    const { term } = node;
    if (term.op === 'measure') used.add(`measures.${term.arg}`);
    else if (term.op === 'parameter') used.add(`parameters.${term.arg}`);
    else if (term.op === 'size') used.add(`populations.${term.arg}`);
    else if (term.op === 'lookup') used.add(`lookups.${term.arg.in}`);
  }
  for (const section of ['definitions', 'measures', 'parameters', 'populations', 'lookups'] as const) {
    const [zh, en] = words[section];
    for (const name of Object.keys(programme[section] ?? {})) {
      if (used.has(`${section}.${name}`)) continue;
      warn(
        'unused-definition',
        `${section}.${name}`,
        `${zh}"${name}"没有用到。`,
        `The ${en} "${name}" is not used.`,
      );
    }
  }
}

const words = {
  definitions: ['定义', 'definition'],
  measures: ['计量', 'measure'],
  parameters: ['参数', 'parameter'],
  populations: ['人群', 'population'],
  lookups: ['对照表', 'lookup table'],
} as const;
