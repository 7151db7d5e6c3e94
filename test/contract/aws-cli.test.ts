// Debian's AWS CLI against the local Lambda, as its users type it.
import assert from 'node:assert/strict';
import { appendFileSync, cpSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { cleanEnvironment, cliEntry, environmentFor, RunningProgram, startCli, type Finished } from './cli-process.ts';
import { EngineProcess, temporaryFolder } from './engine-process.ts';

/** Debian's own, whatever other one comes first on the PATH. */
const program = '/usr/bin/aws';
const sample = path.resolve(import.meta.dirname, '../../samples/hello-node');
const name = 'from-the-aws-cli';
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

/** The words of a command line, and arguments that may hold blanks. */
const start = (words: string, ...more: string[]): RunningProgram =>
  new RunningProgram(
    program,
    [...words.split(' '), ...more, '--endpoint-url', engine.connection.endpoint, '--output', 'json'],
    env,
  );

async function aws(words: string, ...more: string[]): Promise<Record<string, unknown>> {
  const { status, stdout, stderr }: Finished = await start(words, ...more).finished;
  assert.equal(status, 0, `aws ${words}: ${stderr}`);
  return stdout === '' ? {} : JSON.parse(stdout);
}

async function packaged(folder: string, file: string): Promise<string> {
  const out = path.join(scratch.path, file);
  const { status, stderr } = await startCli(['package', folder, '--out', out], env).finished;
  assert.equal(status, 0, stderr);
  return `fileb://${out}`;
}

describe("Debian's AWS CLI", () => {
  it('is pointed at the local Lambda by what `connection` prints, whatever login the shell had before', async () => {
    const shell =
      'eval "$("$NODE" "$CLI" connection --data "$DATA")" && "$AWS" --endpoint-url "$AWS_ENDPOINT_URL" lambda list-functions';
    const before = {
      AWS_SESSION_TOKEN: 'old',
      AWS_PROFILE: 'gone',
      AWS_ACCESS_KEY_ID: 'old',
      AWS_SECRET_ACCESS_KEY: 'old',
    };
    const places = { NODE: process.execPath, CLI: cliEntry, DATA: path.join(scratch.path, 'data'), AWS: program };
    const home = path.join(scratch.path, 'home');
    const { status, stdout, stderr } = await new RunningProgram(
      'sh',
      ['-c', shell],
      cleanEnvironment(home, { ...before, ...places }),
    ).finished;
    assert.equal(status, 0, stderr);
    assert.ok(Array.isArray(JSON.parse(stdout)['Functions']));
  });

  it('creates, awaits, invokes, follows, updates and deletes a function', async () => {
    const zip = await packaged(sample, 'first.zip');
    const created = await aws(
      `lambda create-function --function-name ${name} --runtime nodejs24.x --handler index.handler`,
      '--role',
      'arn:aws:iam::000000000000:role/any',
      '--zip-file',
      zip,
    );
    assert.equal(created['FunctionName'], name);
    await aws(`lambda wait function-active --function-name ${name}`);

    const first = await invoke('first.json', '{"name":"Ada"}');
    assert.equal(first['StatusCode'], 200);
    assert.match(Buffer.from(String(first['LogResult']), 'base64').toString(), /REPORT RequestId.*Init Duration/s);

    const tail = start(`logs tail /aws/lambda/${name} --follow --since 10m --format short`);
    await tail.line(/Invocation 1 of this environment/);
    await invoke('second.json', '{}');
    await tail.line(/Invocation 2 of this environment/);
    tail.kill('SIGINT');
    await tail.finished;

    const folder = path.join(scratch.path, 'changed');
    cpSync(sample, folder, { recursive: true });
    appendFileSync(path.join(folder, 'index.mjs'), "\nconsole.log('the second version');\n");
    const updated = await aws(
      `lambda update-function-code --function-name ${name} --zip-file`,
      await packaged(folder, 'second.zip'),
    );
    assert.notEqual(updated['CodeSha256'], created['CodeSha256']);
    await aws(`lambda wait function-updated --function-name ${name}`);
    const third = await invoke('third.json', '{}');
    assert.match(Buffer.from(String(third['LogResult']), 'base64').toString(), /the second version/);

    await aws(`lambda delete-function --function-name ${name}`);
    const { status, stderr } = await start(`lambda get-function --function-name ${name}`).finished;
    assert.equal(status, 254);
    assert.match(
      stderr,
      /An error occurred \(ResourceNotFoundException\) when calling the GetFunction operation: Function not found: arn:aws:lambda:us-east-1:000000000000:function:from-the-aws-cli/,
    );
  });

  it('knows who it is', async () => {
    assert.deepEqual((await aws('sts get-caller-identity'))['Account'], '000000000000');
  });
});

const invoke = (file: string, payload: string): Promise<Record<string, unknown>> =>
  aws(
    `lambda invoke --function-name ${name} --log-type Tail --cli-binary-format raw-in-base64-out --payload`,
    payload,
    path.join(scratch.path, file),
  );
