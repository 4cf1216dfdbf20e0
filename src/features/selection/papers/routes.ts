import { stepName } from '../../../language/vocabulary.ts';
import { answerPage, pageProps } from '../../../platform/answer.ts';
import { civilDateOf } from '../../../platform/civil-now.ts';
import { renderPdf } from '../../../platform/documents/render-pdf.ts';
import type { Paper } from '../../../platform/documents/types.ts';
import { HttpError } from '../../../platform/errors.ts';
import { vocabulary } from '../../../platform/programmes.ts';
import { type ActorAsk, may, routeList } from '../../../platform/routing.ts';
import { formatDate, formatInstant, inLocale, subjectName } from '../../../web/words.ts';
import { type Assignment, rootsFor, standsUnder } from '../../identity/rules.ts';
import { selectUnit } from '../../organisation/units/queries.ts';
import { programmeOf, type ReadyProgramme } from '../../programmes/compiled.ts';
import { applicationPlace, selectApplication, selectSnapshot } from '../applications/queries.ts';
import { asPosted, titlesOf } from '../publicity/granting/rules.ts';
import { selectOptionalPublicity } from '../publicity/queries.ts';
import { judgeListed } from '../publicity/recheck.ts';
import { listNamed } from '../publicity/result/queries.ts';
import { namedTable } from '../publicity/result/routes.ts';
import { stageNames, titleText } from '../publicity/show.ts';
import { listReviews, mustNotBeRecused } from '../review/queries.ts';
import { assessApplication } from '../review/route.ts';
import { type RoundRow, roundPlace, selectRound } from '../rounds/queries.ts';
import { listUnitQuotas } from '../rounds/quotas/queries.ts';
import { LEVEL_OF_ACTOR, publicityStage, type RouteStep, reviewSteps } from '../rounds/rules.ts';
import { visibleRound } from '../rounds/show.ts';
import { concerns, roundFrame } from '../rounds/tabs.ts';
import { declarationFormData } from './declaration.ts';
import { answerFile, answerTable } from './files.ts';
import { type PaperLink, PapersPage } from './page.tsx';
import { listRecommended, type RecommendedRow, selectStaffNumber } from './queries.ts';

export const paperRoutes = routeList();

const footerOf = (ask: ActorAsk) =>
  ask.t('papers.footer', { at: formatInstant(ask.now, ask.locale, ask.services.config.timeZone) });

async function answerPaper(ask: ActorAsk, paper: Paper, name: string): Promise<Response> {
  const { pdf } = await renderPdf(paper);
  return answerFile(ask, pdf, `${name}.pdf`, 'application/pdf', 'inline');
}

/** The round, for those who act for a unit of it. */
async function officialRound(ask: ActorAsk): Promise<RoundRow> {
  const round = await visibleRound(ask);
  if (!concerns(ask.actor, 'application.review', round.unitPath))
    throw new HttpError(403, 'error.not-allowed');
  return round;
}

const ROLE_LEVEL: Partial<Record<Assignment['role'], string>> = {
  'group-leader': 'group',
  'school-office': 'school',
  'school-leader': 'school',
  'county-office': 'county',
  'city-office': 'city',
};
/** The bodies in whose name the person acts in a round, with the stages where they recommend. */
function bodiesOf(ask: ActorAsk, round: RoundRow, steps: readonly RouteStep[]) {
  const held = rootsFor(ask.actor, 'application.review').filter(({ unitPath }) =>
    standsUnder(unitPath, round.unitPath),
  );
  return held.flatMap((assignment) =>
    steps
      .filter(({ stage }) => LEVEL_OF_ACTOR[stage.actor] === ROLE_LEVEL[assignment.role])
      .map((step) => ({ unitId: assignment.unitId, unitName: assignment.unitName, step })),
  );
}

paperRoutes.get('/rounds/:round/papers', may('round.see', roundPlace), async (ask) => {
  const round = await officialRound(ask);
  const { programme } = await programmeOf(ask.db, round.versionId);
  const base = `/rounds/${round.id}/papers`;
  const papers: PaperLink[] = bodiesOf(ask, round, reviewSteps(programme.route ?? [])).map(
    ({ unitId, unitName, step }) => ({
      title: `${ask.t('papers.summary')} · ${unitName}`,
      hint: ask.t('papers.summary.hint', { unit: unitName, stage: step.stage.names[ask.locale] }),
      pdf: `${base}/summary.pdf?unit=${unitId}&stage=${step.position}`,
      xlsx: `${base}/summary.xlsx?unit=${unitId}&stage=${step.position}`,
    }),
  );
  if (round.state === 'publicity' || round.state === 'decided') {
    papers.push({
      title: ask.t('papers.publicity'),
      hint: ask.t('papers.publicity.hint'),
      pdf: `${base}/publicity.pdf`,
      xlsx: null,
    });
    const hint = ask.t(round.state === 'decided' ? 'papers.named.hint' : 'papers.named.hint.pending');
    papers.push({ title: ask.t('papers.named'), hint, pdf: `${base}/named.pdf`, xlsx: `${base}/named.xlsx` });
  }
  return answerPage(
    ask,
    PapersPage({ frame: pageProps(ask), round: roundFrame(ask, round, 'papers'), papers }),
  );
});

