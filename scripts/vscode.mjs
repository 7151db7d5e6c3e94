// @ts-check
// `npm run vscode`: VS Code in a browser with the extension installed and the samples open, for machines without a desktop one.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { buildVsix } from '../test/host/build-vsix.mjs';
import { installServerBuild, serverBuildTools } from '../test/host/server-build.mjs';
import { installExtension, startServer } from '../test/host/server.mjs';
import { ensureDebianPackages, ensureDependencies, projectEnvironment, repositoryRoot } from './dependencies.mjs';

const home = join(repositoryRoot, '.vscode-test', 'browser');
const profile = {
  userData: join(home, 'user-data'),
  extensions: join(home, 'extensions'),
  environment: projectEnvironment(),
};
const firstSettings = { 'workbench.startupEditor': 'none', 'telemetry.telemetryLevel': 'off' };

try {
  await ensureDependencies();
  await ensureDebianPackages(serverBuildTools);
  await installServerBuild();
  await prepareProfile();
  console.log('Building and installing the extension…');
  installExtension(profile, await buildVsix());
  await serve();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** What the user has set in an earlier session stays. */
async function prepareProfile() {
  const folder = join(profile.userData, 'User');
  await mkdir(folder, { recursive: true });
  await mkdir(profile.extensions, { recursive: true });
  await writeFile(join(folder, 'settings.json'), JSON.stringify(firstSettings, undefined, 2), { flag: 'wx' }).catch(
    (error) => {
      if (error.code !== 'EEXIST') throw error;
    },
  );
}

async function serve() {
  const server = await startServer(profile);
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.once(signal, () => void server.stop());
  console.log(`\nOpen this in a browser:  ${server.url(join(repositoryRoot, 'samples'))}`);
  console.log('Right-click a folder, "Deploy as Lambda". Ctrl+C ends it.');
  await server.exited;
}
