import type { Stage } from '../grammar/round.ts';
import { conditionsOf } from '../walk.ts';
import { clauseText } from './clause.ts';
import { type Draft, fromCondition, type Section, sourced } from './draft.ts';
import { policyWords as words } from './policy-words.ts';
import type { Setting } from './setting.ts';
import { pick, sayDay, sayDuration } from './values.ts';

/** The sections of a policy about choosing: who may apply, places, procedure, dates, forms. */

export function eligibility(setting: Setting): Section {
  const { eligibility: root } = setting.programme;
  const tops = root.rule.op === 'all' && !root.say ? root.rule.arg : [root];
  return { id: 'eligibility', clauses: tops.map((node) => fromCondition(node, setting)) };
}

export function quota(setting: Setting): Section {
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

export function route(setting: Setting): Section {
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
  const keys = (ties.keys ?? []).map((key) => {
    if ('clause' in key) {
      const clause = [...conditionsOf(programme)].find(({ id }) => id === key.clause);
      const said = clause?.say?.[locale] ?? key.clause;
      return pick(locale, `符合“${said}”者优先`, `whoever meets “${said}” first`);
    }
    const { by, prefer } = key;
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

export function calendar(setting: Setting): Section {
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

export function forms(setting: Setting): Section {
  const { programme, locale } = setting;
  const clauses = Object.values(programme.forms ?? {}).map((form): Draft => {
    const needed = (form.attachments ?? []).map(({ names, required }) => ({
      text: `${names[locale]}${required ? pick(locale, '（必交）', ' (required)') : ''}`,
    }));
    return { text: form.say?.[locale] ?? form.names[locale], cite: form.cite, children: needed };
  });
  return { id: 'forms', clauses };
}
