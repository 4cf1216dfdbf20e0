import { createServer } from 'node:net';
import type { Config } from './config.ts';
import { ConfigError } from './config.ts';

/** How far to look for a free port when none was asked for. */
const tries = 50;

/** The port to listen on: the one asked for, or the first free one from the default on. Throws ConfigError. */
export async function choosePort({ host, port, portIsFixed }: Pick<Config, 'host' | 'port' | 'portIsFixed'>) {
  for (let candidate = port; candidate < port + tries && candidate <= 65_535; candidate += 1) {
    const refusal = await tryPort(host, candidate);
    if (refusal === null) return candidate;
    if (refusal !== 'EADDRINUSE')
      throw new ConfigError(`HOST ${host}, PORT ${candidate}: cannot listen (${refusal})`);
    if (portIsFixed) throw new ConfigError(`PORT: ${port} is used by another program; choose another`);
  }
  throw new ConfigError(`PORT: none free from ${port} on; choose one`);
}

function tryPort(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(null)));
  });
}
