import { isCivilDate } from '../../shared/civil-date.ts';
import { enumerate } from '../../shared/text.ts';
import type { Amount, RecordTerm, TermOf } from '../grammar/amount.ts';
import type { Condition } from '../grammar/condition.ts';
import { calendarSpans, type Reach, type Test } from '../grammar/selection.ts';
import { choiceWords } from '../grammar/words.ts';
import type { Names } from '../problem.ts';
import { recordValueType } from '../vocabulary.ts';
import { policyWords as words } from './policy-words.ts';
import { fieldName, readRow, readSelection, sayAsOf } from './records.ts';
import type { Setting as Plain } from './setting.ts';
import { attributeOf, listed, pick, roleWord, sayTest, sayTitleDay } from './values.ts';

/** Words for an amount made from the amount itself: a formula an official can check by hand. */

/** With a reader of the conditions an amount may depend on (clause.ts, which reads amounts by this file). */
interface Setting extends Plain {
  /** Types of the record at hand, within `each`: two types may have a key of one name. */
  readonly types?: readonly string[];
  clause(node: Condition): string;
}

const n = (zh: string, en: string): Names => ({ 'zh-CN': zh, en });

const reachWords: Readonly<Record<Reach, Names>> = {
  unit: n('', ''),
  group: n('本教研组', ' in the teaching-research group'),
  school: n('本校', ' in the school'),
  county: n('本县（区）', ' in the county'),
  city: n('本市', ' in the city'),
  province: n('本省', ' in the province'),
};
const foldWords = {
  average: n('平均', 'average'),
  highest: n('最高', 'highest'),
  lowest: n('最低', 'lowest'),
} as const;

/** The name or the printed words where there are any, else the words made from the node. */
export function amountText(node: Amount, setting: Setting): string {
  return node.names?.[setting.locale] ?? node.say?.[setting.locale] ?? readAmount(node, setting);
}

/** In brackets where it is a formula and not one thing. */
function part(node: Amount, setting: Setting): string {
  const text = amountText(node, setting);
  const simple = node.say || node.names || !['add', 'subtract', 'multiply', 'divide'].includes(node.term.op);
  return simple ? text : pick(setting.locale, `（${text}）`, `(${text})`);
}

