import { z } from 'zod';
import { programmeJsonSchema } from '../../language/schema.ts';
import { answerDone, answerPage, pageProps, pastEnd } from '../../platform/answer.ts';
import { transaction } from '../../platform/database.ts';
import { HttpError } from '../../platform/errors.ts';
import { id as idField, queryNumber, readForm } from '../../platform/forms.ts';
import { newId } from '../../platform/ids.ts';
import { commonVocabulary } from '../../platform/programmes.ts';
import { type ActorAsk, may, routeList } from '../../platform/routing.ts';
import type { FormState } from '../../web/ui/form.tsx';
import { allows, rootsFor } from '../identity/rules.ts';
import { VERSIONS_LISTED } from '../programmes/find.tsx';
import { listVersions, selectVersion } from '../programmes/queries.ts';
import { nameIn, note } from './draft.ts';
import { LabPage } from './page.tsx';
import { insertDraft, listDrafts } from './queries.ts';

/** The policy lab: a programme read as text, its numbers turned, tried on everyone, agreed on and published. */
export const labRoutes = routeList();

const PAGE = 50;

labRoutes.get('/lab', may('programme.publish'), async (ask) => labPage(ask, { values: {} }));

async function labPage(ask: ActorAsk, state: FormState) {
  const roots = rootsFor(ask.actor, 'programme.publish').map(({ unitPath }) => unitPath);
  const page = queryNumber(ask.c.req.query('page'), 1, 1, 1000);
  const search = ask.c.req.query('q')?.trim() || null;
  const [drafts, versions] = await Promise.all([
    listDrafts(ask.db, roots, { limit: PAGE + 1, offset: (page - 1) * PAGE }),
    listVersions(ask.db, { above: [], roots }, { limit: VERSIONS_LISTED + 1, offset: 0, search }),
  ]);
  const past = pastEnd(ask, { page, size: PAGE, shown: drafts.length });
  if (past !== null) return past;
  return answerPage(
    ask,
    LabPage({
      frame: pageProps(ask),
      drafts: await Promise.all(
        drafts.slice(0, PAGE).map(async (draft) => ({ ...draft, name: await nameIn(draft, ask) })),
      ),
      versions: versions.slice(0, VERSIONS_LISTED),
      search,
      moreVersions: versions.length > VERSIONS_LISTED,
      page,
      more: drafts.length > PAGE,
      state,
      submission: newId(),
    }),
    state.errors === undefined ? 200 : 422,
  );
}

const startForm = z.object({ version: idField('lab.start.version.needed') });

/** A draft is begun from a version there is: what is compared with later. */
labRoutes.post('/lab', may('programme.publish'), async (ask) => {
  const form = await readForm(ask, startForm);
  if (!form.ok) return labPage(ask, { values: form.raw.values, errors: form.errors });
  const version = await selectVersion(ask.db, form.data.version);
  if (!allows(ask.actor, 'programme.publish', { unitPath: version.unitPath })) {
    throw new HttpError(403, 'error.other-place');
  }
  const id = form.raw.submission;
  await transaction(ask.db, async (tx) => {
    const fresh = await insertDraft(tx, {
      id,
      unitId: version.unitId,
      unitPath: version.unitPath,
      baseId: version.id,
      source: version.source,
      tables: version.tables,
      by: ask.actor.personId,
      at: ask.now,
    });
    if (fresh)
      await note(ask, tx, id, version.unitPath, 'lab.draft-begun', { after: { version: version.version } });
  });
  return answerDone(ask, `/lab/drafts/${id}`, 'lab.done.begun');
});

labRoutes.get('/lab/schema.json', may('programme.publish'), (ask) =>
  ask.c.json(programmeJsonSchema(commonVocabulary())),
);
