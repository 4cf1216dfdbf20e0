import type { Findings } from '../../../language/finding.ts';
import type { Db } from '../../../platform/database.ts';
import { madeOnceFor } from '../../../platform/together.ts';
import { standsUnder } from '../../identity/rules.ts';
import type { ReadyProgramme } from '../../programmes/compiled.ts';
import { recordsWithFiles } from '../../records/evidence/queries.ts';
import { type Assessment, factsFor, judge, programmeOfRound } from '../dossier/assess.ts';
import { dossierFrom, dossierQueries, type Reading } from '../dossier/load.ts';
import { decisionsOn } from '../review/queries.ts';
import type { RoundRow } from '../rounds/queries.ts';
import { firstReview, routeSteps, selectionPosition, type Timeliness, timeliness } from '../rounds/rules.ts';
import {
  type Applicant,
  type AttachmentRow,
  applicantRow,
  attachmentOf,
  attachmentRows,
  type Seen,
} from './queries.ts';
import { countedIn, type Declaration, declarationOf, findClause, type Obstacle, obstacles } from './rules.ts';

/** Everything the task list and the check page show, and what submitting is judged by. */
export interface Desk {
  readonly round: RoundRow;
  readonly assessment: Assessment;
  readonly declaration: Declaration;
  /** Where the applicant stands now. */
  readonly applicant: Applicant;
  readonly attachments: readonly AttachmentRow[];
  readonly obstacles: readonly Obstacle[];
  /** Where it goes when it is submitted. */
  readonly position: number;
}

interface Asked extends Reading {
  readonly id: string;
  readonly personId: string;
}
const asked = madeOnceFor((db, of: Asked, { programme, compiled }: ReadyProgramme) => ({
  ...dossierQueries(of.personId, of, compiled.needs),
  decisions: decisionsOn([of.id]),
  attachments: attachmentRows(db, of.id),
  applicants: applicantRow(db, of.personId),
  ...(declarationOf(programme).attachments.length > 0 ? { withFiles: recordsWithFiles(of.personId) } : {}),
}));

/** The desk of an application as it was seen with its round; everything else is read in one statement, and what is known of many. */
export async function deskOf(db: Db, { application, round }: Seen, now: Date): Promise<Desk> {
  const ready = await programmeOfRound(db, round);
  const declaration = declarationOf(ready.programme);
  const read = await asked(db, ready, {
    id: application.id,
    personId: application.personId,
    versionId: round.versionId,
    asOf: round.asOf,
  });
  const dossier = dossierFrom(read, ready.compiled.needs, round.asOf);
  const [applicant] = read.applicants;
  if (dossier === null || applicant === undefined)
    throw new Error(`application ${application.id} has no applicant`);
  const assessment = judge(
    ready,
    dossier,
    round.asOf,
    read.decisions[0]?.decisions,
    await factsFor(db, ready, round, dossier),
  );
  const attachments = read.attachments.map(attachmentOf);
  const route = ready.programme.route ?? [];
  const first = firstReview(route) ?? selectionPosition(route);
  // What a body returned goes back to that body, and its own deadline counts.
  const back = application.state === 'returned' ? application.position : null;
  const position = back ?? first;
  const stepStage = routeSteps(route).find((step) => step.position === position)?.stage;
  const proved = provedItems(declaration, assessment, new Set(read.withFiles?.map(({ id }) => id)));
  return {
    round,
    assessment,
    declaration,
    applicant,
    attachments,
    position,
    obstacles: obstacles({
      state: application.state,
      timeliness: back === null ? timeliness(round, now) : backInTime(round, back, now),
      inRound: applicant.unitPath !== null && standsUnder(applicant.unitPath, round.unitPath),
      hasSchool: applicant.schoolId !== null,
      needsGroup: stepStage?.actor === 'group',
      hasGroup: applicant.groupId !== null,
      hoped: assessment.hoped,
      person: assessment.dossier.person,
      declaration,
      fields: application.form.fields,
      attached: new Set([...attachments.map(({ item }) => item), ...proved]),
    }),
  };
}

/**
 * Papers the growth file holds already: the clause they prove counts a record the school confirmed, or one
 * that has a file. Nobody uploads the same paper twice.
 */
function provedItems(
  declaration: Declaration,
  { findings, hoped }: Assessment,
  withFiles: ReadonlySet<string>,
): string[] {
  const countedBy = ({ root }: Findings, clause: string) => {
    const finding = findClause(root, clause);
    return finding === null ? [] : countedIn(finding);
  };
  return declaration.attachments
    .filter(
      ({ clause }) =>
        clause !== undefined &&
        (countedBy(findings, clause).length > 0 ||
          countedBy(hoped, clause).some((record) => withFiles.has(record))),
    )
    .map(({ id }) => id);
}

function backInTime(round: RoundRow, position: number, now: Date): Timeliness {
  if (round.state !== 'open') return { ok: false, reason: 'not-open' };
  const closesAt = round.stages.find((stage) => stage.position === position)?.closesAt ?? null;
  return closesAt === null || now <= closesAt ? { ok: true } : { ok: false, reason: 'late' };
}
