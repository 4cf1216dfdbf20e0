import { type DestinationStream, type Logger, pino } from 'pino';
import type { Config } from './config.ts';
import { safeError } from './scrub.ts';

/** What failed, as it was logged. */
export interface LoggedError {
  readonly error: unknown;
  readonly route?: string;
  readonly request?: string;
  readonly kind?: string;
}

const ERROR_LEVEL = 50;

/**
 * One line of JSON for each event, to standard error unless told otherwise. Failures are logged under `error`, and
 * never what they were about: no names, numbers, addresses, paths with ids (scrub.ts; a test walks a whole journey).
 * `onError` is told of each failure as well.
 */
export const openLog = (
  level: Config['logLevel'],
  destination: DestinationStream = pino.destination({ dest: 2, sync: false }),
  onError?: (logged: LoggedError) => void,
): Logger =>
  pino(
    {
      level,
      errorKey: 'error',
      serializers: { error: safeError },
      hooks: {
        logMethod(args, method, at) {
          const [first] = args as unknown[];
          if (at >= ERROR_LEVEL && typeof first === 'object' && first !== null && 'error' in first)
            onError?.(first as LoggedError);
          method.apply(this, args);
        },
      },
    },
    destination,
  );
