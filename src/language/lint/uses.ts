import { givenWithin } from '../given.ts';
import type { Programme } from '../programme.ts';
import { isCondition, nodesOf, opOf, parametersOf } from '../walk.ts';
import type { Warn } from './warn.ts';

/** What a file names and never asks for. */
export function lintUses(programme: Programme, warn: Warn): void {
  const used = new Set<string>();
  for (const { parameter } of programme.given) used.add(`parameters.${parameter}`);
  for (const node of nodesOf(programme)) {
    for (const parameter of parametersOf(node)) used.add(`parameters.${parameter}`);
    if (isCondition(node)) {
      if (node.rule.op === 'use') used.add(`definitions.${node.rule.arg}`);
      continue;
    }
    const { term } = node;
    if (term.op === 'measure') used.add(`measures.${term.arg}`);
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

/**
 * Records are fetched as far back as any county may look: without a greatest value that is as far as there are any. The
 * titles somebody was granted are read whole, however far back a clause looks.
 */
export function lintWindows(programme: Programme, warn: Warn): void {
  if (programme.parameters === undefined) return;
  const windows = [...nodesOf(programme)].filter((node) => opOf(node) !== 'holds').flatMap(givenWithin);
  for (const { at, parameter, path } of windows) {
    if (!at.includes('within') || programme.parameters[parameter]?.max !== undefined) continue;
    warn(
      'window-without-bound',
      path,
      `时间窗口由参数"${parameter}"给出，但未写明最大可设为多少（max），须查阅全部往年记录。`,
      `The parameter "${parameter}" gives a window of time but has no greatest value (max): all records there ever were must be read.`,
    );
  }
}

const words = {
  definitions: ['定义', 'definition'],
  measures: ['计量', 'measure'],
  parameters: ['参数', 'parameter'],
  populations: ['人群', 'population'],
  lookups: ['对照表', 'lookup table'],
} as const;
