import { isBusy, sqlState } from '../database.ts';
import { Stopped } from './kinds.ts';

/** Connection failures, too many connections, and a server that is being stopped or started. */
const PASSING_STATES = /^(08|57P0[1-3]$|53300$)/;
const PASSING_CODES = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOENT', 'ETIMEDOUT'];

/** What passes by itself, told of by another thread: what it was is known there. */
export class PassedOn extends Error {}

/** Whether a job failed for a reason that passes by itself, so that it is worth running again. */
export function passes(error: unknown): boolean {
  if (error instanceof Stopped || error instanceof PassedOn || isBusy(error)) return true;
  const state = sqlState(error);
  if (state !== null) return PASSING_STATES.test(state);
  if (!(error instanceof Error)) return false;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (syscall === 'connect' || syscall === 'read' || syscall === 'write')
    return code !== undefined && PASSING_CODES.includes(code);
  return /^(Connection terminated|Client has encountered a connection error)/.test(error.message);
}
