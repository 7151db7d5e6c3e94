// What was throttled, as the panel and the command line tell it, against a real engine.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { InvokeCommand, PutFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import { ThrottleWatch } from '../../src/editor/panel/throttle-watch.ts';
import { createPipeline } from '../../src/pipeline.ts';
import { Problem } from '../../src/problem.ts';
import type { ToPanel } from '../../src/protocol/panel.ts';
import { cleanEnvironment, startCli } from './cli-process.ts';
import { createNodeFunction } from './create-function.ts';
import { clientsOf, EngineProcess, temporaryFolder, type Clients } from './engine-process.ts';

const handler = `export const handler = async (event) => { if (event.fail) throw new RangeError('no'); return 1; };`;

describe('throttles', () => {
  const data = temporaryFolder();
  let engine: EngineProcess;
  let clients: Clients;
  const began = Date.now();

  before(async () => {
    engine = await EngineProcess.start(data.path);
    clients = clientsOf(engine.connection);
    for (const name of ['busy', 'calm']) await createNodeFunction(clients, name, handler);
    for (const fail of [false, true]) await invoke('busy', { fail });
    await invoke('calm');
    await reserve('busy', 0);
    for (let time = 0; time < 3; time += 1) await assert.rejects(invoke('busy'), { name: 'TooManyRequestsException' });
  });
  after(async () => {
    await engine.end();
    data[Symbol.dispose]();
  });

  const invoke = async (FunctionName: string, event: object = {}) =>
    clients.lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }));
  const reserve = async (FunctionName: string, ReservedConcurrentExecutions: number) =>
    clients.lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions }));
  const target = (secret = engine.connection.secretAccessKey) => {
    const { endpoint, region, accessKeyId } = engine.connection;
    return { label: 'Local Lambda', endpoint, region, credentials: { accessKeyId, secretAccessKey: secret } };
  };
  /** A panel's watch, and the messages that it posts, as they come. */
  const watch = (functionNames: readonly string[], resolved = target()) => {
    const posted: ToPanel[] = [];
    const errors: unknown[] = [];
    let told = (): void => undefined;
    const throttles = new ThrottleWatch({
      functionNames,
      pipeline: createPipeline(),
      targets: { choice: { kind: 'local' }, label: resolved.label, resolve: () => Promise.resolve(resolved) },
      post: (message) => {
        posted.push(message);
        told();
      },
      onError: (error) => errors.push(error),
      isVisible: true,
    });
    const next = (): Promise<void> => new Promise((resolve) => (told = resolve));
    return { throttles, posted, errors, next };
  };
  const countsOf = (message: ToPanel | undefined): Record<string, number> => {
    assert.equal(message?.type, 'throttles');
    const counts: Record<string, number> = {};
    for (const { functionName, count } of message.throttles) counts[functionName] = (counts[functionName] ?? 0) + count;
    return counts;
  };

  it('are told to the panel of several functions, with those that come while it is open', async () => {
    const { throttles, posted, errors, next } = watch(['busy', 'calm']);
    throttles.resend();
    const first = next();
    throttles.start(began);
    await first;
    assert.deepEqual(countsOf(posted[0]), { busy: 3 });
    const second = next();
    await reserve('calm', 0);
    await assert.rejects(invoke('calm'));
    await second;
    assert.deepEqual(countsOf(posted[1]), { busy: 3, calm: 1 });
    throttles.dispose();
    assert.deepEqual(errors, []);
  });

  it('that are not to be had are said so, and why', async () => {
    const { throttles, posted, errors, next } = watch(['busy'], target('wrong'));
    throttles.resend();
    const told = next();
    throttles.start(began);
    await told;
    const [message] = posted;
    assert.match(String(message?.type === 'throttles' && message.problem), /^Throttles are not shown: Local Lambda refuses the credentials/); // prettier-ignore
    assert.ok(errors[0] instanceof Problem);
    throttles.dispose();
  });

  it('stand in `metrics` of the command line, beside invocations, errors and durations', async () => {
    const { endpoint, region, accessKeyId, secretAccessKey } = engine.connection;
    const env = cleanEnvironment(path.join(data.path, 'home'), {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_REGION: region,
    });
    const run = async (...words: string[]) => startCli(['metrics', ...words, '--endpoint', endpoint], env).finished;
    const json = await run('busy', '--period', '1h', '--json');
    assert.equal(json.status, 0, json.stderr);
    const periods = json.stdout
      .trim()
      .split('\n')
      .map((line): Record<string, number> => JSON.parse(line));
    const sum = (name: string): number => periods.reduce((all, period) => all + (period[name] ?? 0), 0);
    assert.deepEqual([sum('invocations'), sum('errors'), sum('throttles')], [2, 1, 3]);
    assert.ok((periods[0]?.['maximumMs'] ?? 0) >= (periods[0]?.['averageMs'] ?? Infinity));
    const { stdout } = await run('busy');
    assert.match(
      stdout,
      /^TIME +INVOCATIONS +ERRORS +THROTTLES +AVERAGE MS +MAXIMUM MS\n\d{4}-\d\d-\d\dT\d\d:\d\d:00Z +/,
    );
    assert.match((await run('nobody')).stdout, /^No metrics of nobody on .* in the last 1h\.$/m);
    const wrong = await run('busy', '--period', '90s');
    assert.deepEqual([wrong.status, wrong.stdout], [2, '']);
    assert.match(wrong.stderr, /--period takes whole minutes, hours or days, not "90s"/);
  });
});
