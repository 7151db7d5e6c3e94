// Extensions that subscribe to the Telemetry API and the older Logs API: what reaches them, in which form, and once.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { InvokeCommand, PublishLayerVersionCommand, type CreateFunctionCommandInput } from '@aws-sdk/client-lambda';
import { createNodeFunction } from './create-function.ts';
import { clientsOf, EngineProcess, sharedFolder, type Clients } from './engine-process.ts';
import { zipOf } from './zip-of.ts';

/** Listens, subscribes with `asked` (by its `port`), and keeps each record it is sent in the file NOTES. */
const subscriber = (api: string, asked: string, first = ''): string => `#!${process.execPath}
const { appendFileSync } = require('node:fs');
const note = (what) => appendFileSync(process.env.NOTES, JSON.stringify(what) + '\\n');
const base = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API;
const read = async (source) => { let text = ''; for await (const piece of source) text += piece; return text; };
const http = require('node:http').createServer(async (request, response) => {
  for (const record of JSON.parse(await read(request))) note(record);
  response.end();
});
// Over TCP nothing says what has arrived: it waits for it.
const arrived = Promise.withResolvers();
const tcp = require('node:net').createServer(async (socket) => {
  let rest = '';
  for await (const piece of socket.setEncoding('utf8')) {
    const lines = (rest + piece).split('\\n');
    rest = lines.pop();
    for (const line of lines) note(JSON.parse(line));
    if (lines.length > 0) arrived.resolve();
  }
});
(async () => {
  const name = require('node:path').basename(__filename);
  const registered = await fetch(base + '/2020-01-01/extension/register', {
    method: 'POST', headers: { 'lambda-extension-name': name }, body: '{"events":["INVOKE","SHUTDOWN"]}',
  });
  const headers = { 'lambda-extension-identifier': registered.headers.get('lambda-extension-identifier') };
  const listen = (server) => new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));
  const port = await listen(http);
  const tcpPort = await listen(tcp);
  const subscribe = async (body, more = headers) => {
    const answer = await fetch(base + '${api}', { method: 'PUT', headers: more, body: JSON.stringify(body) });
    return [answer.status, await answer.json()];
  };
  ${first}
  const buffering = { timeoutMs: 25, maxItems: 1000, maxBytes: 262144 };
  const asked = { buffering, ...${asked} };
  note({ answer: await subscribe(asked) });
  console.log('said by the extension');
  for (;;) {
    const event = await (await fetch(base + '/2020-01-01/extension/event/next', { headers })).json();
    if (event.eventType !== 'SHUTDOWN') continue;
    if (asked.destination?.protocol === 'TCP') await arrived.promise;
    process.exit(0);
  }
})();
`;

const http = "destination: { protocol: 'HTTP', URI: 'http://sandbox.localdomain:' + port + '/in' }";
const source = "export const handler = async (event) => { console.log('said', event.word); return event; };";

interface Note {
  readonly time?: string;
  readonly type?: string;
  readonly record?: unknown;
  readonly answer?: unknown;
}

