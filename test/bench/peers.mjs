// @ts-check
// What ours is compared with: Info-ZIP's `zip`, and adm-zip, in which the AWS Toolkit packages.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureDebianPackages } from '../../scripts/dependencies.mjs';
import { install } from './install.mjs';

/**
 * @param {string} root Folder of everything the benchmarks make.
 * @returns {Promise<{ admZipModule: string, versions: string }>}
 */
export async function ensurePeers(root) {
  await ensureDebianPackages([{ command: 'zip', package: 'zip' }]);
  const folder = join(root, 'peers');
  await install(folder, ['adm-zip']);
  const admZip = join(folder, 'node_modules', 'adm-zip');
  const { version } = JSON.parse(await readFile(join(admZip, 'package.json'), 'utf8'));
  const { stdout } = await promisify(execFile)('zip', ['-v']);
  const infoZip = /This is Zip (\S+)/.exec(stdout)?.[1] ?? '?';
  return { admZipModule: admZip, versions: `Info-ZIP ${infoZip}, adm-zip ${version}` };
}
