import { enumerate } from '../../shared/text.ts';
import type { Quota } from '../grammar/round.ts';
import { choiceWords } from '../grammar/words.ts';
import { tableOf } from '../programme.ts';
import { sayAmount } from './clause.ts';
import {
  asked,
  type Draft,
  fromCondition,
  joined,
  notes,
  type PolicyTable,
  type Section,
  sourced,
} from './draft.ts';
import { bodyName, clauseName, titleName } from './names.ts';
import { policyWords as words } from './policy-words.ts';
import type { Setting } from './setting.ts';
import { pick, sayDay, sayDuration } from './values.ts';

/** The sections of a policy about choosing: who may apply, places, dates, forms. */

export function eligibility(setting: Setting): Section {
  const { eligibility: root } = setting.programme;
  const bare = !root.say && !root.cite && !root.strength && !root.from && !root.until;
  const tops = root.rule.op === 'all' && bare ? root.rule.arg : [root];
  return { id: 'eligibility', clauses: tops.map((node) => fromCondition(node, setting)) };
}

export function quota(setting: Setting): Section {
  const { programme, locale } = setting;
  const { quota: places } = programme;
  if (!places) return { id: 'quota', clauses: [] };
  const say = (zh: string, en: string) => pick(locale, zh, en);
  const whole = joined(
    [
      places.total !== undefined && say(`名额共 ${places.total} 名`, `${places.total} places in all`),
      places.places &&
        say(`名额为 ${sayAmount(places.places, setting)}`, `places: ${sayAmount(places.places, setting)}`),
      places.unlimited === true && say('不限名额，达标即可', 'no limit: whoever meets the standard'),
      places.unlimited === false && say('限定名额', 'places are limited'),
    ],
    setting,
  );
  const clauses: Draft[] = [
    ...(whole || places.say || places.cite
      ? [sourced(places, whole, setting, notes([places.places], setting))]
      : []),
    ...(places.parts ?? []).map((part) => partOf(part, setting)),
    ...(places.split ? [sourced(places.split, splitWords(places.split, setting), setting)] : []),
    ...(places.limits ?? []).map((limit) => limitOf(limit, setting)),
    ...(places.shares ?? []).map((share) => shareOf(share, setting)),
    ...asked({ 'zh-CN': '不占名额的', en: 'Who takes no place' }, places.outside, setting),
    ...(places.vacancies === undefined
      ? []
      : [
          {
            text: places.vacancies
              ? say('宁缺毋滥，名额可以空缺', 'places may stay empty')
              : say('名额须用足', 'every place is to be filled'),
          },
        ]),
  ];
  const caption = say('名额分配表', 'Distribution table');
  const tabled = (of: Quota | Part, title: string): PolicyTable[] => {
    const table = tableOf(programme, of);
    if (table === undefined || of.split === undefined) return [];
    const rows = table.rows.map(({ key, places: number }) => [key, String(number)]);
    rows.push([say('合计', 'Total'), String(table.sum)]);
    return [{ caption: title, columns: [choiceWords.per[of.split.by][locale], say('名额', 'places')], rows }];
  };
  return {
    id: 'quota',
    clauses,
    tables: [
      ...tabled(places, caption),
      ...(places.parts ?? []).flatMap((part) =>
        tabled(part, say(`${caption}：${partName(part, setting)}`, `${caption}: ${partName(part, setting)}`)),
      ),
    ],
  };
}

type Part = NonNullable<Quota['parts']>[number];
type Limit = NonNullable<Quota['limits']>[number];
type Share = NonNullable<Quota['shares']>[number];

const partName = ({ names, title, id }: Part, setting: Setting): string =>
  names?.[setting.locale] ?? (title === undefined ? id : titleName(title, setting));

/** 按市（州）分配，见分配表 */
function splitWords({ by, table }: NonNullable<Quota['split']>, { locale }: Setting): string {
  const among = choiceWords.per[by][locale];
  return table === undefined
    ? pick(locale, `按${among}分配，每轮另行下达`, `allocated by ${among} anew in each round`)
    : pick(locale, `按${among}分配，见分配表`, `allocated by ${among}, see the table`);
}

function partOf(part: Part, setting: Setting): Draft {
  const { locale } = setting;
  const { names, title, per, places, least, who } = part;
  const [number, floor] = [sayAmount(places, setting), least && sayAmount(least, setting)];
  const what = joined(
    [
      names?.[locale],
      title && pick(locale, `${titleName(title, setting)}称号`, `title: ${titleName(title, setting)}`),
    ],
    setting,
  );
  const made = joined(
    [
      per
        ? pick(
            locale,
            `每个${choiceWords.per[per]['zh-CN']} ${number} 名`,
            `${number} places per ${choiceWords.per[per].en}`,
          )
        : pick(locale, `${number} 名`, `${number} places`),
      floor && pick(locale, `至少 ${floor} 名`, `at least ${floor}`),
      part.split && splitWords(part.split, setting),
    ],
    setting,
  );
  return sourced(part, what ? pick(locale, `${what}：${made}`, `${what}: ${made}`) : made, setting, [
    ...asked({ 'zh-CN': '对象', en: 'For' }, who, setting),
    ...(part.split && (part.split.say || part.split.cite)
      ? [sourced(part.split, splitWords(part.split, setting), setting)]
      : []),
    ...notes([places, least], setting),
  ]);
}

