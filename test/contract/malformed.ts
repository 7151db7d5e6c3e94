// Malformed requests out of a seed: broken HTTP, and whole HTTP with what no operation can use.
import lambdaModel from '../../src/engine/model/lambda.json' with { type: 'json' };
import type { Random } from '../seeded.ts';
import cloudwatchModel from '../../src/engine/model/cloudwatch.json' with { type: 'json' };
import logsModel from '../../src/engine/model/logs.json' with { type: 'json' };

export interface Malformed {
  readonly bytes: Buffer;
  /** It is HTTP to its end, so that it must be answered. */
  readonly whole: boolean;
}

export interface Target {
  readonly host: string;
  /** Further headers for each whole request. */
  readonly headers?: () => string[];
}

const pick = <T>(random: Random, values: readonly T[]): T => {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new Error('There is nothing to pick from');
  return value;
};

const words = ['x', 'victim', 'nobody', '$LATEST', '1', '%', '%00', '%ff%fe', '..', 'ü', "a'b", '*', '__proto__', 'constructor', 'a'.repeat(300), 'arn:aws:lambda:us-east-1:000000000000:function:victim', 'arn:::::', '{}', '-1', ':', 'victim:'] as const; // prettier-ignore
const scalars = [null, true, false, 0, -1, 1.5, 1e300, 2 ** 53, '', 'x', 'nodejs24.x', 'index.handler', 'arn:aws:iam::000000000000:role/r', 'NONE', 'ü\u0000\ud800', 'a'.repeat(5000)] as const; // prettier-ignore
const fields = [
  ...new Set(
    [...Object.values<Shape>(lambdaModel.shapes), ...Object.values<Shape>(logsModel.shapes)].flatMap(({ members }) =>
      Object.keys(members ?? {}),
    ),
  ),
  '__proto__',
  'constructor',
  'toString',
];

function value(random: Random, depth = 0): unknown {
  const kind = depth > 3 ? 0 : random();
  if (kind < 0.6) return pick(random, [...scalars, ...words]);
  if (kind < 0.75) return Array.from({ length: Math.floor(random() * 4) }, () => value(random, depth + 1));
  return object(random, fields, depth + 1);
}

function object(random: Random, names: readonly string[], depth = 0): Record<string, unknown> {
  const count = Math.floor(random() * 6);
  return Object.fromEntries(Array.from({ length: count }, () => [pick(random, names), value(random, depth)]));
}

interface Shape {
  readonly type: string;
  readonly required?: readonly string[];
  readonly members?: Readonly<Record<string, { readonly shape: string; readonly location?: string }>>;
  readonly member?: string;
  readonly value?: string;
  readonly min?: number;
  readonly enum?: readonly string[];
}
interface Model {
  readonly shapes: Readonly<Record<string, Shape>>;
}

/** What a shape takes, but for a member here and there. */
function almost(random: Random, model: Model, name: string): unknown {
  const shape = model.shapes[name];
  if (!shape || random() < 0.05) return value(random);
  if (shape.type === 'structure') {
    const wanted = Object.entries(shape.members ?? {}).filter(
      ([member, { location }]) => !location && (shape.required?.includes(member) || random() < 0.4),
    );
    return Object.fromEntries(wanted.map(([member, of]) => [member, almost(random, model, of.shape)]));
  }
  if (shape.type === 'list') return [almost(random, model, shape.member ?? '')];
  if (shape.type === 'map') return { [pick(random, words)]: almost(random, model, shape.value ?? '') };
  if (shape.type === 'boolean') return random() < 0.5;
  if (shape.type === 'blob') return pick(random, ['', 'AAAA', 'UEsDBAoAAAAAAA==', 'UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==']);
  if (shape.type !== 'string') return pick(random, [shape.min ?? 0, 1, 60, 128, 1.5]);
  if (shape.enum) return pick(random, shape.enum);
  return pick(random, ['victim', '1', '$LATEST', 'x', ...texts]);
}

const texts = ['arn:aws:iam::000000000000:role/r', 'arn:aws:lambda:us-east-1:000000000000:function:victim', 'lambda:InvokeFunction', '/aws/lambda/victim', 'a b', '["x"]', '%x(%', 'arn:aws:lambda:us-east-1:000000000000:layer:x:1']; // prettier-ignore

function garbage(random: Random, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));
}

