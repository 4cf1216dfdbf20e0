// Written by "npm run schema" from the migrated database. Do not edit.
import type { ColumnType } from 'kysely';

/** A whole number below 2^53. */
export type Bigint = ColumnType<number, number | string, number | string>;
/** An exact decimal, kept as text. */
export type Numeric = ColumnType<string, number | string, number | string>;
/** An instant; write a Date or an ISO 8601 text. */
export type Timestamp = ColumnType<Date, Date | string, Date | string>;
/** Read: the parsed value, to be checked by the reader. Write: JSON text (JSON.stringify). */
export type Json = ColumnType<unknown, string, string>;
/** May be left out of an insert: the database has a default. */
export type Generated<T> =
  T extends ColumnType<infer S, infer I, infer U> ? ColumnType<S, I | undefined, U> : ColumnType<T, T | undefined, T>;
/** Never written: the database makes it. */
export type GeneratedAlways<T> = ColumnType<T extends ColumnType<infer S, unknown, unknown> ? S : T, never, never>;

export interface Account {
  person_id: string;
  sign_in: string;
  password_hash: string | null;
  code_expires_at: Timestamp | null;
  locale: 'zh-CN' | 'en' | null;
  theme: 'light' | 'dark' | null;
  created_at: Generated<Timestamp>;
  unit_path: string | null;
}

export interface Application {
  id: string;
  round_id: string;
  person_id: string;
  unit_path: string;
  school_id: string;
  group_id: string | null;
  subject: string | null;
  stage: string | null;
  setting: string | null;
  state: 'draft' | 'in-review' | 'returned' | 'refused' | 'withdrawn' | 'listed' | 'not-selected' | 'granted' | 'removed';
  position: number | null;
  form: Generated<Json>;
  receipt: string | null;
  submitted_at: Timestamp | null;
  outcome: string | null;
  findings: Json | null;
  saved_at: Generated<Timestamp>;
  revision: Generated<number>;
  erased_at: Timestamp | null;
}

export interface ApplicationAttachment {
  id: string;
  application_id: string;
  item: string;
  file_name: string;
  media_type: string;
  size: number;
  sha256: string;
  uploaded_at: Timestamp;
  withdrawn_at: Timestamp | null;
  unit_path: string | null;
  person_id: string | null;
  erased_at: Timestamp | null;
}

export interface Audit {
  seq: Bigint;
  at: Timestamp;
  actor_id: string | null;
  action: string;
  subject_type: string;
  subject_id: string | null;
  person_id: string | null;
  round_id: string | null;
  unit_path: string | null;
  before: Json | null;
  after: Json | null;
  reason: string | null;
  previous_hash: string;
  hash: string;
  on_behalf_of: string | null;
  version: Generated<number>;
  origin_digest: string | null;
}

export interface AuditCheck {
  id: string;
  at: Timestamp;
  entries: Bigint;
  broken_at: Bigint | null;
  fault: string | null;
}

export interface AuditCheckpoint {
  size: Bigint;
  root: string;
  chain_hash: string;
  note: string;
  signed_at: Timestamp;
}

export interface AuditHead {
  id: Generated<boolean>;
  seq: Bigint;
  hash: string;
}

export interface AuditOrigin {
  seq: Bigint;
  salt: string;
  address: string | null;
  device: string | null;
}

export interface AuditTile {
  level: number;
  number: Bigint;
  hashes: Buffer;
}

export interface AuditTree {
  id: Generated<boolean>;
  size: Bigint;
}

export interface Consent {
  id: string;
  person_id: string;
  purpose: string;
  notice_number: number;
  given_at: Timestamp;
  withdrawn_at: Timestamp | null;
}

export interface CorrectionRequest {
  id: string;
  person_id: string;
  unit_path: string | null;
  field: 'name' | 'staffNumber' | 'sex' | 'birthDate' | 'teachingSince' | 'subject' | 'stage' | 'rank' | 'education' | 'post' | 'unit' | 'other';
  was: string | null;
  wanted: string;
  because: string;
  state: 'open' | 'accepted' | 'refused' | 'withdrawn';
  asked_at: Timestamp;
  decided_by: string | null;
  decided_at: Timestamp | null;
  answer: string | null;
}

export interface Counter {
  name: string;
  value: Bigint;
}

export interface DecisionRecord {
  id: string;
  round_id: string;
  application_id: string | null;
  unit_id: string;
  kind: 'exception' | 'tie' | 'clause' | 'objection';
  clause: string | null;
  outcome: string;
  detail: Generated<Json>;
  reason: string;
  decided_by: string;
  decided_at: Timestamp;
  decided_for: string | null;
  unit_path: string | null;
  person_id: string | null;
}

