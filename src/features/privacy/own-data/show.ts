import { answerPage, pageProps } from '../../../platform/answer.ts';
import { newId } from '../../../platform/ids.ts';
import { vocabulary } from '../../../platform/programmes.ts';
import type { ActorAsk } from '../../../platform/routing.ts';
import type { FormState } from '../../../web/ui/form.tsx';
import { ownDataPath } from '../../../web/viewer.ts';
import { inLocale } from '../../../web/words.ts';
import { selectRetention } from '../../audit/retention/queries.ts';
import { areIdNumbersKept, selectOptionalIdNumber } from '../../organisation/id-numbers/queries.ts';
import { shownId } from '../../organisation/id-numbers/show.ts';
import { openVault } from '../../organisation/id-numbers/vault.ts';
import { selectPerson } from '../../organisation/people/queries.ts';
import { organisationWords } from '../../organisation/show.ts';
import {
  listConsents,
  listHeldTitles,
  listNoticeVersions,
  selectOptionalProfile,
} from '../consent/queries.ts';
import { listOwnCorrections } from '../corrections/queries.ts';
import { sayValue } from '../corrections/show.tsx';
import { OwnDataPage } from './page.tsx';
import { countOwn, listCopies } from './queries.ts';

/** The page of one's own data; with errors, as the answer to a form of it that was refused. */
export async function showOwnData(ask: ActorAsk, state: FormState | null = null): Promise<Response> {
  const { personId } = ask.actor;
  const person = await selectPerson(ask.db, personId);
  const [counts, consents, versions, profile, titles, copies, corrections, { days }, kept, id] =
    await Promise.all([
      countOwn(ask.db, personId),
      listConsents(ask.db, personId),
      listNoticeVersions(ask.db),
      selectOptionalProfile(ask.db, personId),
      listHeldTitles(ask.db, personId, ask.today),
      listCopies(ask.db, personId),
      listOwnCorrections(ask.db, personId),
      selectRetention(ask.db, 'copies'),
      areIdNumbersKept(ask.db),
      selectOptionalIdNumber(ask.db, personId),
    ]);
  const { phone, email, revision } = person;
  return answerPage(
    ask,
    OwnDataPage({
      page: { ...pageProps(ask), path: ownDataPath },
      t: ask.t,
      timeZone: ask.services.config.timeZone,
      personId,
      counts,
      idNumber: kept
        ? { masked: id === null ? null : shownId(openVault(ask.services.config), id).masked }
        : null,
      copies,
      consents,
      notice: versions[0]?.number ?? 1,
      profile,
      titles: titles.map((id) => {
        const names = vocabulary().titles[id];
        return names === undefined ? id : inLocale(names, ask.locale);
      }),
      copyDays: days,
      corrections,
      say: sayValue(ask.t, organisationWords(vocabulary(), ask.locale, ask.t)),
      state: {
        ...(state ?? {}),
        values: {
          introduction: profile?.introduction,
          phone,
          email,
          revision: String(revision),
          ...(state?.values ?? {}),
        },
      },
      submission: newId(),
    }),
    state?.errors === undefined ? 200 : 422,
  );
}
