import { answerPage, pageProps } from '../../platform/answer.ts';
import { queryNumber } from '../../platform/forms.ts';
import { may, routeList } from '../../platform/routing.ts';
import { rootsFor } from '../identity/rules.ts';
import { selectHead } from './chain/queries.ts';
import { AuditPage } from './page.tsx';
import { listAudit } from './queries.ts';

export const auditRoutes = routeList();
const PAGE_SIZE = 100;

/** What happened under the units one answers for, newest first; the chain's head to compare with a printed one. */
auditRoutes.get('/audit', may('audit.see'), async (ask) => {
  const before = queryNumber(ask.c.req.query('after'), 0, 1, Number.MAX_SAFE_INTEGER);
  const roots = rootsFor(ask.actor, 'audit.see').map(({ unitPath }) => unitPath);
  const [rows, head] = await Promise.all([
    listAudit(ask.db, roots, before === 0 ? null : before, PAGE_SIZE + 1),
    selectHead(ask.db),
  ]);
  const shown = rows.slice(0, PAGE_SIZE);
  const next = rows.length > PAGE_SIZE ? String(shown.at(-1)?.seq) : null;
  return answerPage(
    ask,
    AuditPage({
      page: pageProps(ask),
      t: ask.t,
      rows: shown,
      head,
      paging: { after: before === 0 ? null : String(before), next },
    }),
  );
});
