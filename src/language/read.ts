import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type Scalar } from 'yaml';
import { isCivilDate, isMonthDay } from '../shared/civil-date.ts';
import { annotations, type Condition, operators } from './grammar/condition.ts';
import { day, fullDate, type RefKind, type Shape, type ShapeDef } from './grammar/shape.ts';
import { type ErrorCode, type Names, nearest, type Problem } from './problem.ts';

/** Reads a YAML file by a shape: a typed value, or every problem with its line and column. Never throws. */

export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface Reading<T> {
  readonly value: T | undefined;
  readonly problems: readonly Problem[];
  /** Where each path of the file stands, so that later checks can point at it. */
  at(path: string): Position;
}

/** The names a reference may point to; undefined when any name will do for now. */
export type Known = (kind: RefKind) => readonly string[] | undefined;

export const MAX_TEXT = 200_000;
const MAX_DEPTH = 60;
/** Enough for anyone; a file of rubbish would have thousands, each looking for its nearest spelling. */
const MAX_PROBLEMS = 200;
const MAX_NUMBER = 1e12;
const NOWHERE: Position = { line: 0, column: 0 };

interface Hint {
  expected?: string;
  nearest?: string | undefined;
}

export function problemMaker(file: string, at: (path: string) => Position, severity: Problem['severity']) {
  return (code: Problem['code'], path: string, message: Names, hint: Hint = {}): Problem => ({
    severity,
    code,
    file,
    ...at(path),
    path,
    message,
    ...(hint.expected === undefined ? {} : { expected: hint.expected }),
    ...(hint.nearest === undefined ? {} : { nearest: hint.nearest }),
  });
}

export function readYaml<T>(
  text: string,
  shape: Shape<T>,
  { file, known, keysOf }: { file: string; known: Known; keysOf?: Partial<Record<RefKind, string>> },
): Reading<T> {
  const lines = new LineCounter();
  const positions = new Map<string, Position>();
  const problems: Problem[] = [];
  const at = (path: string) => positions.get(path) ?? NOWHERE;
  const problem = problemMaker(file, at, 'error');
  const fail = (code: ErrorCode, path: string, zh: string, en: string, hint: Hint = {}) => {
    if (problems.length < MAX_PROBLEMS) problems.push(problem(code, path, { 'zh-CN': zh, en }, hint));
  };
  const done = (value: T | undefined): Reading<T> => ({
    value: problems.length > 0 ? undefined : value,
    problems,
    at,
  });

  if (text.length > MAX_TEXT) {
    fail('too-large', '', '文件过大。', 'The file is too large.', { expected: `≤ ${MAX_TEXT} characters` });
    return done(undefined);
  }
  if (tooDeep(text)) {
    fail('too-deep', '', '嵌套过深。', 'The file is nested too deeply.');
    return done(undefined);
  }
  let root: Node | null;
  try {
    // Duplicate keys are reported below: the parser compares every pair, which long maps cannot afford.
    const parsed = parseDocument(text, { lineCounter: lines, uniqueKeys: false, prettyErrors: false });
    for (const error of parsed.errors.slice(0, 20)) {
      const { line, col } = lines.linePos(error.pos[0]);
      const at = { line, column: col };
      const words = error.message.split('\n')[0] ?? error.code;
      problems.push({
        ...problem('not-yaml', '', {
          'zh-CN': `不是合法的 YAML：${words}。`,
          en: `Not valid YAML: ${words}.`,
        }),
        ...at,
      });
    }
    root = parsed.contents as Node | null;
  } catch {
    fail('not-yaml', '', '不是合法的 YAML。', 'Not valid YAML.');
    return done(undefined);
  }
  if (problems.length > 0) return done(undefined);
  const value = new Map<RefKind, readonly string[]>();
  for (const [kind, section] of Object.entries(keysOf ?? {})) {
    value.set(kind as RefKind, sectionNames(root, section));
  }
  const names: Known = (kind) => value.get(kind) ?? known(kind);
  const enough = () => problems.length >= MAX_PROBLEMS;
  const read = reader({ fail, enough, positions, lines, names });
  return done(read(root, shape, '', 0) as T | undefined);
}

/** Flow brackets or indentation beyond anything a person would write; the parser recurses on both. */
function tooDeep(text: string): boolean {
  let open = 0;
  let dashes = 0;
  let deepest = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 91 || code === 123) open += 1;
    else if ((code === 93 || code === 125) && open > 0) open -= 1;
    if (code === 45 || code === 63) dashes += 1;
    else if (code !== 32) dashes = 0;
    deepest = Math.max(deepest, open, dashes);
  }
  return deepest > 500 || /^ {600}/m.test(text);
}

/** Names a section declares: its keys when it is a mapping, the `id` of its items when it is a list. */
function sectionNames(root: Node | null, section: string): string[] {
  let node: unknown = root;
  for (const key of section.split('.')) node = isMap(node) ? node.get(key, true) : undefined;
  if (isMap(node)) return node.items.flatMap(({ key }) => (isScalar(key) ? [String(key.value)] : []));
  if (isSeq(node)) {
    return node.items.flatMap((item) => (isMap(item) && item.has('id') ? [String(item.get('id'))] : []));
  }
  return [];
}

