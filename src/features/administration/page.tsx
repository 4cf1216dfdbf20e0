import type { Verification } from '../../platform/backup/verified.ts';
import type { SystemState } from '../../platform/system.ts';
import { Page, type PageProps } from '../../web/layout.tsx';
import { Button, Form } from '../../web/ui/form.tsx';
import { Notice } from '../../web/ui/notice.tsx';
import { Section, Stat, Stats } from '../../web/ui/section.tsx';
import { SummaryList } from '../../web/ui/summary-list.tsx';
import { DataTable } from '../../web/ui/table.tsx';
import { StatusTag } from '../../web/ui/tag.tsx';
import { formatDate, formatInstant, formatNumber, type Locale, type Translate } from '../../web/words.ts';
import type { Concern } from './rules.ts';

interface Props {
  readonly page: Omit<PageProps, 'title'>;
  readonly t: Translate;
  readonly state: SystemState;
  readonly concerns: readonly Concern[];
  readonly timeZone: string;
  readonly now: Date;
  readonly submission: string;
}

const TONES = { waiting: 'neutral', active: 'info', done: 'success', failed: 'danger' } as const;
/** Kinds of job and schedules there are words for; one of another version is shown by its name. */
export const KNOWN_WORK = [
  'roster',
  'screening',
  'trial',
  'own-data',
  'retention',
  'audit-day',
  'populations',
  'storage-day',
  'backup',
] as const;

export function AdministrationPage({ page, t, state, concerns, timeZone, now, submission }: Props) {
  const { locale } = page;
  const at = (instant: Date) => formatInstant(instant, locale, timeZone);
  const size = (bytes: number) => sizeOf(bytes, locale);
  const { database, migrations, disk, backups } = state;
  const newest = backups?.list?.[0]?.at;
  return (
    <Page {...page} wide title={t('administration.title')} lead={t('administration.lead')}>
      {concerns.length === 0 ? (
        <Notice kind="success" title={t('administration.well')} />
      ) : (
        concerns.map((concern) => (
          <Notice kind="warning" title={t(`administration.concern.${concern}.title`)}>
            <p>{t(`administration.concern.${concern}.do`)}</p>
          </Notice>
        ))
      )}
      <Stats>
        <Stat label={t('administration.version')} value={state.version} />
        <Stat label={t('administration.sessions')} value={formatNumber(state.sessions, locale)} />
        <Stat label={t('administration.database.size')} value={size(database.bytes)} />
        {disk && (
          <Stat
            label={t('administration.disk.free')}
            value={size(disk.free)}
            note={t('administration.disk.of', { total: size(disk.total) })}
          />
        )}
      </Stats>
      <Section title={t('administration.jobs.title')} lead={t('administration.jobs.lead')}>
        <DataTable
          caption={t('administration.jobs.title')}
          captionHidden
          path={page.path}
          rows={state.jobs}
          empty={<p>{t('administration.jobs.none')}</p>}
          columns={[
            {
              key: 'kind',
              label: t('administration.jobs.kind'),
              rowHeader: true,
              cell: ({ kind }) => nameOf(t, kind),
            },
            { key: 'state', label: t('administration.jobs.state'), cell: (job) => stateTag(t, job.state) },
            { key: 'since', label: t('administration.jobs.since'), cell: ({ since }) => at(since) },
            {
              key: 'tries',
              label: t('administration.jobs.tries'),
              numeric: true,
              cell: ({ tries }) => tries,
            },
          ]}
        />
      </Section>
      <Section title={t('administration.schedules.title')} lead={t('administration.schedules.lead')}>
        <DataTable
          caption={t('administration.schedules.title')}
          captionHidden
          path={page.path}
          rows={state.schedules}
          empty={<p>{t('administration.schedules.none')}</p>}
          columns={[
            {
              key: 'name',
              label: t('administration.jobs.kind'),
              rowHeader: true,
              cell: ({ name }) => nameOf(t, name),
            },
            { key: 'when', label: t('administration.schedules.when'), cell: ({ cron }) => timeOf(t, cron) },
            {
              key: 'last',
              label: t('administration.schedules.last'),
              cell: ({ last }) =>
                last === null ? (
                  t('administration.schedules.never')
                ) : (
                  <>
                    {at(last.at)} {stateTag(t, last.state)}
                  </>
                ),
            },
            {
              key: 'run',
              label: t('administration.schedules.run'),
              cell: ({ name }) => (
                <Form action="/admin/schedules" submission={submission}>
                  <input type="hidden" name="schedule" value={name} />
                  <Button kind="secondary">{t('administration.schedules.run')}</Button>
                </Form>
              ),
            },
          ]}
        />
      </Section>
      <Section title={t('administration.backups.title')}>
        {backups === null ? (
          <p>{t('administration.backups.off')}</p>
        ) : (
          <>
            <SummaryList
              rows={[
                { label: t('administration.backups.place'), value: backups.place },
                {
                  label: t('administration.backups.newest'),
                  value:
                    newest === undefined
                      ? t('administration.backups.none')
                      : t('administration.backups.ago', {
                          at: at(newest),
                          hours: Math.floor((now.getTime() - newest.getTime()) / 3_600_000),
                        }),
                },
                { label: t('administration.backups.count'), value: String(backups.list?.length ?? 0) },
              ]}
            />
            <ul>
              {(backups.list ?? []).slice(0, 12).map((kept) => (
                <li>
                  {at(kept.at)} <ReadBack t={t} of={kept.verified} at={at} />
                </li>
              ))}
            </ul>
          </>
        )}
        <p class="quiet">{t('administration.backups.verify')}</p>
      </Section>
      <Section title={t('administration.storage.title')}>
        <SummaryList
          rows={[
            {
              label: t('administration.database.server'),
              value: `PostgreSQL ${database.version} · ${t(database.embedded ? 'administration.database.embedded' : 'administration.database.own')}`,
            },
            { label: 'Node', value: state.node },
            {
              label: t('administration.migrations'),
              value: t('administration.migrations.applied', {
                count: migrations.applied,
                at: migrations.last === null ? '' : at(migrations.last),
              }),
            },
            ...database.tables.map(({ name, bytes }) => ({
              label: t('administration.table', { name }),
              value: size(bytes),
            })),
          ]}
        />
        <DataTable
          caption={t('administration.growth')}
          path={page.path}
          rows={state.days.slice(-14).toReversed()}
          empty={<p>{t('administration.growth.none')}</p>}
          columns={[
            {
              key: 'day',
              label: t('administration.growth.day'),
              rowHeader: true,
              cell: ({ day }) => formatDate(day, locale),
            },
            {
              key: 'database',
              label: t('administration.database.size'),
              numeric: true,
              cell: (day) => size(day.database),
            },
            {
              key: 'files',
              label: t('administration.growth.files'),
              numeric: true,
              cell: ({ files, filesCount }) => `${size(files)} (${formatNumber(filesCount, locale)})`,
            },
          ]}
        />
      </Section>
      <Section title={t('administration.faults.title')} lead={t('administration.faults.lead')}>
        <DataTable
          caption={t('administration.faults.title')}
          captionHidden
          path={page.path}
          rows={state.faults}
          empty={<p>{t('administration.faults.none')}</p>}
          columns={[
            {
              key: 'last',
              label: t('administration.faults.last'),
              rowHeader: true,
              cell: ({ last }) => at(last),
            },
            {
              key: 'times',
              label: t('administration.faults.times'),
              numeric: true,
              cell: ({ times }) => formatNumber(times, locale),
            },
            {
              key: 'place',
              label: t('administration.faults.place'),
              cell: ({ place }) => <code>{place}</code>,
            },
            {
              key: 'message',
              label: t('administration.faults.message'),
              cell: ({ message }) => <code>{message}</code>,
            },
            {
              key: 'request',
              label: t('administration.faults.request'),
              cell: ({ request }) => <code>{request}</code>,
            },
          ]}
        />
      </Section>
    </Page>
  );
}

