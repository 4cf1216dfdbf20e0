import { enumerate } from '../../shared/text.ts';
import { choiceWords } from '../grammar/words.ts';
import type { Term, Transition, Treatment } from '../grammar/work.ts';
import type { Names } from '../problem.ts';
import { dayName } from './amount.ts';
import { sayAmount } from './clause.ts';
import { asked, type Draft, inForce, joined, notes, reckoned, type Section, sourced } from './draft.ts';
import { bodyName, titleName, treatmentName, wordOf } from './names.ts';
import type { Setting } from './setting.ts';
import { listed, pick, sayDuration } from './values.ts';

/** The sections of a policy about what holds for years: title and term, treatment, ledgers. */

export function term(setting: Setting): Section {
  const { programme, locale } = setting;
  const clauses: Draft[] = [];
  const { grants, term: life } = programme;
  for (const one of grants ?? []) {
    const title = titleName(one.title, setting);
    const made = joined(
      [
        pick(locale, `授予${title}称号`, `grants the title ${title}`),
        one.term &&
          pick(locale, `有效期${sayDuration(one.term, locale)}`, `for ${sayDuration(one.term, locale)}`),
      ],
      setting,
    );
    const to = asked({ 'zh-CN': '授予对象', en: 'To whom' }, one.when, setting);
    clauses.push(sourced(one, made, setting, to));
  }
  if (life) {
    const made = termWords(life, setting);
    if (made || life.say || life.cite) clauses.push(sourced(life, made, setting));
    if (life.states) {
      const children = life.states.map((one) => ({ text: stateWords(one, setting) }));
      clauses.push({ text: pick(locale, '称号状态：', 'States:'), children });
    }
  }
  clauses.push(...(life?.life ?? []).map((step) => transition(step, setting)));
  return { id: 'term', clauses };
}

function termWords(life: Term, setting: Setting): string {
  const { locale } = setting;
  const say = (zh: string, en: string) => pick(locale, zh, en);
  const { length, lifelong, starts, bridges, most, portable, upwardOnly } = life;
  const excused = listed(
    locale,
    (bridges ?? []).map((one) => wordOf(one, setting)),
    'or',
  );
  return joined(
    [
      length && say(`任期${sayDuration(length, locale)}`, `a term of ${sayDuration(length, locale)}`),
      lifelong === false && say('不搞终身制', 'not for life'),
      lifelong === true && say('终身有效', 'for life'),
      starts && say(`自${choiceWords.starts[starts]['zh-CN']}起算`, `from ${choiceWords.starts[starts].en}`),
      excused && say(`${excused}不中断连续考核`, `${excused} does not break a row of results`),
      most !== undefined && say(`最多连任 ${most} 届`, `at most ${most} terms`),
      portable &&
        say(
          `在${choiceWords.areas[portable]['zh-CN']}内调动仍有效`,
          `stays valid for those who move within ${choiceWords.areas[portable].en}`,
        ),
      upwardOnly === true && say('只升不降', 'movement is only upward'),
      upwardOnly === false && say('能升能降', 'movement is up and down'),
    ],
    setting,
  );
}

function stateWords(state: NonNullable<Term['states']>[number], setting: Setting): string {
  const { locale } = setting;
  const say = (zh: string, en: string) => pick(locale, zh, en);
  const { title, paid, held, ends } = state;
  const notes = joined(
    [
      title && say(`${titleName(title, setting)}称号`, `title: ${titleName(title, setting)}`),
      paid === true && say('享受待遇', 'paid'),
      paid === false && say('不享受待遇', 'not paid'),
      held === true && say('保有称号', 'the title is held'),
      held === false && say('不保有称号', 'the title is not held'),
      ends === true && say('终止', 'final'),
      ends === false && say('可再变化', 'not final'),
    ],
    setting,
  );
  return `${state.names[locale]}${notes && say(`（${notes}）`, ` (${notes})`)}`;
}

