// @ts-check
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from '../../scripts/dependencies.mjs';

/**
 * @typedef {{ bundleBytes: number, parsing: number, firstPaintMs: number,
 *   many: Awaited<ReturnType<typeof import('./panel-page.mjs').openMany>>,
 *   live: Awaited<ReturnType<typeof import('./panel-page.mjs').followLive>> }} Figures
 */

const file = join(repositoryRoot, 'docs', 'benchmarks-panel.md');
const ms = (/** @type {number} */ value) => `${value.toFixed(value < 100 ? 1 : 0)} ms`;
const thousands = (/** @type {number} */ value) => Math.round(value).toLocaleString('en');

/** What is asked of each figure. @param {Figures} figures */
export const judge = ({ bundleBytes, parsing, firstPaintMs, many, live }) => [
  { what: 'First paint of the empty panel, median', is: ms(firstPaintMs), wanted: '≤ 300 ms', met: firstPaintMs <= 300 },
  { what: '100,000 lines and 100,000 invocations: a frame while scrolling, p95', is: ms(many.p95FrameMs), wanted: '≤ 20 ms', met: many.p95FrameMs <= 20 },
  { what: `5,000 lines a second for ${live.seconds} s: the last line on screen after it was due`, is: ms(live.behindMs), wanted: '≤ 250 ms', met: live.behindMs <= 250 },
  { what: 'the same: a frame meanwhile, p95', is: ms(live.p95FrameMs), wanted: '≤ 20 ms', met: live.p95FrameMs <= 20 },
  { what: 'the same: share of a core that the editor spends on the lines', is: `${(100 * live.hostShare).toFixed(1)} %`, wanted: '≤ 10 %', met: live.hostShare <= 0.1 },
  { what: 'REPORT lines parsed in a second', is: thousands(parsing), wanted: '≥ 300,000', met: parsing >= 300_000 },
  { what: 'Script of the page, minified', is: `${(bundleBytes / 1000).toFixed(1)} kB`, wanted: '≤ 250 kB', met: bundleBytes <= 250_000 },
]; // prettier-ignore

/** @param {Figures} figures */
export const section = (figures, /** @type {string} */ machine) => `# How fast the panel is

The page that ships, minified and under its own policy, in a headless Chromium without a graphics processor.

Machine: ${machine}.

| | measured | wanted |
|---|--:|--:|
${judge(figures)
  .map(({ what, is, wanted, met }) => `| ${what} | ${is} | ${wanted}${met ? '' : ', **not met**'} |`)
  .join('\n')}

- All 100,000 lines in one message, as after a reload of the window, are on screen after ${ms(figures.many.openMs)}; the page's memory is then
  ${thousands(figures.many.megabytes)} MB, and ${thousands(figures.live.megabytes)} MB after the 5,000 lines a second, which come to a panel that is full already.
- Frames are those of 400 steps through the whole log, each 50th a leap, or all while lines come; 16.7 ms is a frame of the screen.

\`npm run bench -- panel --write\` makes this page again; \`--seconds N\` sets for how long lines come.
`;

/** docs/benchmarks-panel.md. */
export async function writePage(/** @type {string} */ words) {
  await writeFile(file, words);
}