// --- 推荐汇总表 ----------------------------------------------------------------------------------------

const SUMMARY = [
  'number',
  'order',
  'name',
  'sex',
  'birth',
  'school',
  'subject',
  'stage',
  'rank',
  'teaching',
  'grant',
  'remark',
] as const;
const SHARES: Partial<Record<(typeof SUMMARY)[number], number>> = {
  number: 0.5,
  order: 0.5,
  sex: 0.5,
  school: 2,
};

const headOf = ({ t }: ActorAsk, key: (typeof SUMMARY)[number]): string =>
  key === 'grant' ? t('publicity.selection.grant') : t(`papers.column.${key}`);

async function summaryOf(ask: ActorAsk) {
  const round = await officialRound(ask);
  const { programme, vocabulary: ownWords } = await programmeOf(ask.db, round.versionId);
  const unit = await selectUnit(ask.db, ask.c.req.query('unit') ?? '');
  // A body's own paper, or one of a body below.
  if (!rootsFor(ask.actor, 'application.review').some(({ unitPath }) => standsUnder(unit.path, unitPath))) {
    throw new HttpError(403, 'error.other-place');
  }
  const step = reviewSteps(programme.route ?? []).find(
    ({ position }) => String(position) === ask.c.req.query('stage'),
  );
  if (step === undefined) throw new HttpError(404, 'error.not-found');
  const rows = await listRecommended(ask.db, round.id, step.position, unit.id);
  const quota =
    (await listUnitQuotas(ask.db, round.id, unit.id)).find(({ part }) => part === '')?.places ?? null;
  const count =
    quota === null
      ? ask.t('papers.summary.count', { n: rows.length })
      : ask.t('papers.summary.count.quota', { n: rows.length, places: quota });
  const titles = await titlesOfRows(ask, round, { programme, vocabulary: ownWords }, rows);
  return {
    round,
    unit,
    step,
    quota,
    count,
    // Which title is told only where there are several.
    columns: SUMMARY.filter((key) => key !== 'grant' || titles !== null),
    rows: rows.map((row, index) => ({
      ...summaryRow(ask, row, index),
      grant: titles?.get(row.personId) ?? '',
    })),
    seals: sealsOf(programme, step, unit.name, ask),
  };
}
/** Where the programme has several titles: which was published of each, else would be granted by what stands now, in words. */
async function titlesOfRows(
  ask: ActorAsk,
  round: RoundRow,
  { programme, vocabulary: ownWords }: Pick<ReadyProgramme, 'programme' | 'vocabulary'>,
  rows: readonly RecommendedRow[],
): Promise<ReadonlyMap<string, string> | null> {
  if ((programme.grants ?? []).length < 2) return null;
  const publicity = await selectOptionalPublicity(ask.db, { roundId: round.id });
  const { titled } = await judgeListed(ask.db, round, rows);
  const granted = asPosted(rows, publicity?.granting ?? {}, titled);
  const titles = titlesOf(programme, ownWords, granted) ?? [];
  return new Map([...titles].map(([person, title]) => [person, titleText(title, ask.locale)]));
}
/**
 * Whose seals a body's summary bears: those the file names for the form where that body, or one of its level, is among
 * them; a file means the summary of one body by it. The summary of another bears the seal of that other.
 */
function sealsOf(
  { forms, bodies }: Pick<ReadyProgramme['programme'], 'forms' | 'bodies'>,
  { stage }: RouteStep,
  unitName: string,
  ask: ActorAsk,
): string[] {
  const named = Object.values(forms ?? {}).find(({ kind }) => kind === 'summary')?.seals ?? [];
  const own = (id: string) =>
    stage.body === undefined ? bodies?.[id]?.level === LEVEL_OF_ACTOR[stage.actor] : id === stage.body;
  const nameOf = (id: string) => bodies?.[id]?.names[ask.locale] ?? id;
  if (named.some(own)) return named.map(nameOf);
  return [stage.body === undefined ? unitName : nameOf(stage.body)];
}

