import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { LayerPackage } from '../package/layer.ts';
import { createPipeline } from '../pipeline.ts';
import { parseCommand } from './arguments.ts';
import type { CommandContext } from './commands.ts';
import { chooseTarget } from './target.ts';
import { UsageError } from './usage-error.ts';

/** `package --layer`. */
export async function packageLayerFolder(
  { output, signal }: CommandContext,
  { folder, out, runtime }: { readonly folder: string; readonly out: string; readonly runtime?: string | undefined },
): Promise<number> {
  const built = await createPipeline().packageLayer({
    folder,
    outFile: path.resolve(out),
    signal,
    ...(runtime && { runtime }),
  });
  built.warnings.forEach((warning) => output.warning(warning));
  output.result(summary(built), () => `${built.file}: ${describe(built)}`);
  return 0;
}

export async function runLayer({ args, output, signal, engineEntry }: CommandContext): Promise<number> {
  const { values, positionals } = parseCommand(args, ['publish', 'FOLDER', 'NAME'], {
    runtime: { type: 'string' },
    description: { type: 'string' },
  });
  const [verb, folder = '', layerName = ''] = positionals;
  if (verb !== 'publish') throw new UsageError(`lambda-workbench layer knows publish, not "${verb}". See --help.`);
  const { runtime, description } = values;
  const scratch = await mkdtemp(path.join(tmpdir(), 'lambda-workbench-'));
  try {
    const pipeline = createPipeline();
    const outFile = path.join(scratch, 'layer.zip');
    const built = await pipeline.packageLayer({
      folder: path.resolve(folder),
      outFile,
      signal,
      ...(runtime && { runtime }),
    });
    built.warnings.forEach((warning) => output.warning(warning));
    const target = await chooseTarget(values, { entry: engineEntry, signal });
    const published = await pipeline.publishLayer({
      target,
      layerName,
      package: built,
      signal,
      ...(description !== undefined && { description }),
    });
    const { file: _, ...about } = summary(built);
    output.result({ ...published, ...about }, () => published.layerVersionArn);
    return 0;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function summary(built: LayerPackage): Record<string, unknown> {
  const { file, codeSha256, zippedBytes, unzippedBytes, kind, builtFor, warnings, leftOut } = built;
  return { file, codeSha256, zippedBytes, unzippedBytes, entries: built.entries.length, kind, builtFor, warnings, leftOut }; // prettier-ignore
}

const describe = ({ entries, zippedBytes, unzippedBytes, kind, builtFor }: LayerPackage): string =>
  `a layer (${kind}${builtFor ? `, for ${builtFor.runtime}` : ''}), ${entries.length} entries, ${zippedBytes} bytes zipped, ${unzippedBytes} unzipped`;
