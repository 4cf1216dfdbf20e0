import { isAlias, isMap, isScalar, isSeq, type Node } from 'yaml';
import { amountAnnotations, amountOperators } from '../grammar/amount.ts';
import { operators } from '../grammar/condition.ts';
import { annotations } from '../grammar/selection.ts';
import type { Field, ShapeDef } from '../grammar/shape.ts';
import { nearest } from '../problem.ts';
import { fitting } from './fits.ts';
import { join, place, type Report, wrongType } from './report.ts';
import { notOneOf, readScalar } from './scalar.ts';

/** Reads YAML nodes by shapes: mappings, lists, alternatives, and conditions with their one operator. */

const MAX_DEPTH = 60;

interface Operators {
  readonly operators: Readonly<Record<string, ShapeDef>>;
  readonly notes: Readonly<Record<string, Field>>;
  readonly what: { readonly zh: string; readonly en: string; readonly combine: string };
}
const conditions: Operators = {
  operators,
  notes: annotations,
  what: { zh: '条件', en: 'condition', combine: 'all: [ … ]' },
};
const amounts: Operators = {
  operators: amountOperators,
  notes: amountAnnotations,
  what: { zh: '数额', en: 'amount', combine: 'add: [ … ]' },
};

type ReadNode = (node: unknown, shape: ShapeDef, path: string, depth: number) => unknown;