function nameOf(t: Translate, name: string): string {
  const known = KNOWN_WORK.find((one) => one === name);
  return known === undefined ? name : t(`administration.kind.${known}`);
}

const stateTag = (t: Translate, state: keyof typeof TONES) => (
  <StatusTag tone={TONES[state]} text={t(`administration.state.${state}`)} />
);

/** How a backup was found when it was last read back. */
function ReadBack({ t, of, at }: { t: Translate; of: Verification | null; at: (instant: Date) => string }) {
  if (of === null) return <StatusTag tone="neutral" text={t('administration.backups.not-read-back')} />;
  const key = of.wrong === null ? 'administration.backups.whole' : 'administration.backups.damaged';
  return (
    <>
      <StatusTag tone={of.wrong === null ? 'success' : 'danger'} text={t(key, { at: at(of.at) })} />
      {of.wrong !== null && <span class="quiet"> {of.wrong}</span>}
    </>
  );
}

// "17 3 * * *" is every day at 03:17, "*/10 * * * *" every ten minutes; anything else is shown as it is written.
function timeOf(t: Translate, cron: string): string {
  const daily = /^(\d{1,2}) (\d{1,2}) \* \* \*$/.exec(cron);
  const minutes = /^\*\/(\d{1,2}) \* \* \* \*$/.exec(cron)?.[1];
  if (minutes !== undefined) return t('administration.schedules.minutes', { minutes: Number(minutes) });
  if (daily === null) return cron;
  const two = (text = '') => text.padStart(2, '0');
  return t('administration.schedules.daily', { time: `${two(daily[2])}:${two(daily[1])}` });
}

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const;
function sizeOf(bytes: number, locale: Locale): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(bytes, 1)) / 10));
  const value = bytes / 1024 ** power;
  return `${formatNumber(Math.round(value * 10) / 10, locale)} ${UNITS[power]}`;
}
