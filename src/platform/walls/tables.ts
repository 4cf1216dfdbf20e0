import {
  anybody,
  both,
  of,
  own,
  pass,
  placeless,
  signedIn,
  somewhere,
  under,
  type Wall,
  where,
} from './wall.ts';

/** Somebody who was just added and stands nowhere yet. */
const NEW = both(where('unit_path IS NULL'), somewhere('person.change'));

/** A period of somebody's career, kept by whoever keeps the person. */
const CAREER: Wall = {
  read: [under('person.see'), of('person.see'), pass('guard', 'applicants'), NEW],
  add: [somewhere('person.change')],
  change: [under('person.change'), of('person.change'), NEW],
  into: [somewhere('person.change')],
  remove: [under('person.change'), of('person.change')],
};

/** How somebody signs in is for the pages of signing in, and for those who keep accounts for others. */
const SIGN_IN: Wall = {
  read: [pass('sign-in'), somewhere('account.change')],
  add: [pass('sign-in')],
  change: [pass('sign-in'), somewhere('account.change')],
  remove: [pass('sign-in'), somewhere('account.change')],
};

/**
 * The last wall: what of each table a request may read and change, whatever its queries ask. It is wider than the
 * rules where these ask more than who, where and whose (a round's days, an application's state), and never narrower.
 * A table that is missing here is closed to requests, and tests/schema.test.ts fails.
 */
