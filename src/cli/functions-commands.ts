import { createPipeline } from '../pipeline.ts';
import { parseCommand } from './arguments.ts';
import type { CommandContext } from './commands.ts';
import { chooseTarget } from './target.ts';

export async function runList({ args, output, signal, engineEntry }: CommandContext): Promise<number> {
  const { values } = parseCommand(args, [], {});
  const target = await chooseTarget(values, { entry: engineEntry, signal });
  const functions = await createPipeline().listFunctions({ target, signal });
  if (output.json) output.line(JSON.stringify(functions));
  else if (functions.length === 0)
    output.line(`No functions on ${target.label}. lambda-workbench deploy FOLDER makes one.`);
  else {
    output.table(
      ['NAME', 'RUNTIME', 'BYTES', 'MB', 'SECONDS', 'MODIFIED'],
      functions.map((fn) => [
        fn.name,
        fn.runtime ?? '',
        fn.codeSize,
        fn.memorySizeMB ?? 0,
        fn.timeoutSeconds ?? 0,
        fn.lastModified ?? '',
      ]),
    );
  }
  return 0;
}

export async function runDelete({ args, output, signal, engineEntry }: CommandContext): Promise<number> {
  const { values, positionals } = parseCommand(args, ['NAME'], {});
  const target = await chooseTarget(values, { entry: engineEntry, signal });
  const functionName = positionals[0] ?? '';
  await createPipeline().deleteFunction({ target, functionName, signal });
  output.result({ deleted: functionName }, () => `${functionName} deleted from ${target.label}`);
  return 0;
}
