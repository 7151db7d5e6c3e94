// @ts-check
import assert from 'node:assert/strict';

/**
 * Right-click → Deploy as Lambda → the tree → Invoke → the panel, while it runs and afterwards → again, warm → Delete.
 * @param {{
 *   readonly window: import('./workbench-window.mjs').WorkbenchWindow,
 *   readonly shoot: (step: string) => Promise<void>,
 *   readonly openGate: () => Promise<void>,
 * }} options `openGate` lets the function `slow-logs` come to its end.
 * @returns {import('./checks.mjs').Step[]}
 */
export function mainJourney({ window, shoot, openGate }) {
  const panel = () => window.webview();
  const row = (/** @type {'cold' | 'warm'} */ start) => panel().locator(`[data-request-id].${start}`);
  const line = (/** @type {string} */ text) => panel().getByText(text).first();
  const isVisible = (/** @type {string} */ text) => line(text).isVisible();

  const invokeFromTree = async () => {
    await window.chooseFromContextMenu(window.inTree('slow-logs'), /^Invoke( Function)?$/);
    await window.acceptQuickInput('Invoke slow-logs');
  };

  return [
    {
      title: 'right-click on a folder offers "Deploy as Lambda"',
      run: async () => {
        // Its icon comes together with its menu entries, a little after the file explorer.
        await window.viewTab('Lambda Workbench').waitFor();
        const entry = await window.openContextMenu(window.inFileExplorer('slow-logs'), 'Deploy as Lambda');
        await entry.hover();
        await shoot('1-right-click');
        await entry.click();
      },
    },
    {
      title: 'the folder is deployed, and says so',
      run: async () => {
        await window.notification(/Deployed slow-logs/).waitFor();
        await shoot('2-deployed');
      },
    },
    {
      title: 'the function is in the tree',
      run: async () => {
        await window.showView('Lambda Workbench');
        await window.inTree('slow-logs').waitFor();
        await shoot('3-tree');
      },
    },
    {
      title: 'the panel shows the log lines while the function still runs',
      run: async () => {
        await invokeFromTree();
        await window.editorTab('Logs: slow-logs').waitFor();
        await line('before the wait').waitFor();
        assert.equal(await isVisible('after the wait'), false);
        assert.equal(await isVisible('REPORT RequestId'), false);
        await shoot('4-running');
      },
    },
    {
      title: 'the first invocation is a cold start',
      run: async () => {
        await openGate();
        await line('after the wait').waitFor();
        await row('cold').waitFor();
        assert.equal(await row('warm').count(), 0);
        await shoot('5-cold');
      },
    },
    {
      title: 'the second invocation is warm',
      run: async () => {
        await invokeFromTree();
        await row('warm').waitFor();
        assert.equal(await row('cold').count(), 1);
        await window.runCommand('Notifications: Clear All Notifications');
        await window.notification(/./).first().waitFor({ state: 'detached' });
        await shoot('6-warm');
      },
    },
    {
      title: 'nothing in the panel is cut off at the side',
      run: async () => {
        const body = panel().locator('body');
        const [inner, outer] = await body.evaluate((element) => [element.scrollWidth, element.clientWidth]);
        assert.ok(
          inner !== undefined && outer !== undefined && inner <= outer,
          `the panel's content is ${inner} px wide in a space of ${outer} px`,
        );
      },
    },
    {
      title: 'a Python folder deploys from the right click as well',
      run: async () => {
        await window.showView(/^Explorer/);
        await window.chooseFromContextMenu(window.inFileExplorer('hello-python'), 'Deploy as Lambda');
        await window.notification(/Deployed hello-python/).waitFor();
        await window.showView('Lambda Workbench');
        await window.inTree('hello-python').waitFor();
        await shoot('7-two-functions');
      },
    },
    {
      title: 'Preview Package shows what would ship',
      run: async () => {
        await window.showView(/^Explorer/);
        await window.chooseFromContextMenu(window.inFileExplorer('hello-typescript'), 'Preview Package');
        await window.editorTab('Package of hello-typescript').waitFor();
        const preview = window.webview('last');
        await preview.locator('.tree .row').filter({ hasText: 'index.mjs.map' }).waitFor();
        await preview.locator('svg.treemap.bytes .tile').first().waitFor();
        await shoot('8-preview');
        await window.showView('Lambda Workbench');
      },
    },
    {
      title: 'Delete asks, and takes the function out of the tree',
      run: async () => {
        await window.chooseFromContextMenu(window.inTree('slow-logs'), /^Delete( Function)?$/);
        await window.dialogButton('Delete').waitFor();
        await shoot('9-delete');
        await window.dialogButton('Delete').click();
        await window.inTree('slow-logs').waitFor({ state: 'detached' });
        await window.inTree('hello-python').waitFor();
        await shoot('10-deleted');
      },
    },
  ];
}
