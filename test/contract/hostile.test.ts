// Requests and functions of somebody who means no good: refused in words, and nobody waits for them.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  CreateFunctionCommand,
  InvokeCommand,
  TagResourceCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { createNodeFunction } from './create-function.ts';
import { clientsOf, EngineProcess, temporaryFolder, type Clients } from './engine-process.ts';
import { sendRaw } from './raw-http.ts';
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

    it('judges names that are no names of a path, rather than their signature', async () => {
      for (const FunctionName of ['..', '.', '/', '//', '../..', 'a/../b'])
        await assert.rejects(
          clients.lambda.send(new InvokeCommand({ FunctionName })),
          /^(ValidationException|ResourceNotFoundException): /,
        );
    });

    it('says of another service that it is not served', async () => {
      const { endpoint } = engine.connection;
      const scope = '20260101/us-east-1/s3/aws4_request';
      const authorization = `AWS4-HMAC-SHA256 Credential=any/${scope}, SignedHeaders=host, Signature=00`;
      const { port, host } = new URL(endpoint);
      const request = `GET / HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${authorization}\r\nConnection: close\r\n\r\n`;
      const { status, text } = await sendRaw(Number(port), Buffer.from(request), true);
      assert.equal(status, 404);
      assert.match(text, /does not serve s3\. Use AWS for it\./);
    });

    it('keeps and shows settings of networks and keys, and refuses what a function cannot do without', async () => {
      const FunctionName = 'outside';
      const VpcConfig = { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'] };
      const KMSKeyArn = 'arn:aws:kms:us-east-1:000000000000:key/1';
      const made = await create({ FunctionName, VpcConfig, KMSKeyArn });
      const shown = { ...VpcConfig, VpcId: '', Ipv6AllowedForDualStack: false };
      assert.deepEqual([made.VpcConfig, made.KMSKeyArn], [shown, KMSKeyArn]);
      const update = async (input: object) =>
        clients.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, ...input }));
      const kept = await update({ Timeout: 5 });
      assert.deepEqual([kept.VpcConfig, kept.KMSKeyArn], [shown, KMSKeyArn]);
      const without = await update({ VpcConfig: { SubnetIds: [], SecurityGroupIds: [] }, KMSKeyArn: '' });
      assert.deepEqual([without.VpcConfig, without.KMSKeyArn], [undefined, undefined]);
      await assert.rejects(create({ PackageType: 'Image' }), /does not serve container images\. Leave it out/);
      await assert.rejects(update({ ImageConfig: { Command: ['x'] } }), /does not serve ImageConfig/);
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
