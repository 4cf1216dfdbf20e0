import { transaction } from '../../../../platform/database.ts';
import { HttpError } from '../../../../platform/errors.ts';
import type { Acting } from '../../../../platform/routing.ts';
import { loadMaterials } from '../materials/load.ts';
import { note, takePanel } from '../panel.ts';
import { listEntries, updateShown } from './queries.ts';

/** What of a candidate's materials the judges get, by somebody who looked at them. */
export async function lookThrough(
  acting: Acting,
  id: string,
  entryId: string,
  chosen: readonly string[],
): Promise<void> {
  await transaction(acting.db, async (tx) => {
    const found = await takePanel(tx, acting, id);
    const { panel, judged, route, position } = found;
    if (panel.state !== 'forming') throw new HttpError(409, 'panels.refusal.open.not-forming');
    const entry = (await listEntries(tx, id, position)).find((one) => one.id === entryId);
    if (entry === undefined) throw new HttpError(404, 'error.not-found');
    const materials = await loadMaterials(tx, route, judged.judging, panel.unitPath, entry.applicationId);
    const shown = materials.filter(({ key }) => chosen.includes(key)).map(({ key }) => key);
    await updateShown(tx, entryId, { shown, by: acting.actor.personId, at: acting.now });
    await note(tx, acting, panel, 'panel.looked-through', {
      after: {
        application: entry.applicationId,
        count: shown.length,
        leftOut: materials.length - shown.length,
      },
    });
  });
}
