import { enumerate } from '../../shared/text.ts';
import type { Band, Lookup, OwnAttribute } from '../grammar/programme.ts';
import type { RecordType } from '../grammar/vocabulary.ts';
import { choiceWords } from '../grammar/words.ts';
import { stepName } from '../vocabulary.ts';
import { amountBounds, sayAmount } from './clause.ts';
import {
  asked,
  type Draft,
  fromCondition,
  joined,
  notes,
  type PolicyTable,
  reckoned,
  type Section,
  sourced,
} from './draft.ts';
import { bodyName, sayVote, wordOf } from './names.ts';
import { policyWords as words } from './policy-words.ts';
import type { Setting } from './setting.ts';
import { listed, pick, sayComparison, sayDay, sayDuration } from './values.ts';

/** The sections that frame a policy: bodies, terms, formulas, inspections, targets, links, the document itself. */

const levelName = (id: string, { vocabulary, locale }: Setting): string =>
  stepName(vocabulary, 'level', id)?.[locale] ?? id;

export function bodies(setting: Setting): Section {
  const { programme, locale } = setting;
  const say = (zh: string, en: string) => pick(locale, zh, en);
  const clauses = Object.values(programme.bodies ?? {}).map((body): Draft => {
    const { names, level, members, recuse, vote, meets } = body;
    const aside = enumerate(
      locale,
      (recuse ?? []).map((one) => choiceWords.recuse[one][locale]),
    );
    const made = joined(
      [
        say(
          `${names['zh-CN']}（${levelName(level, setting)}）`,
          `${names.en} (${levelName(level, setting)})`,
        ),
        meets &&
          say(
            `每${choiceWords.spans[meets.per]['zh-CN']}开会 ${meets.times} 次`,
            `meets ${meets.times} times each ${choiceWords.spans[meets.per].en}`,
          ),
        vote && sayVote(vote, setting),
        aside && say(`${aside}须回避`, `standing aside: ${aside}`),
      ],
      setting,
    );
    return sourced(
      body,
      made,
      setting,
      (members ?? []).map((member) => {
        const { least, most } = member;
        const number = joined(
          [
            least !== undefined && say(`至少 ${least} 人`, `at least ${least}`),
            most !== undefined && say(`至多 ${most} 人`, `at most ${most}`),
          ],
          setting,
        );
        const text = `${member.names[locale]}${number && say(`：${number}`, `: ${number}`)}`;
        return sourced(
          member,
          text,
          setting,
          asked({ 'zh-CN': '须符合', en: 'Asked of them' }, member.who, setting),
        );
      }),
    );
  });
  return { id: 'bodies', clauses };
}

export function definitions(setting: Setting): Section {
  const nodes = Object.values(setting.programme.definitions ?? {});
  return { id: 'definitions', clauses: nodes.map((node) => fromCondition(node, setting)) };
}

