import type { WordKey } from '../../web/words.ts';
import { type Act, type Actor, allowsSomewhere, holdsFor, rootsFor } from './rules.ts';

interface NavigationItem {
  readonly href: string;
  readonly key: WordKey;
}

const hasRole = (actor: Actor, act: Act) => actor.assignments.length > 0 && allowsSomewhere(actor, act);

/** An administrator at the root of the tree, whose path has one key: settings are the whole authority's. */
const standsOverAll = (actor: Actor) =>
  rootsFor(actor, 'sign-in.set').some(({ unitPath }) => /^\d+\.$/.test(unitPath));

/** Where a person can go: only what the policy table lets them do. */
export function navigation(actor: Actor): NavigationItem[] {
  const items: (NavigationItem | null)[] = [
    { href: '/', key: 'identity.nav.home' },
    actor.unitId === null ? null : { href: '/records', key: 'identity.nav.records' },
    { href: '/rounds', key: 'identity.nav.rounds' },
    holdsFor(actor, 'record.confirm') ? { href: '/verification', key: 'identity.nav.verification' } : null,
    hasRole(actor, 'person.find') ? { href: '/people', key: 'identity.nav.people' } : null,
    hasRole(actor, 'person.find') ? { href: '/titles', key: 'titles.nav' } : null,
    actor.assignments.length > 0 ? { href: '/units', key: 'identity.nav.units' } : null,
    hasRole(actor, 'roster.import') ? { href: '/imports', key: 'identity.nav.imports' } : null,
    { href: '/programmes', key: 'identity.nav.programmes' },
    { href: '/public', key: 'identity.nav.public' },
    hasRole(actor, 'system.see') ? { href: '/admin', key: 'administration.nav' } : null,
    hasRole(actor, 'duty.see') ? { href: '/duties', key: 'identity.nav.duties' } : null,
    hasRole(actor, 'audit.see') ? { href: '/audit', key: 'identity.nav.audit' } : null,
    standsOverAll(actor) ? { href: '/settings/sign-in', key: 'identity.nav.sign-in' } : null,
    standsOverAll(actor) ? { href: '/settings/privacy', key: 'privacy.nav' } : null,
  ];
  return items.filter((item) => item !== null);
}
