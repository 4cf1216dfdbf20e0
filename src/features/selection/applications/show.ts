import { clauseAt, sayClause } from '../../../language/explain.ts';
import type { Finding } from '../../../language/finding.ts';
import { recordLine, recordsById } from '../../../language/say/record-line.ts';
import { sayValue } from '../../../language/say/values.ts';
import { attributeType } from '../../../language/vocabulary.ts';
import { pageProps } from '../../../platform/answer.ts';
import { HttpError } from '../../../platform/errors.ts';
import type { ActorAsk } from '../../../platform/routing.ts';
import type { SummaryRow } from '../../../web/ui/summary-list.tsx';
import type { TimelineItem } from '../../../web/ui/timeline.tsx';
import { formatInstant, inLocale } from '../../../web/words.ts';
import type { AuditAction } from '../../audit/rules.ts';
import { whoDid } from '../../audit/words.ts';
import { type Assessment, programmeOfRound } from '../dossier/assess.ts';
import type { Route } from '../review/route.ts';
import { stepAt } from '../review/rules.ts';
import type { RoundRow } from '../rounds/queries.ts';
import type { Desk } from './desk.ts';
import type { ShownObstacle } from './frame.tsx';
import { type ApplicationRow, type Seen, seenApplication } from './queries.ts';
import { countingClauses, type Declaration, declarationOf, listedRecords } from './rules.ts';
import type { ListedRecords } from './submitting/page.tsx';

/** An application in words, for its owner and for those who review it. */

/** What the roster knows, as the declaration form asks for it. */
export function profileRows(
  ask: ActorAsk,
  application: ApplicationRow,
  declaration: Declaration,
  { ready, dossier }: Pick<Assessment, 'ready' | 'dossier'>,
): SummaryRow[] {
  const { t, locale } = ask;
  const { vocabulary } = ready;
  return [
    { label: t('applications.profile.name'), value: application.personName },
    { label: t('applications.profile.unit'), value: application.schoolName },
    ...(application.groupName === null
      ? []
      : [{ label: t('applications.profile.group'), value: application.groupName }]),
    ...declaration.profile.map(({ names, from = '' }) => {
      const value = dossier.person[from] ?? null;
      return {
        label: inLocale(names, locale),
        value:
          value === null
            ? t('applications.profile.empty')
            : sayValue(value, attributeType(vocabulary, from), vocabulary, locale),
      };
    }),
  ];
}

/**
 * The records each part of the form lists, in words, and by clause those that count without a part of the form that
 * lists them: nobody chooses records, so whatever counts is said.
 */
export function listedOf(ask: ActorAsk, declaration: Declaration, assessment: Assessment): ListedRecords[] {
  const { dossier, hoped, ready } = assessment;
  const byId = recordsById(dossier);
  const lineOf = (id: string) => recordLine(id, byId, ready.vocabulary, ask.locale).text;
  const parts = declaration.listed.map(({ names, clause = '' }) => ({
    label: inLocale(names, ask.locale),
    ids: listedRecords(hoped.root, clause, dossier.records).map(({ id }) => id),
  }));
  const shown = new Set(parts.flatMap(({ ids }) => ids));
  const others = countingClauses(hoped.root)
    .map((clause) => ({
      label: clauseText(ask, assessment, clause),
      ids: clause.counted.filter((id) => byId.has(id) && !shown.has(id)),
    }))
    .filter(({ ids }) => ids.length > 0);
  return [...parts, ...others].map(({ label, ids }) => ({ label, records: ids.map(lineOf) }));
}

/** One entry of the audit about an application, in words. */
export function timelineItem(
  ask: ActorAsk,
  entry: {
    readonly at: Date;
    readonly action: AuditAction;
    readonly actorName: string | null;
    readonly forName: string | null;
    readonly reason: string | null;
  },
): TimelineItem {
  return {
    when: formatInstant(entry.at, ask.locale, ask.services.config.timeZone),
    datetime: entry.at.toISOString(),
    title: ask.t(`audit.did.${entry.action}`),
    ...(entry.actorName === null ? {} : { by: whoDid(ask.t, entry.actorName, entry.forName) }),
    ...(entry.reason === null ? {} : { detail: entry.reason }),
  };
}

