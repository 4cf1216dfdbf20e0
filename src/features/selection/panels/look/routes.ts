import { answerDone, answerPage, pageProps } from '../../../../platform/answer.ts';
import { HttpError } from '../../../../platform/errors.ts';
import { readRawForm } from '../../../../platform/forms.ts';
import { newId } from '../../../../platform/ids.ts';
import { type ActorAsk, may, routeList } from '../../../../platform/routing.ts';
import { inLocale } from '../../../../web/words.ts';
import { routeOf } from '../../review/route.ts';
import { selectRound } from '../../rounds/queries.ts';
import { lookThrough } from '../entries/acts.ts';
import { entryPlace, listEntries } from '../entries/queries.ts';
import { loadMaterials } from '../materials/load.ts';
import { shownOf } from '../materials/rules.ts';
import { panelWith } from '../panel.ts';
import { selectPanel } from '../queries.ts';
import { LookPage } from './page.tsx';

export const lookRoutes = routeList();
const { get, post } = lookRoutes;
const guard = may('panel.form', entryPlace);

/** Before judging opens, somebody of the office looks through what judges would get, and lets it through or not. */
get('/panels/:panel/entries/:candidate', guard, async (ask) => {
  const { db, locale } = ask;
  const row = await selectPanel(db, ask.c.req.param('panel') ?? '');
  const round = await selectRound(db, row.roundId);
  const { panel, judged, route, position } = panelWith(row, await routeOf(db, round));
  if (panel.state !== 'forming') return answerDone(ask, `/panels/${panel.id}`);
  const entry = (await listEntries(db, panel.id, position)).find(({ id }) => id === entryId(ask));
  if (entry === undefined) throw new HttpError(404, 'error.not-found');
  const materials = await loadMaterials(db, route, judged.judging, panel.unitPath, entry.applicationId);
  const shown = new Set(shownOf(judged.judging, materials, entry.shown).map(({ key }) => key));
  return answerPage(
    ask,
    LookPage({
      frame: pageProps(ask),
      panel: { id: panel.id, title: `${inLocale(judged.stage.names, locale)} · ${panel.unitName}` },
      round,
      entryId: entry.id,
      name: entry.personName,
      items: materials.map((one) => ({
        key: one.key,
        label: inLocale(one.label, locale),
        content: one.kind === 'text' ? inLocale(one.content, locale) : null,
        href: one.kind === 'file' ? hrefOf(one.key, entry.applicationId) : null,
        shown: shown.has(one.key),
      })),
      submission: newId(),
    }),
  );
});

const entryId = (ask: ActorAsk): string => ask.c.req.param('candidate') ?? '';

function hrefOf(key: string, applicationId: string): string {
  const [kind = '', id = ''] = key.split(':');
  return kind === 'evidence' ? `/evidence/${id}` : `/applications/${applicationId}/attachments/${id}`;
}

post('/panels/:panel/entries/:candidate', guard, async (ask) => {
  const raw = await readRawForm(ask);
  const id = ask.c.req.param('panel') ?? '';
  await lookThrough(ask, id, entryId(ask), raw.all.shown ?? []);
  return answerDone(ask, `/panels/${id}`, 'panels.done.looked');
});
