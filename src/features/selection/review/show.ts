import { clauseAt, sayClause } from '../../../language/explain.ts';
import { choiceWords } from '../../../language/grammar/words.ts';
import type { RawForm } from '../../../platform/forms.ts';
import type { ActorAsk } from '../../../platform/routing.ts';
import { enumerateLong } from '../../../shared/text.ts';
import { formatDate, formatInstant, inLocale } from '../../../web/words.ts';
import { allows } from '../../identity/rules.ts';
import type { PanelAt } from '../panels/queries.ts';
import { stillJudges } from '../panels/rules.ts';
import { keyName, tieNames } from '../publicity/show.ts';
import type { Route } from './route.ts';
import { isLast } from './rules.ts';
import type { By, Refusal } from './turn.ts';

/** What the bodies' pages say. */

export const instant = (ask: ActorAsk, at: Date) =>
  formatInstant(at, ask.locale, ask.services.config.timeZone);
export const byOf = (ask: ActorAsk, raw: RawForm): By => ({
  actor: ask.actor,
  now: ask.now,
  submission: raw.submission,
});
export const textOf = ({ ready }: Pick<Route, 'ready'>, ask: ActorAsk, path: string): string => {
  const node = clauseAt(ready.programme, path);
  return node === undefined ? path : sayClause(node, ready.programme, ready.vocabulary, ask.locale);
};

/** What a body is told while a panel of judges is not closed. */
export const panelText = ({ t, locale }: Pick<ActorAsk, 't' | 'locale'>, panel: PanelAt): string =>
  panel.state === 'judging'
    ? t('review.panel.judging', {
        unit: panel.unitName,
        until: panel.closesOn === null ? '' : formatDate(panel.closesOn, locale),
      })
    : t('review.panel.forming', { unit: panel.unitName });

/** The panel that keeps a body from recommending: what to say of it, and the way to it for those who may go there. */
export interface HeldBy {
  readonly text: string;
  readonly href: string | null;
}
export function heldBy(ask: ActorAsk, panel: PanelAt | null): HeldBy | null {
  if (panel === null || !stillJudges(panel)) return null;
  return { text: panelText(ask, panel), href: wayTo(ask, panel) };
}
const wayTo = ({ actor }: ActorAsk, { id, unitPath }: PanelAt): string | null =>
  allows(actor, 'panel.form', { unitPath }) ? `/panels/${id}` : null;

/** The same as a mark beside one of many. */
export const heldMark = (ask: ActorAsk, panel: PanelAt): HeldBy => ({
  text: ask.t(`review.panel.mark.${panel.state === 'judging' ? 'judging' : 'forming'}`, {
    unit: panel.unitName,
    until: panel.closesOn === null ? '' : formatDate(panel.closesOn, ask.locale),
  }),
  href: wayTo(ask, panel),
});

/**
 * How the list will part those whom judges placed alike, where the body that orders them is the last before it. What
 * their results are they have alike, so that a score never parts them; the order they stand in here only where the file
 * names it.
 */
export function partingOf(
  { t, locale }: Pick<ActorAsk, 't' | 'locale'>,
  { ready }: Pick<Route, 'ready'>,
): { readonly text: string; readonly here: boolean } {
  const { programme, vocabulary } = ready;
  const names = tieNames(programme, vocabulary, locale);
  const keys = Object.keys(names).filter((name) => name !== 'score');
  const here = keys.includes('recommendation-order');
  const left = inLocale(choiceWords.ties[programme.ties?.otherwise ?? 'decision'], locale);
  if (keys.length === 0) return { text: t('review.queue.parting.none', { left }), here };
  const said = enumerateLong(
    locale,
    keys.map((name) => keyName(names, name, t)),
  );
  return { text: t('review.queue.parting', { keys: said, here: here ? 'counts' : 'not', left }), here };
}

/** What is said of a recommendation that was done: the last body sends it nowhere else. */
export const recommendedWord = ({ steps }: Pick<Route, 'steps'>, position: number) =>
  isLast(steps, position) ? 'review.done.recommended-last' : 'review.done.recommended';

/** Why an act was not done, in words. */
export function refusalText(ask: ActorAsk, route: Route, refusal: Refusal): string {
  const { t, locale } = ask;
  switch (refusal.kind) {
    case 'act':
      if (refusal.refusal === 'already-passed' && refusal.waitsFor === null)
        return t('review.refusal.act.already-passed.all', { who: refusal.who });
      return t(`review.refusal.act.${refusal.refusal}`, {
        who: refusal.who,
        body: refusal.waitsFor === null ? '' : inLocale(refusal.waitsFor.stage.names, locale),
      });
    case 'panel':
      return t('review.refusal.panel', {
        who: refusal.who,
        others: refusal.others,
        panel: panelText(ask, refusal.panel),
      });
    case 'recommend':
      if (
        refusal.several !== undefined &&
        (refusal.refusal === 'quota-full' || refusal.refusal === 'quota-full-soft')
      )
        return t(`review.refusal.recommend.${refusal.refusal}.several`, {
          ...refusal.several,
          places: refusal.places ?? 0,
        });
      return t(`review.refusal.recommend.${refusal.refusal}`, {
        who: refusal.who,
        places: refusal.places ?? 0,
        clauses: refusal.clauses
          .map(({ path: at }) => textOf(route, ask, at))
          .join(locale === 'en' ? '; ' : '；'),
      });
    case 'take-back':
      return t(`review.refusal.take-back.${refusal.refusal}`, { who: refusal.who });
    case 'clause':
      return t(`review.refusal.clause.${refusal.refusal}`);
    case 'return':
      return t(`review.refusal.return.${refusal.refusal}`);
    case 'refuse':
      return t(`review.refusal.refuse.${refusal.refusal}`);
  }
}
