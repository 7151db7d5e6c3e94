// Numbers, amounts and times in the language of the editor.
import { dollarDigits } from '../src/observe/cost.ts';

/** Outside of a page, and for what the browser knows no language by, English. */
const language = known(globalThis.document?.documentElement.lang) ?? 'en';
const ofNumbers = language === 'en' ? 'en-US' : language;
const formats = new Map<number, Intl.NumberFormat>();

function known(tag: string | undefined): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return undefined;
  }
}

/** With so many digits behind the point: 1,234.50. */
export function decimal(value: number, digits: number): string {
  let format = formats.get(digits);
  if (!format) {
    format = new Intl.NumberFormat(ofNumbers, { minimumFractionDigits: digits, maximumFractionDigits: digits });
    formats.set(digits, format);
  }
  return format.format(value);
}

/** Whole: 1,234. */
export const counted = (value: number): string => decimal(value, 0);

/** Dollars for people: $12.40. */
export function dollars(value: number): string {
  const digits = dollarDigits(value);
  return value.toLocaleString(ofNumbers, {
    style: 'currency',
    currency: 'USD',
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

/** Milliseconds for people: 0.84 ms, 12.3 ms, 1.24 s. */
export function milliseconds(value: number | undefined): string {
  if (value === undefined) return '–';
  if (value >= 1000) return `${decimal(value / 1000, 2)} s`;
  return `${decimal(value, value < 10 ? 2 : value < 100 ? 1 : 0)} ms`;
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
  new Date(timestamp).toLocaleString(language === 'en' ? 'en-GB' : language, {
    dateStyle: 'medium',
    timeStyle: 'short',
  });
