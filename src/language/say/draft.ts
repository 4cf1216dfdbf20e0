import type { Amount } from '../grammar/amount.ts';
import type { Condition } from '../grammar/condition.ts';
import type { Strength } from '../grammar/selection.ts';
import type { Names } from '../problem.ts';
import { childrenOf, isCondition, type Node, walk } from '../walk.ts';
import { clauseText, readClause, readFormula, sayAmount } from './clause.ts';
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

const labelled = (label: Names | undefined, text: string, { locale }: Setting): string =>
  label ? pick(locale, `${label['zh-CN']}：${text}`, `${label.en}: ${text}`) : text;

/** A condition with its parts below it; printed words keep the machine's reading beside them. */
export function fromCondition(node: Condition, setting: Setting, label?: Names): Draft {
  const { locale } = setting;
  const leaf = childrenOf(node).length === 0 || node.rule.op === 'not' || node.rule.op === 'case';
  const reading = readClause(node, setting);
  return {
    text: labelled(label, `${clauseText(node, setting)}${inForce(node, setting)}`, setting),
    path: node.path,
    ...(node.say && reading !== node.say[locale] ? { reading } : {}),
    strength: node.strength,
    cite: node.cite,
    children: leaf
      ? notesBelow(node, setting)
      : childrenOf(node).map((child) => fromCondition(child, setting)),
  };
}

/** A condition under a label, where there is one. */
export const asked = (label: Names, node: Condition | undefined, setting: Setting): Draft[] =>
  node ? [fromCondition(node, setting, label)] : [];

/** An amount under a label: its words, its formula beside them, what the formula is made of below. */
export const reckoned = (label: Names | undefined, node: Amount | undefined, setting: Setting): Draft[] =>
  node ? [{ ...formulaOf(node, setting, label), children: notesBelow(node, setting) }] : [];

/** Its name and its printed words, and beside them how it is reckoned. */
function formulaOf(node: Amount, setting: Setting, label?: Names): Draft {
  const said = node.names && node.say ? labelled(node.names, node.say[setting.locale], setting) : undefined;
  const [text, reading] = [said ?? sayAmount(node, setting), readFormula(node, setting)];
  return {
    text: labelled(label, text, setting),
    ...(text === reading ? {} : { reading }),
    cite: node.cite,
  };
}

/**
 * What a sentence about a node leaves out of the nodes below it: how the machine reads the ones with words of
 * their own, their sources, how strongly they bind, and when they are in force.
 */
function notesBelow(node: Node, setting: Setting): Draft[] {
  const below = [...walk(node)].slice(1);
  return [...weightedParts(node, setting), ...below.flatMap((one) => noteOf(one, setting))];
}

/** The same for nodes that are spoken of in a sentence, they themselves included. */
export const notes = (nodes: readonly (Node | undefined)[], setting: Setting): Draft[] =>
  nodes.flatMap((node) => (node ? [...walk(node)].flatMap((one) => noteOf(one, setting)) : []));

function noteOf(node: Node, setting: Setting): Draft[] {
  if (!isCondition(node)) {
    const parts = weightedParts(node, setting);
    if (!(node.say || node.names || node.cite)) return parts;
    return [formulaOf(node, setting), ...parts];
  }
  const { say, cite, strength, from, until } = node;
  if (!say && !cite && !from && !until && (strength ?? 'must') === 'must') return [];
  const [text, reading] = [clauseText(node, setting, true), readClause(node, setting, true)];
  return [
    { text: `${text}${inForce(node, setting)}`, ...(text === reading ? {} : { reading }), strength, cite },
  ];
}

/** Parts with a name of their own stand in the formula by that name. */
function weightedParts(node: Node, setting: Setting): Draft[] {
  if (isCondition(node) || node.term.op !== 'weighted') return [];
  return node.term.arg.parts.flatMap(({ names, of }) =>
    names ? [{ text: labelled(names, sayAmount(of, setting), setting) }] : [],
  );
}

export function inForce(
  { from, until }: { readonly from?: string; readonly until?: string },
  { locale }: Setting,
): string {
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
export function sourced(
  item: Sourced,
  made: string,
  { locale }: Setting,
  children: readonly Draft[] = [],
): Draft {
  const said = item.say?.[locale];
  return {
    text: said ?? made,
    ...(said !== undefined && made !== '' && made !== said ? { reading: made } : {}),
    strength: item.strength,
    cite: item.cite,
    children,
  };
}

/** Parts of a sentence that are there. */
export const joined = (parts: readonly (string | false | undefined)[], { locale }: Setting): string =>
  parts.filter(Boolean).join(pick(locale, '，', ', '));
