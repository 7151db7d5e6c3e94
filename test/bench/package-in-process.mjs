// @ts-check
// A process that has packageFolder loaded, as the extension host has: packages what it is sent and says how long it took.
import { performance } from 'node:perf_hooks';
import process from 'node:process';
import { packageFolder } from '../../src/package/package-folder.ts';

/** @param {{ folder: string, outFile: string, cacheFolder: string }} options */
async function measure(options) {
  const start = performance.now();
  await packageFolder(options);
  const seconds = (performance.now() - start) / 1000;
  process.send?.({ seconds, peakBytes: process.resourceUsage().maxRSS * 1024 });
}

process.on('message', (/** @type {Parameters<typeof measure>[0]} */ options) => {
  measure(options).catch((error) => process.send?.({ error: String(error) }));
});
