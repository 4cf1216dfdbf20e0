/** Every kind of notice the system sends; the words have an entry for each. */
export const NOTICE_KINDS = [
  'round-opened',
  'round-eligible',
  'round-cancelled',
  'application-received',
  'application-returned',
  'application-refused',
  'application-recommended',
  'application-taken-back',
  'objection-raised',
  'objection-upheld',
  'removed-from-list',
  'title-granted',
  'chosen-without-title',
  'not-selected',
  'record-returned',
  'record-confirmed',
  'fact-entered',
  'draft-asked',
  'correction-accepted',
  'correction-refused',
  'panel-seated',
  'panel-opened',
  'panel-seat-ended',
  'role-handed-over',
  'role-taken-back',
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** What is called otherwise in either language, as a notice carries it: it is read in the language of its reader. */
export const inBoth = (name: string, names: Readonly<Record<'zh-CN' | 'en', string>>) => ({
  [`${name}.zh-CN`]: names['zh-CN'],
  [`${name}.en`]: names.en,
});
