import type { House } from './house.ts';
import type { Directory } from './platform/directory.ts';
import type { Services } from './platform/services.ts';

/** How what was begun for an authority is ended: it was removed, or this process stops. */
export type End = (removed: boolean) => unknown;

const TRY_AGAIN_MS = 10_000;

/**
 * Begins something for each authority there is, and for each that is made while we run; ends it when the authority is
 * removed. The first ones must succeed; for a later one it is tried again. Returns how to end it for all.
 */
export async function forEachAuthority(
  { directory, house, services: { log } }: { directory: Directory; house: House; services: Services },
  begin: (authority: Services) => Promise<End> | End,
): Promise<() => Promise<void>> {
  const ends = new Map<string, End>();
  let closed = false;
  let again: NodeJS.Timeout | undefined;
  let turn = Promise.resolve();

  const names = () => directory.list().map(({ name }) => name);
  async function beginFor(name: string): Promise<void> {
    ends.set(name, await begin(house.of(name)));
  }
  async function catchUp(): Promise<void> {
    if (closed) return;
    const now = names();
    for (const [name, end] of ends) {
      if (now.includes(name)) continue;
      ends.delete(name);
      await end(true);
      house.forget(name);
    }
    for (const name of now) if (!ends.has(name)) await beginFor(name);
  }
  const look = (): void => {
    clearTimeout(again);
    turn = turn.then(catchUp).catch((error: unknown) => {
      log.error({ error, kind: 'authorities' }, 'an authority is not kept yet');
      again = setTimeout(look, TRY_AGAIN_MS);
      again.unref();
    });
  };

  for (const name of names()) await beginFor(name);
  const unwatch = directory.watch(look);
  look(); // What was made meanwhile.
  return async () => {
    closed = true;
    clearTimeout(again);
    unwatch();
    await turn;
    for (const end of [...ends.values()].toReversed()) await end(false);
  };
}