export interface Delegation {
  id: string;
  from_person_id: string;
  to_person_id: string;
  role: 'group-leader' | 'school-office' | 'school-leader' | 'county-office' | 'city-office';
  unit_id: string;
  unit_path: string;
  act: string | null;
  during: string;
  reason: string;
  given_at: Timestamp;
  revoked_on: string | null;
  revoked_by: string | null;
}

export interface DemoPersona {
  kind: string;
  position: number;
  person_id: string;
}

export interface DoneAct {
  id: string;
  part: number;
  at: Generated<Timestamp>;
  location: string | null;
}

export interface DraftAnswer {
  draft_id: string;
  revision: number;
  person_id: string;
  agrees: boolean;
  reason: string | null;
  at: Timestamp;
  unit_path: string | null;
}

export interface DuplicateSuspicion {
  person_id: string;
  other_id: string;
  reason: string;
  state: Generated<'open' | 'merged' | 'different'>;
  noticed_at: Generated<Timestamp>;
  settled_by: string | null;
  settled_at: Timestamp | null;
  unit_path: string | null;
  other_path: string | null;
}

export interface DutyRule {
  id: Generated<boolean>;
  separated: Generated<boolean>;
  second_person: Generated<boolean>;
  changed_by: string | null;
  changed_at: Timestamp | null;
}

export interface Employment {
  id: string;
  person_id: string;
  unit_id: string;
  kind: 'main' | 'secondment';
  post: string | null;
  during: string;
  unit_path: string | null;
}

export interface Evidence {
  id: string;
  person_id: string;
  record_id: string | null;
  file_name: string;
  media_type: string;
  size: number;
  sha256: string;
  uploaded_by: string;
  uploaded_at: Generated<Timestamp>;
  withdrawn_at: Timestamp | null;
  unit_path: string | null;
  erased_at: Timestamp | null;
}

export interface FactChange {
  person_id: string;
  id: GeneratedAlways<Bigint>;
}

export interface FactKind {
  code: GeneratedAlways<number>;
  kind: string;
}

export interface FactSheet {
  person_id: string;
  records: string;
  details: string;
  titles: string;
}

export interface Fault {
  id: string;
  place: string;
  message: string;
  request: string;
  times: number;
  first_at: Timestamp;
  last_at: Timestamp;
}

export interface IdNumber {
  id: string;
  person_id: string;
  kind: 'resident' | 'passport' | 'hk-macau' | 'taiwan';
  sealed: string;
  key_id: string;
  blind: string;
  unit_path: string | null;
  stated_at: Timestamp;
}

export interface IdNumberSetting {
  id: Generated<boolean>;
  kept: Generated<boolean>;
}

export interface ImportJob {
  id: string;
  kind: 'roster' | 'oneroster' | 'records';
  unit_id: string;
  unit_path: string;
  file_name: string;
  file_sha256: string;
  state: 'uploaded' | 'mapped' | 'previewing' | 'previewed' | 'confirming' | 'done' | 'failed' | 'abandoned';
  mapping: Json | null;
  progress: Generated<number>;
  summary: Json | null;
  failure: string | null;
  created_by: string;
  created_at: Generated<Timestamp>;
  finished_at: Timestamp | null;
  erased_at: Timestamp | null;
}

export interface ImportMapping {
  unit_id: string;
  kind: string;
  header: string;
  mapping: Json;
  used_at: Generated<Timestamp>;
}

export interface ImportRow {
  job_id: string;
  row_number: number;
  verdict: 'new' | 'update' | 'unchanged' | 'faulty' | 'suspect';
  cells: Json;
  problems: Generated<Json>;
  person_id: string | null;
  unit_path: string | null;
}

export interface LabRun {
  id: string;
  draft_id: string | null;
  version_id: string | null;
  against_id: string | null;
  source: string;
  tables: Generated<Json>;
  unit_path: string;
  as_of: string;
  state: 'running' | 'done' | 'failed';
  total: number;
  done: Generated<number>;
  figures: Json | null;
  started_by: string;
  started_at: Timestamp;
  heard_at: Timestamp;
  numbers_digest: string | null;
}

export interface LabRunChange {
  run_id: string;
  gains: boolean;
  position: number;
  people: string[];
  unit_path: string | null;
}