describe('telemetry', { skip: process.platform === 'win32' }, () => {
  const data = sharedFolder();
  const requestIds: Record<string, string[]> = {};
  let engine: EngineProcess;
  let clients: Clients;
  let log: string[];

  const create = async (
    name: string,
    program: string,
    code = source,
    overrides: Partial<CreateFunctionCommandInput> = {},
  ): Promise<void> => {
    const Content = { ZipFile: await zipOf({ 'extensions/watcher': program }) };
    const layer = await clients.lambda.send(new PublishLayerVersionCommand({ LayerName: name, Content }));
    await createNodeFunction(clients, name, code, {
      Layers: [layer.LayerVersionArn ?? ''],
      Environment: { Variables: { NOTES: path.join(data.path, name) } },
      ...overrides,
    });
  };

  const invoke = async (name: string, word: string): Promise<unknown> => {
    const { Payload, $metadata } = await clients.lambda.send(
      new InvokeCommand({ FunctionName: name, Payload: JSON.stringify({ word }) }),
    );
    (requestIds[name] ??= []).push($metadata.requestId ?? '');
    return JSON.parse(Payload?.transformToString() ?? '');
  };

  const notes = (name: string): Note[] =>
    readFileSync(path.join(data.path, name), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  const recordsOf = (name: string, type: string): unknown[] =>
    notes(name).flatMap((note) => (note.type === type ? [note.record] : []));

  // What a subscriber is still to get, it gets before its end: so everything runs first, and is looked at when it has ended.
  before(async () => {
    engine = await EngineProcess.start(path.join(data.path, 'engine'));
    clients = clientsOf(engine.connection);
    const types = "types: ['platform', 'function', 'extension']";
    await create('told', subscriber('/2022-07-01/telemetry', `{ schemaVersion: '2022-12-13', ${types}, ${http} }`));
    await invoke('told', 'one');
    await invoke('told', 'two');
    const logGroupName = '/aws/lambda/told';
    const { events } = await clients.logs.send(new FilterLogEventsCommand({ logGroupName }));
    log = (events ?? []).map(({ message }) => message ?? '');
    const tcp = "destination: { protocol: 'TCP', port: tcpPort }";
    await create(
      'objects',
      subscriber('/2022-07-01/telemetry', `{ schemaVersion: '2022-12-13', types: ['function'], ${tcp} }`),
      source,
      { LoggingConfig: { LogFormat: 'JSON' } },
    );
    await invoke('objects', 'structured');
    await create('older', subscriber('/2020-08-15/logs', `{ schemaVersion: '2021-03-18', ${types}, ${http} }`));
    await invoke('older', 'old');
    const program = subscriber('/2022-07-01/telemetry', `{ types: ['platform', 'function'], ${http} }`);
    await create('exiting', program, "export const handler = async () => { console.log('last'); process.exit(3); };");
    await invoke('exiting', '');
    const hang = "export const handler = () => new Promise(() => setInterval(() => console.log('on'), 300));";
    await create('hanging', program, hang, { Timeout: 1 });
    await invoke('hanging', '');
    const wrong = `
      const fine = { types: ['function'], ${http} };
      for (const body of [
        { ...fine, types: [] }, { ...fine, types: ['others'] }, { ...fine, schemaVersion: '1999-01-01' },
        { ...fine, buffering: { maxItems: 5 } }, { ...fine, destination: { protocol: 'HTTP', URI: 'http://example.com/' } },
        { ...fine, destination: { protocol: 'TCP', port: 0 } },
      ]) note({ answer: await subscribe(body) });
      note({ answer: await subscribe(fine, {}) });`;
    const late = `
      const base = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API;
      const registered = await fetch(base + '/2020-01-01/extension/register', {
        method: 'POST', headers: { 'lambda-extension-name': 'inner' }, body: '{"events":[]}' });
      const headers = { 'lambda-extension-identifier': registered.headers.get('lambda-extension-identifier') };
      void fetch(base + '/2020-01-01/extension/event/next', { headers });
      export const handler = async () => {
        const answer = await fetch(base + '/2022-07-01/telemetry', { method: 'PUT', headers, body: '{}' });
        return [answer.status, await answer.json()];
      };`;
    await create('wrong', subscriber('/2022-07-01/telemetry', '{}', wrong), late);
    assert.deepEqual(await invoke('wrong', ''), [
      403,
      { errorType: 'Telemetry.SubscriptionClosed', errorMessage: 'Telemetry API subscription is closed already' },
    ]);
    await engine.end();
  });

  after(async () => {
    await engine.end();
    data[Symbol.dispose]();
  });

  it('brings platform events, lines of the function and of extensions, each once and in order', () => {
    const [answered, ...records] = notes('told');
    assert.deepEqual(answered, { answer: [200, 'OK'] });
    const invocation = ['platform.start', 'function', 'platform.runtimeDone', 'platform.report'];
    assert.deepEqual(
      records.map(({ type }) => type).filter((type) => type !== 'extension'),
      [
        'platform.initStart',
        'platform.telemetrySubscription',
        'platform.extension',
        'platform.initRuntimeDone',
        'platform.initReport',
        ...invocation,
        ...invocation,
      ],
    );
    assert.ok(records.every(({ time }) => /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(time ?? '')));
    assert.deepEqual(recordsOf('told', 'extension'), ['said by the extension']);
    assert.deepEqual(recordsOf('told', 'platform.telemetrySubscription'), [
      { name: 'watcher', state: 'Subscribed', types: ['platform', 'function', 'extension'] },
    ]);
    const lines = recordsOf('told', 'function').map((line) => String(line).split('\t').slice(1).join(' '));
    const [one, two] = requestIds['told'] ?? [];
    assert.deepEqual(lines, [`${one} INFO said one`, `${two} INFO said two`]);
    assert.deepEqual(
      recordsOf('told', 'platform.start'),
      [one, two].map((requestId) => ({ requestId, version: '$LATEST' })),
    );
    const [done] = JSON.parse(JSON.stringify(recordsOf('told', 'platform.runtimeDone')));
    assert.deepEqual(
      [done.requestId, done.status, done.metrics.producedBytes],
      [one, 'success', '{"word":"one"}'.length],
    );
    const [latency, duration, overhead] = done.spans;
    assert.deepEqual(
      [latency.name, duration.name, overhead.name],
      ['responseLatency', 'responseDuration', 'runtimeOverhead'],
    );
    const spanned = latency.durationMs + duration.durationMs + overhead.durationMs;
    assert.ok(Math.abs(spanned - done.metrics.durationMs) < 0.04, `${spanned}, ${done.metrics.durationMs}`);
    assert.ok(latency.durationMs > 0 && duration.durationMs >= 0 && overhead.durationMs >= 0);
    assert.ok(latency.start <= duration.start && duration.start <= overhead.start);
    const [cold, warm] = JSON.parse(JSON.stringify(recordsOf('told', 'platform.report')));
    const report = log.find((line) => line.startsWith(`REPORT RequestId: ${one}`));
    const { durationMs, billedDurationMs, initDurationMs } = cold.metrics;
    assert.match(
      report ?? '',
      new RegExp(
        `Duration: ${durationMs.toFixed(2)} ms\tBilled Duration: ${billedDurationMs} ms.*Init Duration: ${initDurationMs.toFixed(2)} ms`,
      ),
    );
    assert.equal(cold.spans[0].name, 'extensionOverhead');
    assert.deepEqual([warm.requestId, warm.status, warm.metrics.initDurationMs], [two, 'success', undefined]);
    assert.ok(log.includes('TELEMETRY\tName: watcher\tState: Subscribed\tTypes: [Platform, Function, Extension]\n'));
  });

  it('brings lines in JSON as objects, over TCP as over HTTP', () => {
    const [, line, ...rest] = notes('objects');
    const { timestamp: _time, ...record } = Object(line?.record);
    const requestId = requestIds['objects']?.[0];
    assert.deepEqual(record, { level: 'INFO', requestId, message: 'said structured' });
    assert.deepEqual(rest, []);
  });

  it('is known to the older Logs API in its own form', () => {
    const [answered, ...records] = notes('older');
    assert.deepEqual(answered, { answer: [200, 'OK'] });
    const requestId = requestIds['older']?.[0];
    const of = (type: string): unknown => records.find((note) => note.type === type)?.record;
    assert.deepEqual(of('platform.logsSubscription'), {
      name: 'watcher',
      state: 'Subscribed',
      types: ['platform', 'function', 'extension'],
    });
    assert.deepEqual(of('platform.start'), { requestId, version: '$LATEST' });
    assert.match(String(of('function')), /INFO\tsaid old$/);
    assert.deepEqual(of('platform.runtimeDone'), { requestId, status: 'success' });
    assert.deepEqual(of('platform.end'), { requestId });
    assert.deepEqual(Object.keys(Object(of('platform.report'))), ['requestId', 'metrics']);
    assert.equal(of('platform.initStart'), undefined);
  });

  it('brings the report of an invocation that ends its environment', () => {
    for (const [name, status] of [
      ['exiting', 'error'],
      ['hanging', 'timeout'],
    ] as const) {
      const [report, ...others] = recordsOf(name, 'platform.report').map(Object);
      assert.deepEqual(others, []);
      assert.deepEqual([report.requestId, report.status], [requestIds[name]?.[0], status]);
      const types = notes(name).map(({ type }) => type);
      assert.ok(types.lastIndexOf('function') < types.indexOf('platform.report'));
    }
    assert.equal(recordsOf('exiting', 'function').length, 1);
  });

  it('refuses what cannot be subscribed to', () => {
    const answers = notes('wrong').map(({ answer }) => JSON.stringify(answer));
    const invalid = [/types/, /types/, /schemaVersion/, /maxItems/, /sandbox\.localdomain/, /port/];
    for (const [index, pattern] of invalid.entries())
      assert.match(answers[index] ?? '', new RegExp(`^\\[400,.*ValidationError.*${pattern.source}`));
    assert.match(answers[6] ?? '', /^\[403,.*Extension\.MissingExtensionIdentifier/);
  });
});
