// What a function writes past its console, and the lines of the platform around it.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  GetFunctionConfigurationCommand,
  InvokeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { createNodeFunction } from './create-function.ts';
import { clientsOf, EngineProcess, temporaryFolder, type Clients } from './engine-process.ts';

const writer = `
process.stdout.write('while loading, without an end');
export const handler = async (event) => {
  if (event.raw) process.stdout.write(Buffer.from(event.raw, 'base64'));
  if (event.long) process.stdout.write('y'.repeat(event.long) + '\\n');
  if (event.later) setTimeout(() => process.stdout.write('after the response'), 0);
  if (event.exits) process.exit(9);
  return process.env._X_AMZN_TRACE_ID;
};`;

describe('a log', () => {
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

  const invoke = async (FunctionName: string, event: unknown = {}): Promise<{ requestId: string; trace: unknown }> => {
    const { Payload, $metadata } = await clients.lambda.send(
      new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }),
    );
    return { requestId: $metadata.requestId ?? '', trace: JSON.parse(Payload?.transformToString() ?? '') };
  };

  const logOf = async (name: string): Promise<string[]> => {
    const lines: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await clients.logs.send(
        new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${name}`, nextToken }),
      );
      lines.push(...(page.events ?? []).map(({ message }) => message ?? ''));
      nextToken = page.nextToken;
    } while (nextToken);
    return lines;
  };

  it('keeps what is written without an end of line, without being text, in one long line, and after the response', async () => {
    await createNodeFunction(clients, 'writer', writer);
    await invoke('writer', { raw: Buffer.from([0x61, 0xff, 0xfe, 0x62]).toString('base64') });
    await invoke('writer', { long: 1_000_000 });
    await invoke('writer', { later: true });
    await invoke('writer');
    const own = (await logOf('writer')).filter((line) => !/^(INIT_START|START|END|REPORT|LAMBDA_WARNING)/.test(line));
    const short = own.map((line) => (line.length > 100 ? `${line.slice(0, 1)} × ${line.length}` : line));
    assert.deepEqual(short, ['while loading, without an enda\ufffd\ufffdb', 'y × 1000000', 'after the response']);
  });

  it('is whole for who reads it after the response, and one environment serves one invocation after the other', async () => {
    await createNodeFunction(
      clients,
      'talker',
      `export const handler = async ({ lines }) => {
        for (let line = 0; line < lines; line += 1) console.log(line, 'x'.repeat(100));
      };`,
    );
    for (const lines of [3000, 1, 0, 2000, 5]) {
      const { requestId } = await invoke('talker', { lines });
      const own = (await logOf('talker')).filter((line) => line.includes(requestId));
      assert.equal(own.length, lines + 3);
      assert.match(own[0] ?? '', /^START /);
      assert.match(own.at(-2) ?? '', /^END /);
      assert.match(own.at(-1) ?? '', /^REPORT /);
    }
    const reports = (await logOf('talker')).filter((line) => line.startsWith('REPORT'));
    assert.equal(reports.filter((line) => line.includes('Init Duration')).length, 1);
  });

  it('names the trace of an invocation whose function traces itself', async () => {
    await createNodeFunction(clients, 'traced', writer, { TracingConfig: { Mode: 'Active' } });
    const { requestId, trace } = await invoke('traced');
    const [, root, parent] =
      /^Root=(1-[0-9a-f]{8}-[0-9a-f]{24});Parent=([0-9a-f]{16});Sampled=1/.exec(String(trace)) ?? [];
    assert.ok(root);
    const failed = await invoke('traced', { exits: true });
    const reports = (await logOf('traced')).filter((line) => line.startsWith('REPORT'));
    assert.match(
      reports[0] ?? '',
      new RegExp(
        `^REPORT RequestId: ${requestId}\tDuration: .* ms\t\nXRAY TraceId: ${root}\tSegmentId: ${parent}\tSampled: true\t\n$`,
      ),
    );
    assert.match(
      reports[1] ?? '',
      new RegExp(
        `^REPORT RequestId: ${failed.requestId}\t.*\tStatus: error\tError Type: Runtime.ExitError\t\nXRAY TraceId: `,
      ),
    );
    const FunctionName = 'traced';
    const config = { TracingConfig: { Mode: 'PassThrough' }, LoggingConfig: { LogFormat: 'JSON' } } as const;
    await clients.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, ...config }));
    const { TracingConfig } = await clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    assert.deepEqual(TracingConfig, { Mode: 'PassThrough' });
    assert.match(String((await invoke('traced')).trace), /;Sampled=0;/);
    const last = (await logOf('traced')).at(-1) ?? '{}';
    assert.equal(JSON.parse(last).record.tracing, undefined);
  });
});
