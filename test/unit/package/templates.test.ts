import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import { Problem } from '../../../src/problem.ts';
import { folderWith, handlerFile, pack, scratch } from './scratch.ts';

const sam = `
AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: { Type: String, Default: dev }
  Size: { Type: Number, Default: 256 }
  Secret: { Type: String }
  Level: { Type: String, Default: WARN }
Globals:
  Function:
    Timeout: 10
    Runtime: nodejs22.x
    LoggingConfig: { LogFormat: JSON, SystemLogLevel: LOUD, ApplicationLogLevel: !Ref Level, LogGroup: /shop/all }
    Environment: { Variables: { STAGE: !Ref Stage, LEVEL: info } }
Resources:
  Table: { Type: AWS::DynamoDB::Table }
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: hello/
      Handler: app.run
      MemorySize: !Ref Size
      Architectures: [arm64]
      Layers: [!Sub 'arn:aws:lambda:eu-west-1:123456789012:layer:\${Stage}:1', !Ref Table]
      Environment:
        Variables:
          LEVEL: debug
          NAME: !Join ['-', [hello, !Ref Stage]]
          TABLE: !Ref Table
          SECRET: !Ref Secret
          ARN: !GetAtt Table.Arn
  Other: { Type: AWS::Serverless::Function, Properties: { CodeUri: other/, Handler: x.y } }
`;

const code = { 'hello/app.mjs': 'export const run = async () => 1;' };

describe('settings from a template', () => {
  it('that lies above its functions send whoever chose its folder to theirs', async (t) => {
    const parent = scratch(t);
    const folder = folderWith(parent, { 'template.yaml': sam, ...code });
    await assert.rejects(pack(parent, folder), { code: 'HandlerNotFound', message: /^fn has no handler itself: the functions of its template\.yaml are in hello\. Choose/ }); // prettier-ignore
  });

  it('of SAM are taken over, with its globals and the defaults of its parameters', async (t) => {
    const parent = scratch(t);
    const folder = path.join(folderWith(parent, { 'template.yaml': sam, ...code }), 'hello');
    const built = await pack(parent, folder);
    assert.deepEqual([built.runtime, built.handler], ['nodejs22.x', 'app.run']);
    assert.deepEqual(built.settings, {
      runtime: 'nodejs22.x',
      handler: 'app.run',
      architecture: 'arm64',
      memorySize: 256,
      timeout: 10,
      environment: { STAGE: 'dev', LEVEL: 'debug', NAME: 'hello-dev' },
      layers: ['arn:aws:lambda:eu-west-1:123456789012:layer:dev:1'],
      logging: { format: 'JSON', applicationLevel: 'WARN', group: '/shop/all' },
    });
    assert.equal(built.settingsFrom, `Hello of ${path.join('..', 'template.yaml')}`);
    assert.equal(built.warnings.length, 1);
    assert.match(
      built.warnings[0] ?? '',
      /TABLE \(!Ref Table\), SECRET \(!Ref Secret\), ARN \(!GetAtt Table\.Arn\), a layer \(!Ref Table\)/,
    );
  });

  it('of the Serverless Framework are taken over, with its provider and what its own file says', async (t) => {
    const parent = scratch(t);
    const serverless = `
service: shop
custom: { level: { of: debug } }
provider: { name: aws, runtime: nodejs22.x, memorySize: 512, stage: dev, logs: { restApi: true, lambda: { logFormat: JSON, systemLogLevel: DEBUG } }, environment: { STAGE: '\${opt:stage}', USER_NAME: '\${env:USER}' } }
functions:
  order: { handler: src/order.run, timeout: 7, logs: { systemLogLevel: WARN }, environment: { LEVEL: '\${self:custom.level.of}' } }
`;
    const folder = folderWith(parent, { 'serverless.yml': serverless, 'src/order.mjs': 'export const run = () => 1;' });
    const { settings, warnings } = await pack(parent, folder);
    assert.deepEqual(settings, {
      runtime: 'nodejs22.x',
      handler: 'src/order.run',
      memorySize: 512,
      timeout: 7,
      environment: { USER_NAME: '${env:USER}', LEVEL: 'debug' },
      logging: { format: 'JSON', systemLevel: 'WARN' },
    });
    assert.match(warnings.join(), /STAGE \(\$\{opt:stage\}\)/);
  });

  it('come after lambda.json, which chooses among several functions with the same code', async (t) => {
    const parent = scratch(t);
    const twice = `
Resources:
  A: { Type: AWS::Serverless::Function, Properties: { CodeUri: ., Handler: index.handler, Timeout: 5, MemorySize: 512 } }
  B: { Type: AWS::Lambda::Function, Properties: { Code: ., Handler: index.handler, Timeout: 6 } }
`;
    const folder = folderWith(parent, { 'template.yml': twice, 'index.mjs': handlerFile });
    const undecided = await pack(parent, folder);
    assert.deepEqual(undecided.settings, {});
    assert.match(undecided.warnings.join(), /several functions with this code: A, B\. .*\{"from": "A"\}/);
    folderWith(parent, { 'lambda.json': JSON.stringify({ from: 'A', timeout: 9 }) });
    const { settings, warnings } = await pack(parent, folder);
    assert.deepEqual([settings.timeout, settings.memorySize, warnings], [9, 512, []]);
    folderWith(parent, { 'lambda.json': JSON.stringify({ from: 'C' }) });
    await assert.rejects(
      pack(parent, folder),
      (error) => error instanceof Problem && error.code === 'TemplateFunctionMissing' && error.message.includes('A, B'),
    );
    folderWith(parent, { 'lambda.json': '{}' });
    assert.deepEqual((await pack(parent, folder)).settings, {});
  });

  it('are not looked for beyond the repository, nor of other folders; a broken template is named', async (t) => {
    const parent = scratch(t);
    folderWith(parent, { 'template.yaml': sam.replace('hello/', 'fn/hello/'), 'fn/.git/HEAD': '', 'fn/hello/index.mjs': handlerFile }, '.'); // prettier-ignore
    assert.equal((await pack(parent, path.join(parent, 'fn', 'hello'))).settingsFrom, undefined);
    folderWith(parent, { 'fn/template.yaml': sam, 'fn/hello/index.mjs': handlerFile, 'fn/third/index.mjs': handlerFile }, '.'); // prettier-ignore
    assert.equal((await pack(parent, path.join(parent, 'fn', 'third'))).settingsFrom, undefined);
    folderWith(parent, { 'fn/template.yaml': 'Resources:\n  - [' }, '.');
    await assert.rejects(
      pack(parent, path.join(parent, 'fn', 'third')),
      (error) => error instanceof Problem && error.code === 'TemplateBroken' && /template\.yaml.* line 2/.test(error.message), // prettier-ignore
    );
  });
});
