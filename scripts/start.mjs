// @ts-check
// `npm start`: sets itself up, builds, shows the main job in the terminal, and opens VS Code where there is one.
import { join } from 'node:path';
import process from 'node:process';
import { ensureDependencies, findOnPath, nodePath, projectEnvironment, repositoryRoot } from './dependencies.mjs';
import { run } from './run.mjs';

const inRepository = { cwd: repositoryRoot, env: projectEnvironment() };

try {
  await ensureDependencies();
  console.log('Building…');
  if ((await run(nodePath, ['esbuild.mjs'], inRepository)) !== 0)
    throw new Error('The build failed; its words are above.');
  process.exitCode = await run(nodePath, [join('scripts', 'main-job.mjs')], inRepository);
  if (process.exitCode === 0) await openVSCode();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** Without a VS Code, or where it refuses to start, there is still the one in a browser. */
async function openVSCode() {
  const code = await findOnPath('code');
  if (code !== undefined) {
    console.log('\nOpening VS Code with the extension and the samples: right-click a folder, "Deploy as Lambda".');
    const args = [`--extensionDevelopmentPath=${repositoryRoot}`, join(repositoryRoot, 'samples')];
    if ((await run(code, args)) === 0) return;
  }
  console.log('\nTo try it in VS Code in a browser:  npm run vscode');
}
