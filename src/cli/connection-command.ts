import { findOrStartEngine, shellExports } from '../engine/launch.ts';
import { parseCommand } from './arguments.ts';
import type { CommandContext } from './commands.ts';
import { UsageError } from './usage-error.ts';

/** Prints where the local Lambda is and its credentials, as commands for a shell. */
export async function runConnection({ args, output, signal, engineEntry }: CommandContext): Promise<number> {
  const { endpoint, profile, region, data } = parseCommand(args, [], {}).values;
  if (endpoint ?? profile ?? region)
    throw new UsageError('connection tells of the local Lambda alone: leave --endpoint, --profile and --region away.');
  const connection = await findOrStartEngine({ entry: engineEntry, signal, ...(data && { dataDirectory: data }) });
  output.result(connection, () => shellExports(connection).trimEnd());
  return 0;
}
