import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { type ArrivalOptions, type Arrived, type Incoming, openArrivals } from './arrival.ts';

const settings = { largest: 100, places: 3, room: 250, longest: 60_000 };

function arrivals(more: Partial<ArrivalOptions> = {}) {
  let time = 0;
  const made = openArrivals({ ...settings, now: () => time, ...more });
  return { made, pass: (ms: number) => (time += ms) };
}

/** A connection somebody sends on. */
function sender(length?: number) {
  const headers = length === undefined ? {} : { 'content-length': String(length) };
  return Object.assign(new PassThrough(), { headers });
}
/** What was sent has been read as far as it will be. */
const settle = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

async function sent(stream: ReturnType<typeof sender>, bytes: number): Promise<void> {
  stream.write(Buffer.alloc(bytes, 'x'));
  await settle();
}

/** What came of each so far. */
function watch(...all: readonly Promise<Arrived>[]): (string | null)[] {
  const seen: (string | null)[] = all.map(() => null);
  all.forEach((one, n) => void one.then(({ came }) => (seen[n] = came)));
  return seen;
}

describe('what a request brings', () => {
  test('is handed on when all of it is here, as it was sent', async () => {
    const { made } = arrivals();
    const stream = sender(6);
    const taken = made.take(stream as Incoming);
    const seen = watch(taken);
    stream.write('abc');
    await settle();
    expect([seen, made.onTheirWay(), made.held()]).toEqual([[null], 1, 3]);
    stream.end('def');
    const { came, body, leave } = await taken;
    expect([came, body.toString(), made.onTheirWay(), made.held()]).toEqual(['whole', 'abcdef', 0, 6]);
    leave();
    leave();
    expect(made.held()).toBe(0);
  });

  test('is refused before it is sent when it says that it is too large, and on its way when it does not', async () => {
    const { made } = arrivals();
    expect((await made.take(sender(101) as Incoming)).came).toBe('too-large');
    const liar = sender();
    const taken = made.take(liar as Incoming);
    await sent(liar, 60);
    await sent(liar, 60);
    expect([(await taken).came, made.held(), made.onTheirWay()]).toEqual(['too-large', 0, 0]);
  });

  test('is not waited for any longer than there is time, nor for whoever has gone', async () => {
    const { made } = arrivals({ longest: 20 });
    const half = sender();
    const taken = made.take(half as Incoming);
    await sent(half, 10);
    expect([(await taken).came, made.held()]).toEqual(['too-slow', 0]);
    const gone = sender();
    const left = made.take(gone as Incoming);
    gone.destroy();
    expect([(await left).came, made.onTheirWay()]).toEqual(['gone', 0]);
  });

  test('finds no place when all are taken by those who send; who sends next to nothing gives way', async () => {
    const { made, pass } = arrivals({ largest: 1e6, room: 1e7 });
    const streams = [sender(), sender(), sender()];
    const seen = watch(...streams.map((stream) => made.take(stream as Incoming)));
    expect((await made.take(sender() as Incoming)).came).toBe('no-place');
    pass(5000);
    const [first, second, third] = streams;
    for (const stream of [first, third]) await sent(stream ?? sender(), 6000);
    await sent(second ?? sender(), 20);
    const seenLater = watch(made.take(sender() as Incoming));
    await settle();
    expect([seen, seenLater, made.onTheirWay()]).toEqual([[null, 'too-slow', null], [null], 3]);
    expect((await made.take(sender() as Incoming)).came).toBe('no-place');
  });

  test('stands still when there is no room, but for the one who came first; what is answered makes room', async () => {
    const { made } = arrivals({ room: 100 });
    const [first, second, whole] = [sender(), sender(), sender()];
    const answered = made.take(whole as Incoming);
    whole.end(Buffer.alloc(90));
    const { leave } = await answered;
    const seen = watch(made.take(first as Incoming), made.take(second as Incoming));
    await sent(second, 20);
    await sent(second, 20);
    // What was read before it was told to stand still counts; what came after stays on the line.
    expect([made.held(), second.isPaused()]).toEqual([110, true]);
    await sent(first, 30);
    expect([made.held(), first.isPaused()]).toEqual([140, false]);
    first.end();
    await settle();
    // Now the other is the first on their way.
    expect([seen, second.isPaused(), made.held()]).toEqual([['whole', null], false, 160]);
    leave();
    second.end();
    await settle();
    expect([seen, made.held()]).toEqual([['whole', 'whole'], 70]);
  });
});
