import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../host/browser.mjs';
import { servePanel, type PageServer, type Words } from './page-server.ts';
import { PanelPage, type OpenOptions } from './panel-page.ts';

export type PanelTest = (
  name: string,
  run: (panel: PanelPage) => Promise<void>,
  options?: Pick<OpenOptions, 'maxLines' | 'theme' | 'width'>,
) => void;

/** One browser for the tests of a file, and a panel for each, with words in the place of English ones. Nothing in any of them may break the page's policy, or run what a log says. */
export function panelTests(words?: Words): PanelTest {
  let browser: Browser;
  let server: PageServer;
  before(async () => {
    [browser, server] = await Promise.all([launchBrowser(), servePanel(words)]);
  });
  after(async () => {
    await browser.close();
    await server.close();
  });
  return (name, run, options = {}) => {
    void test(name, async () => {
      const panel = await PanelPage.open({ browser, server, ...options });
      await run(panel);
      assert.deepEqual(await panel.violations(), []);
      assert.deepEqual(await panel.executed(), []);
      await panel.page.close();
    });
  };
}
