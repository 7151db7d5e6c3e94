// Execution environments that nobody uses end. The end of its connection tells that a process has gone.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { it } from 'node:test';
import { CreateFunctionCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import { clientsOf, EngineProcess, temporaryFolder } from './engine-process.ts';
import { role, zipOf } from './zip-of.ts';

const code = `
import { connect } from 'node:net';
let socket;
export const handler = async ({ port }) => {
  socket ??= await new Promise((resolve) => { const made = connect(port, '127.0.0.1', () => resolve(made)); });
  return process.pid;
};`;

it('ends an environment that has had no work for the time given, and makes a new one for the next invocation', async () => {
  using data = temporaryFolder();
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // it listens on TCP
  const engine = await EngineProcess.start(data.path, '--environment-idle-seconds', '1');
  try {
    const { lambda } = clientsOf(engine.connection);
    const Code = { ZipFile: await zipOf({ 'index.mjs': code }) };
    await lambda.send(new CreateFunctionCommand({ FunctionName: 'idle', Code, Role: role, Runtime: 'nodejs24.x', Handler: 'index.handler', Timeout: 30 })); // prettier-ignore
    const invoke = async (): Promise<string> => {
      const { Payload } = await lambda.send(new InvokeCommand({ FunctionName: 'idle', Payload: JSON.stringify({ port }) })); // prettier-ignore
      return Buffer.from(Payload ?? []).toString();
    };
    const gone = once(server, 'connection').then(async ([socket]) => {
      socket.on('error', () => {}); // a killed process may reset it
      await once(socket.resume(), 'close');
    });
    const first = await invoke();
    assert.match(first, /^\d+$/);
    await gone;
    assert.notEqual(await invoke(), first);
  } finally {
    await engine.end();
    server.close();
  }
});
