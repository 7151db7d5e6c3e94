// What a function URL with CORS settings adds to its answers, in place of whatever the function says itself.
// Source: "Cross-origin resource sharing (CORS)" in "Creating and managing Lambda function URLs", AWS Lambda Developer Guide.
import type { IncomingHttpHeaders } from 'node:http';
import type { Cors } from './url-config.ts';

/** Whether a browser asks what it may send: Lambda answers that itself. */
export const isPreflight = (method: string | undefined, headers: IncomingHttpHeaders): boolean =>
  method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined;

/** Headers of an answer to `origin`; none where the settings do not name it. */
export function corsHeaders(cors: Cors, origin: string | undefined): Record<string, string> {
  const origins = cors.AllowOrigins ?? [];
  if (origin === undefined || !(origins.includes('*') || origins.includes(origin))) return {};
  const anybody = origins.includes('*') && !cors.AllowCredentials;
  return {
    'access-control-allow-origin': anybody ? '*' : origin,
    vary: 'Origin',
    ...(cors.AllowCredentials && { 'access-control-allow-credentials': 'true' }),
    ...(cors.ExposeHeaders?.length && { 'access-control-expose-headers': cors.ExposeHeaders.join(',') }),
  };
}

/** The answer to a preflight: what of it is allowed. */
export function preflightHeaders(cors: Cors, headers: IncomingHttpHeaders): Record<string, string> {
  const allowed = corsHeaders(cors, headers.origin);
  if (Object.keys(allowed).length === 0) return {};
  const method = headers['access-control-request-method'] ?? '';
  const methods = cors.AllowMethods ?? [];
  if (!methods.includes('*') && !methods.includes(method)) return {};
  const { 'access-control-expose-headers': _exposed, ...origin } = allowed;
  const asked = headers['access-control-request-headers'];
  const named = cors.AllowHeaders?.includes('*') && asked ? asked : cors.AllowHeaders?.join(',');
  return {
    ...origin,
    'access-control-allow-methods': methods.includes('*') ? method : methods.join(','),
    ...(named && { 'access-control-allow-headers': named }),
    ...(cors.MaxAge !== undefined && { 'access-control-max-age': String(cors.MaxAge) }),
  };
}
