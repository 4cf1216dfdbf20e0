import { z } from 'zod';
import { needed, optional, optionalCivilDate } from '../../../platform/forms.ts';
import { subjectTyped } from '../../../shared/subjects.ts';
import { isName } from '../imports/rules.ts';
import { isStaffNumber, staffNumberOf } from './rules.ts';

/** Who somebody is, as the person's form sends it: fields of a zod object. */
export const personFields = {
  name: needed('organisation.person.name.needed', 50).refine(isName, 'organisation.person.name.odd'),
  // Written as an import writes it: the same number is then the same person.
  staffNumber: optional(40)
    .transform((text) => (text === null ? null : staffNumberOf(text)))
    .refine((number) => number === null || isStaffNumber(number), 'organisation.person.number.odd'),
  sex: z
    .union([z.enum(['female', 'male']), z.literal('')])
    .optional()
    .transform((sex) => sex || null),
  birthDate: optionalCivilDate('organisation.date.needed'),
  teachingSince: optionalCivilDate('organisation.date.needed'),
  phone: optional(20),
  email: optional(100),
};

/** A subject taught, as it is kept: whoever reads English may type it in English. */
export const subjectField = optional(40).transform((text) => (text === null ? null : subjectTyped(text)));
