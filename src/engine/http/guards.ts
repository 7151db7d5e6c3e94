import { ServiceError } from './service-error.ts';
import type { RequestHead } from './whole-request.ts';

/**
 * Refuses what no AWS client sends and every browser does, before anything of the request is read: a page on some web site must
 * not reach the local Lambda (cross-site request), nor get there under a name of its own (DNS rebinding).
 */
export function refuseForeignRequest(request: Pick<RequestHead, 'headers'>, port: number): void {
  const { host = '', origin, 'sec-fetch-site': site } = request.headers;
  if (origin !== undefined || (site !== undefined && site !== 'none')) {
    throw new ServiceError(
      'AccessDeniedException',
      403,
      'The local Lambda does not answer web pages. Call it from a program on this machine.',
    );
  }
  if (host === `127.0.0.1:${port}`) return;
  const name = host.replace(/:\d+$/, '').toLowerCase();
  const givenPort = /:(\d+)$/.exec(host)?.[1];
  const loopback = name === '127.0.0.1' || name === 'localhost' || name === '[::1]';
  if (!loopback || Number(givenPort ?? 80) !== port) {
    throw new ServiceError(
      'AccessDeniedException',
      403,
      `The local Lambda answers as 127.0.0.1:${port} or localhost:${port}, not as "${host}".`,
    );
  }
}
