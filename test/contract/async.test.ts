// Asynchronous invocations: settings, retries, destinations, loops, and that no accepted event is lost.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { appendFileSync, readFileSync } from 'node:fs';
import { watch } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'node:test';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  DeleteFunctionEventInvokeConfigCommand,
  GetFunctionEventInvokeConfigCommand,
  GetFunctionRecursionConfigCommand,
  InvokeCommand,
  ListFunctionEventInvokeConfigsCommand,
  PutFunctionEventInvokeConfigCommand,
  PutFunctionRecursionConfigCommand,
  UpdateFunctionConfigurationCommand,
  UpdateFunctionEventInvokeConfigCommand,
} from '@aws-sdk/client-lambda';
import { createNodeFunction } from './create-function.ts';
import { clientsOf, EngineProcess, sharedFolder, temporaryFolder, type Clients } from './engine-process.ts';
import { followUntil } from './live-tail.ts';
import { seeded } from '../seeded.ts';

const arn = (name: string): string => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;

const worker = `export const handler = async (event) => { if (event.fail) throw new RangeError('no'); return { did: event.n }; };`;
const receiver = `export const handler = async (event) => { console.log('record ' + JSON.stringify(event)); };`;
// Calls itself with the trace it was given, as AWS SDKs do in a function.
const looping = `export const handler = async (event) => {
  console.log('round');
  const response = await fetch(process.env.AWS_ENDPOINT_URL_LAMBDA + '/2015-03-31/functions/' + event.name + '/invocations', {
    method: 'POST',
    headers: { 'x-amz-invocation-type': event.type, 'x-amzn-trace-id': process.env._X_AMZN_TRACE_ID },
    body: JSON.stringify(event),
  });
  return event.type === 'Event' ? response.status : response.json();
};`;

interface DestinationRecord {
  readonly timestamp: string;
  readonly requestContext: Readonly<Record<string, unknown>>;
  readonly responseContext?: unknown;
  readonly responsePayload?: { readonly errorType?: string };
}

async function send({ lambda }: Clients, name: string, payload: unknown): Promise<string> {
  const { StatusCode, $metadata } = await lambda.send(
    new InvokeCommand({ FunctionName: name, InvocationType: 'Event', Payload: Buffer.from(JSON.stringify(payload)) }),
  );
  assert.equal(StatusCode, 202);
  return $metadata.requestId ?? '';
}

/** The records that `name` logs, once there are `count`. */
async function records(
  clients: Clients,
  name: string,
  count: number,
  trigger: () => Promise<void>,
): Promise<DestinationRecord[]> {
  const isRecord = (message: string): boolean => message.includes('record {');
  const followed = followUntil(
    clients.logs,
    `/aws/lambda/${name}`,
    (messages) => messages.filter(isRecord).length >= count,
  );
  await followed.started;
  await trigger();
  return (await followed.messages).filter(isRecord).map((message) => JSON.parse(message.slice(message.indexOf('{'))));
}

