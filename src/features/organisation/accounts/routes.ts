import { z } from 'zod';
import { answerDone, answerPage, pageProps } from '../../../platform/answer.ts';
import { transaction } from '../../../platform/database.ts';
import { needed, readForm, readRawForm } from '../../../platform/forms.ts';
import { ownOrigin } from '../../../platform/own-origin.ts';
import { type ActorAsk, may, routeList } from '../../../platform/routing.ts';
import { signInPath } from '../../../web/viewer.ts';
import { appendAudit } from '../../audit/queries.ts';
import { deleteClosings } from '../../identity/limits/queries.ts';
import { selectOptionalAccountOf } from '../../identity/queries.ts';
import { answerPerson } from '../people/person.ts';

import { personPlace, seenPerson, seenUnit, unitPlace } from '../places.ts';

import { slipsOf, workbookOf } from './downloads.ts';
import { endSessions, type Issued, issueCodes, resetAccount, resetFactors } from './issue.ts';
import { CodesPage } from './page.tsx';
import { forgetAccountCounts } from './queries.ts';
import type { NoCodeReason } from './rules.ts';

export const accountRoutes = routeList();
const { post } = accountRoutes;

/** Sign-in codes for those of the unit and below who cannot sign in. The answer is the only place that shows them. */
post('/units/:unit/accounts', may('account.change', unitPlace), async (ask) => {
  const { values } = await readRawForm(ask);
  const unit = await seenUnit(ask);
  const issued = await issueCodes(ask, unit, values.renew !== undefined);
  return answerCodes(ask, { href: `/units/${unit.id}`, label: unit.name }, issued);
});

post('/people/:person/account/code', may('account.change', personPlace), async (ask) => {
  const raw = await readRawForm(ask);
  const person = await seenPerson(ask);
  const verdict = await resetAccount(ask, person.id);
  if (!verdict.ok) {
    return answerRefused(ask, raw.values, verdict.reason);
  }
  return answerCodes(ask, { href: `/people/${person.id}`, label: person.name }, verdict.issued);
});

post('/people/:person/account/unlock', may('account.change', personPlace), async (ask) => {
  await readRawForm(ask);
  const personId = ask.c.req.param('person') ?? '';
  const account = await selectOptionalAccountOf(ask.db, personId);
  await transaction(ask.db, async (tx) => {
    if (account === null || !(await deleteClosings(tx, account.signIn, ask.now))) return;
    await appendAudit(tx, ask.actor, ask.now, {
      action: 'account.unlocked',
      subjectType: 'person',
      subjectId: personId,
      personId,
      unitPath: ask.place?.unitPath ?? null,
    });
  });
  return answerDone(ask, `/people/${personId}`, 'organisation.done.unlocked');
});

post('/people/:person/account/sessions/end', may('account.change', personPlace), async (ask) => {
  const raw = await readRawForm(ask);
  const person = await seenPerson(ask);
  const verdict = await endSessions(ask, person.id);
  return verdict.ok
    ? answerDone(ask, `/people/${person.id}`, 'organisation.done.sessions-ended')
    : answerRefused(ask, raw.values, verdict.reason);
});

/** Lost phone, lost recovery codes: everything beside the password goes, and says why in the audit. */
post('/people/:person/account/second-factor/reset', may('account.change', personPlace), async (ask) => {
  const form = await readForm(
    ask,
    z.object({ resetReason: needed('organisation.accounts.factors.reason.needed', 500) }),
  );
  const person = await seenPerson(ask);
  if (!form.ok) return answerPerson(ask, { values: form.raw.values, errors: form.errors });
  const verdict = await resetFactors(ask, person.id, form.data.resetReason);
  return verdict.ok
    ? answerDone(ask, `/people/${person.id}`, 'organisation.done.factors-reset')
    : answerRefused(ask, form.raw.values, verdict.reason);
});

const answerRefused = (ask: ActorAsk, values: Readonly<Record<string, string>>, reason: NoCodeReason) =>
  answerPerson(ask, { values, errors: { '': ask.t(`organisation.accounts.refused.${reason}`) } });

async function answerCodes(
  ask: ActorAsk,
  back: { readonly href: string; readonly label: string },
  issued: Issued | null,
): Promise<Response> {
  ask.c.header('Cache-Control', 'no-store');
  forgetAccountCounts(ask.db);
  const origin = ownOrigin(ask);
  const linkOf = (code: string) => `${origin}/invitation/${code}`;
  const codes = issued?.codes ?? [];
  return answerPage(
    ask,
    CodesPage({
      // There is no address that shows the codes again: another language is chosen where this began.
      frame: { ...pageProps(ask), path: back.href },
      t: ask.t,
      locale: ask.locale,
      back,
      issued,
      workbook: codes.length === 0 ? null : await workbookOf(ask, codes, linkOf),
      slips: issued === null ? null : await slipsOf(ask, issued, origin, linkOf),
      address: `${origin}${signInPath}`,
      linkOf,
    }),
    issued === null ? 422 : 200,
  );
}
