/** The life of a draft: written, laid before others, agreed to, published. */
export type DraftState = 'writing' | 'asking' | 'agreed' | 'published' | 'dropped';
export type DraftAct = 'save' | 'ask' | 'answer' | 'reopen' | 'publish' | 'drop';
export type DraftRefusal =
  | 'not-writing'
  | 'not-asking'
  | 'not-agreed'
  | 'is-over'
  | 'own-draft'
  | 'faulty'
  | 'changed-meanwhile'
  | 'already-published'
  | 'term-collides'
  | 'reason-missing';
export type DraftVerdict = { readonly ok: true } | { readonly ok: false; readonly reason: DraftRefusal };

const yes: DraftVerdict = { ok: true };
const no = (reason: DraftRefusal): DraftVerdict => ({ ok: false, reason });

export interface DraftAsked {
  readonly state: DraftState;
  /** Whether the file loads without errors. */
  readonly sound: boolean;
  readonly ownDraft: boolean;
  /** The revision shown to the person is the one on record. */
  readonly current: boolean;
  /** A reason was given, where one may be needed. */
  readonly reason: boolean;
}

/**
 * Whether an act on a draft is due. A draft laid before others is not changed under them; nobody agrees to
 * their own; what is published was agreed to as it stands.
 */
export function judgeDraft(act: DraftAct, asked: DraftAsked): DraftVerdict {
  const { state } = asked;
  if (state === 'published' || state === 'dropped') return no('is-over');
  if (!asked.current) return no('changed-meanwhile');
  switch (act) {
    case 'save':
      return state === 'writing' ? yes : no('not-writing');
    case 'ask':
      if (state !== 'writing') return no('not-writing');
      return asked.sound ? yes : no('faulty');
    case 'answer':
      if (state !== 'asking') return no('not-asking');
      if (asked.ownDraft) return no('own-draft');
      return asked.reason ? yes : no('reason-missing');
    case 'reopen':
      return state === 'writing' ? no('not-asking') : yes;
    case 'publish':
      return state === 'agreed' ? yes : no('not-agreed');
    case 'drop':
      return asked.reason ? yes : no('reason-missing');
  }
}
