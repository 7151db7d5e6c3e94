import { createPipeline } from '../pipeline.ts';
import { duration, parseCommand } from './arguments.ts';
import type { CommandContext } from './commands.ts';
import { chooseTarget } from './target.ts';
import { UsageError } from './usage-error.ts';

const minuteMs = 60_000;
const figures = ['invocations', 'errors', 'throttles', 'averageMs', 'maximumMs'] as const;

export async function runMetrics({ args, output, signal, engineEntry }: CommandContext): Promise<number> {
  const { values, positionals } = parseCommand(args, ['NAME'], {
    since: { type: 'string', default: '1h' },
    period: { type: 'string', default: '1m' },
  });
  const to = Date.now();
  const from = to - duration(values.since);
  const periodMs = duration(values.period, 'period');
  if (periodMs % minuteMs !== 0 || periodMs === 0)
    throw new UsageError(`--period takes whole minutes, hours or days, not "${values.period}".`);
  const target = await chooseTarget(values, { entry: engineEntry, signal });
  const functionName = positionals[0] ?? '';
  using reader = await createPipeline().openMetrics({ target });
  const periods = await reader.read({ functionNames: [functionName], figures, from, to, periodMs, signal });
  if (output.json) {
    for (const { time, figures: its } of periods)
      output.line(JSON.stringify({ time: new Date(time).toISOString(), periodMs, ...its }));
  } else if (periods.length === 0)
    output.line(`No metrics of ${functionName} on ${target.label} in the last ${values.since}.`);
  else {
    const ms = (value: number | undefined): string => (value === undefined ? '' : value.toFixed(2));
    output.table(
      ['TIME', 'INVOCATIONS', 'ERRORS', 'THROTTLES', 'AVERAGE MS', 'MAXIMUM MS'],
      periods.map(({ time, figures: its }) => [
        new Date(time).toISOString().replace('.000', ''),
        its.invocations ?? 0,
        its.errors ?? 0,
        its.throttles ?? 0,
        ms(its.averageMs),
        ms(its.maximumMs),
      ]),
    );
  }
  return 0;
}