/** Where years begin, numbers set locally, populations, measures and tables: what amounts are reckoned by. */
export function measures(setting: Setting): Section {
  const { programme, vocabulary, locale } = setting;
  const say = (zh: string, en: string) => pick(locale, zh, en);
  const { reckoning } = programme;
  const day = (one: string) => sayDay(one, locale);
  const years =
    reckoning &&
    joined(
      [
        reckoning.year && say(`年度自${day(reckoning.year)}起`, `years begin on ${day(reckoning.year)}`),
        reckoning.schoolYear &&
          say(`学年自${day(reckoning.schoolYear)}起`, `school years on ${day(reckoning.schoolYear)}`),
        reckoning.semesters &&
          say(
            `学期自${listed(locale, reckoning.semesters.map(day), 'and')}起`,
            `semesters on ${listed(locale, reckoning.semesters.map(day), 'and')}`,
          ),
      ],
      setting,
    );
  const clauses: Draft[] = [
    ...(reckoning ? [sourced(reckoning, years ?? '', setting)] : []),
    ...Object.values(programme.parameters ?? {}).map((parameter) => {
      const { names, value, min, max, unit, setBy } = parameter;
      const counted = unit ? say(` ${unit['zh-CN']}`, ` ${unit.en}`) : '';
      const set = joined(
        [
          setBy && say(`可由${levelName(setBy, setting)}设定`, `may be set at ${levelName(setBy, setting)}`),
          min && say(`不低于 ${min}`, `at least ${min}`),
          max && say(`不超过 ${max}`, `at most ${max}`),
        ],
        setting,
      );
      return sourced(
        parameter,
        `${names[locale]}${say('：', ': ')}${value}${counted}${set && say(`（${set}）`, ` (${set})`)}`,
        setting,
      );
    }),
    ...Object.values(programme.populations ?? {}).map((one) => {
      const direct = one.of === 'county';
      const where = one.of
        ? say(
            `（${choiceWords.populations[one.of]['zh-CN']}范围内${direct ? `，${words.direct['zh-CN']}` : ''}）`,
            ` (in ${choiceWords.populations[one.of].en}${direct ? `; ${words.direct.en}` : ''})`,
          )
        : '';
      const kinds = (one.distinct ?? []).map((id) => vocabulary.attributes[id]?.names[locale] ?? id);
      const counted =
        kinds.length > 0 &&
        say(
          `，数${kinds.join('、')}的种数`,
          `, counting the different values of ${listed(locale, kinds, 'and')}`,
        );
      return sourced(
        one,
        `${one.names[locale]}${where}${counted || ''}`,
        setting,
        asked({ 'zh-CN': '包括', en: 'Who belongs' }, one.who, setting),
      );
    }),
    ...Object.entries(programme.measures ?? {}).map(([id, node]): Draft => {
      const [draft] = reckoned(undefined, node, setting);
      return draft ?? { text: id };
    }),
    ...Object.values(programme.lookups ?? {}).flatMap((one) => {
      if (!one.say && !one.cite && one.else === undefined) return [];
      const name = one.names?.[locale] ?? say('对照表', 'Lookup table');
      const other =
        one.else === undefined
          ? ''
          : say(`：表中没有的按 ${one.else} 计`, `: ${one.else} for what it does not name`);
      return [sourced(one, `${name}${other}`, setting)];
    }),
  ];
  const tables = Object.entries(programme.lookups ?? {}).map(([id, { names, rows, bands }]) =>
    lookupTable(names?.[locale] ?? id, rows ?? {}, bands ?? [], setting),
  );
  return { id: 'measures', clauses, tables };
}

function lookupTable(
  caption: string,
  rows: NonNullable<Lookup['rows']>,
  bands: readonly Band[],
  setting: Setting,
): PolicyTable {
  const { locale } = setting;
  const named = Object.entries(rows).map(([key, cell]) => [wordOf(key, setting), cell] as const);
  const cells = [...named, ...bands.map((band) => [bandWords(band, setting), band.is] as const)];
  const keys = [...new Set(cells.flatMap(([, cell]) => (typeof cell === 'string' ? [] : Object.keys(cell))))];
  const first = pick(locale, '项目', 'item');
  if (keys.length === 0) {
    const columns = [first, pick(locale, '数值', 'value')];
    return { caption, columns, rows: cells.map(([name, cell]) => [name, String(cell)]) };
  }
  return {
    caption,
    columns: [first, ...keys.map((key) => wordOf(key, setting))],
    rows: cells.map(([name, cell]) => [
      name,
      ...keys.map((column) => (typeof cell === 'string' ? cell : (cell[column] ?? ''))),
    ]),
  };
}

/** 不少于 20且不满 50 / at least 20 and under 50 */
const bandWords = ({ is: _, ...bounds }: Band, { vocabulary, locale }: Setting): string =>
  sayComparison(bounds, { kind: 'number' }, vocabulary, locale);

/** Words of its own that the common vocabulary lacks. */
export function terms(setting: Setting): Section {
  const { programme, locale } = setting;
  const own = programme.terms;
  if (!own) return { id: 'terms', clauses: [] };
  const say = (zh: string, en: string) => pick(locale, zh, en);
  const titleScale = own.titles?.scale;
  const clauses: Draft[] = [
    ...Object.values(own.scales ?? {}).map((scale) => ({
      text: say(`${scale.names['zh-CN']}（由低到高）`, `${scale.names.en} (lowest first)`),
      children: scale.steps.map(({ names, same }) => ({
        text: `${names[locale]}${same ? say(`（同 ${enumerate(locale, same)}）`, ` (the same as ${enumerate(locale, same)})`) : ''}`,
      })),
    })),
    ...(titleScale
      ? [
          {
            text: say(
              `称号的高低按“${scaleName(titleScale, setting)}”`,
              `the order of titles: ${scaleName(titleScale, setting)}`,
            ),
          },
        ]
      : []),
    ...Object.values(own.titles?.others ?? {}).map(({ names }) => ({
      text: say(`称号：${names['zh-CN']}`, `title: ${names.en}`),
    })),
    ...Object.values(own.events ?? {}).map(({ names }) => ({
      text: say(`事件、结果：${names['zh-CN']}`, `event or result: ${names.en}`),
    })),
    ...Object.values(own.roles ?? {}).map(({ names }) => ({
      text: say(`角色：${names['zh-CN']}`, `role: ${names.en}`),
    })),
    ...Object.values(own.attributes ?? {}).map((one) => ({ text: attributeWords(one, setting) })),
    ...Object.values(own.records ?? {}).map((one) => recordTypeOf(one, setting)),
    ...Object.entries(own.fields ?? {}).map(([type, fields]) => ({
      text: say(`“${recordName(type, setting)}”增设`, `further fields of "${recordName(type, setting)}"`),
      children: Object.values(fields).map((one) => ({ text: fieldWords(one, setting) })),
    })),
  ];
  return { id: 'terms', clauses };
}

