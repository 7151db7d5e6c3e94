// Ten thousand malformed requests out of a seed: none of them crashes or hangs the engine, all are refused for what they are.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { createNodeFunction } from './create-function.ts';
import { clientsOf, EngineProcess, temporaryFolder } from './engine-process.ts';
import {
  broken,
  invokeRequest,
  lambdaRequest,
  logsRequest,
  metricsRequest,
  runtimeRequest,
  whole,
  type Malformed,
  type Target,
} from './malformed.ts';
import { sendRaw } from './raw-http.ts';
import { seeded, type Random } from '../seeded.ts';

const seed = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const atOnce = 24;

/** Sends so many of what `make` makes; resolves to those that were not answered as they should be. */
async function fuzz(
  port: number,
  count: number,
  about: {
    readonly make: (random: Random) => Malformed;
    readonly mayAnswer: (status: number, text: string) => boolean;
  },
): Promise<string[]> {
  const random = seeded(seed);
  const wrong: string[] = [];
  let left = count;
  const one = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const { bytes, whole: mustAnswer } = about.make(random);
      const complain = (what: string): void => {
        wrong.push(`${what}\n  ${JSON.stringify(bytes.toString('latin1').slice(0, 700))}`);
      };
      try {
        const { status, text } = await sendRaw(port, bytes, !mustAnswer);
        if (status === undefined) {
          if (mustAnswer) complain('no answer');
        } else if (!about.mayAnswer(status, text)) complain(text.slice(0, 300));
      } catch (error) {
        complain(String(error));
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
  return wrong;
}

const report = (wrong: readonly string[]): string =>
  `FUZZ_SEED=${seed}: ${wrong.length} wrong answers, such as\n${wrong.slice(0, 5).join('\n')}`;
/** What the engine does not serve at all, it says with 501. */
const refused = (status: number, text: string): boolean =>
  status < 500 || (status === 501 && text.includes('NotImplementedException'));

describe(`malformed requests (FUZZ_SEED=${seed})`, () => {
  const data = temporaryFolder();
  /** Where the function `held` waits in the middle of its invocation; the path says where its Runtime API is. */
  const gate = createServer();
  let engine: EngineProcess;

  const start = async (...options: string[]): Promise<{ port: number; target: Target }> => {
    engine = await EngineProcess.start(data.path, ...options);
    const { host, port } = new URL(engine.connection.endpoint);
    return { port: Number(port), target: { host } };
  };
  const invoke = async (name: string): Promise<string> => {
    const { Payload, FunctionError } = await clientsOf(engine.connection).lambda.send(
      new InvokeCommand({ FunctionName: name, Payload: '{"n":1}' }),
    );
    assert.equal(FunctionError, undefined);
    return Buffer.from(Payload ?? []).toString();
  };
  const alive = async (): Promise<void> => {
    assert.equal(await invoke('good'), '{"n":1}');
    assert.deepEqual(
      engine.stderr.filter((line) => !/^(?:Signatures are not checked|Not enforced on this system)/.test(line)),
      [],
    );
  };
  let opened: { port: number; target: Target };

  before(async () => {
    await once(gate.listen(0, '127.0.0.1'), 'listening');
    opened = await start('--auth', 'none');
    await createNodeFunction(clientsOf(engine.connection), 'good', 'export const handler = async (event) => event;');
    await createNodeFunction(clientsOf(engine.connection), 'victim', 'export const handler = async () => 1;');
    const { port } = gate.address() as AddressInfo; // it listens on TCP
    await createNodeFunction(
      clientsOf(engine.connection),
      'held',
      `const address = process.env.AWS_LAMBDA_RUNTIME_API;
      export const handler = async () => (await fetch('http://127.0.0.1:${port}/' + address)).text();`,
      { Timeout: 60 },
    );
    assert.equal(await invoke('good'), '{"n":1}');
  });
  after(async () => {
    await engine.end();
    gate.close();
    data[Symbol.dispose]();
  });

  it('to the Lambda, Logs and CloudWatch APIs are refused, and nothing fails', async () => {
    const { port, target } = opened;
    const make = (random: Random): Malformed => {
      const kind = random();
      if (kind < 0.6) return whole(target, lambdaRequest(random));
      if (kind < 0.75) return whole(target, invokeRequest(random));
      return whole(target, kind < 0.9 ? logsRequest(random) : metricsRequest(random));
    };
    const wrong = await fuzz(port, 4500, { make, mayAnswer: refused });
    assert.equal(wrong.length, 0, report(wrong));
    await alive();
  });

  it('that are no HTTP, or end too soon, end their connection', async () => {
    const { port, target } = opened;
    const make = (random: Random): Malformed =>
      broken(random, target, random() < 0.5 ? invokeRequest(random) : lambdaRequest(random));
    const wrong = await fuzz(port, 1500, { make, mayAnswer: refused });
    assert.equal(wrong.length, 0, report(wrong));
    await alive();
  });

  it('to the Runtime API of an environment are refused, while it runs and while it waits, and it goes on', async () => {
    const held = async (): Promise<{ address: string; release: () => Promise<string> }> => {
      const arrived = once(gate, 'request');
      const invoked = invoke('held');
      const [{ url }, response] = await arrived;
      const release = async (): Promise<string> => {
        response.writeHead(200, { connection: 'close' }).end('released');
        return invoked;
      };
      return { address: url.slice(1), release };
    };
    const fuzzAt = async (address: string): Promise<void> => {
      const target = { host: address };
      const make = (random: Random): Malformed =>
        random() < 0.7 ? whole(target, runtimeRequest(random)) : broken(random, target, runtimeRequest(random));
      const wrong = await fuzz(Number(address.split(':')[1]), 1250, {
        make,
        mayAnswer: (status) => status >= 400 && status < 500,
      });
      assert.equal(wrong.length, 0, report(wrong));
    };
    const first = await held();
    await fuzzAt(first.address);
    assert.equal(await first.release(), '"released"');
    await fuzzAt(first.address);
    const second = await held();
    assert.equal(second.address, first.address, 'the same environment');
    assert.equal(await second.release(), '"released"');
    await alive();
  });

  it('with signatures that are none are refused before anything else', async () => {
    await engine.end();
    const { port, target } = await start();
    const { accessKeyId } = engine.connection;
    const signature = (random: Random): string[] => {
      const of = (...values: string[]): string => values[Math.floor(random() * values.length)] ?? '';
      const now = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
      const scope = of(
        `${now.slice(0, 8)}/us-east-1/lambda/aws4_request`,
        `${now.slice(0, 8)}/us-east-1/logs/aws4_request`,
        '///',
        'x',
      );
      const signed = of('host;x-amz-date', 'host', '', '__proto__;host', ';'.repeat(500));
      const proof = of('0'.repeat(64), 'ab', '', 'x', '0'.repeat(9999));
      return [
        `x-amz-date: ${of(now, '20010101T000000Z', '99999999T999999Z', 'x')}`,
        `authorization: ${of('AWS4-HMAC-SHA256 ', 'Basic ', '')}Credential=${of(accessKeyId, 'x', '')}/${scope}, SignedHeaders=${signed}, Signature=${proof}`,
      ];
    };
    const make = (random: Random): Malformed =>
      whole(
        { ...target, headers: () => (random() < 0.9 ? signature(random) : []) },
        random() < 0.5 ? lambdaRequest(random) : logsRequest(random),
      );
    const wrong = await fuzz(port, 1500, { make, mayAnswer: (status) => status === 403 });
    assert.equal(wrong.length, 0, report(wrong));
    await alive();
  });
});
