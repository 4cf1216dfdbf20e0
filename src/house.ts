import { join } from 'node:path';
import type { Hono } from 'hono';
import type { Logger } from 'pino';
import { openReadLog } from './features/audit/reads/log.ts';
import { bareText } from './platform/bare-text.ts';
import type { Config } from './platform/config.ts';
import type { Authority, Directory } from './platform/directory.ts';
import { openDoors, openOwner, openWorks } from './platform/doors.ts';
import { folderFiles } from './platform/files.ts';
import type { Jobs } from './platform/jobs/kinds.ts';
import { jobsAt, type Node, ownerAt, webAt } from './platform/nodes.ts';
import { underPrefix, withoutPrefix } from './platform/prefix.ts';
import type { Services } from './platform/services.ts';
import { openSystem } from './platform/system.ts';

/*
 * All authorities of this install, each with its own records, files and cookies, behind one address. A request is for
 * the one its host name or path says; there is no way from one to another.
 */

export interface HouseOptions {
  readonly config: Config;
  readonly directory: Directory;
  readonly nodes: ReadonlyMap<string, Node>;
  readonly log: Logger;
  readonly jobsOf: (schema: string) => Jobs;
  readonly clock: () => Date;
}

export interface House {
  /** What the outside world offers to one authority. */
  of(name: string): Services;
  /** Lets go of one that was removed. */
  forget(name: string): void;
  /** Answers every request at the authority it is for. */
  serve(
    make: (services: Services) => Hono,
  ): (request: Request, ...rest: unknown[]) => Response | Promise<Response>;
}

export function openHouse(options: HouseOptions): House {
  const { directory } = options;
  const services = new Map<string, Services>();
  const apps = new Map<string, Hono>();

  const of = (name: string): Services => {
    const made = services.get(name) ?? servicesOf(name, options);
    services.set(name, made);
    return made;
  };
  return {
    of,
    forget(name) {
      services.delete(name);
      apps.delete(name);
    },
    serve(make) {
      const appOf = (name: string): Hono => {
        const made = apps.get(name) ?? make(of(name));
        apps.set(name, made);
        return made;
      };
      return (request, ...rest) => {
        const { pathname, host } = new URL(request.url);
        // Whether this process lives and is ready is asked at any address.
        const anywhere = pathname === '/healthz' || pathname === '/readyz' ? directory.list()[0] : undefined;
        const found =
          anywhere === undefined ? directory.find(host, pathname) : { authority: anywhere, prefix: '' };
        if (found === null) return nobodyHere(options.config);
        const app = appOf(found.authority.name);
        if (found.prefix === '') return app.fetch(request, ...(rest as []));
        const inner = app.fetch(withoutPrefix(request, found.prefix), ...(rest as []));
        return Promise.resolve(inner).then((answer) => underPrefix(answer, found.prefix));
      };
    },
  };
}

const nobodyHere = (config: Config): Response =>
  new Response('No authority is found at this address.\n', { status: 404, headers: bareText(config) });

function servicesOf(name: string, { config, directory, nodes, log, jobsOf, clock }: HouseOptions): Services {
  const { schema } = known(directory, name);
  const nodeOf = (authority: Authority): Node => {
    const node = nodes.get(authority.node);
    if (node === undefined)
      throw new Error(`QINGLAN_NODES names no node ${authority.node} (authority ${name})`);
    return node;
  };
  const at =
    <T>(place: (node: Node, schema: string) => T) =>
    (): T | Promise<T> => {
      const now = directory.settled(name);
      return now instanceof Promise
        ? now.then((settled) => place(nodeOf(settled), schema))
        : place(nodeOf(now), schema);
    };
  const dataDir = folderOf(config, schema);
  const db = openOwner(at(ownerAt));
  const works = openWorks(at(jobsAt));
  const ownLog = schema === config.schema ? log : log.child({ authority: name });
  const services: Services = {
    config: { ...config, schema, dataDir },
    db,
    works,
    doors: openDoors(at(webAt)),
    files: folderFiles(join(dataDir, 'files')),
    log: ownLog,
    reads: openReadLog({ db: works.open('reads'), log: ownLog, clock }),
    jobs: jobsOf(schema),
    system: openSystem(() => services),
    clock,
  };
  return services;
}

/** Where an authority keeps its files: the one of the settings in the data folder itself, others each in one of its own. */
export const folderOf = (config: Config, schema: string): string =>
  schema === config.schema ? config.dataDir : join(config.dataDir, 'authorities', schema);

function known(directory: Directory, name: string): Authority {
  const found = directory.list().find((authority) => authority.name === name);
  if (found === undefined) throw new Error(`There is no authority ${name}`);
  return found;
}
