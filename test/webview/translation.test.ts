import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { panelTests } from './panel-test.ts';
import { showComparison, showLive, showSeveral, showSizes } from './scenes.ts';

const bundle = join(import.meta.dirname, '../../l10n/bundle.l10n.json');
const english = JSON.parse(readFileSync(bundle, 'utf8')) as Record<string, string>;
/** Every text in brackets, and one that would leave its attribute if it could. */
const strings = Object.fromEntries(Object.keys(english).map((text) => [text, `⟦${text}⟧`]));
const hostile = '"><img src=x onerror="executed.push(1)">';
const panelTest = panelTests({ language: 'x-test', strings });
const hostileTest = panelTests({ language: 'x-test', strings: { History: hostile } });

/** What of the words on the page is not translated, beside names and what functions write. */
const untranslated = (): string[] => {
  const found: string[] = [];
  const own = '.timings-section, .log-tools, header .actions, .tail, .result-actions';
  const given = '.target, h1, td, option[value]:not([value=""]), .function-chip, .chart-plot, .columns-of, .u-legend';
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent?.trim() ?? '';
    if (!element?.closest(own) || element.closest(given) || !/[A-Za-z]{2}/.test(text)) continue;
    if (!text.includes('⟦') && !/^(UTC|[\d.]* ?(ms|s|MB)|,? ?(x86_64|arm64)|\d+ MB.*)$/.test(text)) found.push(text);
  }
  for (const element of document.querySelectorAll('lambda-panel [aria-label], lambda-panel [title]'))
    for (const name of ['aria-label', 'title']) {
      const text = element.getAttribute(name) ?? '';
      if (element.matches(own) && /[A-Za-z]{2}/.test(text) && !text.includes('⟦')) found.push(`${name}: ${text}`);
    }
  return found;
};

const scenes = { live: showLive, comparison: showComparison, sizes: showSizes, several: showSeveral };
for (const [name, show] of Object.entries(scenes)) {
  panelTest(`${name}: the panel's words are those of the editor's language`, async (panel) => {
    await show(panel);
    assert.deepEqual(await panel.page.evaluate(untranslated), []);
    assert.equal(await panel.page.locator('html').getAttribute('lang'), 'x-test');
  });
}

hostileTest('a translation is text, whatever it looks like, and one that is missing stays English', async (panel) => {
  await showLive(panel);
  await panel.page.getByRole('tab', { name: hostile }).waitFor();
  await panel.page.getByRole('tab', { name: 'Cost' }).waitFor();
  assert.deepEqual([await panel.executed(), await panel.violations()], [[], []]);
});
