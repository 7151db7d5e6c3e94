// Trying memory sizes against a real engine: what is measured, and that the function is afterwards as it was, however it ends.
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  CreateAliasCommand,
  GetFunctionConfigurationCommand,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import type { TuningOutcome } from '../../src/observe/tuning.ts';
import { createPipeline, type TuneOptions } from '../../src/pipeline.ts';
import { Problem } from '../../src/problem.ts';
import { environmentFor, startCli } from './cli-process.ts';
import { createNodeFunction } from './create-function.ts';
import { clientsOf, EngineProcess, temporaryFolder, type Clients } from './engine-process.ts';

const source = `
export const handler = async ({ fail, ms = 1 }) => {
  if (fail) throw new RangeError('too much');
  await new Promise((resolve) => setTimeout(resolve, ms));
  return process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE;
};`;
const FunctionName = 'tuned';

describe('tuning memory', () => {
  const data = temporaryFolder();
  const journalFolder = path.join(data.path, 'state', 'lambda-workbench', 'tuning');
  const pipeline = createPipeline();
  let engine: EngineProcess;
  let clients: Clients;
  let target: TuneOptions['target'];

  before(async () => {
    engine = await EngineProcess.start(path.join(data.path, 'engine'));
    clients = clientsOf(engine.connection);
    const { endpoint, region, accessKeyId, secretAccessKey } = engine.connection;
    target = { label: 'Local Lambda', endpoint, region, credentials: { accessKeyId, secretAccessKey } };
    await createNodeFunction(clients, FunctionName, source, {
      MemorySize: 256,
      Timeout: 7,
      Description: 'mine',
      Environment: { Variables: { KEPT: 'as it was' } },
    });
    await clients.lambda.send(new PublishVersionCommand({ FunctionName, Description: 'of the user' }));
    await clients.lambda.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }));
  });
  after(async () => {
    await engine.end();
    data[Symbol.dispose]();
  });

  const tune = (options: Partial<TuneOptions> = {}) =>
    pipeline.tuneMemory({
      target,
      functionName: FunctionName,
      payload: '{}',
      memorySizes: [512, 128, 256],
      runs: 6,
      journalFolder,
      ...options,
    });

  /** All that a user can have set, of the function and of its versions. */
  const asItIs = async (): Promise<unknown> => {
    const settings = await clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    const { $metadata: _answer, RevisionId: _revision, LastModified: _modified, ...configuration } = settings;
    const { Versions = [] } = await clients.lambda.send(new ListVersionsByFunctionCommand({ FunctionName }));
    return { configuration, versions: Versions.map(({ Version, MemorySize }) => [Version, MemorySize]) };
  };
  const notes = (): string[] => (existsSync(journalFolder) ? readdirSync(journalFolder) : []);

  it('measures each size on a version of its own, and leaves the function and its versions as they were', async () => {
    const before = await asItIs();
    const steps: string[] = [];
    const sizesMet: unknown[] = [];
    const outcome = await tune({
      onProgress: (progress) => {
        steps.push(progress.step);
        if (progress.step === 'invoking' && progress.done === 1) sizesMet.push(notes().length);
      },
    });
    assert.deepEqual(
      outcome.sizes.map(({ memorySizeMB, invocations, failed }) => [memorySizeMB, invocations, failed]),
      [
        [128, 6, 0],
        [256, 6, 0],
        [512, 6, 0],
      ],
    );
    for (const { warmMs, coldMs, costOfMillion, maxMemoryUsedMB } of outcome.sizes)
      assert.ok([warmMs, coldMs, costOfMillion, maxMemoryUsedMB].every((value) => Number(value) > 0));
    assert.equal(outcome.memorySizeMB, 256);
    assert.equal(outcome.region, 'us-east-1');
    assert.equal(outcome.versions.length, 3);
    assert.equal(outcome.advice.cheapest, cheapestOf(outcome));
    assert.equal(steps.filter((step) => step === 'invoking').length, 18);
    assert.equal(steps.at(-1), 'putting-back');
    assert.deepEqual(sizesMet, [1], 'it is noted what is to be put back');
    assert.deepEqual(await asItIs(), before);
    assert.deepEqual(notes(), []);
  });

  it('tries a version that the user has published already as it is, and leaves it there', async () => {
    const before = await asItIs();
    const outcome = await tune({ memorySizes: [256, 512], runs: 2 });
    assert.deepEqual(outcome.sizes.map(({ invocations }) => invocations), [2, 2]); // prettier-ignore
    assert.equal(outcome.versions.length, 1);
    assert.deepEqual(await asItIs(), before);
  });

  it('has the function as it was already while its versions run', async () => {
    const found: unknown[] = [];
    await tune({
      runs: 2,
      onProgress: ({ step }) => {
        if (step === 'invoking' && found.length === 0)
          found.push(clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName })).then((it) => it.MemorySize)); // prettier-ignore
      },
    });
    assert.equal(await found[0], 256);
  });

  it('puts all back when it is cancelled, while it prepares and while it invokes, and tells what was measured', async () => {
    const before = await asItIs();
    for (const at of ['preparing', 'invoking'] as const) {
      const abort = new AbortController();
      const outcome = await tune({
        signal: abort.signal,
        onProgress: (progress) => {
          if (
            progress.step === at &&
            (progress.step === 'preparing' ? progress.memorySizeMB === 512 : progress.done === 4)
          )
            abort.abort();
        },
      });
      assert.equal(outcome.isCancelled, true);
      const measured = outcome.sizes.reduce((sum, { invocations }) => sum + invocations, 0);
      assert.equal(measured, at === 'preparing' ? 0 : 4);
      assert.deepEqual(await asItIs(), before);
      assert.deepEqual(notes(), []);
    }
  });

  it('puts all back when the function fails at every size, and says why it does', async () => {
    const before = await asItIs();
    await assert.rejects(tune({ payload: '{"fail":true}' }), (error) => {
      assert.ok(error instanceof Problem);
      assert.equal(error.code, 'TuningFailed');
      assert.match(error.message, /RangeError: too much/);
      return true;
    });
    assert.deepEqual(await asItIs(), before);
    assert.deepEqual(notes(), []);
  });

  it('keeps what somebody else sets meanwhile', async () => {
    const update = (MemorySize: number) =>
      clients.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, MemorySize }));
    let changed: Promise<unknown> | undefined;
    await tune({ runs: 2, onProgress: ({ step }) => void (step === 'invoking' && (changed ??= update(777))) });
    await changed;
    const { MemorySize } = await clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    assert.equal(MemorySize, 777);
    await pipeline.setMemory({ target, functionName: FunctionName, memorySizeMB: 256 });
  });

  it('refuses what is no tuning before anything is changed', async () => {
    const codeOf = async (options: Partial<TuneOptions>): Promise<unknown> =>
      tune(options).then(
        () => 'none',
        (error: unknown) => (error instanceof Problem ? error.code : error),
      );
    assert.equal(await codeOf({ memorySizes: [64, 128] }), 'MemorySizeWrong');
    assert.equal(await codeOf({ memorySizes: [128, 128] }), 'MemorySizesWrong');
    assert.equal(await codeOf({ runs: 1 }), 'RunsWrong');
    assert.equal(await codeOf({ payload: '{' }), 'PayloadNotJson');
    assert.equal(await codeOf({ functionName: 'missing' }), 'NotFound');
  });

  it('in the terminal: a table, the chosen size applied, and what a killed one left is put back by the next', async () => {
    const before = await asItIs();
    const env = { ...environmentFor(path.join(data.path, 'home'), engine.connection), XDG_STATE_HOME: path.join(data.path, 'state') }; // prettier-ignore
    const words = (...more: string[]) => ['tune', FunctionName, ...more, '--endpoint', engine.connection.endpoint];
    const killed = startCli(words('--sizes', '128,512', '--runs', '500', '--payload', '{"ms":20}'), env);
    while (((await asItIs()) as { versions: unknown[] }).versions.length < 4);
    killed.kill('SIGKILL');
    await killed.finished;
    assert.equal(notes().length, 1);
    await clients.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, MemorySize: 512 }));

    const table = await startCli(words('--sizes', '128,192', '--runs', '2'), env).finished;
    assert.equal(table.status, 0, table.stderr);
    assert.match(table.stdout, /^ *MB +INVOCATIONS +WARM MS/);
    assert.match(table.stdout, /\n *128 +2 /);
    assert.match(table.stdout, /tuned has 256 MB, as before\.\n$/);
    assert.deepEqual(await asItIs(), before);
    assert.deepEqual(notes(), []);

    const interrupted = startCli(words('--sizes', '128,512', '--runs', '500', '--payload', '{"ms":20}'), env);
    while (((await asItIs()) as { versions: unknown[] }).versions.length < 4);
    interrupted.kill('SIGINT');
    const { status, stdout } = await interrupted.finished;
    assert.equal(status, 130);
    assert.match(stdout, /Cancelled: this is what was measured until then\.\ntuned has 256 MB, as before\.\n/);
    assert.deepEqual(await asItIs(), before);

    const applied = await startCli(words('--sizes', '128,192', '--runs', '2', '--apply', 'cheapest', '--json'), env).finished; // prettier-ignore
    assert.equal(applied.status, 0, applied.stderr);
    const { appliedMB, advice } = JSON.parse(applied.stdout);
    assert.equal(appliedMB, advice.cheapest);
    const { MemorySize } = await clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    assert.equal(MemorySize, appliedMB);
    const wrong = await startCli(words('--sizes', '100,abc'), env).finished;
    assert.equal(wrong.status, 2);
    assert.match(wrong.stderr, /--sizes takes whole numbers of MB from 128 to 10240/);
  });

  it('what a killed one left is known to the next window, which puts it back', async () => {
    await pipeline.setMemory({ target, functionName: FunctionName, memorySizeMB: 256 });
    const before = await asItIs();
    const home = path.join(data.path, 'killed');
    const env = { ...environmentFor(home, engine.connection), XDG_STATE_HOME: home };
    const killed = startCli(['tune', FunctionName, '--sizes', '128,512', '--runs', '500', '--payload', '{"ms":20}', '--endpoint', engine.connection.endpoint], env); // prettier-ignore
    while (((await asItIs()) as { versions: unknown[] }).versions.length < 4);
    const own = { ...process.env };
    try {
      Object.assign(process.env, env);
      assert.deepEqual(await pipeline.interruptedTunings(), [], 'it still runs');
      killed.kill('SIGKILL');
      await killed.finished;
      await clients.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, MemorySize: 512 }));
      const [note, ...others] = await pipeline.interruptedTunings();
      assert.ok(note);
      assert.deepEqual(others, []);
      assert.deepEqual([note.functionName, note.memorySizeMB, note.target.endpoint], [FunctionName, 256, engine.connection.endpoint]); // prettier-ignore
      await assert.rejects(pipeline.putTuningBack({ target, note }), { code: 'OtherTarget' });
      await pipeline.putTuningBack({
        target: { label: note.target.label, endpoint: engine.connection.endpoint },
        note,
      });
      assert.deepEqual(await asItIs(), before);
      assert.deepEqual(await pipeline.interruptedTunings(), []);
    } finally {
      process.env = own;
    }
  });

  it('tells of a size that the account may not have, and of a target that lets nothing be put back', async () => {
    using folder = temporaryFolder();
    const open = await EngineProcess.start(folder.path, '--auth', 'none');
    const account = new LimitedAccount(open.connection.endpoint);
    try {
      await createNodeFunction(clientsOf(open.connection), FunctionName, source, { MemorySize: 256 });
      const limited = { ...target, label: 'limited', endpoint: await account.listen() };
      const outcome = await tune({ target: limited, memorySizes: [128, 256, 4096], runs: 2 });
      const refusals = outcome.sizes.map(({ memorySizeMB, invocations, refusal }) => [memorySizeMB, invocations, refusal]); // prettier-ignore
      assert.deepEqual(refusals, [[128, 2, undefined], [256, 2, undefined], [4096, 0, LimitedAccount.refusal]]); // prettier-ignore
      assert.equal(outcome.advice.cheapest, cheapestOf(outcome));

      const cut = tune({ target: limited, memorySizes: [128, 512], runs: 2, onProgress: ({ step }) => void (account.isCut ||= step === 'invoking') }); // prettier-ignore
      await assert.rejects(cut, (error) => {
        assert.ok(error instanceof Problem);
        assert.equal(error.code, 'TuningNotPutBack');
        assert.match(error.message, /had 256 MB/);
        return true;
      });
      assert.equal(notes().length, 1);
      account.isCut = false;
      await tune({ target: limited, memorySizes: [128, 512], runs: 2 });
      assert.deepEqual(notes(), []);
      const { Versions = [] } = await clientsOf(open.connection).lambda.send(new ListVersionsByFunctionCommand({ FunctionName })); // prettier-ignore
      assert.deepEqual(Versions.map(({ Version, MemorySize }) => [Version, MemorySize]), [['$LATEST', 256]]); // prettier-ignore
    } finally {
      account.close();
      await open.end();
    }
  });
});

