import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Mocha from 'mocha';

/** What VS Code calls in the extension host; a rejection is a failed run. */
export async function run(): Promise<void> {
  // A function that starts cold takes seconds on a busy machine; only a hanging one takes this long.
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, color: false, reporter: 'spec' });
  const files = (await readdir(import.meta.dirname)).filter((name) => name.endsWith('.test.js'));
  for (const file of files.sort()) mocha.addFile(join(import.meta.dirname, file));
  await mocha.loadFilesAsync();
  const { passed, failed } = await new Promise<{ passed: number; failed: number }>((resolve) => {
    const runner = mocha.run((failures) => {
      resolve({ passed: runner.stats?.passes ?? 0, failed: failures });
    });
  });
  const totalsFile = process.env.LAMBDA_WORKBENCH_TEST_TOTALS;
  if (totalsFile) await writeFile(totalsFile, JSON.stringify({ passed, failed }));
  if (failed > 0) throw new Error(`${failed} failed`);
}