function transition(step: Transition, setting: Setting): Draft {
  const { programme, locale } = setting;
  const say = (zh: string, en: string) => pick(locale, zh, en);
  const stateName = (id: string) => programme.term?.states?.find((one) => one.id === id)?.names[locale] ?? id;
  const states = listed(locale, (step.state ?? []).map(stateName), 'or');
  const run = step.run === undefined ? '' : say(`连续 ${step.run} 次`, `${step.run} in a row, `);
  const total = step.total === undefined ? '' : say(`累计 ${step.total} 次`, `${step.total} altogether, `);
  const title = step.title ? titleName(step.title, setting) : '';
  const acts = enumerate(
    locale,
    step.does.map((act) => choiceWords.acts[act][locale]),
  );
  const when = say(
    `${states && `处于“${states}”状态的，`}${run}${total}${whenWords(step.when, setting)}`,
    `${states && `while ${states}, `}${run}${total}${whenWords(step.when, setting)}`,
  );
  const approvals = listed(
    locale,
    (step.approvals ?? []).map((id) => bodyName(id, setting)),
    'and',
  );
  const does = joined(
    [
      say(`${acts}${title && `${title}称号`}`, `${acts}${title && ` (${title})`}`),
      step.steps !== undefined &&
        say(`${step.steps} 级`, `by ${step.steps} ${step.steps === 1 ? 'tier' : 'tiers'}`),
      step.percent && say(`待遇变动 ${step.percent}%`, `pay changes by ${step.percent}%`),
      step.for && say(`为期${sayDuration(step.for, locale)}`, `for ${sayDuration(step.for, locale)}`),
      step.to && say(`转为“${stateName(step.to)}”`, `becomes ${stateName(step.to)}`),
      step.also && say('不妨碍其他处理', 'besides whatever else applies'),
      step.keepsEnd === true && say('任期终点不变', 'the end of the term does not move'),
      step.keepsEnd === false && say('任期终点顺延', 'the end of the term moves on'),
      step.by && say(`由${bodyName(step.by, setting)}决定`, `decided by ${bodyName(step.by, setting)}`),
      approvals && say(`须经${approvals}批准`, `approved by ${approvals}`),
    ],
    setting,
  );
  const test = typeof step.when === 'string' ? undefined : step.when.if;
  return sourced(
    step,
    `${say(`${when}：${does}`, `${when}: ${does}`)}${inForce(step, setting)}`,
    setting,
    asked({ 'zh-CN': '且本人', en: 'And the holder' }, test, setting),
  );
}

function whenWords(when: Transition['when'], setting: Setting): string {
  const { locale } = setting;
  if (typeof when === 'string') return choiceWords.when[when][locale];
  const say = (zh: string, en: string) => pick(locale, zh, en);
  const results = (when.result ?? []).map((one) => wordOf(one, setting));
  const events = (when.event ?? []).map((one) => wordOf(one, setting));
  const said = [
    ...(results.length > 0
      ? [say(`考核为${listed(locale, results, 'or')}`, `assessed ${listed(locale, results, 'or')}`)]
      : []),
    ...(events.length > 0 ? [listed(locale, events, 'or')] : []),
    ...(when.if ? [say('符合下列条件', 'meets what follows')] : []),
  ];
  return said.join(say('，且', ' and '));
}

export function treatments(setting: Setting): Section {
  const { programme, locale } = setting;
  const clauses = (programme.treatments ?? []).map((one) =>
    sourced(one, `${treatmentWords(one, setting)}${inForce(one, setting)}`, setting, [
      ...asked({ 'zh-CN': '享受条件', en: 'Who has it' }, one.when, setting),
      ...notes([one.amount?.yuan, one.amount?.hours], setting),
    ]),
  );
  const rules = (programme.stacking ?? []).map((rule) => {
    const names = listed(
      locale,
      rule.of.map((id) => treatmentName(id, setting)),
      'and',
    );
    const keep = choiceWords.stack[rule.keep][locale];
    const most = rule.max && sayAmount(rule.max, setting);
    const made = joined(
      [
        pick(locale, `${names}${keep}`, `${names}: ${keep}`),
        most && pick(locale, `合计最高 ${most}`, `at most ${most} together`),
      ],
      setting,
    );
    return sourced(rule, made, setting, notes([rule.max], setting));
  });
  return { id: 'treatments', clauses: [...clauses, ...rules] };
}

