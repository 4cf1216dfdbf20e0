/*
 * Objects whose keys people wrote: a subject, a setting, a parameter. One may be called as what every object has of
 * itself (`constructor`, `__proto__`), however the object came: read from JSON, or from another thread.
 */

/** What stands there under that name itself. */
export const own = <T>(all: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(all, name) ? all[name] : undefined;

/** Puts something there under that name, whatever the name. */
export function putOwn<T>(all: Record<string, T>, name: string, value: T): T {
  Object.defineProperty(all, name, { value, enumerable: true, configurable: true, writable: true });
  return value;
}
