// Published versions with SnapStart: initialised when they are published, restored when they are invoked.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaServiceException,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  PutProvisionedConcurrencyConfigCommand,
  UpdateFunctionConfigurationCommand,
  type FunctionConfiguration,
} from '@aws-sdk/client-lambda';
import { clientsOf, EngineProcess, sharedFolder, temporaryFolder, type Clients } from './engine-process.ts';
import { classesOf } from './java-classes.ts';
import { role, zipOf } from './zip-of.ts';

const python = { Runtime: 'python3.13', Handler: 'index.handler', Role: role, Timeout: 20 } as const;
const SnapStart = { ApplyOn: 'PublishedVersions' } as const;

/** As much of org.crac as hooks need: it hands resources on to the package that the property names, as its own does. */
const crac = {
  'org/crac/Resource.java': `package org.crac;
    public interface Resource { void beforeCheckpoint(Context<? extends Resource> context) throws Exception; void afterRestore(Context<? extends Resource> context) throws Exception; }`,
  'org/crac/Context.java': `package org.crac; public interface Context<R extends Resource> { void register(R resource); }`,
  'org/crac/Core.java': `package org.crac;
    import java.lang.reflect.*;
    public class Core {
      public static Context<Resource> getGlobalContext() {
        return resource -> {
          try {
            String there = System.getProperty("org.crac.Core.Compat");
            Class<?> type = Class.forName(there + ".Resource");
            Object told = Proxy.newProxyInstance(Core.class.getClassLoader(), new Class<?>[] {type}, (self, method, given) -> {
              if (method.getName().equals("beforeCheckpoint")) resource.beforeCheckpoint(null);
              if (method.getName().equals("afterRestore")) resource.afterRestore(null);
              return null;
            });
            kept.add(told);
            Object global = Class.forName(there + ".Core").getMethod("getGlobalContext").invoke(null);
            Class.forName(there + ".Context").getMethod("register", type).invoke(global, told);
          } catch (ReflectiveOperationException error) { throw new IllegalStateException(error); }
        };
      }
      private static final java.util.List<Object> kept = new java.util.ArrayList<>();
    }`,
};
const hooks = (after: string): string => `
import org.crac.*;
import java.util.*;
public class Hooks {
  static final List<String> ran = new ArrayList<>();
  record Told(String name) implements Resource {
    public void beforeCheckpoint(Context<? extends Resource> context) { ran.add("before " + name); }
    public void afterRestore(Context<? extends Resource> context) throws Exception { ${after} ran.add("after " + name); }
  }
  static final Resource first = new Told("first"), second = new Told("second");
  static { Core.getGlobalContext().register(first); Core.getGlobalContext().register(second); }
  public List<String> handle(Map<String, Object> event) { return ran; }
}`;

