import { describe, expect, test } from 'vitest';
import { candidate } from '../../../../../tests/support/candidate.ts';
import type { Granted } from '../../../../language/evaluate/grants.ts';
import { asPosted, grantingOf, movedSince } from './rules.ts';

describe('a title as it was published', () => {
  const [known, none, open, later] = ['known', 'none', 'open', 'later'].map((id) => candidate(id));
  const expert = { title: 'teaching-expert' };
  const backbone = { title: 'school-backbone', term: '3y' };
  const posted = [known, none, open].flatMap((one) => one ?? []);
  const granting = grantingOf(
    posted,
    new Map<string, Granted>([
      ['person-known', backbone],
      ['person-none', 'none'],
      ['person-open', { unclear: expert }],
    ]),
  );
  const now = new Map(['known', 'none', 'open', 'later'].map((id) => [`person-${id}`, expert]));

  test('holds whatever stands now; who was open then, or came later, has what stands now', () => {
    const all = [...posted, ...(later ? [later] : [])];
    expect([...asPosted(all, granting, now).values()]).toEqual([backbone, 'none', expert, expert]);
    // Of lists posted before titles were kept nothing is promised.
    expect([...asPosted(posted, {}, now).values()]).toEqual([expert, expert, expert]);
  });

  test('is told of those who would have another now', () => {
    expect(movedSince(posted, granting, now).map(({ who, ...moved }) => [who.name, moved])).toEqual([
      ['教师known', { posted: 'school-backbone', now: 'teaching-expert' }],
      ['教师none', { posted: null, now: 'teaching-expert' }],
    ]);
  });
});