function summaryRow(
  ask: ActorAsk,
  row: RecommendedRow,
  index: number,
): Record<Exclude<(typeof SUMMARY)[number], 'grant'>, string> {
  const words = vocabulary();
  return {
    number: String(index + 1),
    order: row.place === null ? '' : String(row.place),
    name: row.name,
    sex: row.sex === null ? '' : ask.t(`publicity.result.sex.${row.sex}`),
    birth: row.birthDate?.slice(0, 7) ?? '',
    school: row.schoolName,
    subject: row.subject ?? '',
    stage: row.stage === null ? '' : (stageNames(words, ask.locale)[row.stage] ?? row.stage),
    rank: row.rank === null ? '' : (stepName(words, 'rank', row.rank)?.[ask.locale] ?? row.rank),
    teaching: row.teachingSince?.slice(0, 7) ?? '',
    remark: row.exceptional ? ask.t('papers.exceptional') : '',
  };
}

paperRoutes.get('/rounds/:round/papers/summary.pdf', may('round.see', roundPlace), async (ask) => {
  const { round, unit, step, columns, rows, quota, count, seals } = await summaryOf(ask);
  const title = ask.t('papers.summary.of', { round: round.name });
  return answerPaper(
    ask,
    {
      kind: 'recommendation-summary',
      language: ask.locale,
      title,
      footer: footerOf(ask),
      fields: [
        { label: ask.t('papers.summary.unit'), value: unit.name },
        { label: ask.t('papers.summary.stage'), value: step.stage.names[ask.locale] },
        ...(quota === null ? [] : [{ label: ask.t('papers.summary.quota'), value: String(quota) }]),
      ],
      table: {
        columns: columns.map((key) => ({
          header: headOf(ask, key),
          align: 'center' as const,
          share: SHARES[key] ?? 1,
        })),
        rows: rows.map((row) =>
          columns.map((key) => (key === 'subject' ? subjectName(row.subject, ask.locale) : row[key])),
        ),
      },
      summary: count,
      opinions: seals.map((name) => ({ title: name, seal: true })),
    },
    title,
  );
});

paperRoutes.get('/rounds/:round/papers/summary.xlsx', may('round.see', roundPlace), async (ask) => {
  const { round, unit, columns, rows, count, seals } = await summaryOf(ask);
  return answerTable(ask, 'xlsx', ask.t('papers.summary.of', { round: round.name }), {
    subtitle: `${ask.t('ui.pair', { label: ask.t('papers.summary.unit'), value: unit.name })}　${count}`,
    header: columns.map((key) => headOf(ask, key)),
    rows: rows.map((row) => columns.map((key) => row[key])),
    closing: seals.map((name) => `${name}　${ask.t('papers.seal.line')}`),
  });
});

// --- 公示 and 名单 --------------------------------------------------------------------------------------

paperRoutes.get('/rounds/:round/papers/publicity.pdf', may('round.see', roundPlace), async (ask) => {
  const round = await officialRound(ask);
  const publicity = await selectOptionalPublicity(ask.db, { roundId: round.id });
  if (publicity === null) throw new HttpError(404, 'error.not-found');
  const { programme } = await programmeOf(ask.db, round.versionId);
  const days = publicityStage(programme.route ?? [])?.publicity?.days;
  const working = days === undefined || (typeof days !== 'number' && days.working !== undefined);
  const { list } = publicity;
  const titled = list.entries.some(({ title: grant }) => grant !== undefined);
  const title = ask.t('papers.publicity.of', { round: list.round });
  const stages = stageNames(vocabulary(), ask.locale);
  const origin = ask.services.config.origin ?? new URL(ask.c.req.url).origin;
  return answerPaper(
    ask,
    {
      kind: 'publicity-notice',
      language: ask.locale,
      title,
      ...(list.documentNumber === null ? {} : { subtitle: list.documentNumber }),
      footer: footerOf(ask),
      paragraphs: [
        ask.t('publicity.public.text', {
          programme: inLocale(list.programme, ask.locale),
          round: list.round,
        }),
        ask.t('papers.publicity.how'),
      ],
      table: {
        columns: [
          { header: ask.t('papers.column.number'), align: 'center', share: 0.5 },
          { header: ask.t('papers.column.name'), align: 'center' },
          { header: ask.t('publicity.selection.county'), share: 1.5 },
          { header: ask.t('papers.column.school'), share: 2 },
          { header: ask.t('papers.column.subject'), align: 'center' },
          { header: ask.t('papers.column.stage'), align: 'center' },
          ...(titled ? [{ header: ask.t('publicity.selection.grant'), share: 1.5 }] : []),
        ],
        rows: list.entries.map(({ number, name, county, school, subject, stage, title: grant }) => [
          String(number),
          name,
          county ?? '',
          school,
          subjectName(subject, ask.locale),
          stage === null ? '' : (stages[stage] ?? stage),
          ...(titled ? [grant === undefined ? '' : titleText(grant, ask.locale)] : []),
        ]),
      },
      period: {
        from: formatDate(publicity.postedOn, ask.locale),
        to: formatDate(publicity.closesOn, ask.locale),
        days: ask.t(working ? 'papers.publicity.days' : 'papers.publicity.days.calendar', {
          n: publicity.workingDays,
        }),
      },
      contacts: [
        ...(list.contact === null ? [] : [{ label: ask.t('papers.publicity.contact'), value: list.contact }]),
        { label: ask.t('papers.publicity.web'), value: `${origin}/public/${publicity.id}`, wide: true },
        { label: ask.t('papers.publicity.digest'), value: publicity.digest, wide: true },
      ],
      issuer: list.unit,
      date: formatDate(publicity.postedOn, ask.locale),
    },
    title,
  );
});

