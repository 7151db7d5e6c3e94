import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { before } from 'node:test';
import { panelTests } from './panel-test.ts';
import {
  showColours,
  showColumns,
  showCost,
  showDistribution,
  showErrors,
  showHistory,
  showJson,
  showLive,
} from './scenes.ts';

const folder = join(import.meta.dirname, '../../test-output/panel');
before(() => mkdir(folder, { recursive: true }));
const panelTest = panelTests();

const scenes = {
  empty: async () => {},
  live: showLive,
  errors: showErrors,
  json: showJson,
  columns: showColumns,
  colours: showColours,
  distribution: showDistribution,
  cost: showCost,
  history: showHistory,
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
