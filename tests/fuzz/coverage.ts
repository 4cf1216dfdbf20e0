import type { Route } from '../../src/platform/routing.ts';
import { PARAMETER, type Sent } from './requests.ts';

export interface Coverage {
  count(sent: Sent, status: number): void;
  /** Routes no request came to. */
  leftOut(): string[];
  /** Routes that served none of theirs. */
  unserved(): string[];
  /** The route a request of this method and path is for; null for none. */
  routeOf(method: string, path: string): string | null;
  /** A line for each route: how many requests it got, and how many of them it served (an answer below 400). */
  table(): string;
}

/** Counts which route each request is for, as the router would find it: what is written out goes before a parameter. */
export function coverageOf(routes: readonly Route[]): Coverage {
  const rows = routes
    .map(({ method, path }) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      parameters: [...path.matchAll(PARAMETER)].length,
      pattern: new RegExp(`^${path.replaceAll(/[.]/g, '\\.').replaceAll(PARAMETER, '[^/]+')}$`),
      got: 0,
      served: 0,
    }))
    .toSorted((a, b) => a.parameters - b.parameters);
  const rowOf = (method: string, path: string) => {
    const [plain = ''] = path.split('?');
    return rows.find((row) => row.method === method && row.pattern.test(plain));
  };
  const methodOf = ({ method }: Sent) => (method === 'HEAD' ? 'GET' : method);
  return {
    count(sent, status) {
      const row = rowOf(methodOf(sent), sent.path);
      if (row === undefined) return;
      row.got += 1;
      if (status < 400) row.served += 1;
    },
    unserved: () => rows.filter(({ served }) => served === 0).map(({ name }) => name),
    routeOf: (method, path) => rowOf(method, path)?.name ?? null,
    leftOut: () => rows.filter(({ got }) => got === 0).map(({ name }) => name),
    table: () =>
      rows
        .toSorted((a, b) => a.got - b.got)
        .map(({ name, got, served }) => `${got}\t${served}\t${name}`)
        .join('\n'),
  };
}
