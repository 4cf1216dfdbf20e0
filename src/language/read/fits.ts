import { isMap, isScalar, isSeq, type YAMLMap } from 'yaml';
import { amountOperators } from '../grammar/amount.ts';
import { operators } from '../grammar/condition.ts';
import type { ShapeDef } from '../grammar/shape.ts';
import type { Known } from './report.ts';

/** Whether a YAML node is of the kind a shape wants; among choices, whether the word is one of them. */
function fits(shape: ShapeDef, node: unknown, names: Known): boolean {
  switch (shape.kind) {
    case 'object':
    case 'map':
    case 'condition':
      return isMap(node);
    case 'amount':
      return isMap(node) || (isScalar(node) && typeof node.value === 'number');
    case 'list':
      return isSeq(node) || (shape.orOne && fits(shape.of, node, names));
    case 'either':
      return shape.of.some((one) => fits(one, node, names));
    case 'choice':
      return isScalar(node) && shape.of.includes(String(node.value));
    case 'number':
    case 'decimal':
      return isScalar(node) && typeof node.value === 'number';
    case 'text':
      return (
        isScalar(node) && typeof node.value === 'string' && (!shape.pattern || shape.pattern.test(node.value))
      );
    default:
      return isScalar(node);
  }
}

/** Whether a shape is written as a mapping, a list or a single value, as the node is. */
function isKin(shape: ShapeDef, node: unknown): boolean {
  switch (shape.kind) {
    case 'object':
    case 'map':
    case 'condition':
      return isMap(node);
    case 'amount':
      return !isSeq(node);
    case 'list':
      return isSeq(node);
    case 'either':
      return shape.of.some((one) => isKin(one, node));
    default:
      return isScalar(node);
  }
}

/** How many keys of the mapping the shape knows. */
function familiar(shape: ShapeDef, keys: readonly string[]): number {
  const known = (names: object) => keys.filter((key) => Object.hasOwn(names, key)).length;
  switch (shape.kind) {
    case 'object':
      return known(shape.fields);
    case 'condition':
      return known(operators);
    case 'amount':
      return known(amountOperators);
    case 'either':
      return Math.max(...shape.of.map((one) => familiar(one, keys)));
    default:
      return 0;
  }
}

/** The alternative to read a node by: the first that fits; of mappings the one that knows most of its keys. */
export function fitting(shapes: readonly ShapeDef[], node: unknown, names: Known): ShapeDef | undefined {
  const able = shapes.filter((one) => fits(one, node, names));
  // Where nothing fits, what is written the same way says best what is wrong with it.
  if (able.length === 0) return shapes.find((one) => isKin(one, node)) ?? shapes.at(-1);
  if (able.length < 2 || !isMap(node)) return able[0];
  const keys = keysOf(node);
  return able.reduce((best, one) => (familiar(one, keys) > familiar(best, keys) ? one : best));
}

const keysOf = ({ items }: YAMLMap): string[] =>
  items.flatMap(({ key }) => (isScalar(key) ? [String(key.value)] : []));
