import { describe, expect, test } from 'vitest';
import { clause, dossier, loadSource, ready } from '../../../../tests/support/language.ts';
import { declarationOf, obstacles, type Submission } from './rules.ts';

const { programme } = ready(loadSource('002-3-city-backbone'));
const { compiled } = clause('known: rank');
const { person } = dossier();

const asked = (attached: readonly string[]): Submission => ({
  state: 'draft',
  timeliness: { ok: true },
  inRound: true,
  hasSchool: true,
  needsGroup: false,
  hasGroup: true,
  hoped: compiled.evaluate(dossier(), { asOf: '2025-04-25' }),
  person,
  declaration: declarationOf(programme),
  fields: { statement: '教育教学业绩' },
  attached: new Set(attached),
});
const missing = (attached: readonly string[]) =>
  obstacles(asked(attached)).map((one) => (one.kind === 'attachment-missing' ? one.attachment.id : one.kind));

describe('the materials are those of the programme’s list (R-001-4-10, R-002-3-24)', () => {
  test('each one still missing is named, and nothing else', () => {
    expect(missing([])).toEqual(['appraisal-proof', 'class-proof', 'research-proof', 'computer-proof']);
    expect(missing(['class-proof', 'computer-proof'])).toEqual(['appraisal-proof', 'research-proof']);
  });

  test('with all of them nothing stands in the way', () => {
    expect(missing(['appraisal-proof', 'class-proof', 'research-proof', 'computer-proof'])).toEqual([]);
  });
});
