import { add, formatExact, parseExact, whole } from '../../shared/decimal.ts';
import { enumerate } from '../../shared/text.ts';
import type { Judging } from '../grammar/judging.ts';
import { choiceWords } from '../grammar/words.ts';
import { type Draft, joined, sourced } from './draft.ts';
import type { Setting } from './setting.ts';
import { pick } from './values.ts';

/** How a panel judges: what it does not see, how many sit, how marks are gathered, and what is marked. */
export function sayJudging(judging: Judging, setting: Setting): Draft {
  const { locale, vocabulary } = setting;
  const say = (zh: string, en: string) => pick(locale, zh, en);
  const { blind, shows, judges, criteria, take, dropHighest, dropLowest, rounding } = judging;
  const hidden = (blind ?? []).map((one) => choiceWords.blind[one][locale]);
  const shown = (shows ?? []).map((id) => vocabulary.attributes[id]?.names[locale] ?? id);
  const full = criteria.map(({ max }) => parseExact(max) ?? whole(0)).reduce(add, whole(0));
  const made = joined(
    [
      say('由评委评分', 'marked by judges'),
      hidden.length > 0 &&
        say(`盲评，隐去${enumerate(locale, hidden)}`, `blind to ${enumerate(locale, hidden)}`),
      shown.length > 0 &&
        say(`评委可见${enumerate(locale, shown)}`, `the judges see ${enumerate(locale, shown)}`),
      judges?.least !== undefined &&
        say(
          `每份材料至少 ${judges.least} 名评委`,
          `at least ${judges.least} ${judges.least === 1 ? 'judge' : 'judges'} for each candidate`,
        ),
      judges?.most !== undefined &&
        say(
          `评委至多 ${judges.most} 名`,
          `at most ${judges.most} ${judges.most === 1 ? 'judge' : 'judges'} in all`,
        ),
      say(`满分 ${formatExact(full)} 分`, `${formatExact(full)} marks in all`),
      dropped(dropHighest, '最高', 'highest', setting),
      dropped(dropLowest, '最低', 'lowest', setting),
      take === 'median'
        ? say('取各评委总分的中位数', "the median of the judges' totals")
        : say('取各评委总分的平均', "the mean of the judges' totals"),
      rounding &&
        say(
          `保留 ${rounding.places} 位小数（${choiceWords.rounding[rounding.mode]['zh-CN']}）`,
          `rounded ${choiceWords.rounding[rounding.mode].en} to ${rounding.places} decimal ${rounding.places === 1 ? 'place' : 'places'}`,
        ),
    ],
    setting,
  );
  return sourced(
    judging,
    made,
    setting,
    criteria.map((one) => ({ text: criterion(one, setting) })),
  );
}

function dropped(n: number | undefined, zh: string, en: string, { locale }: Setting): string {
  if (n === undefined || n === 0) return '';
  return pick(locale, `去掉 ${n} 个${zh}分`, `the ${n} ${en} dropped`);
}

function criterion({ names, max, step, reason }: Judging['criteria'][number], { locale }: Setting): string {
  const more = [
    pick(locale, `${max} 分`, `${max} ${max === '1' ? 'mark' : 'marks'}`),
    ...(step === undefined ? [] : [pick(locale, `以 ${step} 分为单位`, `in steps of ${step}`)]),
    ...(reason ? [pick(locale, '须写理由', 'with a reason')] : []),
  ];
  return pick(locale, `${names['zh-CN']}（${more.join('，')}）`, `${names.en} (${more.join(', ')})`);
}
