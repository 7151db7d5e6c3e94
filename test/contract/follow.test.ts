// Following several functions, filter patterns and request ids, through the pipeline against a real engine.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { createPipeline, type FollowOptions } from '../../src/pipeline.ts';
import { LogModel } from '../../src/observe/log-model.ts';
import type { LogEvent } from '../../src/observe/timing.ts';
import { createNodeFunction } from './create-function.ts';
import { clientsOf, EngineProcess, temporaryFolder, type Clients } from './engine-process.ts';

const names = ['left', 'right'] as const;
const source = `
export const handler = async ({ lines }) => {
  for (const line of lines) {
    console.log(line);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
};`;

describe('following logs', () => {
  const data = temporaryFolder();
  const pipeline = createPipeline();
  let engine: EngineProcess;
  let clients: Clients;
  let target: FollowOptions['target'];

  before(async () => {
    engine = await EngineProcess.start(data.path);
    clients = clientsOf(engine.connection);
    const { endpoint, region, accessKeyId, secretAccessKey } = engine.connection;
    target = { label: 'Local Lambda', endpoint, region, credentials: { accessKeyId, secretAccessKey } };
    for (const name of names) await createNodeFunction(clients, name, source);
  });

  after(async () => {
    await engine.end();
    data[Symbol.dispose]();
  });

  const say = async (name: string, ...lines: string[]): Promise<string> => {
    const answer = await clients.lambda.send(
      new InvokeCommand({ FunctionName: name, Payload: JSON.stringify({ lines }) }),
    );
    assert.equal(answer.FunctionError, undefined);
    return answer.$metadata.requestId ?? '';
  };

  /** Follows until what was delivered is enough; `onLive` runs once the session has begun. */
  const collect = async (
    options: Pick<FollowOptions, 'functionNames'> & Partial<FollowOptions>,
    enough: (events: readonly LogEvent[]) => boolean,
    onLive: () => Promise<unknown> = () => Promise.resolve(),
  ): Promise<LogEvent[]> => {
    const abort = new AbortController();
    const events: LogEvent[] = [];
    let live: Promise<unknown> | undefined;
    await pipeline.followLogs({
      target,
      since: 0,
      signal: abort.signal,
      onEvents: (some) => {
        events.push(...some);
        if (enough(events)) abort.abort();
      },
      onStatus: ({ state }) => {
        if (state === 'live') live ??= onLive();
      },
      ...options,
    });
    await live;
    return events;
  };

  const reports = (events: readonly LogEvent[]): number =>
    events.filter(({ message }) => message.startsWith('REPORT')).length;

  it('two functions come once each, before and after the session began, and the model untangles them', async () => {
    await say('left', 'left before');
    await say('right', 'right before');
    const many = Array.from({ length: 20 }, (_, index) => `number ${index}`);
    const events = await collect(
      { functionNames: names },
      (some) => reports(some) >= 6,
      () => Promise.all(names.flatMap((name) => [say(name, ...many), say(name, ...many)])),
    );
    const { lines, invocations } = new LogModel().append(events);
    for (const name of names) {
      const its = invocations.filter(({ functionName }) => functionName === name);
      assert.equal(its.length, 3);
      for (const { requestId } of its.slice(1)) {
        const said = lines.filter((line) => line.requestId === requestId && line.source === 'function');
        assert.deepEqual(said.map(({ message }) => message.trimEnd().split('\t').at(-1)), many); // prettier-ignore
        assert.ok(said.every(({ functionName }) => functionName === name));
      }
    }
    const backfill = events.slice(
      0,
      events.findIndex(({ message }) => message.includes('number')),
    );
    const times = backfill.map(({ timestamp }) => timestamp);
    assert.deepEqual(
      times,
      times.toSorted((one, other) => one - other),
    );
  });

  it('a filter pattern holds for what was logged and for what is being logged', async () => {
    await say('left', 'apple one', 'pear one');
    const events = await collect(
      { functionNames: ['left'], filterPattern: 'apple' },
      (some) => some.some(({ message }) => message.includes('apple two')),
      () => say('left', 'pear two', 'apple two'),
    );
    assert.deepEqual(
      events.map(({ message }) => message.trimEnd().split('\t').at(-1)),
      ['apple one', 'apple two'],
    );
    // Taken back, all is read again.
    const all = await collect({ functionNames: ['left'] }, (some) =>
      some.some(({ message }) => message.includes('apple two')),
    );
    assert.ok(all.some(({ message }) => message.includes('pear one')));
  });

  it('a pattern that the service refuses is told in its words', async () => {
    const refused = collect({ functionNames: ['left'], filterPattern: '[ip, user]' }, () => false);
    await assert.rejects(refused, { code: 'InvalidParameterException', message: /not by columns/ });
  });

  it('a request id leads to its function and time; one that nothing names to none', async () => {
    const before = Date.now();
    const requestId = await say('right', 'x');
    const search = { target, functionNames: names, since: 0 };
    const found = await pipeline.findInvocation({ ...search, requestId });
    assert.equal(found?.functionName, 'right');
    assert.ok(found.at >= before && found.at <= Date.now());
    const none = '00000000-0000-4000-8000-000000000000';
    assert.equal(await pipeline.findInvocation({ ...search, requestId: none }), undefined);
  });

  it('says that Logs Insights is of AWS', async () => {
    const query = pipeline.queryLogs({ target, functionNames: ['left'], query: 'fields @message', from: 0, to: 1000 });
    await assert.rejects(query, { code: 'InsightsUnavailable', message: /^Local Lambda has no Logs Insights/ });
  });
});
