import { choiceWords } from '../grammar/words.ts';
import type { Assessment, Duty, Training } from '../grammar/work.ts';
import { clauseText, sayAmount } from './clause.ts';
import { asked, type Draft, inForce, joined, notes, reckoned, type Section, sourced } from './draft.ts';
import { bodyName, wordOf } from './names.ts';
import { policyWords as words } from './policy-words.ts';
import type { Setting } from './setting.ts';
import { pick, sayDay, sayDuration } from './values.ts';

/** The sections of a policy about what is asked afterwards: training, assessment, duties. */

type Item = NonNullable<Training['phases']>[number];
type Module = NonNullable<Item['items']>[number];

function moduleWords(item: Omit<Module, 'cite'>, setting: Setting): string {
  const { locale } = setting;
  const { names, length, about, hours, mode, venue, by } = item;
  const say = (zh: string, en: string) => pick(locale, zh, en);
  const notes = joined(
    [
      (length || about !== undefined) &&
        say(
          `${about ? '约' : ''}${length ? sayDuration(length, locale) : ''}`,
          `${about ? 'about ' : ''}${length ? sayDuration(length, locale) : ''}`.trim(),
        ),
      hours && say(`${hours} 学时`, `${hours} hours`),
      mode && choiceWords.modes[mode][locale],
      venue && say(`地点：${venue['zh-CN']}`, `at ${venue.en}`),
      by && say(`由${bodyName(by, setting)}承担`, `given by ${bodyName(by, setting)}`),
    ],
    setting,
  );
  return `${names[locale]}${notes && say(`（${notes}）`, ` (${notes})`)}`;
}

function fromItem(item: Item, setting: Setting): Draft {
  const { locale } = setting;
  const said = item.say ? pick(locale, `：${item.say['zh-CN']}`, `: ${item.say.en}`) : '';
  return {
    text: `${moduleWords(item, setting)}${said}`,
    cite: item.cite,
    children: [
      ...asked({ 'zh-CN': '对象', en: 'For' }, item.for, setting),
      ...(item.items ?? []).map((one) => ({
        text: moduleWords(one, setting),
        cite: one.cite,
        children: asked({ 'zh-CN': '对象', en: 'For' }, one.for, setting),
      })),
    ],
  };
}

export function training(setting: Setting): Section {
  const plan = setting.programme.training;
  const { locale } = setting;
  const clauses: Draft[] = [];
  if (plan?.period) {
    const [from, to] = [sayDay(plan.period.from, locale), sayDay(plan.period.to, locale)];
    clauses.push(sourced(plan.period, pick(locale, `${from}至${to}`, `${from} to ${to}`), setting));
  }
  if (plan?.hours)
    clauses.push({ text: pick(locale, `共 ${plan.hours} 学时`, `${plan.hours} hours in all`) });
  for (const key of ['methods', 'phases', 'content'] as const) {
    const items = plan?.[key];
    if (items)
      clauses.push({
        text: words.training[key][locale],
        children: items.map((item) => fromItem(item, setting)),
      });
  }
  if (plan?.organisation) {
    const children = plan.organisation.map((one) => sourced(one, '', setting));
    clauses.push({ text: words.training.organisation[locale], children });
  }
  return { id: 'training', clauses };
}

export function assessment(setting: Setting): Section {
  const plan = setting.programme.assessment;
  const { locale } = setting;
  if (!plan) return { id: 'assessment', clauses: [] };
  const say = (zh: string, en: string) => pick(locale, zh, en);
  const clauses: Draft[] = [];
  const { per, by } = plan;
  const made = joined(
    [
      per &&
        say(`考核周期：每${choiceWords.spans[per]['zh-CN']}`, `assessed each ${choiceWords.spans[per].en}`),
      by && say(`由${bodyName(by, setting)}考核`, `by ${bodyName(by, setting)}`),
    ],
    setting,
  );
  if (plan.say || plan.cite || made) clauses.push(sourced(plan, made, setting));
  clauses.push(...asked({ 'zh-CN': '考核对象', en: 'Who is assessed' }, plan.subjects, setting));
  if (plan.composite) clauses.push(composite(plan.composite, setting));
  clauses.push(
    ...asked({ 'zh-CN': '一票否决', en: 'Whoever meets this does not pass' }, plan.veto, setting),
    ...asked({ 'zh-CN': '合格须符合', en: 'Asked for a pass' }, plan.require, setting),
  );
  if (plan.pass) {
    clauses.push({ text: words.pass[locale], children: plan.pass.map((one) => sourced(one, '', setting)) });
  }
  if (plan.bands) {
    const children = plan.bands.map((band) => bandOf(band, setting));
    clauses.push({ text: say('等次：', 'Bands:'), children });
  }
  clauses.push(...(plan.rules ?? []).map((one) => sourced(one, '', setting)));
  return { id: 'assessment', clauses };
}

