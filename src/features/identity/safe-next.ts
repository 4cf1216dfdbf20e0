/** Where to go after signing in: only a path of our own, never another host. */
export const safeNext = (next: string | undefined): string =>
  next !== undefined && /^\/(?![/\\])[\x20-\x7e]*$/.test(next) ? next : '/';
