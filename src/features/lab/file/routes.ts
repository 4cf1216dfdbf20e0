import { answerDone, answerPage, pageProps } from '../../../platform/answer.ts';
import { readRawForm } from '../../../platform/forms.ts';
import { newId } from '../../../platform/ids.ts';
import { type ActorAsk, routeList } from '../../../platform/routing.ts';
import type { FormState } from '../../../web/ui/form.tsx';
import { readFile } from '../../programmes/compiled.ts';
import type { ProgrammeTables } from '../../programmes/queries.ts';
import { draftId, keepFile, mine, refusal } from '../draft.ts';
import { type Draft, selectDraft } from '../queries.ts';
import { FilePage } from './page.tsx';

/** The file of a draft as it is written, told what is wrong with it. */
export const fileRoutes = routeList();

fileRoutes.get('/lab/drafts/:draft/file', mine, async (ask) =>
  filePage(ask, await selectDraft(ask.db, draftId(ask))),
);

async function filePage(
  ask: ActorAsk,
  draft: Draft,
  state: FormState = { values: {} },
  source = draft.source,
  tables = draft.tables,
) {
  const loaded = await readFile(source, tables);
  return answerPage(
    ask,
    FilePage({
      frame: pageProps(ask),
      draft,
      source,
      tables,
      problems: loaded.ok ? loaded.warnings : loaded.problems,
      state,
      submission: newId(),
    }),
    state.errors === undefined ? 200 : 422,
  );
}

const MOST_TEXT = 500_000;

/** The tables as they stand on the page; one that was not sent is as it was kept. */
const typedTables = ({ tables }: Draft, values: Readonly<Record<string, string>>): ProgrammeTables =>
  Object.fromEntries(Object.entries(tables).map(([name, text]) => [name, values[`table:${name}`] ?? text]));

/** A file need not load to be kept: half a thought is kept too. It must load to be tried or laid before others. */
fileRoutes.post('/lab/drafts/:draft/file', mine, async (ask) => {
  const raw = await readRawForm(ask);
  const draft = await selectDraft(ask.db, draftId(ask));
  const source = raw.values.source ?? '';
  const tables = typedTables(draft, raw.values);
  const same = Object.keys(tables).every((name) => tables[name] === draft.tables[name]);
  const again = (message: string) =>
    filePage(ask, draft, { values: raw.values, errors: { '': message } }, source, tables);
  if (source.length > MOST_TEXT) return again(ask.t('lab.file.too-long'));
  const refused = await keepFile(ask, draft, raw.values.revision, source, same ? draft.tables : tables);
  if (refused !== null) return again(refusal(ask, refused));
  return answerDone(ask, `/lab/drafts/${draft.id}/file`, 'lab.done.saved');
});

/** What is wrong with a text while it is being written; nothing is kept. */
fileRoutes.post('/lab/drafts/:draft/check', mine, async (ask) => {
  const raw = await readRawForm(ask);
  const draft = await selectDraft(ask.db, draftId(ask));
  const loaded = await readFile(raw.values.source ?? '', typedTables(draft, raw.values));
  const problems = loaded.ok ? loaded.warnings : loaded.problems;
  return ask.c.json({
    ok: loaded.ok,
    problems: problems.slice(0, 100).map(({ severity, line, column, path, message, expected, nearest }) => ({
      severity,
      line,
      column,
      path,
      message: message[ask.locale],
      expected: expected ?? null,
      nearest: nearest ?? null,
    })),
  });
});
