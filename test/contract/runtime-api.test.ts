// Custom runtimes that break the rules of the Runtime API: what they are answered, and what becomes of the invocation.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CreateFunctionCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import { clientsOf, EngineProcess, temporaryFolder, type Clients } from './engine-process.ts';
import { nodeInSight } from './node-in-sight.ts';
import { role, zipOf } from './zip-of.ts';

const node = nodeInSight();

/** Runs the program in the variable SCRIPT; `seen` gathers what the Runtime API answered, and goes back as the response. */
const bootstrap = `#!${node.path}
const http = require('node:http');
const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const call = (method, path, body = '', headers = {}) => new Promise((resolve, reject) => {
  const request = http.request({ host, port, method, path: '/2018-06-01/runtime/' + path, agent: false, headers }, (response) => {
    let text = '';
    response.on('data', (chunk) => { text += chunk; });
    response.on('end', () => resolve({
      status: response.statusCode, text, allow: response.headers.allow, id: response.headers['lambda-runtime-aws-request-id'],
    }));
  });
  request.on('error', reject);
  request.end(body);
});
const seen = [];
const note = ({ status, text }) => {
  const { errorType, errorMessage } = text ? JSON.parse(text) : {};
  seen.push([status, errorType, errorMessage].filter((part) => part !== undefined));
};
const next = () => call('GET', 'invocation/next');
const respond = (id, value = seen) => call('POST', 'invocation/' + id + '/response', JSON.stringify(value));
const fail = (id) => call('POST', 'invocation/' + id + '/error', '{"errorType":"Mine","errorMessage":"no"}');
const serve = async () => { for (;;) await respond((await next()).id); };
new (Object.getPrototypeOf(async () => {}).constructor)('call', 'note', 'seen', 'next', 'respond', 'fail', 'serve', process.env.SCRIPT)(
  call, note, seen, next, respond, fail, serve);
`;

const transition = (from: string, to: string): unknown[] => [
  403,
  'InvalidStateTransition',
  `State transition from ${from} to ${to} failed for runtime. Error: State transition is not allowed`,
];
const unknownId = [400, 'InvalidRequestID', 'Invalid request ID'];

