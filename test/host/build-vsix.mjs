// @ts-check
import { join } from 'node:path';
import { npmCommand, run } from '../../scripts/run.mjs';
import { projectEnvironment, repositoryRoot } from '../../scripts/dependencies.mjs';

/**
 * Builds the .vsix as it would be published.
 * @returns {Promise<string>} Its absolute path.
 */
export async function buildVsix() {
  const [command, args] = npmCommand(['run', '--silent', 'vsix']);
  const options = { cwd: repositoryRoot, env: projectEnvironment(), output: /** @type {const} */ ('errors-only') };
  const code = await run(command, args, options);
  if (code !== 0) throw new Error(`"npm run vsix" ended with code ${code}; its own words are above.`);
  return join(repositoryRoot, 'dist', 'lambda-workbench.vsix');
}
