/**
 * For how long what is kept, in days. A line for each kind; an authority changes the days on a page, within these
 * bounds, and every night what is older is erased (privacy/retention). Records of selection themselves are not among
 * them: what an office decided is kept as the archives law has it.
 */
export const RETENTION = {
  /** From which address and device an act came, beside the audit chain, and wrong tries to sign in; from their day. */
  origins: { min: 180, max: 36_500 },
  /** Who looked at whose data; from the day of the reading. */
  reads: { min: 180, max: 36_500 },
  /** Ended sessions; from their end. */
  sessions: { min: 0, max: 365 },
  /** Which form was sent, so that it is done once; from its sending. A page left open is no older than 30 days. */
  acts: { min: 30, max: 365 },
  /** Notices that were read; from their day. */
  notices: { min: 365, max: 3650 },
  /** What was written in applications that were never submitted, or taken back; from the close of the round. */
  drafts: { min: 30, max: 3650 },
  /** Files of records that were returned or taken back, and files taken back; from the last act on the record. */
  evidence: { min: 180, max: 36_500 },
  /** Rows of rosters and records that were brought in; from the end of the import. */
  imports: { min: 30, max: 3650 },
  /** Identity numbers of those who left; from the end of their employment. All of them, once none are kept any more. */
  'id-numbers': { min: 0, max: 3650 },
  /** Copies of one's own data made for download; from when they were asked for. */
  copies: { min: 1, max: 30 },
  /** Name and contact of whoever objected; from the answer. */
  objectors: { min: 180, max: 36_500 },
} as const satisfies Record<string, { readonly min: number; readonly max: number }>;

export type RetentionKind = keyof typeof RETENTION;
export const RETENTION_KINDS = Object.keys(RETENTION) as RetentionKind[];
export const isRetentionKind = (text: string): text is RetentionKind =>
  RETENTION_KINDS.some((kind) => kind === text);

export type PeriodRefusal = 'not-a-number' | 'too-short' | 'too-long';

/** May this be a kind's period? */
export function judgePeriod(
  kind: RetentionKind,
  text: string,
): { readonly ok: true; readonly days: number } | { readonly ok: false; readonly reason: PeriodRefusal } {
  const { min, max } = RETENTION[kind];
  if (!/^\d{1,6}$/.test(text.trim())) return { ok: false, reason: 'not-a-number' };
  const days = Number(text);
  if (days < min) return { ok: false, reason: 'too-short' };
  return days > max ? { ok: false, reason: 'too-long' } : { ok: true, days };
}