export interface LocalNumber {
  id: string;
  programme_id: string;
  unit_id: string;
  unit_path: string;
  parameter: string;
  value: string;
  from_on: string;
  until_on: string | null;
  document: string | null;
  reason: string;
  set_by: string;
  set_at: Timestamp;
  taken_back_on: string | null;
}

export interface LocalNumberSet {
  digest: string;
  content: Json;
}

export interface Membership {
  id: string;
  person_id: string;
  unit_id: string;
  during: string;
  unit_path: string | null;
}

export interface Named {
  id: string;
  name: string;
  unit_id: string;
  unit_path: string;
  name_search: string;
}

export interface Notice {
  id: string;
  person_id: string;
  kind: string;
  detail: Generated<Json>;
  href: string | null;
  created_at: Generated<Timestamp>;
  read_at: Timestamp | null;
  acknowledged_at: Timestamp | null;
  unit_path: string | null;
}

export interface Objection {
  id: string;
  publicity_id: string;
  application_id: string | null;
  receipt: string;
  signed: boolean;
  name: string | null;
  contact: string | null;
  statement: string;
  received_at: Timestamp;
  state: 'received' | 'investigating' | 'upheld' | 'dismissed';
  investigation: string | null;
  answer: string | null;
  answered_by: string | null;
  answered_at: Timestamp | null;
  unit_path: string | null;
  erased_at: Timestamp | null;
}

export interface OwnDataCopy {
  id: string;
  person_id: string;
  state: 'making' | 'done' | 'failed';
  locale: 'zh-CN' | 'en';
  progress: Generated<number>;
  size: Bigint | null;
  asked_at: Timestamp;
  finished_at: Timestamp | null;
}

export interface Panel {
  id: string;
  round_id: string;
  position: number;
  stage: string;
  unit_id: string;
  unit_path: string;
  state: 'forming' | 'judging' | 'closed' | 'cancelled';
  opens_on: string | null;
  closes_on: string | null;
  created_by: string;
  created_at: Timestamp;
  opened_by: string | null;
  opened_at: Timestamp | null;
  closed_by: string | null;
  closed_at: Timestamp | null;
  conclusion: string | null;
}

export interface PanelCode {
  candidate: string;
  panel_id: string;
  unit_path: string | null;
  code: string;
  entry_id: string;
}

export interface PanelEntry {
  id: string;
  panel_id: string;
  application_id: string;
  position: number;
  unit_id: string;
  person_id: string | null;
  unit_path: string | null;
  shown: string[] | null;
  looked_by: string | null;
  looked_at: Timestamp | null;
  code: string | null;
  result: string | null;
  place: number | null;
  among: number | null;
  marked_by: number | null;
  closed_at: Timestamp | null;
}

export interface PanelMark {
  sheet_id: string;
  criterion: string;
  panel_id: string;
  person_id: string;
  unit_path: string | null;
  mark: string;
  reason: Generated<string>;
  opened: Generated<boolean>;
}

export interface PanelMaterial {
  candidate: string;
  number: number;
  panel_id: string;
  unit_path: string | null;
  label: Json;
  content: Json | null;
  sha256: string | null;
  media_type: string | null;
}

export interface PanelSeat {
  id: string;
  panel_id: string;
  person_id: string;
  unit_path: string | null;
  given_by: string;
  given_at: Timestamp;
  ended_by: string | null;
  ended_at: Timestamp | null;
  ended_why: string | null;
  sheets: Generated<number>;
  done: Generated<number>;
}

export interface PanelSheet {
  id: string;
  panel_id: string;
  seat_id: string;
  person_id: string;
  unit_path: string | null;
  candidate: string;
  code: string;
  state: Generated<'open' | 'submitted' | 'aside'>;
  why: string | null;
  settled_at: Timestamp | null;
  opened: Generated<boolean>;
}

export interface Passkey {
  id: string;
  person_id: string;
  credential_id: string;
  public_key: Buffer;
  counter: Bigint;
  transports: Generated<string[]>;
  name: string;
  backed_up: boolean;
  created_at: Timestamp;
  used_at: Timestamp | null;
}

export interface Person {
  id: string;
  staff_number: string | null;
  name: string;
  name_search: string;
  sex: 'female' | 'male' | null;
  birth_date: string | null;
  teaching_since: string | null;
  phone: string | null;
  email: string | null;
  unit_id: string | null;
  group_id: string | null;
  unit_path: string | null;
  subject: string | null;
  stage: string | null;
  rank: string | null;
  education: string | null;
  post: string | null;
  front_line: boolean | null;
  qualified: boolean | null;
  special_post: boolean | null;
  facts_since: string | null;
  state: Generated<'serving' | 'left' | 'retired' | 'merged'>;
  merged_into: string | null;
  revision: Generated<number>;
  created_at: Generated<Timestamp>;
}

