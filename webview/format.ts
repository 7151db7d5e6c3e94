/** Milliseconds for people: 0.84 ms, 12.3 ms, 1.24 s. */
export function milliseconds(value: number | undefined): string {
  if (value === undefined) return '–';
  if (value >= 1000) return `${(value / 1000).toFixed(2)} s`;
  return `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ms`;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** Time of day with milliseconds, in local time or in UTC. */
export function timeOfDay(timestamp: number, utc = false): string {
  const date = new Date(timestamp);
  if (utc) return date.toISOString().slice(11, -1);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/** Date and time to the minute, in local time: 4 May 2026, 12:00. */
export const dateAndTime = (timestamp: number): string =>
  new Date(timestamp).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
