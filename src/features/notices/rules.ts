/** Every kind of notice the system sends; the words have an entry for each. */
export const NOTICE_KINDS = [
  'round-opened',
  'round-eligible',
  'round-cancelled',
  'application-received',
  'application-returned',
  'application-refused',
  'application-recommended',
  'objection-raised',
  'objection-upheld',
  'removed-from-list',
  'title-granted',
  'not-selected',
  'record-returned',
  'record-confirmed',
  'fact-entered',
  'draft-asked',
  'panel-seated',
  'panel-opened',
  'panel-seat-ended',
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];