export function readAmount(node: Amount, setting: Setting): string {
  const { locale, programme, vocabulary } = setting;
  const say = (zh: string, en: string) => pick(locale, zh, en);
  const text = (one: Amount) => amountText(one, setting);
  const { term } = node;
  switch (term.op) {
    case 'number':
      return term.arg;
    case 'parameter': {
      const found = programme.parameters?.[term.arg];
      const name = found?.names[locale] ?? term.arg;
      const value = setting.local?.get(term.arg) ?? found?.value;
      return say(`${name}（${value}）`, `${name} (${value})`);
    }
    case 'measure': {
      const found = programme.measures?.[term.arg];
      return found ? (found.names?.[locale] ?? found.say?.[locale] ?? readAmount(found, setting)) : term.arg;
    }
    case 'value': {
      const attribute = attributeOf(node) ?? '';
      const asOf = typeof term.arg === 'string' ? undefined : term.arg.asOf;
      const name = vocabulary.attributes[attribute]?.names[locale] ?? attribute;
      const day = sayAsOf(asOf, locale);
      return say(`${name}${day && `（${day}）`}`, `${name}${day && ` (${day})`}`);
    }
    case 'elapsed': {
      const { since, until = 'asOf', in: unit, counted = 'completed' } = term.arg;
      const [from, to] = [endName(since, setting), endName(until, setting)];
      const completed = counted === 'completed';
      const note = completed ? '' : choiceWords.elapsed[counted][locale];
      return say(
        `自${from}至${to}的${completed ? '整' : ''}${choiceWords.units[unit]['zh-CN']}数${note && `（${note}）`}`,
        `${completed ? 'completed ' : ''}${choiceWords.units[unit].en} from ${from} to ${to}${note && ` (${note})`}`,
      );
    }
    case 'field':
      return anyField(term.arg, setting);
    case 'lookup': {
      const name = programme.lookups?.[term.arg.in]?.names?.[locale] ?? term.arg.in;
      const keys = term.arg.by.map((key) => (typeof key === 'string' ? anyField(key, setting) : text(key)));
      return say(
        `按${listed(locale, keys, 'and')}查《${name}》`,
        `${name} by ${listed(locale, keys, 'and')}`,
      );
    }
    case 'size': {
      const population = programme.populations?.[term.arg];
      const name = population?.names[locale] ?? term.arg;
      // What counts different values, such as subjects, counts no people.
      return say(population?.distinct ? `${name}数` : `${name}人数`, `number of ${name}`);
    }
    case 'places':
      return choiceWords.places[term.arg][locale];
    case 'served':
      return choiceWords.served[term.arg][locale];
    case 'count': {
      const { names, window, qualities, once } = readSelection(term.arg, setting);
      return say(
        `${window}${qualities}${names}数${once}`,
        `number of ${names}${qualities}${window && ` ${window}`}${once}`,
      );
    }
    case 'sum':
    case 'average':
    case 'highest':
    case 'lowest':
      return readWorth(term.op, term.arg, setting);
    case 'run': {
      const { names, window, qualities, notes } = readRow(term.arg, setting);
      const span = choiceWords.calendarSpans[term.arg.per][locale];
      return say(
        `${window}${qualities}${names}连续${span}数${notes}`,
        `${span}s in a row with ${names}${qualities}${window && ` ${window}`}${notes}`,
      );
    }
    case 'marks': {
      const { of, take, dropHighest = 0, dropLowest = 0, reaching } = term.arg;
      const name = vocabulary.attributes[of]?.names[locale] ?? of;
      const dropped =
        dropHighest + dropLowest === 0
          ? ''
          : say(
              `（去掉 ${dropHighest} 个最高、${dropLowest} 个最低）`,
              ` without the ${dropHighest} highest and ${dropLowest} lowest`,
            );
      const floor = reaching ? say(`达到 ${text(reaching)} 的`, ` that reach ${text(reaching)}`) : '';
      return say(
        `${floor}${name}${dropped}${choiceWords.marks[take]['zh-CN']}`,
        `${choiceWords.marks[take].en} of ${name}${floor}${dropped}`,
      );
    }
    case 'add':
      return term.arg.map((one) => part(one, setting)).join(' + ');
    case 'subtract':
      return term.arg.map((one) => part(one, setting)).join(' − ');
    case 'multiply':
      return term.arg.map((one) => part(one, setting)).join(' × ');
    case 'divide':
      return `${part(term.arg.of, setting)} ÷ ${part(term.arg.by, setting)}`;
    case 'greatest':
    case 'least': {
      const all = enumerate(locale, term.arg.map(text));
      return term.op === 'greatest'
        ? say(`${all} 中的最大者`, `the greatest of ${all}`)
        : say(`${all} 中的最小者`, `the least of ${all}`);
    }
    case 'limit': {
      const { of, min, max } = term.arg;
      const ends = [
        ...(min ? [say(`最低 ${text(min)}`, `at least ${text(min)}`)] : []),
        ...(max ? [say(`最高 ${text(max)}`, `at most ${text(max)}`)] : []),
      ].join(say('，', ', '));
      return say(`${text(of)}（${ends}）`, `${text(of)} (${ends})`);
    }
    case 'round': {
      const { of, places = 0, mode } = term.arg;
      const to =
        places === 0
          ? say('取整', 'to a whole number')
          : say(`保留 ${places} 位小数`, `to ${places} decimal ${places === 1 ? 'place' : 'places'}`);
      return say(
        `${text(of)}（${choiceWords.rounding[mode]['zh-CN']}${to}）`,
        `${text(of)} (rounded ${choiceWords.rounding[mode].en} ${to})`,
      );
    }
    case 'weighted': {
      const { parts, over = '100', missing } = term.arg;
      const sum = parts.map((one) => {
        const name = one.names?.[locale] ?? part(one.of, setting);
        return over === '100'
          ? `${name} × ${part(one.weight, setting)}%`
          : `${name} × ${part(one.weight, setting)}/${over}`;
      });
      const gap = missing && choiceWords.missingParts[missing][locale];
      return `${sum.join(' + ')}${gap ? say(`（${gap}）`, ` (${gap})`) : ''}`;
    }
    case 'rate': {
      const bands = term.arg.bands.map(({ above, per }) =>
        say(`超过 ${above} 的部分每单位计 ${text(per)}`, `above ${above}, ${text(per)} a unit`),
      );
      return say(`${text(term.arg.of)}：${bands.join('；')}`, `${text(term.arg.of)}: ${bands.join('; ')}`);
    }
    case 'step': {
      const { of, from, else: otherwise } = term.arg;
      const steps = from.map(({ atLeast, moreThan, is }) => {
        const bounds = [
          ...(atLeast ? [say(`${text(atLeast)} 及以上`, `from ${text(atLeast)}`)] : []),
          ...(moreThan ? [say(`超过 ${text(moreThan)}`, `above ${text(moreThan)}`)] : []),
        ];
        return say(`${bounds.join('且')}为 ${text(is)}`, `${bounds.join(' and ')}: ${text(is)}`);
      });
      if (otherwise) steps.push(say(`其余为 ${text(otherwise)}`, `otherwise ${text(otherwise)}`));
      return say(`按${text(of)}：${steps.join('；')}`, `by ${text(of)}: ${steps.join('; ')}`);
    }
    case 'choose': {
      const cases = term.arg.when.map((one) => {
        const so = [
          ...(one.if ? [setting.clause(one.if).replace(/[。.]$/, '')] : []),
          ...(one.where ? [qualitiesOf(one.where, setting)] : []),
        ].join(say('且', ' and '));
        return say(`${so}的为 ${text(one.is)}`, `${so}: ${text(one.is)}`);
      });
      const { else: otherwise } = term.arg;
      if (otherwise) cases.push(say(`其余为 ${text(otherwise)}`, `otherwise ${text(otherwise)}`));
      return cases.join(say('；', '; '));
    }
    case 'howMany': {
      const { of, are = 'met' } = term.arg;
      const all = of.map((one) => setting.clause(one).replace(/[。.]$/, '')).join(say('；', '; '));
      const kind = choiceWords.howMany[are];
      return say(`下列${kind['zh-CN']}的项数：${all}`, `number ${kind.en} of: ${all}`);
    }
    case 'otherwise':
      return say(
        `${text(term.arg.of)}（未登记按 ${text(term.arg.is)}）`,
        `${text(term.arg.of)} (${text(term.arg.is)} if not documented)`,
      );
    case 'members': {
      const { role, meets, each, take = each ? 'sum' : 'number' } = term.arg;
      const who = meets ? setting.clause(meets).replace(/[。.]$/, '') : '';
      const what = each ? text(each) : '';
      return say(
        `${roleWord(role, setting)}中${who && `符合“${who}”者`}${what && `的${what}`}${choiceWords.members[take]['zh-CN']}`,
        `${choiceWords.members[take].en} of ${roleWord(role, setting)}${who && ` who meet "${who}"`}${what && `: ${what}`}`,
      );
    }
    case 'peers': {
      const { of, take, order } = term.arg;
      const who = peersNamed(term.arg, setting);
      const down = order === 'lower' ? say('（由低到高）', ' (lowest first)') : '';
      const direct =
        term.arg.in === 'county' ? say(`（${words.direct['zh-CN']}）`, ` (${words.direct.en})`) : '';
      return say(
        `按${text(of)}在${who}中的${choiceWords.peers[take]['zh-CN']}${down}${direct}`,
        `${choiceWords.peers[take].en} by ${text(of)} among ${who}${down}${direct}`,
      );
    }
  }
}

