import { type Condition, where } from './wall.ts';

/*
 * What is done on nobody's behalf: jobs, what comes by the clock, and what the server keeps for itself. It stands in a
 * role of its own (roles.ts), which owns nothing, makes and drops nothing and does not bypass row security, and says
 * which work it is; each reaches the tables of its own line, and one that asks for another fails aloud: a table that
 * looked empty would be decided on. The audit is written by append_audit alone, for works too.
 */

export interface Work {
  readonly why: string;
  /** Every row of these. */
  readonly read?: readonly string[];
  readonly add?: readonly string[];
  /** Or lock. */
  readonly change?: readonly string[];
  readonly remove?: readonly string[];
}

const PEOPLE = ['unit', 'person', 'employment', 'membership', 'person_fact', 'title_holding'];
const PROGRAMMES = ['programme', 'programme_version', 'round', 'round_stage'];
const SHEETS = ['fact_sheet', 'fact_kind', 'fact_change'];
const POPULATIONS = ['population', 'population_group', 'population_value'];
/** Set by counties and schools; a round keeps a set of them. */
const NUMBERS = ['local_number', 'local_number_set'];
const FACTS = [...PEOPLE, ...PROGRAMMES, ...SHEETS, 'record', 'spent_record'];

/** Over everyone: what is told of them is asked within the walls of whoever asked for it. */
const CROWD = {
  read: [...FACTS, ...POPULATIONS, ...NUMBERS, 'application', 'review', 'role_assignment'],
  add: [...POPULATIONS, 'fact_sheet', 'fact_kind'],
  change: [...POPULATIONS, 'fact_sheet', 'fact_kind'],
  remove: [...POPULATIONS, 'fact_change'],
};

const CHAIN: Work = {
  why: 'seals, signs and walks the chain, whoever did what; grows the tree over it',
  read: [
    'audit',
    'audit_head',
    'audit_origin',
    'audit_check',
    'audit_checkpoint',
    'audit_tile',
    'audit_tree',
    'sensitive_read',
  ],
  add: ['audit_check', 'audit_checkpoint', 'audit_tile'],
  change: ['audit_tile', 'audit_tree'],
};

