import { describe, expect, test } from 'vitest';
import { around, dossier, policy, problemsOf, record } from '../../../tests/support/language.ts';
import type { Dossier } from '../dossier.ts';
import { explainProgramme } from '../explain.ts';
import { plainText } from '../say/plain.ts';

/* Which title somebody chosen is granted. */

const asOf = '2025-04-25';
const two = `grants:
  - {title: academic-leader, when: {person: {rank: {atLeast: senior}}}, term: 5y}
  - {title: city-backbone, when: {count: {record: paper}}}
eligibility: {known: subject}`;
const granted = (text: string, who: Dossier) => {
  const grant = policy(text).compiled.granting(who, { asOf });
  if (grant === 'none') return grant;
  return 'unclear' in grant ? `unclear: ${grant.unclear.title}` : grant.title;
};
const papers = [record('paper', '2025-01-01', { level: 'city' })];

describe('of several titles', () => {
  test('the first whose condition is met', () => {
    expect(granted(two, dossier(papers, { rank: 'senior' }))).toBe('academic-leader');
    expect(granted(two, dossier(papers, { rank: 'first' }))).toBe('city-backbone');
    expect(granted(two, dossier([], { rank: 'first' }))).toBe('none');
  });
  test('none is guessed where a higher one hangs on what is not documented', () => {
    expect(granted(two, dossier(papers, { rank: null }))).toBe('unclear: academic-leader');
  });
  test('one without a condition is for everyone chosen', () => {
    const one = 'grants: {title: city-backbone, term: 3y}\neligibility: {known: subject}';
    expect(granted(one, dossier([], { rank: null }))).toBe('city-backbone');
    expect(granted('eligibility: {known: subject}', dossier())).toBe('none');
  });
  test('what their conditions ask is read', () => {
    const { needs } = policy(two).compiled;
    expect(needs.attributes).toContain('rank');
    expect(needs.recordTypes).toEqual(['paper']);
  });
  test('each is printed with whom it is for', () => {
    const { programme, vocabulary } = policy(two);
    const text = plainText(explainProgramme(programme, vocabulary, 'zh-CN'));
    expect(text).toMatch(/授予学科带头人称号，有效期5年/);
    expect(text).toMatch(/授予对象：职称：高级教师及以上/);
  });
  test('a title there is not is refused, and one after a title for everyone is never reached', () => {
    expect(
      problemsOf(
        around('{known: rank}', 'grants: [{title: city-backbon, when: {known: rank}}, {title: educator}]'),
      ),
    ).toMatchObject([{ code: 'unknown-reference', path: 'grants[0].title', nearest: 'city-backbone' }]);
    const text = 'grants: [{title: city-backbone}, {title: academic-leader}]\neligibility: {known: subject}';
    expect(policy(text).warnings.map(({ code, path }) => [code, path])).toEqual([
      ['unreachable-clause', 'grants[1]'],
    ]);
  });
});

describe('whom a title is for', () => {
  const faults = (when: string, more = '', eligibility = '{known: rank}') =>
    problemsOf(
      around(eligibility, `grants: [{title: academic-leader, when: ${when}}, {title: educator}]${more}`),
    ).map(({ code, path, expected, nearest }) => [code, path, expected, nearest]);
  const definition = '\ndefinitions: {pillar-of-the-school: {decide: {needs: [reason]}}}';

  test('is not left to a decision that no body is asked for', () => {
    expect(faults('{all: [{known: rank}, {decide: {needs: [reason]}}]}')).toEqual([
      ['wrong-value', 'grants[0].when.all[1]', 'definitions: … use: …', undefined],
    ]);
    expect(faults('{use: pillar-of-the-school}', definition)).toEqual([
      ['wrong-value', 'grants[0].when', 'definitions: … use: …', undefined],
    ]);
    // Asked in eligibility, it is answered for both.
    expect(faults('{use: pillar-of-the-school}', definition, '{use: pillar-of-the-school}')).toEqual([]);
    expect(
      faults('{id: pillar-of-school, decide: {needs: [reason]}}', definition, '{use: pillar-of-the-school}'),
    ).toEqual([['wrong-value', 'grants[0].when', 'pillar-of-the-school', 'pillar-of-the-school']]);
  });
  test.each(['should', 'prefer', 'discretion'])('is a must, not %s', (strength) => {
    expect(faults(`{known: rank, strength: ${strength}}`)).toMatchObject([
      ['wrong-value', 'grants[0].when.strength', 'must', undefined],
    ]);
    expect(
      faults('{not: {use: soft}}', `\ndefinitions: {soft: {known: rank, strength: ${strength}}}`),
    ).toMatchObject([['wrong-value', 'grants[0].when.not.strength', 'must', undefined]]);
  });
  test('is nobody by a condition that is not in force on the day', () => {
    const dated = (when: string, more = '') =>
      `grants: [{title: academic-leader, when: ${when}}, {title: city-backbone}]${more}\neligibility: {known: subject}`;
    const later = '{known: subject, from: 2026-01-01}';
    for (const when of [later, `{all: [${later}]}`, `{not: ${later}}`, `{any: [${later}, {use: past}]}`])
      expect(
        granted(dated(when, '\ndefinitions: {past: {known: subject, until: 2024-01-01}}'), dossier()),
      ).toBe('city-backbone');
    expect(granted(dated(`{all: [${later}, {known: stage}]}`), dossier())).toBe('academic-leader');
    expect(granted(dated('{known: subject, until: 2026-01-01}'), dossier())).toBe('academic-leader');
  });
  test('is said to leave some without one where the last has a condition', () => {
    expect(policy(two).warnings.map(({ code, path }) => [code, path])).toEqual([
      ['title-not-for-all', 'grants[1].when'],
    ]);
    const whole = 'grants: [{title: academic-leader, when: {known: rank}}, {title: city-backbone}]';
    expect(policy(`${whole}\neligibility: {known: subject}`).warnings).toEqual([]);
  });
});

describe('what a stage may be bound by', () => {
  const route = (quota: string, binding: string) =>
    problemsOf(
      around(
        '{known: rank}',
        `quota: {${quota}}\nroute: [{id: a, names: {zh-CN: 甲, en: a}, actor: city, does: review, ranking: scored, quota: ${binding}}]\nties: {keys: [{by: score, prefer: higher}], otherwise: decision}`,
      ),
    ).map(({ code, expected }) => [code, expected]);
  test('is said where it is bound by what there is not', () => {
    const limits = 'limits: [{id: per-city, per: city, max: 3}]';
    expect(route(`total: 8, ${limits}`, 'split')).toEqual([['unknown-reference', 'total, per-city']]);
    expect(route('parts: [{id: a, places: 3}]', 'total')).toEqual([['unknown-reference', 'quota.total: …']]);
    expect(route(`total: 8, ${limits}`, 'per-city')).toEqual([]);
  });
});