async function namedOf(ask: ActorAsk) {
  const round = await officialRound(ask);
  if (round.state !== 'publicity' && round.state !== 'decided') throw new HttpError(404, 'error.not-found');
  const rows = await listNamed(ask.db, round.id, {
    states: round.state === 'decided' ? ['granted'] : ['listed'],
  });
  return { round, rows, title: ask.t('papers.named.of', { round: round.name }) };
}

paperRoutes.get('/rounds/:round/papers/named.pdf', may('round.see', roundPlace), async (ask) => {
  const { round, rows, title } = await namedOf(ask);
  const groups = Map.groupBy(rows, (row) => row.countyName ?? row.schoolName);
  const on =
    round.decidedAt === null ? ask.today : civilDateOf(round.decidedAt, ask.services.config.timeZone);
  return answerPaper(
    ask,
    {
      kind: 'named-list',
      language: ask.locale,
      title,
      ...(round.documentNumber === null ? {} : { subtitle: round.documentNumber }),
      footer: footerOf(ask),
      paragraphs: [
        ask.t(round.state === 'decided' ? 'papers.named.text' : 'papers.named.text.pending', {
          n: rows.length,
        }),
      ],
      groups: [...groups].map(([name, members]) => ({
        title: name,
        count: ask.t('papers.named.count', { n: members.length }),
        names: members.map((row) => row.name),
      })),
      issuer: round.unitName,
      date: formatDate(on, ask.locale),
    },
    title,
  );
});

paperRoutes.get('/rounds/:round/papers/named.xlsx', may('round.see', roundPlace), async (ask) => {
  const { round, rows, title } = await namedOf(ask);
  return answerTable(ask, 'xlsx', title, {
    ...namedTable(ask, rows, true),
    closing: [`${round.unitName}　${ask.t('papers.seal.line')}`],
  });
});

// --- 申报表 --------------------------------------------------------------------------------------------

paperRoutes.get(
  '/applications/:application/form.pdf',
  may('application.see', applicationPlace),
  async (ask) => {
    const application = await selectApplication(ask.db, ask.c.req.param('application') ?? '');
    await mustNotBeRecused(ask.db, application, ask.actor);
    const round = await selectRound(ask.db, application.roundId);
    const snapshot = await selectSnapshot(ask.db, application.id);
    const live = await assessApplication(ask.db, round, application);
    // Submitted: as it stood then. A draft: as it stands now.
    const judged =
      snapshot === null
        ? { findings: live.findings, dossier: live.dossier }
        : {
            findings: snapshot,
            dossier: { ...live.dossier, person: snapshot.person, records: snapshot.records },
          };
    const paper = declarationFormData({
      application,
      staffNumber: await selectStaffNumber(ask.db, application.personId),
      round,
      ready: live.ready,
      ...judged,
      reviews: await listReviews(ask.db, application.id),
      locale: ask.locale,
      footer: footerOf(ask),
      dateOf: (instant) => formatDate(civilDateOf(instant, ask.services.config.timeZone), ask.locale),
    });
    return answerPaper(ask, paper, `${ask.t('papers.form')} ${application.personName}`);
  },
);