export const WORKS = {
  roster: {
    why: 'a roster changes whoever it names, and is held against everyone there is: the same person may stand anywhere',
    read: [
      ...PEOPLE,
      'role_assignment',
      'delegation',
      'id_number',
      'id_number_setting',
      'import_job',
      'import_row',
      'duplicate_suspicion',
    ],
    add: [
      'unit',
      'person',
      'employment',
      'membership',
      'person_fact',
      'id_number',
      'import_row',
      'duplicate_suspicion',
    ],
    change: [
      'unit',
      'person',
      'employment',
      'membership',
      'person_fact',
      'role_assignment',
      'delegation',
      'id_number',
      'import_job',
      'import_row',
    ],
    remove: ['membership', 'person_fact', 'role_assignment', 'import_row'],
  },
  screening: {
    ...CROWD,
    why: 'reads everyone under the unit it was asked for, and all others where its programme asks how somebody stands among them',
    read: [...CROWD.read, 'screening', 'screening_eligible'],
    add: [...CROWD.add, 'screening_eligible', 'local_number_set'],
    change: [...CROWD.change, 'screening'],
  },
  trial: {
    ...CROWD,
    why: 'tries a draft on everyone under its unit',
    read: [...CROWD.read, 'lab_run', 'lab_run_change'],
    add: [...CROWD.add, 'lab_run_change'],
    change: [...CROWD.change, 'lab_run'],
    remove: [...CROWD.remove, 'lab_run_change'],
  },
  populations: { ...CROWD, why: 'reckons what open rounds ask of many, ahead of whoever looks' },
  sheets: {
    why: 'makes everybody’s sheets anew when facts change',
    read: FACTS,
    add: ['fact_sheet', 'fact_kind'],
    change: ['fact_sheet', 'fact_kind'],
    remove: ['fact_change'],
  },
  'own-data': {
    why: 'lays out all that is held of one person, for them',
    read: [
      ...PEOPLE,
      'role_assignment',
      'record',
      'evidence',
      ...PROGRAMMES,
      'application',
      'application_attachment',
      'review',
      'notice',
      'account',
      'session',
      'wrong_try',
      'passkey',
      'sign_in_link',
      'sign_in_provider',
      'correction_request',
      'consent',
      'public_profile',
      'audit',
      'sensitive_read',
      'id_number',
      'own_data_copy',
    ],
    change: ['own_data_copy'],
  },
  retention: {
    why: 'erases what has been kept long enough, whosever it is, and counts it before',
    read: [
      'audit',
      'audit_origin',
      'sensitive_read',
      'retention_rule',
      'session',
      'wrong_try',
      'done_act',
      'notice',
      'person',
      'employment',
      'id_number',
      'id_number_setting',
      'import_job',
      'import_row',
      'record',
      'evidence',
      'round',
      'application',
      'application_attachment',
      'panel_entry',
      'panel_code',
      'panel_material',
      'objection',
      'own_data_copy',
    ],
    change: ['record', 'evidence', 'import_job', 'application', 'application_attachment', 'objection'],
    remove: [
      'audit_origin',
      'sensitive_read',
      'session',
      'wrong_try',
      'done_act',
      'notice',
      'id_number',
      'import_row',
      'panel_material',
      'own_data_copy',
    ],
  },
  'audit-day': { ...CHAIN, read: [...(CHAIN.read ?? []), 'wrong_try'] },
  proof: { ...CHAIN, why: 'the proof of an entry that whoever asks was let through to: hashes alone' },
  reads: { why: 'writes down who read what, which no reader may change', add: ['sensitive_read'] },
  faults: {
    why: 'notes failures, which have nobody’s standing',
    read: ['fault'],
    add: ['fault'],
    change: ['fault'],
  },
  'storage-day': {
    why: 'how large everything has become',
    read: ['storage_day', 'fault'],
    add: ['storage_day'],
    change: ['storage_day'],
    remove: ['fault'],
  },
  terms: { why: 'the words of published programmes', read: ['programme', 'programme_version', 'unit'] },
  backup: { why: 'reads every row as the owner (owners.ts): this line opens nothing' },
} as const satisfies Readonly<Record<string, Work>>;
export type WorkName = keyof typeof WORKS;

/** What no work is shown of the tables it may read: with these one could sign in as somebody. */
export const SECRETS: Readonly<Record<string, readonly string[]>> = {
  account: ['password_hash'],
  session: ['token_hash', 'csrf'],
  passkey: ['credential_id', 'public_key'],
  sign_in_provider: ['client_secret'],
};

const DEEDS = ['read', 'add', 'change', 'remove'] as const;
export type Deed = (typeof DEEDS)[number];

/** The works that may do this with a table. */
export const worksThat = (deed: Deed, table: string): string[] =>
  Object.entries<Work>(WORKS)
    .filter(([, work]) => work[deed]?.includes(table))
    .map(([name]) => name);

/** Every table some work reaches. */
export const reached = (): string[] => [
  ...new Set(Object.values<Work>(WORKS).flatMap((work) => DEEDS.flatMap((deed) => work[deed] ?? []))),
];

/** One of these works; another is told, not shown nothing. It is asked once a statement. */
export const isWork = (names: readonly string[], table: string): Condition => {
  const work = "split_part(split_part(current_setting('qinglan.standing', true), ';work=', 2), ';', 1)";
  const told = `('no line of walls/works.ts lets this work do that with ${table}: ' || coalesce(${work}, ''))::boolean`;
  return where(
    `(SELECT CASE WHEN ${work} IN (${names.map((name) => `'${name}'`).join(', ')}) THEN true ELSE ${told} END)`,
  );
};
