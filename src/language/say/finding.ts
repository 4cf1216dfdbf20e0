import type { Selection } from '../evaluate/select.ts';
import type { Finding, SetNumber } from '../finding.ts';
import type { Condition } from '../grammar/condition.ts';
import { choiceWords } from '../grammar/words.ts';
import type { Locale, Names } from '../problem.ts';
import { attributeType } from '../vocabulary.ts';
import { membersAsked } from './clause.ts';
import { reckoningLine } from './reckoning.ts';
import { emptyWords } from './record-line.ts';
import { boundWords, fieldName, recordWords } from './records.ts';
import type { Setting } from './setting.ts';
import { attributeOf, pick, roleWord, sayAttribute, sayComparison, sayValue } from './values.ts';

/** Words for verdicts: the outcome, the amount against what is asked, each record and why it did not count. */

/** The verdict in one sentence, with the figures behind it. */
export function summarise(finding: Finding, node: Condition | undefined, setting: Setting): string {
  const { locale } = setting;
  const outcome = choiceWords.outcomes[finding.outcome][locale];
  const figures = node ? figuresOf(finding, node, setting) : '';
  const effect = effectWords(finding, locale);
  const stop = pick(locale, '。', '.');
  const local = localWords(finding.local ?? [], setting);
  return `${outcome}${figures && pick(locale, `：${figures}`, `: ${figures}`)}${stop}${local}${effect}`;
}

function effectWords({ inForce, strength, outcome, effect }: Finding, locale: Locale): string {
  if (!inForce) return pick(locale, '本条在基准日不适用。', ' The clause is not in force on that day.');
  if (strength === 'prefer' && outcome !== 'met')
    return pick(locale, '不影响资格。', ' It does not exclude.');
  if (effect === 'needs-decision' && outcome !== 'needs-decision') {
    return pick(locale, '需要有记录的决定。', ' A recorded decision is needed.');
  }
  if (effect === 'met' && outcome !== 'met')
    return pick(locale, '已有决定予以通过。', ' A recorded decision lets it pass.');
  return '';
}

/** Who set the numbers a clause rests on, and since when. */
function localWords(local: readonly SetNumber[], { programme, locale }: Setting): string {
  return local
    .map(({ parameter, value, by, since, document, instead }) => {
      const { names, unit } = programme.parameters?.[parameter] ?? {};
      const name = names?.[locale] ?? parameter;
      const counted = (number: string) => (unit ? `${number} ${unit[locale]}` : number);
      return pick(
        locale,
        `“${name}”方案定 ${counted(instead)}；${by}自 ${since} 起定为 ${counted(value)}${document ? `（${document}）` : ''}。`,
        ` ${name}: ${counted(instead)} in the programme; ${by} has set ${counted(value)} from ${since}${document ? ` (${document})` : ''}.`,
      );
    })
    .join('');
}

/** Of records from a day on, or up to one, that is not documented. */
const uncounted: Names = {
  'zh-CN': '起止之日未登记，无法计入',
  en: 'nothing can be counted: the day from which, or up to which, is not documented',
};

