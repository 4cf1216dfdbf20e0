import { expect, test } from 'vitest';
import { canonical, chainText, type Entry, entryText, textAroundSeq } from './rules.ts';

test('an instant is kept as its text at any depth, so that a moved deadline can be read again', () => {
  const closesAt = new Date('2026-05-08T15:59:59.999Z');
  expect(canonical({ stages: { county: closesAt }, closesAt })).toBe(
    '{"closesAt":"2026-05-08T15:59:59.999Z","stages":{"county":"2026-05-08T15:59:59.999Z"}}',
  );
});

test('the two halves around the number are the text that is chained', () => {
  const entry: Entry = {
    version: 2,
    seq: 407,
    at: '2026-11-23T02:00:00.000Z',
    actorId: null,
    onBehalfOf: null,
    action: 'record.claim',
    subjectType: 'record',
    subjectId: 'r',
    personId: 'p',
    roundId: null,
    unitPath: '1.4.',
    before: { seq: 1 },
    after: '"seq":2',
    reason: '更正',
    origin: 'd',
  };
  const { seq, ...rest } = entry;
  const { before, after } = textAroundSeq(rest);
  expect(chainText('', entry)).toBe(`\n${before}${seq}${after}`);
});

test('an entry of the first version has the text it was written with, which knew neither origin nor delegation', () => {
  const entry: Entry = {
    version: 1,
    seq: 1,
    at: '2026-11-23T02:00:00.000Z',
    actorId: null,
    onBehalfOf: null,
    action: 'record.claim',
    subjectType: 'record',
    subjectId: null,
    personId: null,
    roundId: null,
    unitPath: null,
    before: null,
    after: null,
    reason: null,
    origin: null,
  };
  expect(entryText(entry)).toBe(
    '{"action":"record.claim","actorId":null,"after":null,"at":"2026-11-23T02:00:00.000Z","before":null,' +
      '"personId":null,"reason":null,"roundId":null,"seq":1,"subjectId":null,"subjectType":"record","unitPath":null}',
  );
  expect(entryText({ ...entry, version: 2 })).toContain('"version":2');
});
