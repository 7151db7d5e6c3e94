import type { LogEvent } from '../observe/timing.ts';
import { createPipeline } from '../pipeline.ts';
import { duration, parseCommand } from './arguments.ts';
import type { CommandContext } from './commands.ts';
import { chooseTarget } from './target.ts';

export async function runLogs({ args, output, signal, engineEntry }: CommandContext): Promise<number> {
  const { values, positionals } = parseCommand(args, ['NAME'], {
    follow: { type: 'boolean', short: 'f' },
    since: { type: 'string', default: '10m' },
  });
  const since = Date.now() - duration(values.since);
  const target = await chooseTarget(values, { entry: engineEntry, signal });
  const functionName = positionals[0] ?? '';
  const print = (events: readonly LogEvent[]): void => {
    for (const event of events) output.result(event, () => words(event));
  };
  const pipeline = createPipeline();
  if (!values.follow) {
    print(await pipeline.readLogs({ target, functionName, since, signal }));
    return 0;
  }
  await pipeline.followLogs({
    target,
    functionNames: [functionName],
    since,
    signal,
    onEvents: print,
    onStatus: ({ state, detail }) => output.progress(detail ? `${state}: ${detail}` : state),
  });
  return signal.aborted ? 130 : 0;
}

const words = (event: LogEvent): string => `${new Date(event.timestamp).toISOString()} ${event.message.trimEnd()}`;
