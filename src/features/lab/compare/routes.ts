import { explainProgramme } from '../../../language/explain.ts';
import { sayChanges } from '../../../language/say/changes.ts';
import { answerPage, pageProps } from '../../../platform/answer.ts';
import { routeList } from '../../../platform/routing.ts';
import { selectNamesOfCodes } from '../../organisation/facts/queries.ts';
import { programmeOf, readFile } from '../../programmes/compiled.ts';
import { draftId, mine, textOf } from '../draft.ts';
import { selectDraft } from '../queries.ts';
import { ComparePage } from './page.tsx';

/** A draft beside the version it was begun from. */
export const compareRoutes = routeList();

compareRoutes.get('/lab/drafts/:draft/compare', mine, async (ask) => {
  const draft = await selectDraft(ask.db, draftId(ask));
  const loaded = await readFile(draft.source, draft.tables);
  const base = draft.baseId === null ? null : await programmeOf(ask.db, draft.baseId);
  const before = base && explainProgramme(base.programme, base.vocabulary, ask.locale);
  const after = textOf(ask, loaded).policy;
  const codes = loaded.ok ? Object.values(loaded.programme.tables).flatMap(({ rows }) => rows) : [];
  const units = await selectNamesOfCodes(
    ask.db,
    draft.unitPath,
    codes.map(({ key }) => key),
  );
  return answerPage(
    ask,
    ComparePage({
      frame: pageProps(ask),
      draft,
      problems: loaded.ok ? [] : loaded.problems,
      changes:
        loaded.ok && base && before && after
          ? sayChanges({ ...base, text: before }, { ...loaded, text: after }, ask.locale, units)
          : [],
      before,
      after,
    }),
  );
});