describe('a runtime', () => {
  const data = temporaryFolder();
  let engine: EngineProcess;
  let clients: Clients;
  let ZipFile: Buffer;

  before(async () => {
    engine = await EngineProcess.start(data.path);
    clients = clientsOf(engine.connection);
    ZipFile = await zipOf({ bootstrap });
  });
  after(async () => {
    await engine.end();
    node[Symbol.dispose]();
    data[Symbol.dispose]();
  });

  const create = async (FunctionName: string, SCRIPT: string): Promise<void> => {
    const Environment = { Variables: { SCRIPT } };
    await clients.lambda.send(
      new CreateFunctionCommand({
        FunctionName,
        Runtime: 'provided.al2023',
        Handler: 'x',
        Role: role,
        Code: { ZipFile },
        Environment,
        Timeout: 60, // whatever hangs fails the test by its time
      }),
    );
  };
  const invoke = async (FunctionName: string): Promise<unknown> => {
    const { Payload } = await clients.lambda.send(new InvokeCommand({ FunctionName, Payload: '{"n":1}' }));
    return JSON.parse(Buffer.from(Payload ?? []).toString());
  };

  it('that asks again before it has answered gets the same event once more', async () => {
    await create(
      'again',
      `const first = await next();
       const second = await next();
       seen.push(first.id === second.id, second.text);
       await respond(second.id);
       await serve();`,
    );
    assert.deepEqual(await invoke('again'), [true, '{"n":1}']);
    assert.deepEqual(await invoke('again'), [true, '{"n":1}'], 'goes on after it');
  });

  it('cannot answer twice, whether by response or error, nor another invocation than the one that runs', async () => {
    await create(
      'twice',
      `note(await respond('11111111-1111-1111-1111-111111111111'));
       const { id } = await next();
       note(await respond('22222222-2222-2222-2222-222222222222'));
       note(await fail('22222222-2222-2222-2222-222222222222'));
       note(await fail(id));
       note(await respond(id));
       note(await fail(id));
       const later = await next();
       note(await respond(id));
       await respond(later.id);
       await serve();`,
    );
    assert.deepEqual(await invoke('twice'), { errorType: 'Mine', errorMessage: 'no' });
    assert.deepEqual(await invoke('twice'), [
      unknownId,
      unknownId,
      unknownId,
      [202],
      transition('RuntimeResponseSentState', 'InvocationResponse'),
      transition('RuntimeResponseSentState', 'InvocationErrorResponse'),
      unknownId,
    ]);
  });

  it('cannot fail its init once it has asked for an event', async () => {
    await create(
      'late',
      `const { id } = await next();
       note(await call('POST', 'init/error', '{"errorType":"Late"}'));
       await respond(id);
       note(await call('POST', 'init/error', '{"errorType":"Later"}'));
       const second = await next();
       await respond(second.id);`,
    );
    assert.deepEqual(await invoke('late'), [transition('Running', 'InitError')]);
    assert.deepEqual(await invoke('late'), [
      transition('Running', 'InitError'),
      transition('RuntimeResponseSentState', 'InitError'),
    ]);
  });

  it('that has failed its init gets no event, and cannot fail it again', async () => {
    await create(
      'failed',
      `process.once('SIGTERM', () => {}); // what it is told comes before its end
       await call('POST', 'init/error', JSON.stringify({ errorType: 'Mine', errorMessage: 'init' }));
       note(await next());
       note(await call('POST', 'init/error', '{}'));
       console.log(JSON.stringify(seen));`,
    );
    assert.deepEqual(await invoke('failed'), { errorType: 'Mine', errorMessage: 'init' });
    const { LogResult } = await clients.lambda.send(new InvokeCommand({ FunctionName: 'failed', LogType: 'Tail' }));
    const told = JSON.stringify([transition('InitError', 'Ready'), transition('InitError', 'InitError')]);
    assert.ok(
      Buffer.from(LogResult ?? '', 'base64')
        .toString()
        .includes(told),
    );
  });

  it('is told which methods and paths there are', async () => {
    await create(
      'paths',
      `const answers = [
         await call('POST', 'invocation/next'), await call('DELETE', 'init/error'), await call('GET', 'invocation/x/response'),
         await call('GET', ''), await call('POST', 'invocation/x/answer'), await call('GET', '../../etc/passwd'),
       ];
       const { id } = await call('GET', 'invocation/next?wait=1');
       await respond(id, answers.map(({ status, allow }) => allow ? [status, allow] : [status]));`,
    );
    assert.deepEqual(await invoke('paths'), [[405, 'GET'], [405, 'POST'], [405, 'POST'], [404], [404], [404]]);
  });

  it('cannot answer with more than 6 MB, nor name a response mode that is none', async () => {
    await create(
      'limits',
      `const large = (await next()).id;
       note(await call('POST', 'invocation/' + large + '/error', Buffer.alloc(7_000_000, 32)));
       const odd = (await next()).id;
       note(await call('POST', 'invocation/' + odd + '/response', 'x', { 'lambda-runtime-function-response-mode': 'buffered' }));
       await serve();`,
    );
    const tooLarge = 'Exceeded maximum allowed payload size (6291556 bytes).';
    assert.deepEqual(await invoke('limits'), {
      errorType: 'Function.ResponseSizeTooLarge',
      errorMessage: `Response payload size: ${tooLarge}`,
    });
    assert.equal(Object(await invoke('limits')).errorType, 'Runtime.InvalidResponseModeHeader');
    assert.deepEqual(await invoke('limits'), [
      [413, 'RequestEntityTooLarge', tooLarge],
      [400, 'InvalidFunctionResponseMode', 'Invalid function response mode'],
    ]);
  });
});
