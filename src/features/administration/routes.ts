import { answerDone, answerPage, pageProps } from '../../platform/answer.ts';
import { transaction } from '../../platform/database.ts';
import { HttpError } from '../../platform/errors.ts';
import { readRawForm } from '../../platform/forms.ts';
import { newId } from '../../platform/ids.ts';
import { may, routeList } from '../../platform/routing.ts';
import type { SystemState } from '../../platform/system.ts';
import { appendAudit } from '../audit/queries.ts';
import { AdministrationPage } from './page.tsx';
import { concernsOf } from './rules.ts';

export const administrationRoutes = routeList();

const DAY_MS = 86_400_000;

/** How the install is doing: nothing on it names a person. */
administrationRoutes.get('/admin', may('system.see'), async (ask) => {
  const state = await ask.services.system.state();
  return answerPage(
    ask,
    AdministrationPage({
      page: pageProps(ask),
      t: ask.t,
      state,
      concerns: concernsOf(seen(state, ask.now)),
      timeZone: ask.services.config.timeZone,
      now: ask.now,
      submission: newId(),
    }),
  );
});

/** What comes by the clock, done now: after it failed, or before an upgrade. */
administrationRoutes.post('/admin/schedules', may('system.see'), async (ask) => {
  const { values } = await readRawForm(ask);
  const { schedules } = await ask.services.system.state();
  const known = schedules.find(({ name }) => name === values.schedule);
  if (known === undefined) throw new HttpError(404, 'error.not-found');
  await transaction(ask.db, async (tx) => {
    await appendAudit(tx, ask.actor, ask.now, {
      action: 'system.run-now',
      subjectType: 'schedule',
      subjectId: null,
      after: { schedule: known.name },
    });
    // After the entry, which knows a form that comes again; before the commit, so that what failed was not asked for.
    await ask.services.jobs.runNow(known.name);
  });
  return answerDone(ask, '/admin', 'administration.schedules.run.done');
});

function seen(state: SystemState, now: Date) {
  const newest = state.backups?.list?.[0]?.at;
  return {
    missingMigrations: state.migrations.missing.length,
    disk: state.disk,
    backup:
      state.backups === null
        ? null
        : {
            answers: state.backups.list !== null,
            age: newest === undefined ? null : now.getTime() - newest.getTime(),
          },
    failedSchedules: state.schedules.filter(({ last }) => last?.state === 'failed').length,
    failedJobs: state.jobs.filter(({ state: at, kind }) => at === 'failed' && !isSchedule(state, kind))
      .length,
    faultsToday: state.faults.filter(({ last }) => now.getTime() - last.getTime() < DAY_MS).length,
  };
}

const isSchedule = (state: SystemState, kind: string): boolean =>
  state.schedules.some(({ name }) => name === kind);
