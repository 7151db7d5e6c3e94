// Streamed responses: through the Node.js runtime and the Runtime API itself, to the real SDK client.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  CreateFunctionCommand,
  InvokeCommand,
  InvokeWithResponseStreamCommand,
  type InvokeWithResponseStreamCompleteEvent,
} from '@aws-sdk/client-lambda';
import { createNodeFunction } from './create-function.ts';
import { clientsOf, EngineProcess, temporaryFolder, type Clients } from './engine-process.ts';
import { followUntil } from './live-tail.ts';
import { nodeInSight } from './node-in-sight.ts';
import { role, zipOf } from './zip-of.ts';

const streaming = `
import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
export const handler = awslambda.streamifyResponse(async (event, stream, context) => {
  console.log('streams');
  if (event.early) throw new TypeError('before the first byte');
  if (event.http) {
    stream = awslambda.HttpResponseStream.from(stream, { statusCode: 418, headers: { 'x-pot': 'tea' } });
    stream.write('short and stout');
    return stream.end();
  }
  if (event.bytes) return pipeline(Readable.from((function* () {
    for (let left = event.bytes; left > 0; left -= 65536) yield Buffer.alloc(Math.min(left, 65536), 'x');
  })()), stream);
  stream.write('first ');
  if (event.midstream) throw new TypeError('in the middle');
  if (event.exit) { stream.write('last words', () => setImmediate(() => process.exit(7))); return new Promise(() => {}); }
  if (event.hang) return new Promise(() => {});
  if (event.gate) {
    // Goes on only when the client has answered the first piece with another invocation of its own.
    const { createServer } = await import('node:http');
    const server = createServer((request, response) => { response.writeHead(200, { connection: 'close' }).end(); server.close(); }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    stream.write(String(server.address().port));
    await once(server, 'close');
  }
  stream.end('second');
});`;

const node = nodeInSight();

// A runtime of one's own: breaks a streamed response off, and asks for the next event.
const truncating = `#!${node.path}
const http = require('node:http');
const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const base = '/2018-06-01/runtime/invocation/';
const next = () => http.get({ host, port, path: base + 'next' }, (event) => {
  event.resume().on('end', () => {
    const path = base + event.headers['lambda-runtime-aws-request-id'] + '/response';
    // Waits until the response is being received: the next request goes over another connection, and might come first.
    const headers = { 'lambda-runtime-function-response-mode': 'streaming', expect: '100-continue' };
    const request = http.request({ host, port, path, method: 'POST', headers, agent: false });
    request.on('error', () => next());
    request.on('continue', () => request.write('half', () => request.destroy(new Error('broken off'))));
    request.flushHeaders();
  });
});
next();`;

