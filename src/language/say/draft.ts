import type { Condition } from '../grammar/condition.ts';
import type { Strength } from '../grammar/selection.ts';
import type { Names } from '../problem.ts';
import { childrenOf } from '../walk.ts';
import { clauseText, readClause } from './clause.ts';
import type { policyWords } from './policy-words.ts';
import type { Setting } from './setting.ts';
import { pick } from './values.ts';

export interface PolicyTable {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A clause before it is numbered. */
export interface Draft {
  readonly text: string;
  readonly path?: string;
  readonly reading?: string;
  readonly strength?: Strength | undefined;
  readonly cite?: readonly string[] | undefined;
  readonly children?: readonly Draft[];
}

export interface Section {
  readonly id: keyof typeof policyWords.headings;
  readonly clauses: readonly Draft[];
  readonly tables?: readonly PolicyTable[];
}

/** A condition with its parts below it; printed words keep the machine's reading beside them. */
export function fromCondition(node: Condition, setting: Setting): Draft {
  const { locale } = setting;
  const leaf = childrenOf(node).length === 0 || node.rule.op === 'not' || node.rule.op === 'case';
  const reading = readClause(node, setting);
  const dates = inForce(node, setting);
  return {
    text: `${clauseText(node, setting)}${dates}`,
    path: node.path,
    ...(node.say && reading !== node.say[locale] ? { reading } : {}),
    strength: node.strength,
    cite: node.cite,
    children: leaf ? [] : childrenOf(node).map((child) => fromCondition(child, setting)),
  };
}

function inForce({ from, until }: Condition, { locale }: Setting): string {
  const said = [
    ...(from ? [pick(locale, `自 ${from} 起`, `from ${from}`)] : []),
    ...(until ? [pick(locale, `至 ${until} 止`, `until ${until}`)] : []),
  ];
  return said.length === 0 ? '' : pick(locale, `（${said.join('')}有效）`, ` (in force ${said.join(' ')})`);
}

export interface Sourced {
  readonly say?: Names;
  readonly cite?: readonly string[];
  readonly strength?: Strength;
}

/** The printed words, else the words made from the data; both when the data adds something. */
export function sourced(item: Sourced, made: string, { locale }: Setting): Draft {
  const said = item.say?.[locale];
  return {
    text: said ?? made,
    ...(said !== undefined && made !== '' ? { reading: made } : {}),
    strength: item.strength,
    cite: item.cite,
  };
}