/** Which size it is depends on how fast the machine is at the moment; half the memory for twice the time costs the same. */
function cheapestOf({ sizes }: TuningOutcome): number | undefined {
  const measured = sizes.filter(({ refusal }) => refusal === undefined);
  return measured.toSorted(
    (a, b) => Number(a.costOfMillion) - Number(b.costOfMillion) || Number(a.warmMs) - Number(b.warmMs),
  )[0]?.memorySizeMB;
}

/** An engine as seen by an account that may have 3,008 MB, over a network that can be cut. */
class LimitedAccount {
  static readonly refusal = "'MemorySize' value failed to satisfy constraint: Member must have value less than or equal to 3008"; // prettier-ignore
  isCut = false;
  readonly #server: Server;

  constructor(engine: string) {
    const { hostname, port } = new URL(engine);
    this.#server = createServer((incoming, answer) => {
      const pieces: Buffer[] = [];
      incoming.on('data', (piece: Buffer) => pieces.push(piece));
      incoming.on('end', () => {
        const body = Buffer.concat(pieces);
        const { MemorySize = 0 } = incoming.url?.endsWith('/configuration') && body.length > 0 ? JSON.parse(body.toString()) : {}; // prettier-ignore
        if (this.isCut) answer.destroy();
        else if (MemorySize > 3008) {
          answer.writeHead(400, { 'x-amzn-errortype': 'InvalidParameterValueException' });
          answer.end(JSON.stringify({ Type: 'User', message: LimitedAccount.refusal }));
        } else {
          const headers = { ...incoming.headers, host: `${hostname}:${port}` };
          const onward = request({ hostname, port, method: incoming.method, path: incoming.url, headers }, (came) => {
            answer.writeHead(came.statusCode ?? 500, came.headers);
            came.pipe(answer);
          });
          onward.end(body);
        }
      });
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`; // it listens on TCP
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
