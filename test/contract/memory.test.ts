// Functions that take more memory than they have, through the real SDK client.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { createNodeFunction } from './create-function.ts';
import { clientsOf, EngineProcess, temporaryFolder, type Clients } from './engine-process.ts';

const hoard = `const kept = [];
const keep = async () => { for (;;) { kept.push(Buffer.alloc(1 << 22, 1)); await new Promise(setImmediate); } };`;

describe('memory of a function', { skip: process.platform !== 'linux' && 'is looked at on Linux' }, () => {
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

  const invoke = async (FunctionName: string, event: unknown = {}) => {
    const Payload = JSON.stringify(event);
    const output = await clients.lambda.send(new InvokeCommand({ FunctionName, Payload, LogType: 'Tail' }));
    const answer: unknown = JSON.parse(output.Payload?.transformToString() ?? '');
    const log = Buffer.from(output.LogResult ?? '', 'base64').toString();
    return { answer, log, error: output.FunctionError, requestId: output.$metadata.requestId };
  };

  const assertEnded = ({ answer, log, error, requestId }: Awaited<ReturnType<typeof invoke>>): void => {
    assert.equal(error, 'Unhandled');
    assert.deepEqual(answer, {
      errorType: 'Runtime.OutOfMemory',
      errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`,
    });
    assert.match(
      log,
      /Memory Size: 192 MB\tMax Memory Used: 192 MB\t.*Status: error\tError Type: Runtime\.OutOfMemory/,
    );
  };

  it('ends the environment that takes more, and the next invocation has a new one', async () => {
    const source = `${hoard} export const handler = async (event) => (event.hoard ? keep() : process.pid);`;
    await createNodeFunction(clients, 'hoards', source, { MemorySize: 192, Timeout: 60 });
    const first = await invoke('hoards');
    assertEnded(await invoke('hoards', { hoard: true }));
    const next = await invoke('hoards');
    assert.equal(next.error, undefined);
    assert.notEqual(next.answer, first.answer);
    assert.match(next.log, /Init Duration/);
  });

  it('counts what the function has started', async () => {
    const source = `import { spawn } from 'node:child_process';
      import { once } from 'node:events';
      export const handler = async () => {
        await once(spawn(process.execPath, ['-e', ${JSON.stringify(`${hoard} keep()`)}]), 'exit');
      };`;
    await createNodeFunction(clients, 'starts', source, { MemorySize: 192, Timeout: 60 });
    assertEnded(await invoke('starts'));
  });

  it('ends an init that takes more', async () => {
    await createNodeFunction(clients, 'begins', `${hoard} await keep();`, { MemorySize: 192, Timeout: 60 });
    assertEnded(await invoke('begins'));
  });

  it('leaves alone one that reads large files', async () => {
    const source = `import { readSync, openSync } from 'node:fs';
      export const handler = async () => {
        const piece = Buffer.alloc(1 << 20);
        const file = openSync(process.execPath);
        while (readSync(file, piece) > 0) await new Promise((resolve) => setTimeout(resolve, 2));
        return 'read';
      };`;
    await createNodeFunction(clients, 'reads', source, { MemorySize: 192, Timeout: 60 });
    assert.equal((await invoke('reads')).answer, 'read');
  });
});