/** 每个学科 1–3 名 */
export function limitWords(limit: Limit, setting: Setting): string {
  const { locale } = setting;
  const say = (zh: string, en: string) => pick(locale, zh, en);
  const { exactly, min, max, least, most } = limit;
  const range = min !== undefined && max !== undefined;
  const numbers = [
    ...(exactly === undefined ? [] : [String(exactly)]),
    ...(range ? [`${min}–${max}`] : []),
    ...(min === undefined || range ? [] : [say(`不少于 ${min}`, `at least ${min}`)]),
    ...(max === undefined || range ? [] : [say(`不超过 ${max}`, `at most ${max}`)]),
    ...(least ? [say(`不少于 ${sayAmount(least, setting)}`, `at least ${sayAmount(least, setting)}`)] : []),
    ...(most ? [say(`不超过 ${sayAmount(most, setting)}`, `at most ${sayAmount(most, setting)}`)] : []),
  ].join(say('、', ', '));
  const per = choiceWords.per[limit.per][locale];
  const direct = limit.per === 'county' ? say(`（${words.direct['zh-CN']}）`, ` (${words.direct.en})`) : '';
  return say(`每个${per} ${numbers} 名${direct}`, `per ${per}: ${numbers}${direct}`);
}

const limitOf = (limit: Limit, setting: Setting): Draft =>
  sourced(limit, limitWords(limit, setting), setting, [
    ...asked({ 'zh-CN': '只限', en: 'Only' }, limit.who, setting),
    ...notes([limit.least, limit.most], setting),
  ]);

function shareOf(share: Share, setting: Setting): Draft {
  const { locale } = setting;
  const { minPercent, maxPercent, per, of, rounding } = share;
  const made = joined(
    [
      per &&
        pick(locale, `以${choiceWords.per[per]['zh-CN']}为单位`, `within each ${choiceWords.per[per].en}`),
      of && choiceWords.shareOf[of][locale],
      minPercent && pick(locale, `占比不低于 ${minPercent}%`, `at least ${minPercent}%`),
      maxPercent && pick(locale, `占比不超过 ${maxPercent}%`, `at most ${maxPercent}%`),
      rounding && roundedTo(rounding, setting),
    ],
    setting,
  );
  return sourced(share, made, setting, asked({ 'zh-CN': '对象', en: 'Of' }, share.who, setting));
}

const roundedTo = (mode: NonNullable<Share['rounding']>, { locale }: Setting): string =>
  pick(
    locale,
    `人数${choiceWords.rounding[mode]['zh-CN']}取整`,
    `rounded ${choiceWords.rounding[mode].en} to a whole number`,
  );

export function calendar(setting: Setting): Section {
  const { dates } = setting.programme;
  const { locale } = setting;
  if (!dates) return { id: 'dates', clauses: [] };
  const say = (zh: string, en: string) => pick(locale, zh, en);
  const { every, session, open, deadline, asOf } = dates;
  const day = (one: string) => sayDay(one, locale);
  const made = joined(
    [
      session !== undefined && say(`第 ${session} 届（批）`, `session ${session}`),
      every && say(`每${sayDuration(every, locale)}一次`, `held every ${sayDuration(every, locale)}`),
      open && say(`${day(open)}开始申报`, `opens ${day(open)}`),
      deadline && say(`${day(deadline)}截止`, `closes ${day(deadline)}`),
      asOf &&
        say(`年龄、年限、时间窗口计算至${day(asOf)}`, `ages, years and windows are reckoned to ${day(asOf)}`),
    ],
    setting,
  );
  return { id: 'dates', clauses: [sourced(dates, made, setting)] };
}

export function forms(setting: Setting): Section {
  const { programme, vocabulary, locale } = setting;
  const say = (zh: string, en: string) => pick(locale, zh, en);
  const clauses = Object.values(programme.forms ?? {}).map((form): Draft => {
    const fields = (form.fields ?? []).map(({ names, from, clause, required, max }): Draft => {
      const notes = joined(
        [
          required === true && say('必填', 'required'),
          required === false && say('选填', 'optional'),
          from &&
            say(
              `自动填写${vocabulary.attributes[from]?.names['zh-CN'] ?? from}`,
              `filled in with: ${vocabulary.attributes[from]?.names.en ?? from}`,
            ),
          clause &&
            say(
              `列出计入“${clauseName(clause, setting)}”的记录`,
              `lists the records counted for "${clauseName(clause, setting)}"`,
            ),
          max !== undefined && say(`不超过 ${max} 字`, `at most ${max} characters`),
        ],
        setting,
      );
      return { text: `${names[locale]}${notes && say(`（${notes}）`, ` (${notes})`)}` };
    });
    const needed = (form.attachments ?? []).map(({ names, required, clause }): Draft => {
      const notes = joined(
        [
          required === true && say('必交', 'required'),
          required === false && say('选交', 'optional'),
          clause &&
            say(`证明“${clauseName(clause, setting)}”`, `evidence for "${clauseName(clause, setting)}"`),
        ],
        setting,
      );
      return { text: `${names[locale]}${notes && say(`（${notes}）`, ` (${notes})`)}` };
    });
    const seals = enumerate(
      locale,
      (form.seals ?? []).map((id) => bodyName(id, setting)),
    );
    const made = joined(
      [
        say(
          `${form.names['zh-CN']}（${choiceWords.formKinds[form.kind]['zh-CN']}）`,
          `${form.names.en} (${choiceWords.formKinds[form.kind].en})`,
        ),
        seals && say(`由${seals}盖章`, `sealed by ${seals}`),
        form.deadline && say(`${sayDay(form.deadline, locale)}截止`, `due ${sayDay(form.deadline, locale)}`),
      ],
      setting,
    );
    return sourced(form, made, setting, [
      ...(fields.length > 0 ? [{ text: say('栏目：', 'Fields:'), children: fields }] : []),
      ...(needed.length > 0 ? [{ text: say('附件：', 'Attachments:'), children: needed }] : []),
    ]);
  });
  return { id: 'forms', clauses };
}
