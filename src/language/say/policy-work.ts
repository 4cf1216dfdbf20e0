import type { Duty, Transition } from '../grammar/work.ts';
import type { Names } from '../problem.ts';
import { clauseText, sayAmount } from './clause.ts';
import { type Draft, type Section, type Sourced, sourced } from './draft.ts';
import { policyWords as words } from './policy-words.ts';
import type { Setting } from './setting.ts';
import { pick, sayDay, sayDuration } from './values.ts';

/** The sections of a policy about what follows: training, assessment, duties, term, treatment. */

interface Item extends Sourced {
  readonly names: Names;
  readonly length?: string;
  readonly about?: boolean;
  readonly items?: readonly { readonly names: Names; readonly cite?: readonly string[] }[];
}

function fromItem(item: Item, setting: Setting): Draft {
  const { locale } = setting;
  const length = item.length ? sayDuration(item.length, locale) : '';
  const lasts =
    length &&
    pick(locale, `（${item.about ? '约' : ''}${length}）`, ` (${item.about ? 'about ' : ''}${length})`);
  const said = item.say ? pick(locale, `：${item.say['zh-CN']}`, `: ${item.say.en}`) : '';
  return {
    text: `${item.names[locale]}${lasts}${said}`,
    cite: item.cite,
    children: (item.items ?? []).map(({ names, cite }) => ({ text: names[locale], cite })),
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
  const clauses: Draft[] = [];
  const per =
    plan.per &&
    pick(locale, `考核周期：${words.spans[plan.per]['zh-CN']}`, `assessed each ${words.spans[plan.per].en}`);
  if (plan.say || per) clauses.push(sourced(plan, per ?? '', setting));
  const { composite } = plan;
  if (composite) {
    const parts = composite.parts.map((part) => {
      const draft = fromItem(part, setting);
      const basis = part.basis
        ? pick(locale, `，${words.basis[part.basis]['zh-CN']}`, `, ${words.basis[part.basis].en}`)
        : '';
      return { ...draft, text: `${draft.text} ${part.weight}%${basis}` };
    });
    clauses.push({ ...sourced(composite, words.composite[locale], setting), children: parts });
  }
  if (plan.pass) {
    clauses.push({ text: words.pass[locale], children: plan.pass.map((one) => sourced(one, '', setting)) });
  }
  clauses.push(...(plan.rules ?? []).map((one) => sourced(one, '', setting)));
  const rows = (plan.bands ?? []).map(({ names, from, to, below }) => [
    names[locale],
    from,
    to ?? (below ? `< ${below}` : ''),
  ]);
  const columns = [pick(locale, '等次', 'band'), pick(locale, '自', 'from'), pick(locale, '至', 'to')];
  return {
    id: 'assessment',
    clauses,
    tables: rows.length > 0 ? [{ caption: pick(locale, '等次', 'Bands'), columns, rows }] : [],
  };
}

export function duties(setting: Setting): Section {
  return { id: 'duties', clauses: (setting.programme.duties ?? []).map((duty) => fromDuty(duty, setting)) };
}

function fromDuty(duty: Duty, setting: Setting): Draft {
  const { locale } = setting;
  const per = duty.per
    ? pick(locale, `每${words.spans[duty.per]['zh-CN']}`, `each ${words.spans[duty.per].en}`)
    : '';
  const asked = duty.require ? clauseText(duty.require, setting, true) : '';
  const made = [per, asked].filter(Boolean).join(pick(locale, '：', ': '));
  return { ...sourced(duty, made, setting), ...(duty.require ? { path: duty.require.path } : {}) };
}

export function term(setting: Setting): Section {
  const { programme, vocabulary, locale } = setting;
  const clauses: Draft[] = [];
  const { grants, term: life } = programme;
  if (grants) {
    const title = vocabulary.titles[grants.title]?.[locale] ?? grants.title;
    clauses.push(sourced(grants, pick(locale, `授予${title}称号`, `grants the title ${title}`), setting));
  }
  if (life?.length || life?.say) {
    const length = life.length
      ? pick(
          locale,
          `任期${sayDuration(life.length, locale)}`,
          `a term of ${sayDuration(life.length, locale)}`,
        )
      : '';
    const end = life.lifelong === false ? pick(locale, '，不搞终身制', ', not for life') : '';
    clauses.push(sourced(life, `${length}${end}`, setting));
  }
  for (const step of life?.life ?? []) {
    const run = step.run === undefined ? '' : pick(locale, `连续 ${step.run} 次`, `${step.run} in a row, `);
    const name = step.title && (vocabulary.titles[step.title]?.[locale] ?? step.title);
    const title = name ? pick(locale, `${name}称号`, name) : '';
    const [when, does] = [
      whenWords(step.when, setting),
      step.does.map((act) => words.acts[act][locale]).join(pick(locale, '、', ', ')),
    ];
    clauses.push(
      sourced(
        step,
        pick(locale, `${run}${when}：${does}${title}`, `${run}${when}: ${does}${title && ` ${title}`}`),
        setting,
      ),
    );
  }
  return { id: 'term', clauses };
}

function whenWords(when: Transition['when'], setting: Setting): string {
  const { locale } = setting;
  if (typeof when === 'string') return words.when[when][locale];
  const what = [...(when.result ?? []), ...(when.event ?? [])].join(pick(locale, '或', ' or '));
  const also = when.if ? clauseText(when.if, setting, true) : '';
  return [what, also].filter(Boolean).join(pick(locale, '且', ' and '));
}

export function treatments(setting: Setting): Section {
  const { programme, locale } = setting;
  const clauses = (programme.treatments ?? []).map((one) => {
    const amount = one.amount?.yuan
      ? pick(
          locale,
          ` ${sayAmount(one.amount.yuan, setting)} 元/${words.money[one.amount.per]['zh-CN']}`,
          ` ${sayAmount(one.amount.yuan, setting)} yuan, ${words.money[one.amount.per].en}`,
        )
      : '';
    return sourced(one, `${words.treatments[one.kind][locale]}${amount}`, setting);
  });
  return { id: 'treatments', clauses };
}
