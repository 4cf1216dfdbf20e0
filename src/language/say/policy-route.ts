import type { Stage } from '../grammar/round.ts';
import { choiceWords } from '../grammar/words.ts';
import { sayAmount } from './clause.ts';
import { asked, type Draft, joined, notes, type Section, sourced } from './draft.ts';
import { bodyName, clauseName, sayLength, sayVote, stageName, wordOf } from './names.ts';
import { sayJudging } from './policy-judging.ts';
import { limitWords } from './policy-selection.ts';
import type { Setting } from './setting.ts';
import { listed, pick, sayDay, sayDuration } from './values.ts';

/** The procedure: its stages, how those who qualify are ranked, and how ties are settled. */
export function route(setting: Setting): Section {
  const { locale, programme } = setting;
  const stages = (programme.route ?? []).map((stage) => {
    const draft = sourced(stage, stageWords(stage, setting), setting, [
      ...asked({ 'zh-CN': '进入本环节的', en: 'Who comes to it' }, stage.only, setting),
      ...(stage.judging ? [sayJudging(stage.judging, setting)] : []),
      ...notes([stage.take, stage.takeLeast], setting),
    ]);
    const text = draft.text && pick(locale, `：${draft.text}`, `: ${draft.text}`);
    return { ...draft, text: `${stage.names[locale]}${text}` };
  });
  return { id: 'route', clauses: [...stages, ...ranked(setting), ...tied(setting)] };
}

function stageWords(stage: Stage, setting: Setting): string {
  const { locale } = setting;
  const say = (zh: string, en: string) => pick(locale, zh, en);
  const day = (one: string) => sayDay(one, locale);
  const body = stage.body && bodyName(stage.body, setting);
  const actor = choiceWords.actors[stage.actor][locale];
  const who =
    body === undefined || body === actor
      ? actor
      : stage.actor === 'public'
        ? body
        : say(`${actor}（${body}）`, `${actor} (${body})`);
  const does = choiceWords.does[stage.does];
  const { publicity, take, takeLeast, vote, attempts, after, objections, ranking, mayReturn } = stage;
  const amount = (node: typeof take) => (node ? sayAmount(node, setting) : '');
  return joined(
    [
      stage.input &&
        say(`接“${stageName(stage.input, setting)}”`, `after "${stageName(stage.input, setting)}"`),
      say(`${who}${does['zh-CN']}`, `${who}: ${does.en}`),
      publicity?.days !== undefined &&
        say(`公示 ${sayLength(publicity.days, setting)}`, `for ${sayLength(publicity.days, setting)}`),
      publicity?.channel && say(`公示于${publicity.channel['zh-CN']}`, `on ${publicity.channel.en}`),
      quotaWords(stage.quota, setting),
      ranking && choiceWords.ranking[ranking][locale],
      take && say(`选出 ${amount(take)} 名`, `how many go on: ${amount(take)}`),
      takeLeast && say(`至少选出 ${amount(takeLeast)} 名`, `at least: ${amount(takeLeast)}`),
      vote && sayVote(vote, setting),
      attempts && attemptsWords(attempts, setting),
      stage.approvals &&
        say(
          `须经${bodies(stage.approvals, setting)}签章`,
          `signed or sealed by ${bodies(stage.approvals, setting)}`,
        ),
      mayReturn === true && say('可退回补正', 'may return for correction'),
      mayReturn === false && say('不退回', 'nothing is returned'),
      stage.opens && say(`${day(stage.opens)}开始`, `from ${day(stage.opens)}`),
      stage.deadline && say(`截止 ${day(stage.deadline)}`, `by ${day(stage.deadline)}`),
      after && afterWords(after, setting),
      stage.late && choiceWords.late[stage.late][locale],
      objections && objectionWords(objections, setting),
    ],
    setting,
  );
}

const bodies = (ids: readonly string[], setting: Setting): string =>
  listed(
    setting.locale,
    ids.map((id) => bodyName(id, setting)),
    'and',
  );

function quotaWords(quota: Stage['quota'], setting: Setting): string {
  const { locale, programme } = setting;
  if (quota === undefined) return '';
  if (quota === 'total' || quota === 'split') return choiceWords.quota[quota][locale];
  const limit = programme.quota?.limits?.find(({ id }) => id === quota);
  const said = limit ? limitWords(limit, setting) : quota;
  return pick(locale, `受名额约束（${said}）`, `within the quota (${said})`);
}

