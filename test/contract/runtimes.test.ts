// Functions that bring their own runtime, a program called bootstrap that speaks the Runtime API; and functions in Ruby.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateFunctionCommand,
  InvokeCommand,
  type CreateFunctionCommandInput,
  type InvokeCommandOutput,
} from '@aws-sdk/client-lambda';
import { clientsOf, EngineProcess, temporaryFolder, type Clients } from './engine-process.ts';
import { role, zipOf } from './zip-of.ts';

const bootstrap = `#!/usr/bin/env python3
import json, os, signal, sys, urllib.request
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
    if event.get("hang"): signal.pause()
    if event.get("exit"): sys.exit(event["exit"])
    if event.get("fail"): post("invocation/" + request_id + "/error", {"errorType": "Mine", "errorMessage": event["fail"]})
    else: post("invocation/" + request_id + "/response", {"count": count, "handler": os.environ["_HANDLER"], "root": os.environ["LAMBDA_TASK_ROOT"] == os.getcwd()})
`;

const ruby = `
require "logger"
puts "starting"
LOGGER = Logger.new($stdout)

def handler(event:, context:)
  puts "two\\nlines"
  LOGGER.info("logged")
  $stdout.write("written\\n")
  raise ArgumentError, event["raise"] if event["raise"]
  raise Refused, event["refuse"] if event["refuse"]
  exit event["exit"] if event["exit"]
  sleep if event["hang"]
  left = context.get_remaining_time_in_millis
  {
    event: event, root: [Dir.pwd, $LOAD_PATH.first].uniq == [ENV["LAMBDA_TASK_ROOT"]],
    context: %w[aws_request_id function_name memory_limit_in_mb invoked_function_arn log_group_name function_version]
      .to_h { |name| [name, context.public_send(name)] },
    stream: context.log_stream_name == ENV["AWS_LAMBDA_LOG_STREAM_NAME"],
    left: left.positive? && left <= 1000 && context.deadline_ms.is_a?(Integer),
  }
end

class Refused < StandardError; end

module Shop
  class Orders
    def self.create(event:, context:)
      StringIO.new("as it is")
    end
  end
end
`;

const json = ({ Payload }: InvokeCommandOutput) => JSON.parse(Buffer.from(Payload ?? []).toString());
const tail = ({ LogResult }: InvokeCommandOutput): string => Buffer.from(LogResult ?? '', 'base64').toString();