type Composite = NonNullable<Assessment['composite']>;

function composite(plan: Composite, setting: Setting): Draft {
  const { locale } = setting;
  const say = (zh: string, en: string) => pick(locale, zh, en);
  const { of = '100', parts, bonus, deductions, missing, most, rounding, passMark } = plan;
  const whole = joined(
    [
      of !== '100' && say(`满分 ${of}`, `out of ${of}`),
      missing && choiceWords.missingParts[missing][locale],
      most && say(`总分最高 ${most}`, `at most ${most} in all`),
      rounding &&
        say(
          `总分保留 ${rounding.places} 位小数（${choiceWords.rounding[rounding.mode]['zh-CN']}）`,
          `the total rounded ${choiceWords.rounding[rounding.mode].en} to ${rounding.places} decimal ${rounding.places === 1 ? 'place' : 'places'}`,
        ),
      passMark && say(`${passMark} 分及以上合格`, `${passMark} or more is a pass`),
    ],
    setting,
  );
  const unit = of === '100' ? '%' : say(' 分', ` of ${of}`);
  const made = `${words.composite[locale].replace(/[：:]$/, '')}${whole && say(`（${whole}）`, ` (${whole})`)}${say('：', ':')}`;
  const most2 = (max: string | undefined) => max && say(`最高 ${max} 分`, `at most ${max}`);
  return sourced(plan, made, setting, [
    ...parts.map((part) => partOf(part, unit, setting)),
    ...(bonus
      ? [
          sourced(
            bonus,
            joined(
              [
                say(`加分：${sayAmount(bonus.of, setting)}`, `bonus: ${sayAmount(bonus.of, setting)}`),
                most2(bonus.max),
              ],
              setting,
            ),
            setting,
            notes([bonus.of], setting),
          ),
        ]
      : []),
    ...(deductions ?? []).map((one) =>
      sourced(
        one,
        joined(
          [
            say(`扣分：${sayAmount(one.of, setting)}`, `deduction: ${sayAmount(one.of, setting)}`),
            most2(one.max),
          ],
          setting,
        ),
        setting,
        notes([one.of], setting),
      ),
    ),
  ]);
}

function partOf(part: Composite['parts'][number], unit: string, setting: Setting): Draft {
  const { locale } = setting;
  const say = (zh: string, en: string) => pick(locale, zh, en);
  const made = joined(
    [
      `${part.names[locale]}${part.weight === undefined ? '' : ` ${part.weight}${unit}`}`,
      part.max && say(`满分 ${part.max} 分`, `out of ${part.max}`),
      part.basis && choiceWords.basis[part.basis][locale],
      part.by && say(`由${bodyName(part.by, setting)}评`, `marked by ${bodyName(part.by, setting)}`),
      part.floor && say(`低于 ${part.floor} 分不合格`, `below ${part.floor} nothing is passed`),
    ],
    setting,
  );
  const said = part.say ? say(`：${part.say['zh-CN']}`, `: ${part.say.en}`) : '';
  return {
    text: `${made}${said}`,
    cite: part.cite,
    children: [
      ...reckoned({ 'zh-CN': '得分', en: 'Mark' }, part.of, setting),
      ...(part.items ?? []).map(({ names, max, of, cite }) => ({
        text: `${names[locale]}${max ? say(`（${max} 分）`, ` (${max})`) : ''}`,
        cite,
        children: reckoned({ 'zh-CN': '得分', en: 'Mark' }, of, setting),
      })),
    ],
  };
}

