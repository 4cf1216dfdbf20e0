import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadVocabulary } from '../../language/vocabulary.ts';
import {
  type ClaimContext,
  type ClaimForm,
  claimForm,
  DEFAULT_PARAMETERS,
  judgeClaim,
  judgeOwnerAct,
  type TypedClaim,
} from './rules.ts';

const loaded = loadVocabulary(
  readFileSync(new URL('../../../programmes/vocabulary.yaml', import.meta.url), 'utf8'),
);
if (!loaded.ok) throw new Error('the vocabulary has faults');
const { vocabulary } = loaded;

function formOf(type: string): ClaimForm {
  const form = claimForm(vocabulary, type);
  if (form === null) throw new Error(`no record type ${type}`);
  return form;
}
const context: ClaimContext = {
  today: '2026-03-01',
  birthDate: '1988-05-01',
  teachingSince: '2010-09-01',
  parameters: DEFAULT_PARAMETERS,
};
const typed = (change: Partial<TypedClaim> = {}): TypedClaim => ({
  title: '《荷塘月色》公开课',
  happenedOn: '2026-01-10',
  level: 'county',
  grade: '',
  authorOrder: '',
  event: '',
  certificate: '',
  fields: {},
  ...change,
});
const problemsOf = (type: string, change: Partial<TypedClaim>, other: Partial<ClaimContext> = {}) => {
  const verdict = judgeClaim(formOf(type), typed(change), { ...context, ...other });
  return verdict.ok ? [] : verdict.problems.map(({ field, problem }) => `${field} ${problem}`);
};

test('a claim that says what its type asks for is admitted as typed', () => {
  expect(
    judgeClaim(
      formOf('open-class'),
      typed({ fields: { kind: 'demonstration', topic: ' 荷塘月色 ' } }),
      context,
    ),
  ).toEqual({
    ok: true,
    claim: {
      type: 'open-class',
      title: '《荷塘月色》公开课',
      happenedOn: '2026-01-10',
      level: 'county',
      grade: null,
      authorOrder: null,
      event: null,
      certificate: null,
      fields: { kind: 'demonstration', topic: '荷塘月色' },
    },
    late: false,
    warnings: [],
  });
});

test('every field at fault is named at once', () => {
  expect(problemsOf('paper', { title: ' ', happenedOn: '', level: 'town', authorOrder: '0' })).toEqual([
    'title missing',
    'happenedOn missing',
    'level not-on-the-scale',
    'authorOrder not-a-whole-number',
    'fields.outcome missing',
  ]);
});

test('a level or grade stands on the scale of the record type', () => {
  expect(problemsOf('open-class', { level: 'excellent' })).toEqual(['level not-on-the-scale']);
  expect(problemsOf('annual-appraisal', { grade: 'first', fields: { year: '2025' } })).toEqual([
    'grade not-on-the-scale',
  ]);
  expect(problemsOf('annual-appraisal', { grade: 'excellent', fields: { year: '2025' } })).toEqual([]);
});

test('what the type does not ask for is not kept, whatever was sent', () => {
  const verdict = judgeClaim(
    formOf('reflection'),
    typed({ grade: 'first', authorOrder: '1', fields: { salary: '9' } }),
    context,
  );
  expect(verdict).toMatchObject({
    ok: true,
    claim: { level: null, grade: null, authorOrder: null, fields: {} },
  });
});

test('nothing can have happened in the future, or before the teacher was born', () => {
  expect(problemsOf('open-class', { happenedOn: '2026-03-02' })).toEqual(['happenedOn in-the-future']);
  expect(problemsOf('open-class', { happenedOn: '2026-03-01' })).toEqual([]);
  expect(problemsOf('open-class', { happenedOn: '1988-04-30' })).toEqual(['happenedOn before-birth']);
  expect(problemsOf('open-class', { happenedOn: '1988-04-30' }, { birthDate: null })).toEqual([]);
  expect(problemsOf('open-class', { happenedOn: '2026-02-30' })).toEqual(['happenedOn not-a-date']);
});

test('what happened before the teacher began to teach is admitted with a warning', () => {
  const verdict = judgeClaim(formOf('open-class'), typed({ happenedOn: '2010-08-31' }), context);
  expect(verdict).toMatchObject({ ok: true, warnings: ['before-teaching'] });
});

