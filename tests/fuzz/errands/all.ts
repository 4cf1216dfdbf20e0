import type { Errand } from '../errands.ts';
import { identityErrands } from './identity.ts';
import { organisationErrands } from './organisation.ts';
import { recordErrands } from './records.ts';
import { selectionErrands } from './selection.ts';

export const errands: Readonly<Record<string, Errand>> = {
  ...identityErrands,
  ...organisationErrands,
  ...selectionErrands,
  ...recordErrands,
};
