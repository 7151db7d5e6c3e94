import assert from 'node:assert/strict';
import { once } from 'node:events';
import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { TelemetryApi } from '../../../src/engine/runtime-api/telemetry-api.ts';
import { ExtensionsApi } from '../../../src/engine/runtime-api/extensions-api.ts';
import { RuntimeApi } from '../../../src/engine/runtime-api/runtime-api.ts';

const about = { functionName: 'f', functionVersion: '$LATEST', handler: 'x', accountId: '000000000000' };
const ofEvent = { deadlineMs: 0, functionArn: 'arn', traceId: 'trace', payload: Buffer.from('{}') };

describe('the Runtime API', () => {
  let api: RuntimeApi;
  let told: string[];
  let onTold: (() => void) | undefined;

  beforeEach(async () => {
    told = [];
    const tell = (what: string): void => {
      told.push(what);
      onTold?.();
    };
    api = await RuntimeApi.listen(
      {
        onNext: () => tell('next'),
        onResponse: (id, body) => tell(`response ${id} ${body.toString()}`),
        onResponseBegun: () => undefined,
        onRestoreNext: () => tell('restore'),
        onTruncatedResponse: (id) => tell(`truncated ${id}`),
        onInvocationError: (id, body) => tell(`error ${id} ${body.toString()}`),
        onInitError: (body) => tell(`init error ${body.toString()}`),
      },
      new ExtensionsApi({
        about,
        external: new Set(),
        listener: { onChange: () => undefined, onError: () => undefined },
        telemetry: new TelemetryApi(() => undefined),
      }),
    );
  });
  afterEach(() => api.close());

  const open = (method: string, path: string): ClientRequest =>
    http.request(`http://${api.address}/2018-06-01/runtime/${path}`, { method, agent: false });
  const answerTo = async (request: ClientRequest): Promise<IncomingMessage> => {
    const [response] = await once(request, 'response');
    return response;
  };
  const idOf = (response: IncomingMessage): unknown => response.headers['lambda-runtime-aws-request-id'];
  const untilTold = async (count: number): Promise<void> =>
    new Promise((resolve) => {
      onTold = () => {
        if (told.length >= count) resolve();
      };
      onTold();
    });
  const next = async (): Promise<ClientRequest> => {
    const request = open('GET', 'invocation/next').end();
    await untilTold(told.length + 1);
    return request;
  };
  const respond = async (id: string, body: string): Promise<number | undefined> =>
    (await answerTo(open('POST', `invocation/${id}/response`).end(body))).statusCode;

  it('gives events in turn to the connections of a runtime that asks over several', async () => {
    const [first, second] = [await next(), await next()];
    api.deliver({ ...ofEvent, requestId: 'a' });
    assert.equal(idOf(await answerTo(first)), 'a');
    assert.equal(await respond('a', '1'), 202);
    assert.deepEqual(told.slice(-2), ['response a 1', 'next'], 'the other one waits already');
    api.deliver({ ...ofEvent, requestId: 'b' });
    assert.equal(idOf(await answerTo(second)), 'b');
  });

  it('keeps an event for a runtime whose connection broke while it waited', async () => {
    const broken = await next();
    broken.on('error', () => undefined).destroy();
    // Refused at once, but read behind the end of the other connection.
    for (let n = 0; n < 3; n += 1) assert.equal((await answerTo(open('GET', 'nowhere').end())).statusCode, 404);
    api.deliver({ ...ofEvent, requestId: 'a' });
    assert.equal(idOf(await answerTo(open('GET', 'invocation/next').end())), 'a');
  });

  it('holds a request for the next event until the response that is on its way has come to its end', async () => {
    const waiting = await next();
    api.deliver({ ...ofEvent, requestId: 'a' });
    await answerTo(waiting);
    const response = open('POST', 'invocation/a/response');
    response.write('half');
    const later = open('GET', 'invocation/next').end();
    for (let n = 0; n < 3; n += 1) await answerTo(open('GET', 'nowhere').end());
    assert.deepEqual(told, ['next']);
    response.end(' and half');
    await untilTold(3);
    assert.deepEqual(told, ['next', 'response a half and half', 'next']);
    later.on('error', () => undefined).destroy();
  });

  it('refuses whoever calls in the name of a runtime that has ended', async () => {
    api.end();
    const answer = await answerTo(open('GET', 'invocation/next').end());
    assert.equal(answer.statusCode, 403);
    assert.match(await text(answer), /State transition from Ended to Ready failed/);
  });
});
