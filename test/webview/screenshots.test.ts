import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../host/browser.mjs';
import { servePanel, type PageServer } from './page-server.ts';
import { PanelPage } from './panel-page.ts';
import { showErrors, showLive } from './scenes.ts';

const folder = join(import.meta.dirname, '../../test-output/panel');
let browser: Browser;
let server: PageServer;

before(async () => {
  await mkdir(folder, { recursive: true });
  [browser, server] = await Promise.all([launchBrowser(), servePanel()]);
});
after(async () => {
  await browser.close();
  await server.close();
});

const scenes = { empty: async () => {}, live: showLive, errors: showErrors };

for (const theme of ['dark', 'light'] as const) {
  for (const [name, show] of Object.entries(scenes)) {
    for (const width of [400, 900, 1400]) {
      test(`${theme}, ${name}: nothing is cut off at ${width} px`, async () => {
        const panel = await PanelPage.open({ browser, server, theme, width });
        await show(panel);
        const file = width === 900 ? `${theme}-${name}.png` : `${theme}-${name}-${width}.png`;
        // Hiding the caret would take a style of Playwright's in the page, which its policy forbids.
        await panel.page.screenshot({ path: join(folder, file), caret: 'initial' });
        assert.deepEqual(await panel.overhang(), []);
        assert.deepEqual(await panel.violations(), []);
        await panel.page.close();
      });
    }
  }
}
