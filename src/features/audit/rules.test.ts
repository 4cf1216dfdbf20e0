import { expect, test } from 'vitest';
import { canonical, chainText, type Entry, textAroundSeq } from './rules.ts';

test('an instant is kept as its text at any depth, so that a moved deadline can be read again', () => {
  const closesAt = new Date('2026-05-08T15:59:59.999Z');
  expect(canonical({ stages: { county: closesAt }, closesAt })).toBe(
    '{"closesAt":"2026-05-08T15:59:59.999Z","stages":{"county":"2026-05-08T15:59:59.999Z"}}',
  );
});

test('the two halves around the number are the text that is chained', () => {
  const entry: Entry = {
    seq: 407,
    at: '2026-11-23T02:00:00.000Z',
    actorId: null,
    action: 'record.claim',
    subjectType: 'record',
    subjectId: 'r',
    personId: 'p',
    roundId: null,
    unitPath: '1.4.',
    before: { seq: 1 },
    after: '"seq":2',
    reason: '更正',
  };
  const { seq, ...rest } = entry;
  const { before, after } = textAroundSeq(rest);
  expect(chainText('', entry)).toBe(`\n${before}${seq}${after}`);
});