function attemptsWords({ most, within, keep }: NonNullable<Stage['attempts']>, setting: Setting): string {
  const { locale } = setting;
  return joined(
    [
      most !== undefined && pick(locale, `最多 ${most} 次`, `at most ${most} attempts`),
      within &&
        pick(locale, `须在${sayDuration(within, locale)}内完成`, `within ${sayDuration(within, locale)}`),
      keep === true && pick(locale, '已通过的保留', 'what was passed stays passed'),
      keep === false && pick(locale, '每次重新计', 'each attempt begins anew'),
    ],
    setting,
  );
}

function afterWords({ stage, event, within }: NonNullable<Stage['after']>, setting: Setting): string {
  const what = [
    ...(stage ? [`“${stageName(stage, setting)}”`] : []),
    ...(event ? [wordOf(event, setting)] : []),
  ].join(pick(setting.locale, '或', ' or '));
  const length = sayLength(within, setting);
  if (what === '') return pick(setting.locale, `${length}内办理`, `within ${length}`);
  return pick(
    setting.locale,
    `在${what}后 ${length}内`,
    `within ${length} after ${what.replaceAll(/[“”]/g, '"')}`,
  );
}

function objectionWords({ days, to, grounds }: NonNullable<Stage['objections']>, setting: Setting): string {
  const { locale } = setting;
  const length = days === undefined ? '' : sayLength(days, setting);
  const where = to === undefined ? '' : bodyName(to, setting);
  return pick(
    locale,
    `有异议的可${length && `在 ${length}内`}${where && `向${where}`}提出${grounds ? `（${grounds['zh-CN']}）` : ''}`,
    `objections may be raised${length && ` within ${length}`}${where && ` with ${where}`}${grounds ? ` (${grounds.en})` : ''}`,
  );
}

function ranked(setting: Setting): Draft[] {
  const { programme, vocabulary, locale } = setting;
  const { ranking } = programme;
  if (!ranking) return [];
  const { by, order, within, who, take } = ranking;
  const groups = listed(
    locale,
    (within ?? []).map((id) => vocabulary.attributes[id]?.names[locale] ?? id),
    'and',
  );
  const made = joined(
    [
      pick(locale, `按${sayAmount(by, setting)}排序`, `ranked by ${sayAmount(by, setting)}`),
      order && choiceWords.order[order][locale],
      groups && pick(locale, `每一${groups}分别排`, `apart for each ${groups}`),
      take &&
        pick(
          locale,
          `取前 ${sayAmount(take, setting)} 名`,
          `taken from the top: ${sayAmount(take, setting)}`,
        ),
    ],
    setting,
  );
  return [
    sourced(ranking, made, setting, [
      ...asked({ 'zh-CN': '参加排序的', en: 'Who is ranked' }, who, setting),
      ...notes([by, take], setting),
    ]),
  ];
}

function tied(setting: Setting): Draft[] {
  const { programme, vocabulary, locale } = setting;
  const { ties } = programme;
  if (!ties) return [];
  const keys = (ties.keys ?? []).map((key) => {
    if ('clause' in key) {
      const said = clauseName(key.clause, setting).replace(/[。.]$/, '');
      return { key, made: pick(locale, `符合“${said}”者优先`, `whoever meets "${said}" first`) };
    }
    const { by, prefer } = key;
    const name =
      (by === 'score' || by === 'recommendation-order' ? choiceWords.tieKeys[by] : undefined)?.[locale] ??
      vocabulary.attributes[by]?.names[locale] ??
      by;
    const made = pick(
      locale,
      `${name}${prefer === 'higher' ? '高者' : '低者'}优先`,
      `${prefer} ${name} first`,
    );
    return { key, made };
  });
  const end = choiceWords.ties[ties.otherwise][locale];
  const made = [...keys.map(({ made }) => made), end].join(pick(locale, '；', '; '));
  const said = keys
    .filter(({ key }) => key.say || key.cite)
    .map(({ key, made }) => sourced(key, made, setting));
  return [sourced(ties, pick(locale, `同分时：${made}`, `Ties: ${made}`), setting, said)];
}
