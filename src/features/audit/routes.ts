import { z } from 'zod';
import { answerPage, pageProps } from '../../platform/answer.ts';
import { endOfDay, startOfDay } from '../../platform/civil-now.ts';
import { HttpError } from '../../platform/errors.ts';
import { queryDay, queryNumber } from '../../platform/forms.ts';
import { type ActorAsk, type FindPlace, may, routeList } from '../../platform/routing.ts';
import { writeCsv } from '../../platform/spreadsheet/write-table.ts';
import { formatInstant } from '../../web/words.ts';
import { allowsSomewhere, rootsFor } from '../identity/rules.ts';
import { selectHead, selectLatestCheck } from './chain/queries.ts';
import { headFileName } from './heads/files.ts';
import { HeadPage, HeadsPage } from './heads/page.tsx';
import { headPaper } from './heads/paper.ts';
import { proveEntry } from './heads/prove.ts';
import { listCheckpoints, listKnownKeys, selectOptionalCheckpoint } from './heads/queries.ts';
import { AuditPage } from './page.tsx';
import { answerReads } from './reads/answer.ts';
import { AUDIT_ACTIONS } from './rules.ts';
import {
  type AuditFilter,
  type FoundEntry,
  findExactPeople,
  findExactUnit,
  listAudit,
  selectOptionalEntryPlace,
} from './search/queries.ts';
import { sayingFor, sayingOf } from './timeline/answer.ts';
import { type Saying, sayChange, sayWho } from './timeline/say.ts';
import { actionWords } from './words.ts';

export const auditRoutes = routeList();
const { get } = auditRoutes;
const PAGE_SIZE = 50;
const EXPORT_MOST = 50_000;
const EXPORT_STEP = 2000;

const rootsOf = (ask: ActorAsk): string[] => rootsFor(ask.actor, 'audit.see').map(({ unitPath }) => unitPath);

/** What happened under the units one answers for, newest first; the chain's head to compare with a printed one. */
get('/audit', may('audit.see'), async (ask) => {
  const before = queryNumber(ask.c.req.query('after'), 0, 1, Number.MAX_SAFE_INTEGER) || null;
  const entry = queryNumber(ask.c.req.query('entry'), 0, 1, Number.MAX_SAFE_INTEGER) || null;
  const roots = rootsOf(ask);
  const { filter, unknown, noDay } = await readFilter(ask);
  const faulty = Object.keys(noDay).length > 0;
  if (ask.c.req.query('format') === 'csv' && !faulty) return exportEntries(ask, roots, filter);
  const only = entry === null ? { before, limit: PAGE_SIZE + 1 } : { before: entry + 1, limit: 1 };
  const [rows, head, check] = await Promise.all([
    unknown === null && !faulty ? listAudit(ask.db, roots, filter, only) : [],
    selectHead(ask.db),
    selectLatestCheck(ask.db),
  ]);
  const shown = entry === null ? rows.slice(0, PAGE_SIZE) : rows.filter(({ seq }) => seq === entry);
  const next = entry === null && rows.length > PAGE_SIZE ? String(shown.at(-1)?.seq) : null;
  return answerPage(
    ask,
    AuditPage({
      page: pageProps(ask),
      saying: await sayingFor(ask, shown),
      rows: shown,
      head,
      check,
      unknown,
      noDay,
      maySeeReads: allowsSomewhere(ask.actor, 'reads.search'),
      paging: { after: before === null ? null : String(before), next },
    }),
    faulty ? 422 : 200,
  );
});

/** What was asked for; `unknown` when it names somebody or a unit there is not, `noDay` by the field of a day. */
async function readFilter(ask: ActorAsk): Promise<{
  filter: AuditFilter;
  unknown: 'person' | 'unit' | null;
  noDay: Readonly<Record<string, string>>;
}> {
  const asked = (name: string): string | null => (ask.c.req.query(name) ?? '').trim().slice(0, 100) || null;
  const { timeZone } = ask.services.config;
  const [who, unit] = [asked('q'), asked('unit')];
  const noDay: Record<string, string> = {};
  const dayOf = (name: string) => {
    const { day, error } = queryDay(ask, name);
    if (error !== undefined) noDay[name] = error;
    return day;
  };
  const [from, to] = [dayOf('from'), dayOf('to')];
  const people = who === null ? null : await findExactPeople(ask.db, who);
  const unitPath = unit === null ? null : await findExactUnit(ask.db, unit);
  return {
    filter: {
      people,
      action: AUDIT_ACTIONS.find((one) => one === asked('action')) ?? null,
      from: from === null ? null : startOfDay(from, timeZone),
      until: to === null ? null : endOfDay(to, timeZone),
      unitPath,
    },
    unknown: people?.length === 0 ? 'person' : unit !== null && unitPath === null ? 'unit' : null,
    noDay,
  };
}