export const instant = (ask: ActorAsk, at: Date) =>
  formatInstant(at, ask.locale, ask.services.config.timeZone);

export const clauseText = (ask: ActorAsk, { ready }: Pick<Assessment, 'ready'>, finding: Finding): string => {
  const node = clauseAt(ready.programme, finding.path);
  return node === undefined ? finding.path : sayClause(node, ready.programme, ready.vocabulary, ask.locale);
};

export function timeLeft({ t, now }: ActorAsk, round: RoundRow): string {
  const hours = Math.floor((round.closesAt.getTime() - now.getTime()) / 3_600_000);
  return hours < 24
    ? t('applications.eligibility.hours', { hours })
    : t('applications.eligibility.days', { days: Math.floor(hours / 24) });
}

export const frameOf = (
  ask: ActorAsk,
  application: ApplicationRow,
  round: Pick<RoundRow, 'id' | 'name'>,
) => ({
  frame: pageProps(ask),
  id: application.id,
  round,
});

export function obstacleTexts(ask: ActorAsk, application: ApplicationRow, desk: Desk): ShownObstacle[] {
  const { t, locale } = ask;
  const base = `/applications/${application.id}`;
  const deadline = instant(ask, desk.round.closesAt);
  return desk.obstacles.map((obstacle): ShownObstacle => {
    switch (obstacle.kind) {
      case 'clause-unmet':
      case 'evidence-missing':
        return {
          text: t(`applications.obstacle.${obstacle.kind}`, {
            clause: clauseText(ask, desk.assessment, obstacle.clause),
          }),
          href: `/rounds/${desk.round.id}/eligibility`,
        };
      case 'profile-missing':
      case 'field-missing':
      case 'field-too-long':
        return {
          text: t(`applications.obstacle.${obstacle.kind}`, {
            field: inLocale(obstacle.field.names, locale),
          }),
          href:
            obstacle.kind === 'profile-missing'
              ? `/people/${application.personId}`
              : `${base}/statement#f-field.${obstacle.field.id}`,
        };
      case 'attachment-missing':
        return {
          text: t('applications.obstacle.attachment-missing', {
            field: inLocale(obstacle.attachment.names, locale),
          }),
          href: `${base}/attachments#f-${obstacle.attachment.id}`,
        };
      default:
        return { text: t(`applications.obstacle.${obstacle.kind}`, { deadline }) };
    }
  });
}

export const bodyName = (ask: ActorAsk, { steps }: Pick<Route, 'steps'>, position: number | null): string => {
  const step = stepAt(steps, position);
  return step === null ? ask.t('applications.state.in-review') : inLocale(step.stage.names, ask.locale);
};

/** What comes next for an application that is being reviewed: its stage, or the list, until that is made public; else null. */
export function nextOf(
  ask: ActorAsk,
  { steps, round }: Pick<Route, 'steps' | 'round'>,
  { state, position }: Pick<ApplicationRow, 'state' | 'position'>,
): { readonly stage: string } | 'list' | null {
  if (state !== 'in-review') return null;
  const step = stepAt(steps, position);
  if (step !== null) return { stage: inLocale(step.stage.names, ask.locale) };
  return round.state === 'open' ? 'list' : null;
}

/** The application with its round, its owner's only: others who may see it read the review. */
export async function ownSeen(ask: ActorAsk): Promise<Seen> {
  const seen = await seenApplication(ask);
  if (seen.application.personId !== ask.actor.personId) throw new HttpError(403, 'error.not-allowed');
  return seen;
}

export const declarationFor = async (ask: ActorAsk, round: RoundRow): Promise<Declaration> =>
  declarationOf((await programmeOfRound(ask.db, round)).programme);