describe('streamed responses', () => {
  const data = temporaryFolder();
  let engine: EngineProcess;
  let clients: Clients;

  interface Streamed {
    readonly text: string;
    readonly bytes: number;
    readonly complete: InvokeWithResponseStreamCompleteEvent;
  }
  const stream = async (
    name: string,
    payload: unknown,
    onChunk: (text: string) => Promise<void> | void = () => undefined,
  ): Promise<Streamed> => {
    const output = await clients.lambda.send(
      new InvokeWithResponseStreamCommand({
        FunctionName: name,
        Payload: Buffer.from(JSON.stringify(payload)),
        LogType: 'Tail',
      }),
    );
    assert.equal(output.ExecutedVersion, '$LATEST');
    const pieces: Buffer[] = [];
    let complete: InvokeWithResponseStreamCompleteEvent | undefined;
    for await (const event of output.EventStream ?? []) {
      const piece = Buffer.from(event.PayloadChunk?.Payload ?? []);
      pieces.push(piece);
      if (piece.length > 0 && piece.length < 100) await onChunk(piece.toString());
      complete = event.InvokeComplete ?? complete;
    }
    assert.ok(complete, 'an InvokeComplete event ends every stream');
    const whole = Buffer.concat(pieces);
    return { text: whole.length < 1000 ? whole.toString() : '', bytes: whole.length, complete };
  };
  const logOf = ({ complete }: Streamed): string => Buffer.from(complete.LogResult ?? '', 'base64').toString();
  const errorOf = ({ complete }: Streamed): unknown => JSON.parse(complete.ErrorDetails ?? 'null');

  before(async () => {
    engine = await EngineProcess.start(data.path);
    clients = clientsOf(engine.connection);
    await createNodeFunction(clients, 'streaming', streaming, { Timeout: 30 });
    await createNodeFunction(clients, 'brief', streaming, { Timeout: 1 });
    await createNodeFunction(
      clients,
      'plain',
      'export const handler = async (event) => { if (event.fail) throw new Error("no"); return { plain: true }; };',
    );
  });

  after(async () => {
    await engine.end();
    node[Symbol.dispose]();
    data[Symbol.dispose]();
  });

  it('arrive while the function still runs, with its log at the end', async () => {
    let opened = 0;
    const streamed = await stream('streaming', { gate: true }, async (piece) => {
      const port = /^(?:first )?(\d+)$/.exec(piece)?.[1];
      if (port) opened = (await fetch(`http://127.0.0.1:${port}/`)).status;
    });
    assert.equal(opened, 200);
    assert.match(streamed.text, /^first \d+second$/);
    assert.equal(streamed.complete.ErrorCode, undefined);
    assert.match(logOf(streamed), /\tINFO\tstreams\n?END RequestId: .*\nREPORT RequestId: /s);
  });

  it('may be far larger than 6 MB, and are gathered up to 6 MB by Invoke', async () => {
    assert.equal((await stream('streaming', { bytes: 20_000_000 })).bytes, 20_000_000);
    const invoke = async (event: unknown): Promise<{ text: string; FunctionError: string | undefined }> => {
      const { Payload, FunctionError } = await clients.lambda.send(
        new InvokeCommand({ FunctionName: 'streaming', Payload: Buffer.from(JSON.stringify(event)) }),
      );
      return { text: Buffer.from(Payload ?? []).toString(), FunctionError };
    };
    assert.deepEqual(await invoke({}), { text: 'first second', FunctionError: undefined });
    assert.match((await invoke({ bytes: 7_000_000 })).text, /Function\.ResponseSizeTooLarge/);
    const failed = await invoke({ midstream: true });
    assert.equal(failed.FunctionError, 'Unhandled');
    assert.equal(JSON.parse(failed.text).errorMessage, 'in the middle');
  });

  it('carry the status and headers of an HTTP response before eight NUL bytes', async () => {
    const { text } = await stream('streaming', { http: true });
    assert.equal(text, `{"statusCode":418,"headers":{"x-pot":"tea"}}${'\0'.repeat(8)}short and stout`);
  });

  it('end with the error of a function that fails, before the first byte and after it', async () => {
    const early = await stream('streaming', { early: true });
    assert.equal(early.bytes, 0);
    assert.equal(early.complete.ErrorCode, 'Unhandled');
    const midstream = await stream('streaming', { midstream: true });
    assert.equal(midstream.text, 'first ');
    assert.equal(midstream.complete.ErrorCode, 'Unhandled');
    const { errorType, errorMessage, trace } = Object(errorOf(midstream));
    assert.deepEqual([errorType, errorMessage], ['TypeError', 'in the middle']);
    assert.match(trace[1], /index\.mjs/);
    assert.match(logOf(midstream), /\tERROR\tInvoke Error \t/);
    assert.equal((await stream('streaming', {})).text, 'first second', 'the environment goes on');
  });

  it('end with the exit or the timeout of the runtime', async () => {
    const exited = await stream('streaming', { exit: true });
    assert.match(exited.text, /^first /);
    assert.match(Object(errorOf(exited)).errorMessage, /Runtime exited with error: exit status 7$/);
    const late = await stream('brief', { hang: true });
    assert.equal(late.text, 'first ');
    assert.equal(Object(errorOf(late)).errorType, 'Sandbox.Timedout');
  });

  it('that a runtime breaks off are truncated', async () => {
    const Code = { ZipFile: await zipOf({ bootstrap: truncating }) };
    await clients.lambda.send(
      new CreateFunctionCommand({ FunctionName: 'cut', Runtime: 'provided.al2023', Handler: 'x', Role: role, Code }),
    );
    const cut = await stream('cut', {});
    assert.equal(cut.text, 'half');
    assert.equal(Object(errorOf(cut)).errorType, 'Runtime.TruncatedResponse');
  });

  it('of functions that do not stream come as one piece; what cannot start is an ordinary error', async () => {
    assert.equal((await stream('plain', {})).text, '{"plain":true}');
    const failed = await stream('plain', { fail: true });
    assert.deepEqual([failed.bytes, Object(errorOf(failed)).errorMessage], [0, 'no']);
    await assert.rejects(stream('nobody', {}), { name: 'ResourceNotFoundException' });
  });

  it('run to their end when the client leaves', async () => {
    const report = (messages: readonly string[], requestId: string | undefined): string | undefined =>
      messages.find((message) => message.startsWith(`REPORT RequestId: ${requestId}`));
    const holder: { requestId?: string | undefined } = {};
    const followed = followUntil(
      clients.logs,
      '/aws/lambda/streaming',
      (messages) => holder.requestId !== undefined && report(messages, holder.requestId) !== undefined,
    );
    await followed.started;
    const { lambda } = clientsOf(engine.connection);
    const output = await lambda.send(
      new InvokeWithResponseStreamCommand({
        FunctionName: 'streaming',
        Payload: Buffer.from(JSON.stringify({ bytes: 30_000_000 })),
      }),
    );
    holder.requestId = output.$metadata.requestId;
    for await (const event of output.EventStream ?? []) if (event.PayloadChunk) break;
    lambda.destroy(); // its connections with it
    assert.doesNotMatch(report(await followed.messages, holder.requestId) ?? '', /Status/);
  });
});
