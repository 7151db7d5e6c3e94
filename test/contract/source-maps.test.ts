// Stack traces of bundled functions, as the engine logs and answers them.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { environmentFor, startCli } from './cli-process.ts';
import { EngineProcess, temporaryFolder } from './engine-process.ts';

const role = 'arn:aws:iam::000000000000:role/lambda-workbench';
const scratch = temporaryFolder();
let engine: EngineProcess;
let env: NodeJS.ProcessEnv;

before(async () => {
  mkdirSync(path.join(scratch.path, 'home'));
  engine = await EngineProcess.start(path.join(scratch.path, 'data'));
  env = environmentFor(path.join(scratch.path, 'home'), engine.connection);
});
after(async () => {
  await engine.end();
  scratch[Symbol.dispose]();
});

async function run(...args: string[]): Promise<Record<string, unknown>> {
  const { status, stdout, stderr } = await startCli([...args, '--json', '--endpoint', engine.connection.endpoint], env)
    .finished;
  assert.equal(status, 0, stderr + stdout);
  return JSON.parse(stdout);
}

/** A function that fails in the third line of another file than its handler's. */
function failingFunction(name: string, settings: unknown): string {
  const folder = path.join(scratch.path, name);
  mkdirSync(path.join(folder, 'lib'), { recursive: true });
  const handler = `import { fail } from './lib/fail.ts';\nexport const handler = async () => fail('on purpose');\n`;
  writeFileSync(path.join(folder, 'index.ts'), handler);
  const fail = `export interface Failure {}\nexport function fail(why: string): never {\n  throw new Error(why);\n}\n`;
  writeFileSync(path.join(folder, 'lib', 'fail.ts'), fail);
  writeFileSync(path.join(folder, 'lambda.json'), JSON.stringify(settings));
  return folder;
}

async function stackOf(name: string, settings: unknown): Promise<string> {
  await run('deploy', failingFunction(name, settings), '--name', name, '--role', role);
  const { status, stdout } = await startCli(['invoke', name, '--json', '--endpoint', engine.connection.endpoint], env)
    .finished;
  assert.equal(status, 1);
  const { functionError, payload } = JSON.parse(stdout);
  assert.equal(functionError, 'Unhandled');
  return JSON.parse(payload).trace.join('\n');
}

describe('the stack trace of a bundled function', () => {
  it('names the sources, through the source map', async () => {
    const stack = await stackOf('mapped', { environment: { NODE_OPTIONS: '--stack-trace-limit=7' } });
    assert.match(stack, /lib\/fail\.ts:3:9/);
    assert.match(stack, /index\.ts:2:/);
    assert.equal((await run('deploy', path.join(scratch.path, 'mapped'), '--name', 'mapped'))['action'], 'unchanged');
  });

  it('names the bundle where lambda.json wants no source map', async () => {
    const stack = await stackOf('unmapped', { bundle: { sourcemap: false } });
    assert.match(stack, /index\.js:\d+:\d+/);
    assert.doesNotMatch(stack, /fail\.ts/);
  });
});