describe('SnapStart', () => {
  const data = temporaryFolder();
  const notes = sharedFolder();
  let engine: EngineProcess;
  let clients: Clients;

  const start = async (): Promise<void> => {
    engine = await EngineProcess.start(data.path);
    clients = clientsOf(engine.connection);
  };
  before(start);
  after(async () => {
    await engine.end();
    data[Symbol.dispose]();
    notes[Symbol.dispose]();
  });

  /** Creates it and publishes its version 1, which is pending in the answer. */
  const publish = async (FunctionName: string, source: string): Promise<FunctionConfiguration> => {
    const Code = { ZipFile: await zipOf({ 'index.py': source }) };
    return clients.lambda.send(new CreateFunctionCommand({ ...python, FunctionName, Code, SnapStart, Publish: true }));
  };
  const settled = async (FunctionName: string): Promise<FunctionConfiguration> => {
    for (;;) {
      const found = await clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName, Qualifier: '1' }));
      if (found.State !== 'Pending') return found;
    }
  };
  const invoke = async (FunctionName: string, Qualifier = '1') => {
    const output = await clients.lambda.send(new InvokeCommand({ FunctionName, Qualifier, LogType: 'Tail' }));
    return {
      answer: JSON.parse(output.Payload?.transformToString() ?? ''),
      log: Buffer.from(output.LogResult ?? '', 'base64').toString(),
    };
  };
  const linesOf = async (FunctionName: string): Promise<string[]> => {
    const logGroupName = `/aws/lambda/${FunctionName}`;
    const { events } = await clients.logs.send(new FilterLogEventsCommand({ logGroupName }));
    return (events ?? []).map(({ message }) => message ?? '').filter((line) => !line.startsWith('LAMBDA_WARNING'));
  };
  const fails = async (work: Promise<unknown>, name: string, status: number, words: RegExp): Promise<void> =>
    assert.rejects(work, (error: unknown) => {
      assert.ok(error instanceof LambdaServiceException);
      assert.deepEqual([error.name, error.$metadata.httpStatusCode], [name, status]);
      assert.match(error.message, words);
      return true;
    });

  it('initialises a version when it is published, with its hooks, and restores it when it is invoked', async () => {
    const FunctionName = 'snapped';
    const source = `
import os
from snapshot_restore_py import register_after_restore, register_before_snapshot
print("loading")
ran = []
def note(what): ran.append(what)
register_before_snapshot(note, "before, registered first")
@register_before_snapshot
def before(): ran.append("before, registered last")
@register_after_restore
def after(): ran.append("after")
def handler(event, context):
    return {"ran": ran, "type": os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"], "stream": context.log_stream_name}
`;
    const Code = { ZipFile: await zipOf({ 'index.py': source }) };
    const created = await clients.lambda.send(new CreateFunctionCommand({ ...python, FunctionName, Code, SnapStart }));
    assert.deepEqual(created.SnapStart, { ApplyOn: 'PublishedVersions', OptimizationStatus: 'Off' });
    const published = await clients.lambda.send(new PublishVersionCommand({ FunctionName }));
    assert.deepEqual(published.SnapStart, { ApplyOn: 'PublishedVersions', OptimizationStatus: 'On' });
    assert.deepEqual([published.State, published.StateReasonCode], ['Pending', 'Creating']);
    assert.equal((await settled(FunctionName)).State, 'Active');
    const atPublication = await linesOf(FunctionName);
    assert.match(atPublication[0] ?? '', /^INIT_START Runtime Version: python:/);
    assert.deepEqual(atPublication.slice(1), ['loading']);

    const unpublished = await invoke(FunctionName, '$LATEST');
    assert.deepEqual([unpublished.answer.ran, unpublished.answer.type], [[], 'on-demand']);
    const version = await invoke(FunctionName);
    assert.deepEqual(version.answer, {
      ran: ['before, registered last', 'before, registered first', 'after'],
      type: 'snap-start',
      stream: null,
    });
    assert.doesNotMatch(version.log, /loading|INIT_START|Init Duration/);
    assert.match(version.log, /^REPORT .*\tRestore Duration: [\d.]+ ms\tBilled Restore Duration: \d+ ms/m);
    const lines = await linesOf(FunctionName);
    const from = lines.findIndex((line) => line.startsWith('RESTORE_START Runtime Version: python:'));
    assert.match(lines[from + 1] ?? '', /^RESTORE_REPORT Restore Duration: [\d.]+ ms\n$/);
    assert.doesNotMatch((await invoke(FunctionName)).log, /Restore Duration/);
    const { Versions } = await clients.lambda.send(new ListVersionsByFunctionCommand({ FunctionName }));
    assert.deepEqual(Versions?.map(({ State }) => State), ['Active', 'Active']); // prettier-ignore

    await fails(
      clients.lambda.send(
        new PutProvisionedConcurrencyConfigCommand({
          FunctionName,
          Qualifier: '1',
          ProvisionedConcurrentExecutions: 1,
        }),
      ),
      'InvalidParameterValueException',
      400,
      /Provisioned Concurrency is not supported for SnapStart/,
    );
    const off = { FunctionName, SnapStart: { ApplyOn: 'None' } } as const;
    const { SnapStart: without } = await clients.lambda.send(new UpdateFunctionConfigurationCommand(off));
    assert.deepEqual(without, { ApplyOn: 'None', OptimizationStatus: 'Off' });
  });

  it('is refused with what AWS does not take together with it', async () => {
    const Code = { ZipFile: await zipOf({ 'index.py': '' }) };
    for (const [overrides, words] of [
      [{ Runtime: 'nodejs24.x' }, /^nodejs24\.x is not supported for SnapStart enabled functions\.$/],
      [{ EphemeralStorage: { Size: 1024 } }, /Ephemeral storage/],
    ] as const) {
      const input = { ...python, FunctionName: 'refused', Code, SnapStart, ...overrides };
      await fails(clients.lambda.send(new CreateFunctionCommand(input)), 'InvalidParameterValueException', 400, words);
    }
  });

  it('lets nobody invoke a version before it is ready, also over a killed engine', async () => {
    const file = path.join(notes.path, 'go');
    const source = `
import os, time
while not os.path.exists(${JSON.stringify(file)}): time.sleep(0.01)
def handler(event, context): return "ready"
`;
    assert.equal((await publish('waits', source)).State, 'Pending');
    await fails(
      clients.lambda.send(new InvokeCommand({ FunctionName: 'waits', Qualifier: '1' })),
      'SnapStartNotReadyException',
      409,
      /Lambda is initializing your function/,
    );
    await engine.end('SIGKILL');
    await start();
    const { State } = await clients.lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName: 'waits', Qualifier: '1' }),
    );
    assert.equal(State, 'Pending');
    writeFileSync(file, '');
    assert.equal((await settled('waits')).State, 'Active');
    assert.equal((await invoke('waits')).answer, 'ready');
  });

  it('says why an init failed, and refuses invocations of that version', async () => {
    await publish('broken', 'raise ValueError("no such day")');
    const { State, StateReason, StateReasonCode } = await settled('broken');
    assert.deepEqual([State, StateReasonCode], ['Failed', 'FunctionError']);
    assert.match(StateReason ?? '', /no such day/);
    const invoked = clients.lambda.send(new InvokeCommand({ FunctionName: 'broken', Qualifier: '1' }));
    await fails(invoked, 'ResourceConflictException', 409, /currently in the following state: Failed/);
    await publish('exits', 'import os\nos._exit(3)');
    assert.equal((await settled('exits')).StateReasonCode, 'FunctionError.RuntimeInitError');
  });

  it('tells the caller of hooks that fail after a restore', async () => {
    const source = `
from snapshot_restore_py import register_after_restore
@register_after_restore
def after(): raise ValueError("not restored")
def handler(event, context): return 1
`;
    await publish('unrestored', source);
    assert.equal((await settled('unrestored')).State, 'Active');
    // The first goes on from what was initialised at publication, the second from an init of its own.
    for (let time = 0; time < 2; time += 1) {
      const invoked = clients.lambda.send(new InvokeCommand({ FunctionName: 'unrestored', Qualifier: '1' }));
      await fails(invoked, 'SnapStartException', 400, /ValueError: not restored/);
    }
    const reports = (await linesOf('unrestored')).filter((line) => line.startsWith('RESTORE_REPORT'));
    assert.equal(reports.length, 2);
    for (const report of reports) assert.match(report, /Status: error\tError Type: ValueError\n$/);
  });

  it('runs the hooks of org.crac in Java', async () => {
    const java = { Role: role, Runtime: 'java17', Handler: 'Hooks::handle', MemorySize: 512, Timeout: 60 } as const;
    for (const [FunctionName, after] of [
      ['java-hooks', ''],
      ['java-fails', 'if (name.equals("second")) throw new IllegalStateException("stale");'],
    ] as const) {
      const Code = { ZipFile: await zipOf(classesOf({ ...crac, 'Hooks.java': hooks(after) })) };
      await clients.lambda.send(new CreateFunctionCommand({ ...java, FunctionName, Code, SnapStart, Publish: true }));
      assert.equal((await settled(FunctionName)).State, 'Active');
    }
    const { answer, log } = await invoke('java-hooks');
    assert.deepEqual(answer, ['before second', 'before first', 'after first', 'after second']);
    assert.match(log, /Restore Duration/);
    assert.deepEqual((await invoke('java-hooks', '$LATEST')).answer, []);
    const failing = clients.lambda.send(new InvokeCommand({ FunctionName: 'java-fails', Qualifier: '1' }));
    await fails(failing, 'SnapStartException', 400, /java\.lang\.IllegalStateException: stale/);
  });
});
