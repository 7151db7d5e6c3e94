// CloudWatch Logs through the real SDK client: groups, streams, pages, filters and Live Tail.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  paginateFilterLogEvents,
  StartLiveTailCommand,
  StartQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { CreateFunctionCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import { clientsOf, EngineProcess, temporaryFolder, type Clients } from './engine-process.ts';
import { followUntil } from './live-tail.ts';
import { role, zipOf } from './zip-of.ts';

const code = `
import { once } from 'node:events';
import { request } from 'node:http';
export const handler = async (event) => {
  for (const line of event.lines ?? []) console.log(line);
  if (event.waitFor) { const call = request(event.waitFor).end(); await once(call, 'response'); }
  console.log('last line');
};`;

describe('logs', () => {
  const data = temporaryFolder();
  const logGroupName = '/aws/lambda/talker';
  let engine: EngineProcess;
  let clients: Clients;

  const say = async (...lines: string[]): Promise<void> => {
    await clients.lambda.send(
      new InvokeCommand({ FunctionName: 'talker', Payload: Buffer.from(JSON.stringify({ lines })) }),
    );
  };

  before(async () => {
    engine = await EngineProcess.start(data.path);
    clients = clientsOf(engine.connection);
    const Code = { ZipFile: await zipOf({ 'index.mjs': code }) };
    await clients.lambda.send(
      new CreateFunctionCommand({
        FunctionName: 'talker',
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: role,
        Code,
        Timeout: 30,
      }),
    );
    await say('apple red', 'apple green', 'pear green', 'ERROR worm\nin apple');
  });

  after(async () => {
    await engine.end();
    data[Symbol.dispose]();
  });

  it('describes groups and streams', async () => {
    const { logGroups } = await clients.logs.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: '/aws/lambda/tal' }),
    );
    assert.deepEqual(
      logGroups?.map((group) => group.logGroupName),
      [logGroupName],
    );
    assert.equal(logGroups?.[0]?.arn, `arn:aws:logs:us-east-1:000000000000:log-group:${logGroupName}:*`);
    assert.equal(
      (await clients.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/none' }))).logGroups?.length,
      0,
    );
    const { logStreams } = await clients.logs.send(
      new DescribeLogStreamsCommand({ logGroupName, orderBy: 'LastEventTime', descending: true }),
    );
    assert.match(logStreams?.[0]?.logStreamName ?? '', /^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/);
    assert.ok((logStreams?.[0]?.lastEventTimestamp ?? 0) >= (logStreams?.[0]?.firstEventTimestamp ?? Infinity));
  });

  it('reads a stream from either end, page by page', async () => {
    const { logStreams } = await clients.logs.send(new DescribeLogStreamsCommand({ logGroupName }));
    const logStreamName = logStreams?.[0]?.logStreamName ?? '';
    const all = await clients.logs.send(new GetLogEventsCommand({ logGroupName, logStreamName, startFromHead: true }));
    const messages = all.events?.map((event) => event.message ?? '') ?? [];
    assert.match(messages[0] ?? '', /^INIT_START/);
    assert.match(messages.at(-1) ?? '', /^REPORT/);
    const head = await clients.logs.send(
      new GetLogEventsCommand({ logGroupName, logStreamName, startFromHead: true, limit: 3 }),
    );
    const rest = await clients.logs.send(
      new GetLogEventsCommand({ logGroupName, logStreamName, startFromHead: true, nextToken: head.nextForwardToken }),
    );
    assert.deepEqual(
      [...(head.events ?? []), ...(rest.events ?? [])].map((event) => event.message),
      messages,
    );
    const end = await clients.logs.send(new GetLogEventsCommand({ logGroupName, logStreamName, limit: 2 }));
    assert.deepEqual(
      end.events?.map((event) => event.message),
      messages.slice(-2),
    );
  });

  it('filters by text, phrase, exclusion, alternatives and regular expression', async () => {
    const found = async (filterPattern: string): Promise<string[]> =>
      ((await clients.logs.send(new FilterLogEventsCommand({ logGroupName, filterPattern }))).events ?? []).map(
        (event) => event.message?.split('\t').at(-1)?.trimEnd() ?? '',
      );
    assert.deepEqual(await found('apple'), ['apple red', 'apple green', 'ERROR worm\nin apple']);
    assert.deepEqual(await found('apple green'), ['apple green']);
    assert.deepEqual(await found('"pear green"'), ['pear green']);
    assert.deepEqual(await found('apple -green -ERROR'), ['apple red']);
    assert.deepEqual(await found('?pear ?worm'), ['pear green', 'ERROR worm\nin apple']);
    assert.deepEqual(await found('%apple (red|blue)%'), ['apple red']);
    for (const refused of ['[ip, user]', '{ $.a = }'])
      await assert.rejects(found(refused), { name: 'InvalidParameterException' });
  });

  it('pages a filter without losing or doubling an event', async () => {
    await say(...Array.from({ length: 250 }, (_, index) => `counted ${index}`));
    const seen: string[] = [];
    for await (const page of paginateFilterLogEvents(
      { client: clients.logs, pageSize: 7 },
      { logGroupName, filterPattern: 'counted' },
    )) {
      seen.push(...(page.events ?? []).map((event) => event.message?.split('\t').at(-1)?.trimEnd() ?? ''));
    }
    assert.deepEqual(
      seen,
      Array.from({ length: 250 }, (_, index) => `counted ${index}`),
    );
  });

  it('streams lines while the function still runs', async () => {
    // The function waits for this server's answer, which is given only when its first line has been seen live.
    const { createServer } = await import('node:http');
    const seen = Promise.withResolvers<void>();
    const gate = createServer((_request, response) => {
      void seen.promise.then(() => response.end());
    });
    await new Promise<void>((resolve) => gate.listen(0, '127.0.0.1', resolve));
    const address = gate.address();
    assert.ok(typeof address === 'object' && address);
    const followed = followUntil(clients.logs, logGroupName, (messages) => {
      if (messages.some((message) => message.includes('first line'))) seen.resolve();
      return messages.some((message) => message.startsWith('REPORT'));
    });
    await followed.started;
    await clients.lambda.send(
      new InvokeCommand({
        FunctionName: 'talker',
        Payload: Buffer.from(JSON.stringify({ lines: ['first line'], waitFor: `http://127.0.0.1:${address.port}` })),
      }),
    );
    const messages = await followed.messages;
    gate.close();
    assert.deepEqual(
      messages.map((message) => message.split(/[\s]/)[0]?.replace(/^\d{4}-.*/, 'line')),
      ['START', 'line', 'line', 'END', 'REPORT'],
    );
  });

  it('answers bad input in the words of the service', async () => {
    const missing = clients.logs.send(new FilterLogEventsCommand({ logGroupName: '/aws/lambda/nobody' }));
    await assert.rejects(missing, {
      name: 'ResourceNotFoundException',
      message: 'The specified log group does not exist.',
    });
    const tooMany = clients.logs.send(new FilterLogEventsCommand({ logGroupName, limit: 10_001 }));
    await assert.rejects(tooMany, {
      name: 'InvalidParameterException',
      message:
        "1 validation error detected: Value '10001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000",
    });
    await assert.rejects(clients.logs.send(new FilterLogEventsCommand({ logGroupName, nextToken: 'bad' })), {
      name: 'InvalidParameterException',
      message: 'The specified nextToken is invalid.',
    });
    const tail = clients.logs.send(
      new StartLiveTailCommand({ logGroupIdentifiers: ['arn:aws:logs:us-east-1:000000000000:log-group:/none'] }),
    );
    await assert.rejects(tail, { name: 'ResourceNotFoundException' });
    const query = clients.logs.send(
      new StartQueryCommand({ queryString: 'fields @message', startTime: 0, endTime: 1 }),
    );
    await assert.rejects(query, { name: 'NotImplementedException' });
  });
});
