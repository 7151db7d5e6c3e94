import { createPipeline } from '../pipeline.ts';
import { parseCommand } from './arguments.ts';
import type { CommandContext } from './commands.ts';
import { chooseTarget } from './target.ts';
import { UsageError } from './usage-error.ts';

export async function runUrl({ args, output, signal, engineEntry }: CommandContext): Promise<number> {
  const { values, positionals } = parseCommand(args, ['NAME'], {
    auth: { type: 'string', default: 'none' },
    stream: { type: 'boolean', default: false },
  });
  const { auth, stream } = values;
  if (auth !== 'none' && auth !== 'iam') throw new UsageError(`--auth is none or iam, not "${auth}".`);
  const target = await chooseTarget(values, { entry: engineEntry, signal });
  const functionName = positionals[0] ?? '';
  const result = await createPipeline().functionUrl({ target, functionName, auth, stream, signal });
  output.result(result, () => result.url);
  return 0;
}
