import { invalidParameter, ServiceError } from './service-error.ts';
import type { ApiRequest, ApiResponse } from './exchange.ts';
import type { ServiceModel } from '../model/service-model.ts';

/** Gathers an operation's input from path, query, headers and body, as the REST-JSON protocol spreads it. */
export function readRestJsonInput(
  model: ServiceModel,
  shapeName: string,
  request: ApiRequest,
  labels: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const shape = model.shapes[shapeName];
  const hasBodyMembers = Object.values(shape?.members ?? {}).some((member) => !member.location);
  const input: Record<string, unknown> = {};
  const body = hasBodyMembers && !shape?.payload ? parseJsonObject(request.body) : {};
  for (const [name, member] of Object.entries(shape?.members ?? {})) {
    const wireName = member.locationName ?? name;
    const type = model.shapes[member.shape]?.type;
    const about = { ...member, wireName, isPayload: shape?.payload === name, isList: type === 'list' };
    const value = readMember(request, labels, body, about);
    if (value === undefined || value === null) continue;
    input[name] =
      typeof value === 'string' ? convert(value, type ?? 'string', name) : decodeBlobs(model, member.shape, value);
  }
  return input;
}

function readMember(
  request: ApiRequest,
  labels: Readonly<Record<string, string>>,
  body: Readonly<Record<string, unknown>>,
  member: { location?: string; wireName: string; isPayload: boolean; isList: boolean },
): unknown {
  if (member.location === 'uri') return labels[member.wireName];
  if (member.location === 'querystring' && member.isList && request.query.has(member.wireName))
    return request.query.getAll(member.wireName);
  if (member.location === 'querystring') return request.query.get(member.wireName) ?? undefined;
  if (member.location === 'header') return request.headers[member.wireName.toLowerCase()];
  if (member.isPayload) return request.body;
  return body[member.wireName];
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

export function parseJsonObject(body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new ServiceError(
      'SerializationException',
      400,
      `Could not parse request body into json: ${error instanceof Error ? error.message : 'invalid JSON'}`,
    );
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new ServiceError(
      'SerializationException',
      400,
      'Could not parse request body into json: an object is needed.',
    );
  }
  return { ...parsed };
}

export function restJson(status: number, body: unknown): ApiResponse {
  if (body === undefined) return { status };
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

export function restJsonError(error: unknown): ApiResponse {
  const known = error instanceof ServiceError ? error : internal();
  return {
    status: known.status,
    headers: {
      'content-type': 'application/json',
      'x-amzn-errortype': known.code,
      ...(known.status === 429 && { 'retry-after': '1' }), // seconds
    },
    body: JSON.stringify({
      Type: known.status < 500 ? 'User' : 'Service',
      message: known.message,
      Message: known.message,
      ...known.details,
    }),
  };
}

export const internal = (): ServiceError =>
  new ServiceError(
    'ServiceException',
    500,
    'The local Lambda failed to serve this request. Its own log has the details.',
  );
