import { answerDone, answerPage, pageProps } from '../../../../platform/answer.ts';
import { HttpError } from '../../../../platform/errors.ts';
import { readRawForm } from '../../../../platform/forms.ts';
import { newId } from '../../../../platform/ids.ts';
import { pathsOver } from '../../../../platform/paths.ts';
import { vocabulary } from '../../../../platform/programmes.ts';
import { type ActorAsk, may, routeList } from '../../../../platform/routing.ts';
import type { SummaryRow } from '../../../../web/ui/summary-list.tsx';
import { formatDate, inLocale } from '../../../../web/words.ts';
import { standsUnder } from '../../../identity/rules.ts';
import { type Assessment, assess } from '../../dossier/assess.ts';
import { findingViews, shownOutcome } from '../../dossier/view.tsx';
import { selectDecisionsOf } from '../../review/queries.ts';
import { type RoundRow, roundPlace, seenRound, selectRound } from '../../rounds/queries.ts';
import { partName } from '../../rounds/quotas/parts.ts';
import { phaseOf } from '../../rounds/rules.ts';
import { openDraft } from '../acts.ts';
import type { ShownObstacle } from '../frame.tsx';
import { type PlacesAbove, selectOptionalApplicationOf, selectOwnInRound } from '../queries.ts';
import { instant, timeLeft } from '../show.ts';
import { EligibilityPage, type Verdict } from './page.tsx';

export const eligibilityRoutes = routeList();
const { get, post } = eligibilityRoutes;

get('/rounds/:round/eligibility', may('round.see', roundPlace), async (ask) => eligibilityPage(ask, []));

async function eligibilityPage(ask: ActorAsk, obstacles: readonly ShownObstacle[]): Promise<Response> {
  const { db, actor, locale, t } = ask;
  const round = await seenRound(ask);
  const { application, places } = await selectOwnInRound(db, {
    roundId: round.id,
    personId: actor.personId,
    paths: actor.unitPath === null ? [] : pathsOver(actor.unitPath).slice(1),
  });
  const decisions = application === null ? {} : await selectDecisionsOf(db, application.id);
  const assessment = await assess(db, round, actor.personId, decisions);
  if (assessment === null) throw new HttpError(404, 'error.not-found');
  const here = `/rounds/${round.id}/eligibility`;
  const add = (type: string) =>
    `/records/new?type=${encodeURIComponent(type)}&back=${encodeURIComponent(here)}`;
  const inRound = actor.unitPath !== null && standsUnder(actor.unitPath, round.unitPath);
  const open = phaseOf(round, ask.now) === 'taking';
  const mine = application === null || application.state === 'withdrawn' ? null : application;
  return answerPage(
    ask,
    EligibilityPage({
      frame: pageProps(ask),
      round,
      facts: roundFacts(ask, round, placesFor(places, assessment)),
      verdict: verdictOf(ask, assessment),
      hoped:
        assessment.hoped.outcome === assessment.findings.outcome
          ? null
          : t('applications.eligibility.hoped', {
              outcome: t(`applications.outcome.${assessment.hoped.outcome}`),
            }),
      findings: findingViews(assessment, assessment.findings, locale, {
        recordHref: (id) => `/records/${id}`,
        addHref: add,
      }),
      outside: !inRound,
      apply: open && inRound && mine === null ? { submission: newId() } : null,
      application: mine,
      obstacles,
    }),
    obstacles.length > 0 ? 422 : 200,
  );
}

function verdictOf({ t }: ActorAsk, { findings, hoped }: Assessment): Verdict {
  const outcome = shownOutcome(findings.outcome);
  const hopeful =
    findings.outcome !== 'met' && (hoped.outcome === 'met' || hoped.outcome === 'needs-decision');
  const waits = hopeful && findings.outcome !== hoped.outcome;
  return { outcome, text: t(waits ? 'applications.verdict.hopeful' : `applications.verdict.${outcome}`) };
}

/** Of places by subject only those of a person's own. */
const placesFor = (places: readonly PlacesAbove[], { dossier }: Assessment): PlacesAbove[] =>
  places.filter(({ part }) => part === '' || part === dossier.person.subject);

function roundFacts(ask: ActorAsk, round: RoundRow, places: readonly PlacesAbove[]): SummaryRow[] {
  const { t, locale, now } = ask;
  const phase = phaseOf(round, now);
  const left = timeLeft(ask, round);
  return [
    { label: t('applications.eligibility.as-of'), value: formatDate(round.asOf, locale) },
    { label: t('applications.eligibility.deadline'), value: instant(ask, round.closesAt) },
    ...(phase === 'taking' ? [{ label: t('applications.eligibility.left'), value: left }] : []),
    ...(phase === 'waiting'
      ? [
          {
            label: t('applications.state'),
            value: t('applications.eligibility.not-begun', { at: instant(ask, round.opensAt) }),
          },
        ]
      : []),
    ...(phase !== 'taking' && phase !== 'waiting'
      ? [{ label: t('applications.state'), value: t('applications.eligibility.over') }]
      : []),
    {
      label: t('applications.eligibility.places'),
      value:
        places.length === 0
          ? t('applications.eligibility.places.none')
          : places
              .map(({ unitName, part, places: count }) =>
                part === ''
                  ? t('applications.eligibility.places.of', { unit: unitName, places: count })
                  : t('applications.eligibility.places.part', {
                      unit: unitName,
                      part: partName(part, vocabulary(), locale),
                      places: count,
                    }),
              )
              .join(locale === 'en' ? '; ' : '；'),
    },
    {
      label: t('applications.eligibility.basis'),
      value: `${inLocale(round.programmeNames, locale)} ${round.documentNumber ?? ''}`.trim(),
    },
  ];
}

get('/rounds/:round/apply', may('round.see', roundPlace), async (ask) => {
  const roundId = ask.c.req.param('round') ?? '';
  const application = await selectOptionalApplicationOf(ask.db, roundId, ask.actor.personId);
  const begun = application !== null && application.state !== 'withdrawn';
  return answerDone(ask, begun ? `/applications/${application.id}` : `/rounds/${roundId}/eligibility`);
});

post('/rounds/:round/apply', may('round.see', roundPlace), async (ask) => {
  const raw = await readRawForm(ask);
  const roundId = ask.c.req.param('round') ?? '';
  const opened = await openDraft(ask.db, roundId, ask.actor, raw.submission, ask.now);
  if (opened.ok) return answerDone(ask, `/applications/${opened.id}`);
  const { closesAt } = await selectRound(ask.db, roundId);
  return eligibilityPage(ask, [
    { text: ask.t(`applications.obstacle.${opened.obstacle}`, { deadline: instant(ask, closesAt) }) },
  ]);
});
