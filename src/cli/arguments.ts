import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { UsageError } from './usage-error.ts';

const targetOptions = {
  endpoint: { type: 'string' },
  profile: { type: 'string' },
  region: { type: 'string' },
  data: { type: 'string' },
  json: { type: 'boolean' },
} as const satisfies ParseArgsOptionsConfig;

/** Parses one command's arguments; `expected` names its positional ones. Throws UsageError in words. */
export function parseCommand<const Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  expected: readonly string[],
  options: Options,
) {
  let parsed;
  try {
    parsed = parseArgs({ args: [...args], options: { ...targetOptions, ...options }, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? `${error.message.split('. ')[0]}. See --help.` : String(error));
  }
  const [missing] = expected.slice(parsed.positionals.length);
  if (missing) throw new UsageError(`${missing} is missing. See --help.`);
  const extra = parsed.positionals[expected.length];
  if (extra !== undefined) throw new UsageError(`"${extra}" is one argument too many. See --help.`);
  return parsed;
}

/** A whole number in a range, for an option. */
export function wholeNumber(
  option: string,
  text: string | undefined,
  [min, max]: readonly [number, number],
): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < min || number > max)
    throw new UsageError(`--${option} takes a whole number from ${min} to ${max}, not "${text}".`);
  return number;
}

/** A length of time such as 90s, 5m, 2h or 1d, in ms. */
export function duration(text: string, option = 'since'): number {
  const parts = /^(\d+)(s|m|h|d)$/.exec(text);
  const units: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
  const unit = units[parts?.[2] ?? ''];
  if (!parts?.[1] || !unit) throw new UsageError(`--${option} takes a time such as 30s, 5m, 2h or 1d, not "${text}".`);
  return Number(parts[1]) * unit;
}

export function environmentOf(pairs: readonly string[] | undefined): Record<string, string> | undefined {
  if (!pairs) return undefined;
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw new UsageError(`--env takes NAME=VALUE, not "${pair}".`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
