// @ts-check
// npm packages in a folder of their own under .bench/.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { npmCommand, run } from '../../scripts/run.mjs';

/**
 * Makes a folder whose node_modules come from these packages, and no others. Does nothing when it is there. No install scripts run.
 * @param {string} folder
 * @param {readonly string[]} packages
 * @param {readonly string[]} [more] Flags for npm.
 */
export async function install(folder, packages, more = []) {
  const stampFile = `${folder}.packages.txt`;
  const wanted = packages.join('\n');
  if ((await readFile(stampFile, 'utf8').catch(() => '')) === wanted) return;

  console.error(`Installing ${packages.length} packages for ${basename(folder)}…`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  const flags = ['--ignore-scripts', '--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error', ...more];
  const [command, args] = npmCommand(['install', ...flags, ...packages]);
  const code = await run(command, args, { cwd: folder, output: 'errors-only' });
  if (code !== 0)
    throw new Error(`npm could not install ${packages.join(' ')} (code ${code}). Does this machine reach a registry?`);
  await writeFile(stampFile, wanted);
}