/** Among whom somebody stands: 本校同学科者. */
export function peersNamed({ among = [], in: reach = 'unit' }: TermOf<'peers'>, setting: Plain): string {
  const { locale, vocabulary } = setting;
  const same = among.map((id) => vocabulary.attributes[id]?.names[locale] ?? id);
  const where = reachWords[reach][locale];
  if (same.length === 0) return pick(locale, `${where}全体`, `all${where}`);
  return pick(
    locale,
    `${where}同${same.join('、')}者`,
    `those of the same ${listed(locale, same, 'and')}${where}`,
  );
}

function readWorth(op: 'sum' | keyof typeof foldWords, arg: RecordTerm, setting: Setting): string {
  const { locale } = setting;
  const say = (zh: string, en: string) => pick(locale, zh, en);
  const { names, window, qualities, once } = readSelection(arg, setting);
  const { each, of, best } = arg;
  const groups = (per: readonly string[] | undefined) =>
    per === undefined
      ? ''
      : say(
          `每${per.map((key) => groupName(key, setting, arg.record)).join('、')}`,
          `of each ${listed(
            locale,
            per.map((key) => groupName(key, setting, arg.record)),
            'and',
          )} `,
        );
  const notes = [
    ...(best
      ? [
          say(
            `${groups(best.per)}只计最高 ${best.take} 项`,
            `only the best ${best.take} ${groups(best.per)}`.trim(),
          ),
        ]
      : []),
    ...('caps' in arg ? (arg.caps ?? []) : []).map(({ max, per }) =>
      say(
        `${groups(per)}最高 ${amountText(max, setting)}`,
        `at most ${amountText(max, setting)} ${groups(per)}`.trim(),
      ),
    ),
  ];
  const tail = notes.length > 0 ? say(`（${notes.join('，')}）`, ` (${notes.join(', ')})`) : '';
  const fold = op === 'sum' ? n('合计', 'in total') : foldWords[op];
  if (of !== undefined) {
    const field = fieldName(arg.record[0] ?? '', of, setting.vocabulary, locale);
    return say(
      `${window}${qualities}${names}${once}${field}${fold['zh-CN']}${tail}`,
      `${field} of ${names}${qualities}${window && ` ${window}`}${once} ${fold.en}${tail}`,
    );
  }
  const said = each ? amountText(each, { ...setting, types: arg.record }) : say('1 项', '1');
  const several =
    each && !each.names && !each.say && ['choose', 'step', 'rate', 'add'].includes(each.term.op);
  const worth = several ? say(`（${said}）`, `(${said})`) : said;
  return say(
    `${window}${qualities}${names}${once}，每项计${worth}，${fold['zh-CN']}${tail}`,
    `${names}${qualities}${window && ` ${window}`}${once}, each worth ${worth}, ${fold.en}${tail}`,
  );
}

