export type ProviderKind = 'oidc' | 'cas';
export const PROVIDER_KINDS = ['oidc', 'cas'] as const;

/** Whom a provider says has come. */
export interface Arrival {
  /** The provider's own, lasting name of the person (`sub`; the user of CAS). */
  readonly subject: string;
  /** What it says the staff number is; null when it says none. */
  readonly staffNumber: string | null;
  /** How it says they were known this time (`amr`); null when it says nothing of it. */
  readonly said: readonly string[] | null;
}

export type ArrivalRefusal = 'not-linked' | 'other-subject';

/**
 * Who it is here. A link is by the provider's own name of the person and nothing else moves it: a staff number that
 * the provider changed, or gave to somebody new, opens nobody's account. Without one, the staff number counts once and
 * only when an administrator trusts the provider with it, for somebody serving whom nobody is linked to yet.
 */
export function judgeArrival(known: {
  readonly linkedTo: string | null;
  readonly matchStaffNumber: boolean;
  /** Who has the staff number that the provider says. */
  readonly byNumber: {
    readonly personId: string;
    readonly serving: boolean;
    /** Another subject of this provider is linked to them. */
    readonly taken: boolean;
  } | null;
}):
  | { readonly ok: true; readonly personId: string; readonly isNew: boolean }
  | { readonly ok: false; readonly reason: ArrivalRefusal } {
  const { linkedTo, byNumber } = known;
  if (linkedTo !== null) return { ok: true, personId: linkedTo, isNew: false };
  if (!known.matchStaffNumber || byNumber === null || !byNumber.serving)
    return { ok: false, reason: 'not-linked' };
  return byNumber.taken
    ? { ok: false, reason: 'other-subject' }
    : { ok: true, personId: byNumber.personId, isNew: true };
}

/** May a link be made from one's own account page? A subject stands for one person, a person for one subject. */
export const judgeLink = (
  linkedTo: string | null,
  ownSubject: string | null,
  personId: string,
): 'ok' | 'taken' | 'has-other' | 'already' => {
  if (linkedTo === personId) return 'already';
  if (linkedTo !== null) return 'taken';
  return ownSubject === null ? 'ok' : 'has-other';
};

/** Plain http is for a provider on the same machine; from elsewhere anybody between could answer in its name. */
export function isSafeAddress(text: string): boolean {
  const found = /^(https?):\/\/(\[[0-9a-f:]+\]|[a-z0-9.-]+)(:\d{1,5})?(\/[\w./~%-]*)?$/i.exec(text);
  if (found === null) return false;
  const [, scheme = '', host = ''] = found;
  return scheme.toLowerCase() === 'https' || ['localhost', '127.0.0.1', '[::1]'].includes(host.toLowerCase());
}

/** How a request for the way to a provider came here, by what its browser says of it. */
export interface CameBy {
  /** `Sec-Fetch-Site`, `-User` and `-Dest`: browsers say these at https, old ones never. */
  readonly site: string | undefined;
  readonly user: string | undefined;
  readonly dest: string | undefined;
  /** It says that it comes from a page of ours. */
  readonly fromOurPage: boolean;
}

/**
 * Has the person at the browser done something to come here: clicked, on our page or a city's portal, or typed the
 * address? A page elsewhere that loads it by itself, as a picture, a frame or a redirect of its own, must not open a
 * session that nobody asked for.
 */
export function isByAct({ site, user, dest, fromOurPage }: CameBy): boolean {
  if (site === undefined) return fromOurPage;
  if (site === 'same-origin' || site === 'none') return true;
  return user === '?1' && (dest === undefined || dest === 'document');
}

/** Kinds of proof that a provider names (RFC 8176), by what they rest on: something known, something had, oneself. */
const RESTS_ON: Readonly<Record<string, readonly string[]>> = {
  known: ['pwd', 'pin', 'kba'],
  had: ['otp', 'hwk', 'swk', 'pop', 'sc', 'sms', 'tel'],
  oneself: ['face', 'fpt', 'iris', 'retina', 'vbm'],
};

/**
 * What a token says of how somebody was known (`amr`): a list, or with providers that keep less to the standard one word.
 * Null when it says nothing; whatever else stands there says that nothing was shown.
 */
export function saidOf(amr: unknown): string[] | null {
  if (amr === undefined || amr === null) return null;
  return [amr].flat().filter((way) => typeof way === 'string');
}

/**
 * Did somebody show both factors at the provider? Not unless an administrator trusts it with that (`trusted`), and not
 * when it says itself how they were known this time and that is less. One that says nothing is taken at the
 * administrator's word.
 */
export function showsBoth(trusted: boolean, said: readonly string[] | null): boolean {
  if (!trusted || said === null) return trusted;
  if (said.includes('mfa')) return true;
  return Object.values(RESTS_ON).filter((ways) => ways.some((way) => said.includes(way))).length > 1;
}
