import type { Schedule } from '../../platform/jobs/kinds.ts';
import { deleteEndedSessions } from './queries.ts';

/** Every night the sessions that have ended are cleared away. */
export const endedSessions: Schedule = {
  name: 'ended-sessions',
  cron: '17 3 * * *',
  async run({ db, clock, log }) {
    const ended = await deleteEndedSessions(db, clock());
    log.info({ ended }, 'ended sessions cleared away');
  },
};
