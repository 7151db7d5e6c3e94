import { withAwsProblems } from '../aws/aws-problems.ts';
import { lambdaClient } from '../aws/clients.ts';
import type { PublishedLayer, PublishLayerOptions } from '../pipeline.ts';
import { readUpload } from './read-upload.ts';

/** Publishes a layer's next version; compatible with what it was installed for, where it was. */
export async function publishLayer(options: PublishLayerOptions): Promise<PublishedLayer> {
  const { target, layerName, package: built, description, signal } = options;
  return withAwsProblems(target, async () => {
    const { PublishLayerVersionCommand } = await import('@aws-sdk/client-lambda');
    const client = await lambdaClient(target);
    try {
      const published = await client.send(
        new PublishLayerVersionCommand({
          LayerName: layerName,
          Content: { ZipFile: await readUpload(built) },
          ...(description !== undefined && { Description: description }),
          ...(built.builtFor && {
            // The SDK's list of runtimes is as old as the SDK; the service judges the name.
            CompatibleRuntimes: [built.builtFor.runtime as 'python3.13'],
            CompatibleArchitectures: [built.builtFor.architecture],
          }),
        }),
        { ...(signal && { abortSignal: signal }) },
      );
      return { layerVersionArn: published.LayerVersionArn ?? '', version: published.Version ?? 0 };
    } finally {
      client.destroy();
    }
  });
}
