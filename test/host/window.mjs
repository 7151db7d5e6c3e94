// @ts-check
// The main job as a person does it, in the window of a real VS Code with the .vsix installed; once in each theme.
import { cp, mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { repositoryRoot } from '../../scripts/dependencies.mjs';
import { notesPlace } from '../notes-place.mjs';
import { launchBrowser } from './browser.mjs';
import { buildVsix } from './build-vsix.mjs';
import { Checks } from './checks.mjs';
import { mainJourney } from './main-journey.mjs';
import { observeJourney } from './observe-journey.mjs';
import { createScratchProfile } from './scratch-profile.mjs';
import { installServerBuild } from './server-build.mjs';
import { installExtension, startServer } from './server.mjs';
import { WorkbenchWindow } from './workbench-window.mjs';

const themes = { dark: 'Default Dark Modern', light: 'Default Light Modern' };
const screenshots = join(repositoryRoot, 'test-output', 'screenshots');

await installServerBuild();
const vsix = process.env.LAMBDA_WORKBENCH_VSIX ?? (await buildVsix());
const checks = new Checks();
const browser = await launchBrowser();
try {
  for (const [name, theme] of Object.entries(themes)) await runInTheme(name, theme);
} finally {
  await browser.close();
}
await checks.finish();

/**
 * @param {string} name
 * @param {string} theme
 */
async function runInTheme(name, theme) {
  const profile = await createScratchProfile({
    'workbench.colorTheme': theme,
    // The slow function waits for us; Lambda's default of 3 s would cut it off on a busy machine.
    'lambdaWorkbench.deploy.timeout': 60,
  });
  try {
    const { workspace, gate } = await createWorkspace(profile.root);
    installExtension(profile, vsix);
    const server = await startServer(profile);
    try {
      const window = await WorkbenchWindow.open(browser, server.url(workspace));
      const shoot = (/** @type {string} */ step) => window.screenshot(join(screenshots, `${name}-${step}.png`));
      const openGate = () => writeFile(gate, '');
      await checks.run(name, mainJourney({ window, shoot, openGate }), () => shoot('failure'));
      // As the scratch profile has it.
      const tuningNotes = () => readdir(join(profile.root, 'state', 'lambda-workbench', 'tuning'));
      // What does not depend on colours, once.
      if (name === 'dark')
        await checks.run(name, observeJourney({ window, shoot, tuningNotes }), () => shoot('failure'));
      await window.page.close();
    } finally {
      await server.stop();
    }
  } finally {
    await profile.remove();
  }
}

/**
 * The samples, and a function that runs until the file `gate` is there.
 * @param {string} root
 */
async function createWorkspace(root) {
  const workspace = join(root, 'my-functions');
  // Not in /tmp, of which functions have their own.
  const gate = join(await mkdtemp(join(notesPlace(), 'gate-')), 'open');
  await cp(join(repositoryRoot, 'samples'), workspace, { recursive: true });
  await cp(join(repositoryRoot, 'test', 'fixtures', 'slow-logs'), join(workspace, 'slow-logs'), { recursive: true });
  await writeFile(join(workspace, 'slow-logs', 'event.json'), JSON.stringify({ until: gate }));
  return { workspace, gate };
}
