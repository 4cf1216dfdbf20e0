/** Every act that is audited. A new one needs its words (`audit.did.*`), or it does not compile. */
export const AUDIT_ACTIONS = [
  'audit.key-made',
  'audit.keeping-set',
  'reads.day-closed',
  'wrong-tries.day-closed',
  'retention.set',
  'retention.erased',
  'sign-in',
  'sign-in.demo',
  'account.password-set',
  'account.password-changed',
  'account.codes-made',
  'account.reset',
  'account.unlocked',
  'account.closed',
  'account.sessions-ended',
  'account.second-factor-reset',
  'second-factor.set',
  'second-factor.ended',
  'second-factor.recovery-codes-made',
  'second-factor.recovery-code-used',
  'passkey.added',
  'passkey.renamed',
  'passkey.removed',
  'session.ended',
  'sign-in.set',
  'sign-in.provider-set',
  'account.linked',
  'account.unlinked',
  'unit.added',
  'unit.changed',
  'unit.ended',
  'role.assigned',
  'role.ended',
  'role.asked',
  'role.agreed',
  'role.declined',
  'role.handed-over',
  'role.taken-back',
  'duties.changed',
  'duties.post-added',
  'duties.post-removed',
  'person.corrected',
  'correction.asked',
  'correction.refused',
  'correction.withdrawn',
  'own-data.copied',
  'consent.given',
  'consent.withdrawn',
  'privacy-notice.published',
  'person.added',
  'person.changed',
  'person.fact-changed',
  'person.moved',
  'person.left',
  'person.joined-group',
  'person.left-group',
  'person.merged',
  'person.told-apart',
  'id-number.kept',
  'id-number.shown',
  'id-number.removed',
  'id-number.setting',
  'id-number.keys-rotated',
  'secret.rotated',
  'secret.sealed-anew',
  'people.exported',
  'titles.exported',
  'roster.import',
  'record.claim',
  'record.enter',
  'record.change',
  'record.confirm',
  'record.return',
  'record.withdraw',
  'record.import',
  'programme.uploaded',
  'programme.published',
  'lab.draft-begun',
  'lab.draft-saved',
  'lab.draft-asked',
  'lab.draft-agreed',
  'lab.draft-objected',
  'lab.draft-reopened',
  'lab.draft-dropped',
  'lab.draft-published',
  'programme.retired',
  'number.set',
  'number.taken-back',
  'round.created',
  'round.changed',
  'round.opened',
  'round.notify',
  'round.extended',
  'round.cancelled',
  'round.decided',
  'round.screen',
  'round.screening-exported',
  'system.run-now',
  'quota.set',
  'tie.decided',
  'unfit.kept',
  'unfit.removed',
  'publicity.posted',
  'objection.received',
  'objection.investigating',
  'objection.upheld',
  'objection.dismissed',
  'application.draft',
  'application.reopen',
  'application.attach',
  'application.detach',
  'application.submit',
  'application.resubmit',
  'application.withdraw',
  'application.recommend',
  'application.recommend-exceptionally',
  'application.reorder',
  'application.take-back',
  'application.return',
  'application.hand-back',
  'application.refuse',
  'application.decide-clause',
  'application.recuse',
  'panel.formed',
  'panel.dated',
  'panel.completed',
  'panel.seat-given',
  'panel.seat-ended',
  'panel.looked-through',
  'panel.opened',
  'panel.handed-in',
  'panel.stood-aside',
  'panel.closed',
  'panel.cancelled',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** What entries say, and how, changed with time; each is read by the rule of the version it was written by. */
export const ENTRY_VERSION = 2;

/** One entry as it is chained. */
export interface Entry {
  /** 1 says nothing of `origin`, nor of itself, and of `onBehalfOf` only where there is one. */
  readonly version: number;
  readonly seq: number;
  readonly at: string;
  readonly actorId: string | null;
  /** In whose stead a deputy acted. */
  readonly onBehalfOf: string | null;
  readonly action: string;
  readonly subjectType: string;
  readonly subjectId: string | null;
  readonly personId: string | null;
  readonly roundId: string | null;
  readonly unitPath: string | null;
  readonly before: unknown;
  readonly after: unknown;
  readonly reason: string | null;
  /** The salted digest of address and device, which are kept beside the chain and erased after a time. */
  readonly origin: string | null;
}

/** An entry as its row has it. */
export interface StoredEntry {
  readonly seq: number;
  readonly at: Date;
  readonly actor_id: string | null;
  /** These three are not there in a row from before there were such columns. */
  readonly on_behalf_of?: string | null;
  readonly version?: number;
  readonly origin_digest?: string | null;
  readonly action: string;
  readonly subject_type: string;
  readonly subject_id: string | null;
  readonly person_id: string | null;
  readonly round_id: string | null;
  readonly unit_path: string | null;
  readonly before: unknown;
  readonly after: unknown;
  readonly reason: string | null;
}

/** What its hash was made of, read back from its row. */
export const entryOf = (row: StoredEntry): Entry => ({
  version: row.version ?? 1,
  seq: row.seq,
  at: row.at.toISOString(),
  actorId: row.actor_id,
  onBehalfOf: row.on_behalf_of ?? null,
  action: row.action,
  subjectType: row.subject_type,
  subjectId: row.subject_id,
  personId: row.person_id,
  roundId: row.round_id,
  unitPath: row.unit_path,
  before: row.before,
  after: row.after,
  reason: row.reason,
  origin: row.origin_digest ?? null,
});
/** From where an entry came. */
export interface Origin {
  readonly salt: string;
  readonly address: string | null;
  readonly device: string | null;
}

/** The text whose SHA-256 an entry holds of its origin; the salt keeps it from being guessed once it is erased. */
export const originText = ({ salt, address, device }: Origin): string =>
  `${salt}\n${canonical({ address, device })}`;

/** JSON with sorted keys (RFC 8785 for the values used here), so that a hash can be made again later. */
export function canonical(value: unknown): string {
  if (value === undefined) return 'null';
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  // An instant has no keys of its own: it is kept as its text, never as an empty object.
  if (value instanceof Date) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const entries = Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`);
  return `{${entries.join(',')}}`;
}

/** An entry's text by the rule of its version: what the chain's hashes and the tree's leaves are made of. */
export function entryText(entry: Entry): string {
  if (entry.version !== 1) return canonical(entry);
  const { version: _, origin: __, onBehalfOf, ...first } = entry;
  return canonical(onBehalfOf === null ? first : { ...first, onBehalfOf });
}

/** The text whose SHA-256 is an entry's hash: the hash before it, then the entry. */
export const chainText = (previousHash: string, entry: Entry): string =>
  `${previousHash}\n${entryText(entry)}`;

/**
 * The entry's part of that text in two halves, around the number that it gets when it is written: sorted, the key
 * `seq` stands between `roundId` and `subjectId`.
 */
export function textAroundSeq(entry: Omit<Entry, 'seq'>): {
  readonly before: string;
  readonly after: string;
} {
  const { subjectId, subjectType, unitPath, version, ...first } = entry;
  return {
    before: `${canonical(first).slice(0, -1)},"seq":`,
    after: `,${canonical({ subjectId, subjectType, unitPath, version }).slice(1)}`,
  };
}
