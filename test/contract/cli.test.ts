// The built command line against an engine of its own: what each command prints, and what it says when it cannot.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { cleanEnvironment, environmentFor, startCli, type Finished } from './cli-process.ts';
import { EngineProcess, sharedFolder, temporaryFolder } from './engine-process.ts';

const samples = path.resolve(import.meta.dirname, '../../samples');
const slowLogs = path.resolve(import.meta.dirname, '../fixtures/slow-logs');
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

const role = 'arn:aws:iam::000000000000:role/lambda-workbench';
const run = async (...args: string[]): Promise<Finished> => startCli(args, env).finished;
const at = (): string[] => ['--endpoint', engine.connection.endpoint];
const deploy = (folder: string, name: string, ...more: string[]): Promise<Finished> =>
  run('deploy', folder, '--name', name, '--role', role, '--json', ...more, ...at());

/** The one JSON value on stdout of a program that ended well. */
function valueOf({ status, stdout, stderr }: Finished): Record<string, unknown> {
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

async function problemOf(finished: Promise<Finished>): Promise<{ code: string; message: string }> {
  const { status, stdout, stderr } = await finished;
  assert.equal(status, 1, stdout + stderr);
  const { error } = JSON.parse(stdout);
  assert.equal(stderr, `error: ${error.message}\n`);
  return error;
}

function folderOf(name: string, files: Readonly<Record<string, string>>): string {
  const folder = path.join(scratch.path, name);
  mkdirSync(folder, { recursive: true });
  for (const [file, content] of Object.entries(files)) writeFileSync(path.join(folder, file), content);
  return folder;
}

describe('the sentence in a terminal', () => {
  it('takes over what a SAM template says of the folder, and says what is wrong in one', async () => {
    const template = (timeout: string): string =>
      `Resources:\n  Hello:\n    Type: AWS::Serverless::Function\n    Properties: {CodeUri: ., Handler: index.handler, Runtime: nodejs22.x, Timeout: ${timeout}}\n`;
    const files = { 'index.mjs': 'export const handler = async () => 1;\n', 'template.yaml': template('!Ref Limit') };
    const folder = folderOf('of-template', files);
    const told = await run('package', folder, '--explain', '--json');
    assert.equal(valueOf(told)['settingsFrom'], 'Hello of template.yaml');
    writeFileSync(path.join(folder, 'template.yaml'), template('['));
    const { code, message } = await problemOf(run('package', folder, '--explain', '--json'));
    assert.equal(code, 'TemplateBroken');
    assert.match(message, /template\.yaml is wrong: .* at line 4/);
  });

  it('packages a folder, the same bytes each time', async () => {
    const files = ['one.zip', 'two.zip'].map((name) => path.join(scratch.path, name));
    const values: Record<string, unknown>[] = [];
    for (const file of files)
      values.push(valueOf(await run('package', path.join(samples, 'hello-node'), '--out', file, '--json')));
    assert.equal(values[0]?.['runtime'], 'nodejs24.x');
    assert.equal(values[0]?.['handler'], 'index.handler');
    assert.equal(values[0]?.['codeSha256'], values[1]?.['codeSha256']);
    const [one, two] = files.map((file) => readFileSync(file));
    assert.ok(one && two && one.equals(two));
  });

  it('deploys a folder, says so when nothing changed, lists and deletes it', async () => {
    const folder = path.join(samples, 'hello-node');
    const deployed = valueOf(await deploy(folder, 'hello-node'));
    assert.equal(deployed['action'], 'created');
    assert.equal(deployed['functionArn'], 'arn:aws:lambda:us-east-1:000000000000:function:hello-node');
    const again = valueOf(await deploy(folder, 'hello-node'));
    assert.equal(again['action'], 'unchanged');
    assert.equal(again['codeSha256'], deployed['codeSha256']);
    const listed = JSON.parse((await run('list', '--json', ...at())).stdout);
    assert.ok(listed.some((fn: { name: string }) => fn.name === 'hello-node'));
    assert.deepEqual(valueOf(await run('delete', 'hello-node', '--json', ...at())), { deleted: 'hello-node' });
    assert.equal((await problemOf(run('invoke', 'hello-node', '--json', ...at()))).code, 'NotFound');
  });

  it('keeps the variables it was not told about, and changes what it was told', async () => {
    const folder = folderOf('variables', {
      'index.mjs': 'export const handler = async () => [process.env.FIRST, process.env.SECOND];',
    });
    await deploy(folder, 'variables', '--env', 'FIRST=1', '--env', 'SECOND=2', '--memory', '256');
    assert.equal(valueOf(await deploy(folder, 'variables', '--env', 'SECOND=3=3'))['action'], 'updated');
    const { payload, memory } = valueOf(await run('invoke', 'variables', '--json', ...at())) as Record<string, string>;
    assert.deepEqual(JSON.parse(payload ?? ''), ['1', '3=3'], memory);
    const [listed] = JSON.parse((await run('list', '--json', ...at())).stdout);
    assert.equal(listed.memorySizeMB, 256);
  });

  it('deploys what lambda.json says, unless an option says otherwise', async () => {
    const folder = folderOf('from settings', {
      'index.mjs': 'export const handler = async (_, context) => [process.env.STAGE_NAME, context.memoryLimitInMB];',
      'lambda.json': JSON.stringify({
        name: 'from-settings',
        memorySize: 300,
        timeout: 7,
        environment: { STAGE_NAME: 'stage-${env:WANTED_STAGE}' },
      }),
    });
    const words = ['deploy', folder, '--role', role, '--json', ...at()];
    assert.equal((await problemOf(run(...words))).code, 'VariableMissing');
    const staged = (...more: string[]): Promise<Finished> =>
      startCli([...words, ...more], { ...env, WANTED_STAGE: 'blue' }).finished;
    assert.equal(valueOf(await staged())['functionName'], 'from-settings');
    const { payload } = valueOf(await run('invoke', 'from-settings', '--json', ...at()));
    assert.deepEqual(JSON.parse(String(payload)), ['stage-blue', '300']);
    assert.equal(valueOf(await staged('--timeout', '9'))['action'], 'updated');
    const listed = JSON.parse((await run('list', '--json', ...at())).stdout);
    const { timeoutSeconds } = listed.find((fn: { name: string }) => fn.name === 'from-settings');
    assert.equal(timeoutSeconds, 9);
    assert.equal(valueOf(await staged())['action'], 'updated');
    assert.equal(valueOf(await staged())['action'], 'unchanged');
  });

  it('deploys again after each change, and waits where it cannot', async () => {
    const folder = folderOf('watched', { 'index.ts': "export const handler = async () => 'one';" });
    const words = ['deploy', folder, '--role', role, '--watch', '--json', ...at()];
    const watching = startCli(words, env);
    const payload = async (): Promise<unknown> =>
      JSON.parse(String(valueOf(await run('invoke', 'watched', '--json', ...at()))['payload']));
    await watching.line(/"action":"created"/);
    assert.equal(await payload(), 'one');
    writeFileSync(path.join(folder, 'index.ts'), "export const handler = async () => 'two'");
    await watching.line(/"action":"updated"/);
    assert.equal(await payload(), 'two');
    writeFileSync(path.join(folder, 'index.ts'), 'export const handler = (');
    await watching.line(/TypeScriptBroken/);
    assert.equal(await payload(), 'two');
    writeFileSync(path.join(folder, 'index.ts'), "export const handler = async () => 'two';");
    await watching.line(/"action":"unchanged"/);
    watching.kill('SIGINT');
    assert.equal((await watching.finished).status, 130);
  });

  it('makes a function URL, shows it again, and says which function there is not', async () => {
    const source = 'export const handler = async (event) => ({ path: event.rawPath });';
    await deploy(folderOf('with-url', { 'index.mjs': source }), 'with-url');
    const first = valueOf(await run('url', 'with-url', '--stream', '--json', ...at()));
    assert.deepEqual({ ...first, url: '' }, { url: '', auth: 'none', streams: true, created: true });
    const again = await run('url', 'with-url', ...at());
    assert.equal(again.stdout, `${String(first['url'])}\n`, again.stderr);
    const response = await fetch(`${again.stdout.trim()}here`);
    assert.deepEqual(await response.json(), { path: '/here' });
    assert.equal((await run('url', 'with-url', '--auth', 'some', ...at())).status, 2);
    assert.match((await problemOf(run('url', 'nobody', '--json', ...at()))).message, /nobody/);
  });

  it('publishes versions, points an alias to them, and invokes by qualifier', async () => {
    const source = (answer: number): Record<string, string> => ({
      'index.mjs': `export const handler = async () => ${answer};`,
    });
    const first = valueOf(await deploy(folderOf('versioned', source(1)), 'versioned', '--alias', 'live'));
    assert.deepEqual([first['version'], first['alias']], ['1', 'live']);
    assert.match(String(first['aliasArn']), /:function:versioned:live$/);
    const second = valueOf(await deploy(folderOf('versioned', source(2)), 'versioned', '--publish'));
    assert.deepEqual([second['version'], second['alias']], ['2', undefined]);
    const invoke = async (...more: string[]): Promise<unknown[]> => {
      const { payload, executedVersion } = valueOf(await run('invoke', 'versioned', '--json', ...more, ...at()));
      return [payload, executedVersion];
    };
    assert.deepEqual(await invoke('--qualifier', 'live'), ['1', '1']);
    assert.deepEqual(await invoke('--qualifier', '2'), ['2', '2']);
    assert.deepEqual(await invoke(), ['2', '$LATEST']);
    // Nothing has changed: the same version again, and the alias that was there moves.
    const third = valueOf(await deploy(folderOf('versioned', source(2)), 'versioned', '--alias', 'live'));
    assert.deepEqual([third['action'], third['version']], ['unchanged', '2']);
    assert.deepEqual(await invoke('--qualifier', 'live'), ['2', '2']);
  });

  it('accepts an asynchronous invocation, allows a dry run, and prints the log since then', async () => {
    const folder = folderOf('events', {
      'index.mjs': "export const handler = async (e) => console.log('event', e.n);",
    });
    await deploy(folder, 'events');
    assert.equal(valueOf(await run('invoke', 'events', '--dry-run', '--json', ...at()))['statusCode'], 204);
    const follow = startCli(['logs', 'events', '--follow', ...at()], env);
    const payload = ['--payload', '{"n":42}'];
    assert.equal(valueOf(await run('invoke', 'events', '--async', ...payload, '--json', ...at()))['statusCode'], 202);
    await follow.line(/REPORT RequestId/);
    follow.kill('SIGINT');
    assert.equal((await follow.finished).status, 130);
    const { stdout } = await run('logs', 'events', '--since', '5m', ...at());
    assert.equal(stdout.match(/event 42/g)?.length, 1);
    const records = (await run('logs', 'events', '--json', ...at())).stdout.trim().split('\n');
    assert.deepEqual(Object.keys(JSON.parse(records[0] ?? '')).toSorted(), ['id', 'logStream', 'message', 'timestamp']);
  });

  it('finds the log in the group that lambda.json names, and there what is the function’s own', async () => {
    const source = "export const handler = async (event) => console.log('said by', event.who);";
    for (const name of ['first', 'first-of-all']) {
      const logging = { format: 'JSON', applicationLevel: 'INFO', group: '/shop/all' };
      const folder = folderOf(name, { 'index.mjs': source, 'lambda.json': JSON.stringify({ logging }) });
      valueOf(await deploy(folder, name));
      assert.equal(valueOf(await deploy(folder, name))['action'], 'unchanged');
      const invoked = valueOf(await run('invoke', name, '--payload', JSON.stringify({ who: name }), '--json', ...at()));
      assert.ok(Number(Reflect.get(Object(invoked['timing']), 'durationMs')) > 0);
    }
    const { stdout } = await run('logs', 'first', '--since', '5m', ...at());
    assert.match(stdout, /said by first"/);
    assert.doesNotMatch(stdout, /said by first-of-all/);
    const follow = startCli(['logs', 'first-of-all', '--follow', '--since', '5m', ...at()], env);
    await follow.line(/"type":"platform.report"/);
    follow.kill('SIGINT');
    assert.deepEqual((await follow.finished).stdout.match(/said by first[a-z-]*/g), ['said by first-of-all']);
  });

  it('follows the log while the function still runs', async () => {
    await deploy(slowLogs, 'slow-logs', '--timeout', '60');
    const follow = startCli(['logs', 'slow-logs', '--follow', ...at()], env);
    using shared = sharedFolder();
    const until = path.join(shared.path, 'go');
    const invocation = run('invoke', 'slow-logs', '--payload', JSON.stringify({ until }), '--json', ...at());
    await follow.line(/before the wait/);
    writeFileSync(until, '');
    valueOf(await invocation);
    await follow.line(/after the wait/);
    follow.kill('SIGINT');
    await follow.finished;
  });

  it('deploys the same function from two terminals at once', async () => {
    const folders = ['left', 'right'].map((side) =>
      folderOf(`both-${side}`, { 'index.mjs': `export const handler = async () => '${side}';` }),
    );
    const deployed = await Promise.all(folders.map((folder) => deploy(folder, 'both')));
    const actions = deployed.map((finished) => String(valueOf(finished)['action']));
    assert.deepEqual(actions.toSorted(), ['created', 'updated']);
    const winner = actions[0] === 'updated' ? 'left' : 'right';
    const { payload } = valueOf(await run('invoke', 'both', '--json', ...at()));
    assert.equal(JSON.parse(String(payload)), winner);
  });
});

describe('the command line, when it cannot', () => {
  it('says why a folder cannot be packaged, and writes no file', async () => {
    const cases: [folder: string, files: Record<string, string>, code: string, says: RegExp][] = [
      ['no-handler', { 'README.md': 'text' }, 'HandlerNotFound', /--handler FILE\.FUNCTION/],
      ['empty', {}, 'FolderEmpty', /empty/i],
      ['broken', { 'index.ts': 'export const handler = (;' }, 'TypeScriptBroken', /index\.ts:1:\d+/],
    ];
    for (const [name, files, expected, says] of cases) {
      const folder = folderOf(name, files);
      const out = path.join(scratch.path, `${name}.zip`);
      const { code, message } = await problemOf(run('package', folder, '--out', out, '--json'));
      assert.equal(code, expected);
      assert.match(message, says);
      assert.ok(!existsSync(out));
      assert.deepEqual(readdirSync(folder).toSorted(), Object.keys(files).toSorted());
    }
    const missing = await problemOf(run('package', path.join(scratch.path, 'nowhere'), '--out', 'x.zip', '--json'));
    assert.match(missing.message, /nowhere/);
  });

  it('keeps the deployed version when the next one cannot be packaged', async () => {
    const folder = folderOf('kept', { 'index.ts': "export const handler = async () => 'first';" });
    await deploy(folder, 'kept');
    writeFileSync(path.join(folder, 'index.ts'), 'export const handler = (');
    await problemOf(deploy(folder, 'kept'));
    const { payload } = valueOf(await run('invoke', 'kept', '--json', ...at()));
    assert.equal(payload, '"first"');
  });

  it('refuses a payload that is not JSON, with the place, and without invoking', async () => {
    const { code, message } = await problemOf(
      run('invoke', 'anything', '--payload', '{"a": 1,\n oops}', '--json', ...at()),
    );
    assert.equal(code, 'PayloadNotJson');
    assert.match(message, /line 2, column 2/);
    const missing = await problemOf(run('invoke', 'anything', '--payload', '@nowhere.json', '--json', ...at()));
    assert.equal(missing.code, 'PayloadUnreadable');
  });

  it('shows what a function that throws or exits says, with exit status 1', async () => {
    const folder = folderOf('failing', {
      'index.mjs':
        "export const handler = async (e) => { if (e.exit) process.exit(3); throw new TypeError('no such thing'); };",
    });
    await deploy(folder, 'failing');
    const thrown = await run('invoke', 'failing', ...at());
    assert.equal(thrown.status, 1);
    assert.equal(JSON.parse(thrown.stdout).errorType, 'TypeError');
    assert.match(thrown.stderr, /no such thing[\s\S]*REPORT[\s\S]*error: the function failed \(Unhandled\)/);
    const exited = await run('invoke', 'failing', '--payload', '{"exit":true}', ...at());
    assert.equal(JSON.parse(exited.stdout).errorType, 'Runtime.ExitError');
  });

  it('says that nothing answers at an endpoint', async () => {
    const port = await freePort();
    const { code, message } = await problemOf(run('list', '--endpoint', `http://127.0.0.1:${port}`, '--json'));
    assert.equal(code, 'TargetUnreachable');
    assert.match(message, /Nothing answers at http:\/\/127\.0\.0\.1:\d+ \(ECONNREFUSED\)\. Check that it runs/);
  });

  it('says that credentials have expired, are refused, or are missing', async () => {
    const expired = createServer((_request, response) =>
      response
        .writeHead(403, { 'x-amzn-errortype': 'ExpiredTokenException', 'content-type': 'application/json' })
        .end('{"message":"The security token included in the request is expired"}'),
    );
    const endpoint = await listening(expired);
    try {
      const { code, message } = await problemOf(run('list', '--endpoint', endpoint, '--json'));
      assert.equal(code, 'CredentialsExpired');
      assert.match(message, /aws sso login/);
    } finally {
      expired.close();
    }
    const listAs = (overrides: NodeJS.ProcessEnv): Promise<Finished> =>
      startCli(['list', '--json', ...at()], { ...env, ...overrides }).finished;
    assert.equal((await problemOf(listAs({ AWS_SECRET_ACCESS_KEY: 'wrong' }))).code, 'CredentialsRefused');
    const none = cleanEnvironment(path.join(scratch.path, 'home'), { AWS_EC2_METADATA_DISABLED: 'true' });
    const missing = startCli(['list', '--json', '--region', 'us-east-1', ...at()], none).finished;
    assert.equal((await problemOf(missing)).code, 'CredentialsMissing');
  });

  it('exits with 2 and a sentence where the command itself is wrong', async () => {
    const wrong: [args: string[], says: RegExp][] = [
      [['frobnicate'], /There is no command "frobnicate"/],
      [['package', 'x'], /--out FILE is missing/],
      [['deploy'], /FOLDER is missing/],
      [['invoke', 'a', 'b'], /one argument too many/],
      [['invoke', 'a', '--async', '--dry-run'], /exclude each other/],
      [['deploy', 'x', '--memory', 'lots'], /--memory takes a whole number from 128 to 10240/],
      [['logs', 'a', '--since', 'yesterday'], /--since takes a time/],
      [['list', '--endpoint', 'nonsense'], /--endpoint takes a URL/],
      [['list', '--frob'], /Unknown option '--frob'/],
      [['engine', '--port', '99999'], /--port takes a whole number/],
    ];
    const results = await Promise.all(wrong.map(([args]) => run(...args)));
    results.forEach(({ status, stderr }, index) => {
      assert.match(stderr, wrong[index]?.[1] ?? /^$/);
      assert.equal(status, 2, stderr);
    });
  });

  it('helps', async () => {
    assert.match((await run('--help')).stdout, /package FOLDER --out FILE/);
    for (const command of ['package', 'deploy', 'invoke', 'logs', 'list', 'delete', 'engine']) {
      const { status, stdout } = await run(command, '--help');
      assert.equal(status, 0);
      assert.ok(stdout.startsWith(`lambda-workbench ${command}`), stdout);
    }
  });
});

describe('the local Lambda from a terminal', () => {
  it('starts on first use, serves the next command, and keeps its own state folder private', async () => {
    const data = path.join(scratch.path, 'own data');
    const home = cleanEnvironment(path.join(scratch.path, 'home'));
    const own = (...args: string[]): Promise<Finished> => startCli([...args, '--data', data, '--json'], home).finished;
    valueOf(await own('deploy', path.join(samples, 'hello-node')));
    assert.equal(valueOf(await own('invoke', 'hello-node', '--payload', '{}'))['statusCode'], 200);
    assert.deepEqual(
      JSON.parse((await own('list')).stdout).map((fn: { name: string }) => fn.name),
      ['hello-node'],
    );
    const { pid } = JSON.parse(readFileSync(path.join(data, 'engine.json'), 'utf8'));
    process.kill(pid, 'SIGTERM');
  });

  it('runs in the foreground, prints one line of JSON, and ends on SIGTERM', async () => {
    const program = startCli(['engine', '--data', path.join(scratch.path, 'foreground')], env);
    const connection = JSON.parse(await program.line(/^\{/));
    assert.deepEqual(Object.keys(connection).toSorted(), [
      'accessKeyId',
      'accountId',
      'endpoint',
      'region',
      'secretAccessKey',
    ]);
    assert.match(connection.endpoint, /^http:\/\/127\.0\.0\.1:\d+$/);
    program.kill('SIGTERM');
    const { status, stdout } = await program.finished;
    assert.equal(status, 0);
    assert.equal(stdout.trim().split('\n').length, 1);
  });

  it('takes any credentials with --auth none, and says so', async () => {
    const data = path.join(scratch.path, 'open');
    const program = startCli(['engine', '--auth', 'none', '--account', '123456789012', '--data', data], env);
    const { endpoint, accountId } = JSON.parse(await program.line(/^\{/));
    assert.equal(accountId, '123456789012');
    const foreign = { ...env, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
    const listed = await startCli(['list', '--endpoint', endpoint, '--json'], foreign).finished;
    assert.deepEqual(JSON.parse(listed.stdout), []);
    program.kill('SIGTERM');
    assert.match((await program.finished).stderr, /any credentials/);
  });
});

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('It listens on no port.');
  return `http://127.0.0.1:${address.port}`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = Number(new URL(await listening(server)).port);
  await new Promise((resolve) => server.close(resolve));
  return port;
}
