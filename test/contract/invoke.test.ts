// Invocations through the real SDK client, with functions that behave and functions that do not, in both languages.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateFunctionCommand,
  InvokeCommand,
  type InvokeCommandInput,
  type InvokeCommandOutput,
} from '@aws-sdk/client-lambda';
import { clientsOf, EngineProcess, temporaryFolder, type Clients } from './engine-process.ts';
import { followUntil } from './live-tail.ts';
import { role, zipOf } from './zip-of.ts';

const node = `
console.log('init');
export const handler = async (event, context) => {
  if (event.log) console.log(event.log);
  if (event.print) for (let i = 0; i < event.print; i += 1) process.stdout.write('x'.repeat(99) + '\\n');
  if (event.throw) throw new TypeError(event.throw);
  if (event.exit !== undefined) process.exit(event.exit);
  if (event.hang) for (;;);
  if (event.size) return 'x'.repeat(event.size);
  if (event.later) setTimeout(() => { throw new Error('too late'); }, 0), await new Promise(() => {});
  if (event.env) return { ...process.env, cwd: process.cwd() };
  return { event, context: { ...context, remaining: context.getRemainingTimeInMillis() } };
};
export const notAFunction = 1;`;
const python = `
import logging
logging.getLogger().setLevel(logging.INFO)
def handler(event, context):
    print("printed")
    logging.info("two\\nlines")
    if event.get("throw"): raise ValueError(event["throw"])
    return {"event": event, "name": context.function_name, "left": context.get_remaining_time_in_millis()}
`;

const text = (output: InvokeCommandOutput): string => Buffer.from(output.Payload ?? []).toString('utf8');
const json = (output: InvokeCommandOutput) => JSON.parse(text(output));
const tail = (output: InvokeCommandOutput): string => Buffer.from(output.LogResult ?? '', 'base64').toString('utf8');