export interface PersonFact {
  id: string;
  person_id: string;
  attribute: string;
  value: string | null;
  during: string;
  unit_path: string | null;
}

export interface Population {
  id: string;
  basis: string;
  as_of: string;
  unit_path: string;
  begun_at: Timestamp;
  begun_on: string;
  reckoned_at: Timestamp | null;
}

export interface PopulationGroup {
  population_id: string;
  asked: number;
  place: string;
  key: string;
  people: number;
  unsure: number;
  total: string | null;
}

export interface PopulationValue {
  population_id: string;
  asked: number;
  place: string;
  key: string;
  value: Numeric;
  n: Numeric;
  d: Numeric;
  people: number;
  above: number | null;
}

export interface PostRole {
  post: string;
  role: string;
  level: string;
}

export interface PrivacyNotice {
  number: number;
  text_zh: string;
  text_en: string;
  published_at: Timestamp;
  published_by: string | null;
}

export interface Programme {
  id: string;
  unit_id: string;
  unit_path: string;
}

export interface ProgrammeDraft {
  id: string;
  unit_id: string;
  unit_path: string;
  base_id: string | null;
  source: string;
  tables: Generated<Json>;
  state: 'writing' | 'asking' | 'agreed' | 'published' | 'dropped';
  revision: Generated<number>;
  note: string | null;
  created_by: string;
  created_at: Timestamp;
  changed_by: string;
  changed_at: Timestamp;
  asked_at: Timestamp | null;
  ended_reason: string | null;
  version_id: string | null;
}

export interface ProgrammeVersion {
  id: string;
  programme_id: string;
  version: string;
  source: string;
  tables: Generated<Json>;
  digest: string;
  state: 'draft' | 'published' | 'retired';
  names: Json;
  published_at: Timestamp | null;
  effective_on: string | null;
  published_by: string | null;
  created_by: string | null;
  created_at: Generated<Timestamp>;
  unit_path: string | null;
  scope: GeneratedAlways<string | null>;
}

export interface PublicProfile {
  person_id: string;
  name: string;
  school: string;
  subject: string | null;
  titles: string[];
  introduction: string;
  since: Timestamp;
}

export interface Publicity {
  id: string;
  round_id: string;
  posted_at: Timestamp;
  posted_on: string;
  closes_on: string;
  working_days: number;
  list: Json;
  applications: string[];
  digest: string;
  closed_at: Timestamp | null;
  posted_by: string;
  unit_path: string | null;
  granting: Generated<Json>;
}

export interface Record {
  id: string;
  person_id: string;
  unit_path: string;
  type: string;
  title: string;
  happened_on: string | null;
  level: string | null;
  grade: string | null;
  author_order: number | null;
  event: string | null;
  certificate: string | null;
  fields: Generated<Json>;
  state: 'submitted' | 'confirmed' | 'returned' | 'withdrawn';
  late: Generated<boolean>;
  similar_to: string | null;
  similar_because: 'same-certificate' | 'same-file' | 'same-event' | 'same-title' | null;
  evidence_count: Generated<number>;
  entered_by: string;
  entered_at: Generated<Timestamp>;
  decided_by: string | null;
  decided_at: Timestamp | null;
  reason: string | null;
  import_id: string | null;
  revision: Generated<number>;
  corrected_at: Timestamp | null;
  decided_for: string | null;
}

export interface RecoveryCode {
  person_id: string;
  hash: string;
  used_at: Timestamp | null;
}

export interface Recusal {
  id: string;
  round_id: string;
  person_id: string;
  applicant_id: string;
  relation: string;
  declared_by: string;
  declared_at: Timestamp;
  unit_path: string | null;
}

export interface RetentionRule {
  kind: string;
  days: number;
  reason: string | null;
  revision: Generated<number>;
}

export interface Review {
  id: string;
  application_id: string;
  round_id: string;
  position: number;
  unit_id: string;
  decision: 'recommend' | 'return' | 'refuse';
  place: number | null;
  clause: string | null;
  reason: string | null;
  exceptional: Generated<boolean>;
  took_place: Generated<boolean>;
  decided_by: string;
  decided_at: Timestamp;
  superseded_at: Timestamp | null;
  decided_for: string | null;
  unit_path: string | null;
  person_id: string | null;
}

