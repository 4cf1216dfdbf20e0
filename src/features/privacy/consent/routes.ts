import { answerDone, answerPage, pageProps, pastEnd } from '../../../platform/answer.ts';
import { transaction } from '../../../platform/database.ts';
import { queryNumber, readRawForm } from '../../../platform/forms.ts';
import { vocabulary } from '../../../platform/programmes.ts';
import { anyone, routeList, signedIn } from '../../../platform/routing.ts';
import { asShown } from '../../../shared/shown.ts';
import { ownDataPath } from '../../../web/viewer.ts';
import { inLocale } from '../../../web/words.ts';
import { appendAudit } from '../../audit/queries.ts';
import { selectPerson } from '../../organisation/people/queries.ts';
import { showOwnData } from '../own-data/show.ts';
import { teachersPath } from '../paths.ts';
import { TeachersPage } from './page.tsx';
import {
  insertConsent,
  listHeldTitles,
  listNoticeVersions,
  listProfiles,
  putProfile,
  withdrawConsent,
} from './queries.ts';
import { judgeProfile } from './rules.ts';

export const consentRoutes = routeList();
const { get, post } = consentRoutes;
const PAGE = 50;

get(teachersPath, anyone, async (ask) => {
  const page = queryNumber(ask.c.req.query('page'), 1, 1, 10_000);
  const rows = await listProfiles(ask.db, PAGE + 1, (page - 1) * PAGE);
  const past = pastEnd(ask, { page, size: PAGE, shown: rows.length });
  if (past !== null) return past;
  const { titles } = vocabulary();
  return answerPage(
    ask,
    TeachersPage({
      page: pageProps(ask),
      t: ask.t,
      profiles: rows.slice(0, PAGE).map((row) => asShown('teacher', row)),
      titleName: (id) => {
        const names = titles[id];
        return names === undefined ? id : inLocale(names, ask.locale);
      },
      at: { page, size: PAGE, more: rows.length > PAGE },
    }),
  );
});

/** Agrees to be shown, in these words, under the notice in force; agreeing again changes the words. */
post(`${ownDataPath}/consents/public-profile`, signedIn, async (ask) => {
  const { values, submission } = await readRawForm(ask);
  const { personId } = ask.actor;
  const titles = await listHeldTitles(ask.db, personId, ask.today);
  const introduction = (values.introduction ?? '').trim().slice(0, 500) || null;
  const verdict = judgeProfile({ titles, introduction, ticked: values.agree !== undefined });
  if (!verdict.ok) {
    const field = { 'no-title': '', 'no-introduction': 'introduction', 'not-ticked': 'agree' }[
      verdict.reason
    ];
    return showOwnData(ask, {
      values,
      errors: { [field]: ask.t(`privacy.consent.refused.${verdict.reason}`) },
    });
  }
  const { name, unitName, subject } = await selectPerson(ask.db, personId);
  const [notice] = await listNoticeVersions(ask.db);
  const number = notice?.number ?? 1;
  await transaction(ask.db, async (tx) => {
    await withdrawConsent(tx, personId, 'public-profile', ask.now);
    await insertConsent(tx, {
      id: submission,
      personId,
      purpose: 'public-profile',
      noticeNumber: number,
      at: ask.now,
    });
    const profile = { name, school: unitName ?? '', subject, titles, introduction: verdict.introduction };
    await putProfile(tx, personId, profile, ask.now);
    await appendAudit(tx, personId, ask.now, {
      action: 'consent.given',
      subjectType: 'person',
      subjectId: personId,
      personId,
      after: { version: number },
    });
  });
  return answerDone(ask, ownDataPath, 'privacy.consent.done.given');
});

/** Takes it back: what was public is so no more, at once. */
post(`${ownDataPath}/consents/public-profile/withdraw`, signedIn, async (ask) => {
  await readRawForm(ask);
  const { personId } = ask.actor;
  await transaction(ask.db, async (tx) => {
    if (!(await withdrawConsent(tx, personId, 'public-profile', ask.now))) return;
    await appendAudit(tx, personId, ask.now, {
      action: 'consent.withdrawn',
      subjectType: 'person',
      subjectId: personId,
      personId,
    });
  });
  return answerDone(ask, ownDataPath, 'privacy.consent.done.withdrawn');
});
