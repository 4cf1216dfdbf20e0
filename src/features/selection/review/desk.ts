import type { RecordFact } from '../../../language/dossier.ts';
import type { Outcome } from '../../../language/outcome.ts';
import type { Db } from '../../../platform/database.ts';
import { passing } from '../../../platform/doors.ts';
import { selectTogether } from '../../../platform/together.ts';
import type { CivilDate } from '../../../shared/civil-date.ts';
import { type ActingPerson, actingOver } from '../../organisation/facts/queries.ts';
import { EVERY_RECORD, recordFacts } from '../../records/queries.ts';
import {
  type AttachmentRow,
  attachmentOf,
  attachmentRows,
  type Seen,
  submittedOutcome,
} from '../applications/queries.ts';
import { type Assessment, factsFor, judge } from '../dossier/assess.ts';
import { dossierFrom, dossierQueries } from '../dossier/load.ts';
import {
  answersIn,
  type DecisionRow,
  decisionOf,
  decisionRows,
  type RecusalRow,
  type ReviewRow,
  recusalOf,
  recusalRows,
  reviewOf,
  reviewRows,
} from './queries.ts';
import { type Route, routeOf } from './route.ts';

/** What lies before a body that looks at one application. */
export interface ReviewDesk {
  readonly route: Route;
  readonly recusals: readonly RecusalRow[];
  readonly decisions: readonly DecisionRow[];
  /** With the decisions on record. */
  readonly assessment: Assessment;
  /** The outcome when it was submitted; null for a draft. */
  readonly submitted: Outcome | null;
  readonly reviews: readonly ReviewRow[];
  readonly attachments: readonly AttachmentRow[];
  /** Every record of the applicant, whether the programme asks for its kind or not. */
  readonly records: readonly RecordFact[];
  /** Who acts for the units over the applicant; nobody unless asked for. */
  readonly acting: readonly ActingPerson[];
}

/** The desk of an application as it was seen with its round, read in one statement, and what is known of many. */
export async function reviewDesk(
  db: Db,
  { application, round }: Seen,
  acting: { readonly on: CivilDate } | null,
): Promise<ReviewDesk> {
  const { id, personId, unitPath } = application;
  const route = await routeOf(db, round);
  const asked = {
    ...dossierQueries(personId, round, route.ready.compiled.needs),
    every: recordFacts([personId], EVERY_RECORD),
    recusals: recusalRows(db, round.id, personId),
    decisions: decisionRows(db, id),
    reviews: reviewRows(db, id),
    attachments: attachmentRows(db, id),
    submitted: submittedOutcome(id),
    ...(acting === null ? {} : { acting: actingOver(unitPath, acting.on) }),
  };
  const read = await passing(db, 'applicants', (all) => selectTogether(all, asked));
  const dossier = dossierFrom(read, route.ready.compiled.needs, round.asOf);
  if (dossier === null) throw new Error(`application ${id} has no applicant`);
  const decisions = read.decisions.map(decisionOf);
  const facts = await factsFor(db, route.ready, round, dossier);
  return {
    route,
    recusals: read.recusals.map(recusalOf),
    decisions,
    assessment: judge(route.ready, dossier, round.asOf, answersIn(decisions), facts),
    submitted: read.submitted[0]?.outcome ?? null,
    reviews: read.reviews.map(reviewOf),
    attachments: read.attachments.map(attachmentOf),
    records: read.every.map(({ personId: _, ...fact }) => fact),
    acting: read.acting ?? [],
  };
}
