// LoggingConfig: JSON and text, levels, log groups of one's own, and what runtimes and the platform write then.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DescribeLogStreamsCommand, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  PublishVersionCommand,
  UpdateFunctionConfigurationCommand,
  type LoggingConfig,
} from '@aws-sdk/client-lambda';
import { LogModel } from '../../src/observe/log-model.ts';
import { createNodeFunction } from './create-function.ts';
import { clientsOf, EngineProcess, temporaryFolder, type Clients } from './engine-process.ts';
import { role, zipOf } from './zip-of.ts';

const talker = `
export const handler = async (event) => {
  if (event.throws) throw Object.assign(new TypeError('no such thing'), { code: 7 });
  if (event.exits) process.exit(3);
  if (event.hangs) await new Promise(() => setInterval(() => {}, 1000));
  console.trace('trace'); console.debug('debug'); console.info('info'); console.log({ an: 'object' });
  console.warn('warn %d', 5); console.error('failed:', new RangeError('out of it')); console.fatal?.('fatal');
  process.stdout.write('plain\\n');
  process.stdout.write('{"level":"debug","timestamp":"2026-01-01T00:00:00Z","message":"own debug"}\\n');
  process.stdout.write('{"level":"error","timestamp":"2026-01-01T00:00:00Z","message":"own error"}\\n');
  process.stdout.write('{"message":"no level"}\\n');
  return { format: process.env.AWS_LAMBDA_LOG_FORMAT, level: process.env.AWS_LAMBDA_LOG_LEVEL,
    group: process.env.AWS_LAMBDA_LOG_GROUP_NAME, stream: process.env.AWS_LAMBDA_LOG_STREAM_NAME };
};`;

const snake = `
import logging
logger = logging.getLogger('shop')
def handler(event, context):
    if event.get('fails'):
        raise KeyError('gone')
    logger.debug('quiet')
    logger.info('sold %d', 3, extra={'order': 9})
    try:
        1 / 0
    except ZeroDivisionError:
        logger.exception('dividing')
`;

