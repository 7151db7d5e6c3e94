import type { ServiceModel, ShapeModel } from '../model/service-model.ts';
import type { ApiRequest } from './exchange.ts';
import { parseJsonObject } from './rest-json.ts';
import { invalidParameter } from './service-error.ts';

/** Where a member of an input stands in a request. */
interface InputMember {
  readonly name: string;
  readonly shape: string;
  readonly type: string;
  readonly from: 'uri' | 'query' | 'query list' | 'header' | 'payload' | 'body';
  readonly wireName: string;
}

/** Gathers an operation's input from path, query, headers and body, as the REST-JSON protocol spreads it. */
export class RestJsonInput {
  readonly #model: ServiceModel;
  /** By shape: every request asks. */
  readonly #members = new Map<string, readonly InputMember[]>();

  constructor(model: ServiceModel) {
    this.#model = model;
  }

  /** Throws a ServiceError for what cannot be read as its shape's type. */
  read(shapeName: string, request: ApiRequest, labels: Readonly<Record<string, string>>): Record<string, unknown> {
    const members = this.#membersOf(shapeName);
    const body = members.some(({ from }) => from === 'body') ? parseJsonObject(request.body) : {};
    const input: Record<string, unknown> = {};
    for (const member of members) {
      const value = readMember(request, labels, body, member);
      if (value === undefined || value === null) continue;
      const { name, shape, type } = member;
      input[name] = typeof value === 'string' ? convert(value, type, name) : decodeBlobs(this.#model, shape, value);
    }
    return input;
  }

  #membersOf(shapeName: string): readonly InputMember[] {
    let members = this.#members.get(shapeName);
    if (!members) {
      const shape = this.#model.shapes[shapeName];
      members = shape ? this.#describe(shape) : [];
      this.#members.set(shapeName, members);
    }
    return members;
  }

  #describe({ members, payload }: ShapeModel): InputMember[] {
    return Object.entries(members ?? {}).map(([name, { shape, location, locationName = name }]) => {
      const type = this.#model.shapes[shape]?.type ?? 'string';
      const from = placeOf(location, { isList: type === 'list', isPayload: payload === name });
      return { name, shape, type, from, wireName: from === 'header' ? locationName.toLowerCase() : locationName };
    });
  }
}

function placeOf(location: string | undefined, about: { isList: boolean; isPayload: boolean }): InputMember['from'] {
  if (location === 'uri' || location === 'header') return location;
  if (location === 'querystring') return about.isList ? 'query list' : 'query';
  return about.isPayload ? 'payload' : 'body';
}

function readMember(
  request: ApiRequest,
  labels: Readonly<Record<string, string>>,
  body: Readonly<Record<string, unknown>>,
  { from, wireName }: InputMember,
): unknown {
  if (from === 'uri') return labels[wireName];
  if (from === 'header') return request.headers[wireName];
  if (from === 'payload') return request.body;
  if (from === 'body') return body[wireName];
  if (from === 'query') return request.query.get(wireName) ?? undefined;
  return request.query.has(wireName) ? request.query.getAll(wireName) : undefined;
}

function convert(text: string, type: string, name: string): unknown {
  if (type === 'integer' || type === 'long') {
    const number = Number(text);
    if (!Number.isInteger(number)) throw invalidParameter(`${name} must be a whole number, not "${text}".`);
    return number;
  }
  if (type === 'boolean') return text === 'true';
  if (type === 'blob') return Buffer.from(text, 'base64');
  return text;
}

/** Blobs travel as base64 inside JSON. */
function decodeBlobs(model: ServiceModel, shapeName: string, value: unknown): unknown {
  const shape = model.shapes[shapeName];
  if (shape?.type !== 'structure' || typeof value !== 'object' || value === null || Buffer.isBuffer(value))
    return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      const member = shape.members?.[name];
      const isBlob = member && model.shapes[member.shape]?.type === 'blob';
      return [name, isBlob && typeof item === 'string' ? Buffer.from(item, 'base64') : item];
    }),
  );
}
