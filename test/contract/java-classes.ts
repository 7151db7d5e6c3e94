import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Compiles sources (by their paths) with the machine's javac and gives the classes by theirs. */
export function classesOf(sources: Readonly<Record<string, string>>): Record<string, Buffer> {
  const scratch = mkdtempSync(path.join(tmpdir(), 'lambda-workbench-java-'));
  try {
    const files = Object.entries(sources).map(([name, text]) => {
      const file = path.join(scratch, 'src', name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
      return file;
    });
    const out = path.join(scratch, 'out');
    execFileSync('javac', ['-encoding', 'UTF-8', '--release', '17', '-nowarn', '-d', out, ...files]);
    const names = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.class'));
    return Object.fromEntries(names.map((name) => [name, readFileSync(path.join(out, name))]));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const runtime = (name: string, body: string): [string, string] => [
  `com/amazonaws/services/lambda/runtime/${name}.java`,
  `package com.amazonaws.services.lambda.runtime;\nimport java.io.*;\nimport java.util.Map;\npublic interface ${name} { ${body} }`.replace(
    /interface (\w+) \{ <(.*?)>/,
    'interface $1<$2> {',
  ),
];

/** The interfaces of aws-lambda-java-core, which a user's package brings, as far as the tests use them. */
export const lambdaCore: Readonly<Record<string, string>> = Object.fromEntries([
  runtime('RequestHandler', '<I, O> O handleRequest(I input, Context context);'),
  runtime(
    'RequestStreamHandler',
    'void handleRequest(InputStream input, OutputStream output, Context context) throws IOException;',
  ),
  runtime('LambdaLogger', 'void log(String message); void log(byte[] message);'),
  runtime(
    'ClientContext',
    'Client getClient(); Map<String, String> getCustom(); Map<String, String> getEnvironment();',
  ),
  runtime('Client', 'String getInstallationId(); String getAppTitle();'),
  runtime('CognitoIdentity', 'String getIdentityId();'),
  runtime(
    'Context',
    'String getAwsRequestId(); String getLogGroupName(); String getLogStreamName(); String getFunctionName(); String getFunctionVersion(); String getInvokedFunctionArn(); CognitoIdentity getIdentity(); ClientContext getClientContext(); int getRemainingTimeInMillis(); int getMemoryLimitInMB(); LambdaLogger getLogger();',
  ),
]);