function treatmentWords(one: Treatment, setting: Setting): string {
  const { locale } = setting;
  const say = (zh: string, en: string) => pick(locale, zh, en);
  const { names, kind, amount, shares, least } = one;
  const title = joined([choiceWords.treatments[kind][locale], names?.[locale]], setting);
  const { yuan, hours, unit, per } = amount ?? {};
  const every = per && choiceWords.money[per];
  const money = yuan && hours ? say('元', 'yuan') : (unit ?? say('元', 'yuan'));
  const time = unit ?? say('课时', 'hours');
  const given = joined(
    [
      yuan && `${sayAmount(yuan, setting)} ${money}`,
      hours && `${sayAmount(hours, setting)} ${time}`,
      amount && !yuan && !hours && unit,
    ],
    setting,
  );
  const borne = (shares ?? []).map(({ by, percent }) =>
    say(`${by['zh-CN']}承担 ${percent}%`, `${by.en} bears ${percent}%`),
  );
  const paid = every ? say(` ${given}/${every['zh-CN']}`, ` ${given} ${every.en}`) : '';
  return joined(
    [
      `${title}${paid}`,
      least &&
        say(
          `不低于 ${least} ${hours && !yuan ? time : money}`,
          `at least ${least} ${hours && !yuan ? time : money}`,
        ),
      ...borne,
    ],
    setting,
  );
}

export function ledgers(setting: Setting): Section {
  const { programme, locale } = setting;
  const say = (zh: string, en: string) => pick(locale, zh, en);
  const clauses = Object.values(programme.ledgers ?? {}).map((ledger): Draft => {
    const { names, unit, cycle, since, keeper } = ledger;
    const least: Names = { 'zh-CN': '不少于', en: 'At least' };
    const made = joined(
      [
        say(`${names['zh-CN']}（以${unit['zh-CN']}计）`, `${names.en} (in ${unit.en})`),
        cycle && say(`每${sayDuration(cycle, locale)}为一周期`, `in cycles of ${sayDuration(cycle, locale)}`),
        since && say(`自${dayName(since, setting)}起算`, `counted from ${dayName(since, setting)}`),
        keeper && say(`由${bodyName(keeper, setting)}登记`, `kept by ${bodyName(keeper, setting)}`),
      ],
      setting,
    );
    return sourced(ledger, made, setting, [
      ...asked({ 'zh-CN': '对象', en: 'For' }, ledger.who, setting),
      ...ledger.categories.map((one) => {
        const [text, formula] = [one.names[locale], sayAmount(one.amount, setting)];
        const cut = one.cut
          ? say(`（按${wordOf(one.cut, setting)}分）`, ` (by ${wordOf(one.cut, setting)})`)
          : '';
        return sourced(one, say(`${text}${cut}：${formula}`, `${text}${cut}: ${formula}`), setting, [
          ...notes([one.amount], setting),
          ...reckoned(least, one.atLeast, setting),
        ]);
      }),
      ...reckoned({ 'zh-CN': '合计', en: 'Total' }, ledger.total, setting),
      ...reckoned({ 'zh-CN': '合计不少于', en: 'The total at least' }, ledger.atLeast, setting),
      ...(ledger.each ?? []).map((one) =>
        sourced(
          one,
          say(`每${choiceWords.spans[one.per]['zh-CN']}：`, `Each ${choiceWords.spans[one.per].en}:`),
          setting,
          [...asked({ 'zh-CN': '须达到', en: 'To be reached' }, one.require, setting)],
        ),
      ),
      ...asked({ 'zh-CN': '须达到', en: 'To be reached' }, ledger.require, setting),
    ]);
  });
  return { id: 'ledgers', clauses };
}
