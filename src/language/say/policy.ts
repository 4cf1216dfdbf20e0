import type { Condition, Strength } from '../grammar/condition.ts';
import type { Duty, Stage } from '../grammar/programme.ts';
import type { Names } from '../problem.ts';
import { childrenOf } from '../walk.ts';
import { clauseText, readClause, type Setting, strengthWords } from './clause.ts';
import { policyWords as words } from './policy-words.ts';
import { pick, sayDay, sayDuration } from './values.ts';

/** A programme as a printed policy: sections, numbered clauses with their sources, tables. */
export interface PolicyText {
  readonly title: string;
  /** Version, document number, issuer. */
  readonly subtitle: readonly string[];
  readonly sections: readonly PolicySection[];
}

export interface PolicySection {
  readonly id: string;
  readonly number: string;
  readonly heading: string;
  readonly clauses: readonly PolicyClause[];
  readonly tables: readonly PolicyTable[];
}

export interface PolicyClause {
  /** `3`, or `3.2` for a part of the third. */
  readonly number: string;
  /** Where a condition stands in the file, to find its findings; null for other clauses. */
  readonly path: string | null;
  readonly text: string;
  /** How the machine reads it, where the printed words say it differently. */
  readonly reading: string | null;
  readonly strength: string | null;
  readonly cites: readonly string[];
  readonly children: readonly PolicyClause[];
}

