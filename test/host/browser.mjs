// @ts-check
import process from 'node:process';
import { chromium } from 'playwright-core';
import { findOnPath } from '../../scripts/dependencies.mjs';

/** Debian calls it chromium, others differ. */
const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** Starts a headless Chromium that reaches nothing but this machine. `CHROMIUM` names another executable. */
export async function launchBrowser() {
  const found = await Promise.all(names.map((name) => findOnPath(name)));
  const executablePath = process.env.CHROMIUM ?? found.find((path) => path !== undefined);
  if (!executablePath) {
    throw new Error(
      'There is no Chromium on the PATH. Install it (on Debian: apt-get install chromium), or set CHROMIUM.',
    );
  }
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  });
}
