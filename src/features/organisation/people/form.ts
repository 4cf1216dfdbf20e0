import { z } from 'zod';
import { needed, optional, optionalCivilDate } from '../../../platform/forms.ts';
import { isName } from '../imports/rules.ts';

/** Who somebody is, as the person's form sends it: fields of a zod object. */
export const personFields = {
  name: needed('organisation.person.name.needed', 50).refine(isName, 'organisation.person.name.odd'),
  // Written as an import writes it: the same number is then the same person.
  staffNumber: optional(40)
    .transform((text) => text?.normalize('NFKC').replaceAll(/\s/g, '').toUpperCase() ?? null)
    .refine((text) => text === null || /^[0-9A-Z_./-]{1,40}$/.test(text), 'organisation.person.number.odd'),
  sex: z
    .union([z.enum(['female', 'male']), z.literal('')])
    .optional()
    .transform((sex) => sex || null),
  birthDate: optionalCivilDate('organisation.date.needed'),
  teachingSince: optionalCivilDate('organisation.date.needed'),
  phone: optional(20),
  email: optional(100),
};
