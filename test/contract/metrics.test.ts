// CloudWatch's metrics of functions, through the real SDK client in its protocols and Debian's AWS CLI.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  type Dimension,
  type GetMetricStatisticsCommandInput,
  type MetricDataQuery,
  type Statistic,
} from '@aws-sdk/client-cloudwatch';
import {
  CreateAliasCommand,
  InvokeCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
  PutProvisionedConcurrencyConfigCommand,
  GetProvisionedConcurrencyConfigCommand,
} from '@aws-sdk/client-lambda';
import { SmithyRpcV2CborProtocol } from '@smithy/core/cbor';
import { environmentFor, RunningProgram } from './cli-process.ts';
import { createNodeFunction } from './create-function.ts';
import { clientsOf, EngineProcess, temporaryFolder, type Clients } from './engine-process.ts';

const worker = `export const handler = async (event) => {
  if (event.gate) await fetch(event.gate);
  if (event.fail) throw new RangeError('no');
  return 1;
};`;
const Namespace = 'AWS/Lambda';
const all: Statistic[] = ['SampleCount', 'Sum', 'Minimum', 'Maximum', 'Average'];

/** Of a function as it was asked for, and the version that ran. */
function dimensionsOf(functionName?: string, resource?: string, version?: string): Dimension[] {
  const named = { FunctionName: functionName, Resource: resource, ExecutedVersion: version };
  return Object.entries(named).flatMap(([Name, Value]) => (Value === undefined ? [] : [{ Name, Value }]));
}

/** A span that this test lies in; times are whole minutes, so that its one period begins with it. */
function span(): { readonly StartTime: Date; readonly EndTime: Date } {
  const minute = Math.floor(Date.now() / 60_000) * 60_000;
  return { StartTime: new Date(minute - 30 * 60_000), EndTime: new Date(minute + 120_000) };
}