export interface RoleAssignment {
  id: string;
  person_id: string;
  role: 'group-leader' | 'mentor' | 'school-office' | 'school-leader' | 'county-office' | 'city-office' | 'auditor' | 'security-administrator' | 'administrator';
  unit_id: string;
  unit_path: string;
  during: string;
}

export interface RoleHeld {
  id: string;
  person_id: string;
  role: string;
  unit_id: string;
  unit_path: string;
  during: string;
  post: string;
  for_id: string;
  act: string;
}

export interface RoleOwn {
  id: string;
  person_id: string;
  role: string;
  unit_id: string;
  unit_path: string;
  during: string;
  post: string;
}

export interface RoleRequest {
  id: string;
  person_id: string;
  role: 'auditor' | 'security-administrator' | 'administrator';
  unit_id: string;
  unit_path: string;
  starts_on: string;
  asked_by: string;
  asked_at: Timestamp;
  agreed: boolean | null;
  decided_by: string | null;
  decided_at: Timestamp | null;
}

export interface Round {
  id: string;
  programme_version_id: string;
  unit_id: string;
  unit_path: string;
  name: string;
  document_number: string | null;
  contact: string | null;
  opens_at: Timestamp;
  closes_at: Timestamp;
  as_of: string;
  places: number | null;
  quota_reason: string | null;
  state: 'draft' | 'open' | 'publicity' | 'decided' | 'cancelled';
  created_by: string;
  created_at: Generated<Timestamp>;
  decided_at: Timestamp | null;
  revision: Generated<number>;
  numbers_digest: string | null;
}

export interface RoundQuota {
  id: string;
  round_id: string;
  unit_id: string;
  unit_path: string;
  part: Generated<string>;
  places: number;
  used: Generated<number>;
  basis: Generated<Json>;
}

export interface RoundStage {
  round_id: string;
  position: number;
  stage: string;
  body: string;
  closes_at: Timestamp | null;
}

export interface Screening {
  id: string;
  round_id: string;
  unit_path: string;
  state: 'running' | 'done' | 'failed';
  total: number;
  done: Generated<number>;
  result: Json | null;
  started_by: string;
  started_at: Timestamp;
  heard_at: Timestamp;
  reached: string | null;
  partial: Json | null;
}

export interface ScreeningEligible {
  screening_id: string;
  position: number;
  people: string[];
  unit_path: string | null;
}

export interface SensitiveRead {
  id: string;
  day: string;
  at: Timestamp;
  reader_id: string;
  on_behalf_of: string | null;
  kind: string;
  person_id: string | null;
  unit_path: string | null;
  subject: string;
  origin: string | null;
}

export interface Session {
  token_hash: string;
  person_id: string;
  csrf: string;
  created_at: Generated<Timestamp>;
  expires_at: Timestamp;
  user_agent: string | null;
  id: Generated<string>;
  seen_at: Generated<Timestamp>;
  proven_at: Generated<Timestamp>;
  how: Generated<'password' | 'code' | 'passkey' | 'provider' | 'demo'>;
  awaits_second: Generated<boolean>;
  place: string | null;
  unit_path: string | null;
  wrong_before: Generated<number>;
}

export interface SessionBefore {
  token_hash: string;
  session_id: string;
  proven_at: Timestamp;
  until: Timestamp;
}

export interface SignInChallenge {
  hash: string;
  kind: 'passkey' | 'passkey-new' | 'provider' | 'link';
  person_id: string | null;
  detail: Generated<Json>;
  expires_at: Timestamp;
}

export interface SignInLimit {
  key: string;
  sign_in: string | null;
  most: number;
  failures: number;
  since: Timestamp;
  closed_until: Timestamp | null;
}

export interface SignInLink {
  id: string;
  provider_id: string;
  subject: string;
  person_id: string;
  label: string | null;
  linked_at: Timestamp;
  used_at: Timestamp | null;
}

export interface SignInProvider {
  id: string;
  kind: 'oidc' | 'cas';
  name: string;
  address: string;
  client_id: string | null;
  client_secret: string | null;
  claim: string | null;
  match_staff_number: Generated<boolean>;
  proves_second: Generated<boolean>;
  enabled: Generated<boolean>;
  revision: Generated<number>;
  created_at: Timestamp;
}

