import { auditDay } from './features/audit/keep.ts';
import { labJob } from './features/lab/trials/run.ts';
import { rosterJob } from './features/organisation/imports/work.ts';
import { ownDataJob } from './features/privacy/own-data/make.ts';
import { retention } from './features/privacy/retention/clear.ts';
import { populationsByClock } from './features/selection/dossier/population/keep.ts';
import { screeningJob } from './features/selection/screening/run.ts';
import type { JobKind, Schedule } from './platform/jobs/kinds.ts';
import { storageDay } from './platform/system.ts';

/** Every kind of long work there is, one line each. */
export const jobKinds: readonly JobKind[] = [rosterJob, screeningJob, labJob, ownDataJob];

/** Everything that is done by the clock, one line each. */
export const schedules: readonly Schedule[] = [auditDay, retention, storageDay, populationsByClock];
