/** What waits for a person on their first page, most pressing first. */

export interface Waiting {
  readonly roundId: string;
  readonly roundName: string;
  readonly n: number;
}

export interface WaitingQueue extends Waiting {
  /** The first of the bodies they act as for which any waits, as the queue's address names it. */
  readonly body: string;
}

export interface RoundLine {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly closesAt: Date;
  readonly unitName: string;
  readonly applicationId: string | null;
  readonly applicationState: string | null;
}

export interface RecordCounts {
  readonly confirmed: number;
  readonly submitted: number;
  readonly returned: number;
}

export interface FirstPage {
  readonly teaches: boolean;
  readonly unread: number;
  readonly toVerify: number;
  readonly queues: readonly WaitingQueue[];
  readonly objections: readonly Waiting[];
  /** Panels of judges in which the person has sheets to mark. */
  readonly judging: readonly { readonly panelId: string; readonly roundName: string; readonly n: number }[];
  /** What people ask the offices the person stands for to put right. */
  readonly corrections: number;
  readonly rounds: readonly RoundLine[];
  readonly records: RecordCounts;
}

export type HomeTask =
  | { readonly kind: 'returned'; readonly href: string; readonly round: string }
  | { readonly kind: 'draft'; readonly href: string; readonly round: string }
  | { readonly kind: 'objections'; readonly href: string; readonly round: string; readonly n: number }
  | { readonly kind: 'queue'; readonly href: string; readonly round: string; readonly n: number }
  | { readonly kind: 'judging'; readonly href: string; readonly round: string; readonly n: number }
  | { readonly kind: 'corrections'; readonly href: string; readonly n: number }
  | { readonly kind: 'verify'; readonly href: string; readonly n: number }
  | { readonly kind: 'record-returned'; readonly href: string; readonly n: number }
  | { readonly kind: 'apply'; readonly href: string; readonly round: string; readonly closesAt: Date }
  | { readonly kind: 'notices'; readonly href: string; readonly n: number };

/** A returned application first: its stage's deadline runs. News last. */
export function homeTasks(page: FirstPage, now: Date): HomeTask[] {
  const own = (state: string) =>
    page.rounds.filter((round) => round.applicationState === state && round.applicationId !== null);
  const open = page.rounds.filter(
    (round) => round.state === 'open' && round.applicationId === null && round.closesAt >= now,
  );
  const some = (n: number, task: HomeTask) => (n > 0 ? [task] : []);
  return [
    ...own('returned').map(
      (round): HomeTask => ({
        kind: 'returned',
        href: `/applications/${round.applicationId}`,
        round: round.name,
      }),
    ),
    ...own('draft')
      .filter((round) => round.closesAt >= now)
      .map(
        (round): HomeTask => ({
          kind: 'draft',
          href: `/applications/${round.applicationId}`,
          round: round.name,
        }),
      ),
    ...page.objections.map(
      (one): HomeTask => ({
        kind: 'objections',
        href: `/rounds/${one.roundId}/objections`,
        round: one.roundName,
        n: one.n,
      }),
    ),
    ...page.queues.map(
      (one): HomeTask => ({
        kind: 'queue',
        href: `/rounds/${one.roundId}/queue?body=${one.body}`,
        round: one.roundName,
        n: one.n,
      }),
    ),
    ...page.judging.map(
      (one): HomeTask => ({
        kind: 'judging',
        href: `/judging/${one.panelId}`,
        round: one.roundName,
        n: one.n,
      }),
    ),
    ...some(page.toVerify, { kind: 'verify', href: '/verification', n: page.toVerify }),
    ...some(page.corrections, { kind: 'corrections', href: '/corrections', n: page.corrections }),
    ...some(page.records.returned, {
      kind: 'record-returned',
      href: '/records?state=returned',
      n: page.records.returned,
    }),
    ...(page.teaches
      ? open.map(
          (round): HomeTask => ({
            kind: 'apply',
            href: `/rounds/${round.id}/eligibility`,
            round: round.name,
            closesAt: round.closesAt,
          }),
        )
      : []),
    ...some(page.unread, { kind: 'notices', href: '/notices', n: page.unread }),
  ];
}
