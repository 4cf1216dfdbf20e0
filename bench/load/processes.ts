import { readdirSync, readFileSync } from 'node:fs';
import { ownSeconds } from '../cpu.ts';

/** The server's own processes: itself and those it has started, without the database. */
function nodesOf(root: number): number[] {
  return [
    root,
    ...readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((name) => {
        const stat = readText(`/proc/${name}/stat`);
        return (
          stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] === String(root) &&
          readText(`/proc/${name}/cmdline`).includes('node')
        );
      })
      .map(Number),
  ];
}
export function ourSeconds(root: number): number {
  return nodesOf(root).reduce((sum, pid) => sum + ownSeconds(pid), 0);
}
export function memoryOf(root: number): number {
  const pages = (pid: number) => Number(readText(`/proc/${pid}/statm`).split(' ')[1]);
  return nodesOf(root).reduce((sum, pid) => sum + (pages(pid) * 4096) / 1e6, 0);
}
function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
