import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

export interface Proxy {
  readonly port: number;
  /** Milliseconds that each piece of data waits, both ways. */
  slow(milliseconds: number): void;
  /** Ends every connection there is, in the middle of whatever it carries. How many there were. */
  cut(): number;
  close(): Promise<void>;
}

/** A wire that can be slow and can be cut: between a browser and the app, or the app and its database. */
export async function openProxy(to: { port: number; host: string } | { path: string }): Promise<Proxy> {
  let delay = 0;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(to);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    carry(near, far);
    carry(far, near);
  });
  const carry = (from: Socket, onto: Socket) => {
    // One after the other, so that what waited longer is not overtaken.
    let last = Promise.resolve();
    from.on('data', (chunk) => {
      last = last.then(async () => {
        if (delay > 0) await wait(delay);
        if (!onto.destroyed) onto.write(chunk);
      });
    });
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    slow(milliseconds) {
      delay = milliseconds;
    },
    cut() {
      const count = sockets.size;
      for (const socket of sockets) socket.destroy();
      return count;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