interface Tools {
  readonly fail: (code: ErrorCode, path: string, zh: string, en: string, hint?: Hint) => void;
  /** Whether so much is wrong that reading on tells nothing. */
  readonly enough: () => boolean;
  readonly positions: Map<string, Position>;
  readonly lines: LineCounter;
  readonly names: Known;
}

type ReadNode = (node: unknown, shape: ShapeDef, path: string, depth: number) => unknown;

function reader({ fail, enough, positions, lines, names }: Tools): ReadNode {
  const place = (node: unknown, path: string) => {
    const range = (node as Node | null)?.range;
    if (!range || positions.has(path)) return;
    const { line, col } = lines.linePos(range[0]);
    positions.set(path, { line, column: col });
  };
  const wrong = (path: string, node: unknown, zh: string, en: string) =>
    fail(
      'wrong-type',
      path,
      `此处类型不对，写的是${kindOf(node).zh}。`,
      `Wrong type: found ${kindOf(node).en}.`,
      {
        expected: `${zh} / ${en}`,
      },
    );

  /** The entries of a mapping with each key checked once; wrong keys are reported and left out. */
  function entries(node: unknown, path: string): Map<string, unknown> | undefined {
    if (!isMap(node)) {
      wrong(path, node, '映射（键: 值）', 'a mapping (key: value)');
      return undefined;
    }
    const found = new Map<string, unknown>();
    for (const pair of node.items) {
      if (enough()) break;
      if (!isScalar(pair.key) || typeof pair.key.value === 'object') {
        place(pair.key, `${path}.?`);
        fail('unknown-key', `${path}.?`, '键必须是简单文字。', 'A key must be plain text.');
        continue;
      }
      const key = String(pair.key.value);
      const at = join(path, key);
      if (found.has(key)) {
        const { line, col } = lines.linePos(pair.key.range?.[0] ?? 0);
        positions.set(at, { line, column: col });
        fail('duplicate-key', at, `键"${key}"重复。`, `The key "${key}" is given twice.`);
        continue;
      }
      place(pair.key, at);
      found.set(key, pair.value);
    }
    return found;
  }

  function readObject(node: unknown, shape: ShapeDef & { kind: 'object' }, path: string, depth: number) {
    const found = entries(node, path);
    if (!found) return undefined;
    const result: Record<string, unknown> = {};
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

  function readCondition(node: unknown, path: string, depth: number): Condition | undefined {
    const found = entries(node, path);
    if (!found) return undefined;
    const asked = [...found.keys()].filter((key) => Object.hasOwn(operators, key));
    const others = [...found.keys()].filter(
      (key) => !Object.hasOwn(operators, key) && !Object.hasOwn(annotations, key),
    );
    const known = [...Object.keys(operators), ...Object.keys(annotations)];
    for (const key of others) unknownKey(join(path, key), key, known);
    const [op, second] = asked;
    if (op === undefined) {
      if (others.length === 0) {
        fail('no-operator', path, '条件缺少运算词。', 'The condition has no operator.', {
          expected: Object.keys(operators).join(', '),
        });
      }
      return undefined;
    }
    if (second !== undefined) {
      fail(
        'many-operators',
        join(path, second),
        `一个条件只能有一个运算词，已有"${op}"。`,
        `A condition has one operator; it has "${op}" already.`,
        { expected: 'all: [ … ]' },
      );
      return undefined;
    }
    const notes: Record<string, unknown> = {};
    for (const [key, field] of Object.entries(annotations)) {
      if (!found.has(key)) continue;
      const note = readNode(found.get(key), field.shape, join(path, key), depth + 1);
      if (note !== undefined) notes[key] = note;
    }
    const shape = operators[op as keyof typeof operators] as ShapeDef;
    const arg = readNode(found.get(op), shape, join(path, op), depth + 1);
    if (arg === undefined) return undefined;
    return { ...notes, path, rule: { op, arg } } as unknown as Condition;
  }

  function readScalar(node: Scalar, shape: ShapeDef, path: string): unknown {
    const value = node.value;
    switch (shape.kind) {
      case 'text':
        return readText(node, shape, path);
      case 'literal':
        if (typeof value === 'string' || typeof value === 'boolean') return value;
        if (typeof value === 'number') return inRange(value, -MAX_NUMBER, MAX_NUMBER, path);
        return wrong(path, node, '文字、数或是非', 'text, number or true/false');
      case 'number':
        if (typeof value !== 'number' || (shape.integer && !Number.isInteger(value))) {
          return shape.integer
            ? wrong(path, node, '整数', 'a whole number')
            : wrong(path, node, '数', 'a number');
        }
        return inRange(value, shape.min, shape.max, path);
      case 'decimal': {
        const digits = node.source ?? String(value);
        if (typeof value !== 'number' || !/^\d{1,9}(\.\d{1,6})?$/.test(digits)) {
          return wrong(path, node, '十进制数', 'a decimal number such as 12.5');
        }
        return inRange(value, 0, shape.max, path) === undefined ? undefined : digits;
      }
      case 'boolean':
        return typeof value === 'boolean' ? value : wrong(path, node, 'true 或 false', 'true or false');
      case 'choice':
        if (typeof value === 'string' && shape.of.includes(value)) return value;
        return notOneOf('wrong-value', String(value), shape.of, path);
      case 'ref': {
        if (typeof value !== 'string') return wrong(path, node, '名称', 'a name');
        const known = names(shape.to);
        if (!known || known.includes(value)) return value;
        return notOneOf('unknown-reference', value, known, path, shape.to);
      }
      default:
        return undefined;
    }
  }

  function readText(node: Scalar, shape: ShapeDef & { kind: 'text' }, path: string): string | undefined {
    const { value } = node;
    if (typeof value !== 'string') {
      const quoted = value === null ? 'text' : `text, quoted: "${node.source ?? value}"`;
      wrong(path, node, '文字', shape.like ? `text such as ${shape.like}` : quoted);
    } else if (value.trim() === '' || value.length > 4000 || (shape.pattern && !shape.pattern.test(value))) {
      fail('wrong-value', path, `"${clip(value)}"写法不对。`, `"${clip(value)}" is not written right.`, {
        expected: shape.like ?? '1 … 4000 characters',
      });
    } else if ((shape === fullDate || shape === day) && !isCivilDate(value) && !isMonthDay(value)) {
      fail('wrong-value', path, `没有"${value}"这一天。`, `There is no such day as "${value}".`);
    } else return value;
    return undefined;
  }

  function inRange(value: number, min: number, max: number, path: string): number | undefined {
    if (Number.isFinite(value) && value >= min && value <= max) return value;
    fail('out-of-range', path, '数值超出范围。', 'The number is out of range.', {
      expected: `${min} … ${max}`,
    });
    return undefined;
  }

  function notOneOf(code: ErrorCode, value: string, known: readonly string[], path: string, what?: string) {
    const shown = clip(value);
    fail(
      code,
      path,
      what ? `没有名为"${shown}"的 ${what}。` : `"${shown}"不在可选范围内。`,
      what ? `There is no ${what} named "${shown}".` : `"${shown}" is not one of the choices.`,
      { expected: known.slice(0, 40).join(', '), nearest: nearest(value, known) },
    );
    return undefined;
  }

  const readNode: ReadNode = (node, shape, path, depth) => {
    if (enough()) return undefined;
    place(node, path);
    if (depth > MAX_DEPTH) return fail('too-deep', path, '嵌套过深。', 'Nested too deeply.');
    if (isAlias(node) || (node as (Node & { anchor?: string }) | null)?.anchor) {
      return fail('alias', path, '不允许使用锚点和别名。', 'Anchors and aliases are not allowed.');
    }
    switch (shape.kind) {
      case 'condition':
        return readCondition(node, path, depth);
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
          if (known && !known.includes(key)) notOneOf('unknown-reference', key, known, at, shape.keys);
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
          if (!shape.orOne) return wrong(path, node, '列表（- 项）', 'a list (- item)');
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
        const fitting = shape.of.find((one) => fits(one, node, names)) ?? shape.of.at(-1);
        return fitting && readNode(node, fitting, path, depth);
      }
      default:
        return isScalar(node) ? readScalar(node, shape, path) : wrong(path, node, '单个值', 'a single value');
    }
  };
  return readNode;
}

