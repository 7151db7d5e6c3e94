import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { createPipeline } from '../pipeline.ts';
import { parseCommand } from './arguments.ts';
import type { CommandContext } from './commands.ts';
import { describe, leftOut, summary } from './package-words.ts';
import { UsageError } from './usage-error.ts';

/** What a package is made of lives as long as the package does: room for more that might die young is 50 MB that never pay. */
const youngGeneration = '--semi-space-growth-factor=1';

export async function runPackage(context: CommandContext): Promise<number> {
  const { args, output, signal } = context;
  const { values, positionals } = parseCommand(args, ['FOLDER'], {
    runtime: { type: 'string' },
    handler: { type: 'string' },
    out: { type: 'string', short: 'o' },
    layer: { type: 'boolean' },
    explain: { type: 'boolean' },
  });
  const { runtime, handler, out, explain, layer } = values;
  if (layer) {
    if (handler ?? explain) throw new UsageError('A layer has no handler and no --explain: leave them away.');
    if (!out) throw new UsageError('--out FILE is missing: where shall the zip go?');
    const { packageLayerFolder } = await import('./layer-commands.ts');
    return packageLayerFolder(context, { folder: path.resolve(positionals[0] ?? ''), out, runtime });
  }
  const options = {
    folder: path.resolve(positionals[0] ?? ''),
    signal,
    onCompress: () => setFlagsFromString(youngGeneration),
    ...(runtime && { runtime }),
    ...(handler && { handler }),
  };
  const pipeline = createPipeline();
  if (explain) {
    if (out) throw new UsageError('--explain makes no file: leave --out away.');
    const preview = await pipeline.previewPackage(options);
    output.result({ ...summary(preview.package), parts: preview.parts }, () => preview.text);
    return 0;
  }
  if (!out) throw new UsageError('--out FILE is missing: where shall the zip go?');
  const built = await pipeline.packageFolder({ ...options, outFile: path.resolve(out) });
  built.warnings.forEach((warning) => output.warning(warning));
  output.result({ ...summary(built), file: built.file }, () => `${built.file}: ${describe(built)}${leftOut(built)}`);
  return 0;
}
