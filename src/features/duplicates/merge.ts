import type { Db } from '../../platform/database.ts';
import { reassignPerson as reassignAccount } from '../identity/queries.ts';
import { reassignPerson as reassignStanding } from '../organisation/people/doubles/queries.ts';

/** Where somebody's id stays in the entry that was merged, and why. A table that begins to keep one is handed over, or stands here. */
export const STAYS: Readonly<Record<string, string>> = {
  'audit.person_id': 'what happened is never written anew; timelines and reads name the merged entry',
  'audit.actor_id': 'who did it, under the name they had then',
  'correction_request.person_id': 'only one that the entry kept decided: nobody decides on their own',
  'delegation.from_person_id': 'only what one handed to oneself, or to the same person at the same time',
  'delegation.to_person_id': 'only what one handed to oneself, or had from the same person at the same time',
  'draft_answer.person_id': 'only where both answered the same',
  'duplicate_suspicion.other_id': 'the question that was settled',
  'duplicate_suspicion.person_id': 'the question that was settled',
  'employment.person_id': 'only periods that contradict those of the entry kept',
  'fact_change.person_id': 'a mark that a sheet is to be made again',
  'fact_sheet.person_id': 'made from the rest, and made again',
  'import_row.person_id': 'what a roster said, as it was read; erased after a time',
  'membership.person_id': 'only periods the entry kept has as well',
  'panel_mark.person_id': 'a judge’s word stays that judge’s; while a panel judges nobody is merged',
  'panel_seat.person_id': 'as the marks',
  'panel_sheet.person_id': 'as the marks',
  'person_fact.person_id': 'only what the entry kept says otherwise',
  'public_profile.person_id': 'never: it goes over or goes away',
  'recusal.applicant_id': 'only those about oneself, or said twice',
  'recusal.person_id': 'only those about oneself, or said twice',
  'role_assignment.person_id': 'only periods the entry kept has as well',
  'role_request.person_id': 'what was decided, or the entry kept asked for itself',
  'sensitive_read.person_id': 'the log is sealed; readers of both are shown together',
  'sensitive_read.reader_id': 'who read it, under the name they had then',
  'title_holding.person_id': 'only periods of a title the entry kept holds as well',
  'account.person_id': 'only one that opens no more, where both had one: so that its name is not given away',
};

/**
 * All that is `from`'s becomes `to`'s, in the caller's transaction: how one signs in, the entry itself, and with its being
 * marked as merged the database hands over the rest, wherever that lies (`hand_over_merged`). Returns how many records wait to be confirmed again.
 */
export async function mergePeople(tx: Db, from: string, to: string): Promise<number> {
  await reassignAccount(tx, from, to);
  return await reassignStanding(tx, from, to);
}
