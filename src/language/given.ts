import { compare, type Exact, parseExact, whole } from '../shared/decimal.ts';
import type { ProgrammeFile } from './grammar/programme.ts';
import type { Quota } from './grammar/round.ts';
import type { ParameterNumber } from './grammar/shape.ts';
import type { Assessment } from './grammar/work.ts';

/**
 * Shares, weights and places that a parameter gives. A programme holds them as plain numbers, the parameter's own
 * value until others are set, and remembers where they came from.
 */

/** The sections in which a number may be given by a parameter. */
const SECTIONS = ['quota', 'assessment'] as const;
export type SettledFile = Omit<ProgrammeFile, 'quota' | 'assessment'> & {
  readonly quota?: Quota;
  readonly assessment?: Assessment;
};

/** Where a number of the file is given by which parameter. */
export interface Given {
  readonly at: readonly (string | number)[];
  readonly parameter: string;
}

export const pathOf = ({ at }: Given): string =>
  at.map((step, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? step : `.${step}`)).join('');

/** Numbers of people and places are whole; the others are kept as they are written. */
const WHOLE: readonly unknown[] = ['total', 'exactly', 'min', 'max'];
const isWhole = ({ at }: Given): boolean => at[0] === 'quota' && WHOLE.includes(at.at(-1));
const isPercent = ({ at }: Given): boolean => at.at(-1) === 'minPercent' || at.at(-1) === 'maxPercent';

/** Why a number cannot stand at a place of the file; null when it can. */
export function misfit(given: Given, value: string): 'negative' | 'not-whole' | 'over-hundred' | null {
  const number = parseExact(value);
  if (!number || number.n < 0n) return 'negative';
  if (isWhole(given) && number.d !== 1n) return 'not-whole';
  return isPercent(given) && compare(number, HUNDRED) > 0 ? 'over-hundred' : null;
}
const HUNDRED: Exact = whole(100);

/** Every number that a parameter gives. */
export function givenIn(file: ProgrammeFile): readonly Given[] {
  const found: Given[] = [];
  const look = (value: unknown, at: readonly (string | number)[]): void => {
    if (typeof value !== 'object' || value === null) return;
    // Conditions and amounts have parameters of their own.
    if ('path' in value && ('rule' in value || 'term' in value)) return;
    if (isParameter(value)) found.push({ at, parameter: value.parameter });
    else if (Array.isArray(value)) value.forEach((one: unknown, i) => void look(one, [...at, i]));
    else for (const [key, one] of Object.entries(value)) look(one, [...at, key]);
  };
  for (const section of SECTIONS) look(file[section], [section]);
  return found;
}

const isParameter = (value: object): value is ParameterNumber =>
  'parameter' in value && Object.keys(value).length === 1;

/** A file with other values at these places. */
export function withValues<F extends object>(
  file: F,
  all: readonly Given[],
  numberOf: (given: Given) => string | number,
): F {
  return all.reduce((changed, given) => placed(changed, given.at, numberOf(given)) as F, file);
}

function placed(value: unknown, at: readonly (string | number)[], put: string | number): unknown {
  const [step, ...rest] = at;
  if (step === undefined) return put;
  if (Array.isArray(value)) return value.map((one, i) => (i === step ? placed(one, rest, put) : one));
  const own = value as Readonly<Record<string, unknown>>;
  return { ...own, [step]: placed(own[step], rest, put) };
}

/** What stands there under that name itself: a parameter may be called as what every object has. */
const own = <T>(all: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(all, name) ? all[name] : undefined;

/** The numbers as the parameters say: their own values, or those set instead. */
export function settle<F extends ProgrammeFile | SettledFile>(
  file: F,
  all: readonly Given[],
  set: Readonly<Record<string, string>> = {},
): Omit<F, 'quota' | 'assessment'> & Pick<SettledFile, 'quota' | 'assessment'> {
  const settled = withValues(file, all, (given) => {
    const value = own(set, given.parameter) ?? own(file.parameters ?? {}, given.parameter)?.value ?? '0';
    return isWhole(given) ? Number(value) : value;
  });
  // Every place that held a parameter holds a number now.
  return settled as unknown as Omit<F, 'quota' | 'assessment'> & Pick<SettledFile, 'quota' | 'assessment'>;
}
