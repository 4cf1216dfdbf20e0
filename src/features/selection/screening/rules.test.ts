import { expect, test } from 'vitest';
import { addFigures, addTo, newTally } from './rules.ts';

/* Figures are kept by what people wrote, and one may write what every object has of itself. */

const SUBJECTS = ['constructor', '__proto__', 'toString', '数学'];
const screened = (subject: string) => ({
  outcome: 'met' as const,
  clauses: ['met' as const],
  unit: '1.4.',
  subject,
  setting: subject,
});

test('a subject of any name is counted, and added up over threads and from the database', () => {
  const tally = newTally(['ethics']);
  for (const subject of [...SUBJECTS, ...SUBJECTS]) addTo(tally, screened(subject));
  // As one that stopped comes from the database, and a part from a thread.
  const kept = JSON.parse(JSON.stringify(tally)) as typeof tally;
  addFigures(kept, structuredClone(tally));
  for (const subject of SUBJECTS) addTo(kept, screened(subject));
  const shares = SUBJECTS.map((subject) => [subject, { people: 5, eligible: 5 }]);
  expect(Object.entries(kept.subjects)).toEqual(shares);
  expect(Object.entries(kept.settings)).toEqual(shares);
  expect(kept).toMatchObject({ people: 20, units: { '1.4.': { people: 20, eligible: 20 } } });
  expect(Object.hasOwn(Object.prototype, 'people')).toBe(false);
});
