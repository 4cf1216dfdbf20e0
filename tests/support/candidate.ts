import type { Candidate } from '../../src/features/selection/publicity/drawing/rules.ts';

/** Somebody recommended, of the first primary school. */
export const candidate = (id: string, more: Partial<Candidate> = {}): Candidate => ({
  applicationId: id,
  personId: `person-${id}`,
  name: `教师${id}`,
  schoolId: 'school',
  schoolName: '第一小学',
  schoolPath: '1.2.3.',
  countyId: 'county',
  countyName: '青溪县',
  cityId: 'city',
  groupId: null,
  subject: '语文',
  stage: 'primary',
  place: null,
  recommended: null,
  person: {},
  meets: new Set(),
  ...more,
});
