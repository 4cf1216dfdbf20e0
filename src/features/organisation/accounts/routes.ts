import { answerDone, answerPage, pageProps } from '../../../platform/answer.ts';
import { transaction } from '../../../platform/database.ts';
import { readRawForm } from '../../../platform/forms.ts';
import { type ActorAsk, may, routeList } from '../../../platform/routing.ts';
import { writeWorkbook } from '../../../platform/spreadsheet/write-table.ts';
import { signInPath } from '../../../web/viewer.ts';
import { appendAudit } from '../../audit/queries.ts';
import { unlockAccount } from '../../identity/queries.ts';
import { answerPerson } from '../people/person.ts';
import { selectPerson } from '../people/queries.ts';
import { personPlace, unitPlace } from '../places.ts';
import { selectUnit } from '../units/queries.ts';
import { type Issued, type IssuedCode, issueCodes, resetAccount } from './issue.ts';
import { CodesPage } from './page.tsx';
import { forgetAccountCounts } from './queries.ts';

export const accountRoutes = routeList();
const { post } = accountRoutes;

/** Sign-in codes for those of the unit and below who cannot sign in. The answer is the only place that shows them. */
post('/units/:unit/accounts', may('person.change', unitPlace), async (ask) => {
  const { values } = await readRawForm(ask);
  const unit = await selectUnit(ask.db, ask.c.req.param('unit') ?? '');
  const issued = await issueCodes(ask, unit, values.renew !== undefined);
  return answerCodes(ask, { href: `/units/${unit.id}`, label: unit.name }, issued);
});

post('/people/:person/account/code', may('person.change', personPlace), async (ask) => {
  const raw = await readRawForm(ask);
  const person = await selectPerson(ask.db, ask.c.req.param('person') ?? '');
  const verdict = await resetAccount(ask, person.id);
  if (!verdict.ok) {
    const errors = { '': ask.t(`organisation.accounts.refused.${verdict.reason}`) };
    return answerPerson(ask, { values: raw.values, errors });
  }
  return answerCodes(ask, { href: `/people/${person.id}`, label: person.name }, verdict.issued);
});

post('/people/:person/account/unlock', may('person.change', personPlace), async (ask) => {
  await readRawForm(ask);
  const personId = ask.c.req.param('person') ?? '';
  await transaction(ask.db, async (tx) => {
    if (!(await unlockAccount(tx, personId, ask.now))) return;
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

async function answerCodes(
  ask: ActorAsk,
  back: { readonly href: string; readonly label: string },
  issued: Issued | null,
): Promise<Response> {
  ask.c.header('Cache-Control', 'no-store');
  forgetAccountCounts(ask.db);
  const origin = ask.services.config.origin ?? new URL(ask.c.req.url).origin;
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
      workbook: codes.length === 0 ? null : await workbookOf(ask, codes),
      address: `${origin}${signInPath}`,
    }),
    issued === null ? 422 : 200,
  );
}

async function workbookOf(ask: ActorAsk, codes: readonly IssuedCode[]) {
  const { t } = ask;
  const headers = [
    t('organisation.person.name'),
    t('organisation.person.unit'),
    t('organisation.accounts.sign-in'),
    t('organisation.accounts.codes.code'),
  ];
  const bytes = await writeWorkbook([
    {
      name: t('organisation.accounts.codes.title'),
      columns: headers.map((header) => ({ header })),
      rows: codes.map(({ name, unitName, signIn, code }) => [name, unitName, signIn, code]),
    },
  ]);
  const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
  return {
    href: `data:${type};base64,${Buffer.from(bytes).toString('base64')}`,
    name: `${t('organisation.accounts.codes.title')}-${ask.today}.xlsx`,
  };
}
