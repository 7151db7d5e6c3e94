// Functions that bring their own runtime: a program called bootstrap that speaks the Runtime API.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CreateFunctionCommand, InvokeCommand, type InvokeCommandOutput } from '@aws-sdk/client-lambda';
import { clientsOf, EngineProcess, temporaryFolder, type Clients } from './engine-process.ts';
import { role, zipOf } from './zip-of.ts';

const bootstrap = `#!/usr/bin/env python3
import json, os, sys, urllib.request
api = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/"
count = 0
def post(path, value):
    urllib.request.urlopen(urllib.request.Request(api + path, json.dumps(value).encode(), method="POST")).read()
print("starting", flush=True)
while True:
    with urllib.request.urlopen(api + "invocation/next") as response:
        request_id = response.headers["Lambda-Runtime-Aws-Request-Id"]
        event = json.load(response)
    count += 1
    if event.get("exit"): sys.exit(event["exit"])
    if event.get("fail"): post("invocation/" + request_id + "/error", {"errorType": "Mine", "errorMessage": event["fail"]})
    else: post("invocation/" + request_id + "/response", {"count": count, "handler": os.environ["_HANDLER"], "root": os.environ["LAMBDA_TASK_ROOT"] == os.getcwd()})
`;

describe('a custom runtime', () => {
  const data = temporaryFolder();
  let engine: EngineProcess;
  let clients: Clients;

  before(async () => {
    engine = await EngineProcess.start(data.path);
    clients = clientsOf(engine.connection);
  });
  after(async () => {
    await engine.end();
    data[Symbol.dispose]();
  });

  const create = async (FunctionName: string, files: Record<string, string>): Promise<void> => {
    const Code = { ZipFile: await zipOf(files) };
    const settings = { Runtime: 'provided.al2023', Handler: 'my.handler', Role: role } as const;
    await clients.lambda.send(new CreateFunctionCommand({ FunctionName, Code, ...settings }));
  };
  const invoke = async (FunctionName: string, event: object): Promise<InvokeCommandOutput> =>
    clients.lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(event), LogType: 'Tail' }));
  const json = ({ Payload }: InvokeCommandOutput) => JSON.parse(Buffer.from(Payload ?? []).toString());
  const tail = ({ LogResult }: InvokeCommandOutput): string => Buffer.from(LogResult ?? '', 'base64').toString();

  it('starts its bootstrap in the package, and keeps it warm', async () => {
    await create('own', { bootstrap });
    const first = await invoke('own', {});
    assert.deepEqual(json(first), { count: 1, handler: 'my.handler', root: true });
    assert.match(tail(first), /INIT_START Runtime Version: provided:al2023[\s\S]*starting[\s\S]*Init Duration/);
    const second = await invoke('own', {});
    assert.equal(json(second).count, 2);
    assert.doesNotMatch(tail(second), /Init Duration/);
  });

  it('reports its errors and its end as they are', async () => {
    await create('failing', { bootstrap });
    const failed = await invoke('failing', { fail: 'as it says' });
    assert.equal(failed.FunctionError, 'Unhandled');
    assert.deepEqual(json(failed), { errorType: 'Mine', errorMessage: 'as it says' });
    const ended = await invoke('failing', { exit: 7 });
    assert.equal(json(ended).errorType, 'Runtime.ExitError');
    assert.match(json(ended).errorMessage, /exit status 7/);
    assert.equal(json(await invoke('failing', {})).count, 1);
  });

  it('without a bootstrap fails as Lambda says it', async () => {
    await create('none', { 'index.mjs': '' });
    const { errorType, errorMessage } = json(await invoke('none', {}));
    assert.equal(errorType, 'Runtime.InvalidEntrypoint');
    assert.match(errorMessage, /Couldn't find valid bootstrap\(s\): \[\/var\/task\/bootstrap \/opt\/bootstrap\]/);
  });
});
