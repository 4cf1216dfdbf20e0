import { Composer, type CST, isMap, isScalar, isSeq, LineCounter, type Node, Parser } from 'yaml';
import type { RefKind, Shape } from './grammar/shape.ts';
import { type Position, type Problem, problemMaker } from './problem.ts';
import { reader } from './read/reader.ts';
import type { Known, Report } from './read/report.ts';
import { complaint, oddSign, signHint } from './read/typed.ts';

/** Reads a YAML file by a shape: a typed value, or every problem with its line and column. Never throws. */

export interface Reading<T> {
  readonly value: T | undefined;
  readonly problems: readonly Problem[];
  /** Where each path of the file stands, so that later checks can point at it. */
  at(path: string): Position;
}

export interface ReadOptions {
  readonly file: string;
  /** Names declared outside the file. */
  readonly known: Known;
  /** Names the file declares itself: the sections that hold them, by kind; they join those known. */
  readonly keysOf?: Partial<Record<RefKind, readonly string[]>>;
}

/** Five times the longest policy written so far; the parser takes a second over this much rubbish. */
export const MAX_TEXT = 80_000;
/** Enough for anyone; a file of rubbish would have thousands, each looking for its nearest spelling. */
const MAX_PROBLEMS = 200;
const MAX_ERRORS = 20;
const NOWHERE: Position = { line: 0, column: 0 };
const BEGINNING: Position = { line: 1, column: 1 };

export function readYaml<T>(written: string, shape: Shape<T>, options: ReadOptions): Reading<T> {
  const { file, known, keysOf = {} } = options;
  const problems: Problem[] = [];
  const lines = new LineCounter();
  const positions = new Map<string, Position>();
  const at = (path: string) => positions.get(path) ?? (path === '' ? BEGINNING : NOWHERE);
  const problem = problemMaker(file, at, 'error');
  const enough = () => problems.length >= MAX_PROBLEMS;
  const fail: Report['fail'] = (code, path, zh, en, hint) => {
    if (!enough()) problems.push(problem(code, path, { 'zh-CN': zh, en }, hint));
    return undefined;
  };
  // Lines of old Macs end in what YAML takes for text.
  const text = written.replace(/\r(?!\n)/g, '\n');
  const told = new Set<number>();
  const root = parse(text, lines, (code, message, offset) => {
    const { line, col } = lines.linePos(offset);
    const odd = oddSignBefore(text, line);
    if (odd !== null) {
      if (told.has(odd.line)) return;
      told.add(odd.line);
      positions.set('', { line: odd.line, column: odd.column });
      const hint = signHint(odd.meant);
      fail(
        'not-yaml',
        '',
        `此处的“${odd.sign}”不能用作标点。`,
        `The "${odd.sign}" is not the sign that is read here.`,
        { expected: `${hint.zh} / ${hint.en}`, nearest: odd.meant },
      );
    } else {
      positions.set('', { line: Math.max(1, line), column: Math.max(1, col) });
      const { zh, en, hint } = complaint(code, message);
      fail('not-yaml', '', `不是合法的 YAML：${zh}。`, `Not valid YAML: ${en}.`, hint);
    }
    positions.delete('');
  });
  if (root === 'too-large' || root === 'too-deep') {
    const [zh, en] = root === 'too-large' ? ['过大', 'too large'] : ['嵌套过深', 'nested too deeply'];
    fail(root, '', `文件${zh}。`, `The file is ${en}.`, { expected: `≤ ${MAX_TEXT} characters` });
  }
  if (typeof root === 'string' || problems.length > 0) return { value: undefined, problems, at };
  const own = new Map<string, readonly string[]>(
    Object.entries(keysOf).map(([kind, sections]) => [
      kind,
      [...(known(kind as RefKind) ?? []), ...sections.flatMap((section) => sectionNames(root, section))],
    ]),
  );
  const names: Known = (kind) => own.get(kind) ?? known(kind);
  const value = reader({ fail, enough, positions, lines, names })(root, shape, '', 0) as T | undefined;
  if (problems.length > 0) problems.unshift(...oddIndents(text, file));
  return { value: problems.length > 0 ? undefined : value, problems, at };
}

/** Lines that begin with a wide space or dash: YAML takes them for letters, and what is wrong shows elsewhere. */
function oddIndents(text: string, file: string): Problem[] {
  return text.split('\n').flatMap((line, i) => {
    const column = /^[ \t]*[\u3000\u00a0－]/.exec(line)?.[0].length;
    if (column === undefined) return [];
    const meant = line[column - 1] === '－' ? '-' : ' ';
    const { zh, en } = signHint(meant);
    const message = {
      'zh-CN': '行首用了全角空格或全角横线。',
      en: 'The line begins with a wide space or dash.',
    };
    const make = problemMaker(file, () => ({ line: i + 1, column }), 'error');
    return [make('not-yaml', '', message, { expected: `${zh} / ${en}`, nearest: meant })];
  });
}

/** The root node of the text; what the YAML parser finds wrong is told with its offset. */
function parse(
  text: string,
  lineCounter: LineCounter,
  tell: (code: string, message: string, offset: number) => void,
): Node | null | 'too-large' | 'too-deep' {
  if (text.length > MAX_TEXT) return 'too-large';
  if (tooDeep(text)) return 'too-deep';
  try {
    // The reader reports duplicate keys: the parser would compare every pair, which long maps cannot afford.
    const composer = new Composer({ uniqueKeys: false });
    const tokens = fewErrors(new Parser(lineCounter.addNewLine).parse(text));
    let root: Node | null | undefined;
    for (const { contents, errors, range } of composer.compose(tokens, true, text.length)) {
      for (const { code, message, pos } of errors.slice(0, MAX_ERRORS))
        tell(code, message.replace(/\.$/, ''), pos[0]);
      if (root !== undefined) tell('MULTIPLE_DOCS', 'a second document', range[0]);
      if (root !== undefined || errors.length > 0) break;
      root = contents as Node | null;
    }
    return root ?? null;
  } catch (error) {
    tell('', error instanceof Error ? error.name : 'unreadable', 0);
    return null;
  }
}

/** A sign of another keyboard on the line that is complained of, or on the line of words before it. */
function oddSignBefore(text: string, line: number) {
  const all = text.split(/\r?\n/);
  const before = all.findLastIndex((one, i) => i < line - 1 && one.trim() !== '');
  for (const at of [line - 1, before]) {
    const odd = at < 0 ? null : oddSign(all[at] ?? '');
    if (odd !== null) return { ...odd, line: at + 1 };
  }
  return null;
}

/** The tokens up to the point where it is plain that this is not YAML. */
function* fewErrors(tokens: Iterable<CST.Token>): Generator<CST.Token> {
  let errors = 0;
  for (const token of tokens) {
    if (token.type === 'error') errors += 1;
    yield token;
    if (errors >= MAX_ERRORS) return;
  }
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
  const [first, ...rest] = section.split('.*');
  let node: unknown = root;
  for (const key of (first ?? '').split('.')) node = isMap(node) ? node.get(key, true) : undefined;
  // `a.*.b`: what every entry of `a` declares in its `b`.
  if (rest.length > 0) {
    const entries = isMap(node) ? node.items : [];
    return entries.flatMap(({ value }) =>
      sectionNames(isMap(value) ? value : null, rest.join('.*').slice(1)),
    );
  }
  if (isMap(node)) return node.items.flatMap(({ key }) => (isScalar(key) ? [String(key.value)] : []));
  if (isSeq(node)) {
    return node.items.flatMap((item) => (isMap(item) && item.has('id') ? [String(item.get('id'))] : []));
  }
  return [];
}
