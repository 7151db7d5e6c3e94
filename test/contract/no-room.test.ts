// A real disk that is full: a small one, in memory, which only root can make.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { InvokeCommand, LambdaServiceException, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { createNodeFunction } from './create-function.ts';
import { clientsOf, EngineProcess, sharedFolder, temporaryFolder, type Clients } from './engine-process.ts';

const FunctionName = 'says-much';
const lines = 300;

/** A disk of 24 MB that goes with the test; nothing where none can be made. */
function smallDisk(): { readonly path: string; fill(): void; makeRoom(): void; [Symbol.dispose](): void } | undefined {
  const parent = temporaryFolder();
  const place = path.join(parent.path, 'disk');
  mkdirSync(place);
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', place]);
  if (status !== 0) {
    parent[Symbol.dispose]();
    return undefined;
  }
  const ballast = path.join(place, 'ballast');
  return {
    path: place,
    fill: () => {
      try {
        for (;;) appendFileSync(ballast, Buffer.alloc(4096));
      } catch {
        // not a byte more
      }
    },
    makeRoom: () => rmSync(ballast),
    [Symbol.dispose]: () => {
      execFileSync('umount', ['--lazy', place]);
      parent[Symbol.dispose]();
    },
  };
}

const source = (notes: string): string => `import { appendFileSync } from 'node:fs';
export const handler = async ({ run, count = 0 }) => {
  appendFileSync(${JSON.stringify(notes)}, run + '\\n');
  for (let line = 0; line < count; line += 1) console.log(run + '-' + line + ' ' + 'x'.repeat(20_000));
  return run;
};`;

async function logged({ logs }: Clients): Promise<string[]> {
  const found: string[] = [];
  let nextToken: string | undefined;
  do {
    const logGroupName = `/aws/lambda/${FunctionName}`;
    const page = await logs.send(new FilterLogEventsCommand({ logGroupName, nextToken }));
    for (const { message = '' } of page.events ?? []) found.push(...(/\w+-\d+(?= x)/.exec(message) ?? []));
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found;
}

describe('a local Lambda whose disk is full', { skip: process.platform !== 'linux' }, () => {
  it('goes on, refuses what it cannot keep in words, and loses nothing that it has taken', async (t) => {
    using disk = smallDisk();
    if (!disk) return t.skip('no small disk can be made here');
    using shared = sharedFolder();
    const notes = path.join(shared.path, 'notes');
    const data = path.join(disk.path, 'data');
    let engine = await EngineProcess.start(data);
    try {
      let clients = clientsOf(engine.connection);
      await createNodeFunction(clients, FunctionName, source(notes), { Timeout: 30 });
      const invoke = async (run: string, InvocationType: 'Event' | 'RequestResponse', count?: number) => {
        const Payload = JSON.stringify({ run, count });
        return clients.lambda.send(new InvokeCommand({ FunctionName, InvocationType, Payload }));
      };
      await invoke('first', 'RequestResponse');
      disk.fill();

      const answer = await invoke('full', 'RequestResponse', lines);
      assert.equal(answer.Payload?.transformToString(), '"full"');
      const words = /There is no room on the disk that holds the data of the local Lambda\. Free some, and try again/;
      await assert.rejects(
        createNodeFunction(clients, 'other', `${source(notes)}// ${'y'.repeat(100_000)}`),
        (error) => error instanceof LambdaServiceException && words.test(error.message),
      );
      /** As many as there may be room for in what the database has reserved. */
      const accepted: string[] = [];
      const accept = async (): Promise<unknown> => {
        for (let event = 0; event < 5000; event += 1) {
          await invoke(`event${event}`, 'Event');
          accepted.push(`event${event}`);
        }
        return undefined;
      };
      const refused = await accept().catch((error: unknown) => error);
      assert.ok(refused instanceof LambdaServiceException && words.test(refused.message), String(refused));
      const { Functions = [] } = await clients.lambda.send(new ListFunctionsCommand({}));
      assert.deepEqual(Functions.map((each) => each.FunctionName), [FunctionName]); // prettier-ignore

      disk.makeRoom();
      const all = Array.from({ length: lines }, (_, line) => `full-${line}`);
      let found = await logged(clients);
      while (found.length < lines) found = await logged(clients);
      assert.deepEqual(found, all);
      // Ended and started again: what was accepted has run, or does now.
      await engine.end();
      engine = await EngineProcess.start(data);
      clients = clientsOf(engine.connection);
      const ran = (): string[] => readFileSync(notes, 'utf8').split('\n');
      while (accepted.some((run) => !ran().includes(run))) await invoke('look', 'RequestResponse');
      assert.deepEqual(await logged(clients), all);
    } finally {
      await engine.end();
    }
  });

  it('says at its start that there is no room', async (t) => {
    using disk = smallDisk();
    if (!disk) return t.skip('no small disk can be made here');
    disk.fill();
    await assert.rejects(EngineProcess.start(path.join(disk.path, 'data')), /error: There is no room on the disk of .*data\. Free some, or give another folder with --data\./); // prettier-ignore
  });
});
