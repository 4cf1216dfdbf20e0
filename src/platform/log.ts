import { type DestinationStream, type Logger, pino } from 'pino';
import type { Config } from './config.ts';

/**
 * One line of JSON for each event, to standard error unless told otherwise. Failures are logged under `error`:
 * pino writes out message and stack only of the key it is told of, any other error becomes `{}`.
 */
export const openLog = (
  level: Config['logLevel'],
  destination: DestinationStream = pino.destination({ dest: 2, sync: false }),
): Logger => pino({ level, errorKey: 'error' }, destination);
