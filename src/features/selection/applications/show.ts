import { recordLine, recordsById } from '../../../language/say/finding.ts';
import { sayValue } from '../../../language/say/values.ts';
import { attributeType } from '../../../language/vocabulary.ts';
import type { ActorAsk } from '../../../platform/routing.ts';
import type { SummaryRow } from '../../../web/ui/summary-list.tsx';
import type { TimelineItem } from '../../../web/ui/timeline.tsx';
import { formatInstant, inLocale } from '../../../web/words.ts';
import type { AuditAction } from '../../audit/rules.ts';
import type { Assessment } from '../dossier/assess.ts';
import type { ListedRecords } from './page.tsx';
import type { ApplicationRow } from './queries.ts';
import { type Declaration, listedRecords } from './rules.ts';

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

/** The records each part of the form lists, in words. */
export function listedOf(ask: ActorAsk, declaration: Declaration, assessment: Assessment): ListedRecords[] {
  const { dossier, hoped, ready } = assessment;
  const byId = recordsById(dossier);
  return declaration.listed.map(({ names, clause = '' }) => ({
    label: inLocale(names, ask.locale),
    records: listedRecords(hoped.root, clause, dossier.records).map(
      ({ id }) => recordLine(id, byId, ready.vocabulary, ask.locale).text,
    ),
  }));
}

/** One entry of the audit about an application, in words. */
export function timelineItem(
  ask: ActorAsk,
  entry: {
    readonly at: Date;
    readonly action: AuditAction;
    readonly actorName: string | null;
    readonly reason: string | null;
  },
): TimelineItem {
  return {
    when: formatInstant(entry.at, ask.locale, ask.services.config.timeZone),
    datetime: entry.at.toISOString(),
    title: ask.t(`audit.did.${entry.action}`),
    ...(entry.actorName === null ? {} : { by: entry.actorName }),
    ...(entry.reason === null ? {} : { detail: entry.reason }),
  };
}
