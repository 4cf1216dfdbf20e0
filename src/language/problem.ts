/** What is wrong with a file, where, what was expected, and the nearest right spelling. */
export type Locale = 'zh-CN' | 'en';

export interface Names {
  readonly 'zh-CN': string;
  readonly en: string;
}

export type ErrorCode =
  | 'not-yaml'
  | 'too-large'
  | 'too-deep'
  | 'alias'
  | 'duplicate-key'
  | 'duplicate-id'
  | 'unknown-key'
  | 'missing-key'
  | 'wrong-type'
  | 'wrong-value'
  | 'out-of-range'
  | 'no-operator'
  | 'many-operators'
  | 'unknown-reference'
  | 'wrong-comparison'
  | 'cycle'
  | 'case-not-covered'
  | 'bad-table';

export type WarningCode =
  | 'quota-sum-differs'
  | 'dates-out-of-order'
  | 'weights-not-100'
  | 'share-without-rounding'
  | 'percent-without-population'
  | 'number-differs'
  | 'records-not-years'
  | 'links-in-a-ring'
  | 'cut-without-tie-rule'
  | 'soft-word-without-strength'
  | 'never-satisfiable'
  | 'unused-definition'
  | 'window-without-bound'
  | 'number-out-of-reach'
  | 'blind-but-needed'
  | 'blind-undone'
  | 'dropped-of-unknown'
  | 'bound-ambiguous'
  | 'bands-overlap'
  | 'bands-gap'
  | 'unreachable-clause'
  | 'title-not-for-all';

export interface Problem {
  readonly severity: 'error' | 'warning';
  readonly code: ErrorCode | WarningCode;
  readonly file: string;
  /** 1-based; 0 when the whole file is meant. */
  readonly line: number;
  readonly column: number;
  /** Dotted path in the file, such as `eligibility.all[2].count.record`. */
  readonly path: string;
  readonly message: Names;
  readonly expected?: string;
  readonly nearest?: string;
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface Hint {
  expected?: string;
  nearest?: string | undefined;
}

/** A maker of problems of one file: it knows where each path stands. */
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

/** Edit distance with neighbouring letters swapped counted as one; both sides are short. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (before[j - 2] ?? 0) + 1);
      }
      row.push(best);
    }
    before = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

/** The known word a misspelt one most likely meant, or nothing when none is close. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  if (word.length > 60) return undefined;
  const simple = word.toLowerCase().replaceAll(/[_\s]/g, '-');
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const steps = distance(simple, candidate.toLowerCase());
    if (steps < least) [best, least] = [candidate, steps];
  }
  return best;
}

/** `eligibility.all[2].count.record (line 14, column 9): message`, one line for a terminal. */
export function formatProblem(problem: Problem, locale: Locale): string {
  const { file, line, column, message, nearest: near, severity, expected } = problem;
  const zh = locale === 'zh-CN';
  const hint = near ? (zh ? `是否应为"${near}"？` : ` Did you mean "${near}"?`) : '';
  const should = expected ? (zh ? `应为：${expected}。` : ` Expected: ${expected}.`) : '';
  return `${file}:${line}:${column} ${severity} ${problem.code} ${message[locale]}${should}${hint}`;
}
