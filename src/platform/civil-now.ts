interface Clock {
  readonly format: Intl.DateTimeFormat;
  /** The minute it was last asked about, and its day: every request asks for now. */
  minute: number;
  day: string;
}
const clocks = new Map<string, Clock>();

/** The civil date (`YYYY-MM-DD`) of an instant in a time zone such as `Asia/Shanghai`. */
export function civilDateOf(instant: Date, timeZone: string): string {
  let clock = clocks.get(timeZone);
  if (clock === undefined) {
    const format = new Intl.DateTimeFormat('en-CA', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    });
    clock = { format, minute: Number.NaN, day: '' };
    clocks.set(timeZone, clock);
  }
  const minute = Math.floor(instant.getTime() / 60_000);
  if (minute !== clock.minute) {
    clock.day = clock.format.format(instant);
    clock.minute = minute;
  }
  return clock.day;
}

/** The last instant of a civil day in a time zone: when a deadline of that day has passed. */
export function endOfDay(day: string, timeZone: string): Date {
  const noon = new Date(`${day}T12:00:00Z`);
  const local = new Date(noon.toLocaleString('en-US', { timeZone }));
  const asUtc = new Date(noon.toLocaleString('en-US', { timeZone: 'UTC' }));
  const offset = local.getTime() - asUtc.getTime();
  return new Date(Date.parse(`${day}T23:59:59.999Z`) - offset);
}

/** The first instant of a civil day in a time zone. */
export const startOfDay = (day: string, timeZone: string): Date =>
  new Date(endOfDay(day, timeZone).getTime() - 86_399_999);