describe('invocations', () => {
  const data = temporaryFolder();
  let engine: EngineProcess;
  let clients: Clients;

  const create = async (
    name: string,
    files: Record<string, string>,
    overrides: Record<string, unknown> = {},
  ): Promise<void> => {
    const Code = { ZipFile: await zipOf(files) };
    await clients.lambda.send(
      new CreateFunctionCommand({
        FunctionName: name,
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: role,
        Code,
        ...overrides,
      }),
    );
  };
  const invoke = async (
    name: string,
    payload: unknown,
    more: Partial<InvokeCommandInput> = {},
  ): Promise<InvokeCommandOutput> =>
    clients.lambda.send(
      new InvokeCommand({
        FunctionName: name,
        Payload: Buffer.from(JSON.stringify(payload)),
        LogType: 'Tail',
        ...more,
      }),
    );

  before(async () => {
    engine = await EngineProcess.start(data.path, '--retry-delays', '10,10');
    clients = clientsOf(engine.connection);
    await create('node', { 'index.mjs': node }, { Timeout: 1 });
    await create('python', { 'app.py': python }, { Runtime: 'python3.13', Handler: 'app.handler' });
  });

  after(async () => {
    await engine.end();
    data[Symbol.dispose]();
  });

  it('is cold once, then warm, and reports true figures', async () => {
    await create('cold', { 'index.mjs': node });
    const cold = await invoke('cold', { a: 1 });
    assert.equal(cold.StatusCode, 200);
    assert.equal(cold.ExecutedVersion, '$LATEST');
    assert.deepEqual(json(cold).event, { a: 1 });
    assert.match(tail(cold), /^INIT_START Runtime Version: nodejs:/);
    const report =
      /Duration: ([\d.]+) ms\tBilled Duration: (\d+) ms\tMemory Size: 128 MB\tMax Memory Used: (\d+) MB\tInit Duration: ([\d.]+) ms/.exec(
        tail(cold),
      );
    assert.ok(report, tail(cold));
    const [, duration, billed, memory, init] = report.map(Number);
    const total = Number(duration) + Number(init); // of two figures that are rounded to hundredths
    assert.ok([total - 0.01, total + 0.01].map(Math.ceil).includes(Number(billed)), tail(cold));
    assert.ok(Number(memory) > 10, 'a Node process takes more than 10 MB');
    const warm = await invoke('cold', {});
    assert.doesNotMatch(tail(warm), /INIT_START|Init Duration/);
    assert.match(tail(warm), new RegExp(`^START RequestId: ${warm.$metadata.requestId} Version: \\$LATEST\n`));
    assert.match(
      tail(warm),
      new RegExp(`END RequestId: ${warm.$metadata.requestId}\nREPORT RequestId: ${warm.$metadata.requestId}\t`),
    );
  });

  it('gives the function its context and the environment of Lambda, and nothing of the shell that started the engine', async () => {
    const { context } = json(
      await invoke('node', {}, { ClientContext: Buffer.from('{"custom":{"k":"ü"}}').toString('base64') }),
    );
    assert.equal(context.functionName, 'node');
    assert.equal(context.memoryLimitInMB, '128');
    assert.equal(context.invokedFunctionArn, 'arn:aws:lambda:us-east-1:000000000000:function:node');
    assert.deepEqual(context.clientContext, { custom: { k: 'ü' } });
    assert.ok(context.remaining > 0 && context.remaining <= 1000);
    const env = json(await invoke('node', { env: true }));
    assert.equal(env._HANDLER, 'index.handler');
    assert.equal(env.AWS_EXECUTION_ENV, 'AWS_Lambda_nodejs24.x');
    assert.equal(env.cwd, env.LAMBDA_TASK_ROOT);
    assert.equal(env.HOME, undefined);
    assert.equal(env.AWS_ENDPOINT_URL_LAMBDA, engine.connection.endpoint);
  });

  it('runs one invocation per environment at a time', async () => {
    await create('parallel', {
      'index.mjs': `import { setTimeout as wait } from 'node:timers/promises';
      let running = 0;
      export const handler = async () => { running += 1; await wait(50); const seen = running; running -= 1; return { seen, pid: process.pid }; };`,
    });
    const results = (await Promise.all(Array.from({ length: 4 }, async () => invoke('parallel', {})))).map(json);
    assert.deepEqual(
      results.map((result) => result.seen),
      [1, 1, 1, 1],
    );
    assert.equal(new Set(results.map((result) => result.pid)).size, 4);
  });

  it('returns what a Node handler throws', async () => {
    const output = await invoke('node', { throw: 'boom' });
    assert.equal(output.StatusCode, 200);
    assert.equal(output.FunctionError, 'Unhandled');
    const error = json(output);
    assert.equal(error.errorType, 'TypeError');
    assert.equal(error.errorMessage, 'boom');
    assert.match(error.trace[1], /at (.*)handler/);
    assert.match(tail(output), /\tERROR\tInvoke Error \t\{"errorType":"TypeError","errorMessage":"boom"/);
  });

  it('reports an exit as Lambda does, and starts afresh', async () => {
    const exited = await invoke('node', { exit: 3 });
    assert.equal(exited.FunctionError, 'Unhandled');
    assert.deepEqual(json(exited), {
      errorType: 'Runtime.ExitError',
      errorMessage: `RequestId: ${exited.$metadata.requestId} Error: Runtime exited with error: exit status 3`,
    });
    assert.match(tail(exited), /\tStatus: error\tError Type: Runtime\.ExitError\t\n/);
    assert.match(json(await invoke('node', { exit: 0 })).errorMessage, /Runtime exited without providing a reason$/);
    const next = await invoke('node', {});
    assert.equal(next.FunctionError, undefined);
    assert.match(tail(next), /Init Duration/);
  });

  it('reports an error thrown outside the handler', async () => {
    const output = await invoke('node', { later: true });
    assert.equal(output.FunctionError, 'Unhandled');
    assert.equal(json(output).errorMessage, 'too late');
  });

  it('ends a function that never returns at its timeout', async () => {
    const output = await invoke('node', { hang: true });
    assert.deepEqual(json(output), {
      errorType: 'Sandbox.Timedout',
      errorMessage: `RequestId: ${output.$metadata.requestId} Error: Task timed out after 1.00 seconds`,
    });
    assert.match(tail(output), /Task timed out after 1\.00 seconds\n/);
    assert.match(tail(output), /\tStatus: timeout\t\n$/);
  });

  it('keeps every byte of 10 MB of output, and the tail at 4 KB', async () => {
    await create('loud', { 'index.mjs': node }, { Timeout: 30 });
    const output = await invoke('loud', { print: 100_000 });
    assert.equal(output.FunctionError, undefined);
    assert.equal(Buffer.from(output.LogResult ?? '', 'base64').length, 4096);
    let lines = 0;
    let nextToken: string | undefined;
    do {
      const page = await clients.logs.send(
        new FilterLogEventsCommand({ logGroupName: '/aws/lambda/loud', filterPattern: 'xxxx', nextToken }),
      );
      lines += page.events?.length ?? 0;
      nextToken = page.nextToken;
    } while (nextToken);
    assert.equal(lines, 100_000);
  });

  it('refuses a response that is too large, and passes one that just fits', async () => {
    await create('large', { 'index.mjs': node }, { Timeout: 30 });
    assert.equal(json(await invoke('large', { size: 6_291_556 })).errorType, 'Function.ResponseSizeTooLarge');
    const fits = await invoke('large', { size: 6_291_554 });
    assert.equal(fits.FunctionError, undefined);
    assert.equal(json(fits).length, 6_291_554);
  });

  it('says what is wrong with a handler that cannot be loaded, twice tried', async () => {
    const failing = async (
      handler: string,
      files: Record<string, string>,
    ): Promise<{ error: { errorType: string; errorMessage: string }; log: string }> => {
      const name = `init-${handler.replace(/\W/g, '-')}`;
      await create(name, files, { Handler: handler, ...('sdk.py' in files && { Runtime: 'python3.13' }) });
      const output = await invoke(name, {});
      assert.equal(output.FunctionError, 'Unhandled');
      return { error: json(output), log: tail(output) };
    };
    const missing = await failing('other.handler', { 'index.mjs': node });
    assert.equal(missing.error.errorType, 'Runtime.ImportModuleError');
    assert.match(
      missing.log,
      /INIT_REPORT Init Duration: [\d.]+ ms\tPhase: init\tStatus: error\tError Type: Runtime\.ImportModuleError/,
    );
    assert.match(missing.log, /INIT_REPORT Init Duration: [\d.]+ ms\tPhase: invoke\tStatus: error/);
    const noSdk = /LAMBDA_WARNING: The local Lambda has no AWS SDK, which AWS's runtimes bring\. /;
    assert.match((await failing('sdk.handler', { 'sdk.mjs': "import '@aws-sdk/client-s3';" })).log, noSdk);
    const python = 'raise ModuleNotFoundError("No module named boto3", name="boto3")';
    assert.match((await failing('sdk.python', { 'sdk.py': python })).log, noSdk);
    assert.doesNotMatch(missing.log, noSdk);
    assert.equal((await failing('index.nothing', { 'index.mjs': node })).error.errorType, 'Runtime.HandlerNotFound');
    assert.equal(
      (await failing('index.notAFunction', { 'index.mjs': node })).error.errorType,
      'Runtime.HandlerNotFound',
    );
    assert.equal(
      (await failing('broken.handler', { 'broken.js': 'exports.handler = (' })).error.errorType,
      'Runtime.UserCodeSyntaxError',
    );
  });

  it('runs every form of Node module', async () => {
    await create('cjs', { 'index.js': 'exports.handler = async () => "cjs";' });
    await create('esm', {
      'index.js': 'export const handler = async () => "esm";',
      'package.json': '{"type":"module"}',
    });
    await create(
      'nested',
      {
        'src/app.cjs': 'exports.deep = { handler: async () => require("./value.cjs") };',
        'src/value.cjs': 'module.exports = "nested";',
      },
      { Handler: 'src/app.deep.handler' },
    );
    await create(
      'callback',
      { 'index.js': 'exports.handler = (event, context, done) => setTimeout(() => done(null, "called"), 1);' },
      { Runtime: 'nodejs22.x' },
    );
    for (const [name, expected] of Object.entries({ cjs: 'cjs', esm: 'esm', nested: 'nested', callback: 'called' })) {
      assert.equal(json(await invoke(name, {})), expected, name);
    }
  });

  it('runs Python, with its log lines and its errors', async () => {
    const output = await invoke('python', { k: 'ü' });
    assert.equal(output.FunctionError, undefined, text(output));
    assert.deepEqual(json(output).event, { k: 'ü' });
    assert.match(tail(output), /\nprinted\n/);
    assert.match(tail(output), new RegExp(`\\[INFO\\]\t[-\\dT:.]+Z\t${output.$metadata.requestId}\ttwo\nlines\n`));
    const failed = await invoke('python', { throw: 'bad' });
    const error = json(failed);
    assert.equal(error.errorType, 'ValueError');
    assert.equal(error.errorMessage, 'bad');
    assert.equal(error.requestId, failed.$metadata.requestId);
    assert.match(error.stackTrace.at(-1), /in handler\n/);
    assert.match(tail(failed), /\[ERROR\] ValueError: bad\nTraceback \(most recent call last\):/);
  });

  it('only checks in a dry run', async () => {
    const output = await invoke('node', { exit: 1 }, { InvocationType: 'DryRun' });
    assert.equal(output.StatusCode, 204);
    await assert.rejects(invoke('nobody', {}, { InvocationType: 'DryRun' }), { name: 'ResourceNotFoundException' });
  });

  it('accepts an event, runs it, and tries a failing one three times in all', async () => {
    await create('events', {
      'index.mjs': `export const handler = async (event, context) => { console.log('attempt', context.awsRequestId); if (event.fail) throw new Error('no'); console.log('done', event.n); };`,
    });
    await invoke('events', { n: 0 }); // makes the log group that is followed next
    const followed = followUntil(
      clients.logs,
      '/aws/lambda/events',
      (messages) => messages.filter((message) => message.startsWith('REPORT')).length === 4,
    );
    await followed.started;
    const accepted = await invoke('events', { n: 1 }, { InvocationType: 'Event' });
    assert.equal(accepted.StatusCode, 202);
    assert.equal(text(accepted), '');
    const failing = await invoke('events', { fail: true }, { InvocationType: 'Event' });
    const messages = await followed.messages;
    assert.ok(messages.some((message) => message.includes('done 1')));
    assert.equal(messages.filter((message) => message.includes(`attempt ${failing.$metadata.requestId}`)).length, 3);
  });

  it('refuses what is not JSON and what is too large, before anything runs', async () => {
    const raw = async (Payload: Buffer, InvocationType: 'Event' | 'RequestResponse'): Promise<unknown> =>
      clients.lambda.send(new InvokeCommand({ FunctionName: 'node', Payload, InvocationType }));
    await assert.rejects(raw(Buffer.from('{oops'), 'RequestResponse'), { name: 'InvalidRequestContentException' });
    await assert.rejects(raw(Buffer.from(`"${'x'.repeat(1_048_576)}"`), 'Event'), { name: 'RequestTooLargeException' });
    await assert.rejects(raw(Buffer.from(`"${'x'.repeat(6_291_456)}"`), 'RequestResponse'), {
      name: 'RequestTooLargeException',
    });
  });
});