function bandOf(band: NonNullable<Assessment['bands']>[number], setting: Setting): Draft {
  const { locale } = setting;
  const say = (zh: string, en: string) => pick(locale, zh, en);
  const { names, from, to, below, fails, maxPercent, rounding } = band;
  const made = joined(
    [
      say(`${names['zh-CN']}：${from} 分及以上`, `${names.en}: from ${from}`),
      to && say(`至 ${to} 分`, `to ${to}`),
      below && say(`不满 ${below} 分`, `under ${below}`),
      fails === true && say('不合格', 'not a pass'),
      fails === false && say('合格', 'a pass'),
      maxPercent && say(`不超过考核人数的 ${maxPercent}%`, `at most ${maxPercent}% of those assessed`),
      rounding &&
        say(
          `人数${choiceWords.rounding[rounding]['zh-CN']}取整`,
          `rounded ${choiceWords.rounding[rounding].en} to a whole number`,
        ),
    ],
    setting,
  );
  return sourced(
    band,
    made,
    setting,
    asked({ 'zh-CN': '另须具备', en: 'Also asked' }, band.require, setting),
  );
}

export function duties(setting: Setting): Section {
  return { id: 'duties', clauses: (setting.programme.duties ?? []).map((duty) => fromDuty(duty, setting)) };
}

function fromDuty(duty: Duty, setting: Setting): Draft {
  const { locale } = setting;
  const say = (zh: string, en: string) => pick(locale, zh, en);
  const { names, per, every, who, require, phases, side, due, checked } = duty;
  const span = per && choiceWords.spans[per];
  const often =
    span && (every === undefined || every === 1)
      ? say(`每${span['zh-CN']}`, `each ${span.en}`)
      : every !== undefined &&
        say(`每 ${every} 个${span?.['zh-CN'] ?? '周期'}`, `every ${every} ${span?.en ?? 'period'}s`);
  const asks = require ? clauseText(require, setting, true) : '';
  const rest = joined(
    [
      side && say(`由${choiceWords.sides[side]['zh-CN']}承担`, `a duty of ${choiceWords.sides[side].en}`),
      due && dueWords(due, setting),
      checked && checkedWords(checked, setting),
    ],
    setting,
  );
  const main = [names?.[locale], often, asks].filter(Boolean).join(say('：', ': '));
  const made = `${[main, rest].filter(Boolean).join(say('；', '; '))}${inForce(duty, setting)}`;
  const staged = (phases ?? []).flatMap(({ periods, require: then }, i) =>
    asked(
      { 'zh-CN': `第 ${i + 1} 段（${periods} 期）`, en: `Phase ${i + 1} (${periods} periods)` },
      then,
      setting,
    ),
  );
  return {
    ...sourced(duty, made, setting, [
      ...asked({ 'zh-CN': '对象', en: 'Of' }, who, setting),
      ...staged,
      ...notes([require], setting),
    ]),
    ...(require ? { path: require.path } : {}),
  };
}

function dueWords({ after, within, day }: NonNullable<Duty['due']>, setting: Setting): string {
  const { locale } = setting;
  const length = within ? sayDuration(within, locale) : '';
  return joined(
    [
      (after || within) &&
        pick(
          locale,
          `${after ? `${wordOf(after, setting)}后` : ''}${length && `${length}内`}`,
          `${length && `within ${length}`}${after ? ` after ${wordOf(after, setting)}` : ''}`.trim(),
        ),
      day && pick(locale, `${sayDay(day, locale)}前`, `by ${sayDay(day, locale)}`),
    ],
    setting,
  );
}

function checkedWords({ times, per, by }: NonNullable<Duty['checked']>, setting: Setting): string {
  const { locale } = setting;
  const often = [
    per ? pick(locale, `每${choiceWords.spans[per]['zh-CN']}`, '') : '',
    pick(locale, '检查', 'inspected'),
    times === undefined ? '' : pick(locale, ` ${times} 次`, ` ${times} times`),
    per ? pick(locale, '', ` each ${choiceWords.spans[per].en}`) : '',
  ].join('');
  return by
    ? pick(locale, `由${bodyName(by, setting)}${often}`, `${often} by ${bodyName(by, setting)}`)
    : often;
}
