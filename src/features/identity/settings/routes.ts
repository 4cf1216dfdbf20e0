import { z } from 'zod';
import { answerDone, answerPage, pageProps } from '../../../platform/answer.ts';
import { transaction } from '../../../platform/database.ts';
import { readRawForm, shownRevision } from '../../../platform/forms.ts';
import { type ActorAsk, may, routeList } from '../../../platform/routing.ts';
import type { FormState } from '../../../web/ui/form.tsx';
import { appendAudit } from '../../audit/queries.ts';
import { listProviders } from '../providers/queries.ts';
import { sumWrongTries } from '../wrong-tries/queries.ts';
import { SettingsPage, settingsPath } from './page.tsx';
import { authorityPlace } from './place.ts';
import { selectSettings, updateSettings } from './queries.ts';
import { BOUNDED, BOUNDS, type Bounded, knownOf, type SignInSettings } from './rules.ts';

export const settingsRoutes = routeList('sign-in');
const { get, post } = settingsRoutes;

/** How far back wrong tries are shown, and from how many places. */
const WRONG_DAYS = 7;
const WRONG_PLACES = 20;

get(settingsPath, may('sign-in.set', authorityPlace), async (ask) => {
  const settings = await selectSettings(ask.db);
  const numbers = Object.fromEntries(BOUNDED.map((name) => [name, String(settings[name])]));
  const values = {
    ...numbers,
    secondFactorRoles: [...settings.secondFactorRoles],
    revision: String(settings.revision),
  };
  return show(ask, { values });
});

post(settingsPath, may('sign-in.set', authorityPlace), async (ask) => {
  const raw = await readRawForm(ask);
  const wanted: Partial<Record<Bounded, number>> = {};
  const errors: Record<string, string> = {};
  for (const name of BOUNDED) {
    const [min, max] = BOUNDS[name];
    const number = z.coerce
      .number()
      .int()
      .min(min)
      .max(max)
      .safeParse(raw.values[name] || undefined);
    if (number.success) wanted[name] = number.data;
    else errors[name] = ask.t('identity.settings.between', { min, max });
  }
  const roles = knownOf(raw.all.secondFactorRoles ?? []);
  const state = { values: { ...raw.values, secondFactorRoles: roles } };
  if (!isWhole(wanted)) return show(ask, { ...state, errors });
  const before = await selectSettings(ask.db);
  const revision = shownRevision.parse(raw.values.revision);
  const after: SignInSettings = { ...wanted, secondFactorRoles: roles, revision };
  const saved = await transaction(ask.db, async (tx) => {
    if (!(await updateSettings(tx, after))) return false;
    await appendAudit(tx, ask.actor, ask.now, {
      action: 'sign-in.set',
      subjectType: 'authority',
      subjectId: null,
      unitPath: ask.place?.unitPath ?? null,
      before,
      after: { ...after, revision: revision + 1 },
    });
    return true;
  });
  if (!saved) return show(ask, { ...state, errors: { '': ask.t('identity.settings.changed-meanwhile') } });
  return answerDone(ask, settingsPath, 'identity.settings.done');
});

const isWhole = (wanted: Partial<Record<Bounded, number>>): wanted is Record<Bounded, number> =>
  BOUNDED.every((name) => wanted[name] !== undefined);

async function show(ask: ActorAsk, state: FormState): Promise<Response> {
  const providers = await listProviders(ask.db);
  const since = new Date(ask.now.getTime() - WRONG_DAYS * 86_400_000);
  const wrong = await sumWrongTries(ask.db, since, WRONG_PLACES);
  return answerPage(
    ask,
    SettingsPage({
      page: pageProps(ask),
      t: ask.t,
      locale: ask.locale,
      state,
      providers,
      wrong,
      wrongDays: WRONG_DAYS,
    }),
    state.errors ? 422 : 200,
  );
}
