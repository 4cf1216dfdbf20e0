import type { WarningCode } from '../problem.ts';

/** Reports a warning at a path of the file. */
export type Warn = (code: WarningCode, path: string, zh: string, en: string) => void;
