import { z } from 'zod';
import { answerDone, answerPage, pageProps } from '../../../platform/answer.ts';
import { transaction } from '../../../platform/database.ts';
import { HttpError } from '../../../platform/errors.ts';
import { optional, parseForm, readRawForm, shownRevision } from '../../../platform/forms.ts';
import { newId } from '../../../platform/ids.ts';
import { type ActorAsk, type FindPlace, may, routeList } from '../../../platform/routing.ts';
import type { FormState } from '../../../web/ui/form.tsx';
import { appendAudit } from '../../audit/queries.ts';
import { type RetentionRule, selectRetention, updateRetention } from '../../audit/retention/queries.ts';
import { isRetentionKind, judgePeriod, RETENTION, type RetentionKind } from '../../audit/retention/rules.ts';
import { authorityPlace } from '../../identity/settings/place.ts';
import { privacySettingsPath, retentionPath } from '../paths.ts';
import { countDue } from './clear.ts';
import { RetentionPage } from './page.tsx';

export const retentionRoutes = routeList();
const { get, post } = retentionRoutes;

const path = retentionPath(':retention');
const kindPlace: FindPlace = (ask) =>
  isRetentionKind(ask.c.req.param('retention') ?? '') ? authorityPlace(ask) : Promise.resolve(null);

function kindOf(ask: ActorAsk): RetentionKind {
  const kind = ask.c.req.param('retention') ?? '';
  if (!isRetentionKind(kind)) throw new HttpError(404, 'error.not-found');
  return kind;
}

get(path, may('privacy.set', kindPlace), async (ask) => {
  const rule = await selectRetention(ask.db, kindOf(ask));
  return show(ask, rule, { values: { days: String(rule.days), reason: rule.reason } });
});

const form = z.object({
  days: z.string().trim(),
  reason: optional(500),
  revision: shownRevision,
  act: z.string().optional(),
});

/** Sets a period, or with `act=preview` says what it would erase and changes nothing. */
post(path, may('privacy.set', kindPlace), async (ask) => {
  const kind = kindOf(ask);
  const raw = await readRawForm(ask);
  const read = parseForm(ask, raw, form);
  const before = await selectRetention(ask.db, kind);
  const refuse = (errors: Readonly<Record<string, string>>) =>
    show(ask, before, { values: raw.values, errors });
  if (!read.ok) return refuse(read.errors);
  const { reason, revision, act } = read.data;
  const verdict = judgePeriod(kind, read.data.days);
  if (!verdict.ok)
    return refuse({ days: ask.t(`privacy.retention.refused.${verdict.reason}`, RETENTION[kind]) });
  const { days } = verdict;
  if (act === 'preview') {
    const counts = await countDue(ask.services, [{ kind, days }]);
    return show(ask, before, { values: raw.values }, { days, count: counts.get(kind) ?? 0 });
  }
  const saved = await transaction(ask.db, async (tx) => {
    if (!(await updateRetention(tx, { kind, days, reason, revision }))) return false;
    await appendAudit(tx, ask.actor, ask.now, {
      action: 'retention.set',
      subjectType: 'retention',
      subjectId: null,
      unitPath: ask.place?.unitPath ?? null,
      before: { retained: kind, days: before.days },
      after: { retained: kind, days },
      reason,
    });
    return true;
  });
  if (!saved) return refuse({ '': ask.t('privacy.retention.changed-meanwhile') });
  return answerDone(ask, privacySettingsPath, 'privacy.retention.done');
});

const show = (
  ask: ActorAsk,
  rule: RetentionRule,
  state: FormState,
  preview: { readonly days: number; readonly count: number } | null = null,
) =>
  answerPage(
    ask,
    RetentionPage({ page: pageProps(ask), t: ask.t, rule, state, preview, submission: newId() }),
    state.errors === undefined ? 200 : 422,
  );
