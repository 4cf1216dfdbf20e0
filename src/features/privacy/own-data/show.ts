import { answerPage, pageProps } from '../../../platform/answer.ts';
import { newId } from '../../../platform/ids.ts';
import { vocabulary } from '../../../platform/programmes.ts';
import type { ActorAsk } from '../../../platform/routing.ts';
import type { FormState } from '../../../web/ui/form.tsx';
import { ownDataPath } from '../../../web/viewer.ts';
import { inLocale } from '../../../web/words.ts';
import { shownId } from '../../organisation/id-numbers/show.ts';
import { openVault } from '../../organisation/id-numbers/vault.ts';
import { selectPerson } from '../../organisation/people/queries.ts';
import { organisationWords } from '../../organisation/show.ts';
import { sayValue } from '../corrections/show.tsx';
import { OwnDataPage } from './page.tsx';
import { selectOwnData } from './queries.ts';

/** The page of one's own data; with errors, as the answer to a form of it that was refused. */
export async function showOwnData(ask: ActorAsk, state: FormState | null = null): Promise<Response> {
  const { personId } = ask.actor;
  const [person, own] = await Promise.all([
    selectPerson(ask.db, personId),
    selectOwnData(ask.db, personId, ask.today),
  ]);
  const { counts, consents, notice, profile, titles, copies, corrections, copyDays, idNumber } = own;
  const { phone, email, revision } = person;
  return answerPage(
    ask,
    OwnDataPage({
      page: { ...pageProps(ask), path: ownDataPath },
      t: ask.t,
      timeZone: ask.services.config.timeZone,
      personId,
      counts,
      idNumber: own.idNumbersKept
        ? { masked: idNumber === null ? null : shownId(openVault(ask.services.config), idNumber).masked }
        : null,
      copies,
      consents,
      notice,
      profile,
      titles: titles.map((id) => {
        const names = vocabulary().titles[id];
        return names === undefined ? id : inLocale(names, ask.locale);
      }),
      copyDays,
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