export interface PolicyTable {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A clause before it is numbered. */
interface Draft {
  readonly text: string;
  readonly path?: string;
  readonly reading?: string;
  readonly strength?: Strength | undefined;
  readonly cite?: readonly string[] | undefined;
  readonly children?: readonly Draft[];
}

interface Section {
  readonly id: keyof typeof words.headings;
  readonly clauses: readonly Draft[];
  readonly tables?: readonly PolicyTable[];
}

export function policyText(setting: Setting): PolicyText {
  const { programme, locale } = setting;
  const { document, version, names } = programme;
  const sections = [
    statements('principles', setting),
    eligibility(setting),
    quota(setting),
    route(setting),
    calendar(setting),
    forms(setting),
    training(setting),
    assessment(setting),
    duties(setting),
    term(setting),
    treatments(setting),
    statements('registers', setting),
    contact(setting),
  ].filter(({ clauses, tables }) => clauses.length + (tables?.length ?? 0) > 0);
  return {
    title: names[locale],
    subtitle: [
      pick(locale, `版本 ${version}`, `Version ${version}`),
      ...(document?.number ? [document.number] : []),
      ...(document?.issuer ? [document.issuer[locale]] : []),
      ...(document?.date ? [document.date] : []),
    ],
    sections: sections.map(({ id, clauses, tables }, i) => ({
      id,
      number: pick(locale, CHINESE[i] ?? String(i + 1), String(i + 1)),
      heading: words.headings[id][locale],
      clauses: clauses.map((draft, j) => numbered(draft, String(j + 1), setting)),
      tables: tables ?? [],
    })),
  };
}

const CHINESE = ['一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '十一', '十二', '十三'];

function numbered(draft: Draft, number: string, setting: Setting): PolicyClause {
  const { strength } = draft;
  return {
    number,
    path: draft.path ?? null,
    text: draft.text,
    reading: draft.reading ?? null,
    strength: strength && strength !== 'must' ? strengthWords[strength][setting.locale] : null,
    cites: draft.cite ?? [],
    children: (draft.children ?? []).map((child, i) => numbered(child, `${number}.${i + 1}`, setting)),
  };
}

/** A condition with its parts below it; printed words keep the machine's reading beside them. */
function fromCondition(node: Condition, setting: Setting): Draft {
  const { locale } = setting;
  const leaf = childrenOf(node).length === 0 || node.rule.op === 'not' || node.rule.op === 'case';
  const reading = readClause(node, setting);
  const dates = inForce(node, setting);
  return {
    text: `${clauseText(node, setting)}${dates}`,
    path: node.path,
    ...(node.say && reading !== node.say[locale] ? { reading } : {}),
    strength: node.strength,
    cite: node.cite,
    children: leaf ? [] : childrenOf(node).map((child) => fromCondition(child, setting)),
  };
}

function inForce({ from, until }: Condition, { locale }: Setting): string {
  const said = [
    ...(from ? [pick(locale, `自 ${from} 起`, `from ${from}`)] : []),
    ...(until ? [pick(locale, `至 ${until} 止`, `until ${until}`)] : []),
  ];
  return said.length === 0 ? '' : pick(locale, `（${said.join('')}有效）`, ` (in force ${said.join(' ')})`);
}

interface Sourced {
  readonly say?: Names;
  readonly cite?: readonly string[];
  readonly strength?: Strength;
}

/** The printed words, else the words made from the data; both when the data adds something. */
function sourced(item: Sourced, made: string, { locale }: Setting): Draft {
  const said = item.say?.[locale];
  return {
    text: said ?? made,
    ...(said !== undefined && made !== '' ? { reading: made } : {}),
    strength: item.strength,
    cite: item.cite,
  };
}

function statements(id: 'principles' | 'registers', setting: Setting): Section {
  return { id, clauses: (setting.programme[id] ?? []).map((one) => sourced(one, '', setting)) };
}

function eligibility(setting: Setting): Section {
  const { eligibility: root } = setting.programme;
  const tops = root.rule.op === 'all' && !root.say ? root.rule.arg : [root];
  return { id: 'eligibility', clauses: tops.map((node) => fromCondition(node, setting)) };
}

function quota(setting: Setting): Section {
  const { programme, locale } = setting;
  const { quota: places, tables } = programme;
  if (!places) return { id: 'quota', clauses: [] };
  const clauses: Draft[] = [];
  if (places.total !== undefined) {
    clauses.push(
      sourced(places, pick(locale, `名额共 ${places.total} 名`, `${places.total} places in all`), setting),
    );
  }
  const by = places.split && words.per[places.split.by][locale];
  if (places.split && by) {
    clauses.push(
      sourced(
        places.split,
        pick(locale, `按${by}分配，见分配表`, `allocated by ${by}, see the table`),
        setting,
      ),
    );
  }
  for (const limit of places.limits ?? []) {
    const per = words.per[limit.per][locale];
    const { exactly, min, max } = limit;
    const range = min !== undefined && max !== undefined ? `${min}–${max}` : undefined;
    const amount =
      exactly !== undefined
        ? String(exactly)
        : (range ??
          (min !== undefined
            ? pick(locale, `不少于 ${min} `, `at least ${min}`)
            : pick(locale, `不超过 ${max} `, `at most ${max}`)));
    clauses.push(sourced(limit, pick(locale, `每个${per} ${amount} 名`, `per ${per}: ${amount}`), setting));
  }
  for (const share of places.shares ?? []) {
    const who = clauseText(share.who, setting, true);
    const least =
      share.minPercent && pick(locale, `不低于 ${share.minPercent}%`, `at least ${share.minPercent}%`);
    const most =
      share.maxPercent && pick(locale, `不超过 ${share.maxPercent}%`, `at most ${share.maxPercent}%`);
    const said = [least, most].filter(Boolean).join(pick(locale, '，', ', '));
    clauses.push(sourced(share, pick(locale, `${who}者${said}`, `${said} of those: ${who}`), setting));
  }
  if (places.vacancies)
    clauses.push({ text: pick(locale, '宁缺毋滥，名额可以空缺', 'places may stay empty') });
  const table = places.split && tables[places.split.table];
  const rows = (table?.rows ?? []).map(({ key, places: n }) => [key, String(n)]);
  if (table) rows.push([pick(locale, '合计', 'Total'), String(table.sum)]);
  return {
    id: 'quota',
    clauses,
    tables: table
      ? [
          {
            caption: pick(locale, '名额分配表', 'Distribution table'),
            columns: [by ?? '', pick(locale, '名额', 'places')],
            rows,
          },
        ]
      : [],
  };
}

function route(setting: Setting): Section {
  const { programme, locale } = setting;
  const clauses = (programme.route ?? []).map((stage) => {
    const draft = sourced(stage, stageWords(stage, setting), setting);
    return {
      ...draft,
      text: `${stage.names[locale]}${draft.text && pick(locale, `：${draft.text}`, `: ${draft.text}`)}`,
    };
  });
  const { ties } = programme;
  if (!ties) return { id: 'route', clauses };
  const keys = (ties.keys ?? []).map(({ by, prefer }) => {
    const name = words.tieKeys[by]?.[locale] ?? setting.vocabulary.attributes[by]?.names[locale] ?? by;
    return pick(locale, `${name}${prefer === 'higher' ? '高者' : '低者'}优先`, `${prefer} ${name} first`);
  });
  const end = words.ties[ties.otherwise][locale];
  const made = [...keys, end].join(pick(locale, '；', '; '));
  const tie = sourced(ties, pick(locale, `同分时：${made}`, `Ties: ${made}`), setting);
  return { id: 'route', clauses: [...clauses, tie] };
}

function stageWords(stage: Stage, { programme, locale }: Setting): string {
  const who =
    (stage.body && programme.bodies?.[stage.body]?.names[locale]) ?? words.actors[stage.actor][locale];
  const days = stage.publicity?.days;
  const length =
    days === undefined
      ? undefined
      : typeof days === 'number'
        ? pick(locale, `${days} 天`, `${days} days`)
        : days.working
          ? pick(locale, `${days.working} 个工作日`, `${days.working} working days`)
          : pick(locale, `${days.calendar ?? 0} 天`, `${days.calendar ?? 0} days`);
  const parts = [
    stage.actor === 'public'
      ? pick(locale, `${who}公示`, `published by ${who}`)
      : pick(locale, `${who}${words.does[stage.does]['zh-CN']}`, `${who}: ${words.does[stage.does].en}`),
    ...(length ? [pick(locale, `公示 ${length}`, `for ${length}`)] : []),
    ...(stage.quota ? [pick(locale, '受名额约束', 'within the quota')] : []),
    ...(stage.ranking === 'ordered' ? [pick(locale, '须排序', 'in order of preference')] : []),
    ...(stage.ranking === 'scored' ? [pick(locale, '按得分排序', 'ranked by score')] : []),
    ...(stage.mayReturn ? [pick(locale, '可退回补正', 'may return for correction')] : []),
    ...(stage.deadline
      ? [pick(locale, `截止 ${sayDay(stage.deadline, locale)}`, `by ${sayDay(stage.deadline, locale)}`)]
      : []),
  ];
  return parts.join(pick(locale, '，', ', '));
}

function calendar(setting: Setting): Section {
  const { dates } = setting.programme;
  const { locale } = setting;
  if (!dates) return { id: 'dates', clauses: [] };
  const parts = [
    ...(dates.every
      ? [
          pick(
            locale,
            `每${sayDuration(dates.every, locale)}一次`,
            `held every ${sayDuration(dates.every, locale)}`,
          ),
        ]
      : []),
    ...(dates.open
      ? [pick(locale, `${sayDay(dates.open, locale)}开始申报`, `opens ${sayDay(dates.open, locale)}`)]
      : []),
    ...(dates.deadline
      ? [pick(locale, `${sayDay(dates.deadline, locale)}截止`, `closes ${sayDay(dates.deadline, locale)}`)]
      : []),
  ];
  return { id: 'dates', clauses: [sourced(dates, parts.join(pick(locale, '，', ', ')), setting)] };
}

function forms(setting: Setting): Section {
  const { programme, locale } = setting;
  const clauses = Object.values(programme.forms ?? {}).map((form): Draft => {
    const needed = (form.attachments ?? []).map(({ names, required }) => ({
      text: `${names[locale]}${required ? pick(locale, '（必交）', ' (required)') : ''}`,
    }));
    return { text: form.say?.[locale] ?? form.names[locale], cite: form.cite, children: needed };
  });
  return { id: 'forms', clauses };
}

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

function training(setting: Setting): Section {
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

function assessment(setting: Setting): Section {
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

function duties(setting: Setting): Section {
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

function term(setting: Setting): Section {
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
    const [when, does] = [words.when[step.when][locale], words.acts[step.does][locale]];
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

function treatments(setting: Setting): Section {
  const { programme, locale } = setting;
  const clauses = (programme.treatments ?? []).map((one) => {
    const amount = one.amount
      ? pick(
          locale,
          ` ${one.amount.yuan} 元/${words.money[one.amount.per]['zh-CN']}`,
          ` ${one.amount.yuan} yuan, ${words.money[one.amount.per].en}`,
        )
      : '';
    return sourced(one, `${words.treatments[one.kind][locale]}${amount}`, setting);
  });
  return { id: 'treatments', clauses };
}

function contact(setting: Setting): Section {
  const { locale } = setting;
  const { contact: who, cite } = setting.programme.document ?? {};
  if (!who) return { id: 'contact', clauses: [] };
  const parts = [who.place?.[locale], who.name, who.phone].filter((part) => part !== undefined);
  return { id: 'contact', clauses: [{ text: parts.join(pick(locale, '，', ', ')), cite }] };
}
