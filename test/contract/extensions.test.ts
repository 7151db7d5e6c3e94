// External extensions of layers, as programs that speak the Extensions API: their part in init, invocations and the end.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { InvokeCommand, PublishLayerVersionCommand, type CreateFunctionCommandInput } from '@aws-sdk/client-lambda';
import { createNodeFunction } from './create-function.ts';
import { clientsOf, EngineProcess, sharedFolder, type Clients } from './engine-process.ts';
import { zipOf } from './zip-of.ts';

/** An extension that keeps what it is told in the file NOTES. `before` runs first, `onEvent` for each event. */
const extension = ({
  before: first = '',
  onEvent = '',
  events = ['INVOKE', 'SHUTDOWN'],
} = {}): string => `#!${process.execPath}
const { appendFileSync } = require('node:fs');
const name = require('node:path').basename(__filename);
const api = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2020-01-01/extension/';
const note = (what) => appendFileSync(process.env.NOTES, JSON.stringify(what) + '\\n');
(async () => {
  { ${first} }
  const registered = await fetch(api + 'register', {
    method: 'POST', headers: { 'lambda-extension-name': name }, body: JSON.stringify({ events: ${JSON.stringify(events)} }),
  });
  note({ registered: await registered.json() });
  const headers = { 'lambda-extension-identifier': registered.headers.get('lambda-extension-identifier') };
  for (;;) {
    const event = await (await fetch(api + 'event/next', { headers })).json();
    ${onEvent}
    note(event);
    if (event.eventType === 'SHUTDOWN') process.exit(0);
  }
})();
`;