test('a record is late when it is entered more than 180 days after it happened', () => {
  const lateOf = (happenedOn: string, lateAfterDays = 180) => {
    const verdict = judgeClaim(formOf('open-class'), typed({ happenedOn }), {
      ...context,
      parameters: { ...DEFAULT_PARAMETERS, lateAfterDays },
    });
    return verdict.ok && verdict.late;
  };
  expect(lateOf('2025-09-02')).toBe(false); // 180 days before 1 March 2026
  expect(lateOf('2025-09-01')).toBe(true);
  expect(lateOf('2025-09-01', 365)).toBe(false);
});

test('numbers, dates, choices and yes or no are read as what they are', () => {
  const verdict = judgeClaim(
    formOf('class-observation'),
    typed({ fields: { place: 'off-school', hours: '1.5', notes: '三点体会' } }),
    context,
  );
  expect(verdict).toMatchObject({
    ok: true,
    claim: { fields: { place: 'off-school', hours: 1.5, notes: '三点体会' } },
  });
  expect(problemsOf('class-observation', { fields: { place: 'home', hours: 'two' } })).toEqual([
    'fields.place not-an-option',
    'fields.hours not-a-number',
  ]);
  expect(problemsOf('class-observation', { fields: { place: 'in-school', hours: '21' } })).toEqual([
    'fields.hours too-large',
  ]);
  expect(problemsOf('work', { authorOrder: '1', fields: { independent: 'perhaps' } })).toEqual([
    'fields.independent not-yes-or-no',
  ]);
});

test('a title has at most 200 characters, and a rare one counts as one', () => {
  expect(problemsOf('open-class', { title: '𠮷'.repeat(200) })).toEqual([]);
  expect(problemsOf('open-class', { title: '𠮷'.repeat(201) })).toEqual(['title too-long']);
});

test('control characters are left out of what is kept', () => {
  expect(judgeClaim(formOf('open-class'), typed({ title: '公开\u0000课\u001f' }), context)).toMatchObject({
    claim: { title: '公开课' },
  });
});

test('a certificate’s own number is typed once and compared with everyone’s', () => {
  const verdict = judgeClaim(
    formOf('certificate'),
    typed({ fields: { kind: 'computer-rank', number: '2415-330' } }),
    context,
  );
  expect(verdict).toMatchObject({
    ok: true,
    claim: { certificate: '2415-330', fields: { number: '2415-330' } },
  });
});

test('a project’s number belongs to all its members and is not compared', () => {
  const verdict = judgeClaim(
    formOf('project'),
    typed({ fields: { role: 'member', number: 'K2024-07' } }),
    context,
  );
  expect(verdict).toMatchObject({ ok: true, claim: { certificate: null } });
});

test('a record type the vocabulary does not know has no form', () => {
  expect(claimForm(vocabulary, 'moon-landing')).toBeNull();
  expect(claimForm(vocabulary, 'constructor')).toBeNull();
});

const standing = { personId: 'owner', state: 'confirmed', revision: 3 } as const;

test('a change of a confirmed record waits for the office again', () => {
  expect(judgeOwnerAct(standing, 'owner', { act: 'change', revision: 3 })).toEqual({
    ok: true,
    state: 'submitted',
  });
});

test('only its owner changes or withdraws a record', () => {
  expect(judgeOwnerAct(standing, 'other', { act: 'withdraw', revision: 3 })).toEqual({
    ok: false,
    refusal: 'not-owner',
  });
  expect(judgeOwnerAct(standing, 'owner', { act: 'withdraw', revision: 3 })).toEqual({
    ok: true,
    state: 'withdrawn',
  });
});

test('a change made on an older revision is refused, and a withdrawn record stays withdrawn', () => {
  expect(judgeOwnerAct(standing, 'owner', { act: 'change', revision: 2 })).toEqual({
    ok: false,
    refusal: 'changed-meanwhile',
  });
  expect(judgeOwnerAct({ ...standing, state: 'withdrawn' }, 'owner', { act: 'change', revision: 3 })).toEqual(
    {
      ok: false,
      refusal: 'already-withdrawn',
    },
  );
});