const scaleName = (id: string, { vocabulary, locale }: Setting) => vocabulary.scales[id]?.names[locale] ?? id;
const recordName = (id: string, { vocabulary, locale }: Setting) =>
  vocabulary.records[id]?.names[locale] ?? id;

function attributeWords(one: OwnAttribute, setting: Setting): string {
  const { vocabulary, locale } = setting;
  const say = (zh: string, en: string) => pick(locale, zh, en);
  const choices = Object.values(one.choices ?? {}).map((names) => names[locale]);
  const notes = joined(
    [
      choiceWords.types[one.type][locale],
      one.scale && scaleName(one.scale, setting),
      choices.length > 0 && listed(locale, choices, 'or'),
      one.since &&
        say(
          `自${vocabulary.attributes[one.since]?.names['zh-CN'] ?? one.since}起算`,
          `from ${vocabulary.attributes[one.since]?.names.en ?? one.since}`,
        ),
      one.counted && choiceWords.countedYears[one.counted][locale],
      one.unit && say(`单位：${one.unit['zh-CN']}`, `in ${one.unit.en}`),
      one.enteredBy && choiceWords.enteredBy[one.enteredBy][locale],
      one.evidence === 'required' && say('须附证明', 'with evidence'),
      one.evidence === 'optional' && say('可附证明', 'evidence may be added'),
    ],
    setting,
  );
  return say(`${one.names['zh-CN']}：${notes}`, `${one.names.en}: ${notes}`);
}

type FieldOf = NonNullable<RecordType['fields']>[string];

function fieldWords(one: FieldOf, setting: Setting): string {
  const { locale } = setting;
  const say = (zh: string, en: string) => pick(locale, zh, en);
  const choices = Object.values(one.choices ?? {}).map((names) => names[locale]);
  const notes = joined(
    [
      choiceWords.types[one.type][locale],
      choices.length > 0 && listed(locale, choices, 'or'),
      one.required === true && choiceWords.presence.required[locale],
      one.required === false && choiceWords.presence.optional[locale],
      one.max !== undefined && say(`最大 ${one.max}`, `at most ${one.max}`),
    ],
    setting,
  );
  return say(`${one.names['zh-CN']}：${notes}`, `${one.names.en}: ${notes}`);
}

function recordTypeOf(one: RecordType, setting: Setting): Draft {
  const { locale } = setting;
  const say = (zh: string, en: string) => pick(locale, zh, en);
  const { level, grade, authorOrder, event, evidence } = one;
  const presence = (what: 'required' | 'optional') => choiceWords.presence[what][locale];
  const notes = joined(
    [
      one.unit && say(`量词：${one.unit['zh-CN']}`, `counted in ${one.unit.en}`),
      level && say(`级别${presence(level)}`, `level ${presence(level)}`),
      grade &&
        say(
          `等次（${scaleName(grade.scale, setting)}）${presence(grade.presence)}`,
          `grade (${scaleName(grade.scale, setting)}) ${presence(grade.presence)}`,
        ),
      authorOrder && say(`作者次序${presence(authorOrder)}`, `author order ${presence(authorOrder)}`),
      event && say(`活动${presence(event)}`, `event ${presence(event)}`),
      evidence && say(`证明材料${presence(evidence)}`, `evidence ${presence(evidence)}`),
    ],
    setting,
  );
  return {
    text: say(
      `记录“${one.names['zh-CN']}”${notes && `：${notes}`}`,
      `records of "${one.names.en}"${notes && `: ${notes}`}`,
    ),
    children: Object.values(one.fields ?? {}).map((field) => ({ text: fieldWords(field, setting) })),
  };
}

