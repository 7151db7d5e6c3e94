import { createPipeline, type InvocationMode } from '../pipeline.ts';
import { parseCommand } from './arguments.ts';
import type { CommandContext } from './commands.ts';
import { readPayload } from './payload.ts';
import { chooseTarget } from './target.ts';
import { UsageError } from './usage-error.ts';

export async function runInvoke({ args, output, signal, engineEntry }: CommandContext): Promise<number> {
  const { values, positionals } = parseCommand(args, ['NAME'], {
    async: { type: 'boolean' },
    'dry-run': { type: 'boolean' },
    payload: { type: 'string' },
    qualifier: { type: 'string' },
  });
  if (values.async && values['dry-run']) throw new UsageError('--async and --dry-run exclude each other.');
  const mode: InvocationMode = values.async ? 'async' : values['dry-run'] ? 'dry-run' : 'sync';
  const payload = await readPayload(values.payload);
  const target = await chooseTarget(values, { entry: engineEntry, signal });
  const functionName = positionals[0] ?? '';
  const result = await createPipeline().invoke({
    target,
    functionName,
    mode,
    signal,
    ...(payload !== undefined && { payload }),
    ...(values.qualifier && { qualifier: values.qualifier }),
  });
  if (output.json) output.line(JSON.stringify(result));
  else if (mode === 'sync') {
    if (result.logTail) output.aside(result.logTail.replace(/\n$/, ''));
    output.line(result.payload ?? '');
  } else
    output.line(
      mode === 'async'
        ? `accepted (${result.statusCode}), request ${result.requestId}`
        : `allowed (${result.statusCode})`,
    );
  if (!result.functionError) return 0;
  if (!output.json) output.aside(`error: the function failed (${result.functionError})`);
  return 1;
}