describe('asynchronous invocations', () => {
  const data = temporaryFolder();
  let engine: EngineProcess;
  let clients: Clients;
  const invokeNow = async (name: string): Promise<unknown> =>
    clients.lambda.send(new InvokeCommand({ FunctionName: name })); // makes the log group that is followed next

  before(async () => {
    engine = await EngineProcess.start(data.path, '--retry-delays', '10,10', '--auth', 'none');
    clients = clientsOf(engine.connection);
    await createNodeFunction(clients, 'worker', worker);
    await createNodeFunction(clients, 'receiver', receiver);
    await invokeNow('receiver');
  });

  after(async () => {
    await engine.end();
    data[Symbol.dispose]();
  });

  it('keep their settings, replaced by Put and changed by Update', async () => {
    const { lambda } = clients;
    const FunctionName = 'worker';
    const missing = {
      name: 'ResourceNotFoundException',
      message: `The function ${arn('worker')}:$LATEST doesn't have an EventInvokeConfig`,
    };
    await assert.rejects(lambda.send(new GetFunctionEventInvokeConfigCommand({ FunctionName })), missing);
    await assert.rejects(
      lambda.send(new UpdateFunctionEventInvokeConfigCommand({ FunctionName, MaximumRetryAttempts: 1 })),
      missing,
    );
    await assert.rejects(lambda.send(new PutFunctionEventInvokeConfigCommand({ FunctionName })), {
      name: 'InvalidParameterValueException',
      message: 'You must specify at least one of error handling or destination setting.',
    });
    await assert.rejects(
      lambda.send(new PutFunctionEventInvokeConfigCommand({ FunctionName, MaximumEventAgeInSeconds: 59 })),
      { name: 'ValidationException', message: /greater than or equal to 60/ },
    );
    await lambda.send(new PutFunctionEventInvokeConfigCommand({ FunctionName, MaximumRetryAttempts: 0 }));
    const updated = await lambda.send(
      new UpdateFunctionEventInvokeConfigCommand({
        FunctionName,
        MaximumEventAgeInSeconds: 60,
        DestinationConfig: { OnFailure: { Destination: arn('receiver') } },
      }),
    );
    assert.ok(updated.LastModified instanceof Date);
    const expected = {
      FunctionArn: `${arn('worker')}:$LATEST`,
      LastModified: updated.LastModified,
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
      DestinationConfig: { OnSuccess: {}, OnFailure: { Destination: arn('receiver') } },
    };
    const { FunctionEventInvokeConfigs } = await lambda.send(
      new ListFunctionEventInvokeConfigsCommand({ FunctionName }),
    );
    assert.deepEqual(FunctionEventInvokeConfigs, [expected]);
    const put = await lambda.send(new PutFunctionEventInvokeConfigCommand({ FunctionName, MaximumRetryAttempts: 2 }));
    assert.equal(put.MaximumEventAgeInSeconds, undefined);
    await lambda.send(new DeleteFunctionEventInvokeConfigCommand({ FunctionName }));
    await assert.rejects(lambda.send(new DeleteFunctionEventInvokeConfigCommand({ FunctionName })), missing);
  });

  it('refuse destinations that are not here, and dead-letter queues that are none', async () => {
    const put = async (Destination: string): Promise<unknown> =>
      clients.lambda.send(
        new PutFunctionEventInvokeConfigCommand({
          FunctionName: 'worker',
          DestinationConfig: { OnSuccess: { Destination } },
        }),
      );
    const queue = 'arn:aws:sqs:us-east-1:000000000000:queue';
    await assert.rejects(put(queue), {
      name: 'InvalidParameterValueException',
      message: /to its own functions, not to arn:aws:sqs:us-east-1:000000000000:queue\. Give a function's ARN/,
    });
    await assert.rejects(put(arn('nobody')), { name: 'ResourceNotFoundException' });
    await assert.rejects(put(arn('worker')), /can't specify the function as a destination for itself/);
    await assert.rejects(
      clients.lambda.send(
        new UpdateFunctionConfigurationCommand({
          FunctionName: 'worker',
          DeadLetterConfig: { TargetArn: arn('receiver') },
        }),
      ),
      {
        name: 'InvalidParameterValueException',
        message: /SQS queue or an Amazon SNS topic.*PutFunctionEventInvokeConfig/,
      },
    );
  });

  it('send records of success and of failure to functions, after as many retries as are wanted', async () => {
    await clients.lambda.send(
      new PutFunctionEventInvokeConfigCommand({
        FunctionName: 'worker',
        MaximumRetryAttempts: 1,
        DestinationConfig: {
          OnSuccess: { Destination: arn('receiver') },
          OnFailure: { Destination: `${arn('receiver')}:$LATEST` },
        },
      }),
    );
    let succeeding = '';
    let failing = '';
    const received = await records(clients, 'receiver', 2, async () => {
      succeeding = await send(clients, 'worker', { n: 1 });
      failing = await send(clients, 'worker', { fail: true });
    });
    const of = (id: string): DestinationRecord => {
      const record = received.find(({ requestContext }) => requestContext['requestId'] === id);
      assert.ok(record);
      return record;
    };
    const { timestamp, ...success } = of(succeeding);
    assert.match(timestamp, /^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/);
    assert.deepEqual(success, {
      version: '1.0',
      requestContext: {
        requestId: succeeding,
        functionArn: `${arn('worker')}:$LATEST`,
        condition: 'Success',
        approximateInvokeCount: 1,
      },
      requestPayload: { n: 1 },
      responseContext: { statusCode: 200, executedVersion: '$LATEST' },
      responsePayload: { did: 1 },
    });
    const failure = of(failing);
    assert.equal(failure.requestContext['condition'], 'RetriesExhausted');
    assert.equal(failure.requestContext['approximateInvokeCount'], 2);
    assert.deepEqual(failure.responseContext, {
      statusCode: 200,
      executedVersion: '$LATEST',
      functionError: 'Unhandled',
    });
    assert.equal(failure.responsePayload?.errorType, 'RangeError');
  });

  it('that are given up go as messages to the function that bears the name of the dead-letter queue', async () => {
    await createNodeFunction(clients, 'letters', receiver);
    await invokeNow('letters');
    const settings = async (TargetArn: string): Promise<string | undefined> => {
      const { DeadLetterConfig } = await clients.lambda.send(
        new UpdateFunctionConfigurationCommand({ FunctionName: 'dying', DeadLetterConfig: { TargetArn } }),
      );
      return DeadLetterConfig?.TargetArn;
    };
    const queue = 'arn:aws:sqs:us-east-1:000000000000:letters';
    const topic = 'arn:aws:sns:us-east-1:000000000000:letters';
    await createNodeFunction(clients, 'dying', worker, { DeadLetterConfig: { TargetArn: queue } });
    await clients.lambda.send(
      new PutFunctionEventInvokeConfigCommand({ FunctionName: 'dying', MaximumRetryAttempts: 0 }),
    );
    let requestId = '';
    const letter = async (): Promise<Record<string, unknown>> => {
      const [message] = await records(clients, 'letters', 1, async () => {
        await send(clients, 'dying', { n: 1 }); // succeeds: no letter
        requestId = await send(clients, 'dying', { fail: true });
      });
      return Object(Object(message)['Records'][0]);
    };
    const ofQueue = await letter();
    assert.equal(ofQueue['body'], '{"fail":true}');
    assert.equal(ofQueue['eventSourceARN'], queue);
    const value = (stringValue: string, dataType: string): unknown => ({ stringValue, stringListValues: [], binaryListValues: [], dataType }); // prettier-ignore
    assert.deepEqual(ofQueue['messageAttributes'], {
      RequestID: value(requestId, 'String'),
      ErrorCode: value('200', 'Number'),
      ErrorMessage: value('no', 'String'),
    });
    const { events } = await clients.logs.send(
      new FilterLogEventsCommand({ logGroupName: '/aws/lambda/dying', filterPattern: 'DEAD_LETTER' }),
    );
    assert.deepEqual(
      events?.map(({ message }) => message),
      [
        `DEAD_LETTER Target: ${queue}\tRequestID: ${requestId}\tErrorCode: 200\tErrorMessage: no\tDelivered: to the function letters\n`,
      ],
    );
    assert.equal(await settings(topic), topic);
    const notification = Object((await letter())['Sns']);
    assert.equal(notification.Message, '{"fail":true}');
    assert.deepEqual(notification.MessageAttributes.RequestID, { Type: 'String', Value: requestId });
    assert.equal(await settings(''), undefined);
  });

  it('stop a function that calls itself for ever, and tell its destination', async () => {
    await createNodeFunction(clients, 'loop', looping);
    await createNodeFunction(clients, 'loops', receiver);
    await invokeNow('loops');
    await clients.lambda.send(
      new PutFunctionEventInvokeConfigCommand({
        FunctionName: 'loop',
        DestinationConfig: { OnFailure: { Destination: arn('loops') } },
      }),
    );
    const [record] = await records(clients, 'loops', 1, async () => {
      await send(clients, 'loop', { name: 'loop', type: 'Event' });
    });
    assert.ok(record);
    assert.equal(record.requestContext['functionArn'], `${arn('loop')}:$LATEST`);
    assert.equal(record.requestContext['approximateInvokeCount'], 0);
    const { events } = await clients.logs.send(
      new FilterLogEventsCommand({ logGroupName: '/aws/lambda/loop', filterPattern: 'round' }),
    );
    assert.equal(events?.length, 16);
  });

  it('and invocations that wait in such a loop are refused, unless the function may', async () => {
    await createNodeFunction(clients, 'inward', looping, { Timeout: 60 });
    const { Payload } = await clients.lambda.send(
      new InvokeCommand({
        FunctionName: 'inward',
        Payload: Buffer.from('{"name":"inward","type":"RequestResponse"}'),
      }),
    );
    assert.match(Buffer.from(Payload ?? []).toString(), /being invoked in a recursive loop/);
    const FunctionName = 'inward';
    const { RecursiveLoop } = await clients.lambda.send(new GetFunctionRecursionConfigCommand({ FunctionName }));
    assert.equal(RecursiveLoop, 'Terminate');
    await clients.lambda.send(new PutFunctionRecursionConfigCommand({ FunctionName, RecursiveLoop: 'Allow' }));
    const allowed = await clients.lambda.send(new GetFunctionRecursionConfigCommand({ FunctionName }));
    assert.equal(allowed.RecursiveLoop, 'Allow');
  });
});

describe('accepted events', () => {
  it('have all run, however often the engine is killed under load', async () => {
    using data = temporaryFolder();
    using kept = sharedFolder();
    const file = path.join(kept.path, 'ran');
    appendFileSync(file, '');
    const source = `import { appendFileSync } from 'node:fs';
      export const handler = async (event) => appendFileSync(${JSON.stringify(file)}, event.n + '\\n');`;
    const random = seeded(20_261_123);
    const accepted = new Set<number>();
    let n = 0;
    let kills = 0;
    while (accepted.size < 200) {
      const engine = await EngineProcess.start(data.path);
      const clients = clientsOf(engine.connection);
      if (kills === 0) await createNodeFunction(clients, 'count', source, { Timeout: 30 });
      // Killed in the middle of accepting and running: with some requests on their way, after some of their answers.
      const killAfter = accepted.size + 25 + Math.floor(random() * 40);
      const sender = async (): Promise<void> => {
        for (;;) {
          n += 1;
          const mine = n;
          try {
            await send(clients, 'count', { n: mine });
          } catch {
            return; // killed: this one was not accepted, as far as anybody was told
          }
          accepted.add(mine);
          if (accepted.size >= killAfter) await engine.end('SIGKILL');
        }
      };
      await Promise.all([1, 2, 3, 4].map(sender));
      await engine.end('SIGKILL');
      kills += 1;
    }
    assert.ok(kills >= 3, `${kills} kills`);
    const engine = await EngineProcess.start(data.path);
    const missing = (): number[] => {
      const ran = new Set(readFileSync(file, 'utf8').split('\n').map(Number));
      return [...accepted].filter((id) => !ran.has(id));
    };
    try {
      setImmediate(() => appendFileSync(file, '\n')); // so that there is a change to see, should all have run by now
      for await (const _change of watch(kept.path, { signal: AbortSignal.timeout(120_000) })) {
        if (missing().length === 0) break;
      }
      assert.deepEqual(missing(), []);
    } finally {
      await engine.end();
    }
  });

  it('come back when they found no room, and run once there is some', async () => {
    using data = temporaryFolder();
    const engine = await EngineProcess.start(data.path, '--concurrency', '1');
    const clients = clientsOf(engine.connection);
    const gate = createServer().listen(0, '127.0.0.1');
    await once(gate, 'listening');
    gate.unref();
    const address = gate.address();
    assert.ok(typeof address === 'object' && address);
    await createNodeFunction(clients, 'receiver', receiver);
    await clients.lambda.send(new InvokeCommand({ FunctionName: 'receiver' }));
    await createNodeFunction(
      clients,
      'hold',
      `export const handler = async () => (await fetch('http://127.0.0.1:${address.port}/')).status;`,
      { Timeout: 60 },
    );
    const received = await records(clients, 'receiver', 3, async () => {
      const held = once(gate, 'request');
      const holding = clients.lambda.send(new InvokeCommand({ FunctionName: 'hold' }));
      const [, release] = await held;
      // The one environment there may be is busy: these are throttled at once.
      for (const n of [1, 2, 3]) await send(clients, 'receiver', { n });
      await assert.rejects(clients.lambda.send(new InvokeCommand({ FunctionName: 'receiver' })), {
        name: 'TooManyRequestsException',
      });
      release.writeHead(200, { connection: 'close' }).end();
      await holding;
    });
    assert.deepEqual(
      received.map((event) => Reflect.get(event, 'n')),
      [1, 2, 3],
    );
    gate.close();
    await engine.end();
  });

  it('older than they may be go to the destination unrun, also when the engine was off', async () => {
    using data = temporaryFolder();
    const first = await EngineProcess.start(data.path, '--concurrency', '1');
    const before = clientsOf(first.connection);
    await createNodeFunction(before, 'worker', worker);
    await createNodeFunction(before, 'receiver', receiver);
    await createNodeFunction(before, 'slow', 'export const handler = () => new Promise(() => {});', { Timeout: 60 });
    await before.lambda.send(new InvokeCommand({ FunctionName: 'receiver' }));
    await before.lambda.send(
      new PutFunctionEventInvokeConfigCommand({
        FunctionName: 'worker',
        MaximumEventAgeInSeconds: 60,
        DestinationConfig: { OnFailure: { Destination: arn('receiver') } },
      }),
    );
    // The one environment there may be is busy: the event waits.
    const blocked = before.lambda.send(new InvokeCommand({ FunctionName: 'slow' })).catch(() => undefined);
    const requestId = await send(before, 'worker', { n: 1 });
    await first.end('SIGKILL');
    await blocked;
    const database = new DatabaseSync(path.join(data.path, 'engine.sqlite'));
    database.exec('UPDATE async_events SET accepted = accepted - 61000');
    database.close();
    const second = await EngineProcess.start(data.path);
    const after = clientsOf(second.connection);
    let found: string | undefined;
    while (found === undefined) {
      const { events } = await after.logs.send(
        new FilterLogEventsCommand({ logGroupName: '/aws/lambda/receiver', filterPattern: requestId }),
      );
      found = events?.map((event) => event.message ?? '').find((message) => message.includes('record {'));
    }
    const record = JSON.parse(found.slice(found.indexOf('{')));
    assert.equal(record.requestContext['condition'], 'EventAgeExceeded');
    assert.equal(record.requestContext['approximateInvokeCount'], 0);
    assert.equal(record.responsePayload, undefined);
    await second.end();
  });
});