/** A reader of nodes; undefined stands for what could not be read and has been reported. */
export function reader(report: Report): ReadNode {
  const { fail, enough, names } = report;

  /** The entries of a mapping with each key checked once; wrong keys are reported and left out. */
  function entries(node: unknown, path: string): Map<string, unknown> | undefined {
    if (!isMap(node)) {
      wrongType(report, path, node, '映射（键: 值）', 'a mapping (key: value)');
      return undefined;
    }
    const found = new Map<string, unknown>();
    for (const pair of node.items) {
      if (enough()) break;
      if (!isScalar(pair.key) || typeof pair.key.value === 'object') {
        place(report, pair.key, `${path}.?`);
        fail('unknown-key', `${path}.?`, '键必须是简单文字。', 'A key must be plain text.');
        continue;
      }
      const key = String(pair.key.value);
      const at = join(path, key);
      if (found.has(key)) {
        place(report, pair.key, at, true);
        fail('duplicate-key', at, `键"${key}"重复。`, `The key "${key}" is given twice.`);
        continue;
      }
      place(report, pair.key, at);
      found.set(key, pair.value);
    }
    return found;
  }

  function readObject(node: unknown, shape: ShapeDef & { kind: 'object' }, path: string, depth: number) {
    const found = entries(node, path);
    if (!found) return undefined;
    const result: Record<string, unknown> = shape.place ? { place: shape.place } : {};
    for (const [key, child] of found) {
      const field = Object.hasOwn(shape.fields, key) ? shape.fields[key] : undefined;
      if (field) {
        const read = readNode(child, field.shape, join(path, key), depth + 1);
        if (read !== undefined) result[key] = read;
      } else unknownKey(join(path, key), key, Object.keys(shape.fields));
    }
    for (const [key, field] of Object.entries(shape.fields)) {
      if (field.required && !found.has(key)) {
        fail('missing-key', path, `缺少"${key}"。`, `"${key}" is missing.`, { expected: key });
      }
    }
    return result;
  }

  function unknownKey(path: string, key: string, known: readonly string[]) {
    if (enough()) return;
    fail('unknown-key', path, `不认识的键"${key}"。`, `Unknown key "${key}".`, {
      expected: known.join(', '),
      nearest: nearest(key, known),
    });
  }

  /** A mapping with exactly one operator beside annotations; undefined when it is not. */
  function readOperator(node: unknown, { operators, notes, what }: Operators, path: string, depth: number) {
    const found = entries(node, path);
    if (!found) return undefined;
    const asked = [...found.keys()].filter((key) => Object.hasOwn(operators, key));
    const others = [...found.keys()].filter(
      (key) => !Object.hasOwn(operators, key) && !Object.hasOwn(notes, key),
    );
    for (const key of others)
      unknownKey(join(path, key), key, [...Object.keys(operators), ...Object.keys(notes)]);
    const [op, second] = asked;
    if (op === undefined) {
      if (others.length === 0) {
        fail('no-operator', path, `${what.zh}缺少运算词。`, `The ${what.en} has no operator.`, {
          expected: Object.keys(operators).join(', '),
        });
      }
      return undefined;
    }
    if (second !== undefined) {
      fail(
        'many-operators',
        join(path, second),
        `一个${what.zh}只能有一个运算词，已有"${op}"。`,
        `A ${what.en} has one operator; it has "${op}" already.`,
        { expected: what.combine },
      );
      return undefined;
    }
    const read: Record<string, unknown> = {};
    for (const [key, field] of Object.entries(notes)) {
      if (!found.has(key)) continue;
      const note = readNode(found.get(key), field.shape, join(path, key), depth + 1);
      if (note !== undefined) read[key] = note;
    }
    const shape = operators[op] as ShapeDef;
    const arg = readNode(found.get(op), shape, join(path, op), depth + 1);
    return arg === undefined ? undefined : { notes: read, node: { op, arg } };
  }

  function readCondition(node: unknown, path: string, depth: number): unknown {
    const read = readOperator(node, conditions, path, depth);
    return read && { ...read.notes, path, rule: read.node };
  }

  /** A plain number, or a mapping with one operator. */
  function readAmount(node: unknown, path: string, depth: number): unknown {
    if (!isScalar(node)) {
      if (!isMap(node)) {
        return wrongType(
          report,
          path,
          node,
          '数，或一个运算（键: 值）',
          'a number, or a mapping with one operator',
        );
      }
      const read = readOperator(node, amounts, path, depth);
      return read && { ...read.notes, path, term: read.node };
    }
    const arg = readScalar(node, amountOperators.number, path, report);
    return arg === undefined ? undefined : { path, term: { op: 'number', arg } };
  }

  const readNode: ReadNode = (node, shape, path, depth) => {
    if (enough()) return undefined;
    place(report, node, path);
    if (depth > MAX_DEPTH) return fail('too-deep', path, '嵌套过深。', 'Nested too deeply.');
    if (isAlias(node) || (node as (Node & { anchor?: string }) | null)?.anchor) {
      return fail('alias', path, '不允许使用锚点和别名。', 'Anchors and aliases are not allowed.');
    }
    switch (shape.kind) {
      case 'condition':
        return readCondition(node, path, depth);
      case 'amount':
        return readAmount(node, path, depth);
      case 'object':
        return readObject(node, shape, path, depth);
      case 'map': {
        const found = entries(node, path);
        if (!found) return undefined;
        if (found.size < shape.min) fail('missing-key', path, '不能为空。', 'It must not be empty.');
        const known = shape.keys ? names(shape.keys) : undefined;
        const result: Record<string, unknown> = {};
        for (const [key, child] of found) {
          const at = join(path, key);
          if (known && !known.includes(key))
            notOneOf(report, 'unknown-reference', key, known, at, shape.keys);
          else if (!/^[\w-]{1,60}$/.test(key) || key === '__proto__') {
            fail(
              'wrong-value',
              at,
              '名称只能用字母、数字和连字符。',
              'Names use letters, digits and hyphens.',
            );
          } else {
            const read = readNode(child, shape.of, at, depth + 1);
            if (read !== undefined) result[key] = read;
          }
        }
        return result;
      }
      case 'list': {
        if (!isSeq(node)) {
          if (!shape.orOne) return wrongType(report, path, node, '列表（- 项）', 'a list (- item)');
          const one = readNode(node, shape.of, path, depth + 1);
          return one === undefined ? undefined : [one];
        }
        if (node.items.length < shape.min) {
          return fail('missing-key', path, '列表不能为空。', 'The list must not be empty.');
        }
        const items = node.items.map((item, i) => readNode(item, shape.of, `${path}[${i}]`, depth + 1));
        return items.filter((item) => item !== undefined);
      }
      case 'either': {
        const chosen = fitting(shape.of, node, names);
        return chosen && readNode(node, chosen, path, depth);
      }
      default:
        return isScalar(node)
          ? readScalar(node, shape, path, report)
          : wrongType(report, path, node, '单个值', 'a single value');
    }
  };
  return readNode;
}
