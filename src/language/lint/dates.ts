import type { Programme } from '../programme.ts';
import type { Warn } from './warn.ts';

/** Dates that follow each other in life should follow each other in the file. */
export function lintDates({ dates, route, training, versions }: Programme, warn: Warn): void {
  const late = (
    path: string,
    first: string | undefined,
    second: string | undefined,
    zh: string,
    en: string,
  ) => {
    // Days of the year and full dates do not compare with each other.
    if (first === undefined || second === undefined || first.length !== second.length || first <= second)
      return;
    warn('dates-out-of-order', path, zh, en);
  };
  const { open, deadline } = dates ?? {};
  late(
    'dates.deadline',
    open,
    deadline,
    `截止（${deadline}）早于开始（${open}）。`,
    `It closes (${deadline}) before it opens (${open}).`,
  );
  let before: string | undefined;
  route?.forEach(({ deadline: by }, i) => {
    const path = `route[${i}].deadline`;
    late(
      path,
      before,
      by,
      `本环节截止（${by}）早于前一环节（${before}）。`,
      `This stage ends (${by}) before an earlier one (${before}).`,
    );
    late(
      path,
      open,
      by,
      `本环节截止（${by}）早于申报开始（${open}）。`,
      `This stage ends (${by}) before the round opens (${open}).`,
    );
    before = by ?? before;
  });
  route?.forEach(({ opens, deadline: by }, i) => {
    late(
      `route[${i}].opens`,
      opens,
      by,
      `本环节开始（${opens}）晚于截止（${by}）。`,
      `This stage opens (${opens}) after it ends (${by}).`,
    );
  });
  late(
    'versions.keepUntil',
    versions?.from,
    versions?.keepUntil,
    '旧规定的最晚适用日期早于新规定施行日期。',
    'The earlier version ends before this one is in force.',
  );
  const { from, to } = training?.period ?? {};
  late(
    'training.period.from',
    deadline,
    from,
    `培训（${from}）在申报截止（${deadline}）之前开始。`,
    `The training starts (${from}) before the applications close (${deadline}).`,
  );
  // A period within the year may run over New Year; full dates may not run backwards.
  if (from?.length === 10)
    late('training.period.to', from, to, '培训止期早于起期。', 'The training ends before it begins.');
}
