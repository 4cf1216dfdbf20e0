import type { RecordFact } from '../../../language/dossier.ts';
import type { Needs } from '../../../language/evaluate/needs.ts';
import type { Outcome } from '../../../language/outcome.ts';
import type { Db } from '../../../platform/database.ts';
import { passing } from '../../../platform/doors.ts';
import { pathsOver } from '../../../platform/paths.ts';
import { madeOnceFor } from '../../../platform/together.ts';
import type { CivilDate } from '../../../shared/civil-date.ts';
import { type AuditRow, entriesOf, timelineRows } from '../../audit/queries.ts';
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
import { dossierBesideRecords, dossierFrom } from '../dossier/load.ts';
import { type PanelResult, panelResults } from '../panels/entries/queries.ts';
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
import type { Route } from './route.ts';

/** What lies before a body that looks at one application. */
export interface ReviewDesk {
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
  /** What happened to it, newest first. */
  readonly history: readonly AuditRow[];
  /** What closed panels said of it, oldest first. */
  readonly panels: readonly PanelResult[];
}

interface Asked {
  readonly id: string;
  readonly personId: string;
  readonly roundId: string;
  readonly versionId: string;
  readonly asOf: CivilDate;
  /** Paths of the units whose acting people are wanted, on which day. */
  readonly over: readonly string[];
  readonly on: CivilDate;
}
/** How much of an application's history its page shows. */
const LATEST = 50;

const asked = madeOnceFor((db, of: Asked, needs: Needs) => ({
  // The records it asks for are among all of them.
  ...dossierBesideRecords(of.personId, of, needs),
  every: recordFacts([of.personId], EVERY_RECORD),
  recusals: recusalRows(db, of.roundId, of.personId),
  decisions: decisionRows(db, of.id),
  reviews: reviewRows(db, of.id),
  attachments: attachmentRows(db, of.id),
  submitted: submittedOutcome(of.id),
  acting: actingOver(of.over, of.on),
  history: timelineRows(db).where('audit.subject_id', '=', of.id).orderBy('audit.seq', 'desc').limit(LATEST),
  panels: panelResults(of.id),
}));

/** The desk of an application as it was seen, read in one statement, and what is known of many. */
export async function reviewDesk(
  db: Db,
  route: Route,
  { id, personId, unitPath }: Seen['application'],
  acting: { readonly on: CivilDate } | null,
): Promise<ReviewDesk> {
  const { round } = route;
  const { needs } = route.ready.compiled;
  const read = await passing(db, 'applicants', (all) =>
    asked(all, needs, {
      id,
      personId,
      roundId: round.id,
      versionId: round.versionId,
      asOf: round.asOf,
      over: acting === null ? [] : pathsOver(unitPath),
      on: acting?.on ?? round.asOf,
    }),
  );
  const types = new Set(needs.recordTypes);
  const records = read.every.filter(({ type }) => types.has(type));
  const dossier = dossierFrom({ ...read, records }, needs, round.asOf);
  if (dossier === null) throw new Error(`application ${id} has no applicant`);
  const decisions = read.decisions.map(decisionOf);
  const facts = await factsFor(db, route.ready, round, dossier);
  return {
    recusals: read.recusals.map(recusalOf),
    decisions,
    assessment: judge(route.ready, dossier, round.asOf, answersIn(decisions), facts),
    submitted: read.submitted[0]?.outcome ?? null,
    reviews: read.reviews.map(reviewOf),
    attachments: read.attachments.map(attachmentOf),
    records: read.every.map(({ personId: _, ...fact }) => fact),
    acting: read.acting,
    history: entriesOf(read.history),
    panels: read.panels.map((one) => ({ ...one, closedAt: new Date(one.closedAt) })),
  };
}
