import type { Scalar } from 'yaml';
import { isCivilDate, isMonthDay } from '../../shared/civil-date.ts';
import { day, fullDate, type RefKind, refWords, type ShapeDef } from '../grammar/shape.ts';
import { type ErrorCode, nearest } from '../problem.ts';
import { clip, type Report, wrongType } from './report.ts';
import { numberMeant, textMeant } from './typed.ts';

/** Reads single values by their shape. */

const MAX_NUMBER = 1e12;

export function readScalar(node: Scalar, shape: ShapeDef, path: string, report: Report): unknown {
  const value = node.value;
  const meant = typeof value === 'string' ? numberMeant(value) : undefined;
  switch (shape.kind) {
    case 'text':
      return readText(node, shape, path, report);
    case 'literal':
      if (typeof value === 'string' || typeof value === 'boolean') return value;
      if (typeof value === 'number') return inRange(value, -MAX_NUMBER, MAX_NUMBER, path, report);
      return wrongType(report, path, node, '文字、数或是非', 'text, number or true/false');
    case 'number':
      if (typeof value !== 'number' || (shape.integer && !Number.isInteger(value))) {
        return shape.integer
          ? wrongType(report, path, node, '整数', 'a whole number', meant)
          : wrongType(report, path, node, '数', 'a number', meant);
      }
      return inRange(value, shape.min, shape.max, path, report);
    case 'decimal': {
      const digits = node.source ?? String(value);
      if (typeof value !== 'number' || !/^-?\d{1,12}(\.\d{1,6})?$/.test(digits)) {
        return wrongType(report, path, node, '十进制数', 'a decimal number such as 12.5', meant);
      }
      return inRange(value, shape.min, shape.max, path, report) === undefined ? undefined : digits;
    }
    case 'boolean':
      return typeof value === 'boolean'
        ? value
        : wrongType(report, path, node, 'true 或 false', 'true or false');
    case 'choice':
      if (typeof value === 'string' && shape.of.includes(value)) return value;
      return notOneOf(report, 'wrong-value', String(value), shape.of, path);
    case 'ref': {
      if (typeof value !== 'string') return wrongType(report, path, node, '名称', 'a name');
      const known = report.names(shape.to);
      if (!known || known.includes(value)) return value;
      return notOneOf(report, 'unknown-reference', value, known, path, shape.to);
    }
    default:
      return undefined;
  }
}

function readText(
  node: Scalar,
  shape: ShapeDef & { kind: 'text' },
  path: string,
  report: Report,
): string | undefined {
  const { value } = node;
  const { fail } = report;
  if (typeof value !== 'string') {
    const quoted = value === null ? 'text' : `text, quoted: "${node.source ?? value}"`;
    wrongType(report, path, node, '文字', shape.like ? `text such as ${shape.like}` : quoted);
  } else if (value.trim() === '' || value.length > 4000 || (shape.pattern && !shape.pattern.test(value))) {
    fail('wrong-value', path, `"${clip(value)}"写法不对。`, `"${clip(value)}" is not written right.`, {
      expected: shape.like ?? '1 … 4000 characters',
      nearest: textMeant(value, shape),
    });
  } else if ((shape === fullDate || shape === day) && !isCivilDate(value) && !isMonthDay(value)) {
    fail('wrong-value', path, `没有"${value}"这一天。`, `There is no such day as "${value}".`);
  } else return value;
  return undefined;
}

function inRange(
  value: number,
  min: number,
  max: number,
  path: string,
  { fail }: Report,
): number | undefined {
  if (Number.isFinite(value) && value >= min && value <= max) return value;
  fail('out-of-range', path, '数值超出范围。', 'The number is out of range.', {
    expected: `${min} … ${max}`,
  });
  return undefined;
}

/** Reports a word that is none of the known ones; `what` names what was referred to. */
export function notOneOf(
  { fail }: Report,
  code: ErrorCode,
  value: string,
  known: readonly string[],
  path: string,
  what?: RefKind,
): undefined {
  const shown = clip(value);
  fail(
    code,
    path,
    what ? `没有名为"${shown}"的${refWords[what]['zh-CN']}。` : `"${shown}"不在可选范围内。`,
    what ? `There is no ${refWords[what].en} named "${shown}".` : `"${shown}" is not one of the choices.`,
    { expected: known.slice(0, 40).join(', '), nearest: nearest(value, known) },
  );
  return undefined;
}
