#!/usr/bin/env node
// @ts-check
// Stands where @vscode/test-electron expects the executable of a desktop VS Code: takes the same arguments, loads the same
// extension and test suite from the disk, and ends with the suite's exit code. Inside are the server build and a browser.
import process from 'node:process';
import { format, parseArgs } from 'node:util';
import { launchBrowser } from './browser.mjs';
import { startServer } from './server.mjs';

/** Longer than any suite of ours: only a window that hangs runs into it. */
const suiteTimeoutMs = 300_000;

const { values, positionals } = parseArgs({
  strict: false, // VS Code has many more options; those mean nothing here.
  allowPositionals: true,
  options: {
    extensionDevelopmentPath: { type: 'string' },
    extensionTestsPath: { type: 'string' },
    'user-data-dir': { type: 'string' },
    'extensions-dir': { type: 'string' },
  },
});
const folder = required('the folder to open', positionals[0]);
const extension = required('--extensionDevelopmentPath', values.extensionDevelopmentPath);
const suite = required('--extensionTestsPath', values.extensionTestsPath);

const profile = {
  userData: required('--user-data-dir', values['user-data-dir']),
  extensions: required('--extensions-dir', values['extensions-dir']),
  environment: process.env,
};
const browser = await launchBrowser();
try {
  const server = await startServer(profile, { extensionTests: true });
  try {
    process.exitCode = await runSuite(server);
  } finally {
    await server.stop();
  }
} finally {
  await browser.close();
}

/**
 * Opens the window and waits for the suite's exit code.
 * @param {Awaited<ReturnType<typeof startServer>>} server
 */
async function runSuite(server) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  let ended = false;
  /** @type {Promise<number>} */
  const suiteEnded = new Promise((resolve) => {
    void page.exposeFunction('codeAutomationExit', (/** @type {number} */ code) => {
      ended = true;
      resolve(code);
    });
  });
  // The console of the extension host and the workbench's own chatter arrive together. Mocha indents what it prints.
  const isChatter = (/** @type {string} */ line) => ended || line.includes('/workbench/workbench.js');
  await page.exposeFunction('codeAutomationLog', (/** @type {string} */ type, /** @type {unknown[]} */ args) => {
    const line = format(...args);
    if (type === 'error' ? !isChatter(line) : /^\s|^$/.test(line)) console.log(line);
  });
  await page.goto(
    server.url(folder, [
      ['extensionDevelopmentPath', server.remoteUri(extension)],
      ['extensionTestsPath', server.remoteUri(suite)],
    ]),
  );
  const died = server.exited.then(() => Promise.reject(new Error(`VS Code's server ended:\n${server.output()}`)));
  const late = new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`The suite did not end in ${suiteTimeoutMs / 1000} s.`)), suiteTimeoutMs).unref();
  });
  try {
    return await Promise.race([suiteEnded, died, late]);
  } finally {
    // Before the server goes, or the page would say that it has lost it.
    await page.close();
  }
}

/**
 * @param {string} what
 * @param {unknown} value
 */
function required(what, value) {
  if (typeof value !== 'string') throw new Error(`Missing: ${what}.`);
  return value;
}
