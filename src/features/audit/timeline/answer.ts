import { answerPage, pageProps } from '../../../platform/answer.ts';
import { queryNumber } from '../../../platform/forms.ts';
import { vocabulary } from '../../../platform/programmes.ts';
import type { ActorAsk, Ask } from '../../../platform/routing.ts';
import { pageTimeline, selectNamesIn, type TimelineOf } from '../queries.ts';
import { timelineItem } from './item.tsx';
import { TimelinePage } from './page.tsx';
import type { Saying } from './say.ts';

const PAGE_SIZE = 50;

export const sayingOf = (ask: Ask): Saying => ({
  t: ask.t,
  locale: ask.locale,
  timeZone: ask.services.config.timeZone,
  vocabulary: vocabulary(),
});

/** With the names of those whom these entries name. */
export const sayingFor = async (ask: Ask, rows: Parameters<typeof selectNamesIn>[1]): Promise<Saying> => ({
  ...sayingOf(ask),
  names: await selectNamesIn(ask.db, rows),
});

/** The page of what happened to one thing; its route has seen to it that the asker may see the thing. */
export async function answerTimeline(
  ask: ActorAsk,
  about: TimelineOf,
  shown: { readonly title: string; readonly back: { readonly href: string; readonly label: string } },
): Promise<Response> {
  const before = queryNumber(ask.c.req.query('after'), 0, 1, Number.MAX_SAFE_INTEGER) || null;
  const rows = await pageTimeline(ask.db, about, { before, limit: PAGE_SIZE + 1 });
  const page = rows.slice(0, PAGE_SIZE);
  const next = rows.length > PAGE_SIZE ? String(page.at(-1)?.seq) : null;
  const saying = await sayingFor(ask, page);
  return answerPage(
    ask,
    TimelinePage({
      page: pageProps(ask),
      t: ask.t,
      ...shown,
      items: page.map((row) => timelineItem(saying, row)),
      paging: { after: before === null ? null : String(before), next },
    }),
  );
}
