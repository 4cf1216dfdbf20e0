import type { Finding } from '../../../language/finding.ts';
import { type Db, transaction } from '../../../platform/database.ts';
import { type Actor, type Assignment, asHolderOf } from '../../identity/rules.ts';
import { insertNotices } from '../../notices/queries.ts';
import { inBoth, type NoticeKind } from '../../notices/rules.ts';
import { type ApplicationRow, lockApplication, selectApplication } from '../applications/queries.ts';
import type { PanelAt } from '../panels/queries.ts';
import type { PanelState } from '../panels/rules.ts';
import { shareRound } from '../rounds/queries.ts';
import { lockReviews } from './queries.ts';
import { type Route, routeOf, standingOf } from './route.ts';
import {
  type ActRefusal,
  type ClauseRefusal,
  judgeAct,
  type RecommendRefusal,
  type Step,
  type TakeBackRefusal,
} from './rules.ts';

/*
 * What bodies do. Each act is one transaction: the round's reviews are locked, what the act rests on is read
 * afresh, the rules judge, everything is written with its audit entry, or nothing is.
 */

/** What the act is refused for, in words' terms; thrown inside a transaction so that nothing stays of it. */
export type Refusal =
  | {
      readonly kind: 'act';
      readonly refusal: ActRefusal;
      readonly waitsFor: Step | null;
      readonly who: string;
    }
  | {
      readonly kind: 'recommend';
      readonly refusal: RecommendRefusal;
      readonly who: string;
      readonly places: number | null;
      readonly clauses: readonly Finding[];
      /** Where several were to go on together: for how many of them a place was wanted, and how many were free. */
      readonly several?: { readonly wanted: number; readonly free: number };
    }
  | {
      readonly kind: 'panel';
      readonly refusal: PanelState;
      readonly panel: PanelAt;
      readonly who: string;
      /** How many others that were to go on with them judges have before them, whichever panel it is. */
      readonly others: number;
    }
  | { readonly kind: 'take-back'; readonly refusal: TakeBackRefusal; readonly who: string }
  | { readonly kind: 'clause'; readonly refusal: ClauseRefusal }
  | { readonly kind: 'return'; readonly refusal: 'may-not-return' | 'no-body-before' | 'no-reason' }
  | { readonly kind: 'refuse'; readonly refusal: 'no-reason' | 'no-such-clause' };
export type Done = { readonly ok: true } | { readonly ok: false; readonly refusal: Refusal };

export class Undo extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(`refused: ${refusal.kind} ${refusal.refusal}`);
    this.refusal = refusal;
  }
}

export async function allOrNothing(db: Db, work: (tx: Db) => Promise<void>): Promise<Done> {
  try {
    await transaction(db, work);
    return { ok: true };
  } catch (error) {
    if (error instanceof Undo) return { ok: false, refusal: error.refusal };
    throw error;
  }
}

/** Who acts, when, and the id their form gave this act. */
export interface By {
  readonly actor: Actor;
  readonly now: Date;
  readonly submission: string;
}

export interface Turn {
  readonly route: Route;
  readonly application: ApplicationRow;
  readonly step: Step;
  readonly post: Assignment;
  /** Whoever acts, in the stead of the one who handed them the post if somebody did. */
  readonly actor: Actor;
}

/** Lock the application and find the body whose turn it is; throws the refusal when it is not the actor's. */
export async function takeTurn(tx: Db, id: string, { actor, now }: By): Promise<Turn> {
  const { roundId } = await selectApplication(tx, id);
  await lockReviews(tx, roundId);
  const route = await routeOf(tx, await shareRound(tx, roundId));
  const application = await lockApplication(tx, id);
  return turnOf(tx, route, application, actor, now);
}
export async function turnOf(
  tx: Db,
  route: Route,
  application: ApplicationRow,
  actor: Actor,
  now: Date,
): Promise<Turn> {
  const verdict = judgeAct(actor, await standingOf(tx, route, application), now);
  if (!verdict.ok) {
    const { refusal, waitsFor } = verdict;
    throw new Undo({ kind: 'act', refusal, waitsFor, who: application.personName });
  }
  const { step, post } = verdict;
  return { route, application, step, post, actor: asHolderOf(actor, post) };
}

export const aboutOf = ({ id, personId, roundId, unitPath }: ApplicationRow) => ({
  subjectType: 'application',
  subjectId: id,
  personId,
  roundId,
  unitPath,
});

/** What is told of an act: of which application, and which body did it. */
type Told = Pick<Turn, 'route' | 'application' | 'step'> & { readonly post: Pick<Turn['post'], 'unitName'> };
/** What the body of this turn did; two bodies of a unit are told apart by their stages. */
export const tell = (
  tx: Db,
  now: Date,
  kind: NoticeKind,
  { route, application, step, post }: Told,
  detail: Record<string, string> = {},
) =>
  insertNotices(tx, now, [
    {
      personId: application.personId,
      kind,
      detail: {
        round: route.round.name,
        body: post.unitName,
        ...inBoth('stage', step.stage.names),
        ...detail,
      },
      href: `/applications/${application.id}`,
    },
  ]);
