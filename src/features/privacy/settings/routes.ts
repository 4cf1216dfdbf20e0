import { z } from 'zod';
import { answerDone, answerPage, pageProps } from '../../../platform/answer.ts';
import { transaction } from '../../../platform/database.ts';
import { needed, parseForm, readRawForm } from '../../../platform/forms.ts';
import { newId } from '../../../platform/ids.ts';
import { type ActorAsk, may, routeList } from '../../../platform/routing.ts';
import type { FormState } from '../../../web/ui/form.tsx';
import { appendAudit } from '../../audit/queries.ts';
import { listRetention } from '../../audit/retention/queries.ts';
import { authorityPlace } from '../../identity/settings/place.ts';
import { areIdNumbersKept, updateKept } from '../../organisation/id-numbers/queries.ts';
import { makeVault, openVault } from '../../organisation/id-numbers/vault.ts';
import { insertNoticeVersion, listNoticeVersions } from '../consent/queries.ts';
import { idNumberSettingPath, noticesSettingPath, privacySettingsPath } from '../paths.ts';
import { countDue, countIdNumbers } from '../retention/clear.ts';
import { PrivacySettingsPage } from './page.tsx';

export const privacySettingsRoutes = routeList();
const { get, post } = privacySettingsRoutes;

get(privacySettingsPath, may('privacy.set', authorityPlace), (ask) => show(ask));

async function show(ask: ActorAsk, state: FormState = { values: {} }): Promise<Response> {
  const periods = await listRetention(ask.db);
  return answerPage(
    ask,
    PrivacySettingsPage({
      // A refused form was sent to another address, which nobody can open.
      page: { ...pageProps(ask), path: privacySettingsPath },
      t: ask.t,
      periods,
      notices: await listNoticeVersions(ask.db),
      due: await countDue(ask.services, periods),
      idNumbers: {
        kept: await areIdNumbersKept(ask.db),
        count: await countIdNumbers(ask.services),
        keyId: openVault(ask.services.config)?.keyId ?? null,
      },
      state,
      submission: newId(),
    }),
    state.errors === undefined ? 200 : 422,
  );
}

/** Begins to keep identity numbers, with a key of their own, or keeps them no more: then all go the same night. */
post(idNumberSettingPath, may('privacy.set', authorityPlace), async (ask) => {
  const { values } = await readRawForm(ask);
  const keep = values.keep === 'yes';
  if (keep && makeVault(ask.services.config, ask.now) === null)
    return show(ask, { values, errors: { '': ask.t('privacy.id.key.missing') } });
  if (!keep && values.erase === undefined && (await countIdNumbers(ask.services)) > 0)
    return show(ask, { values, errors: { erase: ask.t('privacy.id.turn-off.needed') } });
  await transaction(ask.db, async (tx) => {
    if (!(await updateKept(tx, keep))) return;
    await appendAudit(tx, ask.actor, ask.now, {
      action: 'id-number.setting',
      subjectType: 'authority',
      subjectId: null,
      unitPath: ask.place?.unitPath ?? null,
      before: { kept: !keep },
      after: { kept: keep },
    });
  });
  return answerDone(ask, privacySettingsPath, 'privacy.id.done');
});

const noticeForm = z.object({
  zh: needed('privacy.notice.needed', 20_000),
  en: needed('privacy.notice.needed', 20_000),
  after: z.coerce.number().int().min(0).max(1_000_000),
});

/** Publishes the next version of the notice. What people agreed to before stays bound to the version they read. */
post(noticesSettingPath, may('privacy.set', authorityPlace), async (ask) => {
  const raw = await readRawForm(ask);
  const form = parseForm(ask, raw, noticeForm);
  if (!form.ok) return show(ask, { values: raw.values, errors: form.errors });
  const { zh, en, after } = form.data;
  const number = after + 1;
  const published = await transaction(ask.db, async (tx) => {
    const texts = { 'zh-CN': zh, en };
    if (!(await insertNoticeVersion(tx, { number, texts, publishedAt: ask.now, by: ask.actor.personId })))
      return false;
    await appendAudit(tx, ask.actor, ask.now, {
      action: 'privacy-notice.published',
      subjectType: 'authority',
      subjectId: null,
      unitPath: ask.place?.unitPath ?? null,
      after: { version: number },
    });
    return true;
  });
  if (!published)
    return show(ask, { values: raw.values, errors: { zh: ask.t('privacy.retention.changed-meanwhile') } });
  return answerDone(ask, privacySettingsPath, 'privacy.notice.done');
});
