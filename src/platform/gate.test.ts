import { describe, expect, test } from 'vitest';
import { type Gate, isSentAway, type Leave, openGate } from './gate.ts';

const here = () => false;
const settings = { atOnce: 2, longest: 1000, longestUrgent: 3000, slow: 60_000 };

function gate(more: Partial<Parameters<typeof openGate>[0]> = {}) {
  let time = 0;
  const made = openGate({ ...settings, now: () => time, ...more });
  return { made, pass: (ms: number) => (time += ms) };
}

async function comeIn(made: Gate, urgent = false): Promise<Leave> {
  const answer = await made.enter(urgent, here);
  if (isSentAway(answer)) throw new Error('sent away');
  return answer;
}

/** So many answers of so many milliseconds, for the gate to know how long one takes. */
async function answerSome(
  made: Gate,
  pass: (ms: number) => number,
  times: number,
  each: number,
): Promise<void> {
  for (let i = 0; i < times; i += 1) {
    const leave = await comeIn(made);
    pass(each);
    leave();
  }
}

describe('the gate', () => {
  test('lets in as many at once as it should; the others wait in the order they came', async () => {
    const { made } = gate();
    const [first, second] = [await comeIn(made), await comeIn(made)];
    const order: number[] = [];
    const noting = (which: number) => (leave: Leave) => {
      order.push(which);
      return leave;
    };
    const third = comeIn(made).then(noting(3));
    const fourth = comeIn(made).then(noting(4));
    expect([made.inside(), made.waiting()]).toEqual([2, 2]);
    first();
    (await third)();
    (await fourth)();
    second();
    expect(order).toEqual([3, 4]);
    expect([made.inside(), made.waiting()]).toEqual([0, 0]);
  });

  test('who brings something comes before who only looks', async () => {
    const { made } = gate({ atOnce: 1 });
    const leave = await comeIn(made);
    const order: string[] = [];
    const noting = (which: string) => (leave: Leave) => {
      order.push(which);
      leave();
    };
    const looks = comeIn(made).then(noting('looks'));
    const brings = comeIn(made, true).then(noting('brings'));
    leave();
    await Promise.all([looks, brings]);
    expect(order).toEqual(['brings', 'looks']);
  });

  test('who would wait too long is told so at once, and when to come again; who brings something waits longer', async () => {
    const { made, pass } = gate({ atOnce: 1, longest: 900 });
    await answerSome(made, pass, 300, 500); // Half a second each: two in line are a second.
    await comeIn(made);
    const waits = [made.enter(false, here)];
    const answer = await made.enter(false, here);
    expect(isSentAway(answer) && answer.before).toBe(1);
    expect(isSentAway(answer) && answer.seconds).toBeGreaterThanOrEqual(1);
    waits.push(made.enter(true, here));
    expect(made.waiting()).toBe(2);
  });

  test('who has gone away meanwhile costs nothing', async () => {
    const { made } = gate({ atOnce: 1 });
    const leave = await comeIn(made);
    let left = false;
    let admitted = false;
    void made.enter(false, () => left).then(() => (admitted = true));
    const stays = comeIn(made);
    left = true;
    leave();
    (await stays)();
    expect([admitted, made.inside()]).toEqual([false, 0]);
  });

  test('an answer that takes very long no longer holds up the line', async () => {
    const { made } = gate({ atOnce: 1, slow: 20, now: () => performance.now() });
    const slow = await comeIn(made);
    (await comeIn(made))();
    slow(); // Leaving late changes nothing.
    expect(made.inside()).toBe(0);
  });
});