describe('a function with a LoggingConfig', () => {
  const data = temporaryFolder();
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

  const invoke = async (
    FunctionName: string,
    event: unknown = {},
  ): Promise<{ requestId: string; payload: Record<string, unknown>; tail: string }> => {
    const { Payload, LogResult, $metadata } = await clients.lambda.send(
      new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(event)), LogType: 'Tail' }),
    );
    const tail = Buffer.from(LogResult ?? '', 'base64').toString();
    return { requestId: $metadata.requestId ?? '', payload: JSON.parse(Payload?.transformToString() ?? ''), tail };
  };

  const linesOf = async (
    logGroupName: string,
  ): Promise<{ message: string; timestamp: number; logStream: string }[]> => {
    const { events } = await clients.logs.send(new FilterLogEventsCommand({ logGroupName }));
    return (events ?? []).map(({ message = '', timestamp = 0, logStreamName = '' }) => ({
      message,
      timestamp,
      logStream: logStreamName,
    }));
  };

  const objectsOf = async (group: string): Promise<Record<string, unknown>[]> =>
    (await linesOf(group)).flatMap(({ message }) => (message.startsWith('{') ? [JSON.parse(message)] : []));

  const configure = async (FunctionName: string, config: LoggingConfig): Promise<LoggingConfig | undefined> => {
    await clients.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, LoggingConfig: config }));
    return (await clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }))).LoggingConfig;
  };

  it('keeps it, each version its own, and refuses levels in text', async () => {
    await createNodeFunction(clients, 'configured', talker, { LoggingConfig: { LogFormat: 'JSON' } });
    const LogGroup = '/aws/lambda/configured';
    const said = { LogFormat: 'JSON', ApplicationLogLevel: 'INFO', SystemLogLevel: 'INFO', LogGroup };
    const { LoggingConfig } = await clients.lambda.send(new PublishVersionCommand({ FunctionName: 'configured' }));
    assert.deepEqual(LoggingConfig, said);
    assert.deepEqual(await configure('configured', { SystemLogLevel: 'WARN' }), { ...said, SystemLogLevel: 'WARN' });
    assert.deepEqual(await configure('configured', { LogFormat: 'Text', LogGroup: '/shared' }), {
      LogFormat: 'Text',
      LogGroup: '/shared',
    });
    for (const level of [{ SystemLogLevel: 'INFO' }, { LogFormat: 'Text', ApplicationLogLevel: 'INFO' }] as const) {
      await assert.rejects(configure('configured', level), {
        name: 'InvalidParameterValueException',
        message:
          'LogLevel is not supported when LogFormat is set to "Text". Remove LogLevel from your request or change the LogFormat to "JSON" and try again.',
      });
    }
    await assert.rejects(configure('configured', { LogGroup: 'no spaces please' }), {
      message: /Value 'no spaces please' at 'loggingConfig.logGroup' failed to satisfy constraint: Member must satisfy/,
    });
    const version1 = await clients.lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName: 'configured', Qualifier: '1' }),
    );
    assert.deepEqual(version1.LoggingConfig, said);
  });

  it('writes JSON by console, from its level on, and the platform too', async () => {
    const config: LoggingConfig = { LogFormat: 'JSON', ApplicationLogLevel: 'INFO', SystemLogLevel: 'DEBUG' };
    await createNodeFunction(clients, 'structured', talker, { LoggingConfig: config });
    const { requestId, payload, tail } = await invoke('structured');
    assert.deepEqual([payload['format'], payload['level']], ['JSON', 'INFO']);
    const objects = await objectsOf('/aws/lambda/structured');
    const own = objects.filter(({ type }) => type === undefined);
    assert.deepEqual(
      own.map(({ level, message }) => [level, message]).filter(([, message]) => !/^(own|no)/.test(String(message))),
      [
        ['INFO', 'info'],
        ['INFO', { an: 'object' }],
        ['WARN', 'warn 5'],
        ['ERROR', own[3]?.['message']],
        ['FATAL', 'fatal'],
      ],
    );
    assert.ok(
      own.slice(0, 5).every((line) => line['requestId'] === requestId && /^2\S+Z$/.test(String(line['timestamp']))),
    );
    const { message, errorType, errorMessage, stackTrace } = own[3] ?? {};
    assert.match(String(message), /^failed: RangeError: out of it\n {4}at /);
    assert.deepEqual([errorType, errorMessage], ['RangeError', 'out of it']);
    assert.match(JSON.stringify(stackTrace), /^\["RangeError: out of it"," {4}at handler/);
    const written = own.slice(5).map(({ timestamp, ...line }) => ({ ...line, timed: typeof timestamp }));
    assert.deepEqual(written, [
      { level: 'error', message: 'own error', timed: 'string' },
      { level: 'INFO', message: 'no level', timed: 'string' },
    ]);
    assert.ok((await linesOf('/aws/lambda/structured')).some((line) => line.message === 'plain'));
    const platform = objects.filter(({ type }) => type !== undefined);
    assert.deepEqual(
      platform.map(({ type }) => type),
      ['initStart', 'initRuntimeDone', 'initReport', 'start', 'runtimeDone', 'report'].map(
        (type) => `platform.${type}`,
      ),
    );
    assert.deepEqual(platform[3]?.['record'], { requestId, version: '$LATEST' });
    assert.match(
      JSON.stringify(platform[1]?.['record']),
      /"initializationType":"on-demand","phase":"init","status":"success"/,
    );
    const report = JSON.parse(JSON.stringify(platform[5]?.['record']));
    const { durationMs, billedDurationMs, maxMemoryUsedMB, initDurationMs, ...rest } = report.metrics;
    assert.deepEqual([report.requestId, report.status, rest], [requestId, 'success', { memorySizeMB: 128 }]);
    assert.ok(durationMs > 0 && maxMemoryUsedMB > 10 && initDurationMs > 0);
    assert.ok(Math.abs(billedDurationMs - Math.ceil(durationMs + initDurationMs)) <= 1);
    assert.match(tail, /"type":"platform.start"[^]*"message":"info"[^]*"type":"platform.report"/);
  });

  it('leaves out what is below its levels', async () => {
    const config: LoggingConfig = { LogFormat: 'JSON', ApplicationLogLevel: 'ERROR', SystemLogLevel: 'WARN' };
    await createNodeFunction(clients, 'quiet', talker, { LoggingConfig: config });
    await invoke('quiet');
    const said = (await linesOf('/aws/lambda/quiet')).map(
      ({ message }) => /"(ERROR|FATAL|error)"|^plain$/.exec(message)?.[0],
    );
    assert.deepEqual(said, ['"ERROR"', '"FATAL"', 'plain', '"error"']);
    await configure('quiet', { ApplicationLogLevel: 'TRACE', SystemLogLevel: 'INFO' });
    await invoke('quiet');
    const levels = (await objectsOf('/aws/lambda/quiet')).slice(3).map(({ type, level }) => type ?? level);
    const system = ['platform.initStart', 'platform.start'];
    assert.deepEqual(levels.slice(0, 5), [...system, 'TRACE', 'DEBUG', 'INFO']);
    assert.equal(levels.at(-1), 'platform.report');
  });

  it('tells of failures in JSON, and the panel groups its lines into invocations with their figures', async () => {
    const config: LoggingConfig = { LogFormat: 'JSON', ApplicationLogLevel: 'INFO', SystemLogLevel: 'INFO' };
    await createNodeFunction(clients, 'failing', talker, { LoggingConfig: config, Timeout: 1 });
    const fine = await invoke('failing');
    const thrown = await invoke('failing', { throws: true });
    const exited = await invoke('failing', { exits: true });
    const hung = await invoke('failing', { hangs: true });
    const lines = await linesOf('/aws/lambda/failing');
    const objects = await objectsOf('/aws/lambda/failing');
    const error = objects.find(({ level, requestId }) => level === 'ERROR' && requestId === thrown.requestId);
    const { stackTrace, ...told } = JSON.parse(JSON.stringify(error?.['message']));
    assert.deepEqual(told, { errorType: 'TypeError', errorMessage: 'no such thing', code: 7 });
    assert.match(stackTrace[0], /^TypeError: no such thing/);
    const fault = objects.find(({ type }) => type === 'platform.fault');
    assert.equal(fault?.['record'], `RequestId: ${exited.requestId} Error: Runtime exited with error: exit status 3`);

    const model = new LogModel();
    model.append(lines);
    const seen = model.invocations.map((one) => [one.requestId, one.status, one.errorType, one.coldStart]);
    assert.deepEqual(seen, [
      [fine.requestId, 'ok', undefined, true],
      [thrown.requestId, 'error', 'TypeError', false],
      [exited.requestId, 'error', 'Runtime.ExitError', false],
      [hung.requestId, 'timeout', undefined, true],
    ]);
    for (const { tail, requestId } of [fine, hung]) {
      const timing = model.invocations.find((one) => one.requestId === requestId);
      assert.match(
        tail,
        new RegExp(`"durationMs":${timing?.durationMs},"billedDurationMs":${timing?.billedDurationMs},`),
      );
    }
    const slow = await clients.logs.send(
      new FilterLogEventsCommand({
        logGroupName: '/aws/lambda/failing',
        filterPattern: '{ $.type = "platform.report" && $.record.metrics.durationMs >= 1000 }',
      }),
    );
    assert.deepEqual(
      slow.events?.map(({ message }) => JSON.parse(message ?? '').record.requestId),
      [hung.requestId],
    );
    const ofFirst = model.lines.filter((line) => line.requestId === fine.requestId && line.source === 'function');
    assert.ok(ofFirst.length >= 6);
  });

  it('writes JSON by the logging module of Python', async () => {
    await clients.lambda.send(
      new CreateFunctionCommand({
        FunctionName: 'snake',
        Runtime: 'python3.13',
        Handler: 'shop.handler',
        Role: role,
        Code: { ZipFile: await zipOf({ 'shop.py': snake }) },
        LoggingConfig: { LogFormat: 'JSON' },
      }),
    );
    const { requestId } = await invoke('snake');
    const failed = await invoke('snake', { fails: true });
    const own = (await objectsOf('/aws/lambda/snake')).filter(({ type }) => type === undefined);
    const [sold, dividing, gone] = own.filter(({ message }) => !String(message).startsWith('LAMBDA_WARNING'));
    assert.match(String(sold?.['timestamp']), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const { timestamp: _time, ...line } = sold ?? {};
    assert.deepEqual(line, { level: 'INFO', message: 'sold 3', logger: 'shop', requestId, order: 9 });
    const { errorType, errorMessage, stackTrace, location } = dividing ?? {};
    assert.deepEqual([errorType, errorMessage], ['ZeroDivisionError', 'division by zero']);
    assert.match(`${JSON.stringify(stackTrace)} ${String(location)}`, /in handler.* \S*shop\.py:handler:12$/);
    assert.deepEqual(
      [gone?.['level'], gone?.['errorType'], gone?.['requestId']],
      ['ERROR', 'KeyError', failed.requestId],
    );
  });

  it('logs to the group that it names, in streams that say whose they are', async () => {
    const group = '/shop/all';
    await createNodeFunction(clients, 'grouped', talker, { LoggingConfig: { LogGroup: group } });
    const { payload, requestId } = await invoke('grouped');
    assert.equal(payload['group'], group);
    const { logStreams } = await clients.logs.send(new DescribeLogStreamsCommand({ logGroupName: group }));
    assert.deepEqual(
      logStreams?.map(({ logStreamName }) => logStreamName),
      [payload['stream']],
    );
    assert.match(String(payload['stream']), /^\d{4}\/\d\d\/\d\d\/grouped\[\$LATEST\][0-9a-f]{32}$/);
    const lines = await linesOf(group);
    assert.ok(lines.some(({ message }) => message === `START RequestId: ${requestId} Version: $LATEST\n`));
    assert.equal(payload['format'], undefined);
    await assert.rejects(linesOf('/aws/lambda/grouped'), { name: 'ResourceNotFoundException' });
  });
});
