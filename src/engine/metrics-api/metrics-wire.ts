// CloudWatch speaks three protocols, by the client's choice: forms and XML (AWS CLI), JSON 1.0 (the SDK for JavaScript), and CBOR.
import { readCbor, writeCbor } from '../http/cbor.ts';
import type { ApiRequest, ApiResponse } from '../http/exchange.ts';
import { queryError, queryResponse, readForm } from '../http/query-xml.ts';
import { parseJsonObject } from '../http/rest-json.ts';
import { ServiceError } from '../http/service-error.ts';
import type { ServiceModel } from '../model/service-model.ts';
import { shapeOf } from './metrics-errors.ts';
import { readQueryInput } from './query-input.ts';
import { asServiceError } from '../no-room.ts';

/** How one request was asked and is to be answered. */
export interface Wire {
  readonly operation: string;
  /** By the name of its shape; timestamps are seconds since the epoch. Throws SerializationException. */
  readonly input: (model: ServiceModel, shapeName: string) => Record<string, unknown>;
  /** Timestamps of `output` are `Date`s and its maps `Map`s; what is undefined is left out. */
  readonly answer: (output: object) => ApiResponse;
  readonly refuse: (error: unknown, requestId: string) => ApiResponse;
}

const namespace = 'http://monitoring.amazonaws.com/doc/2010-08-01/';
const shapeNamespace = 'com.amazonaws.cloudwatch';

export function wireOf(request: ApiRequest): Wire {
  const { headers, path, body } = request;
  const ofCbor = /^\/service\/\w+\/operation\/(\w+)\/?$/.exec(path)?.[1];
  if (ofCbor !== undefined) return cborWire(ofCbor, body);
  const target = headers['x-amz-target'];
  if (typeof target === 'string') return jsonWire(target.split('.')[1] ?? '', body);
  return formWire(request);
}

function formWire(request: ApiRequest): Wire {
  const form = readForm(request);
  const operation = form.get('Action') ?? '';
  return {
    operation,
    input: (model, shapeName) => readQueryInput(model, shapeName, form),
    answer: (output) => queryResponse(operation, namespace, output),
    refuse: (error, requestId) => queryError(error, requestId, namespace),
  };
}

function jsonWire(operation: string, body: Buffer): Wire {
  const json = (status: number, value: unknown): ApiResponse => ({
    status,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: JSON.stringify(value),
  });
  return {
    operation,
    input: () => parseJsonObject(body),
    answer: (output) => json(200, plain(output, seconds)),
    refuse: (error) => named(error, json),
  };
}

function cborWire(operation: string, body: Buffer): Wire {
  const encoded = (status: number, value: unknown): ApiResponse => ({
    status,
    headers: { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' },
    body: writeCbor(value),
  });
  return {
    operation,
    input: () => cborInput(body),
    answer: (output) =>
      encoded(
        200,
        plain(output, (date) => date),
      ),
    refuse: (error) => named(error, encoded),
  };
}

function cborInput(body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {};
  let read: unknown;
  try {
    read = readCbor(body);
  } catch (error) {
    throw unreadable(error instanceof Error ? error.message : 'invalid CBOR');
  }
  if (typeof read === 'object' && read !== null && !Array.isArray(read) && !(read instanceof Uint8Array))
    return { ...read };
  throw unreadable('a map is needed');
}

const unreadable = (reason: string): ServiceError =>
  new ServiceError('SerializationException', 400, `Could not parse request body into CBOR: ${reason}.`);

/** An error by its shape, and for clients that know the query protocol's codes by that, too. */
function named(error: unknown, write: (status: number, value: unknown) => ApiResponse): ApiResponse {
  const known = asServiceError(error);
  const fault = known.status < 500 ? 'Sender' : 'Receiver';
  const answer = write(known.status, { __type: `${shapeNamespace}#${shapeOf(known)}`, message: known.message });
  return { ...answer, headers: { ...answer.headers, 'x-amzn-query-error': `${known.code};${fault}` } };
}

/** Without what is undefined, with maps as objects and times as the protocol has them. */
function plain(value: unknown, time: (date: Date) => unknown): unknown {
  if (value instanceof Date) return time(value);
  if (Array.isArray(value)) return value.map((each) => plain(each, time));
  if (typeof value !== 'object' || value === null) return value;
  const entries: (readonly [string, unknown])[] = value instanceof Map ? [...value] : Object.entries(value);
  return Object.fromEntries(
    entries.filter(([, each]) => each !== undefined).map(([name, each]) => [name, plain(each, time)]),
  );
}

const seconds = (date: Date): number => date.getTime() / 1000;
