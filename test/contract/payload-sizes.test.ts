// Events and responses of all sizes, one after the other in the same environments: each comes out as it went in.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CreateFunctionCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import { createNodeFunction } from './create-function.ts';
import { clientsOf, EngineProcess, temporaryFolder, type Clients } from './engine-process.ts';
import { role, zipOf } from './zip-of.ts';

const node = `
let count = 0;
export const handler = async (event) => {
  count += 1;
  if (event.fail) throw Object.assign(new Error('x'.repeat(event.fail)), { name: 'Large' });
  return { count, text: (event.text ?? '') + 'é'.repeat(event.more ?? 0) };
};`;
const python = `
count = 0
def handler(event, context):
    global count
    count += 1
    return {"count": count, "text": event["text"]}
`;
const ruby = `
$count = 0
def handler(event:, context:)
  $count += 1
  { count: $count, text: event["text"] }
end
`;
/** About 64 kB is where one way to a runtime ends and another begins. */
const sizes = [0, 65_000, 10, 66_000, 70_000, 10, 65_536, 1_000_000, 65_500, 6_000_000, 5];

describe('a payload', () => {
  const data = temporaryFolder();
  let engine: EngineProcess;
  let clients: Clients;
  before(async () => {
    engine = await EngineProcess.start(data.path);
    clients = clientsOf(engine.connection);
    await createNodeFunction(clients, 'node', node, { Timeout: 60 });
    for (const [FunctionName, Runtime, code] of [
      ['python', 'python3.13', { 'index.py': python }],
      ['ruby', 'ruby3.4', { 'index.rb': ruby }],
    ] as const) {
      const Code = { ZipFile: await zipOf(code) };
      const settings = { Role: role, Runtime, Handler: 'index.handler', Timeout: 60 };
      await clients.lambda.send(new CreateFunctionCommand({ FunctionName, Code, ...settings }));
    }
  });
  after(async () => {
    await engine.end();
    data[Symbol.dispose]();
  });

  const invoke = async (name: string, event: object): Promise<Record<string, unknown>> => {
    const answer = await clients.lambda.send(new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(event) }));
    return JSON.parse(Buffer.from(answer.Payload ?? []).toString());
  };

  for (const name of ['node', 'python', 'ruby']) {
    it(`of any size comes back as it was, in one environment after the other (${name})`, async () => {
      for (const [at, size] of sizes.entries()) {
        const text = `${size} ${'ab€'.repeat(Math.floor(size / 5))}`;
        assert.deepEqual(await invoke(name, { text }), { count: at + 1, text });
      }
    });
  }

  it('may be small where the response is large, and the other way round', async () => {
    const before = Number((await invoke('node', {}))['count']);
    assert.deepEqual(await invoke('node', { more: 500_000 }), { count: before + 1, text: 'é'.repeat(500_000) });
    const { errorMessage } = await invoke('node', { fail: 200_000, text: 'y'.repeat(200_000) });
    assert.equal(errorMessage, 'x'.repeat(200_000));
    assert.deepEqual(await invoke('node', { more: 1 }), { count: before + 3, text: 'é' });
  });
});
