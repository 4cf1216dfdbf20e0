import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { root } from '../../src/platform/root.ts';

/** Which rows of the requirements the programmes of the sources carry, and how. */
export interface Carried {
  /** Cited anywhere. */
  readonly cited: ReadonlySet<string>;
  /** Cited where the machine decides, counts, asks or schedules something. */
  readonly carried: ReadonlySet<string>;
}

/** Sections that only say something: people read them, the machine does nothing with them. */
const SAID = new Set(['document', 'principles', 'training', 'links', 'registers', 'terms']);

/** A stage with a length and a period with its dates are more than words. */
const isScheduled = (node: Node, path: readonly string[]) =>
  path[0] === 'training' &&
  ((path[1] === 'phases' && node.length !== undefined) || (path[1] === 'period' && node.from !== undefined));

type Node = Readonly<Record<string, unknown>>;

const isSaid = (node: Node, path: readonly string[]): boolean => {
  const [section = '', part = ''] = path;
  if (section === 'assessment' && (part === 'rules' || part === 'pass')) return true;
  if (section === 'duties' && path.length === 2) return !('require' in node || 'phases' in node);
  return SAID.has(section) && !isScheduled(node, path);
};

export function carriedBy(text: string): Carried {
  const cited = new Set<string>();
  const carried = new Set<string>();
  const walk = (value: unknown, path: readonly string[]): void => {
    if (Array.isArray(value)) {
      value.forEach((item, i) => {
        walk(item, [...path, String(i)]);
      });
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    const node = value as Node;
    for (const id of [node.cite ?? []].flat().map(String)) {
      cited.add(id);
      if (!isSaid(node, path)) carried.add(id);
    }
    for (const [key, child] of Object.entries(node)) walk(child, [...path, key]);
  };
  walk(parse(text), []);
  return { cited, carried };
}

/** By folder of `programmes/sources`, such as `001-9-growth-stages`. */
export function carriedInSources(): Readonly<Record<string, Carried>> {
  const shelf = join(root, 'programmes/sources');
  return Object.fromEntries(
    readdirSync(shelf).map((name) => {
      const files = readdirSync(join(shelf, name)).filter(
        (file) => file.endsWith('.yaml') && file !== 'cases.yaml',
      );
      const each = files.map((file) => carriedBy(readFileSync(join(shelf, name, file), 'utf8')));
      return [
        name,
        {
          cited: new Set(each.flatMap(({ cited }) => [...cited])),
          carried: new Set(each.flatMap(({ carried }) => [...carried])),
        },
      ];
    }),
  );
}