/** No JSON, or JSON of the wrong shape; `names` are the fields that mean something where it goes. */
function body(random: Random, names: readonly string[], model?: Model, shape?: string): Buffer {
  if (model && shape !== undefined && random() < 0.6) return Buffer.from(JSON.stringify(almost(random, model, shape)));
  const json = JSON.stringify(object(random, names));
  const kind = random();
  if (kind < 0.6) return Buffer.from(json);
  if (kind < 0.7) return Buffer.from(json.slice(0, Math.floor(random() * json.length)));
  if (kind < 0.8) return Buffer.from(JSON.stringify(value(random)));
  if (kind < 0.85) return Buffer.from('['.repeat(2000) + ']'.repeat(Math.floor(random() * 2000)));
  if (kind < 0.9) return Buffer.from(`{"FunctionName":"\xff\xfe${json}"}`, 'latin1');
  return garbage(random, Math.floor(random() * 200));
}

const methods = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'TRACE', 'PURGE'] as const;
const token = (random: Random): string => encodeURI(pick(random, words)).replaceAll('%25', '%');
const query = (random: Random): string =>
  random() < 0.6 ? '' : `?${pick(random, [...fields, 'MaxItems', 'find', 'List'])}=${token(random)}`;

interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly string[];
  readonly body: Buffer;
}

const assemble = ({ host, headers }: Target, request: Request): Buffer => {
  const lines = [
    `${request.method} ${request.path} HTTP/1.1`,
    `host: ${host}`,
    'connection: close',
    `content-length: ${request.body.length}`,
    ...(headers?.() ?? []),
    ...request.headers,
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), request.body]);
};

/** The function is to stay. */
const { DeleteFunction: _left, ...kept } = lambdaModel.operations;
const operations = Object.values(kept);
const served = operations.filter((operation) => 'input' in operation);

/** Of the Lambda API: an operation's path with labels of all kinds, or one that is no operation's. */
export function lambdaRequest(random: Random): Request {
  const { method, uri, ...operation } = pick(random, random() < 0.9 ? served : operations);
  const path = uri.replace(/\{[^}]+\}/g, () => (random() < 0.5 ? 'victim' : token(random)));
  const shape = 'input' in operation ? operation.input : undefined;
  const model: Model = lambdaModel;
  const names = Object.keys(model.shapes[shape ?? '']?.members ?? {});
  return {
    method: random() < 0.9 ? method : pick(random, methods),
    path: path + (path.includes('?') ? '' : query(random)),
    headers: random() < 0.2 ? [`x-amz-${pick(random, ['invocation-type', 'log-type', 'client-context'])}: ${token(random)}`] : [], // prettier-ignore
    body: body(random, names.length > 0 ? names : fields, model, shape),
  };
}

/** Of a function that exists: its payload is never JSON, so that it never runs. */
export function invokeRequest(random: Random): Request {
  return {
    method: 'POST',
    path: `/${pick(random, ['2015-03-31/functions/victim/invocations', '2021-11-15/functions/victim/response-streaming-invocations'])}${query(random)}`,
    headers: [
      `x-amz-invocation-type: ${pick(random, ['Event', 'RequestResponse', 'DryRun', 'x'])}`,
      ...(random() < 0.3 ? [`x-amz-client-context: ${token(random)}`] : []),
    ],
    body: Buffer.concat([Buffer.from('{'), garbage(random, 1 + Math.floor(random() * 50))]),
  };
}

export function logsRequest(random: Random): Request {
  const operation = random() < 0.9 ? pick(random, ['DescribeLogGroups', 'DescribeLogStreams', 'GetLogEvents', 'FilterLogEvents', 'StartLiveTail']) : token(random); // prettier-ignore
  return {
    method: random() < 0.9 ? 'POST' : pick(random, methods),
    path: '/',
    headers: [`x-amz-target: Logs_20140328.${operation}`, 'content-type: application/x-amz-json-1.1'],
    // A session that follows a group would last for hours.
    body: operation === 'StartLiveTail' ? body(random, fields) : body(random, fields, logsModel, `${operation}Request`),
  };
}

