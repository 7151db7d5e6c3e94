// Every folder of samples/, whatever there is: packaged, deployed and invoked as a newcomer would, and held against what its page promises.
import assert from 'node:assert/strict';
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Terminal } from './deployed-folder.ts';
import { temporaryFolder } from './engine-process.ts';

const samples = path.resolve(import.meta.dirname, '../../samples');
const scratch = temporaryFolder();
let terminal: Terminal;

before(async () => {
  terminal = await Terminal.open(scratch.path);
});
after(async () => {
  await terminal[Symbol.asyncDispose]();
  scratch[Symbol.dispose]();
});

/** What the page of a sample says that its answer has. */
function promised(sample: string): Record<string, unknown> {
  const page = readFileSync(path.join(samples, sample, 'README.md'), 'utf8');
  const json = /^```json\n([\s\S]*?)^```$/m.exec(page)?.[1];
  assert.ok(json, `README.md of ${sample} does not show its answer as JSON`);
  return JSON.parse(json);
}

describe('the sample', () => {
  for (const sample of readdirSync(samples)) {
    it(`${sample} starts cold, answers what its page promises, and then runs warm`, async () => {
      for (const name of ['README.md', 'event.json', '.lambdaignore'])
        assert.ok(existsSync(path.join(samples, sample, name)), `${sample} has no ${name}`);
      // Cargo and Python leave files beside the sources.
      const folder = path.join(scratch.path, sample);
      cpSync(path.join(samples, sample), folder, { recursive: true });
      const deployed = await terminal.deploy(folder, sample);
      assert.equal(deployed['action'], 'created');
      assert.equal((await terminal.deploy(folder, sample))['codeSha256'], deployed['codeSha256']);

      const answer = promised(sample);
      const event = `@${path.join(folder, 'event.json')}`;
      const first = await terminal.invoke(sample, event);
      assert.deepEqual([first.statusCode, first.functionError, first.isCold], [200, undefined, true]);
      assert.partialDeepStrictEqual(first.payload, answer);

      const second = await terminal.invoke(sample, event);
      assert.deepEqual([second.statusCode, second.functionError, second.isCold], [200, undefined, false]);
      const counters = Object.keys(answer).filter((name) => name.startsWith('invocation'));
      assert.partialDeepStrictEqual(second.payload, {
        ...answer,
        ...Object.fromEntries(counters.map((name) => [name, 2])),
      });
    });
  }
});
