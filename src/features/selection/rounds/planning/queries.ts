import type { Db } from '../../../../platform/database.ts';
import { listRoundStages } from '../queries.ts';

export interface NewRound {
  readonly id: string;
  readonly versionId: string;
  readonly unitId: string;
  readonly unitPath: string;
  readonly name: string;
  readonly documentNumber: string | null;
  readonly contact: string | null;
  readonly opensAt: Date;
  readonly closesAt: Date;
  readonly asOf: string;
  readonly places: number | null;
  readonly createdBy: string;
  readonly createdAt: Date;
  /** The programme's route, in order; `body` is the actor of the stage. */
  readonly stages: readonly {
    readonly stage: string;
    readonly body: string;
    readonly closesAt: Date | null;
  }[];
}
/** False when this submission was already kept. */
export async function insertRound(tx: Db, round: NewRound): Promise<boolean> {
  const kept = await tx
    .insertInto('round')
    .values({
      id: round.id,
      programme_version_id: round.versionId,
      unit_id: round.unitId,
      unit_path: round.unitPath,
      name: round.name,
      document_number: round.documentNumber,
      contact: round.contact,
      opens_at: round.opensAt,
      closes_at: round.closesAt,
      as_of: round.asOf,
      places: round.places,
      state: 'draft',
      created_by: round.createdBy,
      created_at: round.createdAt,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (kept === undefined) return false;
  if (round.stages.length > 0) {
    await tx
      .insertInto('round_stage')
      .values(
        round.stages.map(({ stage, body, closesAt }, index) => ({
          round_id: round.id,
          position: index + 1,
          stage,
          body,
          closes_at: closesAt,
        })),
      )
      .execute();
  }
  return true;
}

/** When each body should be done; a stage left out has no date. */
export async function updateStageDates(
  tx: Db,
  roundId: string,
  closes: ReadonlyMap<string, Date>,
): Promise<void> {
  for (const { stage } of await listRoundStages(tx, roundId)) {
    await tx
      .updateTable('round_stage')
      .set({ closes_at: closes.get(stage) ?? null })
      .where('round_id', '=', roundId)
      .where('stage', '=', stage)
      .execute();
  }
}
