import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { encodedBy, type Policy } from '../../scripts/lib/policies.ts';
import { loadProgramme } from '../../src/language/load.ts';
import { commonVocabulary } from '../../src/platform/programmes.ts';
import { root } from '../../src/platform/root.ts';
import { allProgrammes } from './library.ts';

const collection = join(root, '../shared/policies/index.json');

/** The collection of real policies, which stands beside the project where it is developed; null elsewhere. */
export const policies = (): readonly Policy[] | null =>
  existsSync(collection) ? (JSON.parse(readFileSync(collection, 'utf8')) as Policy[]) : null;

/** Every clause some programme of the project encodes. */
export function allEncoded(): Set<string> {
  const encoded = new Set<string>();
  for (const { text, file, tables } of allProgrammes()) {
    const loaded = loadProgramme(text, { vocabulary: commonVocabulary(), file, tables });
    if (loaded.ok) for (const clause of encodedBy(loaded.programme)) encoded.add(clause);
  }
  return encoded;
}

/** Worked checks some case proves. */
export function allProved(): Set<string> {
  const proved = new Set<string>();
  for (const { cases } of allProgrammes()) {
    const read = cases === null ? null : (parse(cases) as { cases: { checks?: string | string[] }[] });
    for (const { checks = [] } of read?.cases ?? []) for (const check of [checks].flat()) proved.add(check);
  }
  return proved;
}

interface Left {
  readonly clause: string;
  readonly reason: { readonly 'zh-CN': string; readonly en: string };
}

/** Clauses left to people, each with its reason (`programmes/library/left.yaml`). */
export function leftOut(): readonly Left[] {
  const file = join(root, 'programmes/library/left.yaml');
  if (!existsSync(file)) return [];
  return (parse(readFileSync(file, 'utf8')) as { left: Left[] }).left;
}
