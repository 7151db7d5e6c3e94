// Requests and functions of somebody who means no good: refused in words, and nobody waits for them.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CreateFunctionCommand, InvokeCommand, TagResourceCommand } from '@aws-sdk/client-lambda';
import { createNodeFunction } from './create-function.ts';
import { clientsOf, EngineProcess, temporaryFolder, type Clients } from './engine-process.ts';
import { role, zipOf } from './zip-of.ts';

const arn = 'arn:aws:lambda:us-east-1:000000000000:function:';

for (const options of [[], ['--no-containment']]) {
  describe(`a local Lambda ${options.join(' ')}`, () => {
    const data = temporaryFolder();
    let engine: EngineProcess;
    let clients: Clients;

    before(async () => {
      engine = await EngineProcess.start(data.path, ...options);
      clients = clientsOf(engine.connection);
    });
    after(async () => {
      await engine.end();
      data[Symbol.dispose]();
    });

    const create = async (overrides: object) =>
      clients.lambda.send(
        new CreateFunctionCommand({
          FunctionName: 'refused',
          Code: { ZipFile: await zipOf({ 'index.mjs': '' }) },
          Role: role,
          Runtime: 'nodejs24.x',
          Handler: 'index.handler',
          ...overrides,
        }),
      );
    const invoke = async (FunctionName: string) => {
      const { Payload } = await clients.lambda.send(new InvokeCommand({ FunctionName }));
      return JSON.parse(Payload?.transformToString() ?? '');
    };

    it('creates no function under the name of a version or an alias', async () => {
      for (const FunctionName of ['refused:1', 'refused:live', `${arn}refused:$LATEST`])
        await assert.rejects(
          create({ FunctionName }),
          /InvalidParameterValueException: .*without a version or an alias/,
        );
    });

    it('takes no variables that no process can have', async () => {
      const Environment = { Variables: { FIRST: 'a\0b' } };
      await assert.rejects(create({ Environment }), /InvalidParameterValueException: .*U\+0000: FIRST/);
    });

    it("takes no tags of AWS's own, and none that are too long or too many", async () => {
      const refused = /InvalidParameterValueException|ValidationException/;
      await createNodeFunction(clients, 'tagged', 'export const handler = () => 1;', { Tags: { a: '1' } });
      const many = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`key-${at}`, '']));
      for (const Tags of [
        { 'aws:x': '1' },
        { ['x'.repeat(129)]: '' },
        { x: 'y'.repeat(257) },
        { ...many, one: 'more' },
      ]) {
        await assert.rejects(create({ Tags }), refused);
        await assert.rejects(clients.lambda.send(new TagResourceCommand({ Resource: `${arn}tagged`, Tags })), refused);
      }
      await assert.rejects(
        clients.lambda.send(new TagResourceCommand({ Resource: `${arn}tagged`, Tags: many })),
        refused,
      );
    });

    it('tries an init again whatever PATH and libraries the function asks for', async () => {
      const Environment = { Variables: { PATH: '/nowhere', LD_PRELOAD: '/nowhere/library.so' } };
      await createNodeFunction(clients, 'lost', 'throw new Error("not yet");', { Environment });
      assert.deepEqual((await invoke('lost')).errorMessage, 'not yet');
    });

    it(
      'waits for nobody who keeps the output of a runtime that has ended',
      { skip: process.platform === 'win32' },
      async () => {
        const source = `import { spawn } from 'node:child_process';
        export const handler = async () => {
          const kept = spawn(process.execPath, ['-e', 'setTimeout(() => 0, 600_000)'], { stdio: 'inherit', detached: true });
          console.log('left ' + kept.pid);
          process.exit(3);
        };`;
        await createNodeFunction(clients, 'leaves', source);
        const { Payload, LogResult } = await clients.lambda.send(
          new InvokeCommand({ FunctionName: 'leaves', LogType: 'Tail' }),
        );
        assert.equal(JSON.parse(Payload?.transformToString() ?? '').errorType, 'Runtime.ExitError');
        const [, pid] = /left (\d+)/.exec(Buffer.from(LogResult ?? '', 'base64').toString()) ?? [];
        assert.ok(Number(pid) > 0);
        await engine.end();
        if (process.platform === 'linux')
          while (isAlive(Number(pid))) await new Promise((resolve) => setImmediate(resolve));
      },
    );
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