describe('runtimes', () => {
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

  const create = async (
    FunctionName: string,
    files: Record<string, string>,
    settings: Pick<CreateFunctionCommandInput, 'Runtime' | 'Handler' | 'Timeout'>,
    mode?: number,
  ): Promise<void> => {
    const Code = { ZipFile: await zipOf(files, mode) };
    await clients.lambda.send(new CreateFunctionCommand({ FunctionName, Code, Role: role, ...settings }));
  };
  const invoke = async (FunctionName: string, event: object): Promise<InvokeCommandOutput> =>
    clients.lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(event), LogType: 'Tail' }));

  describe('of their own', () => {
    const custom = { Runtime: 'provided.al2023', Handler: 'my.handler' } as const;

    for (const Runtime of ['provided.al2023', 'provided.al2'] as const) {
      it(`start the bootstrap of the package on ${Runtime}, and keep it warm`, async () => {
        await create(Runtime.replace('.', '-'), { bootstrap }, { ...custom, Runtime });
        const first = await invoke(Runtime.replace('.', '-'), {});
        assert.deepEqual(json(first), { count: 1, handler: 'my.handler', root: true });
        assert.match(tail(first), /INIT_START Runtime Version: provided:al2[\s\S]*starting[\s\S]*Init Duration/);
        const second = await invoke(Runtime.replace('.', '-'), {});
        assert.equal(json(second).count, 2);
        assert.doesNotMatch(tail(second), /Init Duration/);
      });
    }

    it('report their errors and their end as they are', async () => {
      await create('failing', { bootstrap }, custom);
      const failed = await invoke('failing', { fail: 'as it says' });
      assert.equal(failed.FunctionError, 'Unhandled');
      assert.deepEqual(json(failed), { errorType: 'Mine', errorMessage: 'as it says' });
      const ended = await invoke('failing', { exit: 7 });
      assert.equal(json(ended).errorType, 'Runtime.ExitError');
      assert.match(json(ended).errorMessage, /exit status 7/);
      assert.equal(json(await invoke('failing', {})).count, 1);
    });

    it('are ended at the timeout, and start afresh', async () => {
      await create('hanging', { bootstrap }, { ...custom, Timeout: 1 });
      const output = await invoke('hanging', { hang: true });
      assert.equal(output.FunctionError, 'Unhandled');
      assert.equal(json(output).errorType, 'Sandbox.Timedout');
      assert.match(json(output).errorMessage, /Task timed out after 1\.00 seconds$/);
      assert.equal(json(await invoke('hanging', {})).count, 1);
    });

    it('fail as Lambda says it without a program that can be started', async () => {
      const script = { bootstrap: '#!/bin/sh\nexit 0\n' };
      await create('none', { 'index.mjs': '' }, custom);
      await create('not-executable', script, custom, 0o644);
      for (const name of ['none', 'not-executable']) {
        const output = await invoke(name, {});
        assert.equal(output.FunctionError, 'Unhandled');
        assert.deepEqual(json(output), {
          errorType: 'Runtime.InvalidEntrypoint',
          errorMessage: `RequestId: ${output.$metadata.requestId} Error: Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]`,
        });
      }
      await create('carriage-return', { bootstrap: '#!/bin/sh\r\nexit 0\r\n' }, custom);
      const { errorType, errorMessage } = json(await invoke('carriage-return', {}));
      assert.equal(errorType, 'Runtime.InvalidEntrypoint');
      assert.match(errorMessage, / Error: fork\/exec \/var\/task\/bootstrap: no such file or directory$/);
    });
  });

  describe('of Ruby', () => {
    const settings = { Runtime: 'ruby3.4', Handler: 'app.handler', Timeout: 1 } as const;
    before(async () => create('ruby', { 'app.rb': ruby }, settings));

    it('give the event and the context to the handler, cold once and then warm', async () => {
      await create('ruby-cold', { 'app.rb': ruby }, settings);
      const cold = await invoke('ruby-cold', { k: 'ü' });
      assert.equal(cold.FunctionError, undefined, tail(cold));
      assert.deepEqual(json(cold), {
        event: { k: 'ü' },
        root: true,
        context: {
          aws_request_id: cold.$metadata.requestId,
          function_name: 'ruby-cold',
          memory_limit_in_mb: '128',
          invoked_function_arn: 'arn:aws:lambda:us-east-1:000000000000:function:ruby-cold',
          log_group_name: '/aws/lambda/ruby-cold',
          function_version: '$LATEST',
        },
        stream: true,
        left: true,
      });
      assert.match(tail(cold), /INIT_START Runtime Version: ruby:3\.[\s\S]*starting\n[\s\S]*Init Duration/);
      const warm = await invoke('ruby-cold', {});
      assert.doesNotMatch(tail(warm), /starting|Init Duration/);
    });

    it('log what is put as one event, what is written, and the request of a Logger', async () => {
      const output = await invoke('ruby', {});
      const { events = [] } = await clients.logs.send(
        new FilterLogEventsCommand({ logGroupName: '/aws/lambda/ruby', filterPattern: 'lines' }),
      );
      assert.ok(events.some(({ message }) => message === 'two\nlines'));
      assert.match(tail(output), /^written$/m);
      assert.match(tail(output), new RegExp(`^I, \\[.*\\]  INFO ${output.$metadata.requestId} -- : logged$`, 'm'));
    });

    it('return what the handler raises, and stay warm', async () => {
      const output = await invoke('ruby', { raise: 'boom' });
      assert.equal(output.StatusCode, 200);
      assert.equal(output.FunctionError, 'Unhandled');
      const { errorType, errorMessage, stackTrace } = json(output);
      assert.equal(errorType, 'Function<ArgumentError>');
      assert.equal(errorMessage, 'boom');
      assert.equal(stackTrace.length, 1);
      assert.match(stackTrace[0], /app\.rb:10:in .*handler'$/);
      assert.match(tail(output), /Error raised from handler method\n\{\n  "errorMessage": "boom",/);
      assert.equal(json(await invoke('ruby', { refuse: 'no' })).errorType, 'Function<Refused>');
      assert.doesNotMatch(tail(await invoke('ruby', {})), /Init Duration/);
    });

    it('report an exit of the handler, and start afresh', async () => {
      const output = await invoke('ruby', { exit: 3 });
      assert.equal(json(output).errorType, 'Function<SystemExit>');
      assert.equal(json(output).errorMessage, 'exit');
      assert.match(tail(await invoke('ruby', {})), /Init Duration/);
    });

    it('are ended at the timeout', async () => {
      const output = await invoke('ruby', { hang: true });
      assert.equal(json(output).errorType, 'Sandbox.Timedout');
    });

    it('find a method of a class in a module, and answer with a stream as it is', async () => {
      await create('ruby-class', { 'src/app.rb': ruby }, { ...settings, Handler: 'src/app.Shop::Orders.create' });
      const output = await invoke('ruby-class', {});
      assert.equal(output.FunctionError, undefined, tail(output));
      assert.equal(Buffer.from(output.Payload ?? []).toString(), 'as it is');
    });

    it('say what is wrong with a file that cannot be loaded', async () => {
      const failing = async (FunctionName: string, Handler: string, files: Record<string, string>) => {
        await create(FunctionName, files, { ...settings, Handler });
        const output = await invoke(FunctionName, {});
        assert.equal(output.FunctionError, 'Unhandled');
        return { error: json(output), log: tail(output) };
      };
      const broken = await failing('ruby-broken', 'broken.handler', { 'broken.rb': 'def handler(event:, context:)' });
      assert.equal(broken.error.errorType, 'Init<SyntaxError>');
      assert.match(broken.error.errorMessage, /broken\.rb:\d+: .*syntax error/s);
      assert.match(
        broken.log,
        /INIT_REPORT Init Duration: [\d.]+ ms\tPhase: init\tStatus: error\tError Type: Function<UserException>/,
      );
      assert.match(broken.log, /INIT_REPORT Init Duration: [\d.]+ ms\tPhase: invoke\tStatus: error/);
      const missing = await failing('ruby-missing', 'other.handler', { 'app.rb': ruby });
      assert.equal(missing.error.errorType, 'Init<LoadError>');
      assert.equal(missing.error.errorMessage, 'cannot load such file -- other');
      const malformed = await failing('ruby-malformed', 'handler', { 'app.rb': ruby });
      assert.equal(malformed.error.errorType, 'Init<ArgumentError>');
      assert.match(malformed.error.errorMessage, /^Bad handler: handler\. /);
    });

    it('say that a handler is not there', async () => {
      for (const [name, handler, type, missing] of [
        ['ruby-no-method', 'app.nothing', 'NoMethodError', /undefined method .nothing'/],
        ['ruby-no-class', 'app.Nobody.create', 'NameError', /uninitialized constant Nobody/],
      ] as const) {
        await create(name, { 'app.rb': ruby }, { ...settings, Handler: handler });
        const output = await invoke(name, {});
        assert.equal(output.FunctionError, 'Unhandled');
        assert.equal(json(output).errorType, `Function<${type}>`);
        assert.match(json(output).errorMessage, missing);
      }
    });
  });
});
