import { readFile } from 'node:fs/promises';
import type { DeploymentPackage } from '../package/deployment-package.ts';
import { Problem } from '../problem.ts';

/** The zip that a request is to carry. Throws `PackageTooLarge` where a request cannot. */
export async function readUpload({
  file,
  overDirectUpload,
}: Pick<DeploymentPackage, 'file' | 'overDirectUpload'>): Promise<Buffer> {
  if (overDirectUpload !== undefined) throw new Problem('PackageTooLarge', overDirectUpload);
  return readFile(file);
}
