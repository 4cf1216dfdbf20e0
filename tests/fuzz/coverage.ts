import type { Route } from '../../src/platform/routing.ts';
import { PARAMETER, type Sent } from './requests.ts';

export interface Coverage {
  count(sent: Sent, status: number): void;
  /** Routes no request came to. */
  leftOut(): string[];
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
  const methodOf = ({ method }: Sent) => (method === 'HEAD' ? 'GET' : method);
  return {
    count(sent, status) {
      const [path = ''] = sent.path.split('?');
      const row = rows.find(({ method, pattern }) => method === methodOf(sent) && pattern.test(path));
      if (row === undefined) return;
      row.got += 1;
      if (status < 400) row.served += 1;
    },
    leftOut: () => rows.filter(({ got }) => got === 0).map(({ name }) => name),
    table: () =>
      rows
        .toSorted((a, b) => a.got - b.got)
        .map(({ name, got, served }) => `${got}\t${served}\t${name}`)
        .join('\n'),
  };
}