/** Whether a YAML node is of the kind a shape wants; among choices, whether the word is one of them. */
function fits(shape: ShapeDef, node: unknown, names: Known): boolean {
  switch (shape.kind) {
    case 'object':
    case 'map':
    case 'condition':
      return isMap(node);
    case 'list':
      return isSeq(node) || (shape.orOne && fits(shape.of, node, names));
    case 'either':
      return shape.of.some((one) => fits(one, node, names));
    case 'choice':
      return isScalar(node) && shape.of.includes(String(node.value));
    case 'number':
      return isScalar(node) && typeof node.value === 'number';
    default:
      return isScalar(node);
  }
}

const join = (path: string, key: string) => (path === '' ? key : `${path}.${key}`);
const clip = (text: string) => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

function kindOf(node: unknown): { zh: string; en: string } {
  if (isMap(node)) return { zh: '映射', en: 'a mapping' };
  if (isSeq(node)) return { zh: '列表', en: 'a list' };
  if (!isScalar(node) || node.value === null) return { zh: '空', en: 'nothing' };
  const word = clip(String(node.value));
  if (typeof node.value === 'number') return { zh: `数 ${word}`, en: `the number ${word}` };
  if (typeof node.value === 'boolean') return { zh: `是非值 ${word}`, en: word };
  return { zh: `文字"${word}"`, en: `the text "${word}"` };
}