describe('extensions', { skip: process.platform === 'win32' }, () => {
  const data = sharedFolder();
  let engine: EngineProcess;
  let clients: Clients;

  before(async () => {
    engine = await EngineProcess.start(path.join(data.path, 'engine'));
    clients = clientsOf(engine.connection);
  });

  after(async () => {
    await engine.end();
    data[Symbol.dispose]();
  });

  const notesOf = (name: string): string => path.join(data.path, `${name}.notes`);
  const notes = (name: string): Record<string, unknown>[] =>
    readFileSync(notesOf(name), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));

  const create = async (
    name: string,
    program: string,
    source = 'export const handler = async () => 1;',
    overrides: Partial<CreateFunctionCommandInput> = {},
  ): Promise<void> => {
    const Content = { ZipFile: await zipOf({ 'extensions/watcher': program }) };
    const layer = await clients.lambda.send(new PublishLayerVersionCommand({ LayerName: name, Content }));
    await createNodeFunction(clients, name, source, {
      Layers: [layer.LayerVersionArn ?? ''],
      Environment: { Variables: { NOTES: notesOf(name) } },
      ...overrides,
    });
  };

  const invoke = async (FunctionName: string): Promise<{ requestId: string; payload: unknown }> => {
    const { Payload, $metadata } = await clients.lambda.send(new InvokeCommand({ FunctionName }));
    return { requestId: $metadata.requestId ?? '', payload: JSON.parse(Payload?.transformToString() ?? '') };
  };

  const logOf = async (name: string): Promise<string[]> => {
    const logGroupName = `/aws/lambda/${name}`;
    const { events } = await clients.logs.send(new FilterLogEventsCommand({ logGroupName }));
    return (events ?? []).map(({ message }) => message ?? '');
  };

  it('register before the runtime starts, are told of each invocation and end, and stand in the log', async () => {
    const source = `
      import { existsSync } from 'node:fs';
      const wasThere = existsSync(process.env.NOTES);
      export const handler = async () => wasThere;`;
    await create('watched', extension({ before: "console.log('from the extension');" }), source);
    const first = await invoke('watched');
    assert.equal(first.payload, true);
    const second = await invoke('watched');
    const [registered, ...events] = notes('watched');
    assert.deepEqual(registered, {
      registered: { functionName: 'watched', functionVersion: '$LATEST', handler: 'index.handler' },
    });
    assert.deepEqual(
      events.map(({ eventType, requestId }) => [eventType, requestId]),
      [first, second].map(({ requestId }) => ['INVOKE', requestId]),
    );
    const [{ invokedFunctionArn, deadlineMs, tracing } = {}] = events;
    assert.equal(invokedFunctionArn, 'arn:aws:lambda:us-east-1:000000000000:function:watched');
    assert.ok(Number(deadlineMs) > Date.now() - 60_000);
    assert.match(JSON.stringify(tracing), /X-Amzn-Trace-Id.*Root=/);
    const log = await logOf('watched');
    assert.deepEqual(
      log.filter((line) => /^(EXTENSION|START|from)/.test(line)).map((line) => line.replace(/ RequestId.*/s, '')),
      ['from the extension', 'EXTENSION\tName: watcher\tState: Ready\tEvents: [INVOKE, SHUTDOWN]\n', 'START', 'START'],
    );

    await engine.end();
    assert.equal(notes('watched').at(-1)?.['shutdownReason'], 'spindown');
    engine = await EngineProcess.start(path.join(data.path, 'engine'));
    clients = clientsOf(engine.connection);
  });

  it('hold an invocation until they ask for the next event', async () => {
    const slow = "if (event.eventType === 'INVOKE') await new Promise((resolve) => setTimeout(resolve, 50));";
    await create('held', extension({ onEvent: slow }));
    await invoke('held');
    assert.equal(notes('held').length, 2); // noted after the wait
    await create(
      'endless',
      extension({ onEvent: 'await new Promise(() => setInterval(() => {}, 1000));', events: ['INVOKE'] }),
      undefined,
      {
        Timeout: 1,
      },
    );
    const { payload } = await invoke('endless');
    assert.match(JSON.stringify(payload), /Sandbox\.Timedout.*Task timed out after 1\.00 seconds/);
  });

  it('are told why their environment ends', async () => {
    await create('crashing', extension(), 'export const handler = async () => process.exit(3);');
    await invoke('crashing');
    assert.equal(notes('crashing').at(-1)?.['shutdownReason'], 'failure');
    await create(
      'hanging',
      extension(),
      'export const handler = () => new Promise(() => setInterval(() => {}, 1000));',
      {
        Timeout: 1,
      },
    );
    await invoke('hanging');
    assert.equal(notes('hanging').at(-1)?.['shutdownReason'], 'timeout');
  });

  it('that fail end their environment, as AWS names it', async () => {
    await create('early', extension({ before: 'process.exit(4);' }));
    const early = await invoke('early');
    assert.deepEqual(early.payload, {
      errorType: 'Extension.Crash',
      errorMessage: `RequestId: ${early.requestId} Error: exit code 4`,
    });
    assert.ok((await logOf('early')).some((line) => /^INIT_REPORT .*Error Type: Extension\.Crash\n$/.test(line)));
    await create('late', extension({ onEvent: 'process.exit(5);' }));
    assert.match(JSON.stringify((await invoke('late')).payload), /Extension\.Crash.*exit code 5/);
    const report = `
      const { headers } = await fetch(api + 'register', { method: 'POST', headers: { 'lambda-extension-name': name }, body: '{"events":[]}' });
      await fetch(api + 'init/error', { method: 'POST', headers: {
        'lambda-extension-identifier': headers.get('lambda-extension-identifier'), 'lambda-extension-function-error-type': 'Extension.NoKey',
      } });`;
    await create('reporting', extension({ before: report }));
    assert.match(JSON.stringify((await invoke('reporting')).payload), /Extension\.InitError.*Extension\.NoKey/);
    const lines = await logOf('reporting');
    assert.ok(lines.includes('EXTENSION\tName: watcher\tState: InitError\tEvents: []\tError Type: Extension.NoKey\n'));
    await create('broken', '#!/no/such/program\n');
    assert.match(JSON.stringify((await invoke('broken')).payload), /Extension\.LaunchError/);
  });

  it('see the variables of the function, without those of its runtime', async () => {
    await create('seeing', extension({ before: 'note(process.env);' }));
    await invoke('seeing');
    const [variables = {}] = notes('seeing');
    assert.equal(variables['AWS_LAMBDA_FUNCTION_NAME'], 'seeing');
    assert.equal(variables['NOTES'], notesOf('seeing'));
    const ofRuntime = ['_HANDLER', 'LAMBDA_TASK_ROOT', 'AWS_LAMBDA_LOG_STREAM_NAME', 'AWS_EXECUTION_ENV'];
    assert.deepEqual(
      ofRuntime.filter((name) => name in variables),
      [],
    );
  });

  it('register from within the runtime too, during init only and ten at most', async () => {
    const source = `
      const api = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2020-01-01/extension/';
      const register = (name, events) => fetch(api + 'register', { method: 'POST', body: JSON.stringify({ events }),
        headers: { 'lambda-extension-name': name, 'lambda-extension-accept-feature': 'accountId' } });
      const typeOf = async (answer) => (await answer.json()).errorType;
      const ids = [];
      let accountId;
      for (let index = 0; index < 10; index += 1) {
        const registered = await register('inner-' + index, index === 0 ? ['INVOKE'] : []);
        ids.push(registered.headers.get('lambda-extension-identifier'));
        ({ accountId } = await registered.json());
      }
      const eleventh = await typeOf(await register('inner-10', []));
      const next = (id) => fetch(api + 'event/next', { headers: { 'lambda-extension-identifier': id } });
      const [told] = ids.map(next);
      export const handler = async () => {
        const { eventType, requestId } = await (await told).json();
        const late = await typeOf(await register('late', []));
        void next(ids[0]);
        return { accountId, eleventh, eventType, requestId, late };
      };`;
    await createNodeFunction(clients, 'inner', source);
    const { requestId, payload } = await invoke('inner');
    assert.deepEqual(payload, {
      accountId: '000000000000',
      eleventh: 'Extension.TooManyExtensions',
      eventType: 'INVOKE',
      requestId,
      late: 'Extension.RegistrationClosed',
    });
    assert.ok((await logOf('inner')).includes('EXTENSION\tName: inner-0\tState: Ready\tEvents: [INVOKE]\n'));
  });

  it('are refused what the API does not have', async () => {
    const ask = `
      const ask = async (what, init) => { const answer = await fetch(api + what, init); return [answer.status, (await answer.json()).errorType]; };
      note(await ask('event/next'));
      note(await ask('event/next', { headers: { 'lambda-extension-identifier': 'made-up' } }));
      note(await ask('register', { method: 'POST', headers: { 'lambda-extension-name': name }, body: '{"events":["OTHER"]}' }));
      note(await ask('register', { method: 'POST', headers: { 'lambda-extension-name': 'inner' }, body: '{"events":["SHUTDOWN"]}' }));
      note(await ask('../../2022-07-01/telemetry', { method: 'PUT', body: '{}' }));`;
    await create('asking', extension({ before: ask, events: [] }));
    assert.equal((await invoke('asking')).payload, 1);
    assert.deepEqual(notes('asking').slice(0, 5), [
      [403, 'Extension.MissingExtensionIdentifier'],
      [403, 'Extension.UnknownExtensionIdentifier'],
      [403, 'Extension.InvalidEventType'],
      [403, 'Extension.ShutdownEventNotSupportedForInternalExtension'],
      [403, 'Extension.MissingExtensionIdentifier'],
    ]);
  });
});
