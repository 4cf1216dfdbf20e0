import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';

/** The unprivileged user that the database runs as when Qinglan itself is started as root. */
export interface Account {
  uid: number;
  gid: number;
}

/**
 * PostgreSQL refuses to run as root. Started as root, we give it the account that owns the cluster already,
 * else a system user named `qinglan` where there is one, else `nobody`. Null: we are not root, stay who we are.
 */
export function databaseAccount(cluster: string): Account | null {
  if (process.getuid?.() !== 0) return null;
  if (existsSync(cluster)) {
    const { uid, gid } = statSync(cluster);
    if (uid !== 0) return { uid, gid };
  }
  const account = systemUser('qinglan') ?? systemUser('nobody');
  if (account === null) {
    throw new Error('Started as root, but there is no user "qinglan" or "nobody" for the database to run as');
  }
  return account;
}

function systemUser(name: string): Account | null {
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const [user, , uid, gid] = line.split(':');
    if (user === name && uid !== undefined && gid !== undefined)
      return { uid: Number(uid), gid: Number(gid) };
  }
  return null;
}

/** Whether the account may enter the folder; root's home, for one, is often closed to it. */
export function canEnter(account: Account | null, folder: string): boolean {
  if (account === null) return true;
  const probe = spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], {
    ...account,
    cwd: '/',
    stdio: 'ignore',
  });
  return probe.status === 0;
}
