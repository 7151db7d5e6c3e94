import { ServiceError } from './service-error.ts';
import type { ApiResponse } from './exchange.ts';
import { asServiceError } from '../no-room.ts';

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
  const known = asServiceError(error);
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
