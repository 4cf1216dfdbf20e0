import { clauseAt, sayClause } from '../../../language/explain.ts';
import { queryNumber } from '../../../platform/forms.ts';
import { newId } from '../../../platform/ids.ts';
import type { ActorAsk } from '../../../platform/routing.ts';
import { formatDate, formatInstant, inLocale, subjectName } from '../../../web/words.ts';
import { countTold } from '../../notices/queries.ts';
import { selectUnitNames } from '../../organisation/facts/queries.ts';
import { judgingProgramme } from '../../programmes/compiled.ts';
import { sayingFormer } from '../../programmes/numbers/former.ts';
import { numberScope } from '../../programmes/numbers/scope.ts';
import { usedNumbers } from '../../programmes/numbers/used.tsx';
import { firstDay } from '../rounds/numbers.ts';
import type { RoundRow } from '../rounds/queries.ts';
import { timeliness } from '../rounds/rules.ts';
import type { ScreeningFigures, ScreeningResult, ShareView } from './page.tsx';
import { type EligibleFilter, listEligible, type ScreeningRow } from './queries.ts';
import type { Share, Tally } from './rules.ts';

/** What a screening found, as the page, the workbook and the paper show it. */

const PAGE = 50;

/** One that has come to its end, with what it counted. */
export interface Screened {
  readonly round: RoundRow;
  /** The unit whose people it went through. */
  readonly unitPath: string;
  readonly screening: ScreeningRow;
  readonly tally: Tally;
}

interface Shown {
  readonly figures: ScreeningFigures;
  readonly unitNames: ReadonlyMap<string, string>;
  settingName(id: string): string;
}

async function shownOf(ask: ActorAsk, { round, screening, tally }: Screened): Promise<Shown> {
  const { db, t, locale } = ask;
  const used = tally.numbers === undefined ? round.numbers : tally.numbers;
  const [ready, unitNames] = await Promise.all([
    judgingProgramme(db, { ...round, numbers: used }),
    selectUnitNames(db, Object.keys(tally.units)),
  ]);
  const { programme, vocabulary, local } = ready;
  const unknown = t('review.screening.unknown');
  const settingNames = vocabulary.attributes.setting?.choices ?? {};
  const settingName = (id: string) => {
    const names = settingNames[id];
    return names === undefined ? id || unknown : inLocale(names, locale);
  };
  const shares = (of: Record<string, Share>, label: (key: string) => string): ShareView[] =>
    Object.entries(of)
      .map(([key, share]) => ({ ...share, label: label(key) }))
      .toSorted((a, b) => b.eligible - a.eligible || b.people - a.people);
  const seconds = Math.max(0, (screening.heardAt.getTime() - screening.startedAt.getTime()) / 1000);
  const figures: ScreeningFigures = {
    people: tally.people,
    outcomes: tally.outcomes,
    clauses: tally.clauses.map(({ path, counts }) => {
      const node = clauseAt(programme, path);
      return { ...counts, text: node ? sayClause(node, programme, vocabulary, locale) : path };
    }),
    units: shares(tally.units, (path) => unitNames.get(path) ?? path),
    subjects: shares(tally.subjects, (key) => key || unknown),
    settings: shares(tally.settings, settingName),
    finished: t('review.screening.done', {
      at: formatInstant(screening.heardAt, locale, ask.services.config.timeZone),
      seconds: Math.round(seconds * 10) / 10,
    }),
    numbers: usedNumbers(
      await sayingFormer(db, { programme, vocabulary, locale, t }, round.programmeId, local.all),
      local,
      numberScope(ask),
      {
        title: t('numbers.of-screening'),
        lead:
          round.state === 'draft'
            ? t('numbers.of-screening.draft', { day: formatDate(firstDay(ask, round), locale) })
            : t('numbers.of-screening.kept'),
        href: `/programmes/${round.versionId}/numbers`,
      },
    ),
  };
  return { figures, unitNames, settingName };
}

export const figuresOf = async (ask: ActorAsk, screened: Screened): Promise<ScreeningFigures> =>
  (await shownOf(ask, screened)).figures;

/** Of the eligible those the address asks for: of a unit, a subject, a setting. */
export function eligibleAsked({ c }: ActorAsk, { unitPath, tally }: Screened): EligibleFilter {
  const unit = Object.keys(tally.units).find((path) => path === c.req.query('unit'));
  return {
    unitPath: unit ?? unitPath,
    subject: c.req.query('subject') || null,
    setting: c.req.query('setting') || null,
  };
}

/** The figures with a page of the eligible. */
export async function resultOf(ask: ActorAsk, screened: Screened): Promise<ScreeningResult> {
  const { db, t } = ask;
  const { round, unitPath, screening, tally } = screened;
  const page = queryNumber(ask.c.req.query('page'), 1, 1, 100_000);
  const [{ figures, unitNames, settingName }, told, eligible] = await Promise.all([
    shownOf(ask, screened),
    countTold(db, 'round-eligible', `/rounds/${round.id}/eligibility`, unitPath),
    listEligible(db, screening.id, eligibleAsked(ask, screened), {
      limit: PAGE + 1,
      offset: (page - 1) * PAGE,
    }),
  ]);
  const choices = (keys: readonly string[], label: (key: string) => string) =>
    keys.filter((key) => key !== '').map((value) => ({ value, label: label(value) }));
  return {
    ...figures,
    eligible: eligible.slice(0, PAGE),
    told,
    mayNotify: timeliness(round, ask.now).ok,
    submission: newId(),
    asked: new URL(ask.c.req.url).search,
    filters: [
      {
        name: 'unit',
        label: t('review.filter.unit'),
        choices: choices(Object.keys(tally.units), (path) => unitNames.get(path) ?? path),
      },
      {
        name: 'subject',
        label: t('review.filter.subject'),
        choices: choices(Object.keys(tally.subjects), (key) => subjectName(key, ask.locale)),
      },
      {
        name: 'setting',
        label: t('review.screening.by.setting'),
        choices: choices(Object.keys(tally.settings), settingName),
      },
    ],
    paging: { page, size: PAGE, more: eligible.length > PAGE },
  };
}
