import type { DeploymentPackage } from '../package/deployment-package.ts';

/** What programs are told of a package. */
export function summary(built: DeploymentPackage): Record<string, unknown> {
  const { codeSha256, zippedBytes, unzippedBytes, runtime, handler, settingsFrom, warnings, leftOut } = built;
  const entries = built.entryCount;
  return { codeSha256, zippedBytes, unzippedBytes, entries, runtime, handler, settingsFrom, warnings, leftOut };
}

/** What people are told of it, in a line. */
export const describe = (built: DeploymentPackage): string =>
  `${built.entryCount} entries, ${built.zippedBytes} bytes zipped, ${built.unzippedBytes} unzipped, ${built.runtime}, ${built.handler}${built.settingsFrom === undefined ? '' : `, settings of ${built.settingsFrom}`}`;

/** What is not in it; nothing where all is. */
export const leftOut = (built: DeploymentPackage): string =>
  built.leftOut.length === 0 ? '' : `\nleft out: ${built.leftOut.map(({ name }) => name).join(', ')}`;
