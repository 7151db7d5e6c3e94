import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { before } from 'node:test';
import { panelTests } from './panel-test.ts';
import {
  showColours,
  showColumns,
  showComparison,
  showCost,
  showDistribution,
  showErrors,
  showFiltered,
  showHistory,
  showJson,
  showLive,
  showProvisioned,
  showRefused,
  showSeveral,
  showSizes,
  showThrottled,
  showTraces,
} from './scenes.ts';

const folder = join(import.meta.dirname, '../../test-output/panel');
before(() => mkdir(folder, { recursive: true }));
const panelTest = panelTests();

const scenes = {
  empty: async () => {},
  live: showLive,
  errors: showErrors,
  throttled: showThrottled,
  json: showJson,
  columns: showColumns,
  colours: showColours,
  distribution: showDistribution,
  cost: showCost,
  provisioned: showProvisioned,
  traces: showTraces,
  history: showHistory,
  comparison: showComparison,
  sizes: showSizes,
  several: showSeveral,
  filtered: showFiltered,
  refused: showRefused,
};

for (const theme of ['dark', 'light'] as const) {
  for (const [name, show] of Object.entries(scenes)) {
    for (const width of [400, 900, 1400]) {
      panelTest(
        `${theme}, ${name}: nothing is cut off at ${width} px`,
        async (panel) => {
          await show(panel);
          const file = width === 900 ? `${theme}-${name}.png` : `${theme}-${name}-${width}.png`;
          // Hiding the caret would take a style of Playwright's in the page, which its policy forbids.
          await panel.page.screenshot({ path: join(folder, file), caret: 'initial' });
          assert.deepEqual(await panel.overhang(), []);
        },
        { theme, width },
      );
    }
  }
}

/** Whatever the theme gives no border is told apart by one where contrast is asked for. */
for (const [name, show] of Object.entries(scenes)) {
  panelTest(
    `high contrast, ${name}: nothing is cut off, all words stand out from black by 4.5 to 1`,
    async (panel) => {
      await show(panel);
      await panel.page.screenshot({ path: join(folder, `high-contrast-${name}.png`), caret: 'initial' });
      assert.deepEqual(await panel.overhang(), []);
      const faint = await panel.page.evaluate(() => {
        const luminance = (channels: readonly number[]): number => {
          const [red = 0, green = 0, blue = 0] = channels.map((channel) => {
            const part = channel / 255;
            return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
          });
          return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
        };
        const found = new Set<string>();
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
          const element = walker.currentNode.parentElement;
          if (!element || !walker.currentNode.textContent?.trim() || element.getClientRects().length === 0) continue;
          const { color, backgroundColor } = getComputedStyle(element);
          // Where it has a ground of its own, the theme or the function has chosen both.
          if (backgroundColor !== 'rgba(0, 0, 0, 0)') continue;
          const [red = 0, green = 0, blue = 0, alpha = 1] = (color.match(/[\d.]+/g) ?? []).map(Number);
          const contrast = (luminance([red, green, blue].map((channel) => channel * alpha)) + 0.05) / 0.05;
          if (contrast < 4.5) found.add(`${element.className}: ${color}, ${contrast.toFixed(1)} to 1`);
        }
        return [...found];
      });
      if (name !== 'colours') assert.deepEqual(faint, []);
    },
    { theme: 'high-contrast' },
  );
}

for (const theme of ['dark', 'light'] as const) {
  panelTest(
    `${theme}: at 200 % nothing is cut off, and the log can be read`,
    async (panel) => {
      // A panel of 900 × 860 pixels has half as many at that zoom.
      await panel.page.setViewportSize({ width: 450, height: 430 });
      await showLive(panel);
      await panel.page.screenshot({ path: join(folder, `${theme}-live-zoomed.png`), caret: 'initial' });
      assert.deepEqual(await panel.overhang(), []);
      const line = panel.page.locator('.log-row.line').last();
      await line.scrollIntoViewIfNeeded();
      await panel.page.screenshot({ path: join(folder, `${theme}-live-zoomed-log.png`), caret: 'initial' });
      const box = await line.boundingBox();
      assert.ok(box && box.y > 0 && box.y + box.height <= 430 && box.height > 10, JSON.stringify(box));
    },
    { theme },
  );
}
