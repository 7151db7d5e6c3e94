// Function URLs as browsers and programs meet them: events, responses, CORS, signatures, and what a URL must not open.
import assert from 'node:assert/strict';
import http, { type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { after, before, describe, it } from 'node:test';
import {
  AddPermissionCommand,
  CreateAliasCommand,
  CreateFunctionUrlConfigCommand,
  DeleteAliasCommand,
  DeleteFunctionCommand,
  DeleteFunctionUrlConfigCommand,
  GetFunctionUrlConfigCommand,
  GetPolicyCommand,
  InvokeCommand,
  ListFunctionUrlConfigsCommand,
  PublishVersionCommand,
  RemovePermissionCommand,
  UpdateAliasCommand,
  UpdateFunctionConfigurationCommand,
  UpdateFunctionUrlConfigCommand,
  type CreateFunctionUrlConfigCommandInput,
} from '@aws-sdk/client-lambda';
import { createNodeFunction } from './create-function.ts';
import { clientsOf, EngineProcess, temporaryFolder, type Clients } from './engine-process.ts';

// Returns its event, or what the body says.
const echo = `export const handler = async (event) => {
  const { result, fail } = event.body && !event.isBase64Encoded ? JSON.parse(event.body) : {};
  if (fail) throw new Error('no');
  return result !== undefined ? result : event;
};`;
const streaming = `export const handler = awslambda.streamifyResponse(async (event, stream) => {
  if (event.rawPath === '/early') throw new Error('early');
  if (event.rawPath !== '/plain')
    stream = awslambda.HttpResponseStream.from(stream, { statusCode: 201, headers: { 'content-type': 'text/x-tea' }, cookies: ['a=1', 'b=2'] });
  stream.write('some ');
  if (event.rawPath === '/midstream') throw new Error('late');
  stream.end('tea');
});`;

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

async function call(
  url: string,
  {
    method = 'GET',
    headers = {},
    body = '',
  }: { method?: string; headers?: OutgoingHttpHeaders; body?: string | Buffer } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }),
      );
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });
}

