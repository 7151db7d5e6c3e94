// Layers through the real SDK client: published, listed, deleted; what a function may have of them, and how it finds them.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  DeleteLayerVersionCommand,
  GetFunctionConfigurationCommand,
  GetLayerVersionByArnCommand,
  GetLayerVersionCommand,
  InvokeCommand,
  ListLayersCommand,
  paginateListLayerVersions,
  PublishLayerVersionCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  type CreateFunctionCommandInput,
  type PublishLayerVersionCommandInput,
} from '@aws-sdk/client-lambda';
import { createNodeFunction } from './create-function.ts';
import { clientsOf, EngineProcess, temporaryFolder, type Clients } from './engine-process.ts';
import { classesOf } from './java-classes.ts';
import { zipOf } from './zip-of.ts';

type Files = Parameters<typeof zipOf>[0];

describe('layers', () => {
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

  const publish = async (
    LayerName: string,
    files: Files,
    more: Partial<PublishLayerVersionCommandInput> = {},
  ): Promise<string> => {
    const Content = { ZipFile: await zipOf(files) };
    const { LayerVersionArn } = await clients.lambda.send(
      new PublishLayerVersionCommand({ LayerName, Content, ...more }),
    );
    return LayerVersionArn ?? '';
  };

  /** What a function answers, or the message of its error. */
  const invoke = async (FunctionName: string): Promise<unknown> => {
    const { Payload } = await clients.lambda.send(new InvokeCommand({ FunctionName }));
    const answer: unknown = JSON.parse(Payload?.transformToString() ?? '');
    return typeof answer === 'object' && answer !== null && 'errorMessage' in answer ? answer.errorMessage : answer;
  };

  const creates = async (name: string, files: Files, overrides: Partial<CreateFunctionCommandInput>): Promise<void> =>
    createNodeFunction(clients, name, '', { Code: { ZipFile: await zipOf(files) }, ...overrides });

  const failsWith = async (work: Promise<unknown>, name: string, message: RegExp): Promise<void> => {
    await assert.rejects(work, (error: Error) => {
      assert.equal(error.name, name);
      assert.match(error.message, message);
      return true;
    });
  };

  it('publishes versions, gives their content back, lists and deletes them, and gives no number twice', async () => {
    const zip = await zipOf({ 'nodejs/node_modules/a/index.js': 'module.exports = 1' });
    const published = await clients.lambda.send(
      new PublishLayerVersionCommand({
        LayerName: 'listed',
        Description: 'the first',
        LicenseInfo: 'MIT',
        CompatibleRuntimes: ['nodejs24.x'],
        Content: { ZipFile: zip },
      }),
    );
    assert.equal(published.LayerArn, 'arn:aws:lambda:us-east-1:000000000000:layer:listed');
    assert.equal(published.LayerVersionArn, `${published.LayerArn}:1`);
    assert.equal(published.Content?.CodeSha256, createHash('sha256').update(zip).digest('base64'));
    await publish('listed', { 'python/a.py': '' }, { CompatibleRuntimes: ['python3.13'] });
    await publish('listed', { 'python/a.py': '#' }, { CompatibleRuntimes: ['python3.13'] });

    const byArn = await clients.lambda.send(new GetLayerVersionByArnCommand({ Arn: published.LayerVersionArn ?? '' }));
    assert.equal(byArn.Description, 'the first');
    assert.equal(byArn.LicenseInfo, 'MIT');
    assert.deepEqual(Buffer.from(await (await fetch(byArn.Content?.Location ?? '')).arrayBuffer()), zip);
    const pages: (number | undefined)[][] = [];
    for await (const { LayerVersions } of paginateListLayerVersions(
      { client: clients.lambda, pageSize: 2 },
      { LayerName: published.LayerArn ?? '' },
    )) {
      pages.push((LayerVersions ?? []).map(({ Version }) => Version));
    }
    assert.deepEqual(pages, [[3, 2], [1]]);

    await clients.lambda.send(new DeleteLayerVersionCommand({ LayerName: 'listed', VersionNumber: 3 }));
    await clients.lambda.send(new DeleteLayerVersionCommand({ LayerName: 'listed', VersionNumber: 3 }));
    const latest = async (CompatibleRuntime: 'nodejs24.x' | 'python3.13'): Promise<unknown> =>
      (await clients.lambda.send(new ListLayersCommand({ CompatibleRuntime }))).Layers?.map(
        ({ LayerName, LatestMatchingVersion }) => [LayerName, LatestMatchingVersion?.Version],
      );
    assert.deepEqual(await latest('python3.13'), [['listed', 2]]);
    assert.deepEqual(await latest('nodejs24.x'), [['listed', 1]]);
    assert.match(await publish('listed', { 'python/a.py': '' }), /:listed:4$/);
    await failsWith(
      clients.lambda.send(new GetLayerVersionCommand({ LayerName: 'listed', VersionNumber: 3 })),
      'ResourceNotFoundException',
      /^The resource you requested does not exist\.$/,
    );
    await failsWith(
      clients.lambda.send(new GetLayerVersionCommand({ LayerName: 'listed', VersionNumber: 0 })),
      'InvalidParameterValueException',
      /^Layer Version Cannot be less than 1$/,
    );
  });

  it('merges the layers of functions in their order, once for all that have the same', async () => {
    const lower = await publish('lower', {
      'nodejs/node_modules/who/index.js': "module.exports = 'lower'",
      'nodejs/node_modules/deep/index.js': "module.exports = require('who')",
      'bin/tool': '#!/bin/sh\necho from the layer',
    });
    const upper = await publish('upper', {
      'nodejs/node_modules/who/index.js': "module.exports = 'upper'",
      'nodejs/node_modules/esm/package.json': '{"type":"module","exports":"./main.js"}',
      'nodejs/node_modules/esm/main.js': "export default 'esm'",
      'data.txt': 'data',
    });
    const source = `
      import { execFileSync } from 'node:child_process';
      import { readFileSync } from 'node:fs';
      import { createRequire } from 'node:module';
      import esm from 'esm';
      import who from '/opt/nodejs/node_modules/who/index.js';
      const require = createRequire(import.meta.url);
      export const handler = async () => [
        who, require('deep'), require('/opt/nodejs/node_modules/who'), esm, execFileSync('tool').toString().trim(),
        readFileSync(process.env.DATA, 'utf8'),
      ];`;
    const merged = (): string[] => readdirSync(path.join(data.path, 'run')).filter((name) => name.startsWith('opt-'));
    const using = { Layers: [lower, upper], Environment: { Variables: { DATA: '/opt/data.txt' } } };
    for (const name of ['merging', 'merging-too']) {
      await createNodeFunction(clients, name, source, using);
      assert.deepEqual(await invoke(name), ['upper', 'upper', 'upper', 'esm', 'from the layer', 'data']);
    }
    assert.equal(merged().length, 1);
    const { Layers } = await clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: 'merging' }));
    assert.deepEqual(
      Layers?.map(({ Arn }) => Arn),
      [lower, upper],
    );
    assert.ok((Layers?.[0]?.CodeSize ?? 0) > 0);

    // The other way round the lower one is over the upper one; in a folder of its own.
    await clients.lambda.send(
      new UpdateFunctionConfigurationCommand({ FunctionName: 'merging-too', Layers: [upper, lower] }),
    );
    assert.deepEqual(await invoke('merging-too'), ['lower', 'lower', 'lower', 'esm', 'from the layer', 'data']);
    assert.equal(merged().length, 2);
  });

  it('runs on with a layer version that was deleted, also in the next engine, and can be freed of it', async () => {
    const kept = await publish('kept', { 'nodejs/node_modules/kept/index.js': "module.exports = 'still here'" });
    const source = "export const handler = async () => (await import('kept')).default;";
    await createNodeFunction(clients, 'keeping', source, { Layers: [kept] });
    await clients.lambda.send(new DeleteLayerVersionCommand({ LayerName: 'kept', VersionNumber: 1 }));
    await engine.end();
    engine = await EngineProcess.start(data.path);
    clients = clientsOf(engine.connection);
    assert.equal(await invoke('keeping'), 'still here');
    await failsWith(
      createNodeFunction(clients, 'too-late', source, { Layers: [kept] }),
      'InvalidParameterValueException',
      /^Layer version arn:aws:lambda:us-east-1:000000000000:layer:kept:1 does not exist\.$/,
    );
    await clients.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'keeping', Layers: [] }));
    assert.match(String(await invoke('keeping')), /Cannot find package 'kept'/);
    const freed = await clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: 'keeping' }));
    assert.equal(freed.Layers, undefined);
  });

  it('refuses layers as AWS does, and those of AWS with what to do instead', async () => {
    const first = await publish('limited', { 'a.txt': 'a' });
    const second = await publish('limited', { 'a.txt': 'b' });
    const refused = async (Layers: string[], message: RegExp): Promise<void> =>
      failsWith(createNodeFunction(clients, 'refused', '', { Layers }), 'InvalidParameterValueException', message);
    const six = Array.from({ length: 6 }, (_, index) => first.replace('limited', `limited-${index}`));
    await refused(six, /^Cannot reference more than 5 layers\.$/);
    await refused([first, second], /^Two different versions of the same layer are not allowed to be referenced/);
    await refused(
      ['arn:aws:lambda:us-east-1:123456789012:layer:other:7'],
      /Download it .* and publish it locally with lambda-workbench layer publish/,
    );
    await refused([first.replace('us-east-1', 'eu-west-1')], /expected to be in region us-east-1\.$/);
    await failsWith(
      clients.lambda.send(
        new PublishLayerVersionCommand({ LayerName: 'limited', Content: { ZipFile: Buffer.from('no zip') } }),
      ),
      'InvalidParameterValueException',
      /^Could not unzip uploaded file/,
    );
  });

  it('counts code and layers together', async () => {
    const large = { 'zeros.bin': Buffer.alloc(90_000_000) };
    const Content = { ZipFile: await zipOf(large) };
    const layers: string[] = [];
    for (const LayerName of ['large-1', 'large-2', 'large-3']) {
      const published = await clients.lambda.send(new PublishLayerVersionCommand({ LayerName, Content }));
      layers.push(published.LayerVersionArn ?? '');
    }
    const source = 'export const handler = async () => 1;';
    await createNodeFunction(clients, 'full', source, { Layers: layers.slice(1) });
    const tooLarge =
      /^Function code combined with layers exceeds the maximum allowed size of 262144000 bytes\. The actual size is 2700000\d\d bytes\.$/;
    const change = new UpdateFunctionConfigurationCommand({ FunctionName: 'full', Layers: layers });
    await failsWith(clients.lambda.send(change), 'InvalidParameterValueException', tooLarge);
    const { ZipFile } = Content;
    const code = new UpdateFunctionCodeCommand({ FunctionName: 'full', ZipFile });
    await failsWith(clients.lambda.send(code), 'InvalidParameterValueException', /The actual size is 270000000 bytes/);
  });

  it('finds modules of a layer in Python', async () => {
    const layer = await publish('python', {
      'python/plain.py': "name = 'plain'",
      'python/lib/python3.13/site-packages/site.txt': '',
      'python/lib/python3.13/site-packages/versioned.py': "name = 'versioned'",
    });
    const source = 'import plain, versioned\ndef handler(event, context):\n    return [plain.name, versioned.name]';
    await creates(
      'in-python',
      { 'app.py': source },
      { Runtime: 'python3.13', Handler: 'app.handler', Layers: [layer] },
    );
    assert.deepEqual(await invoke('in-python'), ['plain', 'versioned']);
  });

  it('finds libraries and gems of a layer in Ruby', async () => {
    const layer = await publish('ruby', {
      'ruby/lib/plain.rb': "PLAIN = 'plain'",
      'ruby/gems/3.4.0/specifications/greeting-1.0.0.gemspec':
        "Gem::Specification.new { |s| s.name = 'greeting'; s.version = '1.0.0'; s.summary = ''; s.authors = ['a']; s.require_paths = ['lib'] }",
      'ruby/gems/3.4.0/gems/greeting-1.0.0/lib/greeting.rb': "GREETING = 'gem'",
    });
    const source = "require 'plain'\nrequire 'greeting'\ndef handler(event:, context:)\n  [PLAIN, GREETING]\nend";
    await creates('in-ruby', { 'app.rb': source }, { Runtime: 'ruby3.4', Handler: 'app.handler', Layers: [layer] });
    assert.deepEqual(await invoke('in-ruby'), ['plain', 'gem']);
  });

  it('finds jars of a layer in Java', async () => {
    const { 'Greeting.class': library = '', ...own } = classesOf({
      'Greeting.java': 'public class Greeting { public static String text() { return "of the jar"; } }',
      'App.java': 'public class App { public String run() { return Greeting.text(); } }',
    });
    const layer = await publish('java', { 'java/lib/greeting.jar': await zipOf({ 'Greeting.class': library }) });
    await creates('in-java', own, { Runtime: 'java21', Handler: 'App::run', Timeout: 30, Layers: [layer] });
    assert.equal(await invoke('in-java'), 'of the jar');
  });

  it('starts the bootstrap of a layer where the package has none', { skip: process.platform === 'win32' }, async () => {
    const next = '$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation';
    const layer = await publish('runtime', {
      bootstrap: `#!/bin/sh
        while true; do
          id=$(curl -sS -D - -o /dev/null "http://${next}/next" | tr -d '\\r' | sed -n 's/^[Ll]ambda-[Rr]untime-[Aa]ws-[Rr]equest-[Ii]d: //p')
          curl -sS -o /dev/null -d '"of the layer"' "http://${next}/$id/response"
        done`,
    });
    await creates('custom', { 'a.txt': '' }, { Runtime: 'provided.al2023', Handler: 'x', Layers: [layer] });
    assert.equal(await invoke('custom'), 'of the layer');
  });

  it('puts AWS_LAMBDA_EXEC_WRAPPER before the runtime', { skip: process.platform === 'win32' }, async () => {
    const layer = await publish('wrapper', { wrapper: '#!/bin/sh\nexport WRAPPED="by $0"\nexec "$@"' });
    const source = 'export const handler = async () => process.env.WRAPPED;';
    const Environment = { Variables: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/wrapper' } };
    await createNodeFunction(clients, 'wrapped', source, { Layers: [layer], Environment });
    assert.match(String(await invoke('wrapped')), /^by .*\/wrapper$/);
    await createNodeFunction(clients, 'unwrapped', source, { Environment });
    assert.match(
      String(await invoke('unwrapped')),
      /AWS_LAMBDA_EXEC_WRAPPER names no executable file: \/opt\/wrapper\./,
    );
  });

  it(
    'has a runtime speak to what its wrapper names as the Runtime API',
    { skip: process.platform === 'win32' },
    async () => {
      // The same engine by another name, as a proxy of an extension is another address.
      const wrapper = '#!/bin/sh\nexport AWS_LAMBDA_RUNTIME_API="localhost:${AWS_LAMBDA_RUNTIME_API#*:}"\nexec "$@"';
      const Layers = [await publish('named', { wrapper })];
      const Environment = { Variables: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/wrapper' } };
      const python = "import sys\ndef handler(event, context):\n    return 'http.client' in sys.modules";
      const ruby =
        'def handler(event:, context:)\n  $LOADED_FEATURES.any? { |file| file.end_with?("net/http.rb") }\nend';
      for (const [name, Runtime, code] of [
        ['python', 'python3.13', { 'app.py': python }],
        ['ruby', 'ruby3.4', { 'app.rb': ruby }],
      ] as const) {
        const settings = { Runtime, Handler: 'app.handler' };
        await creates(`${name}-by-http`, code, { ...settings, Layers, Environment });
        await creates(`${name}-by-channel`, code, settings);
        for (let time = 0; time < 2; time += 1) {
          assert.equal(await invoke(`${name}-by-http`), true);
          assert.equal(await invoke(`${name}-by-channel`), false);
        }
      }
    },
  );
});