export interface SignInSetting {
  id: Generated<boolean>;
  session_hours: Generated<number>;
  idle_minutes: Generated<number>;
  tries: Generated<number>;
  address_tries: Generated<number>;
  account_tries: Generated<number>;
  closed_minutes: Generated<number>;
  code_days: Generated<number>;
  second_factor_roles: Generated<string[]>;
  revision: Generated<number>;
}

export interface SpentRecord {
  application_id: string;
  record_id: string;
  unit_path: string | null;
  person_id: string | null;
}

export interface StorageDay {
  day: string;
  database_bytes: Bigint;
  files_bytes: Bigint;
  files_count: number;
}

export interface TitleHolding {
  id: string;
  person_id: string;
  title: string;
  during: string;
  round_id: string | null;
  number: string | null;
  granted_by: string | null;
  document: string | null;
  unit_path: string | null;
}

export interface Totp {
  person_id: string;
  secret: string;
  made_at: Timestamp;
  confirmed_at: Timestamp | null;
  last_step: Generated<Bigint>;
}

export interface Unit {
  id: string;
  key: GeneratedAlways<Bigint>;
  parent_id: string | null;
  path: string;
  level: 'nation' | 'province' | 'city' | 'county' | 'school' | 'group';
  name: string;
  code: string | null;
  stages: Generated<string[]>;
  setting: 'urban' | 'town' | 'rural' | null;
  subject: string | null;
  begins_on: Generated<string>;
  ends_on: string | null;
}

export interface WrongTry {
  id: string;
  person_id: string | null;
  place: string;
  hour: Timestamp;
  how: 'password' | 'second';
  times: number;
  last_at: Timestamp;
  told: Generated<boolean>;
}

export interface DB {
  account: Account;
  application: Application;
  application_attachment: ApplicationAttachment;
  audit: Audit;
  audit_check: AuditCheck;
  audit_checkpoint: AuditCheckpoint;
  audit_head: AuditHead;
  audit_origin: AuditOrigin;
  audit_tile: AuditTile;
  audit_tree: AuditTree;
  consent: Consent;
  correction_request: CorrectionRequest;
  counter: Counter;
  decision_record: DecisionRecord;
  delegation: Delegation;
  demo_persona: DemoPersona;
  done_act: DoneAct;
  draft_answer: DraftAnswer;
  duplicate_suspicion: DuplicateSuspicion;
  duty_rule: DutyRule;
  employment: Employment;
  evidence: Evidence;
  fact_change: FactChange;
  fact_kind: FactKind;
  fact_sheet: FactSheet;
  fault: Fault;
  id_number: IdNumber;
  id_number_setting: IdNumberSetting;
  import_job: ImportJob;
  import_mapping: ImportMapping;
  import_row: ImportRow;
  lab_run: LabRun;
  lab_run_change: LabRunChange;
  local_number: LocalNumber;
  local_number_set: LocalNumberSet;
  membership: Membership;
  named: Named;
  notice: Notice;
  objection: Objection;
  own_data_copy: OwnDataCopy;
  panel: Panel;
  panel_code: PanelCode;
  panel_entry: PanelEntry;
  panel_mark: PanelMark;
  panel_material: PanelMaterial;
  panel_seat: PanelSeat;
  panel_sheet: PanelSheet;
  passkey: Passkey;
  person: Person;
  person_fact: PersonFact;
  population: Population;
  population_group: PopulationGroup;
  population_value: PopulationValue;
  post_role: PostRole;
  privacy_notice: PrivacyNotice;
  programme: Programme;
  programme_draft: ProgrammeDraft;
  programme_version: ProgrammeVersion;
  public_profile: PublicProfile;
  publicity: Publicity;
  record: Record;
  recovery_code: RecoveryCode;
  recusal: Recusal;
  retention_rule: RetentionRule;
  review: Review;
  role_assignment: RoleAssignment;
  role_held: RoleHeld;
  role_own: RoleOwn;
  role_request: RoleRequest;
  round: Round;
  round_quota: RoundQuota;
  round_stage: RoundStage;
  screening: Screening;
  screening_eligible: ScreeningEligible;
  sensitive_read: SensitiveRead;
  session: Session;
  session_before: SessionBefore;
  sign_in_challenge: SignInChallenge;
  sign_in_limit: SignInLimit;
  sign_in_link: SignInLink;
  sign_in_provider: SignInProvider;
  sign_in_setting: SignInSetting;
  spent_record: SpentRecord;
  storage_day: StorageDay;
  title_holding: TitleHolding;
  totp: Totp;
  unit: Unit;
  wrong_try: WrongTry;
}
