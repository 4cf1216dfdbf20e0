import type { Db } from '../../../platform/database.ts';
import { nameOf } from '../../../platform/names.ts';

export interface DraftAnswer {
  readonly personId: string;
  readonly name: string;
  readonly revision: number;
  readonly agrees: boolean;
  readonly reason: string | null;
  readonly at: Date;
}

export async function listAnswers(db: Db, draftId: string): Promise<DraftAnswer[]> {
  return db
    .selectFrom('draft_answer as answer')
    .select([
      'answer.person_id as personId',
      nameOf('answer.person_id').as('name'),
      'answer.revision',
      'answer.agrees',
      'answer.reason',
      'answer.at',
    ])
    .where('answer.draft_id', '=', draftId)
    .orderBy('answer.at')
    .execute();
}

/** False when the person has answered for this revision already. */
export async function insertAnswer(
  tx: Db,
  draftId: string,
  revision: number,
  answer: {
    readonly personId: string;
    readonly agrees: boolean;
    readonly reason: string | null;
    readonly at: Date;
  },
): Promise<boolean> {
  const kept = await tx
    .insertInto('draft_answer')
    .values({
      draft_id: draftId,
      revision,
      person_id: answer.personId,
      agrees: answer.agrees,
      reason: answer.reason,
      at: answer.at,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('person_id')
    .executeTakeFirst();
  return kept !== undefined;
}