export const WALLS: Readonly<Record<string, Wall>> = {
  // --- What the authority says of itself: units, programmes, rounds that were announced --------------------
  unit: {
    read: [anybody],
    add: [under('unit.change', 'path')],
    change: [signedIn],
    into: [under('unit.change', 'path')],
  },
  programme: {
    read: [anybody],
    add: [under('programme.publish')],
    change: [under('programme.publish')],
  },
  programme_version: {
    read: [anybody],
    add: [under('programme.publish')],
    change: [under('programme.publish')],
  },
  // What a unit lays down for its people is no secret.
  local_number: {
    read: [anybody],
    add: [under('number.set')],
    change: [under('number.set')],
  },
  local_number_set: { read: [anybody], add: [somewhere('round.open'), somewhere('programme.publish')] },
  round: {
    read: [both(anybody, where("state <> 'draft'")), under('round.open'), pass('guard')],
    add: [under('round.open')],
    change: [signedIn], // A lock for as long as somebody applies.
    into: [under('round.open'), under('round.decide')],
  },
  round_stage: {
    read: [anybody],
    add: [somewhere('round.open')],
    change: [somewhere('round.open')],
  },
  round_quota: {
    read: [signedIn],
    add: [somewhere('round.open'), under('application.review')],
    change: [under('application.review'), somewhere('round.open')],
    remove: [under('application.review'), somewhere('round.open')],
  },
  counter: {
    read: [signedIn, pass('public')],
    add: [signedIn, pass('public')],
    change: [signedIn, pass('public')],
  },

  // --- People ----------------------------------------------------------------------------------------------
  person: {
    read: [
      under('person.see'),
      of('person.see', 'id'),
      pass('guard', 'sign-in', 'similar', 'figures', 'result', 'applicants'),
      placeless('person.see'),
      both(pass('merged'), where('merged_into IS NOT NULL')),
      NEW,
    ],
    add: [somewhere('person.change')],
    change: [under('person.change'), of('person.change', 'id'), own('id'), NEW],
    into: [somewhere('person.change'), own('id')],
  },
  employment: CAREER,
  membership: { ...CAREER, read: [under('person.see'), of('person.see'), pass('guard'), NEW] },
  person_fact: CAREER,
  id_number: {
    read: [under('id-number.see'), of('id-number.see'), pass('similar')],
    add: [under('id-number.keep'), of('id-number.keep')],
    change: [under('person.merge')],
    into: [somewhere('person.merge')],
    remove: [under('id-number.keep'), of('id-number.keep'), under('person.merge')],
  },
  privacy_notice: { read: [anybody], add: [somewhere('privacy.set')] },
  consent: { read: [own()], add: [own()], change: [own()] },
  // What somebody agreed to have shown.
  public_profile: { read: [anybody], add: [own()], remove: [own()] },
  own_data_copy: { read: [own()], add: [own()] },
  correction_request: {
    read: [own(), under('person.change'), of('person.change'), pass('guard')],
    add: [own()],
    change: [own(), under('person.change'), of('person.change'), under('person.merge')],
    into: [own(), under('person.change'), of('person.change'), somewhere('person.merge')],
  },
  id_number_setting: { read: [signedIn], change: [somewhere('privacy.set')] },
  role_assignment: {
    read: [signedIn, pass('guard', 'sign-in')],
    add: [under('role.assign'), under('duty.set'), under('person.merge')],
    change: [under('role.assign'), under('duty.set'), under('person.change')],
    remove: [under('role.assign'), under('person.change')],
  },
  // Which posts open which roles, and how the authority separates its duties, are no secret.
  post_role: {
    read: [signedIn, pass('sign-in')],
    add: [somewhere('role.assign')],
    change: [somewhere('role.assign')],
    remove: [somewhere('role.assign')],
  },
  duty_rule: {
    read: [signedIn, pass('sign-in')],
    add: [somewhere('duty.set')],
    change: [somewhere('duty.set'), somewhere('role.assign')],
  },
  delegation: {
    read: [signedIn, pass('guard', 'sign-in')],
    add: [own('from_person_id')],
    change: [
      own('from_person_id'),
      under('role.take-back'),
      of('role.take-back', 'from_person_id'),
      under('person.change'),
      under('person.merge'),
    ],
    into: [own('from_person_id'), somewhere('role.take-back'), somewhere('person.change')],
    remove: [under('person.change'), under('person.merge')],
  },
  role_request: {
    read: [own(), under('duty.see'), under('role.assign'), pass('guard')],
    add: [under('role.assign'), under('duty.set')],
    change: [under('role.assign'), under('duty.set')],
  },
  title_holding: {
    read: [under('person.see'), of('person.see'), pass('guard', 'figures', 'applicants')],
    add: [under('person.change'), somewhere('round.decide')],
    change: [under('person.change'), somewhere('round.decide')],
    into: [under('person.change'), somewhere('round.decide')],
  },
  duplicate_suspicion: {
    read: [
      under('person.merge'),
      under('person.merge', 'other_path'),
      under('person.change'),
      under('person.change', 'other_path'),
    ],
    add: [somewhere('person.change')],
    change: [under('person.merge'), under('person.merge', 'other_path')],
    into: [somewhere('person.merge')],
  },

  // --- Signing in ------------------------------------------------------------------------------------------
  account: {
    read: [
      own(),
      under('person.change'),
      of('person.change'),
      under('account.change'),
      of('account.change'),
      pass('sign-in', 'figures'),
    ],
    add: [under('account.change'), of('account.change'), under('person.change'), of('person.change')],
    change: [
      own(),
      under('person.change'),
      of('person.change'),
      under('account.change'),
      of('account.change'),
      pass('sign-in'),
    ],
    into: [own(), somewhere('person.change'), somewhere('account.change'), pass('sign-in')],
  },
  session: {
    read: [
      own(),
      under('person.change'),
      of('person.change'),
      under('account.change'),
      of('account.change'),
      pass('sign-in'),
    ],
    add: [pass('sign-in')],
    change: [own(), pass('sign-in')],
    remove: [
      own(),
      under('person.change'),
      of('person.change'),
      under('account.change'),
      of('account.change'),
      pass('sign-in'),
    ],
  },
  session_before: { read: [pass('sign-in')], add: [pass('sign-in')], remove: [pass('sign-in')] },
  totp: SIGN_IN,
  recovery_code: SIGN_IN,
  passkey: SIGN_IN,
  sign_in_link: SIGN_IN,
  sign_in_challenge: SIGN_IN,
  sign_in_limit: SIGN_IN,
  // What was tried stays until it is too old (works.ts); entries of one person that become one take it along.
  wrong_try: {
    read: [own(), pass('sign-in'), somewhere('account.change')],
    add: [pass('sign-in')],
    change: [pass('sign-in'), somewhere('account.change')],
  },
  sign_in_setting: SIGN_IN,
  sign_in_provider: SIGN_IN,
  demo_persona: { read: [pass('sign-in')] },

  // --- What happened ---------------------------------------------------------------------------------------
  // Entries are appended by append_audit alone, which runs as the owner.
  audit: {
    read: [
      own(),
      of('record.see'),
      under('audit.see'),
      placeless('audit.see'),
      under('person.see'),
      both(where("subject_type = 'round'"), signedIn),
    ],
  },
  audit_head: { read: [signedIn] },
  audit_origin: { read: [somewhere('audit.see')] },
  audit_check: { read: [somewhere('audit.see')] },
  audit_checkpoint: { read: [signedIn], add: [somewhere('audit.see')] },
  // For how long what is kept is no secret: the public reads it on /privacy.
  retention_rule: { read: [anybody], change: [somewhere('privacy.set')] },
  // Reads are noted and sealed by a job; one's own are shown to whom they are about.
  sensitive_read: {
    read: [own(), of('reads.see'), under('reads.see'), somewhere('reads.search'), pass('merged')],
  },
  // An act that was done is known by the id its form gave it, which only the sender has.
  done_act: { read: [anybody], add: [anybody], change: [anybody] },
  // The tree is grown when a proof is asked for; triggers let it only grow.
  audit_tile: {
    read: [somewhere('audit.see')],
    add: [somewhere('audit.see')],
    change: [somewhere('audit.see')],
  },
  audit_tree: { read: [somewhere('audit.see')], change: [somewhere('audit.see')] },
  notice: {
    read: [own(), under('person.see'), pass('sign-in')],
    add: [signedIn, pass('public')],
    change: [own(), under('person.merge')],
    into: [own(), somewhere('person.merge')],
  },

  // --- The growth file -------------------------------------------------------------------------------------
  record: {
    read: [under('record.see'), of('record.see'), pass('guard', 'similar', 'applicants')],
    add: [of('record.claim'), under('record.import')],
    change: [of('record.claim'), under('record.confirm'), under('record.import'), under('person.merge')],
    into: [of('record.claim'), under('record.confirm'), under('record.import'), somewhere('person.merge')],
  },
  evidence: {
    read: [under('record.see'), of('record.see'), own('uploaded_by'), pass('guard', 'similar', 'applicants')],
    add: [of('record.claim'), under('record.import')],
    change: [of('record.claim'), under('record.import'), under('person.merge')],
    into: [of('record.claim'), under('record.import'), somewhere('person.merge')],
  },
  import_job: {
    read: [under('roster.import'), under('record.import'), pass('guard')],
    add: [under('roster.import'), under('record.import')],
    change: [under('roster.import'), under('record.import')],
  },
  import_row: {
    read: [under('roster.import'), under('record.import')],
    add: [under('roster.import'), under('record.import')],
    change: [under('roster.import'), under('record.import')],
    remove: [under('roster.import'), under('record.import')],
  },
  import_mapping: {
    read: [somewhere('roster.import')],
    add: [somewhere('roster.import')],
    change: [somewhere('roster.import')],
  },
  // How the install is doing is asked through the owner (platform/system.ts). Sheets are made and read by jobs.
  fault: {},
  storage_day: {},
  // What was noted since counts with them: who reads a sheet reads whether it still holds.
  fact_sheet: { read: [pass('applicants')] },
  fact_kind: { read: [pass('applicants')] },
  fact_change: { read: [pass('applicants')] },
  // What was reckoned of many is asked by keys, for somebody the request may see.
  population: { read: [pass('figures')] },
  population_group: { read: [pass('figures')] },
  population_value: { read: [pass('figures')] },

  // --- Selection -------------------------------------------------------------------------------------------
  application: {
    read: [
      both(under('application.see'), where('submitted_at IS NOT NULL')),
      of('application.see'),
      pass('guard', 'participants'),
      both(pass('result'), where("state IN ('listed', 'granted', 'removed')")),
    ],
    add: [of('application.make')],
    change: [
      of('application.make'),
      under('application.review'),
      under('round.decide'),
      under('person.merge'),
    ],
    into: [
      of('application.make'),
      under('application.review'),
      under('round.decide'),
      somewhere('person.merge'),
    ],
  },
  application_attachment: {
    read: [under('application.see'), of('application.see'), pass('guard')],
    add: [of('application.make')],
    change: [of('application.make')],
  },
  review: {
    read: [under('application.see'), of('application.see'), pass('guard')],
    add: [under('application.review')],
    change: [under('application.review'), of('application.make')],
    into: [under('application.review'), of('application.make')],
  },
  spent_record: {
    read: [under('application.see'), of('application.see'), pass('applicants')],
    add: [under('round.decide')],
  },
  decision_record: {
    read: [under('application.see'), of('application.see'), pass('guard')],
    add: [under('application.review'), under('round.decide')],
  },
  recusal: {
    read: [own(), own('applicant_id'), under('application.see'), pass('guard', 'applicants')],
    add: [under('application.review'), own()],
    change: [under('person.merge')],
    into: [somewhere('person.merge')],
  },
  screening: {
    read: [under('round.see')],
    add: [under('record.import')],
    change: [under('record.import')],
  },
  screening_eligible: { read: [under('round.see')] },
  // A judge reads the sheets that are theirs, and of a candidate what was copied for them once the guard has found the
  // sheet (`panel.judge@` names it). No wall opens to a judge whose a code is; to the office, only what was closed.
  panel: {
    read: [under('panel.form'), of('panel.judge', 'id'), pass('guard', 'sealed')],
    add: [under('panel.form')],
    change: [under('panel.form')],
  },
  panel_seat: {
    read: [own(), under('panel.form'), pass('guard')],
    add: [under('panel.form')],
    change: [under('panel.form')],
  },
  panel_entry: {
    read: [under('application.see'), pass('sealed')],
    add: [under('panel.form')],
    change: [under('panel.form')],
  },
  panel_code: { read: [pass('sealed')], add: [under('panel.form')] },
  panel_material: { read: [of('panel.judge', 'candidate')], add: [under('panel.form')] },
  panel_sheet: {
    read: [own(), both(under('panel.form'), where('opened')), pass('sealed')],
    add: [under('panel.form')],
    change: [own(), pass('sealed')],
  },
  panel_mark: {
    read: [own(), both(under('panel.form'), where('opened')), pass('sealed')],
    add: [own()],
    change: [own(), pass('sealed')],
  },
  publicity: {
    read: [anybody],
    add: [under('round.decide')],
    change: [under('round.decide')],
  },
  objection: {
    read: [under('round.decide'), under('application.review'), pass('public', 'guard')],
    add: [pass('public')],
    change: [under('round.decide'), under('application.review')],
  },

  // --- The policy lab --------------------------------------------------------------------------------------
  programme_draft: {
    read: [under('programme.publish'), pass('guard')],
    add: [under('programme.publish')],
    change: [under('programme.publish')],
  },
  draft_answer: {
    read: [own(), under('programme.publish')],
    add: [own()],
  },
  lab_run: {
    read: [under('programme.publish'), pass('guard')],
    add: [under('programme.publish')],
    change: [under('programme.publish')],
  },
  lab_run_change: { read: [under('programme.publish')] },
};
