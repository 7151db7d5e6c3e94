// @ts-check
import { writeFile } from 'node:fs/promises';
import process from 'node:process';

/**
 * Steps of one journey: each needs the ones before it. After the first that fails the rest is not tried, and counts as failed.
 * @typedef {{ readonly title: string, readonly run: () => Promise<void> }} Step
 */

/** Runs journeys, prints a line for each step, and counts. */
export class Checks {
  passed = 0;
  failed = 0;

  /**
   * @param {string} journey Goes in front of each title.
   * @param {readonly Step[]} steps
   * @param {() => Promise<unknown>} onFailure Keeps what helps to see why, before the window is gone.
   */
  async run(journey, steps, onFailure) {
    let broken = false;
    for (const { title, run } of steps) {
      if (broken) {
        this.#count(false, `${journey}: ${title} # not reached`);
        continue;
      }
      const start = performance.now();
      try {
        await run();
        this.#count(true, `${journey}: ${title} (${Math.round(performance.now() - start)} ms)`);
      } catch (error) {
        broken = true;
        this.#count(false, `${journey}: ${title}`);
        console.log(String(error instanceof Error ? error.stack : error).replaceAll(/^/gm, '  '));
        await onFailure();
      }
    }
  }

  /** Prints the sum, leaves it for whoever runs all the tests, and sets the exit code. */
  async finish() {
    console.log(`# ${this.passed} passed, ${this.failed} failed`);
    const totals = JSON.stringify({ passed: this.passed, failed: this.failed });
    if (process.env.LAMBDA_WORKBENCH_TEST_TOTALS) await writeFile(process.env.LAMBDA_WORKBENCH_TEST_TOTALS, totals);
    if (this.failed > 0) process.exitCode = 1;
  }

  /**
   * @param {boolean} good
   * @param {string} line
   */
  #count(good, line) {
    if (good) this.passed += 1;
    else this.failed += 1;
    console.log(`${good ? 'ok' : 'not ok'} - ${line}`);
  }
}