describe('function URLs', () => {
  const data = temporaryFolder();
  let engine: EngineProcess;
  let clients: Clients;
  let url = '';

  const create = async (
    FunctionName: string,
    settings: Partial<CreateFunctionUrlConfigCommandInput> = {},
  ): Promise<string> => {
    const { FunctionUrl } = await clients.lambda.send(
      new CreateFunctionUrlConfigCommand({ FunctionName, AuthType: 'NONE', ...settings }),
    );
    return FunctionUrl ?? '';
  };
  const json = { 'content-type': 'application/json' };
  const returning = async (result: unknown): Promise<Answer> =>
    call(url, { method: 'POST', headers: json, body: JSON.stringify({ result }) });

  before(async () => {
    engine = await EngineProcess.start(data.path);
    clients = clientsOf(engine.connection);
    for (const name of ['echo', 'other', 'signed']) await createNodeFunction(clients, name, echo);
    await createNodeFunction(clients, 'streaming', streaming);
    url = await create('echo');
  });

  after(async () => {
    await engine.end();
    data[Symbol.dispose]();
  });

  it('are created once, shown, changed, listed and deleted', async () => {
    const { lambda } = clients;
    const FunctionName = 'other';
    await assert.rejects(lambda.send(new GetFunctionUrlConfigCommand({ FunctionName })), {
      name: 'ResourceNotFoundException',
    });
    const created = await create(FunctionName, { Cors: { AllowOrigins: ['*'] } });
    assert.match(created, /^http:\/\/127\.0\.0\.1:\d+\/$/);
    await assert.rejects(create(FunctionName), { name: 'ResourceConflictException' });
    await lambda.send(new UpdateFunctionUrlConfigCommand({ FunctionName, InvokeMode: 'RESPONSE_STREAM' }));
    const { FunctionUrlConfigs } = await lambda.send(new ListFunctionUrlConfigsCommand({ FunctionName }));
    const [listed] = FunctionUrlConfigs ?? [];
    assert.deepEqual(
      [listed?.FunctionUrl, listed?.AuthType, listed?.InvokeMode, listed?.Cors?.AllowOrigins],
      [created, 'NONE', 'RESPONSE_STREAM', ['*']],
    );
    await lambda.send(new DeleteFunctionUrlConfigCommand({ FunctionName }));
    await assert.rejects(call(created), { code: 'ECONNREFUSED' });
    const again = await create(FunctionName);
    await lambda.send(new DeleteFunctionCommand({ FunctionName }));
    await assert.rejects(call(again), { code: 'ECONNREFUSED' });
  });

  it('hand the request to the function in payload format 2.0', async () => {
    const answer = await call(`${url}a%20b/c?x=1&x=2&y=%C3%BC&flag`, {
      method: 'PUT',
      headers: { 'Content-Type': 'text/plain', 'X-Twice': ['one', 'two'], cookie: 'a=1; b=2', 'user-agent': 'tests' },
      body: '{}',
    });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['content-type'], 'application/json');
    const event = JSON.parse(answer.body.toString());
    const { headers, requestContext, ...rest } = event;
    assert.deepEqual(rest, {
      version: '2.0',
      routeKey: '$default',
      rawPath: '/a%20b/c',
      rawQueryString: 'x=1&x=2&y=%C3%BC&flag',
      cookies: ['a=1', 'b=2'],
      queryStringParameters: { x: '1,2', y: 'ü', flag: '' },
      body: '{}',
      isBase64Encoded: false,
    });
    assert.equal(headers['x-twice'], 'one,two');
    assert.equal(headers.cookie, undefined);
    assert.equal(headers['x-forwarded-proto'], 'http');
    const { timeEpoch, time, requestId, domainPrefix, apiId, http: request, ...context } = requestContext;
    assert.equal(typeof timeEpoch, 'number');
    assert.match(time, /^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
    assert.equal(requestId, answer.headers['x-amzn-requestid']);
    assert.match(apiId, /^[a-z0-9]{32}$/);
    assert.equal(domainPrefix, apiId);
    assert.deepEqual(request, {
      method: 'PUT',
      path: '/a%20b/c',
      protocol: 'HTTP/1.1',
      sourceIp: '127.0.0.1',
      userAgent: 'tests',
    });
    assert.deepEqual(context, {
      accountId: 'anonymous',
      domainName: new URL(url).host,
      routeKey: '$default',
      stage: '$default',
    });
    const binary = await call(url, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: Buffer.from([0, 255, 1]),
    });
    const { body, isBase64Encoded, cookies, queryStringParameters } = JSON.parse(binary.body.toString());
    assert.deepEqual([body, isBase64Encoded, cookies, queryStringParameters], ['AP8B', true, undefined, undefined]);
  });

  it('make a response of what the function returns', async () => {
    const full = await returning({
      statusCode: 404,
      headers: { 'Content-Type': 'image/png', 'X-Number': 5 },
      cookies: ['a=1; Secure', 'b=2'],
      body: 'AP8B',
      isBase64Encoded: true,
    });
    assert.equal(full.status, 404);
    assert.deepEqual([full.headers['content-type'], full.headers['x-number']], ['image/png', '5']);
    assert.deepEqual(full.headers['set-cookie'], ['a=1; Secure', 'b=2']);
    assert.deepEqual([...full.body], [0, 255, 1]);
    const text = await returning('Hello, world!');
    assert.deepEqual(
      [text.status, text.headers['content-type'], text.body.toString()],
      [200, 'application/json', 'Hello, world!'],
    );
    assert.equal((await returning({ message: 'm' })).body.toString(), '{"message":"m"}');
    assert.equal((await returning({ statusCode: 204 })).status, 204);
  });

  it('answer 502 for a function that fails or returns no proper response, 413 for a request that is too large', async () => {
    const failed = await call(url, { method: 'POST', headers: json, body: '{"fail":true}' });
    assert.deepEqual([failed.status, failed.body.toString()], [502, 'Internal Server Error']);
    assert.equal((await returning({ statusCode: 'many' })).status, 502);
    const large = await call(url, { method: 'POST', body: Buffer.alloc(6_291_457) });
    assert.equal(large.status, 413);
  });

  it('stream where that is their mode', async () => {
    const stream = await create('streaming', { InvokeMode: 'RESPONSE_STREAM' });
    const tea = await call(stream);
    assert.deepEqual([tea.status, tea.headers['content-type'], tea.body.toString()], [201, 'text/x-tea', 'some tea']);
    assert.deepEqual(tea.headers['set-cookie'], ['a=1', 'b=2']);
    assert.equal(tea.headers['transfer-encoding'], 'chunked');
    const plain = await call(`${stream}plain`);
    assert.deepEqual([plain.status, plain.headers['content-type']], [200, 'application/octet-stream']);
    assert.equal((await call(`${stream}early`)).status, 502);
    await assert.rejects(call(`${stream}midstream`), { code: 'ECONNRESET' });
  });

  it('answer preflights themselves, and say which origins may read', async () => {
    const origin = 'https://app.example';
    const Cors = {
      AllowOrigins: [origin],
      AllowMethods: ['PUT'],
      AllowHeaders: ['x-token'],
      AllowCredentials: true,
      ExposeHeaders: ['x-amzn-requestid'],
      MaxAge: 60,
    };
    await clients.lambda.send(new UpdateFunctionUrlConfigCommand({ FunctionName: 'echo', Cors }));
    const preflight = async (from: string, method: string): Promise<Answer> =>
      call(url, { method: 'OPTIONS', headers: { origin: from, 'access-control-request-method': method } });
    const allowed = await preflight(origin, 'PUT');
    assert.equal(allowed.status, 200);
    assert.equal(allowed.body.length, 0);
    const { headers } = allowed;
    assert.deepEqual(
      ['origin', 'methods', 'headers', 'credentials'].map((name) => headers[`access-control-allow-${name}`]),
      [origin, 'PUT', 'x-token', 'true'],
    );
    assert.equal(headers['access-control-max-age'], '60');
    for (const refused of [await preflight('https://evil.example', 'PUT'), await preflight(origin, 'DELETE')])
      assert.equal(refused.headers['access-control-allow-methods'], undefined);
    const own = { statusCode: 200, headers: { 'access-control-allow-origin': '*' } };
    const answer = await call(url, {
      method: 'POST',
      headers: { ...json, origin },
      body: JSON.stringify({ result: own }),
    });
    assert.equal(answer.headers['access-control-allow-origin'], origin);
    assert.equal(answer.headers['access-control-expose-headers'], 'x-amzn-requestid');
  });

  it('with AuthType AWS_IAM want a signature, and tell the function who signed', async () => {
    const signed = new URL(await create('signed', { AuthType: 'AWS_IAM' }));
    const unsigned = await call(signed.href);
    assert.equal(unsigned.status, 403);
    assert.match(JSON.parse(unsigned.body.toString()).Message, /^Forbidden\. For troubleshooting Function URL/);
    // A client of AWS signs for `lambda`, as callers of such URLs must: the URL takes its requests for those of any program.
    const viaUrl = { ...engine.connection, endpoint: signed.href };
    const invocation = new InvokeCommand({ FunctionName: 'a b+c', Qualifier: 'q 1', Payload: Buffer.from('[1]') });
    const { Payload, $metadata } = await clientsOf(viaUrl).lambda.send(invocation);
    assert.equal($metadata.httpStatusCode, 200);
    const { requestContext, rawPath } = JSON.parse(Buffer.from(Payload ?? []).toString());
    assert.match(rawPath, /a%20b%2Bc/);
    assert.equal(requestContext.authorizer.iam.accessKey, engine.connection.accessKeyId);
    assert.equal(requestContext.accountId, '000000000000');
    await assert.rejects(clientsOf(viaUrl, { secretAccessKey: 'wrong' }).lambda.send(invocation), {
      name: 'InvalidSignatureException',
    });
  });

  it('do not open the API, nor answer under foreign host names', async () => {
    const rebound = await call(url, { headers: { host: 'rebound.example.com' } });
    assert.equal(rebound.status, 403);
    const viaUrl = await call(`${url}2015-03-31/functions`);
    assert.equal(JSON.parse(viaUrl.body.toString()).rawPath, '/2015-03-31/functions');
    const page = await call(`${engine.connection.endpoint}/2015-03-31/functions`, {
      headers: { origin: new URL(url).origin },
    });
    assert.equal(page.status, 403);
  });

  it('keep the statements of policies', async () => {
    const { lambda } = clients;
    const FunctionName = 'echo';
    const statement = { FunctionName, StatementId: 'public', Action: 'lambda:InvokeFunctionUrl', Principal: '*' };
    await assert.rejects(lambda.send(new GetPolicyCommand({ FunctionName })), { name: 'ResourceNotFoundException' });
    const added = await lambda.send(new AddPermissionCommand({ ...statement, FunctionUrlAuthType: 'NONE' }));
    const expected = {
      Sid: 'public',
      Effect: 'Allow',
      Principal: '*',
      Action: 'lambda:InvokeFunctionUrl',
      Resource: 'arn:aws:lambda:us-east-1:000000000000:function:echo',
      Condition: { StringEquals: { 'lambda:FunctionUrlAuthType': 'NONE' } },
    };
    assert.deepEqual(JSON.parse(added.Statement ?? ''), expected);
    await assert.rejects(lambda.send(new AddPermissionCommand(statement)), {
      name: 'ResourceConflictException',
      message: /^The statement id \(public\) provided already exists/,
    });
    const { Policy } = await lambda.send(new GetPolicyCommand({ FunctionName }));
    assert.deepEqual(JSON.parse(Policy ?? ''), { Version: '2012-10-17', Id: 'default', Statement: [expected] });
    await assert.rejects(lambda.send(new RemovePermissionCommand({ FunctionName, StatementId: 'none' })), {
      message: 'Statement none is not found in resource policy.',
    });
    await lambda.send(new RemovePermissionCommand({ FunctionName, StatementId: 'public' }));
    await assert.rejects(lambda.send(new GetPolicyCommand({ FunctionName })), { name: 'ResourceNotFoundException' });
  });

  it('of an alias run what it points to, beside the one of the function, and go with it', async () => {
    const { lambda } = clients;
    const FunctionName = 'aliased';
    const where = `export const handler = async (_, context) => [context.functionVersion, context.invokedFunctionArn];`;
    await createNodeFunction(clients, FunctionName, where, { Publish: true });
    await assert.rejects(create(FunctionName, { Qualifier: 'live' }), { name: 'ResourceNotFoundException' });
    await lambda.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }));
    const ofAlias = await create(FunctionName, { Qualifier: 'live' });
    const ofFunction = await create(FunctionName);
    await assert.rejects(create(FunctionName, { Qualifier: 'live' }), { name: 'ResourceConflictException' });
    const arn = 'arn:aws:lambda:us-east-1:000000000000:function:aliased';
    const ran = async (at: string): Promise<unknown> => JSON.parse((await call(at)).body.toString());
    assert.deepEqual(await ran(ofAlias), ['1', `${arn}:live`]);
    assert.deepEqual(await ran(ofFunction), ['$LATEST', arn]);
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, MemorySize: 256 }));
    await lambda.send(new PublishVersionCommand({ FunctionName }));
    const RoutingConfig = { AdditionalVersionWeights: { 2: 1 } };
    await lambda.send(new UpdateAliasCommand({ FunctionName, Name: 'live', RoutingConfig }));
    assert.deepEqual(await ran(ofAlias), ['2', `${arn}:live`]);
    const listed = await lambda.send(new ListFunctionUrlConfigsCommand({ FunctionName }));
    assert.deepEqual(
      new Set(listed.FunctionUrlConfigs?.map((each) => each.FunctionArn)),
      new Set([arn, `${arn}:live`]),
    );
    await lambda.send(new DeleteAliasCommand({ FunctionName, Name: 'live' }));
    await assert.rejects(call(ofAlias), { code: 'ECONNREFUSED' });
    assert.deepEqual(await ran(ofFunction), ['$LATEST', arn]);
    await lambda.send(new DeleteFunctionCommand({ FunctionName }));
    await assert.rejects(call(ofFunction), { code: 'ECONNREFUSED' });
  });

  it('are the same after the engine was killed', async () => {
    await engine.end('SIGKILL');
    engine = await EngineProcess.start(data.path);
    clients = clientsOf(engine.connection);
    const { FunctionUrl } = await clients.lambda.send(new GetFunctionUrlConfigCommand({ FunctionName: 'echo' }));
    assert.equal(FunctionUrl, url);
    assert.equal((await returning('back')).body.toString(), 'back');
  });
});