export function checks(setting: Setting): Section {
  const { programme, locale } = setting;
  const say = (zh: string, en: string) => pick(locale, zh, en);
  const clauses = (programme.checks ?? []).map((one) => {
    const { what, times, per, by, spot } = one;
    const often = per
      ? say(
          `每${choiceWords.spans[per]['zh-CN']} ${times ?? 1} 次`,
          `${times ?? 1} times each ${choiceWords.spans[per].en}`,
        )
      : times !== undefined && say(`共 ${times} 次`, `${times} times`);
    const made = joined(
      [
        what[locale],
        often,
        spot === true && say('抽查', 'on a sample'),
        spot === false && say('全面检查', 'of everyone'),
        by && say(`由${bodyName(by, setting)}检查`, `by ${bodyName(by, setting)}`),
      ],
      setting,
    );
    return sourced(one, made, setting);
  });
  return { id: 'checks', clauses };
}

export function indicators(setting: Setting): Section {
  const { programme, locale } = setting;
  const say = (zh: string, en: string) => pick(locale, zh, en);
  const clauses = (programme.indicators ?? []).map((one) => {
    const { names, of, is, atLeast, moreThan, atMost, below, unit, by } = one;
    const target = amountBounds(one, setting);
    const until =
      by &&
      (/[ymd]$/.test(by)
        ? say(`${sayDuration(by, locale)}内达到`, `within ${sayDuration(by, locale)}`)
        : say(`${sayDay(by, locale)}前达到`, `by ${sayDay(by, locale)}`));
    const made = joined(
      [
        `${names[locale]}${say('：', ': ')}${sayAmount(of, setting)}${unit ? say(`（${unit['zh-CN']}）`, ` (${unit.en})`) : ''}`,
        target && say(`目标${target}`, `target ${target}`),
        until,
      ],
      setting,
    );
    return sourced(one, made, setting, notes([of, is, atLeast, moreThan, atMost, below], setting));
  });
  return { id: 'indicators', clauses };
}

export function links(setting: Setting): Section {
  const { programme, locale } = setting;
  const clauses = (programme.links ?? []).map((link) => {
    const made = joined(
      [
        pick(
          locale,
          `${choiceWords.links[link.does]['zh-CN']}：${link.to}`,
          `${choiceWords.links[link.does].en}: ${link.to}`,
        ),
        link.effect?.[locale],
      ],
      setting,
    );
    return sourced(link, made, setting, asked({ 'zh-CN': '条件', en: 'When' }, link.when, setting));
  });
  return { id: 'links', clauses };
}

export function versions(setting: Setting): Section {
  const { programme, locale } = setting;
  const own = programme.versions;
  if (!own) return { id: 'versions', clauses: [] };
  const say = (zh: string, en: string) => pick(locale, zh, en);
  const { from, until, running, keepUntil, applies, maps } = own;
  const made = joined(
    [
      from && say(`自 ${from} 起施行`, `in force from ${from}`),
      until && say(`至 ${until} 止`, `until ${until}`),
      running && choiceWords.running[running][locale],
      keepUntil &&
        say(`原规定最晚适用至 ${keepUntil}`, `the earlier one holds to ${keepUntil} at the latest`),
    ],
    setting,
  );
  const old = (maps ?? []).map((one) =>
    sourced(
      one,
      say(
        `原“${wordOf(one.from, setting)}”对应现“${wordOf(one.to, setting)}”`,
        `"${wordOf(one.from, setting)}" is now "${wordOf(one.to, setting)}"`,
      ),
      setting,
    ),
  );
  return {
    id: 'versions',
    clauses: [
      sourced(own, made, setting, [
        ...asked({ 'zh-CN': '适用于', en: 'Applies to' }, applies, setting),
        ...old,
      ]),
    ],
  };
}

/** Where the original lies, who runs it, and whom to ask. */
export function contact(setting: Setting): Section {
  const { programme, locale } = setting;
  const say = (zh: string, en: string) => pick(locale, zh, en);
  const { document, scope, subject, calendar } = programme;
  const who = document?.contact;
  const about = joined(
    [
      say(`由${levelName(scope, setting)}单位组织`, `run at ${levelName(scope, setting)}`),
      subject &&
        say(
          `考查对象：${choiceWords.subjects[subject]['zh-CN']}`,
          `what is judged: ${choiceWords.subjects[subject].en}`,
        ),
      calendar && say(`工作日历：${calendar}`, `calendar of working days: ${calendar}`),
      say(`方案编号：${programme.programme}`, `id of the programme: ${programme.programme}`),
      document?.source && say(`原文：${document.source}`, `original: ${document.source}`),
    ],
    setting,
  );
  const parts = who ? [who.place?.[locale], who.name, who.phone].filter((part) => part !== undefined) : [];
  return {
    id: 'contact',
    clauses: [
      { text: about, cite: document?.cite },
      ...(parts.length > 0 ? [{ text: parts.join(say('，', ', ')) }] : []),
    ],
  };
}
