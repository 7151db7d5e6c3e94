const units = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const ago = /^-\s*(\d{1,6}(?:\.\d{1,3})?)\s*([smhd])$/i;
const timeOfDay = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,3}))?)?\s*(z|utc)?$/i;
const dateAndTime = /^(\d{4})-(\d{2})-(\d{2})(?:[t ]\s*(.+))?$/i;

export interface PointOptions {
  /** A time without a zone is UTC. */
  readonly utc: boolean;
  /** ms since the epoch */
  readonly now: number;
}

/**
 * What somebody means by 14:05, 14:05:30.250Z, 2026-05-04 14:05, or -10m (of s, m, h, d), in ms since the epoch; undefined of anything
 * else. A time without a date is the last one that has been.
 */
export function pointInTime(words: string, { utc, now }: PointOptions): number | undefined {
  const text = words.trim();
  const [, count, unit] = ago.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) {
    const ms = Object.entries(units).find(([letter]) => letter === unit.toLowerCase())?.[1] ?? 0;
    return now - Number(count) * ms;
  }
  const dated = dateAndTime.exec(text);
  const time = timeOfDay.exec(dated ? (dated[4] ?? '0:00') : text);
  if (!time) return undefined;
  const [, hours, minutes, seconds = '0', fraction = '0', zone] = time;
  const inDay = [Number(hours), Number(minutes), Number(seconds), Number(fraction.padEnd(3, '0'))] as const;
  if (inDay[0] > 23 || inDay[1] > 59 || inDay[2] > 59) return undefined;
  const isUtc = utc || zone !== undefined;
  const at = (year: number, month: number, day: number): number =>
    isUtc ? Date.UTC(year, month, day, ...inDay) : new Date(year, month, day, ...inDay).getTime();
  if (dated) return at(Number(dated[1]), Number(dated[2]) - 1, Number(dated[3]));
  const today = new Date(now);
  const [year, month, day] = isUtc
    ? [today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate()]
    : [today.getFullYear(), today.getMonth(), today.getDate()];
  const point = at(year, month, day);
  return point <= now ? point : at(year, month, day - 1);
}