describe('metrics', () => {
  const scratch = temporaryFolder();
  let engine: EngineProcess;
  let clients: Clients;
  let metrics: CloudWatchClient;

  const connect = (): void => {
    clients = clientsOf(engine.connection);
    metrics = metricsClient();
  };
  const metricsClient = (more: object = {}): CloudWatchClient => {
    const { endpoint, region, accessKeyId, secretAccessKey } = engine.connection;
    const credentials = { accessKeyId, secretAccessKey };
    return new CloudWatchClient({ endpoint, region, maxAttempts: 1, credentials, ...more });
  };
  before(async () => {
    mkdirSync(path.join(scratch.path, 'home'));
    engine = await EngineProcess.start(path.join(scratch.path, 'data'), '--retry-delays', '0,0');
    connect();
  });
  after(async () => {
    await engine.end();
    scratch[Symbol.dispose]();
  });

  const invoke = async (FunctionName: string, event: object = {}, more: object = {}) =>
    clients.lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(event), ...more }));
  const reserve = async (FunctionName: string, ReservedConcurrentExecutions: number) =>
    clients.lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions }));
  const refused = async (FunctionName: string): Promise<void> =>
    assert.rejects(invoke(FunctionName), { name: 'TooManyRequestsException' });
  /** All statistics of the whole span; nothing where there is no sample. */
  const figures = async (MetricName: string, dimensions: Dimension[], more: object = {}) => {
    const { Datapoints = [] } = await metrics.send(
      new GetMetricStatisticsCommand({ Namespace, MetricName, Dimensions: dimensions, ...span(), Period: 3600, Statistics: all, ...more }), // prettier-ignore
    );
    assert.ok(Datapoints.length <= 1);
    return Datapoints[0];
  };
  const sum = async (MetricName: string, dimensions: Dimension[]) => (await figures(MetricName, dimensions))?.Sum;

  it('count invocations, errors and throttles apart, and how long the code ran', async () => {
    await createNodeFunction(clients, 'counted', worker);
    await invoke('counted');
    await invoke('counted');
    await invoke('counted', { fail: true });
    await reserve('counted', 0);
    await refused('counted');
    await refused('counted');
    const its = dimensionsOf('counted');
    assert.equal(await sum('Invocations', its), 3);
    const errors = await figures('Errors', its);
    assert.deepEqual([errors?.Sum, errors?.SampleCount, errors?.Minimum, errors?.Maximum], [1, 3, 0, 1]);
    assert.ok(Math.abs((errors?.Average ?? 0) - 1 / 3) < 1e-9);
    assert.equal(errors?.Unit, 'Count');
    const throttles = await figures('Throttles', its);
    assert.deepEqual([throttles?.Sum, throttles?.SampleCount], [2, 5]);
    const duration = await figures('Duration', its);
    assert.equal(duration?.SampleCount, 3);
    assert.equal(duration.Unit, 'Milliseconds');
    const { Minimum = 0, Average = 0, Maximum = 0 } = duration;
    assert.ok(Minimum > 0 && Minimum <= Average && Average <= Maximum && Maximum < 10_000);
  });

  it('have the durations of REPORT, and their percentiles', async () => {
    await createNodeFunction(clients, 'reported', worker);
    const reports: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const { LogResult = '' } = await invoke('reported', {}, { LogType: 'Tail' });
      const [, ms] = /\tDuration: ([\d.]+) ms/.exec(Buffer.from(LogResult, 'base64').toString()) ?? [];
      reports.push(Number(ms));
    }
    const its = dimensionsOf('reported');
    const known = await figures('Duration', its);
    assert.equal(known?.Maximum, Math.max(...reports));
    assert.equal(known.Minimum, Math.min(...reports));
    const about = await figures('Duration', its, { Statistics: undefined, ExtendedStatistics: ['p0', 'p50', 'p100'] });
    const near = (a: number | undefined, b: number): boolean => a !== undefined && Math.abs(a / b - 1) < 0.006;
    const sorted = reports.toSorted((a, b) => a - b);
    const { p0, p50, p100 } = about?.ExtendedStatistics ?? {};
    assert.ok(near(p0, sorted[0] ?? 0) && near(p50, sorted[2] ?? 0) && near(p100, sorted[4] ?? 0));
    await assert.rejects(figures('Errors', its, { Statistics: undefined, ExtendedStatistics: ['p50'] }), {
      name: 'InvalidParameterValueException',
      message: /keeps percentiles of Duration and AsyncEventAge, not of Errors/,
    });
  });

  it('are of a function, of each way to ask for it, of the version behind an alias, and of all functions', async () => {
    await createNodeFunction(clients, 'qualified', worker);
    const before = (await sum('Invocations', [])) ?? 0;
    await clients.lambda.send(new PublishVersionCommand({ FunctionName: 'qualified' }));
    await clients.lambda.send(
      new CreateAliasCommand({ FunctionName: 'qualified', Name: 'live', FunctionVersion: '1' }),
    );
    await invoke('qualified');
    for (const Qualifier of ['$LATEST', '1', '1', 'live', 'live', 'live']) await invoke('qualified', {}, { Qualifier });
    const count = async (...names: string[]) => sum('Invocations', dimensionsOf('qualified', ...names));
    assert.equal(await count(), 7);
    assert.equal(await count('qualified'), 1);
    assert.equal(await count('qualified:$LATEST'), 1);
    assert.equal(await count('qualified:1'), 2);
    assert.equal(await count('qualified:live'), 3);
    assert.equal(await count('qualified:live', '1'), 3);
    assert.equal(await count('qualified:1', '1'), undefined);
    assert.equal(await sum('Invocations', []), before + 7);
    assert.equal(await sum('Invocations', [{ Name: 'Resource', Value: 'qualified' }]), undefined);
    assert.equal(await sum('Invocations', dimensionsOf('never')), undefined);
    const most = await figures('ConcurrentExecutions', dimensionsOf('qualified', 'qualified:live', '1'));
    assert.deepEqual([most?.Maximum, most?.SampleCount], [1, 3]);
    const otherUnit = await figures('Invocations', dimensionsOf('qualified'), { Unit: 'Seconds' });
    assert.equal(otherUnit, undefined);
  });

  it('know how many ran at once', async () => {
    await createNodeFunction(clients, 'parallel', worker);
    await invoke('parallel');
    const held: ServerResponse[] = [];
    const gate = createServer((_, response) => {
      held.push(response);
      if (held.length === 3) for (const each of held) each.end();
    });
    await once(gate.listen(0, '127.0.0.1'), 'listening');
    const address = `http://127.0.0.1:${(gate.address() as AddressInfo).port}/`; // it listens on TCP
    await Promise.all([1, 2, 3].map(async () => invoke('parallel', { gate: address })));
    gate.close();
    const most = async (...names: string[]) => (await figures('ConcurrentExecutions', dimensionsOf(...names)))?.Maximum;
    assert.equal(await most('parallel'), 3);
    assert.equal(await most('parallel', 'parallel'), 3);
    assert.equal(await most(), 3);
  });

  it('tell what became of asynchronous events, and how often they were throttled', async () => {
    await createNodeFunction(clients, 'eventful', worker);
    await invoke('eventful');
    await clients.lambda.send(
      new PutFunctionEventInvokeConfigCommand({ FunctionName: 'eventful', MaximumRetryAttempts: 1 }),
    );
    await invoke('eventful', {}, { InvocationType: 'Event' });
    await invoke('eventful', { fail: true }, { InvocationType: 'Event' });
    await invoke('eventful', { fail: true }, { InvocationType: 'Event', LogType: 'None' });
    const dropped = async (): Promise<void> => {
      const its = await sum('AsyncEventsDropped', dimensionsOf('eventful'));
      if (its !== 2) return dropped(); // each look is a request; the engine works between two of them
    };
    await dropped();
    const its = dimensionsOf('eventful', 'eventful');
    assert.equal(await sum('AsyncEventsReceived', its), 3);
    assert.equal(await sum('Invocations', its), 6);
    assert.equal(await sum('Errors', its), 4);
    const age = await figures('AsyncEventAge', its);
    assert.equal(age?.SampleCount, 5);
    assert.equal(age.Unit, 'Milliseconds');
    await reserve('eventful', 0);
    await invoke('eventful', {}, { InvocationType: 'Event' });
    const throttled = async (): Promise<number> => (await sum('Throttles', its)) || throttled();
    assert.ok((await throttled()) >= 1);
    assert.equal(await sum('Invocations', its), 6);
    await reserve('eventful', 5);
  });

  it('tell invocations in provisioned environments from those that found none', async () => {
    await createNodeFunction(clients, 'ready', worker);
    await clients.lambda.send(new PublishVersionCommand({ FunctionName: 'ready' }));
    const version = { FunctionName: 'ready', Qualifier: '1' };
    await clients.lambda.send(
      new PutProvisionedConcurrencyConfigCommand({ ...version, ProvisionedConcurrentExecutions: 2 }),
    );
    for (;;) {
      const { Status } = await clients.lambda.send(new GetProvisionedConcurrencyConfigCommand(version));
      if (Status !== 'IN_PROGRESS') break;
    }
    await invoke('ready', {}, { Qualifier: '1' });
    const its = dimensionsOf('ready', 'ready:1');
    assert.equal(await sum('ProvisionedConcurrencyInvocations', its), 1);
    assert.equal(await sum('ProvisionedConcurrencySpilloverInvocations', its), undefined);
    const use = await figures('ProvisionedConcurrencyUtilization', its);
    assert.equal(use?.Maximum, 0.5);
  });

  it('are listed by name and dimensions, with what has never been counted left out', async () => {
    const list = async (more: object) => {
      const { Metrics = [] } = await metrics.send(new ListMetricsCommand(more));
      return Metrics;
    };
    const filter = { Namespace, Dimensions: [{ Name: 'FunctionName', Value: 'counted' }] };
    const names = new Set((await list(filter)).map(({ MetricName }) => MetricName));
    assert.deepEqual([...names].map(String).sort(), [
      'ConcurrentExecutions',
      'Duration',
      'Errors',
      'Invocations',
      'Throttles',
    ]);
    const throttles = await list({ ...filter, MetricName: 'Throttles', RecentlyActive: 'PT3H' });
    assert.deepEqual(
      throttles.map(({ Dimensions }) => Dimensions),
      [dimensionsOf('counted'), dimensionsOf('counted', 'counted')],
    );
    const versions = await list({ MetricName: 'Errors', Dimensions: [{ Name: 'ExecutedVersion' }] });
    assert.deepEqual(
      versions.map(({ Dimensions }) => Dimensions),
      [dimensionsOf('qualified', 'qualified:live', '1')],
    );
    assert.deepEqual(await list({ Namespace: 'AWS/SQS' }), []);
  });

  const query = (
    Id: string,
    MetricName: string,
    names: string[],
    Stat = 'Sum',
    more: object = {},
  ): MetricDataQuery => ({
    Id,
    MetricStat: { Metric: { Namespace, MetricName, Dimensions: dimensionsOf(...names) }, Period: 3600, Stat },
    ...more,
  });

  it('come as data of several queries, in pages', async () => {
    const MetricDataQueries = [
      query('i', 'Invocations', ['counted']),
      query('t', 'Throttles', ['counted'], 'Sum', { Label: 'refused' }),
      query('n', 'Throttles', ['never']),
      query('d', 'Duration', ['counted'], 'p90'),
      query('hidden', 'Errors', ['counted'], 'Sum', { ReturnData: false }),
    ];
    const asked = { MetricDataQueries, ...span() };
    const { MetricDataResults = [], NextToken } = await metrics.send(new GetMetricDataCommand(asked));
    assert.equal(NextToken, undefined);
    assert.deepEqual(
      MetricDataResults.map(({ Id, Label, StatusCode, Values }) => [Id, Label, StatusCode, Values?.length]),
      [
        ['i', 'Invocations', 'Complete', 1],
        ['t', 'refused', 'Complete', 1],
        ['n', 'Throttles', 'Complete', 0],
        ['d', 'Duration', 'Complete', 1],
      ],
    );
    assert.deepEqual(MetricDataResults[0]?.Timestamps, [asked.StartTime]);
    assert.deepEqual([MetricDataResults[0]?.Values, MetricDataResults[1]?.Values], [[3], [2]]);
    const first = await metrics.send(new GetMetricDataCommand({ ...asked, MaxDatapoints: 2 }));
    assert.deepEqual(
      first.MetricDataResults?.map(({ Values }) => Values?.length),
      [1, 1, 0, 0],
    );
    assert.equal(first.MetricDataResults?.[3]?.StatusCode, 'PartialData');
    const second = await metrics.send(
      new GetMetricDataCommand({ ...asked, MaxDatapoints: 2, NextToken: first.NextToken }),
    );
    assert.deepEqual(
      second.MetricDataResults?.map(({ Values }) => Values?.length),
      [0, 0, 0, 1],
    );
    assert.equal(second.NextToken, undefined);
  });

  it('answer in CBOR as in JSON', async () => {
    const cbor = metricsClient({
      protocol: SmithyRpcV2CborProtocol,
      protocolSettings: { ...metrics.config.protocolSettings },
    });
    const asked = { MetricDataQueries: [query('i', 'Invocations', ['counted'])], ...span() };
    const { MetricDataResults } = await cbor.send(new GetMetricDataCommand(asked));
    assert.deepEqual(MetricDataResults?.[0]?.Values, [3]);
    assert.deepEqual(MetricDataResults[0].Timestamps, [asked.StartTime]);
    await assert.rejects(cbor.send(new ListMetricsCommand({ NextToken: 'none' })), /has no page for this NextToken/);
    const { Datapoints } = await cbor.send(
      new GetMetricStatisticsCommand({ Namespace, MetricName: 'Duration', Dimensions: dimensionsOf('counted'), ...span(), Period: 3600, ExtendedStatistics: ['p99'] }), // prettier-ignore
    );
    assert.ok((Datapoints?.[0]?.ExtendedStatistics?.['p99'] ?? 0) > 0);
    cbor.destroy();
  });

  it('refuse what CloudWatch refuses, and say what is not served here', async () => {
    const statistics = async (more: Partial<GetMetricStatisticsCommandInput>) =>
      metrics.send(new GetMetricStatisticsCommand({ Namespace, MetricName: 'Errors', ...span(), Period: 60, Statistics: ['Sum'], ...more })); // prettier-ignore
    const refuses = async (work: Promise<unknown>, name: string, message: RegExp): Promise<void> =>
      assert.rejects(work, { name, message });
    const { StartTime, EndTime } = span();
    const swapped = { StartTime: EndTime, EndTime: StartTime };
    await refuses(
      statistics({ Period: 61 }),
      'InvalidParameterValueException',
      /Period must be 1, 5, 10, 20, 30 or a multiple/,
    );
    await refuses(statistics({ Period: 0 }), 'InvalidParameterValueException', /'period' failed to satisfy constraint/);
    await refuses(
      statistics(swapped),
      'InvalidParameterValueException',
      /StartTime must be less than the parameter EndTime/,
    );
    await refuses(statistics({ Statistics: [] }), 'InvalidParameterValueException', /'statistics' failed to satisfy/);
    await refuses(statistics({ Statistics: undefined }), 'MissingRequiredParameterException', /At least one of the parameters Statistics/); // prettier-ignore
    await refuses(statistics({ Period: 1, StartTime: new Date(0) }), 'InvalidParameterCombinationException', /exceeds the limit of 1440/); // prettier-ignore
    await refuses(
      statistics({ Statistics: undefined, ExtendedStatistics: ['tm90'] }),
      'InvalidParameterValueException',
      /no trimmed statistics such as tm90/,
    );
    const data = async (...MetricDataQueries: MetricDataQuery[]) =>
      metrics.send(new GetMetricDataCommand({ MetricDataQueries, ...span() }));
    await refuses(data({ Id: 'e1', Expression: 'a+b' }), 'ValidationException', /computes no expressions, as e1 is/);
    await refuses(data({ Id: 'Upper' }), 'ValidationException', /Upper for parameter Id is not valid/);
    await refuses(data(query('a', 'Errors', []), query('a', 'Errors', [])), 'ValidationException', /not unique: a/);
    await refuses(data({ Id: 'a' }), 'ValidationException', /needs a MetricStat/);
    await refuses(data(), 'ValidationException', /from 1 to 500 items, not 0/);
    await refuses(metrics.send(new DescribeAlarmsCommand({})), 'NotImplementedException', /does not serve DescribeAlarms of CloudWatch/); // prettier-ignore
  });

  it('are refused to who has no signature, another key, or comes from a page', async () => {
    const stranger = metricsClient({ credentials: { accessKeyId: 'AKIAOTHER', secretAccessKey: 'x' } });
    await assert.rejects(stranger.send(new ListMetricsCommand({})), { name: 'UnrecognizedClientException' });
    const { endpoint } = engine.connection;
    const targeted = { 'x-amz-target': 'GraniteServiceVersion20100801.ListMetrics' };
    const unsigned = await fetch(endpoint, { method: 'POST', headers: targeted, body: '{}' });
    assert.equal(unsigned.status, 403);
    assert.match(await unsigned.text(), /MissingAuthenticationTokenException/);
    const headers = { ...targeted, origin: 'https://example.com' };
    const foreign = await fetch(endpoint, { method: 'POST', headers, body: '{}' });
    assert.equal(foreign.status, 403);
    assert.match(await foreign.text(), /does not answer web pages/);
  });

  describe("through Debian's AWS CLI", () => {
    const run = async (...words: string[]) =>
      new RunningProgram(
        '/usr/bin/aws',
        ['cloudwatch', ...words, '--endpoint-url', engine.connection.endpoint, '--output', 'json'],
        environmentFor(path.join(scratch.path, 'home'), engine.connection),
      ).finished;
    const aws = async (...words: string[]) => {
      const { status, stdout, stderr } = await run(...words);
      assert.equal(status, 0, stderr);
      return JSON.parse(stdout);
    };
    const times = (): string[] => {
      const { StartTime, EndTime } = span();
      return ['--start-time', StartTime.toISOString(), '--end-time', EndTime.toISOString()];
    };
    const metric = ['--namespace', Namespace, '--metric-name', 'Throttles'];
    const one = ['--dimensions', 'Name=FunctionName,Value=counted'];

    it('are listed, and come as statistics and as data', async () => {
      const { Metrics } = await aws('list-metrics', ...metric, ...one);
      assert.deepEqual(Metrics[0], { Namespace, MetricName: 'Throttles', Dimensions: dimensionsOf('counted') });
      const { Label, Datapoints } = await aws('get-metric-statistics', ...metric, ...one, ...times(), '--period', '3600', '--statistics', 'Sum', 'SampleCount'); // prettier-ignore
      assert.equal(Label, 'Throttles');
      assert.deepEqual([Datapoints[0].Sum, Datapoints[0].SampleCount, Datapoints[0].Unit], [2, 5, 'Count']);
      assert.equal(Date.parse(Datapoints[0].Timestamp), span().StartTime.getTime());
      const { Datapoints: durations } = await aws('get-metric-statistics', '--namespace', Namespace, '--metric-name', 'Duration', ...one, ...times(), '--period', '3600', '--extended-statistics', 'p50', 'p99'); // prettier-ignore
      assert.ok(durations[0].ExtendedStatistics.p50 <= durations[0].ExtendedStatistics.p99);
      const queries = JSON.stringify([query('i', 'Invocations', ['counted']), query('none', 'Errors', ['never'])]);
      const { MetricDataResults } = await aws('get-metric-data', '--metric-data-queries', queries, ...times());
      assert.deepEqual(MetricDataResults[0].Values, [3]);
      assert.deepEqual(MetricDataResults[1].Values, []);
    });

    it('are refused in words', async () => {
      const { status, stderr } = await run('get-metric-statistics', ...metric, ...one, ...times(), '--period', '61', '--statistics', 'Sum'); // prettier-ignore
      assert.equal(status, 254);
      assert.match(stderr, /An error occurred \(InvalidParameterValue\).*multiple of 60 seconds, not 61/);
    });
  });

  it('are there after the engine has ended or was killed, and go on', async () => {
    await engine.end('SIGKILL'); // what has been read has been written
    engine = await EngineProcess.start(path.join(scratch.path, 'data'), '--retry-delays', '0,0');
    await engine.end();
    engine = await EngineProcess.start(path.join(scratch.path, 'data'), '--retry-delays', '0,0');
    connect();
    assert.equal(await sum('Invocations', dimensionsOf('counted')), 3);
    await reserve('counted', 1);
    await invoke('counted');
    assert.equal(await sum('Invocations', dimensionsOf('counted')), 4);
    assert.equal(await sum('Throttles', dimensionsOf('counted')), 2);
  });
});
