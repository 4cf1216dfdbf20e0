import { clauseAt, sayClause } from '../../../language/explain.ts';
import type { RawForm } from '../../../platform/forms.ts';
import type { ActorAsk } from '../../../platform/routing.ts';
import { formatInstant, inLocale } from '../../../web/words.ts';
import type { Route } from './route.ts';
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

/** Why an act was not done, in words. */
export function refusalText(ask: ActorAsk, route: Route, refusal: Refusal): string {
  const { t, locale } = ask;
  switch (refusal.kind) {
    case 'act':
      return t(`review.refusal.act.${refusal.refusal}`, {
        who: refusal.who,
        body:
          refusal.waitsFor === null
            ? t('review.facts.now.done')
            : inLocale(refusal.waitsFor.stage.names, locale),
      });
    case 'recommend':
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