function figuresOf(finding: Finding, node: Condition, setting: Setting): string {
  const { vocabulary, locale, programme } = setting;
  const { rule } = node;
  const empty = ({ latest }: Pick<Selection, 'latest'>) => {
    const words = emptyWords(finding.empty, latest, locale);
    return words && pick(locale, `；${words}`, `; ${words}`);
  };
  switch (rule.op) {
    case 'person': {
      const id = Object.keys(rule.arg)[0] ?? '';
      const attribute = vocabulary.attributes[id];
      const type = attributeType(vocabulary, id);
      const name = attribute?.names[locale] ?? id;
      const unit = attribute?.unit ? ` ${attribute.unit[locale]}` : '';
      const found = sayAttribute(id, finding.value, setting);
      const since = finding.since
        ? pick(locale, `（自 ${finding.since} 起）`, ` (since ${finding.since})`)
        : '';
      const value = finding.value === null ? found : `${found}${since}`;
      if (type?.kind === 'boolean') return pick(locale, `${name}：${value}`, `${name}: ${value}`);
      const asked = sayComparison(finding.threshold ?? {}, type, vocabulary, locale, unit);
      const other =
        finding.against === undefined || finding.against === null
          ? ''
          : pick(
              locale,
              `（${sayValue(finding.against, type, vocabulary, locale)}）`,
              ` (${sayValue(finding.against, type, vocabulary, locale)})`,
            );
      return pick(
        locale,
        `${name} ${value}，要求${asked}${other}`,
        `${name} ${value}, asked: ${asked}${other}`,
      );
    }
    case 'count': {
      if (finding.value === null) return uncounted[locale];
      const { unit } = recordWords(rule.arg.record, vocabulary, locale);
      const asked = boundWords(rule.arg, locale, pick(locale, ` ${unit}`, ''));
      const waiting = finding.notCounted.filter(({ reason }) => reason === 'not-confirmed').length;
      const more =
        waiting > 0 ? pick(locale, `，另有 ${waiting} 项待确认`, `; ${waiting} more await confirmation`) : '';
      return pick(
        locale,
        `计入 ${finding.value} ${unit}，要求${asked}${more}${empty(rule.arg)}`,
        `${finding.value} counted, asked: ${asked}${more}${empty(rule.arg)}`,
      );
    }
    case 'sum':
    case 'max': {
      if (finding.value === null) return uncounted[locale];
      const field = fieldName(rule.arg.record[0] ?? '', rule.arg.of, vocabulary, locale);
      const asked = boundWords(rule.arg, locale, '');
      return pick(
        locale,
        `${field} ${finding.value}，要求${asked}${empty(rule.arg)}`,
        `${field} ${finding.value}, asked: ${asked}${empty(rule.arg)}`,
      );
    }
    case 'holds': {
      if (finding.value === null) return pick(locale, '没有该称号', 'no such title');
      const title = vocabulary.titles[String(finding.value)]?.[locale] ?? String(finding.value);
      return finding.since
        ? pick(locale, `${title}（${finding.since} 起）`, `${title} (from ${finding.since})`)
        : title;
    }
    case 'run': {
      const span = choiceWords.calendarSpans[rule.arg.per][locale];
      const asked = boundWords(rule.arg, locale, pick(locale, ` 个${span}`, ` ${span}s`));
      const found = finding.value ?? pick(locale, '未知', 'unknown');
      return pick(
        locale,
        `最长连续 ${found} 个${span}，要求${asked}`,
        `the longest row is ${found} ${span}${found === 1 ? '' : 's'}, asked: ${asked}`,
      );
    }
    case 'members': {
      const role = roleWord(rule.arg.role, { vocabulary, locale, programme });
      const asked = membersAsked(rule.arg, locale);
      if (finding.of === undefined)
        return pick(locale, `${role}未登记，要求${asked}`, `${role} not documented, asked: ${asked}`);
      const number = rule.arg.meets
        ? pick(
            locale,
            `${finding.of} 名中 ${finding.value} 名符合`,
            `${finding.value} of ${finding.of} meet it`,
          )
        : pick(locale, `${finding.of} 名`, String(finding.of));
      return pick(locale, `${role} ${number}，要求${asked}`, `${role}: ${number}, asked: ${asked}`);
    }
    case 'amount': {
      const unit = vocabulary.attributes[attributeOf(rule.arg.of) ?? '']?.unit?.[locale];
      const asked = sayComparison(finding.threshold ?? {}, undefined, vocabulary, locale, unit && ` ${unit}`);
      const [first] = finding.amounts ?? [];
      const found = first
        ? reckoningLine(first, setting)
        : (finding.value ?? pick(locale, '未登记', 'not documented'));
      return pick(locale, `${found}，要求${asked}`, `${found}, asked: ${asked}`);
    }
    case 'all':
    case 'any':
    case 'atLeast': {
      const own = finding.children.filter(({ effect }) => effect !== 'none');
      const met = own.filter(({ effect }) => effect === 'met').length;
      const asked = rule.op === 'all' ? own.length : rule.op === 'any' ? 1 : rule.arg.k;
      return pick(
        locale,
        `${own.length} 项中符合 ${met} 项，要求 ${asked} 项`,
        `${met} of ${own.length} met, asked: ${asked}`,
      );
    }
    case 'not':
      return finding.children.length === 0 ? figuresOf(finding, rule.arg, setting) : '';
    case 'decide':
      return rule.arg.presume && finding.outcome === 'met'
        ? pick(locale, '未有相反认定', 'nothing decided against it')
        : '';
    default:
      return '';
  }
}