/** In each of the protocols of CloudWatch. */
export function metricsRequest(random: Random): Request {
  const operation = random() < 0.9 ? pick(random, ['ListMetrics', 'GetMetricStatistics', 'GetMetricData']) : token(random); // prettier-ignore
  const credential = 'Credential=x/20200101/us-east-1/monitoring/aws4_request';
  const json = body(random, fields, cloudwatchModel, `${operation}Input`);
  const whole = { method: random() < 0.9 ? 'POST' : pick(random, methods), body: json };
  const kind = random();
  if (kind < 0.5) return { ...whole, path: '/', headers: [`x-amz-target: GraniteServiceVersion20100801.${operation}`] };
  if (kind < 0.7)
    return { ...whole, path: `/service/GraniteServiceVersion20100801/operation/${operation}`, headers: [] };
  const members = ['Namespace', 'StartTime', 'Period', 'Dimensions', 'Dimensions.member.1.Name', 'Statistics.member.x', 'MetricDataQueries.member.1.Id', 'MetricDataQueries.member.1.MetricStat', 'member.'.repeat(50), '.', '__proto__.x']; // prettier-ignore
  const form = Array.from({ length: 6 }, () => `${pick(random, members)}=${encodeURIComponent(pick(random, words))}`);
  return {
    ...whole,
    path: '/',
    headers: [`authorization: AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host, Signature=0`],
    body: Buffer.from([`Action=${operation}`, ...form].join('&')),
  };
}

/** Of the Runtime and Extensions APIs: never the one request that would wait, never the answer to the event that runs. */
export function runtimeRequest(random: Random): Request {
  const path = pick(random, [
    '/2018-06-01/runtime/invocation/next/',
    `/2018-06-01/runtime/invocation/${token(random)}/response`,
    `/2018-06-01/runtime/invocation/${token(random)}/error`,
    '/2018-06-01/runtime/init/error',
    '/2020-01-01/extension/register',
    '/2020-01-01/extension/event/next',
    `/2020-01-01/extension/${pick(random, ['init', 'exit'])}/error`,
    '/2022-07-01/telemetry',
    `/${token(random)}`,
  ]);
  return {
    method: random() < 0.7 ? 'POST' : pick(random, methods),
    path,
    headers: [
      ...(random() < 0.3 ? [`lambda-runtime-function-response-mode: ${token(random)}`] : []),
      ...(random() < 0.5 ? [`lambda-extension-${pick(random, ['name', 'identifier'])}: ${token(random)}`] : []),
    ],
    body: body(random, ['events', 'errorType', 'schemaVersion', 'types', 'destination', 'buffering']),
  };
}

export const whole = (target: Target, request: Request): Malformed => ({
  bytes: assemble(target, request),
  whole: true,
});

/** Bytes that are no HTTP, or HTTP that ends too soon. */
export function broken(random: Random, target: Target, request: Request): Malformed {
  const good = assemble(target, request);
  const text = good.toString('latin1');
  const replaced = (from: RegExp, to: string): Buffer =>
    Buffer.from(
      text.replace(from, () => to),
      'latin1',
    );
  const length = /content-length: \d+/;
  const bytes = pick<() => Buffer>(random, [
    () => good.subarray(0, Math.floor(random() * good.length)),
    () => garbage(random, 1 + Math.floor(random() * 300)),
    () =>
      replaced(
        length,
        `content-length: ${pick(random, ['-1', '99999999999999999999', 'x', '', '0x10', '1, 2', '1e3'])}`,
      ),
    () => replaced(length, `content-length: ${request.body.length + 1 + Math.floor(random() * 1e9)}`),
    () => replaced(length, `content-length: 1\r\ncontent-length: ${request.body.length}`),
    () => replaced(length, `content-length: 5\r\ntransfer-encoding: chunked`),
    () => replaced(length, `transfer-encoding: ${pick(random, ['chunked', 'gzip, chunked', 'x', 'chunked, chunked'])}`),
    () => Buffer.concat([replaced(length, 'transfer-encoding: chunked').subarray(0, -request.body.length || undefined), Buffer.from(pick(random, ['fffffffffffffffff\r\n', '-1\r\n\r\n', '5\r\nab', '5;x=\u0000\r\nabcde\r\n0\r\n\r\n', 'zz\r\n\r\n']), 'latin1')]), // prettier-ignore
    () => replaced(/HTTP\/1\.1/, pick(random, ['HTTP/9.9', 'HTTP/1', 'http/1.1', '', 'HTTP/2.0'])),
    () => replaced(/^\S+/, pick(random, ['get', 'G\u0000T', '', 'BREW', 'a'.repeat(100)])),
    () =>
      replaced(
        / \S+ /,
        ` ${pick(random, ['', 'x y', '/\u0000', '//', 'http://[', '\u00ff', `/${'a'.repeat(20_000)}`])} `,
      ),
    () => replaced(/connection: close/, pick(random, ['x', 'a b: c', ': c', 'x: \u0000', `x: ${'a'.repeat(20_000)}`, 'x:\n y', 'x: a\rb: c'])), // prettier-ignore
  ])();
  return { bytes, whole: false };
}
