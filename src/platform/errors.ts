import type { WordKey } from '../web/words.ts';

/**
 * A request that cannot be served, with the words that say why. Thrown at the edge only; the one error
 * handler in `app.ts` turns it into a page or a JSON body.
 */
export class HttpError extends Error {
  readonly status: 400 | 401 | 403 | 404 | 409 | 410 | 413 | 415 | 422 | 423 | 429 | 503;
  readonly key: WordKey;
  readonly values: Record<string, string | number>;

  constructor(status: HttpError['status'], key: WordKey, values: Record<string, string | number> = {}) {
    super(`${status} ${key}`);
    this.status = status;
    this.key = key;
    this.values = values;
  }
}
