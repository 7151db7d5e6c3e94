// The files and limits of an execution environment's own on Linux: /tmp, /var/task, /opt, open files, processes.
import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { InvokeCommand, PublishLayerVersionCommand } from '@aws-sdk/client-lambda';
import { createNodeFunction } from './create-function.ts';
import { clientsOf, engineEntry, EngineProcess, temporaryFolder, type Clients } from './engine-process.ts';
import { nodeInSight } from './node-in-sight.ts';
import { zipOf } from './zip-of.ts';

/** Runs the body that its event names, as a function of `fs` and the event. */
const running = `
import fs from 'node:fs';
import { spawn } from 'node:child_process';
export const handler = async (event) => {
  try { return { value: await new Function('fs', 'spawn', 'event', event.body)(fs, spawn, event) }; }
  catch (error) { return { error: error.code ?? String(error) }; }
};`;
const fill = `
  const file = fs.openSync('/tmp/full', 'w');
  const piece = Buffer.alloc(1024 * 1024);
  let bytes = 0;
  try { while (bytes < 2 ** 31) bytes += fs.writeSync(file, piece); }
  catch (error) { return [error.code, bytes]; }
  finally { fs.closeSync(file); fs.rmSync('/tmp/full'); }
  return ['no end', bytes];`;
const nobody = 65_534;

/** Whether everybody may go through the folders that lead to a file. */
function isInReach(file: string): boolean {
  const parent = path.dirname(file);
  return parent === file || ((statSync(parent).mode & 0o001) !== 0 && isInReach(parent));
}

/** As root, who may mount; and as somebody else, who may in a user namespace of his own, where he can reach this project. */
const canBeOther =
  process.getuid?.() === 0 && [process.execPath, engineEntry].map((file) => realpathSync(file)).every(isInReach);
const users = canBeOther ? ([undefined, nobody] as const) : ([undefined] as const);

/** Pids of processes that see mounts from this folder. */
function mountsOf(folder: string): string[] {
  const found: string[] = [];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (readFileSync(`/proc/${pid}/mountinfo`, 'utf8').includes(folder)) found.push(pid);
    } catch {
      // gone meanwhile
    }
  }
  return found;
}

describe('an environment of its own', { skip: process.platform !== 'linux' }, () => {
  for (const user of users) {
    describe(user === undefined ? 'for whoever runs the tests' : 'for a user without privileges', () => {
      const data = temporaryFolder();
      const place = path.join(data.path, 'engine');
      const node = nodeInSight();
      const interpreter = ['--interpreter', `nodejs=${node.path}`];
      let engine: EngineProcess;
      let clients: Clients;

      const run = async (FunctionName: string, body: string): Promise<{ value?: unknown; error?: string }> => {
        const { Payload } = await clients.lambda.send(
          new InvokeCommand({ FunctionName, Payload: JSON.stringify({ body }) }),
        );
        return JSON.parse(Payload?.transformToString() ?? '');
      };

      before(async () => {
        mkdirSync(place, { mode: 0o755 });
        chmodSync(data.path, 0o755);
        if (user !== undefined) chownSync(place, user, user);
        engine = await EngineProcess.startAs(user, place, ...interpreter);
        clients = clientsOf(engine.connection);
        const Content = { ZipFile: await zipOf({ 'x/said': 'by the layer' }) };
        const layer = await clients.lambda.send(new PublishLayerVersionCommand({ LayerName: 'said', Content }));
        await createNodeFunction(clients, 'one', running, { Layers: [layer.LayerVersionArn ?? ''], Timeout: 60 });
        await createNodeFunction(clients, 'other', running, { EphemeralStorage: { Size: 600 }, Timeout: 60 });
      });

      after(async () => {
        await engine.end();
        data[Symbol.dispose]();
        node[Symbol.dispose]();
      });

      it('has a /tmp of the configured size', async () => {
        const mebibytes = async (name: string): Promise<number> => {
          const [code, bytes] = (await run(name, fill)).value as [string, number]; // what `fill` returns
          assert.equal(code, 'ENOSPC');
          return Math.round(bytes / 1024 / 1024);
        };
        assert.deepEqual([await mebibytes('one'), await mebibytes('other')], [512, 600]);
      });

      it('shares its /tmp with nobody, and keeps it from one invocation to the next', async () => {
        await run('one', "fs.writeFileSync('/tmp/lambda-workbench-kept', 'mine')");
        assert.deepEqual(await run('one', "return fs.readFileSync('/tmp/lambda-workbench-kept', 'utf8')"), {
          value: 'mine',
        });
        assert.deepEqual(await run('other', "return fs.readdirSync('/tmp')"), { value: [] });
        assert.equal(existsSync('/tmp/lambda-workbench-kept'), false);
      });

      it('finds its code at /var/task and its layers at /opt, and can change neither', async () => {
        assert.deepEqual(await run('one', 'return [process.cwd(), process.env.LAMBDA_TASK_ROOT]'), {
          value: ['/var/task', '/var/task'],
        });
        assert.deepEqual(await run('one', "return fs.readFileSync('/opt/x/said', 'utf8')"), { value: 'by the layer' });
        for (const file of ['/var/task/index.mjs', '/var/task/new', '/opt/x/said', '/opt/new'])
          assert.deepEqual(await run('one', `fs.writeFileSync('${file}', '')`), { error: 'EROFS' });
      });

      it('has as many open files, and processes where they can be counted, as Lambda allows', async () => {
        const limits = String((await run('one', "return fs.readFileSync('/proc/self/limits', 'utf8')")).value);
        assert.match(limits, /^Max open files +1024 +1024 /m);
        const isCounted = !/number of processes/.test(await engine.says(/^Not enforced on this system: .*$/m));
        const isOfUser = user !== undefined || process.getuid?.() !== 0;
        assert.equal(/^Max processes +1024 +1024 /m.test(limits), isOfUser);
        if (isOfUser) assert.ok(isCounted);
      });

      it('says nothing of what is enforced here', async () => {
        assert.doesNotMatch(await engine.says(/^Not enforced on this system: .*$/m), /\/tmp|open files|read-only/);
      });

      it('leaves no mount when its engine is killed', async () => {
        await run('one', "fs.writeFileSync('/tmp/left', 'over')");
        assert.notDeepEqual(mountsOf(place), []);
        await engine.end('SIGKILL');
        while (mountsOf(place).length > 0) await new Promise((resolve) => setImmediate(resolve));
        assert.doesNotMatch(readFileSync('/proc/self/mountinfo', 'utf8'), / lambda /);
        rmSync(path.join(place, 'engine.json'));
        engine = await EngineProcess.startAs(user, place, ...interpreter);
        clients = clientsOf(engine.connection);
        assert.deepEqual(await run('one', "return fs.readdirSync('/tmp')"), { value: [] });
      });
    });
  }

  it('can be done without', async () => {
    using data = temporaryFolder();
    const engine = await EngineProcess.start(data.path, '--no-containment');
    const clients = clientsOf(engine.connection);
    await createNodeFunction(clients, 'plain', running);
    const Payload = JSON.stringify({ body: 'return [process.env.TMPDIR, process.env.LAMBDA_TASK_ROOT]' });
    const output = await clients.lambda.send(new InvokeCommand({ FunctionName: 'plain', Payload }));
    const { value } = JSON.parse(output.Payload?.transformToString() ?? '');
    assert.ok(value.every((folder: string) => folder.startsWith(`${data.path}/`)));
    assert.match(
      await engine.says(/^Not enforced on this system: .*$/m),
      /the size of \/tmp; the number of open files/,
    );
    await engine.end();
  });
});
