/** Numbers set locally in words: for the programme's page, the round's and the API. */
import type { Parameter } from '../../../language/grammar/programme.ts';
import type { Programme } from '../../../language/programme.ts';
import { stepName, type Vocabulary } from '../../../language/vocabulary.ts';
import { boundsOf } from '../../../language/work/parameters.ts';
import type { Locale, Translate } from '../../../web/words.ts';
import {
  type Authority,
  type Misfit,
  parameterOf,
  type SetRefusal,
  setterLevel,
  type Weighed,
} from './rules.ts';

export interface Speaking {
  readonly programme: Programme;
  /** Numbers that the programme has no more, as it had them. */
  readonly former?: ReadonlyMap<string, Parameter>;
  readonly vocabulary: Vocabulary;
  readonly locale: Locale;
  readonly t: Translate;
}

export const called = (
  { programme, former }: Pick<Speaking, 'programme' | 'former'>,
  parameter: string,
): Parameter | undefined => parameterOf(programme, parameter) ?? former?.get(parameter);

export const sayParameter = (speaking: Speaking, parameter: string): string =>
  called(speaking, parameter)?.names[speaking.locale] ?? parameter;

/** "5 年" */
export function sayNumber(speaking: Speaking, parameter: string, value: string): string {
  const unit = called(speaking, parameter)?.unit?.[speaking.locale];
  return unit === undefined ? value : `${value} ${unit}`;
}

export function sayBounds(speaking: Speaking, parameter: string): string {
  const { t, programme } = speaking;
  const { min, max, whole } = boundsOf(programme, parameter);
  const bounds = sayRange(speaking, parameter, min, max);
  return whole ? t('numbers.bounds.whole', { bounds }) : bounds;
}
function sayRange(speaking: Speaking, parameter: string, min?: string, max?: string): string {
  const { t } = speaking;
  const said = (value: string) => sayNumber(speaking, parameter, value);
  if (min !== undefined && max !== undefined)
    return t('numbers.bounds.both', { min: said(min), max: said(max) });
  if (min !== undefined) return t('numbers.bounds.min', { min: said(min) });
  return max === undefined ? t('numbers.bounds.none') : t('numbers.bounds.max', { max: said(max) });
}

const sayLevel = ({ vocabulary, locale }: Speaking, level: string): string =>
  stepName(vocabulary, 'level', level)?.[locale] ?? level;

export function saySetter(speaking: Speaking, parameter: string, authority: Authority): string {
  const level = setterLevel(speaking.programme, parameter, authority);
  return level === null
    ? speaking.t('numbers.setter.nobody')
    : speaking.t('numbers.setter.level', { level: sayLevel(speaking, level) });
}

/** Why this version cannot use a number that was set. */
export const sayMisfit = (speaking: Speaking, parameter: string, { reason, expected = '' }: Misfit): string =>
  speaking.t(`numbers.why.${reason}`, { expected: sayNumber(speaking, parameter, expected) });

/** Those of some numbers that this version cannot use, a line each. */
export const sayMisfits = (
  speaking: Speaking,
  all: readonly Pick<Weighed, 'parameter' | 'value' | 'unitName' | 'misfit'>[],
): string[] =>
  all.flatMap(({ parameter, value, unitName: unit, misfit }) =>
    misfit === null
      ? []
      : [
          speaking.t('numbers.misfit.line', {
            unit,
            parameter: sayParameter(speaking, parameter),
            value: sayNumber(speaking, parameter, value),
            why: sayMisfit(speaking, parameter, misfit),
          }),
        ],
  );

export function sayRefusal(speaking: Speaking, parameter: string, { reason, expected }: SetRefusal): string {
  const { t, programme, locale } = speaking;
  const unit = parameterOf(programme, parameter)?.unit?.[locale];
  switch (reason) {
    case 'wrong-unit':
      return unit === undefined
        ? t('numbers.refused.wrong-unit.none')
        : t('numbers.refused.wrong-unit', { expected: unit });
    case 'below-least':
    case 'above-most':
      return t(`numbers.refused.${reason}`, { expected: sayNumber(speaking, parameter, expected) });
    case 'not-yours-to-set':
      return t('numbers.refused.not-yours-to-set', { expected: sayLevel(speaking, expected) });
    default:
      return t(`numbers.refused.${reason}`, { expected });
  }
}
