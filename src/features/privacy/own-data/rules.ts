/** What may be held of somebody, by the table it lies in: each is shown to them, and goes into their copy. */
export const OWN_KINDS = [
  'person',
  'employment',
  'membership',
  'person_fact',
  'role_assignment',
  'title_holding',
  'record',
  'evidence',
  'application',
  'application_attachment',
  'review',
  'notice',
  'account',
  'session',
  'wrong_try',
  'passkey',
  'sign_in_link',
  'correction_request',
  'consent',
  'public_profile',
  'audit',
  'sensitive_read',
] as const;
export type OwnKind = (typeof OWN_KINDS)[number];

/** Tables with rows of a person that are no such kind, each with its reason. A new table stands here or there. */
export const NOT_OWN_KINDS: Readonly<Record<string, string>> = {
  id_number: 'handed out in full with the person’s copy, opened, not as it lies there',
  totp: 'a secret one signs in with',
  recovery_code: 'digests of secrets one signs in with',
  sign_in_challenge: 'minutes old, while somebody signs in',
  fact_sheet: 'made from the rest and made again whenever it changes',
  fact_change: 'a mark that the sheet is to be made again',
  import_row: 'a row of a roster before it became the rest; erased after a time',
  duplicate_suspicion: 'an office’s question whether two entries are one person',
  decision_record: 'a body’s decision on a question of the programme; shown with the application',
  spent_record: 'which records an application used up; shown with the application',
  draft_answer: 'what somebody wrote on a draft of a policy, in office',
  recusal: 'who stood aside from deciding on somebody; not for the applicant',
  role_request: 'a proposal to give somebody a role',
  demo_persona: 'made-up people of a demonstration',
  own_data_copy: 'the copies themselves',
  panel_entry: 'a panel’s work on an application; its result is shown with the application',
  panel_seat: 'who judges, in office',
  panel_sheet: 'what a judge says of others, in office',
  panel_mark: 'what a judge says of others, in office',
};

/** Where each kind can be seen, when there is a page for it. */
export const WHERE: Readonly<Partial<Record<OwnKind, string>>> = {
  person: '/people/me',
  record: '/records',
  notice: '/notices',
  session: '/account',
  wrong_try: '/account#wrong-tries',
  passkey: '/account/passkeys',
};
