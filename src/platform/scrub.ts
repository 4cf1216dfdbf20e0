import pg from 'pg';

/*
 * What goes into the log and the list of faults must help an administrator and name nobody. Messages of our own name
 * no person; those of the database quote what it was given, so their quotations, and whatever looks like a name in
 * Chinese or a number of a person, are left out.
 */

const HIDDEN = '…';
/** SQLSTATE classes whose messages quote values: data exceptions and broken constraints. */
const QUOTES_VALUES = /^(22|23|P0)/;

/** A text without names in Chinese, numbers of six digits or more, addresses of mail, and tokens. */
export const scrub = (text: string): string =>
  text
    .replace(/[\p{Script=Han}〇·]+/gu, HIDDEN)
    .replace(/[\w.+-]+@[\w-]+\.[\w.]+/g, HIDDEN)
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, HIDDEN)
    .replace(/\b[A-Za-z]{0,4}\d{4,17}[\dXx]?\b/g, HIDDEN)
    .replace(/\b(?=[\w-]*\d)(?=[\w-]*[A-Z])[\w-]{24,}\b/g, HIDDEN);

export interface SafeError {
  readonly type: string;
  readonly message: string;
  readonly stack: string;
  readonly code?: string;
  readonly constraint?: string;
  readonly table?: string;
  readonly cause?: SafeError;
}

/** An error as it may be written down: where and what, without the values it was about. */
export function safeError(error: unknown): SafeError {
  if (!(error instanceof Error)) return { type: typeof error, message: scrub(String(error)), stack: '' };
  const { code } = error as NodeJS.ErrnoException;
  const database = error instanceof pg.DatabaseError ? error : null;
  const quotes = database !== null && QUOTES_VALUES.test(database.code ?? '');
  const message = quotes ? error.message.replace(/: .*$|"[^"]*"/gs, HIDDEN) : error.message;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    type: error.name,
    message: scrub(message),
    stack: frames.slice(0, 12).join('\n'),
    ...(typeof code === 'string' ? { code } : {}),
    ...(database?.constraint === undefined ? {} : { constraint: database.constraint }),
    ...(database?.table === undefined ? {} : { table: database.table }),
    ...(error.cause instanceof Error ? { cause: safeError(error.cause) } : {}),
  };
}