export function dayName(end: string, { vocabulary, locale }: Plain): string {
  if (isCivilDate(end)) return end;
  if (end === 'asOf') return pick(locale, '基准日', 'the day reckoned from');
  if (end === 'on') return pick(locale, '记录日期', 'the day of the record');
  return vocabulary.attributes[end]?.names[locale] ?? end;
}

/** An end of a time: a day, or a day of records. */
function endName(end: TermOf<'elapsed'>['since'], setting: Setting): string {
  if (typeof end === 'string') return dayName(end, setting);
  const { vocabulary, locale } = setting;
  if ('title' in end) return sayTitleDay(end, vocabulary, locale);
  if (!('record' in end)) return anyField(end.field, setting);
  const { names, window, qualities } = readSelection(end, setting);
  const day = fieldName(end.record[0] ?? '', end.field ?? 'on', vocabulary, locale);
  return end.take === 'latest'
    ? pick(
        locale,
        `${window}最近一次${qualities}${names}的${day}`,
        `the latest ${day} of ${names}${qualities}${window && ` ${window}`}`,
      )
    : pick(
        locale,
        `${window}最早一次${qualities}${names}的${day}`,
        `the earliest ${day} of ${names}${qualities}${window && ` ${window}`}`,
      );
}

/** A key of whichever record type has it, or an attribute. */
function anyField(key: string, { vocabulary, locale }: Setting): string {
  const owner = Object.entries(vocabulary.records).find(([, type]) => type.fields?.[key]);
  if (!owner) {
    const attribute = vocabulary.attributes[key];
    if (attribute) return attribute.names[locale];
  }
  return fieldName(owner?.[0] ?? '', key, vocabulary, locale);
}

/** Two types of record may have a field of one name: what is meant is that of the records summed. */
function groupName(key: string, setting: Setting, types: readonly string[]): string {
  const span = calendarSpans.find((one) => one === key);
  if (span) return choiceWords.calendarSpans[span][setting.locale];
  if (key === 'type') return pick(setting.locale, '类', 'kind');
  const owner = types.find((type) => setting.vocabulary.records[type]?.fields?.[key]);
  return owner ? fieldName(owner, key, setting.vocabulary, setting.locale) : anyField(key, setting);
}

function qualitiesOf(where: Readonly<Record<string, Test>>, setting: Setting): string {
  const { vocabulary, locale, types = [] } = setting;
  return Object.entries(where)
    .map(([key, test]) => {
      const owner = [...types, ...Object.keys(vocabulary.records)].find((type) =>
        recordValueType(vocabulary, type, key),
      );
      const type = recordValueType(vocabulary, owner ?? '', key);
      const said = sayTest(test, type, vocabulary, locale);
      return type?.kind === 'scale' || type?.kind === 'choice'
        ? said
        : `${fieldName(owner ?? '', key, vocabulary, locale)}${pick(locale, '：', ': ')}${said}`;
    })
    .join(pick(locale, '、', ', '));
}
