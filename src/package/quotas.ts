import { Problem } from '../problem.ts';
import type { PackageSource } from './collect-files.ts';

const maxUnzippedBytes = 262_144_000;
const maxZippedBytes = 52_428_800;

/** Throws `PackageTooLarge` before any upload, with the folders that weigh most. */
export function checkUnzipped(sources: readonly PackageSource[]): number {
  const bytes = sources.reduce((sum, source) => sum + source.bytes, 0);
  if (bytes > maxUnzippedBytes) {
    throw new Problem(
      'PackageTooLarge',
      `The folder has ${megabytes(bytes)} unzipped; Lambda takes 250 MB. The heaviest parts: ${heaviest(sources)}. Leave some out with .lambdaignore.`,
    );
  }
  return bytes;
}

/** What to say of a zip that is larger than Lambda takes in a request; nothing where it fits. */
export const overDirectUpload = (
  bytes: number,
  sources: readonly PackageSource[],
): { readonly overDirectUpload?: string } =>
  bytes > maxZippedBytes
    ? {
        overDirectUpload: `The zip has ${megabytes(bytes)}; a direct upload takes 50 MB, more only from S3. The heaviest parts: ${heaviest(sources)}. Leave some out with .lambdaignore, move some into a layer, or put the zip into S3 and update the function from there.`,
      }
    : {};

function heaviest(sources: readonly PackageSource[]): string {
  const sizes = new Map<string, number>();
  for (const { name, bytes } of sources) {
    const parts = name.split('/');
    const folder = parts.length === 1 ? name : parts.slice(0, parts[0] === 'node_modules' ? 2 : 1).join('/');
    sizes.set(folder, (sizes.get(folder) ?? 0) + bytes);
  }
  return [...sizes]
    .sort(([, a], [, b]) => b - a)
    .slice(0, 10)
    .filter(([, bytes], index) => index === 0 || bytes >= 52_429) // else it would weigh 0.0 MB
    .map(([folder, bytes]) => `${folder} (${megabytes(bytes)})`)
    .join(', ');
}

const megabytes = (bytes: number): string => `${(bytes / 1_048_576).toFixed(1)} MB`;
