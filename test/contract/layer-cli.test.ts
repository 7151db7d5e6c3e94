// A layer from a folder to a function that runs with it, by the built command line.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { it } from 'node:test';
import { environmentFor, startCli } from './cli-process.ts';
import { EngineProcess, temporaryFolder } from './engine-process.ts';

it('publishes a layer, and deploys a function whose lambda.json names it', async () => {
  using scratch = temporaryFolder();
  const engine = await EngineProcess.start(path.join(scratch.path, 'data'));
  const env = environmentFor(scratch.path, engine.connection);
  const run = async (...args: string[]): Promise<string> => {
    const { status, stdout, stderr } = await startCli(args, env).finished;
    assert.equal(status, 0, stderr);
    return stdout;
  };
  const folderOf = (name: string, files: Readonly<Record<string, string>>): string => {
    const folder = path.join(scratch.path, name);
    for (const [file, content] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), content);
    }
    return folder;
  };
  const at = ['--endpoint', engine.connection.endpoint];
  try {
    const layer = folderOf('layer', {
      'package.json': '{}',
      'node_modules/greeting/index.js': "module.exports = 'hi'",
    });
    const file = path.join(scratch.path, 'layer.zip');
    const made = JSON.parse(await run('package', '--layer', layer, '-o', file, '--json'));
    const published = JSON.parse(await run('layer', 'publish', file, 'greetings', '--json', ...at));
    assert.equal(published.codeSha256, made.codeSha256);
    const arn = (await run('layer', 'publish', layer, 'greetings', ...at)).trim();
    assert.equal(arn, 'arn:aws:lambda:us-east-1:000000000000:layer:greetings:2');
    const source = "import greeting from 'greeting';\nexport const handler = async () => greeting;";
    const settings = { name: 'greeter', role: 'arn:aws:iam::000000000000:role/any' };
    const deploy = async (layers: string[]): Promise<string> => {
      const lambda = JSON.stringify({ ...settings, layers });
      return run('deploy', folderOf('greeter', { 'index.mjs': source, 'lambda.json': lambda }), '--json', ...at);
    };
    await deploy([arn]);
    assert.equal((await run('invoke', 'greeter', ...at)).trim(), '"hi"');
    // What is there already is not sent again; another version is.
    assert.equal(JSON.parse(await deploy([arn])).action, 'unchanged');
    assert.equal(JSON.parse(await deploy([published.layerVersionArn])).action, 'updated');
  } finally {
    await engine.end();
  }
});
