// @ts-check
// `npm run bench -- panel`: the panel's page in a headless Chromium, minified as it ships, under its own policy.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { nodePath, projectEnvironment, repositoryRoot } from '../../scripts/dependencies.mjs';
import { run } from '../../scripts/run.mjs';
import { parsePlatformLine } from '../../src/observe/parse-report.ts';
import { launchBrowser } from '../host/browser.mjs';
import { servePanel } from '../webview/page-server.ts';
import { describeMachine } from './machine.mjs';
import { followLive, openMany, paintFirst } from './panel-page.mjs';
import { reportLine } from './panel-lines.mjs';
import { judge, section, writePage } from './panel-report.mjs';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, write: { type: 'boolean', default: false } },
});
const inRepository = { cwd: repositoryRoot, env: projectEnvironment() };
const parsedLines = 500_000;

/** Lines a second, of text REPORT lines with all their fields. */
function parseReports() {
  const lines = Array.from({ length: parsedLines }, (_, number) => reportLine(number));
  let parsed = 0;
  const began = performance.now();
  for (const line of lines) if (parsePlatformLine(line)?.kind === 'report') parsed += 1;
  const seconds = (performance.now() - began) / 1000;
  if (parsed !== parsedLines) throw new Error(`${parsedLines - parsed} REPORT lines were not understood.`);
  return parsedLines / seconds;
}

const machine = await describeMachine();
if ((await run(nodePath, ['esbuild.mjs', '--production'], inRepository)) !== 0) throw new Error('The build failed.');
const bundleBytes = (await stat(join(repositoryRoot, 'dist', 'webview', 'panel.js'))).size;
const parsing = parseReports();
const server = await servePanel();
const browser = await launchBrowser();
try {
  const place = { browser, server };
  const figures = {
    bundleBytes,
    parsing,
    firstPaintMs: await paintFirst(place),
    many: await openMany(place),
    live: await followLive(place, Number(values.seconds)),
  };
  const words = section(figures, machine);
  console.log(words);
  if (values.write) await writePage(words);
  process.exitCode = judge(figures).every(({ met }) => met) ? 0 : 1;
} finally {
  await browser.close();
  await server.close();
  // As it was: with the maps that tests and the debugger use.
  await run(nodePath, ['esbuild.mjs'], inRepository);
}