/** What was found as a table for other programs, in steps, so that nothing large is held. */
async function exportEntries(
  ask: ActorAsk,
  roots: readonly string[],
  filter: AuditFilter,
): Promise<Response> {
  const { t, locale } = ask;
  const plain = sayingOf(ask);
  const headers = ['seq', 'at', 'actor', 'action', 'person', 'change', 'reason', 'from-where'] as const;
  const rowOf = (saying: Saying) => (row: FoundEntry) => [
    String(row.seq),
    formatInstant(row.at, locale, plain.timeZone),
    sayWho(t, row),
    actionWords(t, row.action),
    row.personName ?? '',
    sayChange(saying, row).join('\n'),
    row.reason ?? '',
    [row.address, row.device].filter((part) => part !== null).join(' · '),
  ];
  const lines: string[][] = [];
  let before: number | null = null;
  for (;;) {
    const rows: FoundEntry[] = await listAudit(ask.db, roots, filter, { before, limit: EXPORT_STEP });
    lines.push(...rows.map(rowOf(await sayingFor(ask, rows))));
    if (lines.length > EXPORT_MOST) throw new HttpError(422, 'audit.export.too-many', { most: EXPORT_MOST });
    before = rows.at(-1)?.seq ?? null;
    if (rows.length < EXPORT_STEP) break;
  }
  const bytes = writeCsv(
    headers.map((key) => t(`audit.${key}`)),
    lines,
  );
  return ask.c.body(new Uint8Array(bytes), 200, {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename="audit-${ask.today}.csv"`,
    'cache-control': 'private, no-store',
  });
}

/** An entry stands where what it is about stands; what has no place, at the authority itself. */
const entryPlace: FindPlace = async (ask) => {
  const found = z.coerce
    .number()
    .int()
    .positive()
    .max(Number.MAX_SAFE_INTEGER)
    .safeParse(ask.c.req.param('entry'));
  const place = found.success ? await selectOptionalEntryPlace(ask.db, found.data) : null;
  if (place === null || ask.actor === null) return null;
  const whole = rootsFor(ask.actor, 'audit.see').find(({ unitPath }) => /^\d+\.$/.test(unitPath));
  return { unitPath: place.unitPath ?? whole?.unitPath ?? '' };
};

/** The proof that this entry is in the chain, for anybody's checker. */
get('/audit/entries/:entry/proof.json', may('audit.see', entryPlace), async (ask) => {
  const seq = Number(ask.c.req.param('entry'));
  const proof = await proveEntry(ask.services, seq, ask.now);
  return ask.c.body(`${JSON.stringify(proof, null, 2)}\n`, 200, {
    'content-type': 'application/json; charset=utf-8',
    'content-disposition': `attachment; filename="audit-entry-${seq}.proof.json"`,
    'cache-control': 'private, no-store',
  });
});

/** Who read what of whom, everywhere. */
get('/audit/reads', may('reads.search'), async (ask) => {
  const who = (ask.c.req.query('q') ?? '').trim().slice(0, 100);
  const roots = rootsFor(ask.actor, 'reads.search').map(({ unitPath }) => unitPath);
  const people = who === '' ? {} : { people: await findExactPeople(ask.db, who) };
  return answerReads(
    ask,
    { roots, ...people },
    { title: ask.t('audit.reads'), back: { href: '/audit', label: ask.t('audit.title') } },
  );
});

get('/audit/heads', may('audit.see'), async (ask) => {
  const before = queryNumber(ask.c.req.query('after'), 0, 1, Number.MAX_SAFE_INTEGER) || null;
  const [rows, keys] = await Promise.all([
    listCheckpoints(ask.db, PAGE_SIZE + 1, before),
    listKnownKeys(ask.db),
  ]);
  const shown = rows.slice(0, PAGE_SIZE);
  const next = rows.length > PAGE_SIZE ? String(shown.at(-1)?.size) : null;
  return answerPage(
    ask,
    HeadsPage({
      page: pageProps(ask),
      saying: sayingOf(ask),
      rows: shown,
      keys,
      paging: { after: before === null ? null : String(before), next },
    }),
  );
});

get('/audit/heads/:size', may('audit.see'), async (ask) => {
  const size = queryNumber(ask.c.req.param('size'), 0, 1, Number.MAX_SAFE_INTEGER);
  const head = await selectOptionalCheckpoint(ask.db, size);
  if (head === null) throw new HttpError(404, 'error.not-found');
  if (ask.c.req.query('format') === 'txt') {
    return ask.c.body(head.note, 200, {
      'content-type': 'text/plain; charset=utf-8',
      'content-disposition': `attachment; filename="${headFileName(head)}"`,
      'cache-control': 'private, no-store',
    });
  }
  const keys = await listKnownKeys(ask.db);
  if (ask.c.req.query('format') === 'pdf') {
    const pdf = await headPaper(sayingOf(ask), head, keys, ask.now);
    return ask.c.body(new Uint8Array(pdf), 200, {
      'content-type': 'application/pdf',
      'content-disposition': `inline; filename="${headFileName(head).replace(/txt$/, 'pdf')}"`,
      'cache-control': 'private, no-store',
    });
  }
  return answerPage(ask, HeadPage({ page: pageProps(ask), saying: sayingOf(ask), head, keys }));
});
