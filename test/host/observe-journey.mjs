// @ts-check
import assert from 'node:assert/strict';

/**
 * What a person does with the log of a function that is there already: tunes its memory, filters, reloads the window, comes from a terminal.
 * @param {{
 *   readonly window: import('./workbench-window.mjs').WorkbenchWindow,
 *   readonly shoot: (step: string) => Promise<void>,
 *   readonly tuningNotes: () => Promise<readonly string[]>,
 * }} options `tuningNotes`: names of what is noted of tunings that run, or that did not come to their end.
 * @returns {import('./checks.mjs').Step[]}
 */
export function observeJourney({ window, shoot, tuningNotes }) {
  const name = 'hello-python';
  const page = () => window.webview('last');
  /** @param {string} selector */
  const valueOf = (selector) =>
    page()
      .locator(selector)
      .evaluate((field) => Reflect.get(field, 'value'));
  let requestId = '';

  return [
    {
      title: 'Tune Memory tries two sizes on the Local Lambda, and the function keeps its memory',
      run: async () => {
        await window.chooseFromContextMenu(window.inTree(name), 'Tune Memory');
        await window.editorTab(`Tune: ${name}`).waitFor();
        for (const size of ['512', '1,024', '1,769', '3,008']) await page().getByLabel(size, { exact: true }).uncheck();
        await page().getByLabel('Invocations at each size').fill('6');
        await page().getByRole('button', { name: 'Tune with 12 invocations' }).click();
        await page()
          .getByText(/^Measured .* with 6 invocations at each size/)
          .waitFor();
        assert.equal(await page().locator('tbody tr').count(), 2);
        assert.equal(
          await page()
            .locator('tbody tr.own')
            .textContent()
            .then((text) => /128 MB/.test(text ?? '')),
          true,
        );
        await shoot('11-tuned');
      },
    },
    {
      title: 'what was measured is there again after the window was reloaded',
      run: async () => {
        await window.reload();
        await window.editorTab(`Tune: ${name}`).waitFor();
        await page()
          .getByText(/^Measured .* with 6 invocations at each size/)
          .waitFor();
      },
    },
    {
      title: 'a window that is reloaded while it tunes puts all back before it goes',
      run: async () => {
        await page().getByLabel('Invocations at each size').fill('500');
        await page().getByRole('button', { name: 'Tune with 1000 invocations' }).click();
        await page()
          .getByText(/^\d+ of 1000 invocations$/)
          .waitFor();
        assert.equal((await tuningNotes()).length, 1);
        await window.reload();
        await window.editorTab(`Tune: ${name}`).waitFor();
        await page()
          .getByText(/^(Measured|Cancelled)/)
          .waitFor();
        assert.deepEqual(await tuningNotes(), []);
        await window.runCommand('View: Close All Editors');
        await window.editorTab(`Tune: ${name}`).waitFor({ state: 'detached' });
      },
    },
    {
      title: 'the log is filtered, by the page and at its source',
      run: async () => {
        await window.showView('Lambda Workbench');
        await window.chooseFromContextMenu(window.inTree(name), 'Show Logs and Timings');
        await window.editorTab(`Logs: ${name}`).waitFor();
        await page().locator('.log-row.line').first().waitFor();
        requestId = (await page().locator('.log-row.heading').first().getAttribute('data-invocation')) ?? '';
        await page().locator('.source-filter input').fill('Greeting');
        await page().locator('.source-filter input').press('Enter');
        await page().getByText('Filtered at the source by').waitFor();
        await page().locator('.filter input').fill('Greet.ng w[a-z]+');
        await page().getByText('Regex', { exact: true }).click();
        await page().getByLabel('Show lines of', { exact: true }).selectOption('all');
        await page().locator('.log-row.line').filter({ hasText: 'Greeting world' }).first().waitFor();
        await shoot('12-filtered');
      },
    },
    {
      title: 'filter, expression and pattern survive a reload of the window',
      run: async () => {
        await window.reload();
        await window.editorTab(`Logs: ${name}`).waitFor();
        await page().getByText('Filtered at the source by').waitFor();
        await page().locator('.log-row.line').filter({ hasText: 'Greeting world' }).first().waitFor();
        assert.equal(await valueOf('vscode-text-field.filter'), 'Greet.ng w[a-z]+');
        assert.equal(await valueOf('vscode-text-field.source-filter'), 'Greeting');
        assert.equal(
          await page()
            .locator('vscode-checkbox.pattern')
            .evaluate((box) => Reflect.get(box, 'checked')),
          true,
        );
        const lines = await page().locator('.log-row.line').allTextContents();
        assert.ok(
          lines.every((text) => text.includes('Greeting world')),
          lines.join('\n'),
        );
        await shoot('13-reloaded');
      },
    },
    {
      title: 'a request id in a terminal leads to its invocation',
      run: async () => {
        assert.match(requestId, /^[0-9a-f-]{36}$/);
        await window.runCommand('View: Close All Editors');
        await window.editorTab(`Logs: ${name}`).waitFor({ state: 'detached' });
        await window.runCommand('Terminal: Create New Terminal');
        const terminal = window.page.locator('.terminal-wrapper.active .xterm-helper-textarea');
        await terminal.waitFor({ state: 'attached' });
        await terminal.focus();
        await window.page.keyboard.type(`clear; echo "RequestId: ${requestId}"`);
        await window.page.keyboard.press('Enter');
        await window.clickTerminalLink('Show this invocation in its log panel', window.editorTab(`Logs: ${name}`));
        await page().locator(`.log-row.heading.selected[data-invocation="${requestId}"]`).waitFor();
        await shoot('14-from-terminal');
      },
    },
  ];
}
