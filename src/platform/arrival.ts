import type { Readable } from 'node:stream';

/*
 * A request's turn begins when all of it is here: whoever sends slowly, or only half of it, waits outside and keeps
 * nobody. How many may be outside, for how long, and with how many bytes, is bounded.
 *
 * 1. When all places are taken, whoever sends next to nothing gives up theirs; when nobody does, the newcomer is told
 *    to come again, before anything was sent in vain.
 * 2. When the room is used up, those on their way stand still until some is free: their line fills, as that of a
 *    receiver does who is slow. The one who has been coming for longest is always heard, so that it goes on.
 * 3. Bytes count until the request is answered.
 */

export interface ArrivalOptions {
  /** The most bytes one may bring. */
  readonly largest: number;
  /** How many may be on their way at once. */
  readonly places: number;
  /** How many bytes may be held at once, give or take what is being read. */
  readonly room: number;
  /** Whoever is on their way for longer is told so, in milliseconds. */
  readonly longest: number;
  readonly now: () => number;
}

const MEGABYTE = 1024 * 1024;
export const LARGEST_FORM = 1 * MEGABYTE;
export const LARGEST_UPLOAD = 64 * MEGABYTE;

export const FORMS: ArrivalOptions = {
  largest: LARGEST_FORM,
  places: 1000,
  room: 64 * MEGABYTE,
  longest: 60_000,
  now: () => performance.now(),
};
/** Scans of certificates on a line from the mountains. */
export const UPLOADS: ArrivalOptions = {
  largest: LARGEST_UPLOAD,
  places: 200,
  room: 256 * MEGABYTE,
  longest: 300_000,
  now: () => performance.now(),
};

export type Came = 'whole' | 'too-large' | 'too-slow' | 'no-place' | 'gone';

/** What came of one request; `leave` once it is answered. */
export interface Arrived {
  readonly came: Came;
  /** Everything it brought; empty unless it came whole. */
  readonly body: Buffer;
  readonly leave: () => void;
}

export type Incoming = Readable & { readonly headers: { readonly 'content-length'?: string | undefined } };

export interface Arrivals {
  /** Resolves when all of it is here, or will not be. */
  take(incoming: Incoming): Promise<Arrived>;
  readonly onTheirWay: () => number;
  /** Bytes. */
  readonly held: () => number;
}

/** Slower than this, over so long, is next to nothing: bytes a second, milliseconds. */
const LEAST_PACE = 1024;
const PACE_OVER = 5000;
const NOTHING = Buffer.alloc(0);

interface Sender {
  readonly stop: (came: Came) => void;
  readonly incoming: Incoming;
  still: boolean;
  /** Since when, and with how many bytes since, the pace is being taken; and whether it was low the time before. */
  since: number;
  bytes: number;
  slow: boolean;
}

export function openArrivals({ largest, places, room, longest, now }: ArrivalOptions): Arrivals {
  /** Whoever has been on their way for longest comes first. */
  const senders = new Set<Sender>();
  let held = 0;

  const dawdles = ({ still, since, bytes, slow }: Sender): boolean => {
    const over = now() - since;
    return !still && (over >= PACE_OVER ? bytes * 1000 < LEAST_PACE * over : slow);
  };
  const takePace = (sender: Sender, size: number): void => {
    sender.bytes += size;
    if (now() - sender.since < PACE_OVER) return;
    sender.slow = dawdles(sender);
    sender.since = now();
    sender.bytes = 0;
  };
  /** Somebody who dawdles goes; whether there was one. */
  const makeWay = (): boolean => {
    for (const sender of senders) {
      if (!dawdles(sender)) continue;
      sender.stop('too-slow');
      return true;
    }
    return false;
  };
  const goOn = (): void => {
    let first = true;
    for (const sender of senders) {
      if (sender.still && (first || held < room)) {
        sender.still = false;
        sender.since = now();
        sender.bytes = 0;
        sender.incoming.resume();
      }
      first = false;
    }
  };
  const standStill = (sender: Sender): void => {
    while (held > room && makeWay());
    const [first] = senders;
    if (held <= room || sender === first || !senders.has(sender)) return;
    sender.still = true;
    sender.incoming.pause();
  };

  const arrive = (incoming: Incoming): Promise<Arrived> =>
    new Promise((resolve) => {
      const chunks: Buffer[] = [];
      let size = 0;
      const stop = (came: Came): void => {
        if (!senders.delete(sender)) return;
        clearTimeout(timer);
        incoming.off('data', take).off('end', end).off('close', close).off('error', close);
        incoming.on('error', () => undefined);
        incoming.pause();
        const body = came === 'whole' ? Buffer.concat(chunks, size) : NOTHING;
        let kept = size;
        const leave = (): void => {
          held -= kept;
          kept = 0;
          goOn();
        };
        if (came === 'whole') goOn();
        else leave();
        resolve({ came, body, leave });
      };
      const take = (chunk: Buffer): void => {
        size += chunk.length;
        held += chunk.length;
        if (size > largest) {
          stop('too-large');
          return;
        }
        chunks.push(chunk);
        takePace(sender, chunk.length);
        if (held > room) standStill(sender);
      };
      const end = (): void => stop('whole');
      const close = (): void => stop('gone');
      const sender: Sender = { stop, incoming, still: false, since: now(), bytes: 0, slow: false };
      const timer = setTimeout(stop, longest, 'too-slow');
      senders.add(sender);
      incoming.on('data', take).on('end', end).on('close', close).on('error', close);
    });

  return {
    async take(incoming) {
      const nothing = { body: NOTHING, leave: () => undefined };
      if (Number(incoming.headers['content-length'] ?? 0) > largest) return { came: 'too-large', ...nothing };
      if (senders.size >= places && !makeWay()) return { came: 'no-place', ...nothing };
      return await arrive(incoming);
    },
    onTheirWay: () => senders.size,
    held: () => held,
  };
}
