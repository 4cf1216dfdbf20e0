import { recordLine, recordsById } from '../../../language/say/finding.ts';
import { sayValue } from '../../../language/say/values.ts';
import { attributeType } from '../../../language/vocabulary.ts';
import type { ActorAsk } from '../../../platform/routing.ts';
import type { SummaryRow } from '../../../web/ui/summary-list.tsx';
import type { TimelineItem } from '../../../web/ui/timeline.tsx';
import { formatInstant, inLocale, type WordKey } from '../../../web/words.ts';
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

const HISTORY: Readonly<Record<string, WordKey>> = {
  'application.draft': 'applications.history.application.draft',
  'application.reopen': 'applications.history.application.reopen',
  'application.submit': 'applications.history.application.submit',
  'application.resubmit': 'applications.history.application.resubmit',
  'application.withdraw': 'applications.history.application.withdraw',
  'application.recommend': 'applications.history.application.recommend',
  'application.recommend-exceptionally': 'applications.history.application.recommend-exceptionally',
  'application.take-back': 'applications.history.application.take-back',
  'application.reorder': 'applications.history.application.reorder',
  'application.return': 'applications.history.application.return',
  'application.hand-back': 'applications.history.application.hand-back',
  'application.refuse': 'applications.history.application.refuse',
  'application.decide-clause': 'applications.history.application.decide-clause',
  'application.recuse': 'applications.history.application.recuse',
};

/** One entry of the audit about an application, in words. */
export function timelineItem(
  ask: ActorAsk,
  entry: {
    readonly at: Date;
    readonly action: string;
    readonly actorName: string | null;
    readonly reason: string | null;
  },
): TimelineItem {
  return {
    when: formatInstant(entry.at, ask.locale, ask.services.config.timeZone),
    datetime: entry.at.toISOString(),
    title: ask.t(HISTORY[entry.action] ?? 'applications.history.other'),
    ...(entry.actorName === null ? {} : { by: entry.actorName }),
    ...(entry.reason === null ? {} : { detail: entry.reason }),
  };
}
