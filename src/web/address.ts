/** Addresses that differ from the present one in a few query parameters and keep all the others. */

export type QueryChanges = Readonly<Record<string, string | number | readonly string[] | null>>;

/** `path` with each named parameter set, or removed when null; every other parameter stays as it is. */
export function withQuery(path: string, changes: QueryChanges): string {
  const [given = '/', query = ''] = path.split('#', 1)[0]?.split('?', 2) ?? [];
  const base = given.replace(/^[/\\]+/, '/'); // "//elsewhere/" as a link would lead to another host.
  const parameters = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    parameters.delete(name);
    if (value === null) continue;
    for (const one of typeof value === 'object' ? value : [String(value)]) parameters.append(name, one);
  }
  const rest = parameters.toString();
  return rest === '' ? base : `${base}?${rest}`;
}

/** The parameters of `path` except the named ones, in order, as hidden fields carry them. */
export function otherParameters(path: string, except: readonly string[]): [string, string][] {
  const query = path.split('#', 1)[0]?.split('?', 2)[1] ?? '';
  return [...new URLSearchParams(query)].filter(([name]) => !except.includes(name));
}

export const parameters = (path: string): URLSearchParams =>
  new URLSearchParams(path.split('#', 1)[0]?.split('?', 2)[1] ?? '');

/** The address when it is one of our own, as one to go on to must be; null for any other host or scheme. */
export const ownAddress = (address: string | undefined): string | null =>
  address !== undefined && /^\/(?![/\\])[\x20-\x7e]*$/.test(address) ? address : null;
