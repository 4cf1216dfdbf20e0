import { answerPage, pageProps, pastEnd } from '../../../platform/answer.ts';
import { HttpError } from '../../../platform/errors.ts';
import { queryNumber } from '../../../platform/forms.ts';
import { isId } from '../../../platform/ids.ts';
import { type ActorAsk, routeList } from '../../../platform/routing.ts';
import { draftId, mine } from '../draft.ts';
import { type Draft, selectDraft } from '../queries.ts';
import { ChangedPage } from './page.tsx';
import { type LabRun, listChanged, selectLatestRun, selectRun } from './queries.ts';
import { figuresOf } from './shown.ts';
import { answerWorkbook } from './workbook.ts';

/** What a trial found: who gains and who loses, and its figures as a workbook. */
export const trialRoutes = routeList();

const PAGE = 50;

/** The trial a page named, or the last; whole, for a part would be taken for all. */
async function wholeRun(ask: ActorAsk, draft: Draft): Promise<LabRun> {
  const named = ask.c.req.query('run');
  const run =
    named === undefined
      ? await selectLatestRun(ask.db, { draftId: draft.id })
      : isId(named)
        ? await selectRun(ask.db, named)
        : null;
  if (run === null || run.draftId !== draft.id || run.state !== 'done')
    throw new HttpError(404, 'error.not-found');
  return run;
}

trialRoutes.get('/lab/drafts/:draft/people', mine, async (ask) => {
  const draft = await selectDraft(ask.db, draftId(ask));
  const run = await wholeRun(ask, draft);
  const gains = ask.c.req.query('who') !== 'lose';
  const page = queryNumber(ask.c.req.query('page'), 1, 1, 100_000);
  const rows = await listChanged(ask.db, run.id, gains, draft.unitPath, {
    limit: PAGE + 1,
    offset: (page - 1) * PAGE,
  });
  const past = pastEnd(ask, { page, size: PAGE, shown: rows.length });
  if (past !== null) return past;
  return answerPage(
    ask,
    ChangedPage({
      frame: pageProps(ask),
      draft,
      run: run.id,
      gains,
      rows: rows.slice(0, PAGE),
      paging: { page, size: PAGE, more: rows.length > PAGE },
    }),
  );
});

trialRoutes.get('/lab/drafts/:draft/figures.xlsx', mine, async (ask) => {
  const draft = await selectDraft(ask.db, draftId(ask));
  const figures = await figuresOf(ask, await wholeRun(ask, draft));
  if (!figures) throw new HttpError(404, 'error.not-found');
  return answerWorkbook(ask, figures);
});
