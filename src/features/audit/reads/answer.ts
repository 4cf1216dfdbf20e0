import { answerPage, pageProps } from '../../../platform/answer.ts';
import type { ActorAsk } from '../../../platform/routing.ts';
import { selectRetention } from '../retention/queries.ts';
import { sayingOf } from '../timeline/answer.ts';
import { ReadsPage } from './page.tsx';
import { listReads } from './queries.ts';

const PAGE_SIZE = 50;

/** The page of who read what; its route has seen to it that the asker may know. */
export async function answerReads(
  ask: ActorAsk,
  about: Parameters<typeof listReads>[1],
  shown: { readonly title: string; readonly back: { readonly href: string; readonly label: string } },
): Promise<Response> {
  const asked = new Date(ask.c.req.query('after') ?? '');
  const before = Number.isNaN(asked.getTime()) ? null : asked;
  const [rows, { days }] = await Promise.all([
    listReads(ask.db, about, { before, limit: PAGE_SIZE + 1 }),
    selectRetention(ask.db, 'reads'),
  ]);
  const page = rows.slice(0, PAGE_SIZE);
  const next = rows.length > PAGE_SIZE ? (page.at(-1)?.at.toISOString() ?? null) : null;
  return answerPage(
    ask,
    ReadsPage({
      page: pageProps(ask),
      saying: sayingOf(ask),
      ...shown,
      rows: page,
      paging: { after: before === null ? null : before.toISOString(), next },
      days,
      everybody: about.personId === undefined,
    }),
  );
}
